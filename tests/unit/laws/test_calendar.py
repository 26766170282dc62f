"""Working hours: cases by hand, and against stepping minute by minute."""

import math
import random

import pytest

from sim.laws.calendar import (
    add_working_time,
    is_open,
    next_close,
    next_open,
    working_time_between,
)

MONDAY = 0
OFFICE = (9 / 24, 17 / 24, 0b0011111, MONDAY)  # Monday to Friday, 9:00 to 17:00
ALWAYS = (0.0, 1.0, 127, MONDAY)
NEVER = (9 / 24, 17 / 24, 0, MONDAY)
WHOLE_WEEKDAYS = (0.0, 1.0, 0b0011111, MONDAY)
FRIDAY = 4.0
NEXT_MONDAY = 7.0


def hours(h):
    return h / 24.0


def test_a_window_includes_its_opening_and_not_its_closing():
    assert is_open(hours(9), *OFFICE)
    assert not is_open(math.nextafter(hours(9), 0.0), *OFFICE)
    assert is_open(math.nextafter(hours(17), 0.0), *OFFICE)
    assert not is_open(hours(17), *OFFICE)
    assert not is_open(5.5, *OFFICE) and not is_open(6.5, *OFFICE)


def test_next_open_over_a_week_end():
    assert next_open(FRIDAY + hours(10), *OFFICE) == FRIDAY + hours(10)
    assert next_open(FRIDAY + hours(17), *OFFICE) == NEXT_MONDAY + hours(9)
    assert next_open(FRIDAY + hours(3), *OFFICE) == FRIDAY + hours(9)
    assert next_open(-0.5, *OFFICE) == hours(9)  # Sunday before day 0


def test_next_close():
    assert next_close(hours(9), *OFFICE) == hours(17)
    assert next_close(hours(17), *OFFICE) == 1.0 + hours(17)
    assert next_close(FRIDAY + 0.9, *OFFICE) == NEXT_MONDAY + hours(17)


def test_windows_that_meet_at_midnight_are_one():
    assert next_close(0.3, *WHOLE_WEEKDAYS) == 5.0
    assert next_close(5.3, *WHOLE_WEEKDAYS) == 12.0
    assert next_close(0.3, *ALWAYS) == math.inf


def test_work_pauses_overnight_and_over_the_week_end():
    assert add_working_time(hours(9), hours(8), *OFFICE) == hours(17)  # ends at closing
    assert add_working_time(hours(10), hours(8), *OFFICE) == pytest.approx(1 + hours(10))
    assert add_working_time(FRIDAY + hours(16), hours(2), *OFFICE) == pytest.approx(7 + hours(10))
    assert add_working_time(FRIDAY + hours(20), hours(1), *OFFICE) == pytest.approx(7 + hours(10))
    assert add_working_time(hours(9), 10 * hours(8), *OFFICE) == pytest.approx(11 + hours(17))


def test_the_first_weekday_shifts_the_week():
    starts_on_friday = (*OFFICE[:3], 4)
    assert next_open(1.5, *starts_on_friday) == 3.0 + hours(9)
    assert not is_open(1.5, *starts_on_friday) and is_open(0.5, *starts_on_friday)


def test_a_working_day_always_fits_into_a_working_day():
    # 17:00 - 9:00 is not 8 hours in binary; no work may be left over for the morning.
    for day in range(-500, 4000):
        if (day % 7) < 5:
            closing = day + OFFICE[1]
            assert add_working_time(day + OFFICE[0], hours(8), *OFFICE) == closing
            middle = add_working_time(day + OFFICE[0], hours(8) / 3, *OFFICE)
            end = add_working_time(middle, hours(8) * 2 / 3, *OFFICE)
            assert end == pytest.approx(closing, abs=1e-9)


def test_always_and_never():
    assert add_working_time(3.3, 100.0, *ALWAYS) == 103.3
    assert working_time_between(-2.5, 100.0, *ALWAYS) == 102.5
    assert next_open(0.0, *NEVER) == next_close(0.0, *NEVER) == math.inf
    assert add_working_time(0.0, 1.0, *NEVER) == math.inf
    assert add_working_time(0.0, math.inf, *OFFICE) == math.inf
    assert working_time_between(0.0, 100.0, *NEVER) == 0.0


def test_a_window_on_one_day_a_week_is_found_from_every_day():
    only_wednesday = (9 / 24, 17 / 24, 0b0000100, MONDAY)
    for start in range(-14, 14):
        opening = next_open(start + 0.8, *only_wednesday)
        assert math.floor(opening) % 7 == 2 and 0 < opening - start - 0.8 <= 7


@pytest.mark.parametrize("seed", range(60))
def test_against_stepping_minute_by_minute(seed):
    rng = random.Random(seed)
    opens, closes = sorted(rng.sample(range(0, 25), 2))
    weekdays, first = rng.randrange(1, 128), rng.randrange(7)
    window = (opens / 24, closes / 24, weekdays, first)

    def open_minute(minute):
        day, within = divmod(minute, 1440)
        on = (weekdays >> ((day + first) % 7)) & 1
        return bool(on) and opens * 60 <= within < closes * 60

    # Half minutes, so that rounding cannot matter at a border.
    start = rng.randrange(-20 * 1440, 20 * 1440)
    t = (start + 0.5) / 1440
    assert is_open(t, *window) == open_minute(start)
    work = rng.randrange(1, 3000)
    minute, left = start, work - 0.5
    if not open_minute(start):
        left = float(work)  # begins with a whole minute, at an opening
    while True:
        minute += 1
        if open_minute(minute):
            left -= 1.0
            if left < 0.0:
                break
    # `left` is -0.5 when the start was open: it ends in the middle of this minute.
    end = (minute + (left + 1.0)) / 1440
    worked = (work if open_minute(start) else work + 0.0) / 1440
    assert working_time_between(t, end, *window) == pytest.approx(worked, abs=1e-9)
    found = add_working_time(t, worked, *window)
    # Work that ends at a closing ends there; stepping ends it at the next opening.
    if abs(found - end) > 1e-9:
        assert working_time_between(found, end, *window) == pytest.approx(0.0, abs=1e-9)
        assert not is_open(found + 1e-6, *window) and found < end
    assert next_open(t, *window) <= end
