"""Figures of comparisons: for people, within the page; the same as charts for the report."""

import datetime
import json

import pandas as pd
import plotly.graph_objects as go
import pytest

from sim.model import Model
from sim.plots import Frames, comparison
from sim.plots.comparison.words import sentence
from sim.study.compare import compare

from .layout import assert_legible


def lab(source, horizon="60 d", release=True):
    research = {
        "source": {"kind": "closed", "workstreams": 2},
        "insight": {"hit": 0.7, "noise": 1.0, "targets": {"algorithms": 1.0}},
        "stages": {
            "think": {"kind": "labour", "skill": "think", "work": "gamma(mean=1 d, cv=0.5)",
                      "next": "run"},
            "run": {"kind": "compute", "pool": "cluster", "work": "0.5 d"},
        },
    }
    generation = {
        "source": {"kind": "closed", "workstreams": 1},
        "stages": {
            "gate": {"kind": "gate", "min_gain": 0.2, "next": "approve"},
            "approve": {"kind": "labour", "skill": "decide", "work": "1 d", "next": "release"},
            "release": {"kind": "release"},
        },
    }
    return Model.from_dict({
        "horizon": horizon, "hours_per_person_day": 24,
        "pools": {
            "people": {"kind": "human", "capacity": 2}, "agents": {"kind": "agent", "capacity": 9},
            "cluster": {"kind": "compute", "capacity": 1},
        },
        "assistants": {"source": source, "pool": "agents"},
        "oversight": {"look": {"review": 1.0, "review_work": "0.1 d"}},
        "feedback": {"share": 0.6, "speedup": 3.0},
        "skills": {
            "think": {"pool": "people", "share": "share", "speedup": "speedup",
                      "oversight": "look"},
            "decide": {"pool": "people"},
        },
        "stocks": {"algorithms": {"gain": 0.1, "beta": 0.5}},
        "flows": {"research": research} | ({"generation": generation} if release else {}),
    })


def scenarios(models, replications=3):
    found = compare(models, replications=replications, seed=0)
    frames = {
        name: Frames(e.visits, e.generations, e.changes, e.model)
        for name, e in found.ensembles.items()
    }
    return comparison.Scenarios(frames, found.differences)


@pytest.fixture(scope="module")
def two():
    return scenarios({"people_only": lab("none"), "own_models": lab("own")})


@pytest.fixture(scope="module")
def cases(two):
    long = "a_scenario pools.people.capacity=12 flows.research.stages.run.work=1d"
    return {
        "two": two,
        "one pair": scenarios({"people_only": lab("none"), "own_models": lab("own")}, 1),
        "three": scenarios({"none": lab("none"), "own": lab("own"), long: lab("frozen")}),
        "no release": scenarios({
            "a": lab("none", release=False), "b": lab("own", release=False)}),
        "too early": scenarios({"a": lab("none", "1 d"), "b": lab("own", "1 d")}),
        "no differences": comparison.Scenarios(dict(two)),
        "a plain mapping": dict(two),
    }


CASES = ("two", "one pair", "three", "no release", "too early", "no differences",
         "a plain mapping")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", list(comparison.COMPARISONS))
def test_texts_are_for_people_within_the_page_and_apart(name, case, cases):
    found = cases[case]
    assert_legible(comparison.COMPARISONS[name].figure(found), names=found)


@pytest.mark.parametrize("case", CASES)
def test_charts_are_plain_data_that_plotly_takes(case, cases):
    for module in comparison.shown(cases[case]).values():
        chart = module.chart(cases[case])
        assert json.loads(json.dumps(chart, allow_nan=False)) == chart
        assert go.Figure(chart).data
        says, beneath = module.words(cases[case])
        assert says and beneath


