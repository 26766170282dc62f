"""What a discovery says, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.plots.discovery import phrases
from sim.plots.discovery.event import event
from sim.plots.study import words as wording
from sim.plots.words import count_of, plain, upper_first
from sim.study.discovery import SELDOM, held_out, quasi_p

if TYPE_CHECKING:
    from sim.study.discovery import Discovery, Found

MANY = 0.1
"""Share of the runs of which it is not known, from which on the first sentence says so."""
ENOUGH = 10
"""Points in which it happened, below which it is said that they are few."""


def sentences(found: Discovery) -> Iterator[str]:
    """Yield the answer: how often it happens, and where."""
    rate, of = phrases.percent(found.rate.value), "runs"
    if found.unknown > MANY * (found.runs + found.unknown):
        of = (
            f"those {count_of(found.runs, 'run')} of which it is known (of {found.unknown:,} "
            "others it is not)"
        )
    yield f"It happens in {rate} of {of} that {event(found)}.{_first(found)}"
    for before, one in enumerate(found.boxes[1:]):
        yield (
            f"Outside {('it', 'both')[before] if before < 2 else 'all of these'}, it happens in "
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
    for number, each in enumerate(found.boxes or (one,), 1):
        if each.dropped:
            of = f"Box {number}" if len(found.boxes) > 1 else "The box"
            named = [phrases.limit(found, name, limit) for name, limit in each.dropped.items()]
            yield (
                f"{of} was found without factors that came back in less than {SELDOM:.0%} of "
                f"halves of the points; with them it would also have held {wording.listed(named)}."
            )
    free = _free(found)
    if free:
        yield (
            f"Not told apart from noise with {count_of(len(found.points), 'point')}, in no box "
            f"(and how many halves restrict them): {wording.listed(free)}. This is no sign that "
            "they do not matter."
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
        yield (
            f"{count_of(found.unknown, 'run')} that failed, ended before it was known or have no "
            "such value are left out."
        )


def explained() -> str:
    """Return what the columns of the limits are."""
    return (
        "Quasi-p: chance that as many or more such runs were inside if this limit told nothing "
        f"(those from {quasi_p.WEAK:g} on were dropped; as the same points chose the limit, a "
        f"small value is no proof). Came back: in how many of {held_out.HALVES} halves of the "
        f"points, drawn at random, the factor is restricted again (below {SELDOM:.0%} it is "
        "let free)."
    )


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
        f" It does in {phrases.share(one.expected.density)} of runs where "
        f"{phrases.limits(found, one)} ({phrases.percent(one.own.mass)} of {_space(found)}), which "
        f"holds {phrases.share(one.coverage)} of all such runs."
    )


def _space(found: Discovery) -> str:
    """Return what the points stand for."""
    study = found.results.study
    kinds = {study.factors[name].kind for name in found.factors}
    # The few levels of Morris' trajectories are not as likely as they are frequent.
    drawn = getattr(study.design, "levers", None) is not None and study.design.kind != "morris"
    return "what is plausible" if drawn and kinds == {"uncertainty"} else "the points"


def _free(found: Discovery) -> list[str]:
    """Return the factors that are in no box, with how often halves restrict them."""
    boxes: tuple[Found, ...] = found.boxes
    back = found.tried.held.returned
    free = [
        name for name in found.factors if not any(name in one.box.limits for one in boxes)
    ] if boxes else []
    return [
        f"{plain(name)} ({back[name]:.0%})" for name in sorted(free, key=lambda name: -back[name])
    ]
