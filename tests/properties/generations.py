"""Random flows that release generations: gate, training, what may interrupt it, release."""

from .amounts import amounts, durations, present, rarely
from .changes import surge
from .choices import booleans, composite, fixed, integers, pick
from .flows import labour, route


@composite
def generation(draw, ground, spawned):
    """The flow that releases generations: gate, perhaps training, a route, release."""
    gate = present({
        "kind": "gate",
        "min_gain": draw(pick([0.05, 0.0, 0.2])),
        "max_wait": draw(rarely(durations(2.0), 2)),
        "next": "a",
    })
    stages = {"gate": gate}
    tail = draw(route(ground, spawned))
    if ground.trained and draw(integers(1, 9)) > 1:
        pool = draw(pick(ground.trained))
        gate |= {"pool": pool, "plan": draw(pick(PLANS)), "next": "train"}
        stages["train"] = draw(training(ground, spawned, pool, list(tail)))
        if draw(integers(1, 4)) == 4:
            stages["train"]["after"] = gate.pop("next") and ["gate"]
        if stages["train"].get("interruptions", {}).get("diagnosis"):
            stages["diagnose"] = draw(labour(ground))
    followed = {name for spec in tail.values() for name in spec.get("after", ())}
    for name, spec in tail.items():
        onward = spec.get("next")
        if isinstance(onward, dict) and "end" in onward:
            onward["release"] = onward.pop("end")
        elif not onward and name != "fix" and name not in followed:
            spec["next"] = draw(pick(["release", {"release": 0.5, "end": 0.5}]))
    stages |= tail | {"release": {"kind": "release"}}
    for name in ("gate", "train"):
        onward = stages.get(name, {}).get("next")
        if onward and draw(integers(1, 4)) == 4:
            stages[name]["next"] = {onward: 0.75, "release": 0.25}
    if len(ground.finite) > 1 and draw(integers(1, 4)) > 1:
        stages["release"]["surge"] = draw(surge(ground.finite, spawned))
    ends = [name for name, spec in tail.items() if spec.get("next") == "release"]
    if len(ends) == 1 and draw(booleans()):
        del tail[ends[0]]["next"]
        stages["release"]["after"] = ends
    for name, spec in tail.items():
        repeats = isinstance(spec.get("next"), dict) and name in spec["next"]
        if draw(integers(1, 4)) == 4 and not repeats:
            spec["from_capability"] = draw(pick(THRESHOLDS))
    if draw(booleans()):
        stages["release"]["trusted"] = draw(trusted())
    if "train" in stages and draw(booleans()):
        for spec in tail.values():
            if spec.get("on_failure", "mend") != "mend":
                spec["on_failure"] = "train"
    return {"source": {"kind": "closed", "workstreams": 1}, "stages": stages}


THRESHOLDS = (0.2, 0.05, 0.5)
"""Capabilities from which on safeguards apply, OOM."""


def trusted():
    """A release that only some may use at first."""
    return fixed({
        "from_capability": pick(THRESHOLDS), "access": pick([0.0, 0.5]), "days": durations(2.0),
    })


PLANS = (
    {"kind": "fixed_duration", "days": "1 d", "max_days": "4 d"},
    {"kind": "target_gain", "min_days": "0.5 d", "max_days": "5 d"},
    {"kind": "fixed_scale_up", "factor": 1.25, "max_days": "6 d"},
    {"kind": "fixed_duration", "days": "0.5 d", "max_days": "0.5 d"},
    {"kind": "target_gain", "min_days": "0 d", "max_days": "3 d"},
    {"kind": "fixed_scale_up", "factor": 0.8, "max_days": "6 d"},
)


@composite
def training(draw, ground, spawned, pool, later):
    """A training stage on a pool; `later`: the stages to whose end it may hold its units."""
    interruptions = present({
        "mtbf": draw(pick([48.0, 12.0, "inf"])),
        "exponent": draw(rarely(pick([0.5, 0.0]), 2)),
        "reference": draw(rarely(pick([2.0, 0.5]), 2)),
        "per_defect": draw(rarely(pick([0.5, 0.1]), 2)),
        "restart": draw(amounts(ground.grid, 0.1)),
    })
    if ground.skills and draw(booleans()):
        interruptions |= {"manual": draw(pick([0.5, 1.0])), "diagnosis": "diagnose"}
    evaluations = fixed({"flow": pick(spawned), "every": durations(0.5)})
    checkpoints = fixed({
        "interval": pick(["optimal", "0.25 d", "optimal"]),
        "cost": pick(["0 d", "0.01 d", "0.25 d"]),
    })
    return present({
        "kind": "training",
        "pool": pool,
        "next": "a",
        "priority": draw(rarely(integers(0, 9), 2)),
        "hold_until": draw(rarely(pick(["release", "gate", *later]), 2)),
        "interruptions": interruptions if draw(integers(1, 4)) > 1 else None,
        "checkpoints": draw(checkpoints) if draw(integers(1, 4)) > 1 else None,
        "evaluations": draw(evaluations) if spawned and draw(integers(1, 4)) > 1 else None,
    })
