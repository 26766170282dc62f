"""Day 0 is 2026-01-05, the end day 100."""

import numpy as np
import pytest

from sim.plots import release_dates, style


@pytest.fixture(scope="module")
def several(released):
    """Ten replications: generation 1 on days 10 to 19, generation 2 in six of them from day 90."""
    return released(*(
        [(10 + k, 0.1)] + ([(90 + k, 0.2)] if k < 6 else []) for k in range(10)
    ))


def dots(ax):
    (line,) = [line for line in ax.lines if line.get_marker() == "o"]
    return line.get_xdata(), line.get_ydata()


def day(frames, positions):
    return np.asarray(positions) - style.positions(frames.model, 0)


def beside(ax):
    (right,) = ax.child_axes
    return [label.get_text() for label in right.get_yticklabels()]


def test_one_run_is_a_dot_for_each_release(released):
    frames = released([(20, 0.6), (50, 1.2)])
    ax = release_dates.figure(frames).axes[0]
    x, y = dots(ax)
    assert day(frames, x).tolist() == [20, 50] and y.tolist() == [0, 1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1", "2"]
    assert not ax.collections and not ax.child_axes
    assert release_dates.words(frames) == (
        "Generation 1: 25 Jan 2026; generation 2: 24 Feb 2026", "One run; each dot is a release."
    )


def test_bars_hold_the_middle_of_the_replications(several):
    ax = release_dates.figure(several).axes[0]
    wide, narrow = ([day(several, s[:, 0]).tolist() for s in c.get_segments()]
                    for c in ax.collections)
    # The k-th of ten is the least date that k tenths do not exceed.
    assert wide == [[10, 18], [90, 100]] and narrow == [[12, 17], [92, 100]]
    x, _ = dots(ax)
    assert day(several, x).tolist() == [14, 94]
    assert beside(ax) == ["10 of 10", "6 of 10"]


def test_what_is_not_out_in_time_is_an_arrow(several):
    ax = release_dates.figure(several).axes[0]
    (arrow,) = [line for line in ax.lines if line.get_marker() == ">"]
    assert day(several, arrow.get_xdata()).tolist() == [100] and arrow.get_ydata().tolist() == [1]
    assert release_dates.words(several)[0] == (
        "Generation 1: 19 Jan 2026 (80%: 15 Jan to 23 Jan); "
        "generation 2: 9 Apr 2026 (80%: 5 Apr or later)"
    )


def test_few_release_anything(released):
    frames = released([(20, 0.3)], [], [], [])
    assert release_dates.words(frames)[0] == (
        "Generation 1 is released in 25% of replications by the end"
    )
    ax = release_dates.figure(frames).axes[0]
    assert len(dots(ax)[0]) == 0 and beside(ax) == ["1 of 4"]


def test_of_very_many_generations_some_are_shown(released):
    frames = released([(k / 2, k / 100) for k in range(1, 151)])
    ax = release_dates.figure(frames).axes[0]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == [str(g) for g in range(1, 151, 6)]
    assert "1 of 6 generations is shown" in release_dates.words(frames)[1]


def test_without_releases_there_is_a_note(toy, early):
    for frames, text in ((toy, "This model releases"), (early[1], "No generation is released")):
        assert not release_dates.shows(frames)
        ax = release_dates.figure(frames).axes[0]
        assert not ax.axison and ax.texts[-1].get_text().startswith(text)


def test_the_chart_is_the_same(several):
    wide, narrow, beside, middle = release_dates.chart(several)["data"]
    assert wide["x"] == [
        "2026-01-15 00:00:00", "2026-01-23 00:00:00", None,
        "2026-04-05 00:00:00", "2026-04-15 00:00:00", None,
    ]
    assert wide["y"] == ["1", "1", None, "2", "2", None] and narrow["line"]["width"] == 8
    assert middle["x"] == ["2026-01-19 00:00:00", "2026-04-09 00:00:00"]
    assert middle["customdata"] == ["10 of 10", "6 of 10"]
    assert [text.strip() for text in beside["text"]] == ["10/10", "6/10"]
    assert middle["text"][1] == "generation 2: 9 Apr 2026 (80%: 5 Apr or later)"


def test_a_deadlock_is_known_to_release_nothing_more(released):
    for reason, share in (("deadlock", 0.5), ("target", 1.0)):
        frames = released([(20, 1.0)], [], ends={1: 10.0}, reasons={1: reason})
        assert frames.release_dates.loc[1, "share"] == pytest.approx(share)
