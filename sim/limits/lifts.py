"""Limits of a lab, lifted one at a time or together: how the model changes.

A lift changes plain data by role, whatever the parts of a lab are called, and changes what
interventions set likewise. k is how many times as much of a limit there is, 10 or 20.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import log10
from typing import Any

from sim.limits import roles
from sim.limits.capacity import grow, stated
from sim.limits.editing import Data, at, copied, difference, multiply, settings_of
from sim.limits.laws import ahead, move
from sim.model import InputError, Model
from sim.model.errors import unknown_name
from sim.model.flow import Closed, Poisson, Pull
from sim.model.stage import ComputeJob, Labour
from sim.model.training import FixedDuration, Gate, TargetGain, Training

PEOPLE = "people:"
"""What the name of a limit begins with that is a pool of people."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Something that may hold a lab back."""

    name: str
    """Name, as levels of a study have it."""
    label: str
    """Words for a bar."""
    lifted: str
    """What is lifted and how, a sentence with `{k}` in it."""
    lift: Callable[[Data, Model, float], None] = field(repr=False)
    """Changes plain data in place; the model says who has which role."""

    def change(self, data: Mapping[str, Any], k: float) -> dict[str, Any]:
        """Return the new values by path that lift it; none if the model has no such limit.

        Parameters
        ----------
        data
            `Model.to_dict()`; it stays as it is.
        k
            How many times as much there is.

        Raises
        ------
        InputError
            If interventions of the model stand in the way; it names them, and what to do.
        """
        changed = copied(data)
        self.lift(changed, Model.from_dict(data), k)
        return difference(data, changed)

    def sentence(self, k: float) -> str:
        """Return what is lifted and how, for this k."""
        return self.lifted.format(k=f"{k:g}")


# --- compute ----------------------------------------------------------------------------------


def _experiment_compute(data: Data, model: Model, k: float) -> None:
    grow(data, model, roles.experiment_pools(model), k)


def _training_compute(data: Data, model: Model, k: float) -> None:
    """Let a unit train k times as much: F_0 = units * days takes a kth of the days.

    More units would not be the same: a lab that lends idle ones would get them for experiments.
    """
    if model.training_pool is None:
        return
    multiply(data, "initial_training", 1 / k)
    for path, gate in roles.stages(model, roles.building(model), Gate):
        if isinstance(gate.plan, TargetGain | FixedDuration):
            shortest = "min_days" if isinstance(gate.plan, TargetGain) else "days"
            multiply(data, f"{path}.plan.{shortest}", 1 / k)


def _run_latency(data: Data, model: Model, k: float) -> None:
    for path, _ in roles.stages(model, roles.research(model), ComputeJob):
        multiply(data, f"{path}.work", 1 / k)


def _assistant_slots(data: Data, model: Model, k: float) -> None:
    for name in roles.slots(model):
        if model.pools[name].share is None:
            stated(data, name, k)
        else:
            data["pools"][name]["slots_per_unit"] *= k


# --- people -----------------------------------------------------------------------------------


def hire(data: Data, model: Model, name: str, k: float) -> None:
    """Give a pool k times the people; the work that they may have in progress stays what it was."""
    stated(data, name, k)
    for flow_name, flow in model.flows.items():
        assert flow.first
        first = flow.stages[flow.first]
        if isinstance(first, Labour) and model.skills[first.skill].pool == name:
            source = f"flows.{flow_name}.source"
            if isinstance(flow.source, Pull):
                multiply(data, f"{source}.limit_per_person", 1 / k)
            elif isinstance(flow.source, Closed):
                multiply(data, f"{source}.per_person", 1 / k)


def _pool_of_people(name: str) -> Limit:
    def lift(data: Data, model: Model, k: float) -> None:
        if name in roles.all_people(model):
            hire(data, model, name, k)

    return Limit(
        name=PEOPLE + name, label=name.replace("_", " "), lift=lift,
        lifted=f"{name.replace('_', ' ').capitalize()} are {{k}} times as many, at all dates; "
        "as many requests may wait as before, but whoever is idle starts more work.",
    )


