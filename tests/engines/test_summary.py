"""A summary equals what the metrics compute from the full log of the same run."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import sim
from sim import InputError
from sim.engines.compiled import driver
from sim.engines.lowering import layout as L
from sim.engines.summary import sample_times

from ..properties.strategies import drafts, loaded
from .summed import difference, expected, parted
from .tiny import closed, flow, lab, labour, people

RANDOM = settings(
    derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SHORT = ("horizon=120 d", "prehistory=40 d")


@pytest.mark.parametrize(
    "scenario", ["default", "training_interruptions", "safeguards", "working_hours"]
)
def test_scenarios(scenario):
    assert difference(_scenario(scenario), every=3.5) == ""


@settings(RANDOM, max_examples=60)
@given(drafts())
def test_random_models(draft):
    assert difference(loaded(draft), every=0.5) == ""


@pytest.mark.verify
@settings(RANDOM, derandomize=False, max_examples=3000, print_blob=True)
@given(drafts())
def test_many_random_models(draft):
    assert difference(loaded(draft), every=0.5) == ""


@pytest.fixture(scope="module")
def pair():
    """The run and the summary of one lab, in which all tables have much to say."""
    model = sim.load(*SHORT)
    return sim.simulate(model, seed=1, engine="compiled"), sim.summarise(model, seed=1)


def test_the_pair_agrees_and_says_much(pair):
    run, summary = pair
    assert parted(run, expected(run, 7.0), summary) == ""
    assert len(run.visits) > 3000
    assert (summary.pools["busy"] > 0).sum() >= 4
    assert summary.flows["successes"].sum() > 10
    assert {"right", "caught", "escaped"} <= set(summary.skills["outcome"])


def test_a_wrong_number_anywhere_is_found(pair):
    run, summary = pair
    tables = expected(run, 7.0)
    for table, columns in summary.raw.items():
        for name in columns:
            if name == "replication":
                continue
            wrong = summary.raw | {table: columns | {name: _nudged(columns[name])}}
            assert parted(run, tables, dataclasses.replace(summary, raw=wrong)), (table, name)


def _nudged(values):
    """The same numbers, the last known one larger by one, or in the seventh digit."""
    if np.ndim(values) == 0:
        return values + 1 if isinstance(values, int) else values * (1 + 1e-7) + 1e-7
    wrong = values.copy()
    at = np.flatnonzero(np.isfinite(wrong))
    at = at[-1] if len(at) else -1
    wrong[at] = wrong[at] + 1 if wrong.dtype.kind in "iu" else wrong[at] * (1 + 1e-7) + 1e-7
    return wrong if len(np.flatnonzero(np.isfinite(values))) else np.zeros_like(wrong)


def test_samples_are_taken_after_what_happens_at_their_time():
    model = lab(
        horizon="4 d", pools={"team": people(1)}, skills={"craft": {"pool": "team"}},
        flows={"item": flow(closed(2), {"do": labour("craft", "1 d")})},
    )
    table = sim.summarise(model, seed=0, every=0.5).trajectory
    assert list(table["time"]) == [0.5 * i for i in range(9)]
    assert list(table["busy_team"]) == [1.0] * 9
    assert list(table["waiting_team"]) == [1.0] * 9
    assert list(table["in_progress_item"]) == [2.0] * 9


def test_a_summary_takes_no_memory_for_visits(monkeypatch):
    model = lab(
        horizon="50 d", pools={"team": people(1)}, skills={"craft": {"pool": "team"}},
        flows={"item": flow(closed(1), {"do": labour("craft", "0.01 d")})},
    )
    sizes = []
    before = driver.end_of

    def end_of(model, S):
        sizes.append((int(S.M[L.TOP]), int(S.M[L.ROWS])))
        return before(model, S)

    monkeypatch.setattr("sim.engines.compiled.summaries.end_of", end_of)
    for horizon in ("50 d", "500 d"):
        sim.summarise(model.replace(horizon=horizon), seed=0, every=100.0)
    visits = sim.summarise(model.replace(horizon="500 d"), seed=0).raw["totals"]["visits"]
    (short, rows), (long, more) = sizes[:2]
    assert visits > 40_000
    assert rows == more <= 3
    assert long - short < 100  # a few more samples


def test_a_run_stopped_on_its_way_is_summed_up_to_there(pair):
    model = pair[0].model
    from sim.engines.compiled import summarise

    times = sample_times(model, 7.0)
    summary = summarise(model, seed=1, replication=0, times=times, stopped=lambda: True)
    assert summary.end.reason == "interrupted"
    assert summary.trajectory["time"].max() <= summary.end.time < 120
    pools = summary.pools
    assert np.allclose(pools["days"], summary.end.time)


@pytest.mark.parametrize(
    ("every", "words"),
    [(0, "every must be a number of days > 0, got 0"), (float("nan"), "got nan"),
     (True, "got True"), ("7 d", "got '7 d'"), (1e-9, "at least horizon / 1,000,000")],
)
def test_steps_out_of_range(every, words):
    with pytest.raises(InputError, match=words):
        sim.summarise(lab(flows={"item": flow(closed(1), {"d": _wait()})}), seed=0, every=every)


def _wait():
    return {"kind": "delay", "duration": "1 d"}


def _scenario(name):
    return sim.load(*SHORT) if name == "default" else sim.load(f"scenario={name}", *SHORT)
