"""The answer of a limits analysis: what holds the lab back, from when to when, and how surely."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.limits.findings import HALF_A_YEAR
from sim.limits.jackknife import FEW
from sim.limits.question import BASE, FURTHER, LIFT
from sim.plots.limits import periods
from sim.plots.study.words import alike, listed
from sim.plots.words import count_of, duration, plain

if TYPE_CHECKING:
    from sim.limits.findings import Findings

MOST_NAMED = 3
"""Limits that are named after the first."""
SIDES = {
    "compute": "compute-limited", "loop": "loop-limited", "balanced": "limited by both alike",
    "undecided": "compute- or loop-limited, the runs do not tell",
}
"""What a lab is, by its regime."""


def sentences(found: Findings) -> list[str]:
    """Return what there is to say first: the regime on the whole with its cause, then by date."""
    return [text for text in (_whole(found), _by_date(found)) if text]


def details(found: Findings) -> Iterator[str]:
    """Yield what else must be known."""
    if found.question.unheld:
        yield f"Sizes of experiments are not held: {found.question.unheld.partition(', as ')[2]}."
    if found.replications < FEW:
        return
    yield from _apart(found)
    if found.question.windows:
        yield (
            "Parts of the run are judged one by one with 90% intervals, so by luck one in ten or "
            "so is called something; compute and the loop are changed at all dates, not in the "
            "part alone."
        )
    yield from _unsure(found)
    yield from _unsaturated(found)
    yield from _together(found)
    yield from _twice(found)
    yield from _harm(found)
    yield from _dividend(found)
    yield from _shortfall(found)
    yield from _luck(found)


def goal(found: Findings) -> str:
    """Return what limits are compared by: 'a model of 1 OOM' (its date)."""
    outcome = found.results.study.outcomes[found.question.main]
    if outcome.kind == "time_to_capability":
        return f"a model of {outcome.parameters['oom']:g} OOM"
    if outcome.kind == "cycle_time_of":
        return f"generation {outcome.parameters['generation']}"
    return plain(outcome.kind)


def _whole(found: Findings) -> str:
    """Return the first sentence: the regime, and the limit that does most."""
    name, regime = found.model.name, found.overall
    if regime is not None and math.isnan(regime["difference"]):
        regime = None  # with a little less of something the lab gets nowhere
    if found.replications < FEW:
        return f"{FEW} replications or more are needed to tell what holds {name} back."
    said = f"{name} is {SIDES[str(regime['regime'])]}" if regime is not None else ""
    if regime is not None:
        first, second = (f"{regime[key]:.2f}%" for key in ("first", "second"))
        ends = _ends(regime, "difference")
        gain = f"comes {first} sooner" if found.is_time else f"grows by {first}"
        than = f"{second} sooner" if found.is_time else second
        said += (
            f": with 1% more compute {goal(found)} {gain}, with a loop 1% faster {than} "
            f"(difference {regime['difference']:+.2f} {ends}){_reached(found)}; "
        )
    sure = [row for _, row in found.ranking.iterrows() if _helps(found, row)]
    if not sure:
        lead = "no limit" if said else f"No limit of {name}"
        return f"{said}{lead}, lifted alone, is sure to help."
    lead = "what holds it back most is" if said else f"What holds {name} back most is"
    return f"{said}{lead} {_first(found, sure[0], sure[1:])}."


def _reached(found: Findings) -> str:
    """Return in which share of the runs the date is reached; empty if in all, or if it is none."""
    one = found.results.study.outcomes[found.question.main]
    if not one.date:
        return ""
    base = found.results.runs[
        (found.results.runs["point"] == found.lifted.levels[BASE]).to_numpy()
    ][found.question.main]
    share = float(base.notna().mean())
    return "" if share == 1.0 else (
        f", reached in {share:.0%} of the runs within the horizon, which cuts effects off"
    )


def _first(found: Findings, top: Any, rest: Sequence[Any]) -> str:
    """Return the limit that does most, how much, how surely, and those that come next."""
    share = float(top["first"])
    sure = "" if math.isnan(share) else f", first in {share:.0%} of resampled replications"
    bound = ", and more if lifted further" if _more(found, top) else ""
    said = f"{_label(found, top)} ({_effect(found, top)} if it is lifted{bound}{sure})"
    rest = list(rest)[:MOST_NAMED]
    if rest:
        names = [f"{_label(found, row)} ({_effect(found, row)})" for row in rest]
        said += f", then {listed(names)}"
    return said


def _helps(found: Findings, row: Any) -> bool:
    """Return whether lifting a limit is sure to be of help."""
    sign = found.lifted.sign(found.question.main)
    return bool(min(sign * row["effect_low"], sign * row["effect_high"]) > 0)


def _unbounded(row: Any) -> bool:
    return row["saturated"] is not None and not row["saturated"]


def _more(found: Findings, row: Any) -> bool:
    """Return whether a limit that is lifted further surely helps more."""
    return _unbounded(row) and found.lifted.sign(str(row["outcome"])) * row["further"] > 0


def _label(found: Findings, row: Any) -> str:
    return found.label(str(row["limit"]))


def _effect(found: Findings, row: Any) -> str:
    """Return '-47 [-54, -39] days'."""
    unit = found.results.study.outcomes[str(row["outcome"])].unit
    middle, low, high = alike(row["effect"], row["effect_low"], row["effect_high"])
    sign = "+" if row["effect"] > 0 else ""
    return f"{sign}{middle} [{low}, {high}] {unit}"


def _ends(row: Any, name: str) -> str:
    return f"[{row[f'{name}_low']:+.2f}, {row[f'{name}_high']:+.2f}], 90% interval"


# --- by date ----------------------------------------------------------------------------------


def _by_date(found: Findings) -> str:
    """Return what limits research as time goes on: 'Research … moves from … to …'."""
    windows = periods.windows(found)
    return "" if windows is None else f"{periods.told(found, found.model.name, windows)}."


# --- what else must be known ------------------------------------------------------------------


def _apart(found: Findings) -> Iterator[str]:
    """Yield why the date and research are limited by different things, if they are."""
    windows, regime = periods.windows(found), found.overall
    if windows is None or regime is None or "to_target" not in found.results.study.outcomes:
        return
    most = str(windows["regime"].mode().iloc[0])
    if {most, str(regime["regime"])} == {"compute", "loop"}:
        yield (
            "The two answers differ, as they are about different things: research is one part of "
            "the way to a model, and training, tests and approvals are the others."
        )


def _unsure(found: Findings) -> Iterator[str]:
    """Yield that more replications would tell more, where most parts are undecided."""
    windows = periods.windows(found)
    if windows is not None and (windows["regime"] == "undecided").mean() > 0.5:
        yield (
            f"Most parts are undecided: {found.replications} replications are too few to tell "
            f"differences this small; set replications={4 * found.replications} for half the "
            "uncertainty."
        )


def _twice(found: Findings) -> Iterator[str]:
    """Yield that two limits on the list are partly the same."""
    table = found.ranking
    both = table[table["limit"].isin(["run_latency", "experiment_compute"]).to_numpy()]
    if sum(_helps(found, row) for _, row in both.iterrows()) == 2:
        yield (
            "Run latency contains what experiment compute does, as shorter runs free compute: the "
            "two are not to be counted twice."
        )


def _harm(found: Findings) -> Iterator[str]:
    """Yield which limits do harm if they are lifted, and how that can be."""
    sign = found.lifted.sign(found.question.main)
    worse = [
        f"{_label(found, row)} ({_effect(found, row)})" for _, row in found.ranking.iterrows()
        if max(sign * row["effect_low"], sign * row["effect_high"]) < 0
    ]
    if worse:
        yield (
            f"Lifted alone, {listed(worse)} would do harm: more work is started than the rest of "
            "the lab can take, and what a new model waits for stands in the same queues."
        )


def _unsaturated(found: Findings) -> Iterator[str]:
    table = found.effects
    main = table[(table["outcome"] == found.question.main).to_numpy()]
    names = [
        _label(found, row) for _, row in main.iterrows()
        if _unbounded(row)
    ]
    if names:
        yield (
            f"Lifted means {LIFT} times as much (or a {LIFT}th of the work). Lifted {FURTHER} "
            f"times, {listed(names)} would do yet something else: there the effect is no measure "
            "of all that the limit holds back."
        )


def _together(found: Findings) -> Iterator[str]:
    """Yield that effects do not add up, with the pair for which they do so least."""
    table = found.together
    sure = table[table["kind"].isin(["overlap", "synergy"]).to_numpy()]
    if not len(sure):
        return
    row = sure.iloc[int(sure["interaction"].abs().to_numpy().argmax())]
    unit = found.results.study.outcomes[found.question.main].unit
    alone, both = alike(row["first"] + row["second"], row["joint"])
    most = abs(float(found.ranking.iloc[0]["effect"]))
    yield (
        f"Effects do not add up: {found.label(row['first_limit'])} and "
        f"{found.label(row['second_limit'])} alone change it by {alone} {unit} in all, together by "
        f"{both} {unit}"
        + (", more than any limit alone." if abs(row["joint"]) > most else ".")
    )


def _dividend(found: Findings) -> Iterator[str]:
    table = found.dividend
    if table is None or not len(table):
        return
    last = table.iloc[-1]
    if not math.isfinite(last["low_90"]):
        return
    over = duration(min(HALF_A_YEAR, found.model.horizon / 4))
    yield (
        f"Recursion dividend: in the last {over} of {duration(last['time'])} the lab is on average "
        f"{last['dividend']:+.2f} OOM [{last['low_90']:+.2f}, {last['high_90']:+.2f}] ahead of the "
        "same lab that generation 0 helps for ever (90% interval)."
    )


def _shortfall(found: Findings) -> Iterator[str]:
    """Yield where the speed-up of tasks goes, for generations if known, else for research."""
    one = found.shortfalls.get("cycle") or found.shortfalls.get("research")
    if one is None:
        return
    table = one.table.sort_values("shortfall", ascending=False)
    most = [
        f"{row['label']} ({row['shortfall']:.1f} days)" for _, row in table.iterrows()
        if row["low_90"] > 0
    ][:MOST_NAMED]
    what = "A generation" if one.of == "cycle" else "An item of research"
    yield (
        f"{what} takes {one.achieved:.0f} days, {one.without:.0f} without assistants: "
        f"{one.without / one.achieved:.2f} times as fast, where assistants are {one.speedup:.1f} "
        "times as fast at the tasks they are given (review, steering and rework not counted)"
        + (f". Most of the rest goes into {listed(most)}." if most else ".")
    )


def _luck(found: Findings) -> Iterator[str]:
    table = found.ranking.set_index("limit")
    moved = [name for name, row in table.iterrows()
             if row["effect_low"] > 0 or row["effect_high"] < 0]
    known = found.variances.set_index("level")["ratio"]
    ratios = known[[name for name in moved if name in known.index]].dropna()
    ratios = ratios[(ratios > 0).to_numpy()]
    pairs, runs = count_of(found.replications, "replication"), len(found.lifted.runs)
    said = f"{pairs} of {len(found.lifted.levels)} changes, {count_of(runs, 'run')}"
    if len(ratios):
        said += (
            "; on the same random numbers the variance of differences is "
            f"{float(ratios.median()):.1%} of that on independent ones (median over limits that "
            "do something)"
        )
    yield f"{said}."

