"""Random pools: people, assistants' slots and compute, with plans, shares and lending."""

from .amounts import present, rarely
from .changes import adaptive, newcomers
from .choices import booleans, composite, integers, permutations, pick, subsets

HOURS = ("always", "mon-fri 09:00-17:00", "mon-sun 06:00-18:00", "sat,sun 00:00-24:00")


@composite
def plans(draw, capacity, horizon):
    """How a capacity changes, in whole numbers at dates on the grid."""
    if not draw(booleans()):
        return {"kind": "constant"}
    if draw(booleans()):
        factor, every = draw(pick([1000.0, 0.001])), draw(pick(["3 d", "1 w"]))
        return {"kind": "growth", "factor": factor, "every": every}
    times = sorted(draw(subsets(range(1, 2 * horizon), 1, 3)))
    return {"kind": "steps", "steps_at": {f"{t / 2:g} d": draw(integers(0, 4)) for t in times}}


@composite
def pool(draw, kind, horizon):
    """A pool of stated capacity."""
    found = {"kind": kind, "capacity": draw(pick([1, 2, 3, "inf", 0]))}
    if found["capacity"] != "inf":
        plan = draw(plans(found["capacity"], horizon))
        found |= {"plan": plan} if plan["kind"] != "constant" else {}
    if kind == "human" and draw(booleans()):
        found["hours"] = draw(pick(HOURS))
    if kind == "human" and found["capacity"] != "inf" and draw(integers(1, 3)) == 3:
        found["newcomers"] = draw(newcomers())
    return found


@composite
def shared(draw, horizon):
    """The lab's compute, and pools that share it: one or two of compute, perhaps agents."""
    units = draw(integers(1, 8))
    parts = draw(pick([
        {"cluster": 1.0}, {"cluster": 0.5, "slots": 0.5}, {"cluster": 0.5, "training": 0.5},
        {"cluster": 0.3, "training": 0.4, "slots": 0.3}, {"cluster": 0.0, "training": 1.0},
    ]))
    plan = draw(plans(units, horizon))
    pools = {name: {"kind": "compute", "share": share} for name, share in parts.items()}
    if "slots" in pools:
        pools["slots"] |= present({
            "kind": "agent",
            "slots_per_unit": draw(rarely(pick([1.5, 0.5]), 2)),
            "elasticity": draw(rarely(pick([1.0, 0.5, 1.0, 60.0]), 2)),
        })
    return {"units": units, "plan": plan}, pools


@composite
def capacity(draw, horizon):
    """All pools of a lab, its compute, and whether idle compute is lent."""
    lab, compute = {}, {}
    if draw(integers(1, 5)) > 2:
        lab["compute"], compute = draw(shared(horizon))
    else:
        names = draw(pick([("cluster", "training"), ("cluster",), ("cluster", "training"), ()]))
        compute = {name: draw(pool("compute", horizon)) for name in names}
    if "slots" not in compute and draw(integers(1, 4)) > 1:
        compute["slots"] = draw(pool("agent", horizon))
    people = {f"team{i}": draw(pool("human", horizon)) for i in range(draw(integers(1, 2)))}
    pools = people | compute
    lab["pools"] = {name: pools[name] for name in draw(permutations(list(pools)))}
    finite = {name: spec for name, spec in compute.items() if spec.get("capacity") != "inf"}
    limited = [name for name, spec in finite.items() if spec["kind"] == "compute"]
    if len(limited) == 2 and draw(integers(1, 4)) > 1:
        lender, borrower = draw(permutations(limited))
        lab["allocation"] = {"kind": "priority", "lender": lender, "borrower": borrower}
        if "compute" in lab and draw(integers(1, 3)) > 1:
            lab["allocation"] = draw(adaptive(limited))
    return lab
