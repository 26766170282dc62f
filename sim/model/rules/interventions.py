"""Rules that hold for interventions: they change what exists, at a time, into a valid model."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from sim.model.errors import InputError, Path, invalid, known, problem, unknown
from sim.model.flow import Spawned
from sim.model.intervention import CapacityChange, Intervention, merged
from sim.model.lab import Model
from sim.model.pool import MOST_UNITS
from sim.model.stage import ComputeJob, Labour
from sim.model.training import Gate, Training

FIXED_PARTS = {
    "compute": "use capacity: {compute: ...}",
    "pools": "only shares can be set: use capacity for stated capacities",
    "interventions": "an intervention cannot change interventions",
}
"""Parts of the model that an intervention cannot set, and what to do instead."""

FIXED_FIELDS = {
    *("kind", "next", "after", "first", "on_failure", "repair", "diagnosis", "hold_until"),
    *("pool", "review_pool", "units", "flow", "skill", "source", "hostages", "donor", "to"),
    "insight",
}
"""Fields that make the structure of a lab, which stays as it is."""

HOLLOW = ("next", "source", "insight")
"""Those of them within which values may change: chances, rates and the like."""

SETTABLE = ("feedback", "oversight", "skills", "assistants", "stocks", "flows", "pools")
"""Parts of the model in which an intervention may set values."""

MOST_COMBINATIONS = 1000
"""Combinations of settings, in all orders that may occur, beyond which nobody can check them."""


def validate_interventions(model: Model) -> None:
    """Raise `InputError` at the first rule that an intervention breaks."""
    if not model.interventions:
        return
    plain = dataclasses.replace(model, interventions={}).to_dict()
    for name, change in model.interventions.items():
        path = ("interventions", name)
        _when(model, path, change)
        for pool, step in change.capacity.items():
            _capacity(model, (*path, "capacity", pool), pool, step)
        for role in ("pause", "resume"):
            for target in getattr(change, role):
                _target(model, (*path, role), target)
        for target in change.pause:
            if target in change.resume:
                raise invalid((*path, "resume"), "cannot name what is paused too", target)
        _settings(plain, (*path, "set"), change.set)
    _most_units(model)
    _combinations(model, plain)


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


# --- capacities and pauses ----------------------------------------------------------------------


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


def _most_units(model: Model) -> None:
    """No capacity may outgrow what can be counted, in whatever order its changes come."""
    steps: dict[str, list[CapacityChange]] = {}
    for change in model.interventions.values():
        for name, step in change.capacity.items():
            steps.setdefault(name, []).append(step)
    for name, changes in steps.items():
        pool = model.pools.get(name)
        start = pool.capacity if pool else model.compute and model.compute.units
        plan = pool.plan if pool else model.compute and model.compute.plan
        assert isinstance(start, int) and plan
        most = max([start, *(units for _, units in plan.steps(start, model.horizon))])
        most = max([most, *(step.to or 0 for step in changes)])
        most += sum(max(0, step.add or 0) for step in changes)
        growth = math.prod(max(1.0, step.scale or 0.0) for step in changes)
        if not most * growth <= MOST_UNITS:
            raise problem(
                ("interventions",), f"may bring the capacity of '{name}' to {most * growth:.3g}",
                f"keep it below {MOST_UNITS:.0e}",
            )


def _target(model: Model, path: Path, target: str) -> None:
    """Check what is paused: a flow, or a stage written `flow.stage`."""
    flow_name, dot, stage_name = target.partition(".")
    known(path, "flow", flow_name, model.flows)
    flow = model.flows[flow_name]
    if not dot:
        if isinstance(flow.source, Spawned):
            raise invalid(
                path, "must be a flow that starts items, or a stage of one", target,
                f"name its stages: {', '.join(f'{flow_name}.{s}' for s in flow.stages)}",
            )
        return
    known(path, "stage", stage_name, flow.stages)
    if not isinstance(flow.stages[stage_name], Labour | ComputeJob | Training | Gate):
        raise invalid(path, "must be a stage that waits to be granted something", target)


# --- settings -----------------------------------------------------------------------------------


def _settings(plain: Mapping[str, Any], path: Path, change: Mapping[str, Any]) -> None:
    """Check that values, and only values, are set, in parts that may change."""
    for keys, value in _leaves(change, ()):
        where = (*path, *keys)
        part = keys[0]
        if part in FIXED_PARTS and not (part == "pools" and keys[-1] == "share"):
            raise problem(where, "cannot be set while the lab runs", FIXED_PARTS[part])
        if part not in SETTABLE:
            raise unknown(where, "part of the lab that can change", part, SETTABLE)
        _exists(plain, path, keys)
        whole_law = part == "feedback" and len(keys) == 2
        if value == {} or not (_fields(keys) or (whole_law and value is not None)):
            raise problem(
                where, "names no value, and nothing can be removed", "name the values that change"
            )
        if _is_structure(plain, keys):
            raise problem(
                where, "belongs to the structure of the lab, which stays as it is",
                f"leave out {'.'.join(where)}",
            )


def _leaves(change: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    for key, value in change.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*keys, key))
        else:
            yield (*keys, key), value


def _exists(plain: Mapping[str, Any], path: Path, keys: tuple[str, ...]) -> None:
    """Check that what is set stands in the model: interventions add nothing."""
    node: Any = plain
    for depth, key in enumerate(keys):
        if not isinstance(node, Mapping):
            return  # an amount, written as a call: read with the rest
        if any(not isinstance(name, str) for name in node):
            raise problem(
                (*path, *keys[:depth]), "is a table, which is replaced as a whole",
                "write the law as one string: 'table(…={…})'",
            )
        if key not in node and not (keys[0] == "feedback" and depth == 2):
            raise unknown((*path, *keys[: depth + 1]), "setting", key, node)
        node = node.get(key)


def _fields(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return what of a path names fields: after the names of laws, flows, stages and the like."""
    if keys[0] == "flows" and keys[2:3] == ("stages",):
        return keys[4:]
    return keys[1:] if keys[0] == "assistants" else keys[2:]


