"""Warnings: what a model holds that is probably not meant, found without running it.

Each check is a function of the model that yields sentences; nothing here makes a model invalid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from sim.describe import generation
from sim.describe.demand import slots
from sim.describe.load import loads_by_flow, offered
from sim.describe.pools import users, worked
from sim.describe.sections import Section
from sim.describe.visits import endless
from sim.describe.walk import parts
from sim.describe.words import days, number, percent, rough
from sim.model import Model
from sim.model.allocation import Priority
from sim.model.capacity import initial_units, unit_steps
from sim.model.stage import ComputeJob
from sim.model.training import Gate, TargetGain, Training

FAR = 5.0
"""OOM: a law that is the same this far above generation 0 is at its end already."""

FLAT = 0.01
"""Relative change of a law over `FAR` OOM below which it counts as flat."""

MOST_INTERRUPTIONS = 5.0
"""Expected interruptions of a training without checkpoints beyond which it hardly ever ends."""

WATCHING = ("review", "audit", "steering")
"""What people do for assistants' work."""

MOST_WATCHING = 0.5
"""Share of review and steering in a pool's work beyond which it counts as watching."""


def overloaded(model: Model) -> Iterator[str]:
    """Arrivals ask for more than a pool can do."""
    for pool, load in offered(model).items():
        if load >= 1:
            yield (
                f"pool {pool}: arrivals ask for {percent(load)} of what it can do at t = 0, so its "
                f"queue grows without end unless capacity does; set pools.{pool} higher or let "
                "less arrive"
            )


def endless_routes(model: Model) -> Iterator[str]:
    """An item may walk in circles for ever."""
    for name, flow in model.flows.items():
        if endless(model, flow):
            yield f"flow {name}: some route never ends; give it a chance of end"


def unused_pools(model: Model) -> Iterator[str]:
    """Nothing asks for a pool."""
    for name in model.pools:
        if not users(model, name):
            yield f"pool {name} is never used: no stage, skill or assistant asks for it"


def unused_names(model: Model) -> Iterator[str]:
    """A skill, a law or an oversight policy is named by nothing."""
    for name in model.skills:
        if name not in worked(model):
            yield f"skill {name} is never used: no stage of kind labour asks for it"
    named = {
        value
        for place, part in parts(model)
        if place and place[0] != "feedback"
        for value in vars(part).values()
        if isinstance(value, str)
    }
    for group, what in (("feedback", "law"), ("oversight", "policy")):
        for name in getattr(model, group):
            if name not in named:
                yield f"{group}.{name} is never used: nothing names this {what}"


def stocks(model: Model) -> Iterator[str]:
    """A stock that nothing raises, or that nothing depends on."""
    kinds = {type(stage) for flow in model.flows.values() for stage in flow.stages.values()}
    served = any(pool.kind == "agent" and pool.elasticity for pool in model.pools.values())
    uses = {
        "algorithms": Gate in kinds,
        "infrastructure": bool({ComputeJob, Training} & kinds) or served,
    }
    for name, stock in model.stocks.items():
        insights = [flow.insight for flow in model.flows.values() if flow.insight]
        aimed_at = any(insight.hit and insight.targets.get(name) for insight in insights)
        if not aimed_at or not stock.gain or not stock.ceiling:
            yield f"stock {name} never rises: no insight aims at it, or its gain or ceiling is 0"
        elif not uses.get(name, True):
            yield f"stock {name} is never used: it rises, and nothing depends on it"


def no_slots(model: Model) -> Iterator[str]:
    """Assistants without a slot to run on."""
    own = model.assistants
    if own.source != "none" and own.pool and not slots(model):
        then = "people do all tasks until there are some" if own.balk else "delegated tasks wait"
        yield f"assistants have no slot in pool {own.pool} at t = 0: {then}"


def nothing_delegated(model: Model) -> Iterator[str]:
    """Assistants that no skill gives work to."""
    if model.assistants.source != "none" and not any(
        skill.share for name, skill in model.skills.items() if name in worked(model)
    ):
        yield "assistants are never asked: no skill that is used has a share"


def closed_gate(model: Model) -> Iterator[str]:
    """A gate that compute alone never opens, in a lab whose research cannot help."""
    gate: Gate | None = generation.stage_of(model, Gate)
    if gate is None or not gate.min_gain:
        return
    learns = any(
        f.insight and f.insight.hit and f.insight.targets.get("algorithms")
        for f in model.flows.values()
    ) and bool(model.stocks.get("algorithms") and model.stocks["algorithms"].gain)
    if learns:
        return
    later = [units for _, name, units in unit_steps(model) if name == gate.pool]
    units = max([initial_units(model)[gate.pool], *later]) if gate.pool else 0
    gain = generation.greatest_gain(model, units)
    if gain < gate.min_gain - 1e-12:
        wait = f", only after max_wait ({days(gate.max_wait)})" if gate.max_wait else ""
        most = f"{gain:.2g} OOM" if math.isfinite(gain) else "nothing"
        yield (
            f"the gate hardly opens{wait}: it asks for {number(gate.min_gain)} OOM, the longest "
            f"training on all planned compute gains {most}, and no research raises algorithms"
        )


