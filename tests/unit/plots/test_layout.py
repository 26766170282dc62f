"""Figures of where the time goes are legible whatever there is to draw."""

import pytest
from matplotlib.figure import Figure

from sim.plots import critical_path, cycle_time, fix_time, flow_time

from .layout import assert_legible, texts

FIGURES = {
    "cycle_time": cycle_time, "critical_path": critical_path, "flow_time": flow_time,
    "fix_time": fix_time,
}
LONG = "people_who_are_asked_for_advice_from_elsewhere_and_take_their_time"


@pytest.fixture(params=FIGURES)
def module(request):
    return FIGURES[request.param]


@pytest.mark.parametrize("replications", [1, 4])
@pytest.mark.parametrize("count", [0, 1, 2, 20])
def test_any_number_of_generations(module, lab, count, replications):
    assert_legible(module.figure(lab(*[count] * replications, horizon=1000.0)))


@pytest.mark.parametrize("counts", [(3,), (3, 2)])
def test_long_names(module, lab, counts):
    def rename(name):
        return LONG if name in ("ask", "ship") else name

    assert_legible(module.figure(lab(*counts, rename=rename)))


def test_a_covered_text_is_noticed():
    figure = Figure()
    ax = figure.subplots()
    ax.set_title("said", loc="left")
    ax.text(0.5, 0.5, "one", transform=ax.transAxes)
    assert_legible(figure)
    ax.text(0.51, 0.51, "another", transform=ax.transAxes)
    with pytest.raises(AssertionError, match="'one', 'another'"):
        assert_legible(figure)


@pytest.mark.parametrize("at", [(-0.5, 0.5), (0.5, 1.3)])
def test_a_text_beyond_the_page_is_noticed(at):
    figure = Figure()
    ax = figure.subplots()
    ax.text(*at, "lost", transform=ax.transAxes)
    with pytest.raises(AssertionError, match="lost"):
        assert_legible(figure)


def test_all_texts_are_looked_at():
    figure = Figure()
    ax = figure.subplots()
    figure.text(0.1, 0.99, "above")
    ax.plot([0, 1], label="line")
    ax.legend(title="heading")
    ax.set_xticks([0, 1, 9], ["first", "last", "outside"])
    ax.set_xlim(0, 1)
    seen = {text for text, _ in texts(figure)}
    assert {"above", "line", "heading", "first", "last"} <= seen and "outside" not in seen
