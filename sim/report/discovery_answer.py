"""What a discovery says, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.plots.discovery import phrases
from sim.plots.study import words as wording
from sim.plots.words import count_of, plain, upper_first

if TYPE_CHECKING:
    from sim.study.discovery import Discovery, Found

SELDOM = 0.2
"""A factor that comes back in no more of the halves does not matter, as far as can be told."""
ENOUGH = 10
"""Points in which it happened, below which it is said that they are few."""


def sentences(found: Discovery) -> Iterator[str]:
    """Yield the answer: how often it happens, and where."""
    rate = phrases.percent(found.rate.value)
    yield f"{_named(found)} happens in {rate} of runs.{_first(found)}"
    for one in found.boxes[1:]:
        yield (
            f"Outside {'it' if one is found.boxes[1] else 'both'}, it happens in "
            f"{phrases.share(one.expected.density)} of runs where {phrases.limits(found, one)}, "
            f"which holds {phrases.share(one.coverage)} of all such runs."
        )


def details(found: Discovery) -> Iterator[str]:
    """Yield what must be known besides: how far to trust it, what does not matter."""
    one = found.tried
    own, held = one.own.density, one.expected.density
    if found.boxes:
        yield (
            "Shares, with 90% intervals, are those expected on points that did not choose the box; "
            f"on its own points the first box looks better: {phrases.share(own)} of runs inside, "
            f"with {phrases.share(one.own.coverage)} of all such runs."
        )
    elif one.box.limits:
        yield (
            f"On the points that chose it a box looks good ({phrases.share(own)} where "
            f"{phrases.limits(found, one)}); on others {phrases.share(held)} are expected: not "
            "surely more than elsewhere. More points may tell."
        )
    free = _free(found)
    if free:
        yield (
            f"No sign that it depends on {wording.listed([plain(name) for name in free])}: in no "
            f"box, and restricted in at most {SELDOM:.0%} of boxes found on halves of the points."
        )
    unsure = [
        name for one in found.boxes for name in phrases.by_weight(one)
        if one.held.returned[name] < 0.5
    ]
    if unsure:
        yield (
            f"{upper_first(wording.listed([plain(name) for name in unsure]))} would not have come "
            "out of most halves of the points: less sure than the other limits."
        )
    yield (
        "Luck is kept in: a point counts by the share of its runs in which it happened"
        + (", and replications share their random numbers, which the intervals heed."
           if found.happened.common and found.happened.yes.shape[1] > 1 else ".")
    )
    events = int((found.happened.share > 0).sum())
    if events < ENOUGH:
        yield f"It happens at {count_of(events, 'point')} only: too few to say much."
    if found.unknown:
        yield f"{count_of(found.unknown, 'run')} ended before that was known and are left out."


def limits(found: Discovery) -> Iterator[dict[str, Any]]:
    """Yield a row for each limit of each box: what tables and files hold."""
    for number, one in enumerate(found.boxes, 1):
        for name in phrases.by_weight(one):
            limit = one.box.of(name)
            yield {
                "box": number, "factor": name, "limit": phrases.limit(found, name, limit),
                "low": limit.low, "high": limit.high,
                "levels": "" if limit.levels is None else "; ".join(limit.levels),
                "unit": found.results.study.factors[name].unit,
                "quasi_p": phrases.quasi_p(one, name), "returned": one.held.returned[name],
            }


def _first(found: Discovery) -> str:
    """Return the sentence on the first box, or that there is none."""
    if not found.boxes:
        return " No box of values makes it surely more frequent."
    one = found.boxes[0]
    return (
        f" It happens in {phrases.share(one.expected.density)} of runs where "
        f"{phrases.limits(found, one)} ({phrases.percent(one.own.mass)} of {_space(found)}), which "
        f"holds {phrases.share(one.coverage)} of all such runs."
    )


def _space(found: Discovery) -> str:
    """Return what the points stand for."""
    kinds = {found.results.study.factors[name].kind for name in found.factors}
    drawn = getattr(found.results.study.design, "levers", None) is not None
    return "what is plausible" if drawn and kinds == {"uncertainty"} else "the points"


def _named(found: Discovery) -> str:
    """Return the condition; of a rank with the value that it stands for."""
    parts = []
    for term in found.condition.terms:
        rank = term.written.endswith("%") and term.outcome.unit != "share"
        assert term.value is not None
        value = f" ({wording.value(term.value)} {term.outcome.unit})" if rank else ""
        parts.append(f"{term.text}{value}")
    text = " and ".join(parts)
    for sign, shown in phrases.SIGNS.items():
        text = text.replace(sign, shown)
    return text


def _free(found: Discovery) -> list[str]:
    """Return the factors that are in no box and seldom come back."""
    boxes: tuple[Found, ...] = found.boxes
    return [
        name for name in found.factors
        if not any(name in one.box.limits for one in boxes)
        and found.tried.held.returned[name] <= SELDOM
    ] if boxes else []
