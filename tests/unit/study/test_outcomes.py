"""Outcomes of a study equal what the metrics make of the full log of the same run."""

import dataclasses
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import sim
from sim import InputError
from sim.metrics import growth, queues, readouts, speedup, stocks, throughput, utilisation
from sim.metrics.outcomes import MEANING, outcomes_of
from sim.study import outcomes
from sim.study.batch import sampled_at, summarised
from sim.study.measures import MEASURES


def of(summary, text):
    return outcomes.read("x", text).of(summary)


@pytest.fixture(scope="module")
def pair():
    """The run and the summary of one lab."""
    model = sim.load("horizon=400 d", "prehistory=40 d")
    return sim.simulate(model, seed=1), sim.summarise(model, seed=1, every=400.0)


@pytest.fixture(scope="module")
def steps(pair):
    return growth.trajectory(pair[0].generations, pair[0].model)


def test_outcomes_by_name(pair):
    run, summary = pair
    known = outcomes_of(run)
    names = set(MEANING) - {"replication", "end_reason"}
    assert names < set(MEASURES)
    for name in names:
        assert of(summary, name) == pytest.approx(known[name], rel=1e-12), name


def test_capability_by_date(pair, steps):
    summary = pair[1]
    assert len(steps) > 3
    times = [0.0, 50.0, 200.0, 399.0, 400.0, *steps["time"]]
    expected = growth.sample(steps, times)[0]
    found = [of(summary, f"capability_at(time={time!r} d)") for time in times]
    assert np.array_equal(found, expected)
    assert of(summary, "capability_at(time=0.5 y)") == growth.sample(steps, [182.625])[0, 0]


def test_dates_of_capability(pair, steps):
    summary = pair[1]
    for _, step in steps.iterrows():
        assert of(summary, f"time_to_capability(oom={step['capability']!r})") == step["time"]
    assert of(summary, "time_to_capability(oom=-1)") == 0.0
    between = steps["capability"].iloc[1] + 0.01
    assert of(summary, f"time_to_capability(oom={between})") == steps["time"].iloc[2]
    assert math.isnan(of(summary, "time_to_capability(oom=9)"))


def test_dates_of_releases_and_their_cycle_times(pair, steps):
    run, summary = pair
    cycles = run.generations.set_index("generation")["cycle_time"]
    for number, time in zip(steps["generation"][1:], steps["time"][1:], strict=True):
        assert of(summary, f"time_to_release(generation={number})") == time
        assert of(summary, f"cycle_time_of(generation={number})") == cycles[number]
    late = len(steps)
    assert math.isnan(of(summary, f"time_to_release(generation={late})"))
    assert math.isnan(of(summary, f"cycle_time_of(generation={late})"))


def test_readouts(pair):
    run, summary = pair
    known = readouts.by_generation(run.generations, run.model)
    assert of(summary, "metr_horizon") == known["metr_horizon"].iloc[-1]
    score = of(summary, "benchmark(name=osworld_verified)")
    assert score == known["score_osworld_verified"].iloc[-1]
    for hours in known["metr_horizon"]:
        first = known[known["metr_horizon"] >= hours]["time"].iloc[0]
        assert of(summary, f"time_to_horizon(hours={hours!r} h)") == first
    assert math.isnan(of(summary, "time_to_horizon(hours=1e6 h)"))


def test_pools(pair):
    run, summary = pair
    whole = run.model.horizon
    use = utilisation.over_time(run.visits, run.changes, run.model, whole).set_index("pool")
    line = queues.over_time(run.visits, run.model, whole).set_index("pool")["waiting"]
    waits = queues.waiting_time(run.visits, run.model)
    for pool in run.model.pools:
        here = waits[(waits["pool"] == pool) & (waits["served"] > 0)]
        served = here["served"].sum() or np.nan
        mean = (here["mean_wait"] * here["served"]).sum() / served
        for text, expected in (
            ("utilisation", use.loc[pool, "utilisation"]), ("mean_queue", line[pool]),
            ("mean_wait", mean),
        ):
            found = of(summary, f"{text}(pool={pool})")
            assert found == pytest.approx(expected, rel=1e-9, nan_ok=True), (text, pool)
    assert of(summary, "utilisation(pool=experiments)") > 0.3
    assert of(summary, "mean_wait(pool=experiments)") > 0


def test_flows_and_stocks(pair):
    run, summary = pair
    rates = throughput.over_time(run.visits, run.model, run.model.horizon).set_index("flow")
    for flow in run.model.flows:
        found = of(summary, f"throughput(flow={flow})")
        assert found == pytest.approx(rates.loc[flow, "ended"], rel=1e-12), flow
    for stock in run.model.stocks:
        changes = run.changes[(run.changes["kind"] == "stock") & (run.changes["name"] == stock)]
        assert of(summary, f"level(stock={stock})") == changes["after"].iloc[-1] > 0


