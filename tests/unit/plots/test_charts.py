"""What holds for every interactive chart; a new one is picked up by itself."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from sim import plots
from sim.plots import charts

CASES = ("one", "many", "toy", "early one", "early many", "twenty", "stopped")
MODULES = [name for name, module in plots.FIGURES.items() if hasattr(module, "chart")]
LARGEST = 100_000
"""Letters of a chart: all of a report's charts together are to stay below 300 kB."""


@pytest.fixture(params=CASES, scope="module")
def shown(request):
    """Frames, and the modules of `MODULES` that show something of them."""
    name, _, which = request.param.partition(" ")
    found = request.getfixturevalue(name)
    frames = found[which == "many"] if which else found
    return frames, plots.shown(frames)


@pytest.mark.parametrize("name", MODULES)
def test_a_chart_is_plain_data_that_plotly_accepts(name, shown):
    frames, modules = shown
    if name not in modules:
        return
    chart = modules[name].chart(frames)
    text = json.dumps(chart, allow_nan=False)
    assert "NaT" not in text and len(text) < LARGEST
    go.Figure(chart)
    assert chart["data"]
    assert "title" not in chart["layout"] and "width" not in chart["layout"]


@pytest.mark.parametrize("name", MODULES)
def test_words_are_those_of_the_figure(name, shown):
    frames, modules = shown
    if name not in modules:
        return
    headline, beneath = modules[name].words(frames)
    assert headline and beneath and not headline[0].islower()
    title = modules[name].figure(frames).axes[0].get_title(loc="left")
    assert title.split() == headline.split()


def test_numbers_are_rounded_and_what_is_not_finite_is_none():
    assert charts.numbers([1 / 3, np.nan, np.inf, 1e9]) == [0.333333, None, None, 1e9]


def test_times_are_dates_or_days(one):
    assert charts.times(one.model, [0, 1.5]) == ["2026-01-05 00:00:00", "2026-01-06 12:00:00"]