def _wip_limits(data: Data, model: Model, k: float) -> None:
    for name in model.research_flows:
        source = model.flows[name].source
        keys = ("limit", "limit_per_person") if isinstance(source, Pull) else ()
        if isinstance(source, Closed):
            keys = ("workstreams", "per_person")
        for key in keys:
            multiply(data, f"flows.{name}.source.{key}", k)


# --- oversight and what fails -----------------------------------------------------------------


def _review(data: Data, model: Model, k: float) -> None:
    for name in roles.policies(model):
        path = f"oversight.{name}"
        chances = ("review", "human_review", "audit")
        if any(_ever(data, f"{path}.{chance}") for chance in chances):
            multiply(data, f"{path}.review_work", 1 / k)
            multiply(data, f"{path}.review_fraction", 1 / k)


def _ever(data: Data, path: str) -> bool:
    """Return whether a value is not 0, in the model or by an intervention."""
    return bool(at(data, path)) or any(settings_of(data, path).values())


def _steering(data: Data, model: Model, k: float) -> None:
    steered = {s.oversight for s in model.skills.values() if s.steering and s.share}
    for name in roles.policies(model) if roles.laws(model, "steering") else ():
        if name in steered:
            multiply(data, f"oversight.{name}.steering_work", 1 / k)


def _approvals(data: Data, model: Model, k: float) -> None:
    helped = model.assistants.source != "none" and any(s.share for s in model.skills.values())
    for name in (model.generation_flow,) if model.generation_flow else ():
        for path, stage in roles.stages(model, (name,), Labour):
            if stage.failure or (helped and not model.skills[stage.skill].share):
                multiply(data, f"{path}.work", 1 / k)


def _failures(data: Data, model: Model, k: float) -> None:
    flows = tuple(model.flows)
    for path, _ in roles.stages(model, flows, ComputeJob):
        multiply(data, f"{path}.failure", 1 / k)
        multiply(data, f"{path}.failure_per_defect", 1 / k)
    for path, _ in roles.stages(model, flows, Labour):
        multiply(data, f"{path}.failure.chance", 1 / k)
        multiply(data, f"{path}.failure.per_defect", 1 / k)
    for path, _ in roles.stages(model, flows, Training):
        multiply(data, f"{path}.interruptions.mtbf", k)
    for name, flow in model.flows.items():
        multiply(data, f"flows.{name}.insight.harm", 1 / k)
        if isinstance(flow.source, Poisson) and flow.hostages:
            multiply(data, f"flows.{name}.source.rate", 1 / k)
            multiply(data, f"flows.{name}.source.per_defect", 1 / k)


def _assistant_skill(data: Data, model: Model, k: float) -> None:
    checks = [model.oversight[name].agent_catch for name in roles.policies(model)]
    used = roles.laws(model, "share", "speedup", "quality", "steering")
    for law in dict.fromkeys((*used, *(name for name in checks if name and used))):
        move(data, law, ahead, log10(k))


# --- all of them ------------------------------------------------------------------------------

