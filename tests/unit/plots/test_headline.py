"""What the figure of the capability says in its title. Day 0 is 2026-01-05, the end day 100."""

import dataclasses

import pytest

from sim.metrics import growth
from sim.plots import capability


def headline(frames):
    return capability.headline(frames, growth.trajectory(frames.generations, frames.model))


def test_the_highest_whole_number_that_half_reach_is_dated(released):
    steps = [(10, 0.7), (20, 1.4), (30, 2.1)]
    frames = released(*([(day + k, c) for day, c in steps] for k in range(8)))
    # Steps on days 30 to 37: half of eight have made it on day 33, a tenth on 30, 90% on 37.
    assert headline(frames) == (
        "3 releases in 100 days; 2 OOM reached around 7 Feb 2026 (80%: 4 Feb to 11 Feb)",
        "8 replications",
    )


def test_the_dates_are_those_of_the_median_line_and_the_band(released):
    frames = released(*([(20 + 2 * k * k, 1.2)] for k in range(6)))
    steps = growth.trajectory(frames.generations, frames.model)
    table = growth.quantiles(steps, range(100), (0.1, 0.5, 0.9))
    early, middle, late = (table.index[table[q] >= 1][0] for q in (0.9, 0.5, 0.1))
    dates = [growth.dates(frames.model, day).item() for day in (early, middle, late)]
    early, middle, late = (f"{date.day} {date:%b}" for date in dates)
    assert f"around {middle} 2026 (80%: {early} to {late})" in headline(frames)[0]


def test_a_number_that_fewer_than_half_reach_is_not_shown(released):
    far, near = [(10, 1.0), (40, 2.5)], [(10, 1.0), (40, 1.9)]
    assert "; 1 OOM reached" in headline(released(far, near, near))[0]
    assert "; 2 OOM reached" in headline(released(far, near))[0]


def test_what_some_do_not_reach_comes_later_than_known(released):
    frames = released(*[[(20, 1.0)]] * 4, [(60, 1.0)], [], [])
    assert headline(frames) == (
        "About 1 release in 100 days; 1 OOM reached around 25 Jan 2026 (80%: 25 Jan or later)",
        "7 replications, with 0 to 1 releases each; 5 reach 1 OOM",
    )


def test_below_1_oom_the_first_release_is_dated(released):
    one, two = [(20, 0.3)], [(20, 0.3), (50, 0.6)]
    assert headline(released(one, one))[0] == (
        "1 release in 100 days, around 25 Jan 2026 (80%: the same day)"
    )
    assert headline(released(two, two, one))[0].startswith(
        "About 2 releases in 100 days, the first around 25 Jan 2026"
    )


def test_one_run(released):
    frames = released([(20, 0.6), (50, 1.2)])
    assert headline(frames) == (
        "2 releases in 100 days; 1 OOM reached on 24 Feb 2026",
        "One run; capability 1.20 OOM at the end",
    )
    assert headline(released([(20, 0.6)]))[0] == "1 release in 100 days, on 25 Jan 2026"


def test_a_run_that_ended_early_says_when(released):
    frames = released([(20, 0.6)], ends={0: 30.5})
    assert headline(frames) == (
        "1 release in 30 days, on 25 Jan 2026",
        "One run, ended early on 4 Feb 2026; capability 0.60 OOM at the end",
    )


def test_few_release_anything(released):
    assert headline(released([(20, 0.3)], [], [], []))[0] == (
        "1 of 4 replications release a generation in 100 days"
    )
    assert headline(released([(20, 0.3)], [(20, 0.3)], [], []))[0].startswith("About 1 release ")


def test_an_interrupted_ensemble_says_how_much_of_it_is_here(released):
    frames = released([(20, 1.0)], [(20, 1.0)], [], planned=50, ends={2: 10.0})
    assert headline(frames) == (
        "About 1 release; 1 OOM reached around 25 Jan 2026 (80%: 25 Jan or later)",
        "3 of 50 planned replications, 1 ended early, with 0 to 1 releases each; 2 reach 1 OOM",
    )


@pytest.mark.parametrize("count", range(1, 13))
def test_whatever_the_number_of_replications_a_date_is_found(released, count):
    for reach in range(count + 1):
        frames = released(*([(20, 1.0)] if k < reach else [] for k in range(count)))
        text = headline(frames)[0]
        assert ("1 OOM reached" in text) == (2 * reach >= count)


def test_the_longest_title_fits(released):
    more = (99.5, 12.4)
    frames = released([(19, 12.0)], [(55, 12.0), more], [(78, 12.0), more])
    model = frames.model.replace(start_date="2026-12-01")
    figure = capability.figure(dataclasses.replace(frames, model=model, planned=1000))
    title = figure.axes[0]._left_title
    assert title.get_text() == (
        "About 2 releases in 100 days;\n"
        "12 OOM reached around 25 Jan 2027 (80%: 20 Dec 2026 to 17 Feb)"
    )
    figure.draw_without_rendering()
    assert title.get_window_extent().x1 <= figure.bbox.x1
