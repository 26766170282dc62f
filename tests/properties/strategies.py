"""Hypothesis strategies for small labs that mix all primitives.

`drafts()` yields plain data, as in a YAML file, that prints as YAML when a test fails:

    @given(drafts())
    def test_something(draft):
        model = loaded(draft)

Models are valid by construction, up to rare rules between parts; `loaded` rejects those. They
are small enough to simulate in milliseconds: short horizons, and an event budget for those that
flood or loop. About a third lie on a grid of fixed times, where many events tie.
"""

from dataclasses import replace

import yaml
from hypothesis import reject
from hypothesis import strategies as st

from sim import InputError, Model
from sim.model.capacity import initial_units
from sim.model.rules.stages import most_units

from .amounts import LAWS, amounts, pick, present, rarely
from .changes import adaptive, fitting, interventions, newcomers, vendor
from .flows import CHANCES, Ground, generation, research, spawned_flow, tooling

EVENTS = 20_000
"""Event budget of every model: some flood on purpose."""

HOURS = ("always", "mon-fri 09:00-17:00", "mon-sun 06:00-18:00", "sat,sun 00:00-24:00")


class Draft(dict):
    """Plain data of a model, shown as YAML."""

    def __repr__(self):
        return "\n" + yaml.dump(dict(self), Dumper=_Plain, sort_keys=False, width=100)


class _Plain(yaml.SafeDumper):
    """Writes what is mentioned twice twice."""

    def ignore_aliases(self, data):
        return True


def loaded(draft):
    """The model of a draft; a draft that breaks a rule between parts is rejected."""
    try:
        return Model.from_dict(draft)
    except InputError:
        reject()


# --- capacity -----------------------------------------------------------------------------------


@st.composite
def plans(draw, capacity, horizon):
    """How a capacity changes, in whole numbers at dates on the grid."""
    if not draw(st.booleans()):
        return {"kind": "constant"}
    if draw(st.booleans()):
        factor, every = draw(pick([1000.0, 0.001])), draw(pick(["3 d", "1 w"]))
        return {"kind": "growth", "factor": factor, "every": every}
    times = sorted(draw(st.sets(st.integers(1, 2 * horizon - 1), min_size=1, max_size=3)))
    return {"kind": "steps", "steps_at": {f"{t / 2:g} d": draw(st.integers(0, 4)) for t in times}}


@st.composite
def pool(draw, kind, horizon):
    """A pool of stated capacity."""
    found = {"kind": kind, "capacity": draw(pick([1, 2, 3, "inf", 0]))}
    if found["capacity"] != "inf":
        plan = draw(plans(found["capacity"], horizon))
        found |= {"plan": plan} if plan["kind"] != "constant" else {}
    if kind == "human" and draw(st.booleans()):
        found["hours"] = draw(pick(HOURS))
    if kind == "human" and found["capacity"] != "inf" and draw(st.integers(1, 3)) == 3:
        found["newcomers"] = draw(newcomers())
    return found


@st.composite
def shared(draw, horizon):
    """The lab's compute, and pools that share it: one or two of compute, perhaps agents."""
    units = draw(st.integers(1, 8))
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
            "elasticity": draw(rarely(pick([1.0, 0.5]), 2)),
        })
    return {"units": units, "plan": plan}, pools


@st.composite
def capacity(draw, horizon):
    """All pools of a lab, its compute, and whether idle compute is lent."""
    lab, compute = {}, {}
    if draw(st.integers(1, 5)) > 2:
        lab["compute"], compute = draw(shared(horizon))
    else:
        names = draw(pick([("cluster", "training"), ("cluster",), ("cluster", "training"), ()]))
        compute = {name: draw(pool("compute", horizon)) for name in names}
    if "slots" not in compute and draw(st.integers(1, 4)) > 1:
        compute["slots"] = draw(pool("agent", horizon))
    people = {f"team{i}": draw(pool("human", horizon)) for i in range(draw(st.integers(1, 2)))}
    pools = people | compute
    lab["pools"] = {name: pools[name] for name in draw(st.permutations(list(pools)))}
    finite = {name: spec for name, spec in compute.items() if spec.get("capacity") != "inf"}
    limited = [name for name, spec in finite.items() if spec["kind"] == "compute"]
    if len(limited) == 2 and draw(st.integers(1, 4)) > 1:
        lender, borrower = draw(st.permutations(limited))
        lab["allocation"] = {"kind": "priority", "lender": lender, "borrower": borrower}
        if "compute" in lab and draw(st.integers(1, 3)) > 1:
            lab["allocation"] = draw(adaptive(limited))
    return lab


