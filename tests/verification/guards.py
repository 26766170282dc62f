"""Guards and the like that bind in a toy, but not in the default lab (or its short form).

A toy is plain data, the path of the same setting in it, and the value that binds: with it the
log must differ from the toy's own.
"""

PERSON = {"kind": "human", "capacity": 1}
UNIT = {"kind": "compute", "capacity": 1}


def _lab(horizon="20 d", **parts):
    return {"horizon": horizon, "hours_per_person_day": 24} | parts


def _flow(source, stages, **more):
    return {"source": source, "stages": stages} | more


def _streams(number=1):
    return {"kind": "closed", "workstreams": number}


def _work(days="1 d", **more):
    return {"kind": "labour", "skill": "craft", "work": days} | more


def _assisted(**law):
    """An assistant does all the work, by one law of 4 for ever."""
    ((role, cap),) = law.items()
    return _lab(
        pools={"people": PERSON, "slots": {"kind": "agent", "capacity": 1}},
        assistants={"source": "own", "pool": "slots"},
        feedback={"share": 1.0, role: {"kind": "power", "base": 4, "exponent": 0, "cap": cap}},
        skills={"craft": {"pool": "people", "share": "share", role: role}},
        flows={"task": _flow(_streams(), {"do": _work()})},
    )


def _learning(stock):
    """Every day raises a stock by 0.1."""
    insight = {"hit": 1, "noise": 1, "targets": {stock: 1}}
    study = _flow(_streams(), {"think": {"kind": "delay", "duration": "1 d"}}, insight=insight)
    return _lab(pools={}, stocks={stock: {"gain": 0.1}}, flows={"study": study})


def _training(plan, gate, **train):
    """Generations trained on one unit, for which jobs compete."""
    stages = {
        "gate": {"kind": "gate", "pool": "cluster", "plan": plan, "next": "train"} | gate,
        "train": {"kind": "training", "pool": "cluster", "next": "release"} | train,
        "release": {"kind": "release"},
    }
    job = {"kind": "compute", "pool": "cluster", "work": "1 d", "priority": 2}
    return _lab(
        horizon="60 d", initial_training="4 d", pools={"cluster": UNIT},
        flows={
            "job": _flow(_streams(2), {"run": job}), "generation": _flow(_streams(), stages),
        },
    )


BUSY = _lab(
    pools={"people": PERSON}, skills={"craft": {"pool": "people"}},
    flows={
        "routine": _flow(_streams(2), {"do": _work(priority=2)}),
        "matter": _flow(_streams(), {"do": _work(priority=2)}),
    },
)
"""One person, always asked for by two flows."""

PULLED = _lab(
    pools={"people": PERSON, "cluster": UNIT}, skills={"craft": {"pool": "people"}},
    flows={
        "experiment": _flow(
            {"kind": "pull", "limit": 1},
            {
                "think": _work("2 h", priority=9, next="run"),
                "run": {"kind": "compute", "pool": "cluster", "work": "1 d"},
            },
        )
    },
)
"""Ideas come faster than the cluster can try them."""

SERVED = _lab(
    compute={"units": 4, "plan": {"kind": "steps", "steps_at": {"10 d": 5}}},
    pools={"slots": {"kind": "agent", "share": 1.0}},
    stocks=_learning("infrastructure")["stocks"], flows=_learning("infrastructure")["flows"],
)
"""Slots are counted anew when compute is delivered, after 10 days of learning."""

JOB = {
    "kind": "compute", "pool": "cluster", "work": {"kind": "exponential", "mean": "1 d"},
    "sizing": {"omega": 1.0, "reference": 2.0},
}
PARALLEL = _lab(
    pools={"cluster": {"kind": "compute", "capacity": 3}},
    stocks=_learning("algorithms")["stocks"],
    flows={
        "study": _flow(
            _streams(3), {"run": JOB},
            insight={"hit": 1, "noise": 1, "targets": {"algorithms": 1}, "parallel": 0.5},
        )
    },
)
"""When a study ends, two others hold compute, and all have half their size."""

TARGET = {"kind": "target_gain", "min_days": "1 d", "max_days": "20 d"}
FIVE_DAYS = {"kind": "fixed_duration", "days": "5 d", "max_days": "5 d"}
QUICK = _training(TARGET, {"min_gain": 0.01}, priority=0)
LONG = _training(TARGET, {"min_gain": 0.5}, priority=0)
PATIENT = _training(FIVE_DAYS, {"min_gain": 5.0, "max_wait": "20 d"}, priority=0)
CROWDED = _training(FIVE_DAYS, {"min_gain": 0.0}, priority=0)

GUARDS = {
    "pools.agents.elasticity": (SERVED, "pools.slots.elasticity", 1.0),
    "feedback.speedup.cap": (_assisted(speedup=1000), "feedback.speedup.cap", 2.0),
    "feedback.steering.cap": (_assisted(steering="inf"), "feedback.steering.cap", 0.5),
    "stocks.algorithms.ceiling": (_learning("algorithms"), "stocks.algorithms.ceiling", 0.5),
    "stocks.infrastructure.ceiling": (
        _learning("infrastructure"), "stocks.infrastructure.ceiling", 0.5
    ),
    "flows.experiment.source.limit": (PULLED, "flows.experiment.source.limit", 3),
    "flows.generation.stages.gate.plan.min_days": (
        QUICK, "flows.generation.stages.gate.plan.min_days", "8 d"
    ),
    "flows.generation.stages.gate.plan.max_days": (
        LONG, "flows.generation.stages.gate.plan.max_days", "10 d"
    ),
    "flows.generation.stages.gate.max_wait": (
        PATIENT, "flows.generation.stages.gate.max_wait", "10 d"
    ),
    "flows.generation.stages.train.priority": (
        CROWDED, "flows.generation.stages.train.priority", 9
    ),
    "flows.generation.stages.approve.priority": (BUSY, "flows.matter.stages.do.priority", 1),
    "flows.generation.stages.mitigation.priority": (BUSY, "flows.matter.stages.do.priority", 1),
    "flows.incident.insight.parallel": (PARALLEL, "flows.study.insight.parallel", 0.9),
    "flows.incident.insight.n_ref": (PARALLEL, "flows.study.insight.n_ref", 2.0),
    "flows.incident.insight.size_gain": (PARALLEL, "flows.study.insight.size_gain", 0.3),
    "end.events": (BUSY, "end.events", 10),
}
"""Toy, path and binding value by path in the default lab."""

PINNED = (
    "flows.generation.source.workstreams", "flows.generation.source.per_person",
    "flows.incident.insight.targets.infrastructure",
)
"""Values that the model's rules allow no other for."""
