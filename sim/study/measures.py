"""Measures: what a study can ask of a run, by name.

All equal what `sim.metrics` computes from the full log. What is counted up to the end of the run is
known only of runs that went to the horizon, or into a deadlock, after which nothing changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.engines.summary import Summary
from sim.log import GENERATION_OUTCOMES
from sim.metrics.growth import ROUNDING
from sim.metrics.outcomes import MEANING, outcomes_of_summary
from sim.model import InputError, Model
from sim.model.errors import unknown_name
from sim.study import by_date, pace, readers
from sim.study.by_date import WHOLE


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A kind of outcome."""

    meaning: str
    """What it is; `{name}` stands for a parameter as written."""
    unit: str
    """Unit."""
    of: Callable[..., float]
    """`of(summary, **parameters)`; NaN if not known."""
    parameters: Mapping[str, Callable[[Any, str], Any]] = field(default_factory=dict)
    """What it takes: a reader of each parameter."""
    date: bool = False
    """Whether it is a time from t = 0 on that may not be reached within the run."""
    never: bool = False
    """Whether NaN of a whole run says that it does not happen within it, as of a stretch of time in
    which so much is made; otherwise NaN is what is not known. Dates are told apart by `date`."""
    to_the_end: bool = False
    """Whether it is known only of whole runs."""
    samples: tuple[str, ...] = ()
    """Parameters that are times at which it needs the state of the run."""
    every: float = 0.0
    """Days from sample to sample of the whole run, if it needs them; 0: it does not."""
    check: Callable[..., None] | None = None
    """`check(model, **parameters)` raises `InputError` if the model has no such outcome."""


# --- what is measured -------------------------------------------------------------------------


def _released(summary: Summary) -> tuple[Any, Any, Any]:
    """Return time, number and capability of the releases, generation 0 first."""
    table = summary.raw["generations"]
    here = np.flatnonzero(table["outcome"] == GENERATION_OUTCOMES.index("released"))
    here = here[np.lexsort((table["generation"][here], table["released"][here]))]
    return table["released"][here], table["generation"][here], table["capability"][here]


def _first(times: Any, reached: Any) -> float:
    return float(times[reached][0]) if reached.any() else math.nan


def _capability_at(summary: Summary, *, time: float) -> float:
    if time > summary.end.time and summary.end.reason not in WHOLE:
        return math.nan
    times, _, capability = _released(summary)
    return float(capability[np.searchsorted(times, time, side="right") - 1])


def _time_to_capability(summary: Summary, *, oom: float) -> float:
    times, _, capability = _released(summary)
    return _first(times, capability >= oom - ROUNDING)


def _time_to_horizon(summary: Summary, *, hours: float) -> float:
    horizon = summary.model.readouts.metr_horizon
    times, _, capability = _released(summary)
    assert horizon is not None
    return _first(times, np.array([horizon.at(c) >= hours for c in capability.tolist()]))


def _metr_horizon(summary: Summary) -> float:
    horizon = summary.model.readouts.metr_horizon
    assert horizon is not None
    return horizon.at(float(_released(summary)[2][-1]))


def _benchmark(summary: Summary, *, name: str) -> float:
    return summary.model.readouts.benchmarks[name].at(float(_released(summary)[2][-1]))


def _time_to_release(summary: Summary, *, generation: int) -> float:
    times, numbers, _ = _released(summary)
    return _first(times, numbers == generation)


def _cycle_time_of(summary: Summary, *, generation: int) -> float:
    table = summary.raw["generations"]
    here = table["outcome"] == GENERATION_OUTCOMES.index("released")
    return _first(table["cycle_time"], here & (table["generation"] == generation))


def _row(summary: Summary, table: str, what: str, name: str, columns: tuple[str, ...]) -> Any:
    names = list(getattr(summary.model, table))
    at = int(np.flatnonzero(summary.raw[table][what] == names.index(name))[0])
    return (float(summary.raw[table][column][at]) for column in columns)


def _ratio(over: float, under: float) -> float:
    return over / under if under > 0 else math.nan


def _utilisation(summary: Summary, *, pool: str) -> float:
    (value,) = _row(summary, "pools", "pool", pool, ("utilisation",))
    return float(value)


def _mean_wait(summary: Summary, *, pool: str) -> float:
    return _ratio(*_row(summary, "pools", "pool", pool, ("wait", "served")))


def _mean_queue(summary: Summary, *, pool: str) -> float:
    return _ratio(*_row(summary, "pools", "pool", pool, ("waiting", "days")))


def _throughput(summary: Summary, *, flow: str) -> float:
    (ended,) = _row(summary, "flows", "flow", flow, ("ended",))
    return _ratio(ended, summary.end.time)


def _level(summary: Summary, *, stock: str) -> float:
    return float(summary.raw["totals"].get(stock, 0.0))


# --- what the model must have -----------------------------------------------------------------


def _has(part: str, what: str) -> Callable[..., None]:
    """Return a check that the model has the thing named."""

    def check(model: Model, **given: str) -> None:
        (name,) = given.values()
        holder = model.readouts if part == "benchmarks" else model
        if name not in getattr(holder, part):
            raise InputError(unknown_name(what, name, getattr(holder, part)))

    return check


def _has_horizon(model: Model, **given: float) -> None:
    if model.readouts.metr_horizon is None:
        raise InputError(
            "needs METR's horizon, which the model does not read out; set "
            "readouts.metr_horizon.at_zero and .doublings_per_oom"
        )


def _within_horizon(model: Model, *, time: float) -> None:
    if time > model.horizon:
        raise InputError(
            f"time must be within the horizon, {model.horizon:g} d, got {time:g} d; choose an "
            "earlier one, or set horizon"
        )