# --- people and assistants ----------------------------------------------------------------------


@st.composite
def oversight(draw, laws, grid):
    """A policy of review, rework, steering and taking over."""
    looks, agent = (1.0, 0.5, None), {}
    if "inspect" in laws and draw(st.integers(1, 3)) > 1:
        looks = (1.0, 0.5)
        agent = {"reviewer": "agent", "agent_catch": "inspect",
                 "audit": draw(pick([1.0, 1.0, 0.5, None]))}
    priority = rarely(st.integers(0, 9))
    fractions = rarely(pick([0.5, 0.0]), 2)
    return present({
        "review": draw(pick(looks)),
        "human_review": draw(pick(looks)),
        "review_work": draw(rarely(amounts(grid, 0.25), 2)),
        "review_fraction": draw(fractions),
        "review_priority": draw(priority),
        "catch": draw(pick([1.0, 0.5, None])),
        "max_attempts": draw(rarely(st.integers(1, 3), 2)),
        "retry_fraction": draw(fractions),
        "takeover_fraction": draw(fractions),
        "steering_work": draw(rarely(amounts(grid, 0.25), 2)),
        "steering_priority": draw(priority),
        **agent,
    })


@st.composite
def skill(draw, people, laws, policies):
    """A kind of work of some human pool."""
    found = {"pool": draw(pick(people)), "review_pool": draw(rarely(pick(people)))}
    for role in ("share", "speedup", "quality", "steering"):
        if role in laws and draw(st.integers(1, 4)) > 1:
            found[role] = role
    found |= {
        "difficulty": draw(rarely(pick([0.2, -0.2]))),
        "human_quality": draw(rarely(pick(CHANCES), 2)),
        "oversight": draw(pick([*policies, *policies, None])),
    }
    return present(found)


@st.composite
def workforce(draw, pools, grid):
    """Laws, policies, skills and assistants over given pools."""
    laws = {name: draw(pick(LAWS[name])) for name in LAWS if draw(st.integers(1, 4)) > 1}
    policies = {"watch": draw(oversight(laws, grid))} if draw(st.integers(1, 4)) > 1 else {}
    people = [name for name, spec in pools.items() if spec["kind"] == "human" and _ever(spec)]
    skills = {}
    if people:
        for name in ("craft", "care")[: draw(st.integers(1, 2))]:
            skills[name] = draw(skill(people, laws, list(policies)))
    assistants = {}
    if "slots" in pools:
        assistants = present({
            "source": draw(pick(["own", "own", "frozen", "external", "none"])),
            "pool": "slots",
            "adoption": draw(rarely(pick(["1 d", "5 d"]), 2)),
            "access": draw(rarely(pick([0.5, 0.0]))),
            "balk": draw(rarely(st.just(False), 2)),
        })
        if assistants["source"] == "external":
            assistants["external"] = draw(vendor())
    parts = {"feedback": laws, "oversight": policies, "skills": skills, "assistants": assistants}
    return {name: part for name, part in parts.items() if part}


def _ever(spec):
    """Whether a pool of stated capacity ever has a unit (growth from 0 stays there)."""
    plan = spec.get("plan", {})
    return spec["capacity"] != 0 or any(plan.get("steps_at", {}).values())


# --- models -------------------------------------------------------------------------------------