def _is_structure(plain: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    """Return whether a path leads to structure."""
    if keys[0] == "feedback":
        return False
    if keys[:2] in (("assistants", "source"), ("assistants", "external")):
        return True
    node: Any = plain
    for depth, key in enumerate(keys):
        node = node.get(key) if isinstance(node, Mapping) else None
        inside = key in HOLLOW and isinstance(node, Mapping) and depth < len(keys) - 1
        if depth >= len(keys) - len(_fields(keys)) and key in FIXED_FIELDS and not inside:
            return True
    return False


def _combinations(model: Model, plain: Mapping[str, Any]) -> None:
    """Check that the settings give a valid model in every order in which they may come.

    Those with a date come in the order of time and those of generations in theirs, but which
    of them come first nobody knows before the run.
    """
    setting = [(name, change) for name, change in model.interventions.items() if change.set]
    dated = [pair for pair in setting if pair[1].at is not None]
    dated.sort(key=lambda pair: pair[1].at or 0.0)
    released = [pair for pair in setting if pair[1].generation is not None]
    released.sort(key=lambda pair: pair[1].generation or 0)
    todo: list[tuple[int, int, dict[str, Any]]] = [(0, 0, {})]
    seen: set[str] = set()
    while todo:
        i, j, settings = todo.pop()
        for (name, change), counts in (
            *((pair, (i + 1, j)) for pair in dated[i : i + 1]),
            *((pair, (i, j + 1)) for pair in released[j : j + 1]),
        ):
            together = merged(settings, change.set)
            state = json.dumps([counts, together], sort_keys=True, default=str)
            if state in seen:
                continue
            seen.add(state)
            if len(seen) > MOST_COMBINATIONS:
                raise problem(
                    ("interventions", name),
                    f"may meet the others in more than {MOST_COMBINATIONS:,} combinations",
                    "give them all dates, or merge some",
                )
            before = [other for other, _ in (*dated[:i], *released[:j])]
            _valid(merged(plain, together), name, before)
            todo.append((*counts, together))


def _valid(data: Mapping[str, Any], name: str, before: list[str]) -> None:
    try:
        Model.from_dict(data)
    except InputError as error:
        when = f" (after {', '.join(before)})" if before else ""
        raise InputError(f"intervention '{name}' makes an invalid lab{when}: {error}") from None
