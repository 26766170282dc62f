"""What is held when something is removed from a lab: sizes, prices and amounts of experiments.

What is removed changes more than what waits for it. A larger model deployed earlier makes
near-frontier experiments dearer; people who are idle start more of them; more compute makes them
larger. Held at what they were, date by date, the effect is that of the time alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.engines import Run, simulate
from sim.limits import held as sizes
from sim.limits.editing import Data, call, copied, put, times
from sim.limits.held import EVERY, multiply_base
from sim.model import InputError, Model
from sim.model.flow import Pull
from sim.model.stage import ComputeJob
from sim.study.replace import put_all

PILOTS = 16
"""Replications that say what is held."""
PER_BIN = 20
"""Times at which work in progress is counted in each bin."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A lab whose experiments cost and count what they did, by date."""

    data: Data = field(repr=False)
    """The lab as plain data: sizes, parallel factors and frontier costs held."""
    in_progress: Mapping[str, tuple[int, ...]]
    """Items in progress of each flow of research that is pulled, mean of each bin of 90 days."""
    unheld: str = ""
    """Why nothing is held; empty if all is."""

    @staticmethod
    def later(data: Data, number: int, path: str, value: Any) -> None:
        """Let an intervention put a value at the beginning of a bin."""
        time = number * EVERY
        name = f"held_{time:03.0f}"
        data["interventions"].setdefault(
            name, {"at": f"{time!r} d", "generation": None, "set": {}, "capacity": {},
                   "pause": [], "resume": []},
        )  # fmt: skip
        node = data["interventions"][name]["set"]
        *above, last = path.split(".")
        for key in above:
            node = node.setdefault(key, {})
        node[last] = value


def hold(model: Model, *, seed: int) -> Held:
    """Return what is held of a lab, from pilot runs on the random numbers of the study."""
    flows = [n for n in model.research_flows if isinstance(model.flows[n].source, Pull)]
    priced = _priced(model)
    runs = (
        [simulate(model, seed=seed, replication=number) for number in range(PILOTS)]
        if flows or priced else []
    )  # fmt: skip
    counts = {name: _in_progress(runs, name, model) for name in flows}
    try:
        data = put_all(model.to_dict(), sizes.held(model, seed=seed))
        data = Model.from_dict(_flat_prices(data, model, priced, runs)).to_dict()
    except InputError as error:
        why = str(error).removeprefix("limits: ").partition(";")[0]
        return Held(data=model.to_dict(), in_progress=counts, unheld=why)
    return Held(data=data, in_progress=counts)


def _priced(model: Model) -> dict[str, float]:
    """Return the research jobs whose cost follows the frontier, by path, with the exponent."""
    return {
        f"flows.{flow}.stages.{name}": stage.frontier_cost
        for flow in model.research_flows for name, stage in model.flows[flow].stages.items()
        if isinstance(stage, ComputeJob) and stage.frontier_cost != 0
    }


def _flat_prices(
    data: Data, model: Model, priced: Mapping[str, float], runs: list[Run]
) -> Data:
    """Return the lab in which jobs cost what they did, whatever model is deployed."""
    changed = copied(data)
    for path, exponent in priced.items():
        factors = _mean_price(runs, exponent, model)
        work = _value(changed, f"{path}.work")
        for number, factor in enumerate(factors[1:], 1):
            name = f"held_{number * EVERY:03.0f}"
            stands = _value(changed, f"interventions.{name}.set.{path}.work")
            Held.later(changed, number, f"{path}.work", (
                times(stands, factor) if stands is not None else call(times(work, factor))
            ))
        multiply_base(changed, f"{path}.work", factors[0])
        put(changed, f"{path}.frontier_cost", 0.0)
    return changed


def _value(data: Any, path: str) -> Any:
    for key in path.split("."):
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _bins(model: Model) -> int:
    return max(1, int(np.ceil(model.horizon / EVERY - 1e-9)))


def _mean_price(runs: list[Run], exponent: float, model: Model) -> list[float]:
    """Return the mean of (F / F_0)^exponent of the model deployed, of each bin."""
    found = []
    for number in range(_bins(model)):
        when = (number + (np.arange(PER_BIN) + 0.5) / PER_BIN) * EVERY
        values = []
        for run in runs:
            table = run.generations
            out = table[(table["outcome"] == "released").to_numpy()].sort_values("released")
            released, made = out["released"].to_numpy(), out["compute"].to_numpy()
            here = np.maximum(np.searchsorted(released, when, "right") - 1, 0)
            values.append(((made[here] / made[0]) ** exponent).mean() if len(made) else 1.0)
        found.append(float(np.mean(values)))
    return found


def _in_progress(runs: list[Run], flow: str, model: Model) -> tuple[int, ...]:
    """Return the mean number of items of a flow in progress, of each bin, in whole ones."""
    found = np.zeros((len(runs), _bins(model)))
    for i, run in enumerate(runs):
        rows = run.visits[(run.visits["flow"] == flow).to_numpy()]
        rows = rows[(rows["activity"] != "result").to_numpy()]
        items = rows["item"].to_numpy()
        begun = rows.groupby(items)["requested"].min().to_numpy()
        ends = rows["finished"].to_numpy()
        ended = rows.assign(finished=np.where(np.isnan(ends), np.inf, ends))
        ended = ended.groupby(items)["finished"].max().to_numpy()
        for number in range(found.shape[1]):
            when = (number + (np.arange(PER_BIN) + 0.5) / PER_BIN) * EVERY
            when = when[when < run.end.time] if (when < run.end.time).any() else when[:1]
            begun_by = np.searchsorted(np.sort(begun), when, "right")
            found[i, number] = (begun_by - np.searchsorted(np.sort(ended), when, "right")).mean()
    return tuple(max(1, round(count)) for count in found.mean(axis=0).tolist())
