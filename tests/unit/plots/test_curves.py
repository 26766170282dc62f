"""Figures of curves laid over a lab: what they say, legible, and as charts."""

import dataclasses
import json
from itertools import pairwise

import plotly.graph_objects as go
import pytest

from sim.plots.curves import FIGURES, phrases, save_all, shown

from ..curves.laid_over import found as laid_over
from .layout import assert_legible


@pytest.fixture(scope="module")
def found():
    return laid_over("scenario=only_training", "horizon=150 d", replications=6)


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_legible_and_charts_are_plotly(found, name):
    module = shown(found)[name]
    assert_legible(module.figure(found), names=[found.model.name])
    for one in json.loads(json.dumps(module.charts_of(found), allow_nan=False)).values():
        go.Figure(data=one["data"], layout={k: v for k, v in one["layout"].items() if k != "meta"})


def test_the_overlay_counts_published_curves_alone(found):
    says, beneath = FIGURES["overlay"].words(found)
    assert says.startswith("After 150 days only training is ")
    assert says.endswith("of 4 published curves that start as fast")
    assert "6 replications of each on the same random numbers" in beneath.lower()


def test_the_explanation_names_what_does_most(found):
    says, _ = FIGURES["explained"].words(found)
    assert says.startswith("Without retraining time only training gains ")


def test_what_is_not_sure_is_not_said_to_be(found):
    table = found.gaps.copy()
    table["doublings_low"], table["doublings_high"] = -9.0, 9.0
    table["value_low"], table["value_high"] = -9.0, 9.0
    unsure = dataclasses.replace(found)
    unsure.__dict__["gaps"] = table
    assert FIGURES["explained"].words(unsure)[0] == (
        "Nothing that is removed surely moves only training"
    )
    assert "not surely apart from 4 of 4" in FIGURES["overlay"].words(unsure)[0]


def test_figures_are_kept(found, tmp_path):
    names = {path.name for path in save_all(found, tmp_path)}
    assert names == {f"{name}.{end}" for name in FIGURES for end in ("png", "svg")}


def test_labels_stand_apart_in_their_order():
    places = phrases.apart([2.0, 1.9, 1.0, 1.95], 0.5)
    assert sorted(range(4), key=places.__getitem__) == [2, 1, 3, 0]
    ordered = sorted(places)
    assert min(b - a for a, b in pairwise(ordered)) >= 0.5 - 1e-9
