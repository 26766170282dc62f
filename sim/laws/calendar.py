"""Working hours: one window [opens, closes) per day, on some days of the week.

Times are days on the clock, day 0 beginning at t = 0; they may be negative. A window is
four numbers: `opens` and `closes` as fractions of a day (0 <= opens < closes <= 1),
`weekdays`, a bit mask with Monday as bit 0, and `first_weekday`, the weekday of day 0
with Monday as 0. Always open is (0, 1, 127, any). All bounds are computed as day number
plus fraction, so that what one function returns is on the right side for the others.
"""

import math

from .portable import INFINITY

ROUNDING = 1e-9
"""Days (0.1 ms) within which work ends exactly at a closing. 17:00 minus 9:00 is not 8
hours in binary: without this, work would be left over for the next morning, or end just
before closing and let another start for no time at all."""


def open_on(day: int, weekdays: int, first_weekday: int) -> bool:
    """Whether a day, by its number, has a window."""
    return (weekdays >> ((day + first_weekday) % 7)) & 1 == 1


def is_open(t: float, opens: float, closes: float, weekdays: int, first_weekday: int) -> bool:
    """Whether t lies in a window; it does at opening and does not at closing."""
    day = math.floor(t)
    return open_on(day, weekdays, first_weekday) and day + opens <= t < day + closes


def next_open(t: float, opens: float, closes: float, weekdays: int, first_weekday: int) -> float:
    """The first time >= t that is open: t itself, or an opening; inf if there is none."""
    day = math.floor(t)
    for _ in range(8):
        if open_on(day, weekdays, first_weekday) and t < day + closes:
            start = day + opens
            return start if start > t else t
        day = day + 1
    return INFINITY


def next_close(t: float, opens: float, closes: float, weekdays: int, first_weekday: int) -> float:
    """The end of the window that t is in or, if t is closed, of the next one.

    Windows that meet at midnight count as one; inf if there is no end.
    """
    start = next_open(t, opens, closes, weekdays, first_weekday)
    if start == INFINITY:
        return INFINITY
    day = math.floor(start)
    if opens > 0.0 or closes < 1.0:
        return day + closes
    for _ in range(7):
        day = day + 1
        if not open_on(day, weekdays, first_weekday):
            return float(day)
    return INFINITY


def add_working_time(
    t: float, work: float, opens: float, closes: float, weekdays: int, first_weekday: int
) -> float:
    """When work that starts at t is done, if it rests outside the windows.

    Work that ends at a closing, within `ROUNDING`, ends exactly then and not at the next
    opening.

    Parameters
    ----------
    t : float
        Start. If it is closed, the work starts at the next opening.
    work : float
        Days of open clock time, >= 0.
    opens, closes, weekdays, first_weekday
        The window.

    Returns
    -------
    float
        End of the work; inf if there is no window or the work has no end.
    """
    if not work < INFINITY:
        return INFINITY
    start = next_open(t, opens, closes, weekdays, first_weekday)
    left = work
    while start < INFINITY:
        close = next_close(start, opens, closes, weekdays, first_weekday)
        if start + left < close - ROUNDING:
            return start + left
        left = left - (close - start)
        if left <= ROUNDING:
            return close
        start = next_open(close, opens, closes, weekdays, first_weekday)
    return INFINITY


def working_time_between(
    a: float, b: float, opens: float, closes: float, weekdays: int, first_weekday: int
) -> float:
    """Days of open clock time between two finite times a and b; 0 if b <= a."""
    total = 0.0
    start = next_open(a, opens, closes, weekdays, first_weekday)
    while start < b:
        close = next_close(start, opens, closes, weekdays, first_weekday)
        if b <= close:
            return total + (b - start)
        total = total + (close - start)
        start = next_open(close, opens, closes, weekdays, first_weekday)
    return total