def _window_within_horizon(model: Model, *, begin: float, end: float) -> None:
    if not begin < end:
        raise InputError(f"end must be after begin, {begin:g} d, got {end:g} d; set a later one")
    _within_horizon(model, time=end)


def _stock_by_date(model: Model, *, stock: str, time: float) -> None:
    _has("stocks", "stock")(model, stock=stock)
    _within_horizon(model, time=time)


def _releases(model: Model, **given: float) -> None:
    if model.generation_flow is None:
        raise InputError("needs releases, and no flow of the model has any; leave it out")


def _horizon_of_releases(model: Model, **given: float) -> None:
    _releases(model)
    _has_horizon(model)


_UNITS = {
    "end_time": "days", "capability": "OOM", "releases": "generations",
    "first_cycle_time": "days", "cycle_time": "days", "algorithms": "natural-log units",
    "infrastructure": "natural-log units", "research_output": "natural-log units",
    "experiments": "results", "escaped_defects": "defects", "visits": "rows",
}
_ALWAYS_KNOWN = ("end_time", "first_cycle_time", "cycle_time", "visits")


def _of_replication(name: str) -> Callable[..., float]:
    return lambda summary: outcomes_of_summary(summary)[name]


MEASURES: dict[str, Measure] = {
    name: Measure(
        meaning=MEANING[name].split(";")[0].split(", days")[0].split(", OOM")[0],
        unit=unit, of=_of_replication(name), to_the_end=name not in _ALWAYS_KNOWN,
    )
    for name, unit in _UNITS.items()
} | {
    "capability_at": Measure(
        meaning="capability of the model deployed at {time}", unit="OOM", of=_capability_at,
        parameters={"time": readers.days}, check=_within_horizon,
    ),
    "time_to_capability": Measure(
        meaning="time until a model of {oom} OOM is released", unit="days",
        of=_time_to_capability, parameters={"oom": readers.number}, date=True, check=_releases,
    ),
    "time_to_horizon": Measure(
        meaning="time until a model is released whose METR horizon is {hours}", unit="days",
        of=_time_to_horizon, parameters={"hours": readers.hours}, date=True,
        check=_horizon_of_releases,
    ),
    "time_to_release": Measure(
        meaning="time until generation {generation} is released", unit="days",
        of=_time_to_release, parameters={"generation": readers.generation}, date=True,
        check=_releases,
    ),
    "cycle_time_of": Measure(
        meaning="cycle time of generation {generation}", unit="days", of=_cycle_time_of,
        parameters={"generation": readers.generation}, check=_releases,
    ),
    "metr_horizon": Measure(
        meaning="METR horizon of the model deployed at the end", unit="hours", of=_metr_horizon,
        to_the_end=True, check=_has_horizon,
    ),
    "benchmark": Measure(
        meaning="share of the tasks of {name} that the model deployed at the end solves",
        unit="share", of=_benchmark, parameters={"name": readers.name}, to_the_end=True,
        check=_has("benchmarks", "benchmark"),
    ),
    "output_between": Measure(
        meaning="output of research's successes from {begin} to {end}", unit="natural-log units",
        of=by_date.output_between, parameters={"begin": readers.days, "end": readers.days},
        samples=("begin", "end"), check=_window_within_horizon,
    ),
    "level_at": Measure(
        meaning="stock {stock} at {time}", unit="natural-log units", of=by_date.level_at,
        parameters={"stock": readers.name, "time": readers.days}, samples=("time",),
        check=_stock_by_date,
    ),
    "level": Measure(
        meaning="stock {stock} at the end", unit="natural-log units", of=_level,
        parameters={"stock": readers.name}, to_the_end=True, check=_has("stocks", "stock"),
    ),
    "utilisation": Measure(
        meaning="utilisation of {pool}", unit="share", of=_utilisation,
        parameters={"pool": readers.name}, to_the_end=True, check=_has("pools", "pool"),
    ),
    "mean_wait": Measure(
        meaning="mean wait for {pool} of the requests that were served", unit="days",
        of=_mean_wait, parameters={"pool": readers.name}, to_the_end=True,
        check=_has("pools", "pool"),
    ),
    "mean_queue": Measure(
        meaning="mean number of requests that wait for {pool}", unit="requests", of=_mean_queue,
        parameters={"pool": readers.name}, to_the_end=True, check=_has("pools", "pool"),
    ),
    "throughput": Measure(
        meaning="items of {flow} that end per day", unit="items per day", of=_throughput,
        parameters={"flow": readers.name}, to_the_end=True, check=_has("flows", "flow"),
    ),
    "time_to_cycle_speedup": Measure(
        meaning="time until a generation is released in 1/{times} of the first one's cycle time",
        unit="days", of=pace.time_to_cycle_speedup, parameters={"times": readers.multiple},
        date=True, check=_releases,
    ),
    "time_to_leverage": Measure(
        meaning="time until research output per person-day employed was {times} × {base} over a "
        "quarter", unit="days", of=pace.time_to_leverage,
        parameters={"times": readers.multiple, "base": readers.above_zero}, date=True,
        every=pace.EVERY, check=pace.check_leverage,
    ),
    "shortest_time_for": Measure(
        meaning="shortest time in which software made {years} years of progress "
        "({per_year} natural-log units each)",
        unit="days", of=pace.shortest_time_for,
        parameters={"years": readers.above_zero, "per_year": readers.above_zero},
        every=pace.EVERY, never=True, check=pace.check_software,
    ),
}
"""Kinds of outcomes by name. A new one is a function of the summary and its entry here."""
