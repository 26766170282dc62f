"""Terminal tables of studies: outcomes point by point, luck and parameters, answers in SQL."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.table import Table

from sim.plots.study import luck, words
from sim.plots.words import plain
from sim.study.outcomes import Outcome
from sim.study.results import Results

if TYPE_CHECKING:
    import pandas as pd

GAP = 2
"""Characters between columns."""
SHARE = 0.5
"""Share of the width that factors may take; those for which there is no room are left out."""

Column = tuple[str, list[str]]
"""Heading, of one or more lines, and cells."""


def point_tables(results: Results, found: pd.DataFrame, width: int) -> Iterator[Table]:
    """Yield tables of outcomes by point, each as wide as the terminal at most.

    Parameters
    ----------
    results
        The study.
    found
        What `sim.study.statistics.per_point` tells of some of its points.
    width
        Of the terminal, characters.
    """
    numbers = found["point"].unique()
    by_outcome = {name: part for name, part in found.groupby("outcome", sort=False)}
    first = [("point", [str(number) for number in numbers])]
    left, missing = int(SHARE * width) - _width(first[0]), 0
    for name in results.study.factors:
        cells = [words.value(value) for value in results.points[name].iloc[numbers]]
        column = (plain(name), cells)
        left -= _width(column)
        if left < 0:
            missing += 1
        else:
            first.append(column)
    any_outcome = next(iter(by_outcome.values()))
    first.append(("runs", [f"{n}" for n in any_outcome["n"] + any_outcome["unknown"]]))
    rest = [
        _outcome(name, outcome, by_outcome[name])
        for name, outcome in results.study.outcomes.items()
    ]
    room = width - sum(map(_width, first))
    note = f" ({missing} factors left out for want of room)" if missing else ""
    for chosen in _fitting(rest, room):
        yield _table(f"outcomes by point{note}", [*first, *chosen])


def _outcome(name: str, outcome: Outcome, table: pd.DataFrame) -> Column:
    """Return the column of an outcome."""
    rows = table.to_dict("records")
    unit = f"\n{outcome.unit}" if outcome.unit else "\n"
    if outcome.date:
        return f"{plain(name)}{unit} (share)", [_date(row) for row in rows]
    return f"{plain(name)}{unit}", [
        words.interval(row["mean"], row["low_90"], row["high_90"]) for row in rows
    ]


def _date(row: Mapping[Any, Any]) -> str:
    """Return '212 (67%)': the median of a date, and the share of runs that reach it."""
    if np.isnan(row["q50"]):
        return "–"
    share = "–" if np.isnan(row["reached"]) else f"{row['reached']:.0%}"
    return f"{words.value(row['q50'])} ({share})"


def luck_table(split: pd.DataFrame) -> Table:
    """Return how luck and parameters share the variance (`statistics.luck_and_parameters`)."""
    rows = split.to_dict("records")
    sds = [words.alike(np.sqrt(row["parameters"]), np.sqrt(row["luck"])) for row in rows]
    measures = ["" if row["measure"] == "value" else ", at most the horizon" for row in rows]
    return _table("luck and parameters", [
        ("outcome", [plain(r["outcome"]) + m for r, m in zip(rows, measures, strict=True)]),
        ("sd of\nparameters", [parameters for parameters, _ in sds]),
        ("sd of\nluck", [by_luck for _, by_luck in sds]),
        ("parameters' share\nof the variance", [
            luck.text(row) if np.isfinite(row["share"]) else "–" for row in rows
        ]),
    ], words_first=True)  # fmt: skip


def answer_table(rows: pd.DataFrame) -> Table:
    """Return the table of what a query found."""
    columns = []
    for i, name in enumerate(rows.columns):
        columns.append((str(name), [_cell(value) for value in rows.iloc[:, i].tolist()]))
    return _table("", columns)


def _cell(value: Any) -> str:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return str(value)


def _width(column: Column) -> int:
    heading, cells = column
    return max(len(text) for text in [*heading.split("\n"), *cells]) + GAP


def _fitting(columns: Sequence[Column], room: int) -> Iterator[list[Column]]:
    """Cut columns into groups for which there is room; each has one at least."""
    held: list[Column] = []
    for column in columns:
        if held and sum(map(_width, held)) + _width(column) > room:
            yield held
            held = []
        held.append(column)
    if held:
        yield held


def _table(title: str, columns: Sequence[Column], *, words_first: bool = False) -> Table:
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    table.padding = (0, GAP, 0, 0)
    for i, (heading, cells) in enumerate(columns):
        side = "left" if (i == 0 and words_first) or not all(map(_is_number, cells)) else "right"
        table.add_column(heading, justify=side, vertical="top")  # type: ignore[arg-type]
    for row in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*row)
    return table


def _is_number(text: str) -> bool:
    return text[:1] in "-–0123456789\N{MINUS SIGN}" or text.startswith(("nan", "inf", "later"))
