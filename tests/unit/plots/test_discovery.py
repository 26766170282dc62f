"""Figures of scenario discovery: what they say, legible, as charts, too."""

import json
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from sim.plots.discovery import FIGURES, phrases, ranges, shown, trade_off
from sim.report import discovery as page
from sim.study.discovery import Limit, discover, held_out

from ... import studies
from .layout import assert_legible


@pytest.fixture(scope="module")
def found():
    """A second box, two factors that are numbers, a lever with levels."""
    results = studies.named({"capability": lambda row: 0.0}, replications=3, draws=40)
    at = results.points.loc[results.runs["point"]]
    high = (at["world"] == "a") & (at["gain"] > 0.4)
    rng = np.random.default_rng(0)
    runs = rng.random(len(at)) < np.where(high, 0.9, 0.1)
    results = studies.changed(results, capability=runs.astype(float))
    results.folder = Path("results/study/named")
    with pytest.MonkeyPatch.context() as patch:
        for name, less in (("TIMES", 1), ("HALVES", 4), ("DRAWS", 200)):
            patch.setattr(held_out, name, less)
        return discover(results, "capability >= 1", boxes=1)


def test_boxes_are_said_in_words(found):
    assert set(found.boxes[0].box.limits) == {"world", "gain"}
    text = phrases.limits(found, found.boxes[0])
    assert "world is a" in text and "gain ≥ 0." in text
    assert phrases.limit(found, "policy", Limit(levels=("less", "more"))) == "policy is not none"
    assert phrases.limit(found, "gain", Limit(low=0.1, high=0.25)) == "0.1 ≤ gain ≤ 0.25"


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_legible_and_drawn_on_the_screen(found, name):
    module = FIGURES[name]
    says, how = module.words(found)
    assert says.startswith("Capability ≥ 1") and "360 runs" not in says and "runs" in how
    assert_legible(module.figure(found))
    drawn = json.loads(json.dumps(module.chart(found), allow_nan=False))
    go.Figure(data=drawn["data"], layout={k: v for k, v in drawn["layout"].items() if k != "meta"})


def test_the_trade_off_shows_both_measures(found):
    says, _ = trade_off.words(found)
    box = found.boxes[0]
    assert phrases.percent(box.own.density.value) in says
    assert phrases.share(box.expected.density) in says


def test_without_a_box_figures_say_so(found):
    from dataclasses import replace

    none = replace(found, boxes=())
    says, _ = ranges.words(none)
    assert says == "Capability ≥ 1: no box holds on other points"
    assert "No box of values makes it surely more frequent." in page.html(none)
    assert set(shown(none)) == set(FIGURES)


def test_the_page_answers_first(found):
    html = page.html(found)
    assert html.index("of all such runs") < html.index("figure-discovery_scatter")
    assert "% of the points)" in html
    assert "nan" not in html.split("<script")[0]
