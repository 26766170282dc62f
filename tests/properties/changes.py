"""Hypothesis strategies for what changes while a lab runs: interventions, surges, newcomers."""

from hypothesis import strategies as st

from .amounts import LAWS, amounts, durations, pick, present

CAPACITIES = (
    {"to": 2}, {"add": 1}, {"scale": 2.0}, {"hold": True}, {"add": -1}, {"scale": 0.5}, {"to": 0},
)
GRANTED = ("labour", "compute", "training", "gate")
"""Kinds of stages that can be paused."""


def newcomers():
    """How new people work."""
    return st.fixed_dictionaries({
        "speed": pick([0.5, 1.0, 0.0]), "drag": pick([0.25, 0.0, 1.0]),
        "assimilation": durations(2.0),
    })


@st.composite
def surge(draw, pools, spawned):
    """A surge between two limited compute pools."""
    donor, receiver = draw(st.permutations(pools))[:2]
    relief = {"flow": draw(pick(spawned)), "count": draw(st.integers(1, 2))} if spawned else None
    return present({
        "donor": donor, "to": receiver, "share": draw(pick([0.5, 1.0, 0.25])),
        "decay": draw(durations(2.0)), "relief": draw(pick([relief, relief, relief, None])),
    })


def adaptive(pools):
    """Shares that follow the waiting."""
    return st.fixed_dictionaries({
        "kind": st.just("adaptive"), "pools": st.permutations(pools),
        "step": pick([0.25, 0.1]), "floor": pick([0.1, 0.0]), "dead_band": pick([0.1, 0.0]),
    })


def fitting(lab):
    """The lab, without shares that move at releases if it has none."""
    idle = "step" in lab.get("allocation", {}) and "generation" not in lab["flows"]
    return {name: part for name, part in lab.items() if not (idle and name == "allocation")}


@st.composite
def interventions(draw, lab, horizon, grid):
    """Up to three interventions in a lab."""
    names = ("first", "second", "third")[: draw(pick([2, 3, 1]))]
    return {name: draw(intervention(lab, horizon, grid)) for name in names}


@st.composite
def intervention(draw, lab, horizon, grid):
    found = {"at": f"{draw(st.integers(0, 2 * horizon - 1)) / 2:g} d"}
    if "generation" in lab["flows"] and draw(st.booleans()):
        found = {"generation": draw(st.integers(1, 2))}
    kinds = [_set(lab, grid), _pause(lab)]
    kinds += [_capacity(lab), _capacity(lab)] if _changeable(lab) else []
    for part in draw(st.lists(st.one_of(kinds), min_size=1, max_size=2)):
        found |= part
    return found


def _changeable(lab):
    stated = [name for name, spec in lab["pools"].items() if spec.get("capacity", "inf") != "inf"]
    return stated + ["compute"] * ("compute" in lab)


def _capacity(lab):
    change = st.dictionaries(pick(_changeable(lab)), pick(CAPACITIES), min_size=1, max_size=3)
    return st.fixed_dictionaries({"capacity": change})


def _pause(lab):
    targets = [name for name, flow in lab["flows"].items() if flow["source"]["kind"] != "batch"]
    targets += [
        f"{name}.{stage}"
        for name, flow in lab["flows"].items()
        for stage, spec in flow["stages"].items() if spec["kind"] in GRANTED
    ]
    names = st.lists(pick(targets), min_size=1, max_size=2, unique=True)
    return st.one_of(
        st.fixed_dictionaries({"pause": names}), st.fixed_dictionaries({"resume": names}),
        st.permutations(targets).map(lambda them: {"pause": them[:1], "resume": them[1:2]}),
    )


@st.composite
def _set(draw, lab, grid):
    """New values for a law, a policy, the work of a stage, or the shares of compute."""
    choices = []
    for name in lab.get("feedback", {}):
        choices.append(st.fixed_dictionaries({"feedback": st.fixed_dictionaries(
            {name: pick([v for v in LAWS[name] if not isinstance(v, str) or "at=0.3" not in v])}
        )}))
    for name in lab.get("oversight", {}):
        policy = st.fixed_dictionaries({"review": pick([0.5, 1.0]), "catch": pick([1.0, 0.5])})
        choices.append(st.fixed_dictionaries(
            {"oversight": st.fixed_dictionaries({name: policy})}
        ))
    for name, flow in lab["flows"].items():
        for stage, spec in flow["stages"].items():
            if spec["kind"] in ("labour", "compute"):
                work = st.fixed_dictionaries({"work": amounts(grid, 0.5)})
                choices.append(st.fixed_dictionaries({"flows": st.fixed_dictionaries({
                    name: st.fixed_dictionaries({"stages": st.fixed_dictionaries({stage: work})})
                })}))
    shared = [name for name, spec in lab["pools"].items() if "share" in spec]
    if len(shared) > 1:
        even = {name: {"share": 1 / len(shared)} for name in shared[:-1]}
        even[shared[-1]] = {"share": 1 - sum(part["share"] for part in even.values())}
        choices.append(st.just({"pools": even}))
    choices.append(st.fixed_dictionaries({"assistants": st.just({"adoption": "3 d"})}))
    return {"set": draw(st.one_of(choices))}


def vendor():
    """A vendor's models by date."""
    return pick([{"2 d": 0.2}, {"1 d": 0.1, "4 d": 0.5}, {"3 d": 1.0}])
