"""Figures of a sensitivity analysis: what they say of made-up findings, legible, as charts, too."""

import json

import plotly.graph_objects as go
import pytest

from sim.plots import sensitivity
from sim.plots.sensitivity import distances, effects, indices, matrix, split

from ... import sensitivity as made
from .layout import assert_legible

GETS = {
    "sobol": ["indices", "split", "matrix", "distances"],
    "morris": ["split", "effects", "distances"],
    "sample": ["split", "matrix", "distances"],
}


def chart_of(module, found):
    drawn = (
        module.charts_of(found) if hasattr(module, "charts_of") else {"one": module.chart(found)}
    )
    drawn = json.loads(json.dumps(drawn, allow_nan=False))
    for one in drawn.values():
        go.Figure(data=one["data"], layout={k: v for k, v in one["layout"].items() if k != "meta"})
    return drawn


@pytest.mark.parametrize("method", GETS)
def test_each_method_has_its_figures_and_all_are_legible(method):
    found = made.found(method)
    assert list(sensitivity.shown(found)) == GETS[method]
    for module in sensitivity.shown(found).values():
        assert_legible(module.figure(found))
        assert chart_of(module, found)


@pytest.mark.parametrize("module", sensitivity.FIGURES.values())
def test_where_there_is_nothing_to_draw_it_is_said(module):
    found = made.found(share=0.0)
    assert not module.shows(found)
    assert_legible(module.figure(found))


def test_one_outcome_is_one_panel_and_no_matrix():
    found = made.found(outcomes=("capability",))
    assert "matrix" not in sensitivity.shown(found)
    assert_legible(indices.figure(found))


def test_indices_name_what_matters_most_only_if_it_surely_does():
    says, beneath = indices.words(made.found())
    assert says == "Harder ideas matters most for capability; total index of harder ideas: 0.52 " \
        "[0.49, 0.55]"
    assert "One oom: time until" in beneath and "counts as the horizon" in beneath
    says, _ = indices.words(made.found(totals=made.TOTALS | {"gain": 0.5}))
    assert says.startswith("Harder ideas and gain matter most for capability")


def test_luck_stands_beside_the_indices():
    found = made.found()
    first = next(iter(indices.charts_of(found).values()))
    luck = next(trace for trace in first["data"] if "luck" in trace["name"])
    assert luck["x"] == [0.16] and luck["error_x"]["array"] == [0.04]


def test_parts_of_the_variance_sum_to_all_of_it():
    found = made.found()
    *data, line = split.chart(found)["data"]
    assert line["error_x"]["array"] == [0.04] * 3
    assert [trace["name"] for trace in data][-2:] == ["interactions", "luck"]
    for at in range(len(made.OUTCOMES)):
        assert sum(trace["x"][at] for trace in data) == pytest.approx(1.0, abs=1e-3)
    own = next(trace for trace in data if trace["name"] == "harder ideas")
    assert own["x"][0] == pytest.approx(0.84 * 0.8 * 0.52, abs=1e-4)


def test_first_indices_beyond_one_are_parts_of_their_sum():
    large = dict.fromkeys(made.TOTALS, 0.5)
    *data, _ = split.chart(made.found(totals=large))["data"]
    assert sum(trace["x"][0] for trace in data) == pytest.approx(1.0, abs=1e-3)
    assert next(trace for trace in data if trace["name"] == "interactions")["x"][0] == 0.0


def test_the_matrix_says_what_is_first_for_how_many_outcomes():
    says, _ = matrix.words(made.found())
    assert says == "Harder ideas has the largest total index for 1 of 3 outcomes, gain for one " \
        "oom and speedup for research output"


def test_morris_says_what_moves_an_outcome_and_marks_tell_factors_apart():
    says, beneath = effects.words(made.found("morris"))
    assert says == "Harder ideas moves capability most"
    assert "Sigma" in beneath or "sigma" in beneath
    traces = next(iter(effects.charts_of(made.found("morris")).values()))["data"][1:]
    marks = {(t["marker"]["color"], t["marker"]["symbol"]) for t in traces}
    assert len(marks) == len(made.TOTALS)


def test_distances_below_noise_are_counted_as_such():
    says, _ = distances.words(made.found("sample"))
    assert says.endswith("3 of 4 values move it more than noise does")
    says, _ = distances.words(made.found("sample", totals=dict.fromkeys(made.TOTALS, 0.01)))
    assert says == "No value moves the distribution of capability more than noise does"
