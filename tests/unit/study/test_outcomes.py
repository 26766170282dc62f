"""Outcomes of a study equal what the metrics make of the full log of the same run."""

import math
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.metrics import growth, queues, readouts, throughput, utilisation
from sim.metrics.outcomes import MEANING, outcomes_of
from sim.study import outcomes
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


def test_every_outcome_is_compared_here():
    source = Path(__file__).read_text("utf-8")
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
        "time_to_capability", "time_to_release", "time_to_horizon",
    }
    assert all(measure.unit and measure.meaning for measure in MEASURES.values())
