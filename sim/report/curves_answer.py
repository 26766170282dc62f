"""The answer of an overlay: what matching means, where all end, and what makes the difference."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.curves.explained import GAP, LN2
from sim.curves.laid import PUBLISHED
from sim.curves.published import AS_PUBLISHED, CASE, SHARE, START, VALUES
from sim.curves.question import BASE, WINDOW
from sim.curves.verdict import AHEAD, LEVEL, standing
from sim.growth.software_explosion import SPEEDUP, Rules
from sim.limits.jackknife import FEW
from sim.limits.question import FROZEN
from sim.plots.curves import phrases
from sim.plots.study.words import listed
from sim.plots.words import date, duration, upper_first

if TYPE_CHECKING:
    from sim.curves.findings import Findings


def sentences(found: Findings) -> list[str]:
    """Return what there is to say first: what matching means, where all end, and why it differs."""
    return [
        _matched(found), *_returns(found), *_unmatched(found), *_removed(found)
    ]


def _matched(found: Findings) -> str:
    """Return what is compared, and where the lab stands beside the published models."""
    rate = phrases.doublings(found.rates.iloc[0])
    low, high = SPEEDUP
    begin = (
        f"Curves are set to start as fast as the simulated lab ({rate} doublings of software a "
        f"year), so only what follows from the same start is compared: Forethought's own "
        f"speed-up at the start ({low:g} to {high:g} times) is thereby discarded. "
    )
    if math.isnan(found.ending[0]):
        return f"{begin}No run of the lab is left after {duration(found.model.horizon)}."
    curves = {name: found.curve(name).title for name in PUBLISHED}
    at = [f"{title} at {_height(_line(found, name))}" for name, title in curves.items()]
    stands = phrases.stands({t: standing(_parts(found, n).loc[GAP]) for n, t in curves.items()})
    return (
        f"{begin}After {duration(found.model.horizon)} the lab is at {phrases.ends(*found.ending)} "
        f"doublings, {listed(at)}: the lab is {stands}."
    )


def _returns(found: Findings) -> Iterator[str]:
    """Yield whether software explodes by Forethought's criterion, with the lab's values."""
    if found.own is None:
        return
    r = found.own.returns
    value = f"{r:.2f}, " if math.isfinite(r) else "infinite, as beta is 0: "
    meaning = (
        "as its own models do not help: no software explosion" if r == 0.0 else
        "below 1: no software explosion by Forethought's own criterion, even with AI that does all "
        "research" if r < 1.0 else
        "software would explode by Forethought's criterion if AI did all research" if r > 1.0 else
        "at the edge of a software explosion"
    )
    others = [
        f"{curve.title.partition(' with ')[0]} at {_height(_line(found, curve.name))}"
        for curve in found.curves if curve.name.endswith("_own")
    ]
    yield (
        f"With the lab's own values the returns to research are r = lambda eta / beta = {value}"
        f"{meaning}." + (
            f" Curves with these values end elsewhere: {listed(others)}." if others else ""
        )
    )


def _unmatched(found: Findings) -> Iterator[str]:
    """Yield what the published models claim by themselves, and what the lab's start makes of it."""
    table = found.claims.set_index(["model", "variant"])
    chance, date_ = (table.loc[(name, AS_PUBLISHED)] for name in PUBLISHED)
    years, months = CASE
    yield (
        f"Not matched, as published: Forethought gives {chance['value']:.0%} to {years:g} years of "
        f"progress within {months:g} months once AI does all research, which is "
        f"{years * Rules().doublings_per_year:g} doublings of software; METR has {SHARE:.0%} of AI "
        f"research automated in {date_['value']:.1f} (80% of draws: {date_['low']:.1f} to "
        f"{date_['high']:.1f})."
    )
    chance, date_ = (table.loc[(name, START)] for name in PUBLISHED)
    values = {name: table.loc[(name, VALUES)]["value"]
              for name in PUBLISHED if (name, VALUES) in table.index}  # fmt: skip
    also = dict.fromkeys(PUBLISHED, "")
    if "forethought" in values:
        also["forethought"] = f", with its r and p too {values['forethought']:.0%}"
    if "metr" in values:
        also["metr"] = f", with its values too in {_year(values['metr'])}"
    low, high = SPEEDUP
    yield (
        f"Curves here differ from that by where they start: the lab's pace is "
        f"{chance['speedup']:.2g} times Forethought's recent one "
        f"({12 / Rules().doubling_months:g} doublings a year), not {low:g} to {high:g} times. From "
        f"the lab's start the same draws give {chance['value']:.0%}{also['forethought']}; in "
        "METR's model the same event falls in "
        f"{_year(date_['value'])}{also['metr']}."
    )


