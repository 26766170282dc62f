"""Figures of studies: what each study gets, that it is legible, and that its numbers are true."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from sim.metrics.censored import kaplan_meier
from sim.plots import study
from sim.plots.study import axes, heat_map, numbers, parallel, response, words

from ... import studies
from .layout import assert_legible

GETS = {
    "grid": ["response", "heat_map", "tornado", "dates", "luck"],
    "unknowns": ["response", "tornado", "parallel", "dates", "luck"],
    "labs": ["scenarios", "dates", "luck"],
    "crossed": ["scenarios", "response", "tornado", "parallel", "dates", "luck"],
}
NAMES = [*studies.SCENARIOS, *studies.OVERSIGHT["lever"]]


@pytest.fixture(scope="module")
def cases():
    grid, planted = studies.grid(), studies.planted(60)
    some = np.arange(len(grid.runs)) % 5 == 0
    failed = studies.changed(
        grid,
        end_reason=np.where(some, "failed", "horizon"), error=np.where(some, "it broke", ""),
        **{name: grid.runs[name].mask(some) for name in grid.study.outcomes},
    )
    few = planted.runs[(planted.runs["point"] < 31).to_numpy()]
    return {name: getattr(studies, name)() for name in GETS} | {
        "failed": failed,
        "all failed": studies.changed(grid, end_reason="failed"),
        "nothing yet": studies.results(grid.study, grid.points, grid.runs.iloc[:0]),
        "one run": studies.results(grid.study, grid.points, grid.runs.iloc[:1]),
        "one replication": studies.planted(60, replications=1),
        "not finished": studies.results(planted.study, planted.points, few),
        "never reached": studies.changed(grid, one_oom=np.nan),
        "cut short": studies.changed(grid, end_reason="blow_up", end_time=200.0),
        "date first": studies.with_outcomes(studies.crossed(), "one_oom"),
        "constant": studies.changed(planted, capability=1.0),
    }


CASES = (
    *GETS, "failed", "all failed", "nothing yet", "one run", "one replication", "not finished",
    "never reached", "cut short", "date first", "constant",
)


@pytest.mark.parametrize("case", GETS)
def test_a_study_gets_the_figures_that_fit_its_factors_and_outcomes(case, cases):
    assert list(study.shown(cases[case])) == GETS[case]


@pytest.mark.parametrize(("case", "name"), [
    ("grid", "response"), ("grid", "heat_map"), ("unknowns", "response"), ("unknowns", "tornado"),
    ("labs", "scenarios"), ("labs", "dates"), ("crossed", "response"), ("crossed", "parallel"),
    ("crossed", "tornado"), ("never reached", "heat_map"), ("grid", "luck"),
    ("all failed", "tornado"),
])
def test_texts_are_for_people_within_the_page_and_apart(case, name, cases):
    assert_legible(study.STUDIES[name].figure(cases[case]), names=NAMES)


@pytest.mark.parametrize("case", CASES)
def test_charts_are_plain_data_that_plotly_takes_whatever_is_known(case, cases):
    found = study.studied(cases[case])
    for name, module in study.shown(found).items():
        says, beneath = module.words(found)
        assert says and beneath and "nan" not in f"{says} {beneath}".lower().split()
        charts = module.charts_of(found) if hasattr(module, "charts_of") else {
            name: module.chart(found)}
        assert charts
        for chart in charts.values():
            assert json.loads(json.dumps(chart, allow_nan=False)) == chart
            assert go.Figure(chart).data


def test_files_are_written_and_the_same_twice(cases, tmp_path):
    few = studies.with_outcomes(cases["labs"], "capability")
    written = study.save_all(few, tmp_path / "a")
    assert [path.name for path in written] == [
        "scenarios.png", "scenarios.svg", "luck.png", "luck.svg"]
    for first, again in zip(written, study.save_all(few, tmp_path / "b"), strict=True):
        assert first.read_bytes() == again.read_bytes() and first.stat().st_size > 5000


# --- what is drawn is true ------------------------------------------------------------------------


def test_a_line_is_the_mean_of_the_runs_at_each_level(cases):
    found = study.studied(cases["grid"])
    table = found.results.runs.join(found.points, on="point")
    means = table.groupby(["compute", "engineers"])["research_output"].mean()
    chart = study.STUDIES["response"].charts_of(found)
    lines = chart["Research output (natural-log units) by engineers"]["data"][2::3]
    assert [line["name"] for line in lines] == ["compute 20", "compute 40", "compute 80"]
    for level, line in zip((20, 40, 80), lines, strict=True):
        assert line["x"] == [4, 8, 16]
        assert line["y"] == pytest.approx(means[level].to_numpy(), rel=1e-4)
    dates = chart["One oom (days) by engineers"]["data"]
    marks = [trace for trace in dates if trace["mode"] == "markers"]
    late = {(f"compute {c}", e) for (c, e), row in table.groupby(["compute", "engineers"])
            if row["one_oom"].notna().sum() < 2}  # of four
    assert {(trace["name"], x) for trace in marks for x in trace["x"]} == late != set()
    (cells,) = heat_map.charts_of(studies.with_outcomes(cases["grid"], "research_output")).values()
    z = np.array(cells["data"][0]["z"])
    assert z == pytest.approx(means.unstack("compute").to_numpy(), rel=1e-4)


def test_cells_have_colours_from_least_to_greatest_and_from_zero_both_ways():
    both, one = np.array([[-1.0, 3.0]]), np.array([[1.0, np.nan]])
    low, high, colours = heat_map.Cells("x", both, both, []).scale
    assert (low, high, colours) == (-3.0, 3.0, heat_map.DIVERGING)
    low, high, colours = heat_map.Cells("x", one, one, []).scale
    assert low == 1.0 < high and colours == heat_map.style.SEQUENTIAL


def test_swings_find_what_was_planted():
    found = study.studied(studies.planted(2000))
    table = numbers.swings(found, "capability").set_index("factor")
    # a and c are linear: from the middle of the lowest fifth to that of the highest, 0.8.
    for factor, truth in (("a", 1.6), ("b", 0.8), ("c", -0.4), ("d", 0.0)):
        row = table.loc[factor]
        error = (row["high_99"] - row["low_99"]) / 2
        assert abs(row["swing"] - truth) < 1.5 * error < 0.3
    assert list(table.index[:3]) == ["a", "b", "c"]
    assert "most with a: +1.6" in study.STUDIES["tornado"].words(found)[0]


def test_swings_by_regression_say_that_others_are_held_and_a_line_quotes_its_own_ends():
    found = study.studied(studies.named(
        {"capability": lambda row: row["gain"] + 3 * row["ideas"]}, draws=20))
    table = numbers.swings(found, "capability").set_index("factor")
    assert table.loc["gain", "method"] == "ranks"
    for says in study.STUDIES["tornado"].words(found):
        assert "others held, by regression on ranks" in says
    drawn = response._panels(found)[0]
    assert drawn.factor == "ideas"
    (first, *_, last) = drawn.lines["a"].itertuples()
    title, beneath = study.STUDIES["response"].words(found)
    low, high = (words.interval(x.value, x.low, x.high) for x in (first, last))
    assert title.startswith(
        f"At world a capability rises from {low} to {high} OOM with ideas from its lowest to its "
        "highest bin; at world b rises from ")
    assert "dots" not in beneath  # there are two lines
    assert "dots: its points" in study.STUDIES["response"].words(
        study.studied(studies.planted(60)))[1]


def test_every_panel_of_a_tornado_names_the_ends_of_its_own_swings():
    size = {"none": 0.0, "less": 1.0, "more": 2.0}
    found = study.studied(studies.named({
        "capability": lambda row: size[row["policy"]] + 0.1 * (row["world"] == "a"),
        "research_output": lambda row: -size[row["policy"]] + 3 * (row["world"] == "a"),
    }))
    fig = study.STUDIES["tornado"].figure(found)
    assert_legible(fig)
    labels = [[t.get_text() for t in ax.get_yticklabels()] for ax in fig.axes if ax.axison]
    assert labels == [
        ["policy\nnone … more", "world\na … b"], ["world\na … b", "policy\nmore … none"]]


def test_luck_and_parameters_are_as_planted():
    found = study.studied(studies.planted(2000))
    (row,) = numbers.shares(found).query("outcome == 'capability'").to_dict("records")
    of_points = 4 / 12 + 4 / 45 + 0.25 / 12  # variances of 2 a, b² and c / 2
    assert row["share_low"] < of_points / (of_points + 0.09) < row["share_high"]
    assert not row["share_low"] < 0.5 < row["share_high"]


def test_shares_of_dates_are_kaplan_meiers_and_what_is_censored_is_said(cases):
    found = study.studied(cases["grid"])
    times = found.runs["one_oom"].to_numpy()
    censored = int(np.isnan(times).sum())
    assert 0 < censored < len(times)
    curve = kaplan_meier(times[~np.isnan(times)], np.full(censored, studies.DAYS))
    table = numbers.reached(found, "one_oom")
    assert table["share"].to_numpy() == pytest.approx(1 - curve.at(table["time"]))
    assert (table["low"] <= table["share"]).all() and (table["share"] <= table["high"]).all()
    # The lines of one date share luck and levers: the interval is wider than of as many runs alone.
    alone = curve.interval(table["time"].iloc[-1])
    last = table.iloc[-1]
    assert last["high"] - last["low"] > float(alone[1] - alone[0])
    says, beneath = study.STUDIES["dates"].words(found)
    assert f"{last['share']:.0%} [{last['low']:.0%}, {last['high']:.0%}] of runs" in says
    assert f"{censored} of 36 runs censored ({censored / 36:.0%})" in beneath


def test_bands_of_a_share_that_never_falls_never_fall(cases):
    found = study.studied(cases["date first"])
    tables = [numbers.reached(found, "one_oom")]
    tables += study.STUDIES["dates"]._panels(found)["one_oom"].values()
    for table in tables:
        for end in ("low", "share", "high"):
            assert (np.diff(table[end].to_numpy()) >= 0).all(), end
    axes_ = study.STUDIES["dates"].figure(found).axes
    assert "One oom: share of runs" in [ax.get_ylabel() for ax in axes_]


def test_the_dots_are_like_all_points():
    found = study.studied(studies.planted(1024, design="sobol"))
    panel = response._panels(found)[0]
    dots = response._dots(panel)
    assert len(dots) == response.MOST_DOTS
    means = found.runs.groupby("point")["capability"].mean()
    for column, values in (("a", found.points["a"]), ("capability", means)):
        for share in (0.25, 0.5, 0.75):
            below = (dots[column] < values.quantile(share)).mean()
            assert abs(below - share) < 3 * np.sqrt(share * (1 - share) / len(dots))


def test_of_very_many_points_some_lines_are_drawn_the_extremes_among_them():
    found = study.studied(studies.planted(5000))
    lines = parallel._lines(found)
    (paths,) = parallel.figure(found).axes[0].collections[:1]
    assert len(paths.get_segments()) == parallel.MOST_LINES
    ends = {round(float(path[-1, 1]), 9) for path in paths.get_segments()}
    assert {0.0, 1.0} <= ends
    assert "2,000 of 5,000 points" in parallel.words(found)[1]
    assert (np.diff(lines.values.iloc[:, -1]) >= 0).all()
    assert np.bincount(parallel._classes(lines)).tolist() == [1000] * 5
    assert len(json.dumps(parallel.chart(found))) < 400_000


def test_an_axis_is_logarithmic_where_values_are_spread_so():
    found = study.studied(studies.planted(60))
    even, wide = (found.points["a"] * 0 + x for x in (
        np.linspace(0.001, 1, 60), np.geomspace(0.001, 1, 60)))
    for values in (even, wide):
        places, ticks = parallel._axis(found, "a", values)
        assert places == pytest.approx(np.linspace(0, 1, 60))
    assert [text for _, text in ticks] == ["0.001", "0.00562", "0.0316", "0.178", "1"]
    assert axes.is_logarithmic([0.5, 1, 2]) and not axes.is_logarithmic([1, 2, 3])
    assert axes.some(range(10), 4) == [0, 3, 6, 9]


def test_numbers_in_one_text_have_the_same_decimals():
    assert words.interval(1.2345, 1.1, 1.36) == "1.23 [1.10, 1.36]"
    assert words.interval(1234.5, np.nan, np.nan, "days") == "1,234 days"
    assert words.alike(-0.000123, 0.5) == ["0.000", "0.500"] and words.alike(2e-9) == ["2.00e-09"]
    assert words.value(np.inf) == "later" and words.value(16) == "16"


def test_what_differs_by_no_more_than_luck_is_not_called_best(cases):
    same = studies.changed(cases["labs"], capability=np.tile([0.9, 1.1, 1.0], 6))
    assert "hardly differs by lab" in study.STUDIES["scenarios"].words(same)[0]
    assert "lowest in" in study.STUDIES["scenarios"].words(cases["labs"])[0]
