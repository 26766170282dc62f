"""Figures of a sensitivity analysis: what they say of made-up findings, legible, as charts, too."""

import json

import plotly.graph_objects as go
import pytest

from sim.plots import sensitivity
from sim.plots.sensitivity import distances, effects, indices, matrix, rows, split

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
    luck = next(trace for trace in first["data"] if "luck" in trace.get("name", ""))
    assert luck["x"] == [0.16] and luck["error_x"]["array"] == [0.04]


def test_parts_of_the_variance_sum_to_all_of_it():
    found = made.found()
    *data, line = split.chart(found)["data"]
    own = next(trace for trace in data if trace["name"] == "harder ideas")
    assert own["text"][0] == "35%<br>[32%, 37%]" and "[32%, 37%]" in own["hovertext"][0]
    assert line["error_x"]["array"] == [0.04] * 3
    assert [trace["name"] for trace in data][-2:] == ["interactions", "luck"]
    for at in range(len(made.OUTCOMES)):
        assert sum(trace["x"][at] for trace in data) == pytest.approx(1.0, abs=1e-3)
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
    assert says.endswith("3 of 4 values are told from noise")
    says, _ = distances.words(made.found("sample", totals=dict.fromkeys(made.TOTALS, 0.01)))
    assert says == (
        "No value is seen to move the distribution of capability: none is told from noise"
    )


def test_both_indices_have_intervals_on_one_axis_of_all_panels():
    found = made.found()
    panels = [ax for ax in indices.figure(found).axes if ax.get_xlabel()]
    assert len(panels) == 3
    assert len({ax.get_xlim() for ax in panels}) == 1
    drawn = list(indices.charts_of(found).values())
    assert len({tuple(one["layout"]["xaxis"]["range"]) for one in drawn}) == 1
    _, first, total, *_ = drawn[0]["data"]
    assert [*first["error_x"]["array"], *total["error_x"]["array"]] == pytest.approx([0.03] * 8)
    low, high = panels[0].get_xlim()
    assert low <= 0.8 * 0.01 - 0.03 and high >= 0.55


def test_an_interval_of_few_rows_does_not_squeeze_the_others():
    found = made.found()
    found.first_and_total.loc[0, ["first_low", "total_high"]] = -3.0, 4.0
    panel = next(ax for ax in indices.figure(found).axes if ax.get_xlabel())
    assert panel.get_xlim() == rows.ENDS


def test_noise_stands_at_the_dot_and_at_the_bar_that_it_is_of():
    found = made.found("sample")
    found.pawn.loc[0, ["dummy", "dummy_maximum"]] = 0.2, 0.3
    noise = next(iter(distances.charts_of(found).values()))["data"][-1]
    of_bar = 3 * len(made.TOTALS)
    assert noise["x"][:3] == [0.2, 0.2, None] and noise["x"][of_bar : of_bar + 2] == [0.3, 0.3]
    assert noise["y"][:2] == [-2 * rows.LANE, 0.0] and noise["y"][of_bar] == 0.0
    assert noise["hovertext"][0] == "harder ideas: noise in median of slices 0.20"


def test_the_darkest_cell_is_light_enough_for_dark_text():
    def luminance(colour):  # https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    (cells,) = matrix.chart(made.found())["data"]
    darkest, ink = cells["colorscale"][-1][1], cells["textfont"]["color"]
    assert (luminance(darkest) + 0.05) / (luminance(ink) + 0.05) > 7
