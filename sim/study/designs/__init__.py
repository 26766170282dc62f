"""Designs, one per file: which points a study has.

To add one, write a file that defines a `Design` and export it here in one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from sim.model import InputError
from sim.model.calls import parse_call
from sim.model.errors import unknown_name
from sim.study.designs.design import Design
from sim.study.designs.grid import Grid
from sim.study.designs.latin_hypercube import LatinHypercube
from sim.study.designs.morris import Morris
from sim.study.designs.saltelli import Saltelli
from sim.study.designs.sobol import Sobol
from sim.study.designs.stated import Stated
from sim.study.designs.table import Table
from sim.study.refusals import check_keys, mapping_of

__all__ = [
    "DESIGNS", "Design", "Grid", "LatinHypercube", "Morris", "Saltelli", "Sobol", "Stated", "Table",
    "read",
]

DESIGNS: dict[str, type[Design]] = {
    entry.kind: entry
    for entry in list(globals().values())
    if isinstance(entry, type) and issubclass(entry, Design) and entry is not Design
}
"""Designs by name."""


def read(value: Any, folder: Path) -> Design:
    """Return the design that is written so, such as `"latin_hypercube(points=200)"`."""
    data = parse_call(value, ("design",))
    if isinstance(data, str):
        data = {"kind": data.strip()}
    given: Mapping[str, Any] = mapping_of(data, "study: design", "write for example grid")
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in DESIGNS:
        raise InputError(f"study: design: {unknown_name('design', kind, DESIGNS)}")
    own = {key: item for key, item in given.items() if key != "kind" and item is not None}
    # Each design is a dataclass; what it is not told has no name in the file.
    names = [f.name for f in fields(DESIGNS[kind]) if not f.metadata]  # type: ignore[arg-type]
    check_keys(own, names, f"study: design {kind}")
    return DESIGNS[kind].read(own, folder)
