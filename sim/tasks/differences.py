"""Terminal table of what differs between two scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from sim.report.differences import title, told

if TYPE_CHECKING:
    import pandas as pd


def difference_table(differences: pd.DataFrame, name: str, common: Sequence[str]) -> Table:
    """Return the table of one scenario against the first; `common` was changed in both."""
    rows = list(told(differences, name))
    shown = Table(
        title=title([differences["against"].iloc[0], name], common), title_justify="left",
        box=None, padding=(0, 1), pad_edge=False,
    )
    shown.add_column("outcome")
    partly = any(row.missing != "0" for row in rows)
    heads = ("with", "against", "difference [90%]", *(["pairs"] if partly else []))
    for head in heads:
        shown.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        shown.add_row(
            row.outcome, row.mean, row.against, f"{row.difference} {row.interval}".rstrip(),
            *([row.pairs] if partly else []),
        )
    return shown