def test_output_and_stocks_by_date(pair):
    run, model = pair[0], pair[0].model
    times = [0.0, 50.0, 91.3125, 200.0, 399.0, 400.0]
    windows = [f"output_between(begin={a!r} d, end={b!r} d)" for a, b in pairwise(times)]
    levels = [f"level_at(stock=algorithms, time={time!r} d)" for time in times]
    asked = {text: outcomes.read("x", text) for text in [*windows, *levels]}
    assert list(sampled_at(asked)) == times
    summary = summarised(model, 1, 0, sampled_at(asked))
    found = [asked[text].of(summary) for text in windows]
    expected = [
        speedup.research_output(run.visits, model, begin, end).iloc[0]
        for begin, end in pairwise(times)
    ]
    assert found == pytest.approx(expected, rel=1e-9) and min(found[:-1]) > 0
    assert sum(found) == pytest.approx(of(summary, "research_output"), rel=1e-12)
    steps = stocks.trajectory(run.changes, model)
    found = [asked[text].of(summary) for text in levels]
    assert np.array_equal(found, stocks.sample(steps, "algorithms", times)[0])
    with pytest.raises(InputError, match=r"at 60 d was not sampled; set every=60"):
        of(summary, "level_at(stock=algorithms, time=60 d)")


def test_after_a_deadlock_nothing_changes_and_after_another_end_nothing_is_known():
    model = sim.load("horizon=400 d", "prehistory=0 d", "end.generations=1")
    texts = ("output_between(begin=1 d, end=390 d)", "level_at(stock=algorithms, time=390 d)")
    asked = {text: outcomes.read("x", text) for text in texts}
    summary = summarised(model, 1, 0, sampled_at(asked))
    assert [math.isnan(outcome.of(summary)) for outcome in asked.values()] == [True, True]
    stuck = dataclasses.replace(summary, end=dataclasses.replace(summary.end, reason="deadlock"))
    whole = summarised(model, 1, 0, np.array([1.0]))
    before = of(dataclasses.replace(whole, end=stuck.end), "output_between(begin=0 d, end=1 d)")
    all_of_it = of(stuck, "research_output")
    assert asked[texts[0]].of(stuck) == pytest.approx(all_of_it - before) and all_of_it > 0
    assert asked[texts[1]].of(stuck) == of(stuck, "level(stock=algorithms)") > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [("output_between(begin=9 d, end=9 d)", "end must be after begin, 9 d, got 9 d; set a later"),
     ("output_between(begin=9 d, end=2 y)", "within the horizon, 400 d, got 730.5 d"),
     ("level_at(stock=algorithms, time=2 y)", "within the horizon, 400 d, got 730.5 d"),
     ("level_at(stock=algorithm, time=1 y)", "did you mean 'algorithms'")],
)  # fmt: skip
def test_what_cannot_be_known_by_date_is_refused(pair, text, words):
    with pytest.raises(InputError, match=words):
        outcomes.read("x", text).check(pair[0].model)


def test_every_outcome_is_compared_here():
    source = Path(__file__).read_text("utf-8")
    source += Path(__file__).with_name("test_pace.py").read_text("utf-8")
    assert [name for name in MEASURES if name not in MEANING and name not in source] == []


def test_what_a_run_that_ended_early_does_not_tell():
    model = sim.load("horizon=400 d", "prehistory=0 d", "end.generations=1")
    summary = sim.summarise(model, seed=1, every=400.0)
    end = summary.end.time
    assert summary.end.reason == "generation_target" and 0 < end < 400
    for text in ("capability", "research_output", "utilisation(pool=training)", "metr_horizon",
                 "throughput(flow=experiment)", f"capability_at(time={end + 1} d)"):
        assert math.isnan(of(summary, text)), text
    assert of(summary, "end_time") == end == of(summary, "time_to_release(generation=1)")
    assert of(summary, f"capability_at(time={end} d)") > 0
    assert of(summary, "cycle_time") == of(summary, "first_cycle_time") > 0


@pytest.mark.parametrize("text", ["time_to_capability(oom=1)", "time_to_release(generation=3)",
                                  "time_to_horizon(hours=20 h)"])  # fmt: skip
def test_dates_are_marked_and_worded(text):
    found = outcomes.read("x", text)
    assert found.date and found.unit == "days"
    assert found.text() == text
    assert found.meaning.startswith("time until")
    assert text.partition("=")[2].rstrip(")") in found.meaning


def test_no_other_outcome_is_a_date():
    assert {name for name, measure in MEASURES.items() if measure.date} == {
        "time_to_capability", "time_to_release", "time_to_horizon", "time_to_cycle_speedup",
        "time_to_leverage",
    }
    assert all(measure.unit and measure.meaning for measure in MEASURES.values())


def test_what_a_whole_run_without_it_says():
    assert {name for name, measure in MEASURES.items() if measure.never} == {"shortest_time_for"}
    found = outcomes.read("x", "shortest_time_for(years=3, per_year=1)")
    assert found.never and not found.date
    assert not outcomes.read("x", "cycle_time").never
