"""Sizes and parallel factors of experiments held at what they were.

A lifted limit changes more than what waits for it: more compute makes experiments larger, more of
them side by side duplicate each other. Held, they count as much as in the lab as it is, date by
date, so that the effect of a limit is that of the waiting alone and cannot grow without end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.engines import simulate
from sim.laws import random
from sim.laws.compiled import compiled
from sim.limits.editing import Data, call, copied, difference, multiply, put, settings_of, times
from sim.model import InputError, Model
from sim.model.flow import Flow
from sim.model.stage import ComputeJob

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Floats = np.ndarray[Any, np.dtype[np.float64]]

EVERY = 90.0
"""Days of a bin. For each the model is checked when it is read, and read anew in every run."""

_uniform = compiled(random.uniform)


def held(
    model: Model, *, seed: int, replications: int = 32, every: float = EVERY
) -> dict[str, Any]:
    """Return the new values by path that hold sizes and parallel factors at those of the model.

    Pilot runs say, by date, the mean relative size s of research jobs when they come to compute,
    and the mean of (n / n_ref)^(parallel - 1) * s^size_gain when results come, n the items of the
    flow that hold compute then. The held model has omega = 0 with work * mean size, parallel = 1,
    and noise * the mean factor (its coefficient of variation stays); from the second bin on by
    interventions `held_090`, `held_180`, …, named after their dates.

    Parameters
    ----------
    model
        The lab as it is.
    seed, replications
        Of the pilot runs; what is held is as uncertain as their mean.
    every
        Days of a bin; what is before t = 0 belongs to the first one.

    Returns
    -------
    dict
        Empty if no research is sized, or has a parallel factor.

    Raises
    ------
    InputError
        If an intervention sets what would have to be held.
    """
    flows = [name for name in model.research_flows if _moves(model.flows[name])]
    if not flows:
        return {}
    data = model.to_dict()
    for name in flows:
        _check(data, name, model.flows[name])
    found = _pilot(model, flows, seed, replications, every)
    changed = copied(data)
    for name in flows:
        put(changed, f"flows.{name}.insight.parallel", 1.0)
        for stage in _sized(model.flows[name]):
            put(changed, f"flows.{name}.stages.{stage}.sizing.omega", 0.0)
    for number, means in enumerate(found):
        if number:
            name = f"held_{number * every:03.0f}"
            changed["interventions"][name] = _intervention(data, number * every, means)
    for path, mean in found[0].items():
        multiply_base(changed, path, mean)
    return difference(data, changed)


def multiply_base(data: Data, path: str, factor: float) -> None:
    """Multiply a value of the model, and not what the interventions that hold it set."""
    held_later, data["interventions"] = data["interventions"], {}
    multiply(data, path, factor)
    data["interventions"] = held_later


def _moves(flow: Flow) -> bool:
    assert flow.insight
    return flow.insight.parallel != 1.0 or bool(_sized(flow))


def _sized(flow: Flow) -> list[str]:
    """Return the stages whose jobs are sized to the compute there is."""
    return [
        name for name, stage in flow.stages.items()
        if isinstance(stage, ComputeJob) and stage.sizing and stage.sizing.omega > 0
    ]


def _check(data: Mapping[str, Any], name: str, flow: Flow) -> None:
    """Raise `InputError` if interventions set what is to be held."""
    paths = [f"flows.{name}.insight.{key}" for key in ("noise", "parallel", "n_ref", "size_gain")]
    paths += [f"flows.{name}.stages.{s}.{key}" for s in _sized(flow) for key in ("work", "sizing")]
    for path in paths:
        for intervention in settings_of(data, path):
            raise InputError(
                f"limits: cannot hold sizes and parallel factors, as intervention '{intervention}' "
                f"sets {path}; call it without interventions that do"
            )


def _intervention(data: Mapping[str, Any], time: float, means: Mapping[str, float]) -> Data:
    """Return the intervention that sets amounts from a date on."""
    settings: Data = {}
    for path, mean in means.items():
        node, value = settings, data
        *above, last = path.split(".")
        for key in above:
            node, value = node.setdefault(key, {}), value[key]
        node[last] = call(times(value[last], mean))
    return {"at": f"{time!r} d", "set": settings}


# --- pilot runs -----------------------------------------------------------------------------------


def _pilot(
    model: Model, flows: list[str], seed: int, replications: int, every: float
) -> list[dict[str, float]]:
    """Return the means of each bin, by path of the amount that they multiply."""
    import numpy as np

    bins = max(1, int(np.ceil(model.horizon / every - 1e-9)))
    sums: dict[str, Floats] = {}
    for number in range(replications):
        visits = simulate(model, seed=seed, replication=number).visits
        for name in flows:
            rows = visits[(visits["flow"] == name).to_numpy()]
            for path, times_of, values in _observed(rows, model.flows[name], name, seed, number):
                which = np.clip((times_of // every).astype(int), 0, bins - 1)
                total = sums.setdefault(path, np.zeros((2, bins)))
                total[0] += np.bincount(which, values, bins)
                total[1] += np.bincount(which, minlength=bins)
    means = {path: _filled(total) for path, total in sums.items()}
    return [{path: float(mean[i]) for path, mean in means.items()} for i in range(bins)]


def _filled(total: Floats) -> Floats:
    """Return the mean of each bin; one without any has that of the nearest."""
    import numpy as np

    known = np.flatnonzero(total[1])
    if not len(known):
        return np.ones(total.shape[1])
    nearest = [known[np.abs(known - i).argmin()] for i in range(total.shape[1])]
    found: Floats = total[0, nearest] / total[1, nearest]
    return found


def _observed(
    rows: pd.DataFrame, flow: Flow, name: str, seed: int, replication: int
) -> list[tuple[str, Floats, Floats]]:
    """Return the paths of amounts with times and values of their factors, of one run."""
    import numpy as np

    runs = rows[(rows["activity"] == "run").to_numpy()]
    found = []
    size_of: dict[int, float] = {}
    for stage in _sized(flow):
        jobs = runs[((runs["stage"] == stage) & (runs["attempt"] == 1)).to_numpy()]
        sizes = _sizes(jobs, flow.stages[stage], stage, seed, replication)
        found.append((f"flows.{name}.stages.{stage}.work", jobs["requested"].to_numpy(), sizes))
        size_of |= dict(zip(jobs["item"].tolist(), sizes.tolist(), strict=True))
    ended = rows[((rows["activity"] == "result") & (rows["outcome"] != "invalid")).to_numpy()]
    when = ended["finished"].to_numpy()
    starts = np.sort(runs["started"].dropna().to_numpy())
    ends = np.sort(runs["finished"].dropna().to_numpy())
    holding = np.searchsorted(starts, when, "right") - np.searchsorted(ends, when, "right")
    assert flow.insight
    factor = (np.maximum(holding, 1) / flow.insight.n_ref) ** (flow.insight.parallel - 1.0)
    sizes = np.array([size_of.get(item, 1.0) for item in ended["item"].tolist()])
    factor = factor * sizes**flow.insight.size_gain
    return [*found, (f"flows.{name}.insight.noise", when, factor)]


def _sizes(jobs: pd.DataFrame, job: Any, stage: str, seed: int, replication: int) -> Floats:
    """Return the relative sizes of jobs: what was run over what was drawn (`sim.laws.random`)."""
    import numpy as np

    word, purpose = random.name_key(stage), random.name_key("work")
    quantile, law = job.work.distribution.quantile, job.work.law
    table = job.work.distribution.variadic
    drawn = []
    for key, visit in zip(jobs["item_key"].tolist(), jobs["visit"].tolist(), strict=True):
        u = _uniform(seed, replication, key, word, visit << 32, purpose)
        drawn.append(quantile(u, law, 0, len(law)) if table else quantile(u, *law))
    base = np.array(drawn, dtype=float)
    value = jobs["value"].to_numpy(dtype=float)
    return np.divide(value, base, out=np.ones_like(value), where=base > 0)
