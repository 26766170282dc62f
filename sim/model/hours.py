"""Working hours of people: `always`, or one window on some days: `"mon-fri 09:00-17:00"`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sim.model.errors import Path, invalid
from sim.model.fields import Context, Reader

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PATTERN = re.compile(r"([a-z,\-]+)\s+(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")


@dataclass(frozen=True, kw_only=True)
class Hours:
    """One daily window [opens, closes) on the given weekdays."""

    text: str
    """As written by the user."""
    opens: float
    """Opening time as a fraction of the day."""
    closes: float
    """Closing time as a fraction of the day, after `opens`, at most 1."""
    weekdays: int
    """Bit mask of open weekdays, Monday is bit 0."""

    def open_share(self) -> float:
        """Return the share of all time that is open."""
        return (self.closes - self.opens) * self.weekdays.bit_count() / 7


@dataclass(frozen=True)
class HoursReader(Reader):
    """Reads `Hours`, or `None` for `always`."""

    def read(self, value: Any, path: Path, context: Context) -> Hours | None:
        """Return the hours."""
        if value == "always":
            return None
        match = _PATTERN.fullmatch(value.strip().lower()) if isinstance(value, str) else None
        if not match:
            raise invalid(path, "must be 'always' or like 'mon-fri 09:00-17:00'", value)
        opens = (int(match[2]) * 60 + int(match[3])) / 1440
        closes = (int(match[4]) * 60 + int(match[5])) / 1440
        if not 0 <= opens < closes <= 1:
            raise invalid(path, "must open before it closes, within 00:00-24:00", value)
        return Hours(text=value, opens=opens, closes=closes, weekdays=_mask(match[1], value, path))

    def write(self, value: Hours | None) -> str:
        """Return the text."""
        return "always" if value is None else value.text


def _mask(text: str, value: str, path: Path) -> int:
    mask = 0
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise invalid(path, f"must name days among {', '.join(DAYS)}", value)
        start, end = DAYS.index(first), DAYS.index(last or first)
        for day in range(start, end + 1 if end >= start else end + 8):
            mask |= 1 << (day % 7)
    return mask
