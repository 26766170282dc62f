"""Which models the fluid limit can treat: what else there is, is named, with the remedy."""

from __future__ import annotations

import math
from collections import Counter

from sim.model import InputError, Model
from sim.model.errors import problem
from sim.model.flow import Closed, Flow, Open
from sim.model.pool import Constant
from sim.model.skill import Skill
from sim.model.stage import ComputeJob, Delay, Labour, Stage
from sim.model.variate import Variate


def check(model: Model) -> None:
    """Raise `InputError` unless `sim.growth.fluid` states the limit of this model exactly."""
    for name, flow in model.flows.items():
        for stage, what in flow.stages.items():
            _kind(name, stage, what)
    _whole(model)
    _pools(model)
    for name, flow in model.flows.items():
        _flow(name, flow)
        for stage, what in flow.stages.items():
            _stage(model, name, stage, what)
    _one_kind_of_work(model)


def asked(model: Model) -> Counter[str]:
    """Return how many kinds of work each pool does: stages, and reviews of stages."""
    found: Counter[str] = Counter()
    for flow in model.flows.values():
        for stage in flow.stages.values():
            if isinstance(stage, ComputeJob):
                found[stage.pool] += 1
            elif isinstance(stage, Labour):
                skill = model.skills[stage.skill]
                found[skill.pool] += 1
                if reviewed(model, skill):
                    assert skill.review_pool
                    found[skill.review_pool] += 1
    return found


def reviewed(model: Model, skill: Skill) -> bool:
    """Return whether work of this skill is ever reviewed."""
    policy = model.oversight[skill.oversight] if skill.oversight else None
    return bool(policy and (policy.review or policy.human_review))


def _refuse(path: str, statement: str, remedy: str) -> InputError:
    found = problem(tuple(path.split(".")), statement, remedy)
    return InputError(f"fluid limit: {found}")


def _whole(model: Model) -> None:
    """What holds for the model as a whole."""
    if model.prehistory > 0:
        raise _refuse("prehistory", "must be 0: the limit starts empty at t = 0",
                      "set prehistory=0")
    if model.compute is not None:
        raise _refuse("compute", "is shared out in whole units", "state the capacity of each pool")
    for name in model.interventions:
        raise _refuse(f"interventions.{name}", "is not treated", f"set interventions.{name}=null")
    for name, stock in model.stocks.items():
        if stock.ceiling < math.inf:
            raise _refuse(f"stocks.{name}.ceiling", "must be inf", f"set stocks.{name}.ceiling=inf")
    helpers = model.assistants
    if helpers.source != "none" and helpers.pool and model.pools[helpers.pool].capacity != math.inf:
        raise _refuse(
            f"pools.{helpers.pool}.capacity", "must be inf: people do what finds no slot",
            f"set pools.{helpers.pool}.capacity=inf",
        )


def _pools(model: Model) -> None:
    for name, pool in model.pools.items():
        if pool.capacity is None or not isinstance(pool.plan, Constant):
            raise _refuse(f"pools.{name}", "must have a stated, constant capacity",
                          f"set pools.{name}.capacity and pools.{name}.plan=null")
        if pool.hours is not None:
            raise _refuse(f"pools.{name}.hours", "must be absent: pools are always open",
                          f"set pools.{name}.hours=null")


def _flow(name: str, flow: Flow) -> None:
    path = f"flows.{name}"
    source, insight = flow.source, flow.insight
    if not isinstance(source, Closed | Open):
        raise _refuse(f"{path}.source", "must be closed or open", f"set {path}.source")
    if isinstance(source, Closed) and source.per_person:
        raise _refuse(f"{path}.source.per_person", "must be 0", f"set {path}.source.workstreams")
    if isinstance(source, Open):
        _exponential(f"{path}.source.interval", source.interval)
    if flow.hostages or flow.tool:
        raise _refuse(path, "has hostages or leaves tools, which are not treated",
                      f"set {path}.hostages=null and {path}.tool=null")
    if insight and insight.taste:
        raise _refuse(f"{path}.insight.taste", "must be absent", f"set {path}.insight.taste=null")


