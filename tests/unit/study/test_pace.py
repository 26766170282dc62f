"""Outcomes about pace equal what the full log of the same run tells."""

import math

import numpy as np
import pytest

import sim
from sim import InputError
from sim.metrics import speedup, stocks
from sim.study import outcomes, pace
from sim.study.batch import sampled_at, summarised

TEXTS = (
    "time_to_cycle_speedup(times=1.5)", "time_to_leverage(times=1.5, base=1e-6)",
    "shortest_time_for(years=0.2, per_year=1)",
)


def read(text):
    return outcomes.read("x", text)


@pytest.fixture(scope="module")
def pair():
    """The run and the summary of one lab, sampled as a study would."""
    model = sim.load("horizon=400 d", "prehistory=40 d")
    asked = {text: read(text) for text in TEXTS}
    times = sampled_at(asked, model.horizon)
    assert list(times) == [7.0 * i for i in range(58)]
    return sim.simulate(model, seed=1), summarised(model, 1, 0, times)


def test_a_quicker_cycle(pair):
    run, summary = pair
    table = run.generations[(run.generations["outcome"] == "released").to_numpy()]
    table = table[(table["generation"] > 0).to_numpy()]
    first = table["cycle_time"].iloc[0]
    for times in (1.2, 1.5, 2.0, 20.0):
        quick = table[(table["cycle_time"] <= first / times).to_numpy()]["released"]
        expected = quick.min() if len(quick) else math.nan
        found = read(f"time_to_cycle_speedup(times={times})").of(summary)
        assert found == pytest.approx(expected, nan_ok=True)
    assert not math.isnan(read("time_to_cycle_speedup(times=1.2)").of(summary))


def test_leverage(pair):
    run, summary = pair
    model = run.model
    ends, found = pace.leverages(summary)
    assert ends[0] == 91 and len(ends) == 58 - 13

    def staff(time):
        changes = run.changes[(run.changes["kind"] == "capacity").to_numpy()]
        changes = changes[(changes["time"] <= time).to_numpy()]
        last = changes.groupby("name", observed=True)["after"].last()
        return sum(last[name] for name in ("researchers", "engineers", "leads"))

    def per_day(end):
        output = speedup.research_output(run.visits, model, end - 91 + 1e-9, end + 1e-9).iloc[0]
        return output / sum(20 * 7 * staff(end - 91 + 7 * week) for week in range(13))

    for i in (10, 44):
        # From t = 0 on what comes at the beginning of the first quarter counts before it.
        assert found[i] == pytest.approx(per_day(ends[i]), rel=1e-9)
    base = float(np.sort(found)[-5]) / 2
    date = read(f"time_to_leverage(times=2, base={base!r})").of(summary)
    assert date == ends[found >= 2 * base][0] > 91
    assert math.isnan(read(f"time_to_leverage(times=99, base={base!r})").of(summary))


def test_years_of_progress_of_software(pair):
    run, summary = pair
    steps = stocks.trajectory(run.changes, run.model)
    times = np.append(np.arange(58) * 7.0, 400.0)
    level = stocks.sample(steps, "algorithms", times)[0]
    fine = np.arange(0, 400, 0.05)
    for years in (0.05, 0.2, 0.5):
        line = np.interp(fine, times, level)
        reached = np.searchsorted(line, line + years * 1.25)
        expected = min(fine[j] - fine[i] for i, j in enumerate(reached) if j < len(fine))
        found = read(f"shortest_time_for(years={years}, per_year=1.25)").of(summary)
        assert found == pytest.approx(expected, abs=0.11)
    assert math.isnan(read("shortest_time_for(years=99, per_year=1.25)").of(summary))
    rate, per_day = pace.first_quarter(summary)
    assert rate == pytest.approx((level[13] - level[0]) / 91 * 365.25)
    assert per_day == pace.leverages(summary)[1][0]


def test_a_run_that_began_badly_is_not_fast_for_that():
    """Years of progress are a matter of what was made, not of how little was made at first."""
    model = sim.load("horizon=2 y", "prehistory=20 d")
    asked = {text: read(text) for text in TEXTS}
    runs = [summarised(model, 0, n, sampled_at(asked, model.horizon)) for n in range(24)]
    days = [read("shortest_time_for(years=1, per_year=1.25)").of(run) for run in runs]
    first = [pace.first_quarter(run)[0] for run in runs]
    whole = [run.raw["totals"]["algorithms"] for run in runs]
    # Who made more took less time; against each run's own first quarter the first is 0.97.
    assert abs(np.corrcoef(days, first)[0, 1]) < 0.6
    own = [read(f"shortest_time_for(years=1, per_year={rate!r})").of(run)
           for rate, run in zip(first, runs, strict=True)]  # fmt: skip
    assert np.corrcoef(own, first)[0, 1] > 0.8
    assert np.corrcoef(days, whole)[0, 1] < np.corrcoef(own, whole)[0, 1]


@pytest.mark.parametrize(
    ("rise", "expected"), [(1.0, 0.5), (2.0, 1.0), (3.0, 2.5), (5.0, math.nan)]
)
def test_the_shortest_time_of_a_broken_line(rise, expected):
    times, levels = [0.0, 2.0, 3.0, 6.0], [0.0, 0.0 + 4 / 3, 10 / 3, 10 / 3 + 1e-12]
    found = pace.shortest(times, levels, rise)
    assert found == pytest.approx(expected, nan_ok=True, abs=1e-6)


def test_a_level_that_stands_still_or_falls_rises_no_more():
    assert math.isnan(pace.shortest([0.0, 1.0], [1.0, 1.0], 0.5))
    assert pace.shortest([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 0.0, 1.0], 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize(("text", "overrides", "message"), [
    ("time_to_leverage(times=2, base=1)", ["horizon=90 d"],
     "needs a horizon of 91 d or more, got 90 d"),
    ("time_to_leverage(times=2, base=1)", ["scenario=mm1"], "needs research and people"),
    ("shortest_time_for(years=3, per_year=1)", ["scenario=mm1"], "needs the stock 'algorithms'"),
    ("shortest_time_for(years=3, per_year=1)", ["horizon=90 d"], "needs a horizon of 91 d or more"),
    ("time_to_cycle_speedup(times=2)", ["scenario=mm1"], "needs releases"),
])  # fmt: skip
def test_a_model_without_it_is_refused(text, overrides, message):
    with pytest.raises(InputError, match=message):
        read(text).check(sim.load(*overrides))


@pytest.mark.parametrize(("text", "message"), [
    ("time_to_leverage(times=1, base=1)", "times must be a number > 1, got '1'"),
    ("time_to_leverage(times=2)", "needs base"),
    ("time_to_cycle_speedup(times=0.5)", "must be a number > 1"),
    ("shortest_time_for(years=0, per_year=1)", "years must be a number > 0, got '0'"),
    ("shortest_time_for(years=1)", "needs per_year"),
])  # fmt: skip
def test_a_bad_parameter_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        read(text)


def test_samples_that_are_missing_are_noticed(pair):
    summary = summarised(pair[0].model, 1, 0, np.array([0.0, 7.0]))
    with pytest.raises(InputError, match="the state at every 7 d was not sampled"):
        read("shortest_time_for(years=1, per_year=1)").of(summary)