def too_late(model: Model) -> Iterator[str]:
    """No generation can be trained before the horizon."""
    gate: Gate | None = generation.stage_of(model, Gate)
    if gate and isinstance(gate.plan, TargetGain) and gate.plan.min_days >= model.horizon:
        shortest: float = gate.plan.min_days
    elif gate and gate.plan and getattr(gate.plan, "days", 0.0) >= model.horizon:
        shortest = generation.training_days(model)
    else:
        return
    yield (
        f"no generation is released: a training takes at least {days(shortest)}, the run ends "
        f"after {days(model.horizon)}"
    )


def endless_training(model: Model) -> Iterator[str]:
    """A training interrupted so often that it hardly ever ends."""
    training: Training | None = generation.stage_of(model, Training)
    if training is None or training.checkpoints:
        return
    expected = generation.interruptions(model)
    if expected > MOST_INTERRUPTIONS:
        yield (
            f"training starts over at every interruption, and {rough(expected)} are expected in "
            "one: it hardly ever ends; give it checkpoints"
        )


def review_limit(model: Model) -> Iterator[str]:
    """People whose time goes into watching assistants, and who are the limit of a flow."""
    for flow, found in loads_by_flow(model).items():
        tightest = min(found, key=lambda load: load.most)
        for load in (one for one in found if model.pools[one.pool].kind == "human"):
            watched = math.fsum(load.parts.get(part, 0.0) for part in WATCHING)
            share = watched / load.work
            if load.rate is None:
                limits = load is tightest and share > MOST_WATCHING and load.most < math.inf
                when = "and that pool is full first"
            else:
                limits = load.rate * watched >= load.capacity
                when = "and there is more of it than they can do"
            if limits:
                yield (
                    f"flow {flow}: {percent(share)} of the time it asks of pool {load.pool} is "
                    f"review and steering, {when}: people, not slots, limit what assistants do"
                )


def idle_reviews(model: Model) -> Iterator[str]:
    """Reviews that cost time and catch nothing."""
    for name, policy in model.oversight.items():
        if not policy.catch and (policy.review or policy.human_review):
            yield f"oversight {name}: reviews catch nothing; set oversight.{name}.catch"


def flat_laws(model: Model) -> Iterator[str]:
    """Laws that a better model does not change any more, as they are at their end at c = 0."""
    for name, law in model.feedback.items():
        low, high = law.bounds()
        if law.kind == "constant" or low == high:
            continue
        shifts = {skill.difficulty or 0.0 for skill in model.skills.values() if skill.share == name}
        for shift in sorted(shifts or {0.0}):
            now, later = law.at(-shift), law.at(FAR - shift)
            if abs(later - now) <= FLAT * abs(later):
                at = f" for difficulty {number(shift)}" if shift else ""
                yield (
                    f"feedback.{name}{at} is at {rough(now)} already at c = 0: better models "
                    "hardly change it"
                )


def large_requests(model: Model) -> Iterator[str]:
    """A job that needs more units than its pool has at t = 0."""
    units = dict(initial_units(model))
    if isinstance(model.allocation, Priority):
        units[model.allocation.borrower] += units[model.allocation.lender]
    for flow_name, flow in model.flows.items():
        for name, stage in flow.stages.items():
            if isinstance(stage, ComputeJob) and stage.units > units[stage.pool]:
                yield (
                    f"stage {name} of flow {flow_name} needs {stage.units} units of pool "
                    f"{stage.pool}, which has {number(units[stage.pool])} at t = 0: it waits until "
                    "there are more, and all behind it waits too"
                )


CHECKS: tuple[Callable[[Model], Iterator[str]], ...] = (
    overloaded, endless_routes, unused_pools, unused_names, stocks, no_slots, nothing_delegated,
    closed_gate, too_late, endless_training, review_limit, idle_reviews, flat_laws, large_requests,
)  # fmt: skip


def warnings(model: Model) -> list[str]:
    """Return all warnings on a model."""
    return [sentence for check in CHECKS for sentence in check(model)]


def section(model: Model) -> Section:
    """Return the section with the warnings; empty if there are none."""
    return Section(title="Warnings", lines=tuple(warnings(model)), urgent=True)


