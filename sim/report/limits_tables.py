"""Tables of a limits report: effects, pairs, elasticities, regimes, and what was lifted how."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from sim import web
from sim.limits import lifts, steps
from sim.limits.question import FURTHER, LIFT
from sim.limits.regime import REGIMES
from sim.plots.study.words import alike
from sim.plots.words import date, plain, upper_first

if TYPE_CHECKING:
    import pandas as pd

    from sim.limits.findings import Findings

SATURATED = {True: "yes", False: "no", None: "not known"}


def effects(found: Findings) -> str:
    """Return what lifting each limit does, outcome by outcome."""
    table, parts = found.effects, []
    for name in dict.fromkeys(table["outcome"]):
        here = table[(table["outcome"] == name).to_numpy()]
        unit = found.results.study.outcomes[name].unit
        base = alike(here["base"].iloc[0])[0]
        rows = [
            (
                upper_first(found.label(row["limit"])), _interval(row, "effect"),
                _percent(row), _saturated(row["saturated"]), _share(row["first"]),
                str(row["pairs"]),
            )
            for _, row in here.iterrows()
        ]
        parts.append(
            f"<h3>{escape(upper_first(meaning(found, name)))}: {base} {escape(unit)}</h3>"
            + web.table(meaning(found, name), [
                "lifted", f"change, {unit}", "change, %", "saturated", "first", "pairs"
            ], rows)
        )
    return "".join(parts) + web.paragraph(
        "Each limit alone, on the same random numbers, with 90% intervals; the last rows are "
        f"groups. Saturated: lifted {FURTHER} instead of {LIFT} times it does no more. First: "
        "share of resampled replications in which it helps most. The changes do not add up."
    )


def pairs(found: Findings) -> str:
    """Return what two limits do together."""
    table = found.together
    if not len(table):
        return ""
    unit = found.results.study.outcomes[found.question.main].unit
    rows = [
        (
            f"{found.label(row['first_limit'])} and {found.label(row['second_limit'])}",
            alike(row["first"] + row["second"])[0], _interval(row, "joint"),
            _interval(row, "interaction"), row["kind"],
        )
        for _, row in table.iterrows()
    ]
    heads = ["lifted together", f"sum of both, {unit}", "together", "beyond the sum", ""]
    return web.table("two limits lifted together", heads, rows, words=1)


def elasticities(found: Findings) -> str:
    """Return the elasticities of progress."""
    table = found.elasticities
    rows = [
        (
            meaning(found, row["outcome"]), steps.DRIVERS[row["driver"]].label,
            _interval(row, "elasticity"), alike(row["half_step"])[0],
            {True: "yes", False: "no", None: "not known"}[_tri(row["steady"])],
        )
        for _, row in table.iterrows()
        if row["outcome"] not in {w.name for w in found.question.windows}
    ]
    notes = [
        f"{steps.DRIVERS[name].label}: {both[0].note}"
        for name, both in found.question.drivers.items() if both[0].note
    ]
    heads = ["progress", "driver", "elasticity [90%]", "half the step", "steady"]
    return web.table("elasticities of progress", heads, rows, words=2) + web.paragraph(
        "By how many per cent progress grows with one per cent more; of a time, progress is one "
        "over it. Central differences, a factor of the square root of two up and down; steady: "
        "half the step says the same. " + "; ".join(map(upper_first, notes))
    ) + web.definitions({
        upper_first(steps.DRIVERS[name].label): steps.DRIVERS[name].stepped
        for name in found.question.drivers
    })


def regimes(found: Findings) -> str:
    """Return the regime of each generation, and of each part of the run."""
    parts = []
    if len(found.by_generation):
        rows = [
            (
                str(row["generation"]), date(found.model, row["release"]), *_regime(row),
            )
            for _, row in found.by_generation.iterrows()
        ]
        parts.append("<h3>Cycle time, by generation</h3>" + web.table(
            "regime by generation", ["generation", "released, mean", *HEADS], rows
        ))
    if len(found.by_window):
        rows = [
            (f"{date(found.model, row['begin'])} to {date(found.model, row['end'])}", *_regime(row))
            for _, row in found.by_window.iterrows()
        ]
        parts.append("<h3>Research output, by date</h3>" + web.table(
            "regime by date", ["from, to", *HEADS], rows, words=1
        ))
    return "".join(parts) and "".join(parts) + web.paragraph(
        "Compute-limited: progress gains more from 1% more compute than from a loop 1% faster, and "
        "the 90% intervals of the difference and of the gain itself leave out 0; loop-limited: the "
        "reverse; balanced: the interval of the difference lies within ±0.1; undecided: none of "
        "these. A faster loop means all work of people and assistants done faster by as many; more "
        "people are another driver (see Elasticities)."
    )


HEADS = ("of compute", "of the loop", "difference [90%]", "pairs", "regime")


def _regime(row: Any) -> tuple[str, ...]:
    return (
        *alike(row["first"], row["second"]), _interval(row, "difference"),
        f"{row['replications']} of {row['replications'] + row['missing']}",
        REGIMES[row["regime"]],
    )


def lifted(found: Findings) -> str:
    """Return how each limit was lifted."""
    return web.definitions({
        upper_first(found.label(name)): lifts.limit(name).sentence(LIFT)
        for name in found.question.limits
    }) + web.paragraph(
        "Experiments keep, date by date, the sizes and the parallel factor that they have on "
        "average in the lab as it is, so that effects are those of the limit alone and cannot grow "
        "without end."
    )


def variances(found: Findings) -> str:
    """Return what common random numbers save."""
    table = found.variances
    rows = [
        (
            upper_first(found.label(row["level"])), *(alike(row[name])[0] for name in (
                "paired", "independent")), alike(row["ratio"])[0],
        )
        for _, row in table.iterrows()
    ]
    heads = ["difference to the base", "variance, same numbers", "independent numbers", "ratio"]
    return web.table("variance of differences", heads, rows, words=1)


def meaning(found: Findings, outcome: str) -> str:
    """Return what an outcome is, in words."""
    one = found.results.study.outcomes[outcome]
    return one.meaning if one.parameters else plain(outcome)


def _interval(row: Any, name: str) -> str:
    middle, low, high = alike(row[name], row[f"{name}_low"], row[f"{name}_high"])
    return f"{middle} [{low}, {high}]"


def _percent(row: pd.Series) -> str:
    return f"{row['percent']:+.1f} [{row['percent_low']:+.1f}, {row['percent_high']:+.1f}]"


def _tri(value: Any) -> bool | None:
    return None if value is None or value != value else bool(value)


def _saturated(value: Any) -> str:
    return SATURATED[_tri(value)]


def _share(value: float) -> str:
    return "" if value != value else f"{value:.0%}"
