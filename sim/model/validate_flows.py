"""Rules that hold between flows, their stages, and what these refer to."""

from __future__ import annotations

import math

from sim.model.capacity import initial_units, unit_steps
from sim.model.errors import Path, invalid, known, problem
from sim.model.flow import Closed, Flow, Open, Pull, Spawned
from sim.model.lab import Model, Priority
from sim.model.stage import END, Batch, ComputeJob, Gate, Labour, Release, Stage, Training


def validate_flows(model: Model) -> None:
    """Raise `InputError` at the first rule that a flow breaks."""
    most = _most_units(model)
    for name, flow in model.flows.items():
        _flow(model, name, flow, most)
    _spawning(model)
    _releases(model)


def _flow(model: Model, name: str, flow: Flow, most: dict[str, float]) -> None:
    path = ("flows", name)
    if not flow.stages:
        raise problem(path, "has no stages", f"add one under flows.{name}.stages")
    known((*path, "first"), "stage", flow.first, flow.stages)
    for stage_name, stage in flow.stages.items():
        if stage_name == END:
            raise invalid((*path, "stages"), f"cannot name a stage '{END}'", stage_name)
        _routing((*path, "stages", stage_name), flow, stage)
        _stage(model, (*path, "stages", stage_name), flow, stage, most)
    _reachable(path, flow)
    assert flow.first is not None
    first = flow.stages[flow.first]
    if first.after:
        raise invalid(
            (*path, "stages", flow.first, "after"), "must be empty for the first stage",
            list(first.after),
        )
    if isinstance(flow.source, Open) and flow.source.interval.mean() <= 0:
        raise invalid((*path, "source", "interval"), "must have a mean > 0", "0 d")
    if isinstance(flow.source, Pull | Closed):
        _source(model, path, flow, first)
    if flow.insight:
        total = math.fsum(flow.insight.targets.values())
        for stock in flow.insight.targets:
            known((*path, "insight", "targets", stock), "stock", stock, model.stocks)
        if not math.isclose(total, 1.0, abs_tol=1e-9):
            raise invalid((*path, "insight", "targets"), "must sum to 1", float(f"{total:g}"))
        known((*path, "insight", "taste"), "feedback law", flow.insight.taste, model.feedback)
        law_at_least_0(model, flow.insight.taste, f"taste of flow '{name}'")


def law_at_least_0(model: Model, name: str | None, role: str) -> None:
    """Raise `InputError` if the law may be negative."""
    if name is not None and (low := model.feedback[name].bounds()[0]) < 0:
        raise invalid(
            ("feedback", name), f"must be >= 0 as {role}", low,
            f"set the parameters of feedback.{name}",
        )


def _source(model: Model, path: Path, flow: Flow, first: Stage) -> None:
    source = flow.source
    if isinstance(source, Closed):
        known((*path, "source", "span"), "feedback law", source.span, model.feedback)
        law_at_least_0(model, source.span, f"span of flow '{path[1]}'")
        if source.workstreams == 0 and source.per_person == 0:
            raise invalid((*path, "source", "workstreams"), "must be >= 1 (or per_person > 0)", 0)
        if source.per_person == 0:
            return
    if not isinstance(first, Labour):
        raise invalid(
            (*path, "first"), f"must be a labour stage for source '{source.KIND}'", flow.first
        )
    pool = model.pools[model.skills[first.skill].pool]
    if pool.capacity == math.inf:
        raise invalid(
            (*path, "source", "kind"), "needs a first stage whose pool is limited", source.KIND,
            f"set pools.{model.skills[first.skill].pool}.capacity to a number",
        )


def _routing(path: Path, flow: Flow, stage: Stage) -> None:
    for target in stage.next:
        if target != END:
            known((*path, "next"), "stage", target, flow.stages)
    for role in ("on_failure", "repair", "hold_until"):
        known((*path, role), "stage", getattr(stage, role, None), flow.stages)
    if path[-1] in stage.after:
        raise invalid((*path, "after"), "cannot name the stage itself", list(stage.after))
    for target in stage.after:
        known((*path, "after"), "stage", target, flow.stages)


