"""Plain data of a model made smaller, step by step, as long as it still fails."""

import time
from copy import deepcopy
from functools import partial

SIMPLER = {int: (1, 0), float: (1.0, 0.0), str: ("1 d", "0 d", 1.0, 0.0)}
"""What may stand for a value instead, by its type; text is an amount, a law or a name."""


def shrunk(data, fails, seconds=60.0):
    """A smaller version of a model's plain data that still fails; no step makes it smaller.

    Parameters
    ----------
    data
        Nested plain data that fails.
    fails
        Whether plain data fails; must be false for data that is no model.
    seconds
        Time after which the smallest so far is good enough.
    """
    end = time.monotonic() + seconds
    smaller = True
    while smaller:
        smaller = False
        for path in sorted(_places(data), key=len):
            for step in _steps(data, path):
                if time.monotonic() > end:
                    return data
                found = deepcopy(data)
                step(found)
                if found != data and fails(found):
                    data, smaller = found, True
                    break
    return data


def _places(node, path=()):
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from _places(value, (*path, key))


def _steps(data, path):
    """What may be tried at a place, the largest steps first; nothing if it is gone."""
    part = data
    for key in path[:-1]:
        part = part.get(key) if isinstance(part, dict) else None
    if not isinstance(part, dict) or path[-1] not in part:
        return
    if path == ("compute",):
        yield _stated
    if path[0] == "flows" and len(path) == 2:
        yield partial(_without_flow, name=path[1])
    if path[0] == "flows" and len(path) == 4 and path[2] == "stages":
        yield partial(_without_stage, flow=path[1], name=path[3])
    yield partial(_without, path=path)
    for value in _simpler(path[-1], part[path[-1]]):
        yield partial(_put, path=path, value=value)


def _simpler(key, value):
    if isinstance(value, list):
        return [value[:i] + value[i + 1 :] for i in range(len(value))]
    if isinstance(value, dict):
        return list(value) if key == "next" else []
    simpler = SIMPLER.get(type(value), ())
    return simpler[: simpler.index(value)] if value in simpler else simpler


# --- steps --------------------------------------------------------------------------------------


def _at(data, path):
    for key in path:
        data = data[key]
    return data


def _without(data, path):
    del _at(data, path[:-1])[path[-1]]


def _put(data, path, value):
    _at(data, path[:-1])[path[-1]] = value


def _stated(data):
    """Pools have one unit each, and no share of the lab's compute."""
    del data["compute"]
    for pool in data["pools"].values():
        if "share" in pool:
            kind = pool["kind"]
            pool.clear()
            pool.update(kind=kind, capacity=1)


def _without_stage(data, flow, name):
    """Leave out a stage: who led to it leads to where it led, and nobody else names it."""
    spec = data["flows"][flow]
    stages = spec["stages"]
    gone = stages.pop(name)
    onward, before = gone.get("next"), list(gone.get("after") or ())
    for other, stage in stages.items():
        if stage.get("next") == name:
            stage["next"] = onward
            before.append(other)
        elif isinstance(stage.get("next"), dict):
            stage["next"].pop(name, None)
            stage["next"] = next(iter(stage["next"]), None)
        for role in ("repair", "hold_until", "on_failure"):
            if stage.get(role) == name:
                del stage[role]
                stage.pop("failure" if role == "on_failure" else "", None)
        if stage.get("interruptions", {}).get("diagnosis") == name:
            del stage["interruptions"]
    for place, stage in stages.items():
        if name in (stage.get("after") or ()):
            stage["after"] = [other for other in stage["after"] if other != name] + before
            onward = onward or place
    if spec.get("first", name) == name:
        spec["first"] = onward


def _without_flow(data, name):
    """Leave out a flow, and whatever spawns its items."""
    del data["flows"][name]
    for flow, spec in data["flows"].items():
        for stage, part in list(spec["stages"].items()):
            if part.get("flow") == name:
                _without_stage(data, flow, stage)
            for role in ("evaluations", "surge"):
                if name in str(part.get(role)):
                    del part[role]