def test_what_has_nothing_to_show_is_left_out(cases):
    everything = list(comparison.COMPARISONS)
    assert list(comparison.shown(cases["two"])) == everything
    assert list(comparison.shown(cases["no differences"])) == everything[1:]
    assert list(comparison.shown(cases["no release"])) == ["differences", "levels"]
    assert "cycle_time" not in comparison.shown(cases["too early"])
    both = {name: cases["three"][name] for name in list(cases["three"])[1:]}
    assert "levels" not in comparison.shown(both)  # all have assistants


def test_scenarios_stand_beside_each_other_in_the_order_of_the_labels(cases):
    chart = comparison.COMPARISONS["differences"].chart(cases["three"])
    labels = chart["layout"]["yaxis"]["ticktext"]
    places = [y for trace in chart["data"] for y in trace["y"]]
    assert len(places) == len(set(places))
    for trace in chart["data"]:
        assert [labels[round(y)] for y in trace["y"]] == trace["customdata"]
    low, high = chart["layout"]["xaxis"]["range"]
    assert all(10**low <= x <= 10**high for trace in chart["data"] for x in trace["x"])


def test_scenarios_are_called_as_they_were_named(two):
    says = " ".join(text for m in comparison.COMPARISONS.values() for text in m.words(two))
    assert "own_models" in says and "own models" not in says
    lines = comparison.COMPARISONS["capability"].chart(two)["data"]
    assert {line["legendgroup"] for line in lines} == set(two)


def capability_says(found):
    return comparison.COMPARISONS["capability"].words(found)[0]


def released_once(two, *levels):
    """The same scenarios, each with one release: on day 20 of a, on day 21 of b, so good."""
    frames = {}
    for day, (name, found), level in zip((20.0, 21.0), two.items(), levels, strict=True):
        table = found.generations[(found.generations["generation"] <= 1).to_numpy()].copy()
        made = (table["generation"] == 1).to_numpy()
        assert made.sum() == found.replications == len(level)
        table["outcome"] = table["outcome"].astype(str)
        table.loc[made, "outcome"] = "released"
        table.loc[made, "released"] = day
        table.loc[made, "capability"] = level
        frames[name] = Frames(found.visits, table, found.changes, found.model)
    return frames


def test_the_capability_headline_tells_apart_what_ends_at_the_same_level(two):
    row = two.differences.set_index("outcome").loc["capability"]
    span = f"[{row['low_90']:.2f}, {row['high_90']:.2f}]"
    assert capability_says(two).startswith(
        f"After 60 days, {row['difference']:+.2f} OOM {span} in own_models against people_only"
    )
    same = released_once(two, [2.1, 2.1, 2.4], [2.1, 2.1, 2.7])  # without the differences
    start = two["people_only"].model.start_date
    first, second = (start + datetime.timedelta(days=day) for day in (20, 21))
    assert capability_says(same) == (
        "After 60 days: 2.20 OOM in people_only, 2.30 OOM in own_models; 2 OOM around "
        f"{first.day} {first:%b %Y} in people_only, {second.day} {second:%b %Y} in own_models"
    )


def test_a_level_that_half_of_the_runs_of_one_do_not_reach_has_no_date(two):
    level = [2.5, 2.5, 2.5]
    assert "; 2 OOM around " in capability_says(released_once(two, [2.0, 2.5, 0.9], level))
    assert "; 1 OOM around " in capability_says(released_once(two, [1.9, 2.5, 0.9], level))
    assert " around " not in capability_says(released_once(two, [0.5, 2.5, 0.9], level))


def test_files_are_written(two, tmp_path):
    written = comparison.save_all(two, tmp_path)
    names = [f"{name}.{end}" for name in comparison.COMPARISONS for end in ("png", "svg")]
    assert [path.name for path in written] == names


def test_bars_and_points_are_what_the_tables_say(two):
    (bars,) = comparison.COMPARISONS["levels"].chart(two)["data"]
    assert bars["x"] == pytest.approx(list(two.levels["own_models"]["speedup"]), rel=1e-3)
    (points,) = comparison.COMPARISONS["differences"].chart(two)["data"]
    at = dict(zip(points["customdata"], points["x"], strict=True))
    rows = two.differences.set_index("outcome")
    assert at["research output"] == pytest.approx(rows.loc["research_output", "ratio"], rel=1e-3)
    gained = 10 ** rows.loc["capability", "difference"]
    assert at["effective compute at the end"] == pytest.approx(gained, rel=1e-3)


