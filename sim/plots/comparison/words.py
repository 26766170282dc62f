"""Words of comparisons: what differs, with its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.metrics.compared import same
from sim.model import Model
from sim.plots import words
from sim.plots.comparison.scenarios import Scenarios

if TYPE_CHECKING:
    import pandas as pd


def sentences(found: Scenarios) -> list[str]:
    """Return `sentence` for each scenario after the first."""
    first, *others = found
    assert found.differences is not None
    return [sentence(found.differences, name, found[first].model) for name in others]


def sentence(differences: pd.DataFrame, name: str, model: Model) -> str:
    """Return what differs between a scenario and the first one, in one sentence.

    Parameters
    ----------
    differences
        As in `sim.study.compare.Comparison`.
    name
        The scenario.
    model
        A model that was run; all have the same horizon.
    """
    table = differences[(differences["scenario"] == name).to_numpy()]
    known = int(table["pairs"].max())
    how_known = f"90% intervals, {known} pairs" if known > 1 else "one pair, so no intervals"
    said = "; ".join(parts(table, model).values())
    text = f"{name} against {table['against'].iloc[0]}: {said}"
    return f"{text}." if same(table) else f"{text} ({how_known})."


def parts(table: pd.DataFrame, model: Model) -> dict[str, str]:
    """Return what differs, by outcome, from the rows of one scenario; else that nothing does."""
    if same(table):
        return {"nothing": nothing(table)}
    found, rows = {}, table.set_index("outcome")
    capability, research = rows.loc["capability"], rows.loc["research_output"]
    first, results = rows.loc["first_cycle_time"], rows.loc["experiments"]
    if model.generation_flow is not None and capability["pairs"]:
        found["capability"] = (
            f"capability {gain(capability)} after {words.duration(model.horizon)}"
        )
    if math.isfinite(research["ratio"]):
        times = f"research {research['ratio']:.2f} times as fast"
        found["research_output"] = times + interval(research, "ratio", ".2f")
    if first["pairs"]:
        how = "more" if first["difference"] > 0 else "less"
        days = f"the first generation takes {abs(first['difference']):.0f} days {how}"
        found["first_cycle_time"] = days + interval(first, "abs", ".0f")
    if not found:
        found["experiments"] = f"{results['difference']:+.3g} results of research"
    return found


def nothing(table: pd.DataFrame) -> str:
    """Return that nothing differs, from the rows of one scenario of which it is so."""
    pairs = words.count_of(int(table["pairs"].max()), "pair")
    return f"nothing differs: each outcome that is compared is the same in {pairs} of replications"


def gain(capability: Any) -> str:
    """Return '+0.46 OOM [0.40, 0.52]' from the row of capability."""
    difference = round(capability["difference"], 2) + 0.0  # no -0.00
    return f"{difference:+.2f} OOM{interval(capability, '', '.2f')}"


def interval(row: Any, of: str, form: str) -> str:
    """Return ' [0.40, 0.52]': of the difference, its size (`abs`) or the `ratio`; '' if unknown."""
    low, high = (row["ratio_low_90"], row["ratio_high_90"]) if of == "ratio" else (
        row["low_90"], row["high_90"]
    )
    if not math.isfinite(low):
        return ""
    if of == "abs" and row["difference"] < 0:
        low, high = -high, -low
    low, high = round(low, 2) + 0.0, round(high, 2) + 0.0  # no -0.00
    return f" [{low:{form}}, {high:{form}}]"


def pairs_of(differences: pd.DataFrame) -> str:
    """Return of how many pairs of replications a table tells."""
    return words.count_of(int(differences["pairs"].max()), "pair") + " of replications"
