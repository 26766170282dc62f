from itertools import pairwise

import numpy as np
import pytest

from sim.laws.calendar import working_time_between
from sim.metrics import timeline
from sim.model.fields import Context
from sim.model.hours import HoursReader


def hours_of(text):
    return HoursReader().read(text, (), Context.of(8.0))


def integral_by_hand(spans, weights, edges):
    """Integral over each bin of the total weight of the spans, span by span."""
    return [
        sum(w * max(0.0, min(b, hi) - max(a, lo)) for (a, b), w in zip(spans, weights, strict=True))
        for lo, hi in pairwise(edges)
    ]


def integrate(spans, weights, edges, rows=None, count=1):
    begin, end = np.array(spans, dtype=float).reshape(-1, 2).T
    rows = np.zeros(len(begin), dtype=int) if rows is None else np.array(rows)
    weights = np.array(weights, dtype=float)
    edges = np.array(edges, dtype=float)
    return timeline.integrate_spans(rows, begin, end, weights, edges=edges, count=count)


def test_a_span_is_divided_among_the_bins_it_touches():
    assert integrate([(0.5, 2.25)], [2], [0, 1, 2, 3]).tolist() == [[1.0, 2.0, 0.5]]


def test_only_what_lies_within_the_edges_counts():
    assert integrate([(-5, 0.5), (2, 9), (-2, -1), (7, 8)], [1] * 4, [0, 1, 3]).tolist() == [
        [0.5, 1.0]
    ]


def test_functions_are_kept_apart():
    assert integrate([(0, 1), (1, 2)], [1, 3], [0, 1, 2], rows=[1, 0], count=3).tolist() == [
        [0, 3], [1, 0], [0, 0],
    ]


def test_no_spans_at_all():
    assert integrate([], [], [0, 1, 2], count=2).tolist() == [[0, 0], [0, 0]]


def test_random_spans_agree_with_adding_them_up_one_by_one():
    random = np.random.default_rng(1)
    spans = np.sort(random.uniform(-3, 13, (200, 2)), axis=1)
    weights = random.integers(1, 5, 200)
    edges = np.array([0.0, 0.7, 0.7, 2.0, 5.5, 10.0])
    got = integrate(spans, weights, edges)[0]
    assert got == pytest.approx(integral_by_hand(spans, weights, edges), abs=1e-9)


@pytest.mark.parametrize("text", ["mon-fri 09:00-17:00", "sat,sun 00:00-24:00", "tue 22:00-24:00"])
@pytest.mark.parametrize("weekday", [0, 3, 6])
def test_working_time_is_that_of_the_engines_calendar(text, weekday):
    hours = hours_of(text)
    times = np.random.default_rng(2).uniform(-20, 30, (200, 2))
    got = np.diff(timeline.open_time(times, hours, weekday), axis=1)[:, 0]
    window = (hours.opens, hours.closes, hours.weekdays, weekday)
    for (a, b), days in zip(times, got, strict=True):
        expected = working_time_between(a, b, *window) - working_time_between(b, a, *window)
        assert days == pytest.approx(expected, abs=1e-9)


def test_no_working_time_passes_while_closed():
    hours = hours_of("mon-fri 09:00-17:00")
    closed = [4 + 17 / 24, 4.9, 5.0, 6.5, 7.0, 7 + 9 / 24]  # Friday evening to Monday morning
    assert len(set(timeline.open_time(closed, hours, 0).tolist())) == 1


def test_a_pool_that_is_always_open_works_all_the_time():
    assert timeline.open_time([-1.5, 2.0], None, 3).tolist() == [-1.5, 2.0]


@pytest.mark.parametrize(
    ("step", "edges"),
    [
        (7, [0, 7, 14, 21, 28]),
        (9, [0, 9, 18, 28]),  # 1 day is left: it joins the last bin
        (8, [0, 8, 16, 24, 28]),  # 4 days are left: a bin of their own
        (100, [0, 28]),
    ],
)
def test_bins_cover_the_time_from_0_to_the_horizon(model, step, edges):
    assert timeline.edges_of(model, step).tolist() == edges


@pytest.mark.parametrize("step", [0, -1, float("nan")])
def test_bins_need_a_length(model, step):
    with pytest.raises(ValueError, match="step must be > 0 days, got"):
        timeline.edges_of(model, step)


@pytest.mark.parametrize("text", ["mon-fri 09:00-17:00", "tue,sat 00:00-24:00", "sun 22:00-24:00"])
def test_next_open_is_where_working_time_begins_to_pass(text):
    hours = hours_of(text)
    times = np.random.default_rng(1).uniform(-9.0, 9.0, 500)
    for first in range(7):
        opens = timeline.next_open(times, hours, first)
        passed = [timeline.open_time(t, hours, first) for t in (times, opens, opens + 1e-6)]
        assert (opens >= times).all() and passed[1] == pytest.approx(passed[0], abs=1e-9)
        assert passed[2] - passed[1] == pytest.approx(np.full(len(times), 1e-6), abs=1e-9)


def test_a_bin_that_ends_at_once_keeps_its_digits():
    """Levels back at 0 within a million-millionth of the bin."""
    soon = 1.6660000000000225e-15
    assert integrate([(0, soon)], [1], [0, 4]).tolist() == [[soon]]