def test_where_nothing_differs_the_sentence_and_the_figure_say_so():
    one = lab("own")
    found = scenarios({"a": one, "b": one})
    says = "nothing differs: each outcome that is compared is the same in 3 pairs of replications"
    assert sentence(found.differences, "b", one) == f"b against a: {says}."
    assert comparison.COMPARISONS["differences"].words(found)[0] == f"N{says[1:]} in b"


def test_effective_compute_is_told_from_ratios_of_means(cases):
    beneath = {
        case: comparison.COMPARISONS["differences"].words(cases[case])[1]
        for case in ("two", "no release")
    }
    assert "10^(mean difference of capability), a ratio of geometric means" in beneath["two"]
    assert "geometric" not in beneath["no release"]


def test_the_waterfall_says_how_fast_and_what_a_factor_is(two):
    says, beneath = comparison.COMPARISONS["levels"].words(two)
    table = two.levels["own_models"].set_index("level")
    speedups = table["speedup"]
    assert says == (
        f"Times as fast as without assistants: {speedups['felt']:.2g} in people's time on tasks "
        f"given to assistants, {speedups['research']:.2g} for an experiment, "
        f"{speedups['output']:.2g} for research output, {speedups['cycle']:.2g} for a generation"
    )
    assert f"×{table.loc['elapsed', 'factor']:.2f} (assistants' time) is what this" in beneath


def row(outcome, **numbers):
    unknown = dict.fromkeys(("difference", "low_90", "high_90", "ratio", "ratio_low_90",
                             "ratio_high_90"), float("nan"))
    known = {"outcome": outcome, "scenario": "b", "against": "a", "pairs": 24}
    return unknown | known | numbers


def test_the_sentence_says_what_differs():
    table = pd.DataFrame([
        row("capability", difference=0.461, low_90=0.4, high_90=0.52),
        row("research_output", ratio=1.484, ratio_low_90=1.4, ratio_high_90=1.57),
        row("first_cycle_time", difference=-11.6, low_90=-20.0, high_90=-3.2),
        row("experiments", difference=3.0),
    ])
    assert sentence(table, "b", lab("own", "2 y")) == (
        "b against a: capability +0.46 OOM [0.40, 0.52] after 2 years; research 1.48 times as fast "
        "[1.40, 1.57]; the first generation takes 12 days less [3, 20] (90% intervals, 24 pairs)."
    )
    table["pairs"] = 1
    table[["low_90", "high_90", "ratio_low_90", "ratio_high_90"]] = float("nan")
    table.loc[0, "difference"] = -1e-16
    assert sentence(table, "b", lab("own", "2 y")) == (
        "b against a: capability +0.00 OOM after 2 years; research 1.48 times as fast; "
        "the first generation takes 12 days less (one pair, so no intervals)."
    )


def test_a_queue_beside_a_lab_has_no_levels_of_speed_up(tmp_path):
    queue = Model.from_dict({
        "horizon": "60 d", "pools": {"people": {"kind": "human", "capacity": 1}},
        "skills": {"serve": {"pool": "people"}},
        "flows": {"task": {
            "source": {"kind": "open", "interval": "1 d"},
            "stages": {"do": {"kind": "labour", "skill": "serve", "work": "1 h"}},
        }},
    })
    mixed = scenarios({"queue": queue, "lab": lab("own")}, replications=2)
    assert mixed.levels == {}
    assert comparison.save_all(mixed, tmp_path)


def test_levels_without_a_result_on_one_side_are_left_out():
    short = {name: lab(source, horizon="0.01 d") for name, source in (("a", "none"), ("b", "own"))}
    assert scenarios(short, replications=1).levels == {}
