"""Working hours: deterministic work, compared with a calendar walked minute by minute."""

import itertools

import numpy as np
import pytest

from . import theory

MINUTE = 1 / 1440
HOUR = 60


def tasks(run):
    """(start, end) of all tasks in days, and which of them are open at the horizon."""
    rows = run.visits.sort_values("requested")
    return rows["started"].to_numpy(), rows["finished"].to_numpy()


def same_minutes(days, minutes):
    """Whether times meet whole minutes, but for the rounding of 1/1440 in binary (0.1 ms)."""
    return len(days) == len(minutes) and bool(
        np.all(np.abs(np.array(days) - np.array(minutes) * MINUTE) < 1e-9)
    )


CALENDARS = {
    "office": ("mon-fri 09:00-17:00", 9 * HOUR, 17 * HOUR, range(5)),
    "shop": ("tue-sat 10:00-18:30", 10 * HOUR, 18 * HOUR + 30, range(1, 6)),
    "weekend": ("sat,sun 00:00-24:00", 0, 24 * HOUR, (5, 6)),
    "wednesday": ("wed 08:00-18:00", 8 * HOUR, 18 * HOUR, (2,)),
}
STARTS = {"2026-01-05": 0, "2026-01-09": 4, "2026-01-10": 5}


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("date", STARTS)
def test_tasks_one_after_the_other(calendar, date, replications):
    text, opens, closes, days = CALENDARS[calendar]
    (run,) = replications(
        1, "scenario=working_hours", f"pools.people.hours='{text}'", f"start_date={date}"
    )
    started, finished = tasks(run)
    whole = np.isfinite(finished)
    walked = theory.shifts(whole.sum(), 5 * HOUR, opens, closes, days, STARTS[date])
    assert len(walked) >= 8
    assert same_minutes(started[whole], [start for start, _ in walked])
    assert same_minutes(finished[whole], [end for _, end in walked])
    # Wrong calendars: a day off, half an hour shorter.
    for wrong in ((closes, STARTS[date] + 1), (closes - 30, STARTS[date])):
        other = theory.shifts(len(walked), 5 * HOUR, opens, wrong[0], days, wrong[1])
        assert not same_minutes(finished[whole], [end for _, end in other])


def test_eight_tasks_of_five_hours_fill_a_week(replications):
    started, finished = tasks(replications(1, "scenario=working_hours")[0])
    friday = 4 + 17 / 24
    assert finished[7] == pytest.approx(friday, abs=1e-9)
    assert started[8] == 7 + 9 / 24  # asked for on Friday at 17:00
    assert np.isfinite(finished).sum() == 4 * 8  # the horizon is the fourth Sunday, 24:00


@pytest.mark.parametrize("date", STARTS)
def test_exact_to_the_bit_on_a_grid_of_eighths(date, replications):
    """9:00, 21:00 and nine hours are eighths of a day: sums of them have no rounding at all."""
    (run,) = replications(
        1, "scenario=working_hours", "pools.people.hours='mon-fri 09:00-21:00'",
        "hours_per_person_day=12", 'flows.task.stages.do.work="9 h"', f"start_date={date}",
    )
    started, finished = tasks(run)
    whole = np.isfinite(finished)
    walked = theory.shifts(
        whole.sum(), 9 * HOUR, 9 * HOUR, 21 * HOUR, range(5), STARTS[date]
    )
    assert whole.sum() >= 20
    assert [start / 1440 for start, _ in walked] == list(started[whole])
    assert [end / 1440 for _, end in walked] == list(finished[whole])
    assert np.all(run.visits["worked"][whole] == 9 / 24)


def test_arrivals_at_any_hour_wait_for_the_morning(replications):
    """One every 13 hours, also at night and on week-ends; the person is often busy, too."""
    (run,) = replications(
        1, "scenario=working_hours", "flows.task.source.kind=open",
        "~flows.task.source.workstreams", '+flows.task.source.interval="13 h"',
    )
    started, finished = tasks(run)
    whole = np.isfinite(finished)
    assert whole.sum() == 31  # 160 open hours, but for the first four, in fives
    arrivals = [13 * HOUR * (n + 1) for n in range(whole.sum())]
    walked = theory.shifts(whole.sum(), 300, 540, 1020, range(5), 0, arrivals=arrivals)
    assert same_minutes(started[whole], [start for start, _ in walked])
    assert same_minutes(finished[whole], [end for _, end in walked])


HORIZONS = {
    "an end on Monday": ("0.75d", 0),  # 18:00 is not before 18:00
    "just after it": ("0.7501d", 1),
    "Friday's close": ("4.875d", 6),
    "Sunday": ("6.5d", 6),
    "Monday's opening": ("7.375d", 6),
    "Monday noon": ("7.5001d", 7),
}


@pytest.mark.parametrize("case", HORIZONS)
def test_what_the_horizon_cuts_is_open(case, replications):
    """Nine hours in days of twelve: the seventh task spans the week-end, 21:00 to 12:00."""
    horizon, ended = HORIZONS[case]
    (run,) = replications(
        1, "scenario=working_hours", "pools.people.hours='mon-fri 09:00-21:00'",
        "hours_per_person_day=12", 'flows.task.stages.do.work="9 h"', f"horizon={horizon}",
    )
    _, finished = tasks(run)
    assert np.isfinite(finished).sum() == ended
    assert list(run.visits["outcome"]) == ["right"] * ended + ["open"]
    assert run.end.time == run.model.horizon


@pytest.mark.parametrize("prehistory", [1, 3])
def test_the_calendar_reaches_back_before_the_start(prehistory, replications):
    """t = 0 is a Monday: one day before it is a Sunday, three days before a Friday."""
    (run,) = replications(1, "scenario=working_hours", f"prehistory={prehistory}d")
    started, finished = tasks(run)
    whole = np.isfinite(finished)
    begin = -prehistory * 1440
    walked = theory.shifts(whole.sum(), 300, 540, 1020, range(5), 0, begin=begin)
    assert same_minutes(started[whole], [start for start, _ in walked])
    assert same_minutes(finished[whole], [end for _, end in walked])
    assert (started[0] < 0) == (prehistory == 3)


def test_the_walk_sees_every_minute():
    """The yardstick: work done is open minutes, in any calendar."""
    for (_, opens, closes, days), first in itertools.product(CALENDARS.values(), STARTS.values()):
        for start, end in theory.shifts(3, 300, opens, closes, days, first):
            open_minutes = sum(
                (m // 1440 + first) % 7 in days and opens <= m % 1440 < closes
                for m in range(start, end)
            )
            assert open_minutes == 300
