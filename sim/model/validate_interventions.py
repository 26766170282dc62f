"""Rules that hold for interventions: they change what exists, at a time, into a valid model."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import Any

from sim.model.errors import InputError, Path, invalid, known, problem, unknown
from sim.model.flow import Spawned
from sim.model.intervention import CapacityChange, Intervention, merged
from sim.model.lab import Model
from sim.model.stage import ComputeJob, Gate, Labour, Training

FIXED_PARTS = {
    "compute": "use capacity: {compute: ...}",
    "pools": "only shares can be set: use capacity for stated capacities",
    "interventions": "an intervention cannot change interventions",
}
"""Parts of the model that an intervention cannot set, and what to do instead."""

FIXED_FIELDS = {
    *("kind", "next", "after", "first", "on_failure", "repair", "diagnosis", "hold_until"),
    *("pool", "review_pool", "units", "flow", "skill", "source", "hostages"),
}
"""Fields that make the structure of a lab, which stays as it is."""

SETTABLE = ("feedback", "oversight", "skills", "assistants", "stocks", "flows", "pools")
"""Parts of the model in which an intervention may set values."""


def validate_interventions(model: Model) -> None:
    """Raise `InputError` at the first rule that an intervention breaks.

    Each must give a valid model by itself, and all of them together in the order written.
    """
    plain = dataclasses.replace(model, interventions={}).to_dict()
    together: Mapping[str, Any] = plain
    for name, change in model.interventions.items():
        path = ("interventions", name)
        _when(model, path, change)
        for pool, step in change.capacity.items():
            _capacity(model, (*path, "capacity", pool), pool, step)
        for role in ("pause", "resume"):
            for target in getattr(change, role):
                _target(model, (*path, role), target)
        _settings(plain, (*path, "set"), change.set)
        together = merged(together, change.set)
        for data in (merged(plain, change.set), together):
            _valid(data, path)


def _when(model: Model, path: Path, change: Intervention) -> None:
    if (change.at is None) == (change.generation is None):
        raise problem(
            path, "needs a time or a generation, and not both",
            f"set {'.'.join(path)}.at='90 d' or {'.'.join(path)}.generation=2",
        )
    if change.at is not None and change.at >= model.horizon:
        raise invalid(
            (*path, "at"), f"must be before the horizon ({model.horizon:g} d)", f"{change.at:g} d"
        )
    if change.generation is not None and model.generation_flow is None:
        raise invalid(
            (*path, "generation"), "needs a lab that releases generations", change.generation,
            f"set {'.'.join(path)}.at",
        )
    if not (change.set or change.capacity or change.pause or change.resume):
        raise problem(path, "changes nothing", "give it set, capacity, pause or resume")


def _capacity(model: Model, path: Path, name: str, change: CapacityChange) -> None:
    known(path, "pool", name, ["compute", *model.pools])
    if name == "compute" and "compute" not in model.pools:
        if model.compute is None:
            raise problem(path, "needs compute that pools share", "set compute.units")
        stated: float = model.compute.units
    else:
        pool = model.pools[name]
        if pool.share is not None:
            raise problem(
                path, "is derived from a share of the lab's compute",
                f"change compute, or set pools.{name}.share (all shares sum to 1)",
            )
        stated = pool.capacity or 0
    if stated == math.inf:
        raise problem(path, "is unlimited and stays so", f"set pools.{name}.capacity to a number")
    given = [name for name in ("to", "add", "scale") if getattr(change, name) is not None]
    given += ["hold"] * change.hold
    if len(given) != 1:
        raise invalid(
            path, "must have exactly one of to, add, scale, hold", ", ".join(given) or None
        )


def _target(model: Model, path: Path, target: str) -> None:
    """Check what is paused: a flow, or a stage written `flow.stage`."""
    flow_name, _, stage_name = target.partition(".")
    known(path, "flow", flow_name, model.flows)
    flow = model.flows[flow_name]
    if not stage_name:
        if isinstance(flow.source, Spawned):
            raise invalid(
                path, "must be a flow that starts items, or a stage of one", target,
                f"name its stages: {', '.join(f'{flow_name}.{s}' for s in flow.stages)}",
            )
        return
    known(path, "stage", stage_name, flow.stages)
    if not isinstance(flow.stages[stage_name], Labour | ComputeJob | Training | Gate):
        raise invalid(path, "must be a stage that waits to be granted something", target)


def _settings(plain: Mapping[str, Any], path: Path, change: Mapping[str, Any]) -> None:
    """Check that only values are set, in parts that may change."""
    for keys, _ in _leaves(change, ()):
        where = (*path, *keys)
        part, field = keys[0], keys[-1]
        if part in FIXED_PARTS and not (part == "pools" and field == "share"):
            raise problem(where, "cannot be set while the lab runs", FIXED_PARTS[part])
        if part not in SETTABLE:
            raise unknown(where, "part of the lab that can change", part, SETTABLE)
        if keys[:2] in (("assistants", "source"), ("assistants", "external")) or (
            field in FIXED_FIELDS and part != "feedback"
        ):
            raise problem(
                where, "belongs to the structure of the lab, which stays as it is",
                f"leave out {'.'.join(where)}",
            )
        _exists(plain, path, keys)


def _exists(plain: Mapping[str, Any], path: Path, keys: tuple[str, ...]) -> None:
    """Check that what is set stands in the model: interventions add nothing."""
    node: Any = plain
    for depth, key in enumerate(keys):
        if not isinstance(node, Mapping):
            return  # an amount, written as a call: read with the rest
        if key not in node and not (keys[0] == "feedback" and depth == 2):
            raise unknown((*path, *keys[: depth + 1]), "setting", key, node)
        node = node.get(key)


def _leaves(change: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    for key, value in change.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*keys, key))
        else:
            yield (*keys, key), value


def _valid(data: Mapping[str, Any], path: Path) -> None:
    try:
        Model.from_dict(data)
    except InputError as error:
        raise InputError(f"intervention '{path[1]}' makes an invalid lab: {error}") from None
