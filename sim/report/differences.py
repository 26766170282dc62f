"""What differs between scenarios, as texts: of a table of the report, and of the terminal's."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from sim import web
from sim.metrics.compared import COMPARED, ROUNDING, same
from sim.plots import Frames, words
from sim.plots.comparison.words import nothing

if TYPE_CHECKING:
    import pandas as pd

NOTES = (
    "Means over pairs of replications in which the outcome is known of both; what was not released "
    "within the horizon has no cycle time. Shared cycle times: of generations that both released. "
    "90%: confidence interval, Student's t on paired differences. "
    + " ".join(what.note for what in COMPARED.values() if what.note)
)
"""What must be known to read the table."""


class Difference(NamedTuple):
    """One outcome of two scenarios in texts."""

    outcome: str
    """With its unit."""
    mean: str
    against: str
    """Mean of the scenario that it is compared with."""
    difference: str
    interval: str
    """90 % confidence interval; empty if there is none."""
    pairs: str
    missing: str
    """Pairs in which the outcome is not known on either side."""


def title(names: Sequence[str], overrides: Sequence[str]) -> str:
    """Return 'b against a', with what was changed in both."""
    first, *others = names
    text = f"{', '.join(others)} against {first}"
    who = "both" if len(names) == 2 else "all"
    return text + (f", {who} with {', '.join(overrides)}" if overrides else "")


def told(differences: pd.DataFrame, name: str) -> Iterator[Difference]:
    """Yield what differs between a scenario and the first one.

    Parameters
    ----------
    differences
        As in `sim.study.compare.Comparison`.
    name
        The scenario.
    """
    for row in differences[(differences["scenario"] == name).to_numpy()].to_dict("records"):
        what = COMPARED[row["outcome"]]
        mean, against, difference, low, high = (
            what.per * row[name]
            for name in ("mean", "mean_against", "difference", "low_90", "high_90")
        )
        yield Difference(
            what.label if what.unit in what.label else f"{what.label}, {what.unit}",
            _number(mean), _number(against),
            ("+" if difference > ROUNDING else "") + _number(difference),
            _interval(low, high), str(row["pairs"]), str(row["missing"]),
        )


def html(differences: pd.DataFrame) -> str:
    """Return a table for each scenario that is compared with the first, and how to read it."""
    against, names = differences["against"].iloc[0], differences["scenario"].unique()
    tables = []
    for name in names:
        heading = title([against, name], ())
        columns = (
            "outcome", f"mean, {name}", f"mean, {against}", "difference", "90% interval", "pairs",
            "missing",
        )
        tables.append(f"<h3>{escape(heading)}</h3>" if len(names) > 1 else "")
        tables.append(web.table(heading, columns, told(differences, name)))
    return "".join([*tables, *map(web.paragraph, notes(differences))])


def notes(differences: pd.DataFrame) -> list[str]:
    """Return what must be known to read the tables: where nothing differs, that comes first."""
    by_name = {name: table for name, table in differences.groupby("scenario", sort=False)}
    equal = [
        f"{words.upper_first(nothing(table))} in {name}. What is not compared here, such as "
        "waiting times, may differ."
        for name, table in by_name.items() if same(table)
    ]
    differing = len(equal) < len(by_name)
    return [*equal, NOTES, *([saved(differences)] if differing and saved(differences) else [])]


def saved(differences: pd.DataFrame) -> str:
    """Return what the shared random numbers save, in a sentence; empty if it cannot be told."""
    ratios = differences["variance_ratio"].dropna()
    if ratios.empty:
        return ""
    return (
        "Shared random numbers cut the variance of these differences to "
        f"{ratios.median():.0%} of that of independent runs (median over outcomes)."
    )


def zeros(frames: Mapping[str, Frames]) -> Iterator[str]:
    """Yield a warning for each scenario whose capability counts from another zero than the first's.

    Generation 0 has capability 0 in every lab, whatever it was trained with: a lab with more
    compute at the start counts from a stronger model.
    """
    first, *others = frames
    if frames[first].model.generation_flow is None:
        return
    base = _initial_compute(frames[first])
    for name in others:
        ratio = _initial_compute(frames[name]) / base
        if frames[name].model.generation_flow and abs(math.log10(ratio)) > ROUNDING:
            how = f"{abs(math.log10(ratio)):.2f} OOM {'higher' if ratio > 1 else 'lower'}"
            yield (
                f"Mind the zero: generation 0 of {name} was trained with {ratio:.3g} times the "
                f"compute of {first}'s, so its capability counts from a zero that lies {how}."
            )


def _initial_compute(frames: Frames) -> float:
    generations = frames.generations
    return float(generations.loc[(generations["generation"] == 0).to_numpy(), "compute"].iloc[0])


def _number(value: Any) -> str:
    value = 0.0 if abs(value) < ROUNDING else value
    return "–" if math.isnan(value) else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _interval(low: Any, high: Any) -> str:
    return "" if math.isnan(low) else f"[{_number(low)}, {_number(high)}]"
