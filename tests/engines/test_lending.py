"""Lending and holding of compute: nothing is left idle, lost or without its cause."""

from .tiny import closed, compute, delay, every, flow, job, lab, rows, steps

LENDING = {"kind": "priority", "lender": "train", "borrower": "explore"}


def _two_pools(flows, horizon="40 d", train=10, explore=2, **parts):
    return lab(
        horizon=horizon,
        pools={"train": compute(train), "explore": compute(explore)},
        allocation=LENDING,
        flows=flows,
        **parts,
    )


def test_units_left_over_when_the_lender_has_served_are_lent_at_once(run):
    # All 10 are lent and busy to day 10, the lender asks for 4 on day 1; on day 10 all come
    # free, 4 go back, and the other 6 go on working for the borrower at once.
    flows = {
        "experiment": flow(closed(), {"run": job("explore", "120 d", units=12, next="again"),
                                      "again": job("explore", "96 d", units=8, next="rest"),
                                      "rest": delay("90 d")}),
        "own": flow(closed(), {"wait": delay("1 d", next="run"),
                               "run": job("train", "8 d", units=4, next="rest"),
                               "rest": delay("90 d")}),
    }
    log = run(_two_pools(flows))
    assert rows(log.visits, "started", flow="own", stage="run") == [10.0]
    assert rows(log.visits, "started finished", stage="again") == [(10.0, 22.0)]


def test_a_unit_that_stays_with_the_borrower_keeps_its_cause(run):
    # A job of 4 units ends on day 5; 2 units are called back, the other 2 serve the next job.
    flows = {
        "big": flow(closed(), {"run": job("explore", "20 d", units=4, next="rest"),
                               "rest": delay("90 d")}),
        "small": flow(closed(), {"wait": delay("1 d", next="run"),
                                 "run": job("explore", "2 d", units=2, next="rest"),
                                 "rest": delay("90 d")}),
        "own": flow(closed(), {"wait": delay("2 d", next="run"),
                               "run": job("train", "4 d", units=2, next="rest"),
                               "rest": delay("90 d")}),
    }
    log = run(_two_pools(flows, train=2, explore=2))
    visits = log.visits
    (freed,) = visits.index[(visits["flow"] == "big") & (visits["activity"] == "run")]
    assert rows(visits, "started cause", flow="small", activity="run") == [(5.0, freed)]
    assert rows(visits, "started cause", flow="own", activity="run") == [(5.0, freed)]


def _generation(**train):
    stages = {
        "gate": {"kind": "gate", "pool": "train", "min_gain": 0.0, "next": "train",
                 "plan": {"kind": "fixed_duration", "days": "4 d", "max_days": "9 d"}},
        "train": {"kind": "training", "pool": "train", "next": "choose"} | train,
        "choose": delay("1 d", next={"tune": 0.5, "release": 0.5}),
        "tune": delay("1 d", next="release"),
        "release": {"kind": "release"},
    }
    return flow(closed(), stages)


def _learning():
    """Know-how that grows every day, so that every gate opens at once."""
    insight = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}}
    return flow(every("1 d"), {"read": delay("0.5 d")}, insight=insight)


def test_units_held_for_a_stage_that_is_skipped_are_released_at_the_end(run):
    model = lab(
        horizon="60 d",
        pools={"train": compute(2)},
        initial_training="1 d",
        stocks={"algorithms": {"gain": 0.5}},
        flows={"generation": _generation(hold_until="tune"), "learning": _learning()},
    )
    log = run(model)
    assert len(rows(log.generations, "released", outcome="released")) >= 7
    holds = log.visits[log.visits["activity"] == "hold"]
    skipped = holds[holds["finished"] - holds["started"] == 1.0]
    assert len(skipped) > 0
    assert holds["finished"].notna().sum() >= len(holds) - 1


def test_a_training_that_waits_shrinks_with_its_pool(run):
    # The gate froze 4 units; a job holds them to day 6, and from day 3 on there are only 2.
    flows = {
        "blocker": flow(closed(), {"run": job("train", "24 d", units=4, next="rest"),
                                   "rest": delay("90 d")}),
        "generation": _generation(),
        "learning": _learning(),
    }
    model = lab(
        horizon="30 d",
        pools={"train": compute(4, plan=steps(d3=2))},
        initial_training="1 d",
        stocks={"algorithms": {"gain": 0.5}},
        flows=flows,
    )
    log = run(model)
    first = rows(log.visits, "units started finished", flow="generation", activity="run")[0]
    assert first == (2, 6.0, 14.0)  # 4 units for 4 days are 16 unit-days: 8 days on 2


def test_a_size_never_vanishes_without_compute(run):
    # No unit is there when the job is sized; it is as large as one unit would allow.
    sized = job("machines", "1 d", sizing={"omega": 1.0, "reference": 1.0})
    model = lab(
        horizon="9 d",
        pools={"machines": compute(1, plan=steps(d1=0, d3=1))},
        flows={"task": flow(every("1.5 d"), {"run": sized})},
    )
    assert rows(run(model).visits, "value")[0] == 1.0


def test_insight_further_down_may_open_the_gate(run):
    insight = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}}
    flows = {
        "generation": flow(closed(), {
            "gate": {"kind": "gate", "min_gain": 0.1, "next": "release"},
            "release": {"kind": "release"},
        }),
        "visit": flow(every("3 d"), {"spread": {"kind": "batch", "flow": "talk", "count": 1}}),
        "talk": flow({"kind": "batch"}, {"read": delay("1 d")}, insight=insight),
    }
    log = run(lab(horizon="9 d", stocks={"algorithms": {"gain": 0.5}}, flows=flows))
    assert log.end.reason == "horizon"
    assert rows(log.generations, "released", outcome="released")[1] == 4.0


def test_a_model_trained_again_frees_the_units_of_its_first_training(run):
    # With chance 1/2 a model is not good enough: then it is trained anew.
    generation = _generation(hold_until="release")
    generation["stages"]["choose"] = delay("1 d", next={"train": 0.5, "release": 0.5})
    del generation["stages"]["tune"]
    log = run(lab(
        horizon="60 d", pools={"train": compute(2)}, initial_training="1 d",
        stocks={"algorithms": {"gain": 0.5}},
        flows={"generation": generation, "learning": _learning()},
    ))
    again = log.visits[(log.visits["activity"] == "run") & (log.visits["visit"] > 0)]
    assert len(again) > 2
    assert (again["started"] == again["requested"]).all()
    holds = log.visits[log.visits["activity"] == "hold"]
    assert set(again["requested"]) <= set(holds["finished"])
