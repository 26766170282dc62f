"""Timetables: values by the time from which each holds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sim.model.errors import Path, invalid
from sim.model.fields import Context, Reader, as_mapping
from sim.model.units import CLOCK


@dataclass(frozen=True)
class Timetable(Reader):
    """Reads `{"90 d": 12, "0.5 y": 20}`: a value from each time (days after t = 0) on."""

    inner: Reader

    def read(self, value: Any, path: Path, context: Context) -> dict[float, Any]:
        """Return the values by time, in ascending order."""
        table: dict[float, Any] = {}
        last = 0.0
        for key, item in as_mapping(value, path).items():
            time = CLOCK.read(key, path)
            if not last < time < math.inf:
                raise invalid(path, "must have times > 0 in ascending order, all finite", key)
            table[time] = self.inner.read(item, (*path, key), context)
            last = time
        return table

    def write(self, value: dict[float, Any]) -> dict[str, Any]:
        """Return the mapping."""
        return {CLOCK.write(time): self.inner.write(item) for time, item in value.items()}
