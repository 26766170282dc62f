"""Random changes while a lab runs: interventions, surges, newcomers."""

from .amounts import durations, present
from .choices import booleans, composite, fixed, integers, just, one_of, permutations, pick, subsets
from .resettings import new_settings

CAPACITIES = (
    {"to": 2}, {"add": 1}, {"scale": 2.0}, {"hold": True}, {"add": -1}, {"scale": 0.5}, {"to": 0},
)
GRANTED = ("labour", "compute", "training", "gate")
"""Kinds of stages that can be paused."""


def newcomers():
    """How new people work."""
    return fixed({
        "speed": pick([0.5, 1.0, 0.0]), "drag": pick([0.25, 0.0, 1.0]),
        "assimilation": durations(2.0),
    })


@composite
def surge(draw, pools, spawned):
    """A surge between two limited compute pools."""
    donor, receiver = draw(permutations(pools))[:2]
    relief = {"flow": draw(pick(spawned)), "count": draw(integers(1, 2))} if spawned else None
    return present({
        "donor": donor, "to": receiver, "share": draw(pick([0.5, 1.0, 0.25])),
        "decay": draw(durations(2.0)), "relief": draw(pick([relief, relief, relief, None])),
    })


def adaptive(pools):
    """Shares that follow the waiting."""
    return fixed({
        "kind": just("adaptive"), "pools": permutations(pools),
        "step": pick([0.25, 0.1]), "floor": pick([0.1, 0.0]), "dead_band": pick([0.1, 0.0]),
    })


def fitting(lab):
    """The lab, without shares that move at releases if it has none."""
    idle = "step" in lab.get("allocation", {}) and "generation" not in lab["flows"]
    return {name: part for name, part in lab.items() if not (idle and name == "allocation")}


@composite
def interventions(draw, lab, horizon, grid):
    """Up to three interventions in a lab; what they pause may be resumed by another."""
    names = ("first", "second", "third")[: draw(pick([2, 3, 1]))]
    found = {name: draw(intervention(lab, horizon, grid)) for name in names}
    paused = [target for change in found.values() for target in change.get("pause", ())]
    if paused and draw(booleans()):
        found["last"] = {"at": _date(draw, horizon), "resume": sorted(set(paused))}
    return found


@composite
def intervention(draw, lab, horizon, grid):
    found = {"at": _date(draw, horizon)}
    if "generation" in lab["flows"] and draw(booleans()):
        found = {"generation": draw(integers(1, 2))}
    parts = {"set": _set, "pause": _pause} | ({"capacity": _capacity} if _changeable(lab) else {})
    for kind in draw(subsets(list(parts), 1, 3)):
        found |= draw(parts[kind](lab, grid))
    return found


def _date(draw, horizon):
    return f"{draw(integers(0, 2 * horizon - 1)) / 2:g} d"


def _changeable(lab):
    stated = [name for name, spec in lab["pools"].items() if spec.get("capacity", "inf") != "inf"]
    return stated + ["compute"] * ("compute" in lab)


def _capacity(lab, grid):
    names = subsets(_changeable(lab), 1, 3)
    change = names.flatmap(lambda found: fixed(dict.fromkeys(found, pick(CAPACITIES))))
    return fixed({"capacity": change})


def _pause(lab, grid):
    targets = [name for name, flow in lab["flows"].items() if flow["source"]["kind"] != "batch"]
    targets += [
        f"{name}.{stage}"
        for name, flow in lab["flows"].items()
        for stage, spec in flow["stages"].items() if spec["kind"] in GRANTED
    ]
    names = subsets(targets, 1, 2)
    return one_of([
        fixed({"pause": names}), fixed({"resume": names}),
        permutations(targets).map(lambda them: {"pause": them[:1], "resume": them[1:2]}),
    ])


def _set(lab, grid):
    return new_settings(lab, grid).map(lambda change: {"set": change})


def vendor():
    """A vendor's models by date."""
    return pick([{"2 d": 0.2}, {"1 d": 0.1, "4 d": 0.5}, {"3 d": 1.0}])
