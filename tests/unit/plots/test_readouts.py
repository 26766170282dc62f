import dataclasses
import json
import math
from itertools import pairwise

import numpy as np
import pytest

from sim.metrics import growth
from sim.plots import Frames, readouts, style


def reading(frames, **horizon):
    """The frames, read out otherwise; nothing for no readout at all."""
    own = {"metr_horizon": {"at_zero": "6 h", "doublings_per_oom": 2} | horizon} if horizon else {}
    return dataclasses.replace(frames, model=frames.model.replace(readouts=own))


def hours_of(frames):
    steps = growth.trajectory(frames.generations, frames.model)
    return steps, 6 * 4 ** steps["capability"].to_numpy()


def test_one_run_is_a_line_of_steps_with_a_mark_at_each_release(one):
    ax = readouts.figure(one).axes[0]
    assert ax.get_yscale() == "log"
    line, *marks, dots = ax.lines
    steps, hours = hours_of(one)
    assert line.get_drawstyle() == "steps-post"
    assert line.get_ydata() == pytest.approx([*hours, hours[-1]])
    assert line.get_xdata().tolist() == style.positions(
        one.model, [*steps["time"], one.end]
    ).tolist()
    assert dots.get_ydata() == pytest.approx(hours[1:])
    low, high = ax.get_ylim()
    assert [mark.get_ydata()[0] for mark in marks] == [h for h in (8, 40, 167) if low < h < high]


def test_an_ensemble_is_a_band_with_its_median(many):
    ax = readouts.figure(many).axes[0]
    steps, _ = hours_of(many)
    times = np.unique([*steps["time"], many.end])
    expected = 6 * 4 ** growth.quantiles(steps, times).to_numpy()
    assert ax.lines[0].get_ydata() == pytest.approx(expected[:, 1])
    assert ax.collections[0].get_paths()[0].vertices[:, 1].max() == pytest.approx(expected.max())
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["median", "middle 80% of replications"]


def test_marks_and_what_metr_cannot_measure(released):
    ax = readouts.figure(released([(20, 1.0), (60, 2.5)])).axes[0]  # 6, 24, 192 h
    names = [text.get_text() for text in ax.texts if "work" in text.get_text()]
    assert names == ["a day's work\n(8 h)", "a week's work\n(40 h)", "a month's work\n(167 h)"]
    (grey,) = ax.patches
    assert grey.get_y() == 16 and grey.get_y() + grey.get_height() == pytest.approx(192 * 1.6)
    small = readouts.figure(released([(20, 0.1)])).axes[0]
    assert not small.patches  # up to 11 h


def test_words_name_the_longest_mark_that_most_reach(released):
    headline, beneath = readouts.words(released([(20, 1.0), (60, 1.5)]))
    assert headline == (
        "METR time horizon goes from 6 h to 48 h in 100 days; a week's work (40 h) on 6 Mar 2026"
    )
    assert beneath.startswith("One run.") and "6 h at c = 0, 2 doublings per OOM" in beneath
    assert "METR calls measurements above 16 h unreliable" in beneath
    several = released([(20, 1.0)], [(30, 1.5)], [(40, 0.9)])
    assert readouts.words(several)[0] == (
        "METR time horizon goes from 6 h to 24 h in 100 days; "
        "a day's work (8 h) around 4 Feb 2026 (80%: 25 Jan to 14 Feb)"
    )


def test_words_without_marks_or_releases(released, early):
    assert readouts.words(released([(20, 0.1)]))[0] == (
        "METR time horizon goes from 6 h to 6.9 h in 100 days"
    )
    for frames in early:
        assert readouts.words(frames)[0] == (
            "METR time horizon stays at 6 h: no generation is released in 5 days"
        )


def test_words_of_runs_that_ended_early_name_no_span(stopped):
    headline, beneath = readouts.words(stopped)
    assert " days" not in headline and "2 of 40 planned replications" in beneath


@pytest.mark.parametrize(
    ("hours", "text"), [(0.2, "12 min"), (0.01, "0.6 min"), (5.83, "5.8 h"), (1300, "1,300 h")]
)
def test_lengths(hours, text):
    assert readouts.length(hours) == text


@pytest.mark.parametrize("horizon", [{"at_zero": "0.6 min"}, {"at_zero": "30 h"}, {
    "doublings_per_oom": 20}])
def test_the_axis_has_ticks_whatever_the_horizon(twenty, horizon):
    figure = readouts.figure(reading(twenty, **horizon))
    figure.draw_without_rendering()
    ax = figure.axes[0]
    low, high = ax.get_ylim()
    ticks = ax.get_yticks()
    assert 3 <= len(ticks) <= 12 and all(low <= tick <= high for tick in ticks)
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert all(above.y0 > below.y1 for below, above in pairwise(boxes))


def test_a_model_that_reads_nothing_out_has_nothing_to_show(one, toy):
    for frames in (reading(one), toy):
        assert not readouts.shows(frames)
        ax = readouts.figure(frames).axes[0]
        assert not ax.axison and not ax.lines
        assert readouts.chart(frames)["data"] == []


# --- the chart ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["one", "many", "twenty", "stopped"])
def test_the_chart_is_plain_data_that_plotly_takes(name, request):
    import plotly.graph_objects as go

    chart = readouts.chart(request.getfixturevalue(name))
    assert json.loads(json.dumps(chart, allow_nan=False)) == chart
    go.Figure(chart)
    assert "title" not in chart["layout"] and chart["layout"]["yaxis"]["type"] == "log"


def test_the_chart_shows_what_the_figure_does(one, many):
    _, hours = hours_of(one)
    line, dots = readouts.chart(one)["data"][-2:]
    assert line["y"] == pytest.approx([*hours, hours[-1]], rel=1e-5)
    assert dots["text"] == [f"generation {g}" for g in range(1, len(hours))]
    low, high, median = readouts.chart(many)["data"][-3:]
    drawn = readouts.figure(many).axes[0].lines[0]
    assert median["y"] == pytest.approx(drawn.get_ydata(), rel=1e-5)
    assert all(a <= b <= c for a, b, c in zip(low["y"], median["y"], high["y"], strict=True))
    assert median["line"]["shape"] == low["line"]["shape"] == "hv"


def test_the_chart_names_the_marks_and_greys_what_is_unreliable(released):
    chart = readouts.chart(released([(20, 1.0), (60, 2.5)]))
    named = [trace for trace in chart["data"] if trace["mode"] == "lines+text"]
    texts = {trace["y"][0]: trace["text"] for trace in named}
    assert texts == {
        8: ["", "a day's work (8 h)"], 40: ["a week's work (40 h)", ""],
        167: ["a month's work (167 h)", ""],
    }
    (grey,) = (trace for trace in chart["data"] if "fill" in trace)
    assert grey["name"] == "above 16 h: unreliable"
    assert grey["y"] == pytest.approx([192 * 1.6] * 2, rel=1e-5)
    low, high = chart["layout"]["yaxis"]["range"]
    assert (low, high) == pytest.approx((math.log10(6 / 1.6), math.log10(192 * 1.6)), rel=1e-5)


def test_the_band_ends_with_the_first_replication_that_ends(many):
    ends = dict.fromkeys(range(5), 100.0) | {3: 60.0}
    frames = Frames(many.visits, many.generations, many.changes, many.model, ends)
    line = readouts.figure(frames).axes[0].lines[0]
    assert line.get_xdata().max() == style.positions(many.model, 60.0)
