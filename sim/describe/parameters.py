"""The table of parameters: every value of a model, what it means and where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.describe.sections import Section, Table
from sim.describe.walk import meaning
from sim.describe.words import listed, plain
from sim.model import Model, catalogue

OWN, UNKNOWN = "own", "no entry"
"""Tags of a value that differs from the shipped default, and of one with no entry at all."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One value of a model."""

    path: str
    symbol: str
    value: str
    """With its unit."""
    tag: str
    """One of the catalogue's, or `OWN`, or `UNKNOWN`."""
    sentence: str
    source: str


def parameters(
    model: Model, default: Model | None = None, scenario: Model | None = None
) -> list[Parameter]:
    """Return every value of a model, those that share an entry next to each other.

    Parameters
    ----------
    model
        The model described.
    default
        The model of which the catalogue speaks; a value that differs from its value is `OWN`.
        By default the catalogue is taken at its word.
    scenario
        The shipped scenario that the model started from, of which the catalogue's entries for
        this scenario speak in the same way; by default they are left out.
    """
    defaults = catalogue.leaves(default.to_dict()) if default else None
    stated = catalogue.leaves(scenario.to_dict()) if scenario else None
    groups: dict[str, list[Parameter]] = {}
    for path, value in catalogue.leaves(model.to_dict()).items():
        entry = catalogue.lookup(path, scenario.name if scenario else None)
        general = entry == catalogue.lookup(path)
        whose, usual = ("default", defaults) if general else ("scenario", stated)
        row = (
            _unknown(model, path, value) if entry is None
            else _known(path, value, entry, whose, usual)
        )
        groups.setdefault(entry.path if entry else f"{path} ", []).append(row)
    return [row for group in groups.values() for row in group]


def _known(
    path: str, value: Any, entry: catalogue.Entry, whose: str, usual: Mapping[str, Any] | None
) -> Parameter:
    tag, source = entry.tag, f"{entry.source} ({entry.date})"
    if entry.self_reported:
        source += "; self-reported, nobody else can check it"
    if usual is not None and (path not in usual or usual[path] != value):
        was = f"the {whose}'s is {shown(usual[path], entry.unit)}" if path in usual else (
            f"the {whose} has no such value"
        )
        tag, source = OWN, f"stated by this configuration; {was}"
    return Parameter(
        path=path, symbol=entry.symbol or "", value=shown(value, entry.unit), tag=tag,
        sentence=entry.sentence, source=source,
    )


def _unknown(model: Model, path: str, value: Any) -> Parameter:
    return Parameter(
        path=path, symbol="", value=shown(value, ""), tag=UNKNOWN,
        sentence=meaning(model, path),
        source="stated by this configuration; the catalogue has no entry for it",
    )


def shown(value: Any, unit: str) -> str:
    """Return a value with its unit; the catalogue's words replace the `d` or `h` of an amount."""
    text = plain(value)
    if isinstance(value, bool):
        return text
    if isinstance(value, str):
        number, _, written = text.rpartition(" ")
        if number and {"d": "day", "h": "hour"}.get(written, "\n") in unit:
            text = number
        elif not text[:1].isdigit() or unit in ("date", "clock time"):
            return text
    if "," in unit:
        return f"{text} ({unit})"
    return text if unit == "count" else f"{text} {unit}".strip()


def counted(rows: Iterable[Parameter]) -> dict[str, int]:
    """Return how many values have which tag, without those that none has."""
    counts = Counter(row.tag for row in rows)
    return {tag: counts[tag] for tag in (*catalogue.TAGS, OWN, UNKNOWN) if counts[tag]}


def section(
    model: Model, default: Model | None = None, scenario: Model | None = None
) -> Section:
    """Return the section with all parameters and how many have which tag."""
    rows = parameters(model, default, scenario)
    counts = counted(rows)
    tally = ", ".join(f"{number} {tag}" for tag, number in counts.items())
    lines = [
        f"{len(rows)} values: {tally}",
        "sourced: stated by the source; fitted: chosen so that the simulated lab shows stylised "
        "facts; guess: neither",
    ]
    if OWN in counts:
        lines.append("own: differs from the shipped default, of which the catalogue speaks")
    if UNKNOWN in counts:
        unknown = [row.path for row in rows if row.tag == UNKNOWN]
        lines.append(f"no entry in the catalogue: {listed(unknown)}")
    return Section(
        title="Parameters", lines=tuple(lines), anchored=True,
        tables=(
            Table(
                columns=("parameter", "value", "symbol", "tag", "meaning", "source"),
                rows=tuple(
                    (row.path, row.value, row.symbol, row.tag, row.sentence, row.source)
                    for row in rows
                ),
                below=2,
            ),
        ),
    )
