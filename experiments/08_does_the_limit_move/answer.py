"""Does the limit of a lab move from compute to its loop? The answer of the study in this folder.

    recursim task=study study=08_does_the_limit_move
    python experiments/08_does_the_limit_move/answer.py results/study/does_the_limit_move
    python experiments/08_does_the_limit_move/answer.py

The second command classifies each lab of the study, prints the tables of the README and keeps
`labs.csv` and `mean.csv` in the study's folder; the third prints them from the copies here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from sim.limits.jackknife import Estimate, jackknife
from sim.limits.regime import REGIMES, regime_of
from sim.study.results import Results, open_study
from sim.study.statistics import rank_correlations
from sim.study.statistics.intervals import wilson

HERE = Path(__file__).parent
LABS, MEAN = "labs.csv", "mean.csv"
UNKNOWN = ("frontier_cost", "omega", "size_gain", "parallel")
WHEN = ("early", "late")
DIGITS = 4
"""Decimals in `labs.csv`."""


def labs(found: Results) -> pd.DataFrame:
    """Return a row per lab: what is not known of it, and what holds it back early and late.

    D is the elasticity of research output to compute minus that to loop speed, both from the same
    four runs: more or less compute, a faster or a slower loop, on the same random numbers. `shift`
    is D late minus D early. Intervals are of the jackknife over replications, 90%.
    """
    points = found.points
    steps = [_step(points[name]) for name in ("compute", "loop")]
    wide = found.runs.pivot(index="replication", columns="point", values=list(WHEN))
    rows = []
    for values, own in points.groupby(list(UNKNOWN), sort=False):
        corners = own.sort_values(["compute", "loop"]).index
        means = np.stack([wide[when][corners].to_numpy().T for when in WHEN])
        rows.append(dict(zip(UNKNOWN, values, strict=True)) | _judged(means, steps))
    return pd.DataFrame(rows).round(DIGITS)


def mean_of_labs(found: Results) -> pd.DataFrame:
    """Return D early, late and their shift, means over all labs, in one row.

    All labs share their random numbers, and so their luck: the intervals count it as shared.
    """
    points = found.points
    steps = [_step(points[name]) for name in ("compute", "loop")]
    wide = found.runs.pivot(index="replication", columns="point", values=list(WHEN))
    order = points.sort_values([*UNKNOWN, "compute", "loop"]).index
    shape = (-1, 4, len(wide))
    values = np.stack([wide[when][order].to_numpy().T.reshape(shape) for when in WHEN])

    def of(at: int) -> Callable[[np.ndarray], np.ndarray]:
        return lambda means: _difference(np.swapaxes(means[at], 0, 1), steps).mean(axis=0)

    early, late = of(0), of(1)
    row = {
        **_columns("early", jackknife(early, values)), **_columns("late", jackknife(late, values)),
        **_columns("shift", jackknife(lambda means: late(means) - early(means), values)),
    }  # fmt: skip
    return pd.DataFrame([row]).round(DIGITS)


def _step(values: pd.Series) -> float:
    return float(np.log(values.max() / values.min()))


def _judged(values: np.ndarray, steps: list[float]) -> dict[str, object]:
    """Judge a lab by its output: early and late × corners × replications.

    The corners: less compute with the slower and the faster loop, then more.
    """

    def apart(at: int) -> Callable[[np.ndarray], np.ndarray]:
        return lambda means: _difference(means[at], steps)

    row: dict[str, object] = {}
    for at, when in enumerate(WHEN):
        one = jackknife(apart(at), values)
        row |= _columns(when, one) | {f"{when}_regime": regime_of(one)}
    late, early = apart(1), apart(0)
    return row | _columns("shift", jackknife(lambda means: late(means) - early(means), values))


def _difference(means: np.ndarray, steps: list[float]) -> np.ndarray:
    log = np.log(means)
    compute = (log[2] + log[3] - log[0] - log[1]) / (2 * steps[0])
    loop = (log[1] + log[3] - log[0] - log[2]) / (2 * steps[1])
    return np.asarray(compute - loop)


def _columns(name: str, one: Estimate) -> dict[str, object]:
    return {name: float(one.value), f"{name}_low": float(one.low), f"{name}_high": float(one.high)}


# --- what is said -----------------------------------------------------------------------------


def moves(table: pd.DataFrame) -> dict[str, int]:
    """Return how many labs there are of each sort."""
    early, late = table["early_regime"], table["late_regime"]
    judged = (early != "undecided") & (late != "undecided")
    found = {
        "from compute to the loop": (early == "compute") & (late == "loop"),
        "from the loop to compute": (early == "loop") & (late == "compute"),
        "compute-limited throughout": (early == "compute") & (late == "compute"),
        "loop-limited throughout": (early == "loop") & (late == "loop"),
        "balanced early or late": judged & ((early == "balanced") | (late == "balanced")),
        "undecided early or late": ~judged,
    }
    return {name: int(some.sum()) for name, some in found.items()}


def regimes(table: pd.DataFrame, when: str) -> dict[str, int]:
    """Return how many labs are in each regime, early or late."""
    counts = table[f"{when}_regime"].value_counts()
    return {f"{words} {when}": int(counts.get(name, 0)) for name, words in REGIMES.items()}


def shifts(table: pd.DataFrame) -> dict[str, int]:
    """Return how many labs shift which way, surely, whether or not they cross."""
    toward_loop, toward_compute = table["shift_high"] < 0, table["shift_low"] > 0
    return {
        "toward the loop": int(toward_loop.sum()),
        "toward compute": int(toward_compute.sum()),
        "not surely either way": int((~toward_loop & ~toward_compute).sum()),
    }


def decided_by(table: pd.DataFrame) -> pd.DataFrame:
    """Return rank correlations of what is not known with D early, D late and the shift."""
    points = table[list(UNKNOWN)].rename_axis("point")
    runs = table[[*WHEN, "shift"]].assign(
        point=points.index, replication=0, end_reason="horizon", end_time=0.0
    )
    return rank_correlations(points, runs, [*WHEN, "shift"])


def report(table: pd.DataFrame, mean: pd.DataFrame) -> str:
    """Return the tables of the README."""
    number = len(table)
    lines = []
    for heading, counts in (
        ("the limit", moves(table)),
        ("regime", regimes(table, "early") | regimes(table, "late")),
        ("D shifts", shifts(table)),
    ):  # fmt: skip
        lines += [f"| {heading} | labs | share |", "|---|---|---|"]
        for name, count in counts.items():
            low, high = (100 * float(end) for end in wilson(count / number, number))
            share = f"{100 * count / number:.0f}% [{low:.0f}%, {high:.0f}%]"
            lines.append(f"| {name} | {count} | {share} |")
        lines.append("")
    lines += ["| rank correlation with | D early | D late | shift |", "|---|---|---|---|"]
    found = decided_by(table).set_index(["factor", "outcome"])
    for name in UNKNOWN:
        cells = []
        for outcome in (*WHEN, "shift"):
            row = found.loc[(name, outcome)]
            cells.append(f"{row['correlation']:+.2f} [{row['low']:+.2f}, {row['high']:+.2f}]")
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    columns = (*WHEN, "shift")
    lines += ["", "| of the labs | D early | D late | shift |", "|---|---|---|---|"]
    for quantile, name in ((0.1, "a tenth is below"), (0.5, "median"), (0.9, "a tenth is above")):
        cells = [f"{table[column].quantile(quantile):+.2f}" for column in columns]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    row = mean.iloc[0]
    cells = [f"{row[c]:+.2f} [{row[f'{c}_low']:+.2f}, {row[f'{c}_high']:+.2f}]" for c in columns]
    lines.append(f"| mean, with the luck that all share | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    """Print the tables; return an exit code."""
    folder = HERE
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        found = open_study(folder)
        for name, table in ((LABS, labs(found)), (MEAN, mean_of_labs(found))):
            table.to_csv(folder / name, index=False, lineterminator="\n")
    print(report(pd.read_csv(folder / LABS), pd.read_csv(folder / MEAN)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
