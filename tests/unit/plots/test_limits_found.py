"""Figures of a study of limits: what they say of made-up findings, legible, as charts, too."""

import dataclasses
import json
import math

import plotly.graph_objects as go
import pytest

import sim
from sim.execute.local import Local
from sim.limits.findings import open_findings
from sim.limits.question import ask
from sim.plots.limits import (
    FIGURES,
    attribution,
    bars,
    elasticities,
    interactions,
    parts,
    periods,
    phrases,
    regimes,
    save_all,
    shown,
)
from sim.plots.limits import dividend as dividend_figure
from sim.report.figures import drawn
from sim.study.conduct import conduct

from . import found as made
from .found import NAN, NO_STEP, STEP, found
from .layout import assert_legible


@pytest.fixture(scope="module")
def small(model):
    return dataclasses.replace(model, name="a_lab")


def charts_of(module, findings):
    drawn = (
        module.charts_of(findings) if hasattr(module, "charts_of")
        else {"one": module.chart(findings)}
    )
    drawn = json.loads(json.dumps(drawn, allow_nan=False))
    for one in drawn.values():
        go.Figure(data=one["data"], layout={k: v for k, v in one["layout"].items() if k != "meta"})
    return drawn


# --- attribution ------------------------------------------------------------------------------


def test_attribution_says_what_holds_the_lab_back(small):
    says, beneath = attribution.words(found(small))
    assert says == "Review holds 'a lab' back most: ×10, 0.5 OOM comes 90 days [85, 95] earlier"
    assert "24 replications" in beneath and "Bars do not add up" in beneath
    assert "Hatched" not in beneath and "horizon" not in beneath
    says, _ = attribution.words(found(small, main="cycle_1"))
    assert says.endswith("×10, the cycle of generation 1 is 90 days [85, 95] shorter")


def test_attribution_does_not_say_more_than_is_known(small):
    close = made.effects(first=(0.6, 0.4, 0.0, 0.0))
    says, _ = attribution.words(found(small, base=close))
    assert says.endswith("or it is leads: the two are too close to tell")
    says, _ = attribution.words(found(small, base=made.effects(half=95.0)))
    assert says == "Lifted alone, no limit of 'a lab' surely shortens the time to 0.5 OOM"


@pytest.mark.parametrize(("saturated", "word", "shape"), [
    (True, None, ""), (False, "Hatched", "/"), (None, "Dotted", "."),
])
def test_bars_that_are_not_saturated_are_marked(small, saturated, word, shape):
    findings = found(small, base=made.effects(saturated=saturated))
    _, beneath = attribution.words(findings)
    assert [w for w in ("Hatched", "Dotted") if w in beneath] == ([word] if word else [])
    (bars,) = charts_of(attribution, findings)["Time to 0.5 OOM"]["data"]
    texts = dict(zip(bars["hovertext"], bars["marker"]["pattern"]["shape"], strict=True))
    assert {one for text, one in texts.items() if "steering" not in text} == {shape}
    # Where nothing changes there is nothing to be saturated.
    assert next(one for text, one in texts.items() if "steering" in text) == ""


def test_the_end_of_a_bar_says_which_way_it_goes_on(small):
    table = made.effects(saturated=False).set_index("limit", drop=False)
    rows = {row.limit: row for row in table.itertuples(index=False)}
    assert bars.end(rows["review"], -90.0, percent=False) == "−90 (×20: more)"
    assert bars.end(rows["wip_limits"], 12.0, percent=False) == "+12 (×20: less)"
    assert bars.end(rows["review"], -90.0, percent=True) == "−90%"


ATTRIBUTED = {
    "plain": {},
    "others": {"others": ("cycle_1", "research_output")},
    "not saturated": {"base": made.effects(saturated=False)},
    "wide": {"base": made.effects(half=400.0, saturated=None)},
    "group far off": {"base": made.effects(all_waiting=-4000.0)},
    "against": {"base": made.effects(review=90.0, oversight=70.0)},
    "nothing": {"base": made.effects(half=0.0, **dict.fromkeys(made.EFFECTS, 0.0))},
    "not a time": {"main": "research_output"},
    "not known": {"base": made.effects(review=NAN, oversight=NAN)},
}


@pytest.mark.parametrize("case", ATTRIBUTED)
def test_attribution_is_legible(small, case):
    findings = found(small, **ATTRIBUTED[case])
    assert_legible(attribution.figure(findings))
    charts_of(attribution, findings)


def test_sides_of_limits():
    assert phrases.side("people:anybody") == phrases.side("review") == "people and oversight"
    assert phrases.side("training_compute") == "training"
    assert phrases.side("run_latency") == "compute" and phrases.side("failures") == "other"


# --- regimes ----------------------------------------------------------------------------------


def test_a_move_is_told_with_its_date(small):
    says, _ = regimes.words(found(small, by_generation=made.regimes([], cycles=True)))
    assert says == (
        "Research of 'a lab' moves from compute-limited to loop-limited: 24 Feb 2026 "
        "(90%: 14 Feb 2026 to 16 Mar 2026)"
    )


@pytest.mark.parametrize(("values", "text"), [
    ([0.5, 0.0, -0.3, -0.3, -0.4], "loop-limited in 3 of 5 parts of the run, compute-limited in 1, "
                                   "balanced in 1"),  # one window alone may be luck
    ([0.5, 0.4, -0.3, 0.3, -0.4], "compute-limited in 3 of 5 parts of the run, loop-limited in 2"),
    ([0.5, 0.4, 0.5, 0.3, 0.4], "compute-limited throughout"),
])
def test_what_is_no_clear_move_is_not_told_as_one(small, values, text):
    says, _ = regimes.words(found(small, by_window=made.regimes(values)))
    assert says.startswith(f"Research of 'a lab' is {text}; by cycle time ")


