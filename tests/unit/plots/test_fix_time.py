import pytest

from sim.plots import fix_time

from . import tables


@pytest.fixture
def two(lab):
    """Two replications; only one had failed runs in the third generation, and in the last one
    the end came too early to tell."""
    return tables.put(lab(1, 1), latency=tables.latency(
        (1, "failed run", 40, 2, 0.5, 2, 6), (2, "failed run", 42, 2, 0.25, 0.5, 2),
        (3, "failed run", 50, 1, 1, 9, 20), (4, "failed run", 50, 1, 1, 5, float("nan")),
        (2, "incident", 5, 1, 0.01, 0.125, 0.5), (1, "research", 99, 2, 10, 20, 30),
    ))


def drawn(ax):
    """(generation, median) of each mark and (low, high) of each line, by name."""
    lines = {
        line.get_label(): [(round(x), y) for x, y in line.get_xydata().tolist()]
        for line in ax.lines
    }
    spans = [
        [tuple(segment[:, 1]) for segment in collection.get_segments()]
        for collection in ax.collections
    ]
    return lines, spans


def test_marks_are_medians_and_lines_the_middle(two):
    lines, spans = drawn(fix_time.figure(two).axes[0])
    assert lines == {"failed runs": [(1, 2), (2, 0.5), (3, 9)], "incidents": [(2, 0.125)]}
    assert spans == [[(0.5, 6), (0.25, 2), (1, 20)], [(0.01, 0.5)]]


def test_words_name_the_first_and_the_last_generation_that_all_tell_of(two):
    headline, how = fix_time.words(two)
    assert headline == (
        "Half of the failed runs are fixed within 2 d in generation 1, 12 h in generation 2"
    )
    assert "Over all failures of 2 replications together; left out where" in how


def test_what_takes_no_time_is_drawn_at_a_minute(lab):
    frames = tables.put(lab(1), latency=tables.latency((1, "failed run", 9, 1, 0, 0, 0)))
    figure = fix_time.figure(frames)
    lines, _ = drawn(figure.axes[0])
    assert lines == {"failed runs": [(1, fix_time.MINUTE)]}
    assert figure.axes[0].get_yticklabels()[0].get_text() == "≤ 1 min"
    assert fix_time.words(frames)[0] == "Half of the failed runs are fixed within 1 min"


def test_all_that_is_drawn_is_within_the_axis(lab_many, two, one):
    for frames in (lab_many, two, one):
        ax = fix_time.figure(frames).axes[0]
        low, high = ax.get_ylim()
        lines, spans = drawn(ax)
        assert all(low <= y <= high for marks in lines.values() for _, y in marks)
        assert all(low <= a and b <= high for lines in spans for a, b in lines)
        assert len(ax.get_yticklabels()) >= 2


def test_without_failures_there_is_a_note(lab):
    frames = tables.put(lab(1), latency=tables.latency((1, "research", 9, 1, 1, 2, 3)))
    assert not fix_time.shows(frames)
    ax = fix_time.figure(frames).axes[0]
    assert ax.texts[-1].get_text() == "Nothing failed in this time. One run."
    assert fix_time.chart(frames)["data"] == []


def test_the_chart_shows_the_same(two):
    failed, incidents = fix_time.chart(two)["data"]
    assert failed["y"] == [2, 0.5, 9] and incidents["y"] == [0.125]
    assert failed["error_y"]["array"] == [4, 1.5, 11]
    assert failed["error_y"]["arrayminus"] == [1.5, 0.25, 8]
    assert failed["hovertext"][0] == (
        "failed runs, generation 1: 40 fixed<br>median 2 d, middle 80% 12 h to 6 d"
    )
