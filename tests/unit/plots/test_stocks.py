import dataclasses

import numpy as np
import pytest

from sim.metrics import stocks as metric
from sim.plots import stocks

from .conftest import LAB, frames_of

LEARNING = {
    "stocks": {"algorithms": {"gain": 0.05}, "infrastructure": {"gain": 0.005}},
    "flows": LAB["flows"] | {"study": LAB["flows"]["study"] | {
        "insight": {"hit": 0.5, "noise": 1.0, "targets": {
            "algorithms": 0.5, "infrastructure": 0.5}},
    }},
}


@pytest.fixture(scope="module")
def learning(model):
    """A run and an ensemble of a lab whose studies raise both stocks."""
    lab = model.replace(**LEARNING)
    return frames_of(lab, 1), frames_of(lab, 5)


def test_lines_are_the_factors_on_a_logarithmic_axis(learning):
    one, _ = learning
    ax = stocks.figure(one).axes[0]
    assert ax.get_yscale() == "log"
    steps = metric.trajectory(one.changes, one.model)
    for name, line in zip(("algorithms", "infrastructure"), ax.lines, strict=False):
        times = np.linspace(0, 100, stocks.POINTS)
        expected = np.exp(metric.sample(steps, name, times)[0])
        assert line.get_ydata() == pytest.approx(expected)
        assert line.get_label().startswith(f"{name} ×{expected[-1]:.2g}\nso many times")
    assert expected[-1] > 1.01


def test_releases_are_ticks(learning):
    one, many = learning
    released = one.generations["released"].dropna()
    released = released[released > 0]
    ticks = stocks.figure(one).axes[0].lines[-1]
    assert len(released) >= 2 and ticks.get_marker() == "|"
    start = stocks.figure(one).axes[0].get_xlim()[0]
    assert ticks.get_xdata() - start == pytest.approx(released.to_numpy())
    assert "ticks below: releases" in stocks.words(one)[1]
    assert "ticks below: median dates of release" in stocks.words(many)[1]


def test_an_ensemble_is_the_median_and_the_band(learning):
    _, many = learning
    ax = stocks.figure(many).axes[0]
    times = np.linspace(0, 100, stocks.POINTS)
    expected = metric.quantiles(many.stocks, "algorithms", times, column="factor")
    assert ax.lines[0].get_ydata() == pytest.approx(expected[0.5].to_numpy())
    vertices = ax.collections[0].get_paths()[0].vertices
    assert vertices[:, 1].max() == pytest.approx(expected[0.9].max())
    low, middle, high = (f"×{expected[q].iloc[-1]:.2g}" for q in (0.1, 0.5, 0.9))
    assert stocks.words(many)[0].startswith(
        f"Know-how after 100 days: algorithms {middle} (80%: {low} to {high}); infrastructure ×"
    )


def test_ticks_of_the_axis_are_round_factors(learning):
    one, _ = learning
    labels = [label.get_text() for label in stocks.figure(one).axes[0].get_yticklabels()]
    assert labels[0] == "×1" and len(labels) >= 2
    assert stocks._ticks(30.0) == [1, 2, 5, 10, 20, 50]
    assert len(stocks._ticks(1e30)) <= 12


def test_without_stocks_there_is_a_note(one, learning):
    bare = dataclasses.replace(one, model=dataclasses.replace(one.model, stocks={}))
    assert not stocks.shows(bare) and stocks.shows(learning[0])
    ax = stocks.figure(bare).axes[0]
    assert not ax.axison and ax.texts[-1].get_text() == "This model has no stocks."


def test_the_chart_is_the_same(learning):
    for frames in learning:
        chart = stocks.chart(frames)
        (line,) = [trace for trace in chart["data"] if trace.get("name") == "algorithms"]
        drawn = stocks.figure(frames).axes[0].lines[0].get_ydata()
        assert line["y"] == pytest.approx(drawn, rel=1e-3)
        assert chart["layout"]["yaxis"]["type"] == "log"
        assert [t["name"] for t in chart["data"] if "name" in t][-1] == "releases"
