import datetime

import numpy as np
import pytest
from matplotlib.dates import date2num

from sim.metrics import growth
from sim.plots import Frames, capability, style


def steps_of(frames):
    return growth.trajectory(frames.generations, frames.model)


def test_one_run_is_a_line_of_steps_with_a_mark_at_each_release(one):
    ax = capability.figure(one).axes[0]
    line, dots = ax.lines
    steps = steps_of(one)
    releases = steps[steps["generation"] > 0]
    assert len(releases) >= 2
    assert line.get_drawstyle() == "steps-post"
    assert line.get_ydata().tolist() == [*steps["capability"], steps["capability"].iloc[-1]]
    assert line.get_xdata().tolist() == style.positions(
        one.model, [*steps["time"], one.end]
    ).tolist()
    assert dots.get_ydata().tolist() == releases["capability"].tolist()
    labels = [text.get_text() for text in ax.texts]
    assert set(releases["generation"].astype(str)) <= set(labels)


def test_the_title_says_the_pace(one):
    ax = capability.figure(one).axes[0]
    steps = steps_of(one)
    first = steps["date"].iloc[1]
    assert ax.get_title(loc="left") == (
        f"{len(steps) - 1} releases in 100 days, the first on {first.day} {first:%b} 2026"
    )
    last = steps["capability"].iloc[-1]
    assert ax.texts[-1].get_text().startswith(f"One run; capability {last:.2f} OOM at the end.")
    assert "OOM" in ax.get_ylabel() and "2026-01-05" in ax.get_xlabel()


def test_the_axis_shows_dates(one):
    figure = capability.figure(one)
    figure.draw_without_rendering()
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert "Feb" in labels and "Mar" in labels


def test_t_0_is_midnight_of_the_start_date(one):
    moments = [datetime.datetime(2026, 1, 5), datetime.datetime(2026, 1, 6, 12)]
    assert style.positions(one.model, [0, 1.5]).tolist() == date2num(moments).tolist()


def test_labels_of_releases_that_are_close_are_thinned(twenty):
    ax = capability.figure(twenty).axes[0]
    assert len(ax.lines[1].get_xdata()) == 20
    numbers = [text.get_text() for text in ax.texts if text.get_text().isdigit()]
    assert numbers == [str(n) for n in range(1, 21)]
    crowded = twenty.generations.assign(released=twenty.generations["released"] / 10)
    ax = capability.figure(Frames(twenty.visits, crowded, twenty.changes, twenty.model)).axes[0]
    numbers = [text.get_text() for text in ax.texts if text.get_text().isdigit()]
    assert 0 < len(numbers) < 10


def test_an_ensemble_is_thin_lines_a_band_and_the_median(many):
    ax = capability.figure(many).axes[0]
    lines, band = ax.collections
    assert len(lines.get_segments()) == 5
    (median,) = ax.lines
    steps = steps_of(many)
    times = np.unique([*steps["time"], many.end])
    expected = growth.quantiles(steps, times)
    assert median.get_ydata() == pytest.approx(expected[0.5].to_numpy())
    assert band.get_paths()[0].vertices[:, 1].max() == expected[0.9].max()
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["median", "middle 80% of replications", "replications"]
    assert ax.get_title(loc="left") == capability.headline(many, steps)[0]


def test_the_band_stops_where_the_first_replication_ends(many):
    ends = dict.fromkeys(range(5), 100.0) | {3: 60.0}
    frames = Frames(many.visits, many.generations, many.changes, many.model, ends)
    ax = capability.figure(frames).axes[0]
    assert ax.lines[0].get_xdata().max() == style.positions(many.model, 60.0)
    assert "1 ended early" in ax.texts[-1].get_text()


def test_without_releases_the_line_is_flat_and_the_title_says_so(early):
    for frames in early:
        ax = capability.figure(frames).axes[0]
        assert set(ax.lines[0].get_ydata()) == {0.0}
        expected = "Capability stays at 0: no generation is released in 5 days"
        assert ax.get_title(loc="left") == expected


def test_without_a_generation_flow_there_is_a_note(toy):
    ax = capability.figure(toy).axes[0]
    assert not ax.axison and not ax.lines
    assert "releases no generations" in ax.texts[0].get_text()


def test_centuries_are_shown_in_days(one):
    pools = one.model.to_dict()["pools"]
    constant = {name: pool | {"plan": {"kind": "constant"}} for name, pool in pools.items()}
    model = one.model.replace(horizon="300 y", pools=constant)
    frames = Frames(one.visits, one.generations, one.changes, model)
    ax = capability.figure(frames).axes[0]
    assert ax.get_xlabel() == "time (days)" and ax.get_xlim() == (0, 300 * 365.25)
