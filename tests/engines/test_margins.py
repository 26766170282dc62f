"""No step of the kernel takes more memory than there is room for before it."""

import dataclasses

import numpy as np
import pytest

import sim
from sim.engines.compiled import chores, driver, exits
from sim.engines.compiled.state import State
from sim.engines.lowering import beginning
from sim.engines.lowering import layout as L

from ..properties.strategies import loaded, part
from .identity import difference
from .tiny import closed, compute, flow, job, lab, labour, people

FEW = 25
"""Random models that are looked at step by step."""


@pytest.fixture
def watched(monkeypatch):
    """A kernel that goes step by step, on more memory than it knows of, and is looked at."""
    kernel, roomier, lowered = driver.kernel(), driver.roomier, driver.lowered
    over = []

    def more(words):
        larger = np.zeros(4 * len(words) + 1_000_000, dtype=np.int64)
        larger[: len(words)] = words
        return larger

    def step_by_step(M, log, turns):
        code = chores.TURNS_OVER
        for _ in range(turns):
            if code != chores.TURNS_OVER:
                break
            code = kernel(M, log, 1)
            if M[L.TOP] > M[L.SIZE] or M[L.ROWS] > M[L.ROWS_ROOM]:
                over.append((int(M[L.TOP]), int(M[L.SIZE]), int(M[L.ROWS]), int(M[L.ROWS_ROOM])))
        return code

    def with_more(S, *given, **named):
        S = roomier(S, *given, **named)
        return S if len(S.M) > S.M[L.SIZE] else State(more(S.M), S.log)

    monkeypatch.setattr(driver, "kernel", lambda: step_by_step)
    monkeypatch.setattr(driver, "lowered", lambda *given: more(lowered(*given)))
    for module in (driver, exits):
        monkeypatch.setattr(module, "roomier", with_more)
    return over


def ran(model):
    return sim.simulate(model, seed=0, engine="compiled")


def test_random_models_stay_within_their_room(watched):
    for draft in part(0)[:FEW]:
        ran(loaded(draft))
    assert watched == []


def set_to(path, value):
    for name in reversed(path.split(".")):
        value = {name: value}
    return {"more": {"at": "1 d", "set": value}}


def many_streams():
    stages = {"do": labour("craft", "10 d")}
    return lab(
        horizon="3 d", pools={"team": people(2)}, skills={"craft": {"pool": "team"}},
        flows={"work": flow(closed(1), stages)},
        interventions=set_to("flows.work.source.workstreams", 3000),
    )


def large_batches(held):
    child = flow({"kind": "batch"}, {"do": labour("craft", "0.1 d")})
    if held:
        child |= {"hostages": {"pool": "cluster", "units": held}}
    batch = {"kind": "batch", "flow": "part", "count": 1}
    return lab(
        horizon="4 d", pools={"team": people(2), "cluster": compute(10)},
        skills={"craft": {"pool": "team"}},
        flows={"work": flow(closed(1), {"parts": batch}), "part": child},
        interventions=set_to("flows.work.stages.parts.count", 1000),
    )


def many_deliveries():
    plan = {"kind": "growth", "factor": 1.5, "every": "1 h"}
    return lab(
        horizon="16391 h", pools={"team": people(2, plan=plan)},
        skills={"craft": {"pool": "team"}},
        flows={"work": flow(closed(1), {"do": labour("craft", "100 d")})},
    )


CASES = {
    "workstreams": many_streams, "batch": lambda: large_batches(0),
    "hostages": lambda: large_batches(3), "deliveries": many_deliveries,
}


@pytest.mark.parametrize("name", CASES)
def test_what_comes_at_once_has_room(watched, name):
    ran(CASES[name]())
    assert watched == []


@pytest.mark.parametrize("name", CASES)
def test_what_comes_at_once_is_identical(name):
    assert difference(CASES[name]()) == ""


def test_too_small_a_margin_is_noticed(watched, monkeypatch):
    monkeypatch.setattr(exits, "margins", lambda model: (0, 0))
    ran(many_streams())
    assert watched != []


def test_a_batch_and_the_hostages_of_another_flow_need_not_fit_together():
    """Ten thousand items at once and ten thousand hostages, but never of each other."""
    model = lab(
        horizon="2 d", pools={"team": people(2), "cluster": compute(10_000)},
        skills={"craft": {"pool": "team"}},
        flows={
            "work": flow(closed(1), {"parts": {"kind": "batch", "flow": "part", "count": 10_000}}),
            "part": flow({"kind": "batch"}, {"run": job("cluster", "0.5 d")}),
            "rest": flow(closed(1), {"do": labour("craft", "0.5 d")})
            | {"hostages": {"pool": "cluster", "units": 10_000}},
        },
    )
    words, rows = beginning.margins(model)
    assert words < 10_000_000
    assert rows < 30_000


def test_a_model_changed_in_place_is_lowered_anew():
    model = many_streams()
    before = ran(model)
    model.pools["team"] = dataclasses.replace(model.pools["team"], capacity=7)
    after = ran(model)
    assert len(after.visits) == len(before.visits)
    assert after.visits["started"].notna().sum() > before.visits["started"].notna().sum()
