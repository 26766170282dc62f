"""Figures of curves laid over a lab: what they say, legible, and as charts."""

import dataclasses
import json
import re
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest

from sim.curves.explained import LN2
from sim.curves.question import UNHELD, UNLENT
from sim.plots.curves import FIGURES, phrases, save_all, shown

from ..curves.laid_over import found as laid_over
from .layout import assert_legible


@pytest.fixture(scope="module")
def found():
    return laid_over("scenario=only_training", "horizon=190 d", replications=6)


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_legible_and_charts_are_plotly(found, name):
    module = shown(found)[name]
    assert_legible(module.figure(found), names=[found.model.name])
    for one in json.loads(json.dumps(module.charts_of(found), allow_nan=False)).values():
        go.Figure(data=one["data"], layout={k: v for k, v in one["layout"].items() if k != "meta"})


def test_the_overlay_names_published_models_each_once(found):
    says, beneath = FIGURES["overlay"].words(found)
    assert says.startswith("From the same start only training is after 190 days ")
    assert sorted(re.findall("Forethought|METR|[Cc]onstant rate", says)) == ["Forethought", "METR"]
    assert "6 replications of each on the same random numbers" in beneath.lower()
    assert "Black" not in beneath
    assert "red:" not in beneath


def test_the_explanation_names_what_does_most(found):
    says, _ = FIGURES["explained"].words(found)
    assert says.startswith("Without retraining time only training gains ")


def test_the_explanation_names_each_convention(found):
    """The same removal moves a lab up or down, so no number stands alone."""
    both = dataclasses.replace(found, question=dataclasses.replace(found.question, same={}))
    row, end = found.effects.iloc[0], found.model.horizon
    gains = {"no_retraining": 1.0, UNLENT: -0.2, UNHELD: -0.5}
    both.__dict__["effects"] = pd.DataFrame([
        {**row, "level": level, "date": end}
        | {f"effect{side}": (gain + at) * LN2 for side, at in
           {"": 0.0, "_low": -0.1, "_high": 0.1}.items()}
        for level, gain in gains.items()
    ])  # fmt: skip
    says, beneath = FIGURES["explained"].words(both)
    assert says == (
        "Without retraining time only training moves by +1.00 if experiments are held and freed "
        "compute runs more of them, -0.20 if idle training compute is never lent and -0.50 if "
        "experiments follow the frontier (doublings)"
    )
    assert (
        "Marks, from the foot of the bar: a diamond where idle training compute is never lent and "
        "a square where experiments follow the frontier."
    ) in beneath
    assert_legible(FIGURES["explained"].figure(both), names=[found.model.name])
    (chart,) = FIGURES["explained"].charts_of(both).values()
    marks = [t["marker"]["symbol"] for t in chart["data"] if t.get("mode") == "markers"]
    assert marks == ["diamond", "square"]


def test_one_replication_has_no_intervals_and_is_drawn():
    alone = laid_over("scenario=only_training", "horizon=190 d", replications=1)
    for name, module in shown(alone).items():
        assert_legible(module.figure(alone), names=[alone.model.name])
        assert "nan" not in json.dumps(module.charts_of(alone), allow_nan=False), name


def test_bars_of_the_page_have_values_and_intervals(found):
    (chart,) = FIGURES["explained"].charts_of(found).values()
    bars = [trace for trace in chart["data"] if trace.get("type") == "bar"]
    told = [trace["text"][0] for trace in chart["data"] if trace.get("mode") == "text"]
    assert len(bars) == 1 + len(found.question.steps) + 1
    for bar in bars:
        (end,), (up,), (down,) = bar["y"], bar["error_y"]["array"], bar["error_y"]["arrayminus"]
        assert up >= 0 <= down
        assert bar["hovertext"][0] in told, end


def test_what_is_not_sure_is_not_said_to_be(found):
    table = found.gaps.copy()
    table["doublings_low"], table["doublings_high"] = -9.0, 9.0
    table["value_low"], table["value_high"] = -9.0, 9.0
    unsure = dataclasses.replace(found)
    unsure.__dict__["gaps"] = table
    unsure.__dict__["effects"] = found.effects.iloc[:0]
    assert FIGURES["explained"].words(unsure)[0] == (
        "Nothing that is removed surely moves only training"
    )
    assert FIGURES["overlay"].words(unsure)[0].endswith(
        "not surely apart from Forethought and METR"
    )


def test_figures_are_kept(found, tmp_path):
    names = {path.name for path in save_all(found, tmp_path)}
    assert names == {f"{name}.{end}" for name in FIGURES for end in ("png", "svg")}


def test_labels_stand_apart_in_their_order():
    places = phrases.apart([2.0, 1.9, 1.0, 1.95], 0.5)
    assert sorted(range(4), key=places.__getitem__) == [2, 1, 3, 0]
    ordered = sorted(places)
    assert min(b - a for a, b in pairwise(ordered)) >= 0.5 - 1e-9
