"""Lowering: a model as words, and words that say what the model says."""

import math

import numpy as np

import sim
from sim.engines.lowering import layout as L
from sim.engines.lowering import lowered, lowered_settings
from sim.engines.lowering.words import Words
from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.random import name_key

from .tiny import closed, compute, flow, job, lab, labour, people, steps


def views(words):
    return words, words.view(np.float64), words.view(np.uint64)


def two_stages():
    return lab(
        pools={"team": people(2), "cluster": compute(3, plan=steps(d2=5))},
        skills={"craft": {"pool": "team"}},
        flows={"work": flow(closed(4), {
            "write": labour("craft", "exponential(mean=2 d)", priority=7, next="run"),
            "run": job("cluster", "1 d", units=2, failure=0.25, next={"run": 0.5, "end": 0.5}),
        })},
        interventions={"more": {"at": "3 d", "capacity": {"cluster": {"scale": 2}},
                                "pause": ["work.run"]}},
    )


def test_words_hold_numbers_of_every_kind():
    words = Words(at=100)
    record = words.record(4)
    words.puts(record, {0: -5, 1: 0.5, 2: 2**64 - 1, 3: None})
    whole, floats, unsigned = views(words.array())
    assert record == 100
    assert (whole[0], floats[1], unsigned[2], whole[3]) == (-5, 0.5, 2**64 - 1, L.NONE)


def test_tables_say_how_many_and_where():
    words = Words(at=10)
    at = words.record(2)
    words.table(at, [(1, 0.5), (2, 0.25)])
    whole, floats, _ = views(words.array())
    first = whole[1] - 10
    assert whole[0] == 2
    assert [whole[first], floats[first + 1], whole[first + 2], floats[first + 3]] == [
        1, 0.5, 2, 0.25,
    ]


def test_a_stage_keeps_its_settings():
    M, F, W = views(lowered(two_stages(), seed=3, replication=4))
    flows = M[M[L.VERSION] + L.VS_FLOWS]
    assert W[flows + L.FL_WORD] == name_key("work")
    write, run = (M[flows + L.FL_STAGES] + i * L.STAGE_WORDS for i in (0, 1))
    assert (M[write + L.ST_KIND], M[write + L.ST_PRIORITY], M[write + L.ST_NEXT]) == (
        L.LABOUR, 7, 1,
    )
    kind, at, n = M[write + L.ST_SAMPLE : write + L.ST_SAMPLE + 3]
    assert DISTRIBUTIONS.names[kind] == "exponential"
    assert list(F[at : at + n]) == [2.0]
    assert (M[run + L.ST_UNITS], F[run + L.ST_FAILURE], M[run + L.ST_REPAIR]) == (2, 0.25, L.NONE)
    n, at = M[run + L.ST_CHANCES : run + L.ST_CHANCES + 2]
    assert [(M[at + 2 * i], F[at + 2 * i + 1]) for i in range(n)] == [(1, 0.5), (L.NONE, 0.5)]


def test_capacities_dates_and_interventions():
    M, F, W = views(lowered(two_stages(), seed=3, replication=4))
    assert (W[L.SEED], M[L.REPLICATION], F[L.HORIZON]) == (3, 4, 100.0)
    stated = M[L.STATED_AT] + L.STATED_WORDS
    assert F[stated + L.SD_BASE] == 3.0
    assert M[L.DELIVERIES_N] == 1
    delivery = M[L.DELIVERIES_AT]
    assert (F[delivery + L.DL_TIME], M[delivery + L.DL_POOL], F[delivery + L.DL_UNITS]) == (2, 1, 5)
    change = M[L.INTERVENTIONS_AT]
    assert (M[change + L.IV_AT], F[change + L.IV_TIME]) == (1, 3.0)
    capacity = M[change + L.IV_CAPACITY + 1]
    assert (M[capacity], M[capacity + 1], F[capacity + 2]) == (1, L.SCALE, 2.0)
    pause = M[change + L.IV_PAUSE + 1]
    assert (M[pause], M[pause + 1]) == (0, 1)


def test_settings_may_stand_anywhere():
    """The same settings at two addresses differ by addresses only, which move with them."""
    model = sim.load()
    here, there = lowered_settings(model, 1000), lowered_settings(model, 5000)
    assert len(here) == len(there)
    moved = np.flatnonzero(here != there)
    assert len(moved) > 0
    assert (there[moved] - here[moved] == 4000).all()


def test_unlimited_pools_have_infinite_capacity():
    model = lab(pools={"team": people(math.inf)}, skills={"craft": {"pool": "team"}},
                flows={"work": flow(closed(), {"do": labour("craft", "1 d")})})
    M, F, _ = views(lowered(model, seed=0, replication=0))
    assert F[M[L.STATED_AT] + L.SD_BASE] == math.inf
    assert M[L.DELIVERIES_N] == 0
