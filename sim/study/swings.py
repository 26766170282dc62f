"""Swings: what a model's values decide, each moved alone to both ends of a range.

`experiments/03_assumptions` measures those of the default lab and keeps them as `swings.csv`,
one row per end; here is what a row says, and how rows are read, written and ranked.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from sim.model import InputError

LOW, HIGH = "low", "high"


@dataclass(frozen=True, kw_only=True)
class End:
    """What happens when one value moves to one end of its range, all else being as it was.

    Changes are means over pairs of replications on the same random numbers.
    """

    path: str
    """Which value."""
    end: str
    """`low` or `high`."""
    rule: str
    """Where the end comes from: `range` (plausible, by the catalogue), `factor`, `odds`, `one`."""
    default: str
    """The value before, as in the model's plain data."""
    value: str
    """The value after."""
    seed: int
    """Seed of both ensembles."""
    replications: int
    """Pairs."""
    capability: float
    """Change of the capability at the horizon, OOM."""
    capability_from: float
    """Lower end of the 90% interval of that mean (Student's t)."""
    capability_to: float
    """Upper end."""
    cycle_time: float
    """Change of the mean cycle time, days, over the pairs that both released; NaN if none did."""
    research_output: float
    """Change of the research output, share of the output before: 0.1 is 10% more."""


@dataclass(frozen=True, kw_only=True)
class Swing:
    """Both ends of one value; one is absent where the value cannot move that way."""

    path: str
    low: End | None
    high: End | None

    @property
    def ends(self) -> tuple[End, ...]:
        """Those that were measured."""
        return tuple(end for end in (self.low, self.high) if end)

    @property
    def size(self) -> float:
        """The larger of the two changes of capability, without its sign, OOM."""
        return max(abs(end.capability) for end in self.ends)

    @property
    def output(self) -> float:
        """The larger of the two changes of research output, without its sign."""
        return max(abs(end.research_output) for end in self.ends)


def read(file: Path) -> list[End]:
    """Return the rows of a table of swings.

    Raises
    ------
    InputError
        If the file cannot be read or is no such table.
    """
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            table = csv.DictReader(opened)
            rows = list(table)
        if list(table.fieldnames or ()) != [f.name for f in fields(End)]:
            raise ValueError("its columns are others")
        return [End(**{f.name: _TYPES[str(f.type)](row[f.name]) for f in fields(End)})
                for row in rows]  # fmt: skip
    except OSError as error:
        raise InputError(
            f"swings: cannot read '{file}' ({error.strerror}); reinstall recursim"
        ) from None
    except (csv.Error, TypeError, ValueError) as error:
        raise InputError(
            f"swings: '{file}' is not a table of swings ({error}); make it anew with "
            "experiments/03_assumptions/swings.py"
        ) from None


def write(file: Path, ends: Iterable[End]) -> None:
    """Write a table of swings; numbers to five digits."""
    partial = file.with_name(f"{file.name}.part")
    with partial.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened, lineterminator="\n")
        table.writerow(field.name for field in fields(End))
        for end in ends:
            table.writerow(
                f"{x:.5g}" if isinstance(x, float) else x for x in vars(end).values()
            )
    partial.replace(file)


def ranked(ends: Iterable[End]) -> list[Swing]:
    """Return the swings, the largest change of capability first.

    Capability moves in steps of one release: what ties in it is ranked by research output.
    """
    found: dict[str, dict[str, End]] = {}
    for end in ends:
        found.setdefault(end.path, {})[end.end] = end
    swings = [Swing(path=path, low=e.get(LOW), high=e.get(HIGH)) for path, e in found.items()]
    return sorted(swings, key=lambda s: (-s.size, -s.output, s.path))


def signed(change: float) -> str:
    """Return a change in OOM as `+0.25`, nothing as `+0.00`.

    >>> signed(-0.001)
    '+0.00'
    """
    return f"{round(change, 2) + 0.0:+.2f}"


_TYPES = {"str": str, "int": int, "float": float}
