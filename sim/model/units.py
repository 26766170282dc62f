"""Written quantities: `"90 min"`, `"4.3 d"`, `"2 y"` and what they mean in days.

Three clocks share the same words. A *clock* day has 24 h; a *person-day* has
`hours_per_person_day` working hours; a *unit-day* of compute has 24 h. So `"4 h"` of
labour is half a person-day and `"4 h"` of a compute unit a sixth of a unit-day.
"""

from __future__ import annotations

import math
import re
from typing import Any

from sim.model.errors import Path, invalid

DAYS_PER_YEAR = 365.25

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?inf|nan"
_PATTERN = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]*)\s*")

_CLOCK = {
    "s": (1.0, 86400.0),
    "min": (1.0, 1440.0),
    "h": (1.0, 24.0),
    "d": (1.0, 1.0),
    "w": (7.0, 1.0),
    "y": (DAYS_PER_YEAR, 1.0),
}
_UNIT_DAY = {"min": (1.0, 1440.0), "h": (1.0, 24.0), "d": (1.0, 1.0)}


class Measure:
    """A kind of quantity: its units and their size in days.

    Parameters
    ----------
    name
        What is measured, in words.
    units
        Size of each unit in days of this measure, as (numerator, denominator): so that
        `"2 h"` is the float nearest to 2/24.
    base
        The unit of size 1, if it is not the day.
    """

    def __init__(
        self, name: str, units: dict[str, tuple[float, float]], base: str = "d"
    ) -> None:
        self.name = name
        self.units = units
        self.base = base

    def read(self, value: Any, path: Path) -> float:
        """Return `value` in days (or the base unit), or raise `InputError`."""
        if isinstance(value, str):
            match = _PATTERN.fullmatch(value)
            if match:
                number, unit = float(match[1]), match[2]
                if math.isnan(number):
                    raise invalid(path, "must be a number", value)
                if unit in self.units:
                    numerator, denominator = self.units[unit]
                    return number * numerator / denominator
                if number == 0 and not unit:
                    return 0.0
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and value == 0:
            return 0.0
        units, key = ", ".join(self.units), ".".join(path).removesuffix(".value")
        raise invalid(
            path,
            f"must be {self.name} with a unit ({units})",
            value,
            f"write for example {key}='{_example(value)} {self.base}'",
        )

    @staticmethod
    def write(days: float) -> str:
        """Return days as text that reads back to the same number."""
        return f"{days!r} d"


def _example(value: Any) -> Any:
    """Return the number that the user gave, if it can be meant: only its unit was missing."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if number and 0 < value < 1e9 else 2


def person_days(hours_per_person_day: float) -> Measure:
    """Return the measure of human work, in person-days of that many working hours."""
    day = hours_per_person_day
    return Measure("human work", {"min": (1.0, 60.0 * day), "h": (1.0, day), "d": (1.0, 1.0)})


CLOCK = Measure("a duration", _CLOCK)
UNIT_DAYS = Measure("compute work", _UNIT_DAY)
WORKING_TIME = Measure("working time", {"min": (1.0, 60.0), "h": (1.0, 1.0)}, base="h")
"""Time at work in hours, however long anybody's day is."""