def _removed(found: Findings) -> Iterator[str]:
    """Yield what removals do to the lab, by each convention."""
    told = phrases.conventions(found)
    rows = [
        (level, found.paths[(found.paths["line"] == level).to_numpy()])
        for level in found.question.cumulative[1:]
    ]
    steps = [
        f"at {_height(row.iloc[-1])} {phrases.label(level)}" for level, row in rows
        if len(row) and row["date"].iloc[-1] == found.model.horizon
    ]
    change, which = "", "The"
    if told:
        change = f"Removing retraining time changes this end, in doublings, by {listed(told)}. "
    if len(told) > 1:
        which = "By the first of these conventions the"
    if steps:
        yield f"{change}{which} lab would be {listed(steps)}."


def _line(found: Findings, name: str) -> Any:
    """Return the row of a line at the end."""
    table = found.paths[(found.paths["line"] == name).to_numpy()]
    return table[(table["date"] == found.model.horizon).to_numpy()].iloc[0]


def _year(date: float) -> str:
    return f"{date:.1f}" if math.isfinite(date) else "no year before 2200"


def details(found: Findings) -> Iterator[str]:
    """Yield what else must be known."""
    yield (
        "Software is what research has found (the stock of algorithms), deployed or not; curves "
        f"grow as much as the lab in the first {WINDOW:g} days. Intervals are 90%."
    )
    if found.replications >= FEW:
        yield (
            f"A year of progress is {Rules().doublings_per_year:g} doublings of software in "
            f"Forethought's model. At the pace at which this lab starts it is "
            f"{found.rates['doublings'].iloc[0]:.1f}: chances of so many years that are counted by "
            "a lab's own pace, as task=forecast does, are not Forethought's."
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
    size, stands = _size(gap), standing(gap)
    if stands == LEVEL:
        return f"{title}: not surely apart from the lab ({phrases.doublings(gap)} doublings)."
    if stands == AHEAD:
        return (
            f"{title}: the lab is ahead by {size} doublings, so nothing that curves leave out "
            "holds it back against this one; without all of it, it would be ahead by "
            f"{_size(left)}."
        )
    taken = [
        f"{step} {phrases.doublings(own.loc[step])}" for step in found.question.steps
    ]
    remaining = {
        AHEAD: f"without all of it the lab is ahead of the curve, by {_size(left)}",
        LEVEL: f"{phrases.doublings(left)} remain, which may be chance",
    }.get(standing(left), f"{phrases.doublings(left)} remain unexplained")
    return (
        f"{title}: ahead of the lab by {size} doublings. Of that {listed(taken)} go with what is "
        f"removed{_by(found)}; {remaining}."
    )


def _by(found: Findings) -> str:
    """Return by which convention retraining time is removed, where there are several."""
    return " (by the first convention)" if len(phrases.conventions(found)) > 1 else ""


def _size(row: Any) -> str:
    low, high = sorted(abs(float(row[f"doublings{end}"])) for end in ("_low", "_high"))
    return phrases.ends(abs(float(row["doublings"])), low, high)


def _effort(found: Findings) -> Iterator[str]:
    if math.isfinite(found.effort) and abs(math.log(max(found.effort, 1e-9))) > 0.1:
        over = duration(found.question.parts[0][1])
        yield (
            f"Inputs, too, make a difference: in the last {over} research has {found.effort:.1f} "
            "times the output of the first (before ideas get harder), as people, compute and "
            "assistants are others then; duplicated work counts less. METR's model has people and "
            "compute that grow, as published; a constant rate and Forethought's model have no "
            "inputs that grow by themselves."
        )


def _anew(found: Findings) -> Iterator[str]:
    """Yield how curves go on that start as fast as the lab without all."""
    end = found.rematched[(found.rematched["date"] == found.model.horizon).to_numpy()]
    last = end[(end["level"] == found.levels[-1]).to_numpy()]
    told = phrases.stands({
        f"{found.curve(row['curve']).title} (by {_size(row)})"
        if standing(row) != LEVEL else found.curve(row["curve"]).title: standing(row)
        for _, row in last.iterrows()
    })
    yield (
        "Another question is how the changed lab goes on from a start of its own. "
        f"{upper_first(phrases.label(found.levels[-1]))} it starts faster, too "
        f"({phrases.doublings(found.rates.iloc[-1])} doublings a year), which above counts as "
        "gained. Beside curves that start as fast as that, it is in the end "
        f"{told}."
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
