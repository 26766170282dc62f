"""Random small labs that mix all primitives.

They are plain data, as in a YAML file, and print as YAML. `part(number)` yields some that are the
same in every run of the tests; `drafts()` yields them as a strategy of Hypothesis:

    @given(drafts())
    def test_something(draft):
        model = loaded(draft)

Models are valid by construction, up to rare rules between parts; `loaded` rejects those. They
are small enough to simulate in milliseconds: short horizons, and an event budget for those that
flood or loop. Three in ten lie on a grid of fixed times, where many events tie.
"""

from dataclasses import replace
from functools import cache

import yaml
from hypothesis import reject

from sim import InputError, Model
from sim.model.capacity import initial_units
from sim.model.rules.stages import most_units

from .amounts import LAWS, amounts, laws, present, rarely
from .changes import fitting, interventions, vendor
from .choices import (
    booleans,
    composite,
    drawn,
    fixed,
    integers,
    just,
    one_of,
    permutations,
    pick,
    strategy,
)
from .flows import CHANCES, Ground, research, spawned_flow, tooling
from .generations import generation
from .pools import capacity

EVENTS = 5_000
"""Event budget of every model: some flood on purpose."""


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


# --- people and assistants ----------------------------------------------------------------------


@composite
def oversight(draw, laws, grid):
    """A policy of review, rework, steering and taking over."""
    looks, agent = (1.0, 0.5, None), {}
    if "inspect" in laws and draw(integers(1, 3)) > 1:
        looks = (1.0, 0.5)
        agent = {"reviewer": "agent", "agent_catch": "inspect",
                 "audit": draw(pick([1.0, 1.0, 0.5, None]))}
    priority = rarely(integers(0, 9))
    fractions = rarely(pick([0.5, 0.0]), 2)
    return present({
        "review": draw(pick(looks)),
        "human_review": draw(pick(looks)),
        "review_work": draw(rarely(amounts(grid, 0.25), 2)),
        "review_fraction": draw(fractions),
        "review_priority": draw(priority),
        "catch": draw(pick([1.0, 0.5, None])),
        "max_attempts": draw(rarely(integers(1, 3), 2)),
        "retry_fraction": draw(fractions),
        "takeover_fraction": draw(fractions),
        "steering_work": draw(rarely(amounts(grid, 0.25), 2)),
        "steering_priority": draw(priority),
        **agent,
    })


@composite
def skill(draw, people, laws, policies):
    """A kind of work of some human pool."""
    found = {"pool": draw(pick(people)), "review_pool": draw(rarely(pick(people)))}
    for role in ("share", "speedup", "quality", "steering"):
        if role in laws and draw(integers(1, 4)) > 1:
            found[role] = role
    found |= {
        "difficulty": draw(rarely(pick([0.2, -0.2]))),
        "human_quality": draw(rarely(pick(CHANCES), 2)),
        "oversight": draw(pick([*policies, *policies, None])),
    }
    return present(found)


@composite
def workforce(draw, pools, grid):
    """Laws, policies, skills and assistants over given pools."""
    given = {name: draw(laws(name, grid)) for name in LAWS if draw(integers(1, 4)) > 1}
    policies = {"watch": draw(oversight(given, grid))} if draw(integers(1, 4)) > 1 else {}
    people = [name for name, spec in pools.items() if spec["kind"] == "human" and _ever(spec)]
    skills = {}
    if people:
        for name in ("craft", "care")[: draw(integers(1, 2))]:
            skills[name] = draw(skill(people, given, list(policies)))
    assistants = {}
    if "slots" in pools:
        assistants = present({
            "source": draw(pick(["own", "own", "frozen", "external", "none"])),
            "pool": "slots",
            "adoption": draw(rarely(pick(["1 d", "5 d"]), 2)),
            "access": draw(rarely(pick([0.5, 0.0]))),
            "balk": draw(rarely(just(False), 2)),
        })
        if assistants["source"] == "external":
            assistants["external"] = draw(vendor())
    parts = {"feedback": given, "oversight": policies, "skills": skills, "assistants": assistants}
    return {name: part for name, part in parts.items() if part}


def _ever(spec):
    """Whether a pool of stated capacity ever has a unit (growth from 0 stays there)."""
    plan = spec.get("plan", {})
    return spec["capacity"] != 0 or any(plan.get("steps_at", {}).values())


# --- models -------------------------------------------------------------------------------------


PARTS, EACH = 4, 100
"""Parts, and models of each, that every run of the tests looks at."""


@cache
def part(number):
    """Plain data of the models of one part, to be read only."""
    return tuple(drawn(labs(), EACH, seed=number))


def drafts():
    """Plain data of a small lab, as a strategy of Hypothesis; its repr is YAML."""
    return strategy(labs())


@composite
def labs(draw):
    """Plain data of a small lab, made of choices."""
    grid = draw(integers(1, 10)) > 7
    horizon = draw(integers(4, 20))
    lab = {"horizon": f"{horizon} d"}
    if draw(booleans()):
        lab["prehistory"] = draw(pick(["2 d", "0.5 d", "1 w"]))
    if grid or draw(booleans()):
        lab["hours_per_person_day"] = 24
    if draw(booleans()):
        lab["start_date"] = draw(pick(["2026-01-10", "2027-12-31"]))
    if draw(integers(1, 4)) == 4:
        lab["accelerators_per_unit"] = 8
    lab |= draw(capacity(horizon))
    lab |= draw(workforce(lab["pools"], grid))
    lab["stocks"] = draw(stocks())
    lab["initial_training"] = draw(pick(["2 d", "1 d"]))
    lab["flows"] = draw(flows(_ground(lab, grid)))
    lab = fitting(lab)
    if draw(integers(1, 3)) > 1:
        lab["interventions"] = draw(interventions(lab, horizon, grid))
    lab["end"] = {"events": EVENTS} | draw(ends())
    return Draft(lab)


@composite
def stocks(draw):
    """What the lab learns."""
    found = {}
    for name in ("algorithms", "infrastructure"):
        if draw(integers(1, 4)) > 1:
            found[name] = present({
                "gain": draw(pick([0.1, 0.5, 0.02, 0.1, 0.5, 0.02, 400.0])),
                "beta": draw(rarely(pick([1.0, 0.1]), 2)),
                "ceiling": draw(rarely(pick([0.3, 1.0]))),
            })
    return found


def ends():
    """Reasons to end before the horizon, mostly none."""
    return one_of([
        just({}), just({}),
        fixed({"generations": integers(1, 2)}),
        fixed({"capability": pick([0.1, 0.02, 0.3])}),
        fixed({"events": pick([300, 30])}),
    ])


@composite
def flows(draw, ground):
    """One or two flows from outside, perhaps generations, and what these spawn."""
    names = ("part", "piece")[: draw(pick([1, 2, 0]))]
    releases, tools = draw(integers(1, 9)) > 1, draw(integers(1, 4)) == 4
    ground = replace(ground, releases=releases, tooling=tools)
    found = {"work": draw(research(ground, names))}
    if draw(integers(1, 4)) == 4:
        found["other"] = draw(research(ground, names))
    if ground.releases:
        found["generation"] = draw(generation(ground, names))
    if ground.tooling:
        found["tooling"] = draw(tooling(ground))
    for i, name in enumerate(names):
        if name in _spawned(found):
            found[name] = draw(spawned_flow(ground, names[i + 1 :]))
    return {name: found[name] for name in draw(permutations(list(found)))}


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