def _stage(
    model: Model, path: Path, flow: Flow, stage: Stage, most: dict[str, float]
) -> None:
    if isinstance(stage, Labour):
        known((*path, "skill"), "skill", stage.skill, model.skills)
        pool = model.skills[stage.skill].pool
        if most[pool] < 1:
            raise invalid(
                (*path, "skill"), f"must have a pool that ever has people ('{pool}' has none)",
                stage.skill, f"set pools.{pool}.capacity",
            )
        if (stage.failure is None) != (stage.on_failure is None):
            raise problem(
                path, "needs failure and on_failure together",
                f"set {'.'.join((*path, 'failure.chance'))} and {'.'.join((*path, 'on_failure'))}",
            )
    elif isinstance(stage, ComputeJob):
        _compute_pool(model, path, stage.pool)
        if stage.units > most[stage.pool]:
            raise invalid(
                (*path, "units"),
                f"must be at most what pool '{stage.pool}' ever has ({most[stage.pool]:g})",
                stage.units,
            )
        _subroutine((*path, "repair"), flow, stage.repair)
        if stage.failure == 1.0:
            raise invalid((*path, "failure"), "must be < 1, or the job never ends", stage.failure)
    elif isinstance(stage, Training):
        _training(model, path, flow, stage)
    elif isinstance(stage, Gate):
        _compute_pool(model, path, stage.pool)
        if (stage.pool is None) != (stage.plan is None):
            raise problem(path, "needs pool and plan together", f"set {'.'.join((*path, 'plan'))}")
        _plan(model, path, stage)
    elif isinstance(stage, Batch):
        _batch_flow(model, (*path, "flow"), stage.flow)


def _plan(model: Model, path: Path, gate: Gate) -> None:
    for shorter in ("min_days", "days"):
        days = getattr(gate.plan, shorter, None)
        if gate.plan is not None and days is not None and days > gate.plan.max_days:
            raise invalid(
                (*path, "plan", shorter), f"must be at most max_days ({gate.plan.max_days:g} d)",
                f"{days:g} d",
            )
    if gate.pool is not None and not initial_units(model)[gate.pool] >= 1:
        raise invalid(
            (*path, "pool"), "must have a unit at t = 0: generation 0 was trained there",
            gate.pool, f"set pools.{gate.pool}.share or compute.units",
        )


def _training(model: Model, path: Path, flow: Flow, stage: Training) -> None:
    _compute_pool(model, path, stage.pool)
    gates = [s for s in flow.stages.values() if isinstance(s, Gate)]
    if not any(gate.pool == stage.pool for gate in gates):
        raise problem(
            path, f"needs a gate in its flow that plans for pool '{stage.pool}'",
            f"add a stage of kind gate with pool: {stage.pool}",
        )
    if model.initial_training is None:
        raise invalid(("initial_training",), "is required by training stages", None)
    if stage.interruptions:
        _subroutine((*path, "interruptions", "diagnosis"), flow, stage.interruptions.diagnosis)
        if stage.interruptions.manual > 0 and stage.interruptions.diagnosis is None:
            raise invalid(
                (*path, "interruptions", "diagnosis"), "is required where manual > 0", None
            )
    if stage.evaluations:
        _batch_flow(model, (*path, "evaluations", "flow"), stage.evaluations.flow)


def _subroutine(path: Path, flow: Flow, name: str | None) -> None:
    """Check a labour stage that is performed inside another one."""
    if name is None:
        return
    known(path, "stage", name, flow.stages)
    if not isinstance(flow.stages[name], Labour):
        raise invalid(path, "must be a labour stage", name)
    if flow.stages[name].next:
        raise invalid(path, "must be a stage without next: it returns by itself", name)


def _compute_pool(model: Model, path: Path, pool: str | None) -> None:
    known((*path, "pool"), "pool", pool, model.pools)
    if pool is not None and model.pools[pool].kind != "compute":
        raise invalid((*path, "pool"), "must be a compute pool", pool)


def _most_units(model: Model) -> dict[str, float]:
    """Return the most units each pool ever has, borrowed ones included."""
    most: dict[str, float] = dict(initial_units(model))
    for _, name, units in unit_steps(model):
        most[name] = max(most[name], units)
    if isinstance(model.allocation, Priority):
        most[model.allocation.borrower] += most[model.allocation.lender]
    return most


def _batch_flow(model: Model, path: Path, name: str) -> None:
    known(path, "flow", name, model.flows)
    if not isinstance(model.flows[name].source, Spawned):
        raise invalid(
            path, "must be a flow whose source is batch", name,
            f"set flows.{name}.source.kind=batch",
        )


