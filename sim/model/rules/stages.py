"""Rules that hold between a stage and what it refers to."""

from __future__ import annotations

from math import inf

from sim.model.allocation import Priority
from sim.model.capacity import initial_units, unit_steps
from sim.model.errors import Path, invalid, known, problem
from sim.model.flow import Flow, Spawned
from sim.model.lab import Model
from sim.model.release import Release
from sim.model.rules.allocation import validate_surge
from sim.model.stage import END, Batch, ComputeJob, Labour, Stage
from sim.model.training import Gate, Training


def validate_stage(
    model: Model, path: Path, flow: Flow, stage: Stage, most: dict[str, float]
) -> None:
    """Raise `InputError` at the first rule that a stage breaks; `most` units each pool ever has."""
    _routing(path, flow, stage)
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
        known((*path, "tools"), "flow", stage.tools, model.flows)
        if stage.tools is not None and model.flows[stage.tools].tool is None:
            raise invalid(
                (*path, "tools"), "must be a flow whose items are tools", stage.tools,
                f"set flows.{stage.tools}.tool",
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
        if stage.sizing and most[stage.pool] == inf:
            raise problem(
                path, "cannot size jobs to the compute of an unlimited pool",
                f"set {'.'.join(path)}.sizing=null, or pools.{stage.pool}.capacity to a number",
            )
        if stage.failure == 1.0:
            raise invalid((*path, "failure"), "must be < 1, or the job never ends", stage.failure)
        if stage.failure_per_defect == 1.0:
            raise invalid(
                (*path, "failure_per_defect"), "must be < 1, or a job with a defect never ends",
                stage.failure_per_defect,
            )
    elif isinstance(stage, Training):
        _training(model, path, flow, stage)
    elif isinstance(stage, Gate):
        _compute_pool(model, path, stage.pool)
        if (stage.pool is None) != (stage.plan is None):
            raise problem(path, "needs pool and plan together", f"set {'.'.join((*path, 'plan'))}")
        if stage.plan and not any(isinstance(s, Training) for s in flow.stages.values()):
            raise problem(
                path, "has a training plan, but its flow has no training stage",
                f"add one, or set {'.'.join((*path, 'plan'))}=null and its pool=null",
            )
        _plan(model, path, stage)
    elif isinstance(stage, Batch):
        _batch_flow(model, (*path, "flow"), stage.flow)
    elif isinstance(stage, Release) and stage.surge:
        validate_surge(model, (*path, "surge"), stage.surge)
        if stage.surge.relief:
            _batch_flow(model, (*path, "surge", "relief", "flow"), stage.surge.relief.flow)


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


def _plan(model: Model, path: Path, gate: Gate) -> None:
    for shorter in ("min_days", "days"):
        days = getattr(gate.plan, shorter, None)
        if gate.plan is not None and days is not None and days > gate.plan.max_days:
            raise invalid(
                (*path, "plan", shorter), f"must be at most max_days ({gate.plan.max_days:g} d)",
                f"{days:g} d",
            )
    if gate.pool is not None and model.pools[gate.pool].capacity == inf:
        raise invalid(
            (*path, "pool"), "must be a limited pool: training takes all of its units", gate.pool,
            f"set pools.{gate.pool}.capacity to a number",
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


def _batch_flow(model: Model, path: Path, name: str) -> None:
    known(path, "flow", name, model.flows)
    if not isinstance(model.flows[name].source, Spawned):
        raise invalid(
            path, "must be a flow whose source is batch", name,
            f"set flows.{name}.source.kind=batch",
        )


def most_units(model: Model) -> dict[str, float]:
    """Return the most units each pool ever has, borrowed ones included."""
    most: dict[str, float] = dict(initial_units(model))
    for _, name, units in unit_steps(model):
        most[name] = max(most[name], units)
    if isinstance(model.allocation, Priority):
        most[model.allocation.borrower] += most[model.allocation.lender]
    return most