@st.composite
def drafts(draw):
    """Plain data of a small lab; its repr is YAML."""
    grid = draw(st.integers(1, 4)) == 4
    horizon = draw(st.integers(4, 20))
    lab = {"horizon": f"{horizon} d"}
    if draw(st.booleans()):
        lab["prehistory"] = draw(pick(["2 d", "0.5 d", "1 w"]))
    if grid or draw(st.booleans()):
        lab["hours_per_person_day"] = 24
    if draw(st.booleans()):
        lab["start_date"] = draw(pick(["2026-01-10", "2027-12-31"]))
    if draw(st.integers(1, 4)) == 4:
        lab["accelerators_per_unit"] = 8
    lab |= draw(capacity(horizon))
    lab |= draw(workforce(lab["pools"], grid))
    lab["stocks"] = draw(stocks())
    lab["initial_training"] = draw(pick(["2 d", "1 d"]))
    lab["flows"] = draw(flows(_ground(lab, grid)))
    lab = fitting(lab)
    if draw(st.booleans()):
        lab["interventions"] = draw(interventions(lab, horizon, grid))
    lab["end"] = {"events": EVENTS} | draw(ends())
    return Draft(lab)


@st.composite
def stocks(draw):
    """What the lab learns."""
    found = {}
    for name in ("algorithms", "infrastructure"):
        if draw(st.integers(1, 4)) > 1:
            found[name] = present({
                "gain": draw(pick([0.1, 0.5, 0.02])),
                "beta": draw(rarely(pick([1.0, 0.1]), 2)),
                "ceiling": draw(rarely(pick([0.3, 1.0]))),
            })
    return found


def ends():
    """Reasons to end before the horizon, mostly none."""
    return st.one_of(
        st.just({}), st.just({}), st.just({}),
        st.fixed_dictionaries({"generations": st.integers(1, 3)}),
        st.fixed_dictionaries({"capability": pick([0.1, 0.3])}),
    )


@st.composite
def flows(draw, ground):
    """One or two flows from outside, perhaps generations, and what these spawn."""
    names = ("part", "piece")[: draw(pick([1, 2, 0]))]
    releases, tools = draw(st.integers(1, 9)) > 1, draw(st.integers(1, 4)) == 4
    ground = replace(ground, releases=releases, tooling=tools)
    found = {"work": draw(research(ground, names))}
    if draw(st.integers(1, 4)) == 4:
        found["other"] = draw(research(ground, names))
    if ground.releases:
        found["generation"] = draw(generation(ground, names))
    if ground.tooling:
        found["tooling"] = draw(tooling(ground))
    for i, name in enumerate(names):
        if name in _spawned(found):
            found[name] = draw(spawned_flow(ground, names[i + 1 :]))
    return {name: found[name] for name in draw(st.permutations(list(found)))}


def _spawned(flows):
    """The flows that stages of these flows spawn."""
    stages = [stage for flow in flows.values() for stage in flow["stages"].values()]
    asked = [stage.get("evaluations", stage).get("flow") for stage in stages]
    asked += [stage.get("surge", {}).get("relief", {}).get("flow") for stage in stages]
    return {name for name in asked if name}


def _ground(lab, grid):
    """What flows may refer to in a lab that has none yet."""
    stages = {"gate": {"kind": "gate", "min_gain": 0, "next": "out"}, "out": {"kind": "release"}}
    idle = {"source": {"kind": "closed", "workstreams": 1}, "stages": stages}
    model = Model.from_dict({**lab, "flows": {"idle": idle}})
    most, first = most_units(model), initial_units(model)
    compute = {name: most[name] for name, p in model.pools.items() if p.kind == "compute"}
    limited = [name for name, p in model.pools.items() if p.capacity != float("inf")]
    return Ground(
        grid=grid,
        skills={name: skill.pool for name, skill in model.skills.items()},
        pulled=tuple(name for name, s in model.skills.items() if s.pool in limited),
        limited={name: most[name] for name in limited if most[name] >= 1},
        compute={name: units for name, units in compute.items() if units >= 1},
        finite=tuple(name for name, units in compute.items() if units < float("inf")),
        trained=tuple(n for n in compute if first[n] >= 1 and first[n] != float("inf")),
        stocks=tuple(model.stocks),
        laws=tuple(model.feedback),
    )