def _kind(flow: str, name: str, stage: Stage) -> None:
    if not isinstance(stage, Labour | ComputeJob | Delay):
        kind = getattr(stage, "KIND", "stage")
        raise _refuse(
            f"flows.{flow}.stages.{name}",
            f"is a {kind}: only labour, compute and delays have a limit here",
            f"set flows.{flow}=null, or leave out the stage",
        )


def _stage(model: Model, flow: str, name: str, stage: Stage) -> None:
    path = f"flows.{flow}.stages.{name}"
    if stage.after:
        raise _refuse(f"{path}.after", "must be absent: one stage after the other",
                      f"set {path}.next of the stage before")
    if isinstance(stage, Delay):
        _exponential(f"{path}.duration", stage.duration)
        return
    assert isinstance(stage, Labour | ComputeJob)
    _exponential(f"{path}.work", stage.work)
    if stage.from_capability is not None:
        raise _refuse(f"{path}.from_capability", "must be absent",
                      f"set {path}.from_capability=null")
    if isinstance(stage, ComputeJob):
        _job(model, path, stage)
    else:
        _labour(model, path, stage)


def _job(model: Model, path: str, stage: ComputeJob) -> None:
    if stage.failure or stage.failure_per_defect:
        raise _refuse(f"{path}.failure", "must be 0: a failed job is not exponential",
                      f"send a part of the jobs back by chances in {path}.next")
    if stage.sizing and stage.sizing.omega:
        raise _refuse(f"{path}.sizing.omega", "must be 0", f"set {path}.sizing.omega=0")
    capacity = model.pools[stage.pool].capacity
    assert capacity is not None
    if capacity < math.inf and capacity % stage.units:
        raise _refuse(f"{path}.units", f"must divide the {capacity} units of pool '{stage.pool}'",
                      f"set pools.{stage.pool}.capacity")


def _labour(model: Model, path: str, stage: Labour) -> None:
    skill = model.skills[stage.skill]
    if stage.failure or stage.tools:
        raise _refuse(path, "may not fail or use tools",
                      f"set {path}.failure=null and {path}.tools=null")
    place = f"skills.{stage.skill}"
    laws = {"quality": 1.0, "steering": 0.0}
    for key, right in laws.items():
        law = getattr(skill, key)
        if skill.share and law and model.feedback[law].bounds() != (right, right):
            raise _refuse(f"{place}.{key}", f"must be {right:g}: nothing is redone or steered",
                          f"set {place}.{key}=null")
    if skill.human_quality < 1.0:
        raise _refuse(f"{place}.human_quality", "must be 1", f"set {place}.human_quality=1")
    if reviewed(model, skill):
        assert skill.oversight
        policy, rules = model.oversight[skill.oversight], f"oversight.{skill.oversight}"
        _exponential(f"{rules}.review_work", policy.review_work)
        if policy.review_fraction or policy.reviewer != "human":
            raise _refuse(rules, "must have people review, a work that does not follow the task's",
                          f"set {rules}.review_fraction=0 and {rules}.reviewer=human")


def _exponential(path: str, amount: Variate) -> None:
    if amount.kind != "exponential":
        raise _refuse(path, f"must be exponential, got {amount.kind}",
                      f"set {path}='exponential(mean=…)'")


def _one_kind_of_work(model: Model) -> None:
    """In a queue of several kinds the order counts, not only how many there are."""
    for name, kinds in asked(model).items():
        if kinds > 1 and model.pools[name].capacity != math.inf:
            raise _refuse(f"pools.{name}", f"does {kinds} kinds of work, and has a queue",
                          f"give each a pool of its own, or set pools.{name}.capacity=inf")
