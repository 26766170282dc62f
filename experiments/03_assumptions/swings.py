"""The largest assumptions: what the default lab's values without a source decide of the result.

    python experiments/03_assumptions/swings.py
    python experiments/03_assumptions/swings.py --replications 8 --out mine.csv "horizon=1 y"

Moves every such value alone to both ends of its range, on the same random numbers, and writes what
changes as a row per end; rows that are there already are kept. Then measures the largest again with
more replications, and prints them. Any further arguments override the configuration.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

import sim
from sim.model import Model, catalogue
from sim.study.replace import put
from sim.study.swings import HIGH, LOW, End, Swing, ranked, read, signed, write

HERE = Path(__file__).resolve().parent
FACTOR = 1.5
"""How far a value moves (up and down, probabilities in odds) where no range says better."""
WIDE = 10.0
"""A range that ends this many times above or below the value says what is possible, no more."""
APART = {
    "horizon": "sets the date at which capability is read",
    "readouts": "is computed from capability and changes nothing of the run",
}
"""What is not moved, by the first name of the path, and why."""


# --- where to -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """One value, moved to one end."""

    path: str
    end: str
    rule: str
    default: Any
    value: Any
    """Where the model allows it."""


def unsourced(model: Model) -> list[catalogue.Assumption]:
    """Return the numeric values of a model that no source states, in model order."""
    return [
        found for found in catalogue.entries(model.to_dict())
        if found.tag != "sourced" and number(found.default) is not None
        and found.path.split(".")[0] not in APART
    ]  # fmt: skip


def number(value: Any) -> float | None:
    """Return a number, or a duration in days; anything else, and what is unlimited, is none."""
    duration = re.fullmatch(r"(\S+) d", value) if isinstance(value, str) else None
    if duration:
        value = float(duration[1])
    numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if numeric and math.isfinite(value) else None


def moves(model: Model) -> list[Move]:
    """Return every move of every value in `unsourced`; an end that is the value itself is none."""
    data = model.to_dict()
    found = []
    for entry in unsourced(model):
        rule, *ends = reach(entry)
        for end, goal in zip((LOW, HIGH), ends, strict=True):
            value = allowed(data, entry.path, entry.default, goal)
            if value != entry.default:
                found.append(Move(entry.path, end, rule, entry.default, value))
    return found


def reach(entry: catalogue.Assumption) -> tuple[str, float, float]:
    """Return the rule by which a value moves, and how low and how high it does.

    `one` step in the order of priorities; else the `range` that the catalogue finds plausible;
    where it gives none, or only what is possible: a chance or share by 1.5 in `odds`, others by
    this `factor`. A value of 0 has no scale but its range.
    """
    value = number(entry.default)
    if entry.path.endswith("priority"):
        return "one", value - 1, value + 1
    chance = entry.unit in ("chance", "share")
    if isinstance(entry.range, tuple):
        low, high = entry.range
        possible = chance and (low, high) == (0, 1)
        wide = value > 0 and (high / value >= WIDE or (low > 0 and value / low >= WIDE))
        if value == 0 or not (possible or wide):
            return "range", low, high
    if chance and 0 < value < 1:
        odds = value / (1 - value)
        return "odds", odds / (odds + FACTOR), odds / (odds + 1 / FACTOR)
    return "factor", value / FACTOR, value * FACTOR


def allowed(data: dict[str, Any], path: str, default: Any, goal: float) -> Any:
    """Return the value nearest to the goal that the model takes, between it and the default."""
    start = number(default)
    whole = isinstance(default, int)
    # Away from the default, so that a small count moves at all.
    away = math.floor if goal < start else math.ceil
    steps = range(abs(away(goal) - default), 0, -1) if whole else np.linspace(1, 0, 32)[:-1]
    for step in steps:
        if whole:
            value: Any = default + int(math.copysign(step, goal - start))
        else:
            x = float(f"{start + step * (goal - start):.6g}")
            value = f"{x!r} d" if isinstance(default, str) else x
        try:
            Model.from_dict(put(data, path, value))
        except sim.InputError:
            continue
        return value
    return default


# --- what changes -------------------------------------------------------------------------------


def outcomes(model: Model, replications: int, seed: int) -> pd.DataFrame:
    """Return the outcomes of an ensemble, a row per replication."""
    return sim.ensemble(model, replications=replications, seed=seed).outcomes


def compared(move: Move, before: pd.DataFrame, after: pd.DataFrame, seed: int) -> End:
    """Return what a move changes, from the outcomes of the same replications."""
    before = before.iloc[: len(after)]
    gains = (after["capability"] - before["capability"]).round(9).to_numpy()
    mean = float(gains.mean())
    half = float(t.ppf(0.95, len(gains) - 1) * gains.std(ddof=1) / math.sqrt(len(gains)))
    cycles = (after["cycle_time"] - before["cycle_time"]).dropna()
    output = after["research_output"].mean() / before["research_output"].mean() - 1
    return End(
        path=move.path, end=move.end, rule=move.rule, default=str(move.default),
        value=str(move.value), seed=seed, replications=len(gains), capability=mean,
        capability_from=mean - half, capability_to=mean + half,
        cycle_time=float(cycles.mean()) if len(cycles) else math.nan,
        research_output=float(output),
    )


class Study:
    """The rows measured so far, kept in a file."""

    def __init__(self, model: Model, file: Path, *, seed: int, workers: int = 1) -> None:
        self.model, self.file, self.seed, self.workers = model, file, seed, workers
        self.data = model.to_dict()
        self.moves = moves(model)
        self.before = pd.DataFrame()
        there = {(e.path, e.end): e for e in read(file)} if file.exists() else {}
        self.rows = {
            (m.path, m.end): row for m in self.moves
            if (row := there.get((m.path, m.end))) and self._is_of(row, m)
        }  # fmt: skip

    def _is_of(self, row: End, move: Move) -> bool:
        found = (row.rule, row.default, row.value, row.seed)
        return found == (move.rule, str(move.default), str(move.value), self.seed)

    def measure(
        self, some: Iterable[Move], replications: int, tell: Callable[[str], None] = print
    ) -> None:
        """Measure these moves, except those that have as many replications already."""
        due = [
            m for m in some
            if (m.path, m.end) not in self.rows
            or self.rows[m.path, m.end].replications < replications
        ]  # fmt: skip
        if due and len(self.before) < replications:
            self.before = outcomes(self.model, replications, self.seed)
        for done, (move, after) in enumerate(self._run(due, replications), 1):
            row = compared(move, self.before, after, self.seed)
            self.rows[move.path, move.end] = row
            self.save()
            tell(f"{done}/{len(due)} {move.path} {row.value}: {signed(row.capability)} OOM")

    def _run(
        self, due: Sequence[Move], replications: int
    ) -> Iterator[tuple[Move, pd.DataFrame]]:
        changed = (Model.from_dict(put(self.data, m.path, m.value)) for m in due)
        if self.workers == 1:
            for move, model in zip(due, changed, strict=True):
                yield move, outcomes(model, replications, self.seed)
            return
        with ProcessPoolExecutor(self.workers, get_context("spawn")) as pool:
            running = {
                pool.submit(outcomes, model, replications, self.seed): move
                for move, model in zip(due, changed, strict=True)
            }
            for future in as_completed(running):
                yield running[future], future.result()

    def save(self) -> None:
        """Write all rows, in model order."""
        keys = [(move.path, move.end) for move in self.moves]
        write(self.file, [self.rows[key] for key in keys if key in self.rows])

    def refine(
        self, top: int, replications: int, tell: Callable[[str], None] = print
    ) -> None:
        """Measure the largest swings with more replications, until they stay the largest."""
        while True:
            paths = {swing.path for swing in ranked(self.rows.values())[:top]}
            some = [move for move in self.moves if move.path in paths]
            if all(self.rows[m.path, m.end].replications >= replications for m in some):
                return
            self.measure(some, replications, tell)


# --- the table ----------------------------------------------------------------------------------


def table(swings: Sequence[Swing]) -> str:
    """Return a table of swings as Markdown."""
    change = "change of capability, OOM"
    lines = [f"| value | default | low: {change} | high: {change} | by |", "|---|---|---|---|---|"]
    for swing in swings:
        first = swing.ends[0]
        cells = [f"`{swing.path}`", _short(first.default), _cell(swing.low), _cell(swing.high)]
        lines.append(f"| {' | '.join([*cells, first.rule])} |")
    return "\n".join(lines)


def _cell(end: End | None) -> str:
    if end is None:
        return "–"
    span = f"{signed(end.capability_from)} to {signed(end.capability_to)}"
    return f"{_short(end.value)}: {signed(end.capability)} ({span})"


def _short(value: str) -> str:
    words = value.split()
    return " ".join([f"{float(words[0]):.3g}", *words[1:]])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write, print; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=4, help="of every value")
    parser.add_argument("--refined", type=int, default=16, help="of the largest")
    parser.add_argument("--top", type=int, default=12, help="how many are the largest")
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE / "swings.csv")
    parser.add_argument("overrides", nargs="*", help="such as 'horizon=1 y'")
    given = parser.parse_args(arguments)
    if min(given.replications, given.refined) < 2:
        parser.error("--replications and --refined take whole numbers >= 2: an interval needs two")
    try:
        study = Study(
            sim.load(*given.overrides), given.out, seed=given.seed, workers=given.workers
        )
        study.measure(study.moves, given.replications)
        study.refine(given.top, given.refined)
    except sim.InputError as error:
        parser.error(str(error))
    print(table(ranked(study.rows.values())[: given.top]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