@pytest.mark.parametrize(("low", "high", "text"), [
    (-math.inf, 70.0, "(90%: before 15 Jan 2026 to 16 Mar 2026)"),
    (40.0, math.inf, "(90%: 14 Feb 2026 to after the end)"),
])
def test_ends_of_a_crossing_beyond_the_run(small, low, high, text):
    findings = found(small, crossing=made.crossing(low=low, high=high))
    assert periods.crossing_text(findings) == f"24 Feb 2026 {text}"
    assert_legible(regimes.figure(findings))


@pytest.mark.parametrize("changed", [
    {"crossing": None}, {"crossing": made.crossing(date=math.inf, low=30.0, high=math.inf)},
    {"by_window": made.regimes([-0.6, -0.5, -0.4, -0.7, -0.4], half=3.0)},
    {"by_window": made.regimes([0.0] * 5, half=0.0)},
    {"by_window": made.regimes([NAN] * 5)}, {"by_generation": made.regimes([NAN], cycles=True)},
    {"by_generation": made.regimes([0.1] * 5, half=2.0, cycles=True)},
])
def test_regimes_are_legible(small, changed):
    findings = found(small, **changed)
    assert regimes.shows(findings)
    assert_legible(regimes.figure(findings))
    charts_of(regimes, findings)


def test_no_regimes_without_both_drivers(small):
    bare = made.regimes([0.1] * 5)[["begin", "end"]]
    findings = found(small, by_window=bare, by_generation=bare, crossing=None)
    assert not regimes.shows(findings)
    assert_legible(regimes.figure(findings))


# --- elasticities -----------------------------------------------------------------------------


def test_elasticities_say_what_matters_most(small):
    says, beneath = elasticities.words(found(small))
    assert says == (
        "1% more review capacity brings 'a lab' to 0.5 OOM 0.60% sooner, compute 0.10%; a loop 1% "
        "faster 0.70%"
    )
    assert "Hollow" not in beneath
    says, _ = elasticities.words(found(small, elasticities=made.elasticities(compute=0.03)))
    assert says == "No driver of 'a lab' surely matters for its time to 0.5 OOM"


@pytest.mark.parametrize(("steady", "count"), [(True, 0), (False, 3), (None, 3)])
def test_half_the_step_is_shown_where_it_may_not_agree(small, steady, count):
    findings = found(small, elasticities=made.elasticities(steady=steady))
    chart = charts_of(elasticities, findings)["Time to 0.5 OOM"]
    assert len(chart["data"][1]["x"]) == count
    assert_legible(elasticities.figure(findings))


def test_elasticities_tell_what_could_not_be_moved(small):
    drivers = {"compute": (STEP, STEP), "loop": (STEP, STEP), "review": (NO_STEP, NO_STEP)}
    table = made.elasticities(compute=0.4, review=NAN, loop=-0.2)
    findings = found(small, elasticities=table, question={"drivers": drivers})
    assert elasticities.words(findings)[1].endswith("Review capacity: cannot be moved.")
    assert_legible(elasticities.figure(findings))
    assert not elasticities.shows(found(small, question={"drivers": {}}))


# --- interactions -----------------------------------------------------------------------------


def test_interactions_say_that_bars_do_not_add_up(small):
    says, _ = interactions.words(found(small))
    assert says == (
        "All people and review together do 60 days more than the sum of both; 2 of 3 pairs do not "
        "add up"
    )
    says, _ = interactions.words(found(small, together=made.together((1.0, 0.0, -2.0))))
    assert says == "No pair of limits of 'a lab' surely does more or less than its sum"


def test_rounding_is_no_interaction(small):
    findings = found(small, together=made.together((-1e-13, 2e-14, 1e-13), half=1e-13))
    chart = charts_of(interactions, findings)["one"]
    assert all("joint minus sum 0 [0, 0]" in text for text in chart["data"][1]["text"])


@pytest.mark.parametrize("table", [
    made.together(), made.together((0.0, 0.0, 0.0), 0.0), made.together((500.0, 9.0, 0.1), 300.0),
])
def test_interactions_are_legible(small, table):
    findings = found(small, together=table)
    assert_legible(interactions.figure(findings))
    charts_of(interactions, findings)


# --- all of them ------------------------------------------------------------------------------


def test_only_what_is_known_is_shown_and_saved(small, tmp_path):
    assert list(shown(found(small))) == ["attribution", "interactions", "regimes", "elasticities"]
    few = found(small, question={"drivers": {}, "pairs": ()}, by_window=made.regimes([]),
                by_generation=made.regimes([], cycles=True))
    assert [path.name for path in save_all(few, tmp_path)] == ["attribution.png", "attribution.svg"]


def test_a_part_stands_for_its_figure():
    assert FIGURES["dividend"] is parts.DIVIDEND
    assert parts.DIVIDEND.__doc__ == dividend_figure.__doc__


@pytest.mark.verify
def test_figures_of_a_lab_that_review_holds_back(tmp_path):
    model = sim.load("scenario=only_review")
    with Local(1) as executor:
        conduct(ask(model, seed=0, replications=12).plan(), tmp_path, executor)
    known = open_findings(tmp_path)
    assert list(shown(known)) == list(FIGURES)
    assert attribution.words(known)[0].startswith("Review holds 'only review' back most")
    says, _ = regimes.words(known)
    assert says.startswith("Research of 'only review' is loop-limited") and "compute" not in says
    for one in FIGURES.values():
        assert_legible(one.figure(known))
    page = drawn(FIGURES, known)
    assert page.count("<figure") == len(FIGURES) and "NaN" not in page