LIMITS: dict[str, Limit] = {
    limit.name: limit
    for limit in (
        Limit(
            name="experiment_compute", label="experiment compute", lift=_experiment_compute,
            lifted="Pools on which experiments and evaluations run have {k} times the compute, at "
            "all dates; training, assistants and generation 0 keep theirs.",
        ),
        Limit(
            name="training_compute", label="training compute", lift=_training_compute,
            lifted="A unit trains {k} times as fast: a run as large as before takes 1/{k} of the "
            "time, the shortest one too; the longest may last as long, and be {k} times as large.",
        ),
        Limit(
            name="run_latency", label="run latency", lift=_run_latency,
            lifted="Experiments take 1/{k} of the compute and of the time to run; the compute "
            "that they free is part of the effect.",
        ),
        Limit(
            name="assistant_slots", label="assistant slots", lift=_assistant_slots,
            lifted="Assistants have {k} times the slots, on the same compute.",
        ),
        Limit(
            name="wip_limits", label="WIP limits", lift=_wip_limits,
            lifted="{k} times as much research may wait in queues, or be in progress.",
        ),
        Limit(
            name="review", label="review", lift=_review,
            lifted="A review takes 1/{k} of the work; as much is reviewed, and caught.",
        ),
        Limit(
            name="steering", label="steering", lift=_steering,
            lifted="To steer an assistant takes 1/{k} of the work; it is as often needed.",
        ),
        Limit(
            name="approvals", label="approvals", lift=_approvals,
            lifted="Work on a generation that only people may do, or that may say no, takes 1/{k} "
            "as long; it says no as often.",
        ),
        Limit(
            name="failures", label="failures", lift=_failures,
            lifted="Jobs and approvals fail, defects do harm, training is interrupted and "
            "incidents keep compute 1/{k} times as often.",
        ),
        Limit(
            name="assistant_skill", label="assistant skill", lift=_assistant_skill,
            lifted="Assistants of all generations are as good as with {k} times the effective "
            "training compute: more work is theirs, done faster, right more often, less steered.",
        ),
    )
}
"""Limits that any lab may have, by name; those of pools of people, `people:POOL`, come on top."""

EVERYBODY = PEOPLE + "*"
"""Stands for all pools of people."""
GROUPS: dict[str, tuple[str, ...]] = {
    "all_people": (EVERYBODY,),
    "all_compute": ("experiment_compute", "training_compute", "assistant_slots"),
    "all_waiting": (EVERYBODY, "experiment_compute", "assistant_slots"),
    "oversight": ("review", "steering", "approvals"),
    "everything": (EVERYBODY, *LIMITS),
}
"""Limits lifted together, by name of the group."""
LABELS = {"all_people": "all people", "all_compute": "all compute", "all_waiting": "all waiting"}


def limit(name: str) -> Limit:
    """Return the limit of a name, also of a pool of people; `InputError` lists the choices."""
    if name.startswith(PEOPLE) and name != EVERYBODY:
        return _pool_of_people(name.removeprefix(PEOPLE))
    if name not in LIMITS:
        choices = [*LIMITS, PEOPLE + "POOL", *GROUPS]
        raise InputError(f"limits: {unknown_name('limit', name, choices)}")
    return LIMITS[name]


def label(name: str) -> str:
    """Return the words for a limit or a group."""
    return LABELS.get(name, name) if name in GROUPS else limit(name).label


def members(model: Model, name: str) -> tuple[str, ...]:
    """Return the limits of a group, pools of people by name; of a limit, itself."""
    found: list[str] = []
    for part in GROUPS.get(name, (name,)):
        everybody = [PEOPLE + pool for pool in roles.all_people(model)]
        found += everybody if part == EVERYBODY else [part]
    return tuple(found)


def changes(data: Mapping[str, Any], names: Iterable[str], k: float) -> dict[str, Any]:
    """Return the new values by path that lift several limits or groups, one after the other.

    Parameters
    ----------
    data
        `Model.to_dict()`; it stays as it is.
    names
        Names of limits and groups; what is named twice is lifted once.
    k
        How many times as much of each there is.

    Raises
    ------
    InputError
        For an unknown name, or if interventions of the model stand in the way.
    """
    model = Model.from_dict(data)
    changed = copied(data)
    every = [one for name in names for one in members(model, name)]
    for one in dict.fromkeys(every):
        limit(one).lift(changed, model, k)
    return difference(data, changed)


def applicable(model: Model) -> list[str]:
    """Return the limits that a model has: pools of people stand after compute."""
    data = model.to_dict()
    names = list(LIMITS)
    after = names.index("wip_limits")
    names[after:after] = [PEOPLE + pool for pool in roles.people(model)]
    return [name for name in names if changes(data, [name], 10)]
