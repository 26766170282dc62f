"""Stages: what happens to an item, one step at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sim.model.errors import Path, invalid
from sim.model.fields import (
    COUNT,
    PROBABILITY,
    Context,
    Name,
    Names,
    Number,
    Optional,
    Reader,
    Record,
    as_mapping,
    setting,
)
from sim.model.skill import PRIORITY
from sim.model.variate import Amount, Variate

END = "end"
"""The word that ends an item's route, where chances need one."""

MOST_CHILDREN = 10_000
"""Items of one batch beyond which a number is taken for a mistake."""


@dataclass(frozen=True)
class _Route(Reader):
    """Reads `next`: a stage, or chances by stage (`end` ends the route), or `null`."""

    def read(self, value: Any, path: Path, context: Context) -> dict[str, float]:
        if value is None:
            return {}
        if isinstance(value, str) and value:
            return {} if value == END else {value: 1.0}
        if not isinstance(value, Mapping):
            raise invalid(path, "must be a stage, or chances by stage, or null", value)
        chances = {
            name: PROBABILITY.read(chance, (*path, name), context)
            for name, chance in as_mapping(value, path).items()
            if chance is not None
        }
        if not math.isclose(math.fsum(chances.values()), 1.0, abs_tol=1e-9):
            raise invalid(path, "must have chances that sum to 1", dict(value))
        return {} if chances == {END: 1.0} else chances

    def write(self, value: dict[str, float]) -> Any:
        if not value:
            return None
        return next(iter(value)) if list(value.values()) == [1.0] else dict(value)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What all stages share: where the item goes next and what it waits for."""

    next: dict[str, float] = setting(_Route(), {})
    """Chances of the next stage; empty: the route ends here."""
    after: tuple[str, ...] = setting(Names(), ())
    """This stage starts when all of these have passed; several may run side by side."""


@dataclass(frozen=True, kw_only=True)
class Step(Stage):
    """A stage that may be a safeguard: one that only strong models have to go through."""

    from_capability: float | None = setting(Optional(Number()), None)
    """Least capability of the generation being built for which the stage is performed, OOM; for
    others it is passed at once. Absent: for all. Only in the flow that releases generations."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A stage that may fail, the likelier the more defects have escaped."""

    chance: float = setting(PROBABILITY)
    """Chance of failure without defects."""
    per_defect: float = setting(PROBABILITY, 0.0)
    """Further chance of failure for each escaped defect of the generation."""


@dataclass(frozen=True, kw_only=True)
class Labour(Step):
    """Work by a person or an assistant, with steering, review, rework and takeover."""

    KIND: ClassVar[str] = "labour"
    skill: str = setting(Name())
    """The kind of work."""
    work: Variate = setting(Amount("person"))
    """Work of the task, person-days."""
    tools: str | None = setting(Optional(Name()), None)
    """Flow whose fresh tools save work here; absent: none."""
    priority: int = setting(PRIORITY, 2)
    """Priority of the work in the pool that does it, people's or assistants', 0 first."""
    failure: Failure | None = setting(Optional(Record(Failure)), None)
    """Chance that the outcome is a failure although the work was done (an approval)."""
    on_failure: str | None = setting(Optional(Name()), None)
    """Where a failed item goes."""


@dataclass(frozen=True, kw_only=True)
class Sizing:
    """Experiments partly sized to the compute there is."""

    omega: float = setting(Number(0, 1))
    """0: sizes are fixed; 1: all compute is spread over what is in progress."""
    reference: float = setting(Number(0, above=True))
    """Compute units per experiment in progress at t = 0, where size = 1."""


@dataclass(frozen=True, kw_only=True)
class ComputeJob(Step):
    """A job on compute units: queued, run, perhaps failed, repaired and queued again."""

    KIND: ClassVar[str] = "compute"
    pool: str = setting(Name())
    """Compute pool."""
    units: int = setting(COUNT, 1)
    """Units held together."""
    work: Variate = setting(Amount("unit"))
    """Size, unit-days; drawn once per visit."""
    priority: int = setting(PRIORITY, 2)
    """Priority in the pool, 0 first."""
    failure: float = setting(PROBABILITY, 0.0)
    """Chance that an attempt fails, after a uniform fraction of its time."""
    failure_per_defect: float | None = setting(Optional(PROBABILITY), None)
    """Further chance of failure of an attempt for each escaped defect of the item so far; absent:
    0."""
    repair: str | None = setting(Optional(Name()), None)
    """Labour stage a failed job goes through before it queues again; absent: at once."""
    frontier_cost: float = setting(Number(-10, 10), 0.0)
    """How the work follows the frontier: 0 small-scale research, 1 near-frontier."""
    sizing: Sizing | None = setting(Optional(Record(Sizing)), None)
    """How sizes follow the compute there is; absent: fixed."""


@dataclass(frozen=True, kw_only=True)
class Batch(Step):
    """Spawns items of another flow and ends when all of them have."""

    KIND: ClassVar[str] = "batch"
    flow: str = setting(Name())
    """A flow whose source is `batch`."""
    count: int = setting(Number(1, MOST_CHILDREN, whole=True))
    """Items spawned."""


@dataclass(frozen=True, kw_only=True)
class Delay(Step):
    """Time passes, nobody is busy."""

    KIND: ClassVar[str] = "delay"
    duration: Variate = setting(Amount("clock"))
    """Clock time."""
