"""Rules that hold between flows, their stages, and what these refer to."""

from __future__ import annotations

import math
from typing import Any

from sim.model.errors import Path, invalid, known, problem
from sim.model.flow import Closed, Flow, Open, Poisson, Pull, Spawned, descendants
from sim.model.lab import Model
from sim.model.release import Release
from sim.model.rules.laws import at_least_0
from sim.model.rules.safeguards import validate_safeguards
from sim.model.rules.stages import most_units, validate_stage
from sim.model.stage import END, Batch, ComputeJob, Labour, Stage
from sim.model.training import Gate, Training

MOST_ITEMS = 100_000
"""Items that one may become, batches in batches, beyond which numbers are taken for a mistake."""


def validate_flows(model: Model) -> None:
    """Raise `InputError` at the first rule that a flow breaks."""
    most = most_units(model)
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
        validate_stage(model, (*path, "stages", stage_name), flow, stage, most)
    _reachable(path, flow)
    validate_safeguards(model, name, flow)
    assert flow.first is not None
    first = flow.stages[flow.first]
    if first.after:
        raise invalid(
            (*path, "stages", flow.first, "after"), "must be empty for the first stage",
            list(first.after),
        )
    if isinstance(flow.source, Open) and flow.source.interval.mean() <= 0:
        raise invalid((*path, "source", "interval"), "must have a mean > 0", "0 d")
    if isinstance(flow.source, Poisson):
        _poisson(model, path, flow.source)
    if isinstance(flow.source, Pull | Closed):
        _source(model, path, flow, first)
    if flow.hostages:
        _hostages(model, path, flow, most)
    if flow.insight:
        total = math.fsum(flow.insight.targets.values())
        for stock in flow.insight.targets:
            known((*path, "insight", "targets", stock), "stock", stock, model.stocks)
        if not math.isclose(total, 1.0, abs_tol=1e-9):
            raise invalid((*path, "insight", "targets"), "must sum to 1", float(f"{total:g}"))
        known((*path, "insight", "taste"), "feedback law", flow.insight.taste, model.feedback)
        at_least_0(model, flow.insight.taste, f"taste of flow '{name}'")


def _poisson(model: Model, path: Path, source: Poisson) -> None:
    known((*path, "source", "law"), "feedback law", source.law, model.feedback)
    at_least_0(model, source.law, f"law of the arrivals of flow '{path[1]}'")
    if source.rate == 0 and source.per_defect == 0:
        raise invalid((*path, "source", "rate"), "must be > 0 (or per_defect > 0)", 0.0)
    if source.rate == 0 and source.law is not None:
        raise invalid(
            (*path, "source", "law"), "needs a rate > 0 to multiply", source.law,
            f"set {'.'.join((*path, 'source', 'rate'))}",
        )
    if source.per_defect > 0 and model.generation_flow is None:
        raise invalid(
            (*path, "source", "per_defect"), "needs a flow that releases generations: only theirs "
            "are the defects that count", source.per_defect, f"set {'.'.join(path)}.source.rate "
            "alone, or add a gate and a release",
        )


def _hostages(model: Model, path: Path, flow: Flow, most: dict[str, float]) -> None:
    """Hostages must be there to be taken, and leave the item what it needs itself."""
    assert flow.hostages
    name, units = flow.hostages.pool, flow.hostages.units
    known((*path, "hostages", "pool"), "pool", name, model.pools)
    if most[name] == math.inf:
        raise invalid(
            (*path, "hostages", "pool"), "must be a limited pool", name,
            f"set pools.{name}.capacity to a number",
        )
    left = most[name] - units
    if left < 0:
        raise invalid(
            (*path, "hostages", "units"), f"must be at most what pool '{name}' ever has "
            f"({most[name]:g})", units,
        )
    for stage_name, stage in flow.stages.items():
        if _units_needed(model, stage, name, most) > left:
            raise invalid(
                (*path, "hostages", "units"), f"must leave units of pool '{name}' for stage "
                f"'{stage_name}' of the same item: with {left:g} it could never run", units,
            )


def _units_needed(model: Model, stage: Stage, pool: str, most: dict[str, float]) -> float:
    """Return the units of a pool without which a stage cannot be performed."""
    if isinstance(stage, Labour):
        return int(model.skills[stage.skill].pool == pool)
    if isinstance(stage, ComputeJob):
        return stage.units if stage.pool == pool else 0
    return most[pool] if isinstance(stage, Training) and stage.pool == pool else 0


def _source(model: Model, path: Path, flow: Flow, first: Stage) -> None:
    source = flow.source
    if isinstance(source, Closed):
        known((*path, "source", "span"), "feedback law", source.span, model.feedback)
        at_least_0(model, source.span, f"span of flow '{path[1]}'")
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


def _spawning(model: Model) -> None:
    """No flow may spawn itself, at whatever remove; batch flows must be spawned."""
    for name in model.flows:
        if name in descendants(model.flows, name):
            raise problem(("flows", name), "spawns itself without end", "break the circle")
    items: dict[str, int] = {}
    for name in model.flows:
        if _items(model, name, items) > MOST_ITEMS:
            raise problem(
                ("flows", name), f"spawns {items[name]:,} items with all that these spawn",
                f"lower the counts of its batches, to at most {MOST_ITEMS:,} in all",
            )
    spawned = {child for flow in model.flows.values() for child in flow.spawns()}
    for name, flow in model.flows.items():
        if isinstance(flow.source, Spawned) and name not in spawned:
            raise problem(
                ("flows", name), "has source batch but no stage spawns it",
                f"name it in a batch stage, or set flows.{name}=null",
            )


def _items(model: Model, name: str, known_items: dict[str, int]) -> int:
    """Return the items that one item of a flow becomes: itself, and those of batches in batches."""
    if name not in known_items:
        stages = model.flows[name].stages.values()
        batches: list[Any] = [stage for stage in stages if isinstance(stage, Batch)]
        batches += [s.surge.relief for s in stages if isinstance(s, Release) and s.surge]
        spawned = (b.count * _items(model, b.flow, known_items) for b in batches if b)
        known_items[name] = 1 + sum(spawned)
    return known_items[name]


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
                source.workstreams if isinstance(source, Closed) else source.KIND,
            )
        for stage_name, stage in flow.stages.items():
            if isinstance(stage, Release) and stage.next:
                raise invalid(
                    (*path, "stages", stage_name, "next"), "must be null: a release ends the item",
                    list(stage.next),
                )
