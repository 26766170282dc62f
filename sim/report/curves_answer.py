"""The answer of an overlay: where curves and lab are in the end, and what makes the difference."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.curves.explained import GAP, LN2
from sim.curves.question import BASE, UNHELD, UNLENT, WINDOW, named
from sim.limits.jackknife import FEW
from sim.limits.question import FROZEN
from sim.plots.curves import phrases
from sim.plots.study.words import listed
from sim.plots.words import date, duration, upper_first

if TYPE_CHECKING:
    from sim.curves.findings import Findings


def sentences(found: Findings) -> list[str]:
    """Return what there is to say first: where all end, then what removals would do."""
    rate = found.rates.iloc[0]
    lines = found.paths[(found.paths["date"] == found.model.horizon).to_numpy()].set_index("line")
    at = [f"{curve.title} at {_height(lines.loc[curve.name])}" for curve in found.curves]
    lab = phrases.ends(*found.ending)
    where = f"the simulated lab is at {lab} doublings"
    if math.isnan(found.ending[0]):
        where = "no run of the simulated lab is left"
    said = [
        f"Matched at t = 0 ({phrases.doublings(rate)} doublings of software a year), after "
        f"{duration(found.model.horizon)} {where}; {listed(at)}."
    ]
    steps = [
        f"{phrases.label(level)} at {_height(lines.loc[level])}"
        for level in found.question.cumulative[1:] if level in lines.index
    ]
    return [*said, f"{'The lab would be'} {listed(steps)}."] if steps else said


def details(found: Findings) -> Iterator[str]:
    """Yield what else must be known."""
    yield (
        "Software is what research has found (the stock of algorithms), deployed or not; curves "
        f"grow as much as the lab in the first {WINDOW:g} days. Intervals are 90%."
    )
    if found.question.unheld:
        yield f"Sizes and prices of experiments are not held: {found.question.unheld}."
    yield from _early(found)
    if found.replications < FEW:
        yield f"{FEW} replications or more are needed to tell what makes the difference."
        return
    for curve in found.curves:
        yield _explained(found, curve.name)
    yield from _effort(found)
    yield from _training(found)
    yield from _anew(found)
    yield from _own_models(found)


def _height(row: Any) -> str:
    """Return where a line is, in doublings."""
    return phrases.ends(float(row["software"]) / LN2, math.nan, math.nan)


def _early(found: Findings) -> Iterator[str]:
    for level, (count, day) in found.early.items():
        yield (
            f"{upper_first(phrases.label(level))}, {count} of {found.replications} runs end early, "
            f"the first on {date(found.model, day)}: this line is drawn up to then, and gaps are "
            "those of the other runs."
        )


def _parts(found: Findings, curve: str) -> Any:
    table = found.gaps[(found.gaps["curve"] == curve).to_numpy()]
    return table[(table["date"] == found.model.horizon).to_numpy()].set_index("part")


def _explained(found: Findings, name: str) -> str:
    """Return how far a curve is from the lab, and what of that removals explain."""
    title, own = found.curve(name).title, _parts(found, name)
    gap, left = own.loc[GAP], own.iloc[-1]
    if not math.isfinite(gap["value"]):
        return f"{title}: {phrases.doublings(gap)}; no removal explains that."
    size = _size(gap)
    if gap["value_low"] <= 0.0 <= gap["value_high"]:
        return f"{title}: not surely apart from the lab ({phrases.doublings(gap)} doublings)."
    if gap["value"] < 0.0:
        return (
            f"{title}: the lab is ahead by {size} doublings. What curves leave out cannot explain "
            f"that: without it the lab is ahead by more ({_size(left)})."
            if left["value"] < gap["value"] else
            f"{title}: the lab is ahead by {size} doublings, by {_size(left)} without what curves "
            "leave out."
        )
    taken = [
        f"{step} {phrases.doublings(own.loc[step])}" for step in found.question.steps
    ]
    remaining = f"{phrases.doublings(left)} remain unexplained"
    if left["value_high"] < 0.0:
        remaining = f"without all of it the lab is ahead of the curve, by {_size(left)}"
    elif left["value_low"] <= 0.0:
        remaining = f"{phrases.doublings(left)} remain, which may be chance"
    return (
        f"{title}: ahead of the lab by {size} doublings. Of that {listed(taken)} go with what is "
        f"removed; {remaining}."
    )


def _size(row: Any) -> str:
    low, high = sorted(abs(float(row[f"doublings{end}"])) for end in ("_low", "_high"))
    return phrases.ends(abs(float(row["doublings"])), low, high)


def _effort(found: Findings) -> Iterator[str]:
    if math.isfinite(found.effort) and abs(math.log(max(found.effort, 1e-9))) > 0.1:
        over = duration(found.question.parts[0][1])
        yield (
            f"What is left is of inputs and of how they combine: in the last {over} research has "
            f"{found.effort:.1f} times the output of the first (before ideas get harder), by more "
            "people, more compute and better assistants; duplicated work counts less. A constant "
            "rate and Forethought's model have no inputs that grow by themselves."
        )


def _training(found: Findings) -> Iterator[str]:
    """Yield what of removing retraining is compute, and what experiments that follow do."""
    table = found.effects[(found.effects["date"] == found.model.horizon).to_numpy()]
    rows = {row["level"]: row for _, row in table.iterrows()}
    whole = rows.get(named(("retraining",)))
    if whole is not None and UNLENT in rows:
        yield (
            f"Retraining time alone: {_gain(whole)} doublings without it, but "
            f"{_gain(rows[UNLENT])} if training compute stands idle and runs no experiments: "
            "the rest is compute, not time."
        )
    if UNHELD in rows and UNHELD not in found.question.same:
        yield (
            "Experiments held cost what they did. Where they follow the models that are deployed "
            f"sooner, retraining time removed changes software by {_gain(rows[UNHELD])} doublings."
        )


def _gain(row: Any) -> str:
    text = phrases.doublings(row, "effect")
    return text if text.startswith("-") else f"+{text}"


def _anew(found: Findings) -> Iterator[str]:
    """Yield what is left where the curve starts as fast as the lab without all."""
    end = found.rematched[(found.rematched["date"] == found.model.horizon).to_numpy()]
    last = end[(end["level"] == found.levels[-1]).to_numpy()]
    rate = found.rates.iloc[-1]
    told = [
        f"{phrases.doublings(row)} ({found.curve(row['curve']).title})"
        for _, row in last.iterrows()
    ]
    yield (
        f"The lab {phrases.label(found.levels[-1])} starts faster, too, with "
        f"{phrases.doublings(rate)} doublings a year. Curves matched to that are ahead of it by "
        f"{listed(told)} doublings."
    )


def _own_models(found: Findings) -> Iterator[str]:
    if FROZEN not in found.lifted.levels:
        return
    at = len(found.question.dates) - 1
    own, frozen = found.grown(BASE)[at].mean(), found.grown(FROZEN)[at].mean()
    if math.isfinite(own - frozen):
        yield (
            f"Of its {own / LN2:.2f} doublings the lab owes {(own - frozen) / LN2:.2f} to its own "
            "models: so much less it has with generation 0 as its assistant for ever."
        )