def _reachable(path: Path, flow: Flow) -> None:
    """Every stage must be reachable; a route must be able to end."""
    assert flow.first is not None
    reached = {flow.first}
    grew = True
    while grew:
        grew = False
        for name in list(reached):
            for target in _successors(flow, name, reached) - reached:
                reached.add(target)
                grew = True
    if not any(_ends(flow, name) for name in reached if not _performed_inside(flow, name)):
        raise problem(
            path, "can never end: every stage leads to another",
            "let some stage have next: null, or a chance of end",
        )
    for name in flow.stages:
        if name not in reached:
            raise problem(
                (*path, "stages", name), "is never reached",
                "name it as next, after, on_failure, repair or diagnosis, or set it to null",
            )


def _ends(flow: Flow, name: str) -> bool:
    """Return whether an item may end here: nothing follows."""
    stage = flow.stages[name]
    if any(name in later.after for later in flow.stages.values()):
        return False
    return not stage.next or stage.next.get(END, 0) > 0


def _performed_inside(flow: Flow, name: str) -> bool:
    """Return whether the stage is only a subroutine of another: repair or diagnosis."""
    if any(name in s.next or name == getattr(s, "on_failure", None) for s in flow.stages.values()):
        return False
    for stage in flow.stages.values():
        interruptions = getattr(stage, "interruptions", None)
        if name in (getattr(stage, "repair", None), getattr(interruptions, "diagnosis", None)):
            return True
    return False


def _successors(flow: Flow, name: str, reached: set[str]) -> set[str]:
    stage = flow.stages[name]
    found = {target for target in stage.next if target != END}
    for role in ("on_failure", "repair"):
        if getattr(stage, role, None):
            found.add(getattr(stage, role))
    if isinstance(stage, Training) and stage.interruptions and stage.interruptions.diagnosis:
        found.add(stage.interruptions.diagnosis)
    for other, later in flow.stages.items():
        if later.after and set(later.after) <= reached:
            found.add(other)
    return found


# --- between flows --------------------------------------------------------------------------


def spawned_by(flow: Flow) -> set[str]:
    """Return the names of the batch flows that the flow's stages spawn."""
    found = {stage.flow for stage in flow.stages.values() if isinstance(stage, Batch)}
    for stage in flow.stages.values():
        if isinstance(stage, Training) and stage.evaluations:
            found.add(stage.evaluations.flow)
    return found


def _spawning(model: Model) -> None:
    """No flow may spawn itself, at whatever remove; batch flows must be spawned."""
    spawned = {name: spawned_by(flow) for name, flow in model.flows.items()}
    for name in model.flows:
        seen: set[str] = set()
        todo = set(spawned[name])
        while todo:
            child = todo.pop()
            if child == name:
                raise problem(("flows", name), "spawns itself without end", "break the circle")
            if child not in seen:
                seen.add(child)
                todo |= spawned[child]
    everything = set().union(*spawned.values())
    for name, flow in model.flows.items():
        if isinstance(flow.source, Spawned) and name not in everything:
            raise problem(
                ("flows", name), "has source batch but no stage spawns it",
                f"name it in a batch stage, or set flows.{name}=null",
            )


def _releases(model: Model) -> None:
    flows = [
        name
        for name, flow in model.flows.items()
        if any(isinstance(stage, Release | Gate) for stage in flow.stages.values())
    ]
    if len(flows) > 1:
        raise problem(
            ("flows", flows[1]), f"gates and releases already stand in flow '{flows[0]}'",
            "keep them in one flow",
        )
    for name in flows:
        flow = model.flows[name]
        path = ("flows", name)
        kinds = [type(stage) for stage in flow.stages.values()]
        if kinds.count(Release) != 1 or kinds.count(Gate) != 1:
            raise problem(path, "needs exactly one gate and one release", "add what is missing")
        if kinds.count(Training) > 1:
            raise problem(path, "may have one training stage only", "keep one")
        assert flow.first is not None
        if not isinstance(flow.stages[flow.first], Gate):
            raise invalid((*path, "first"), "must be the gate", flow.first)
        source = flow.source
        if not isinstance(source, Closed) or source.workstreams != 1 or source.per_person:
            raise invalid(
                (*path, "source"), "must be closed with one workstream: one generation at a time",
                source.KIND if isinstance(source, Pull | Open | Spawned) else source.workstreams,
            )
        for stage_name, stage in flow.stages.items():
            if isinstance(stage, Release) and stage.next:
                raise invalid(
                    (*path, "stages", stage_name, "next"), "must be null: a release ends the item",
                    list(stage.next),
                )
