"""Flows: routes of stages, and where their items come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sim.model.fields import (
    COUNT,
    PROBABILITY,
    Duration,
    Name,
    Named,
    Number,
    Optional,
    Record,
    Variant,
    setting,
)
from sim.model.release import Release
from sim.model.stage import Batch, Stage
from sim.model.stages import STAGES
from sim.model.training import Training
from sim.model.variate import Amount, Variate

MOST_STREAMS = 100_000
"""Workstreams beyond which a number is taken for a mistake."""

MOST_HOSTAGES = 10_000
"""Hostages of one item beyond which a number is taken for a mistake."""


@dataclass(frozen=True, kw_only=True)
class Pull:
    """A new item starts when a person of the first stage is free and few requests wait."""

    KIND: ClassVar[str] = "pull"
    limit: int = setting(Number(0, whole=True), 0)
    """Requests of this flow that may wait, in all queues together."""
    limit_per_person: float = setting(Number(0, MOST_STREAMS), 0.0)
    """Further waiting requests allowed per person of the first stage's pool."""


@dataclass(frozen=True, kw_only=True)
class Closed:
    """Workstreams, each of which starts its next item when the last one ends."""

    KIND: ClassVar[str] = "closed"
    workstreams: int = setting(Number(0, MOST_STREAMS, whole=True), 0)
    """Fixed number of workstreams."""
    per_person: float = setting(Number(0, MOST_STREAMS), 0.0)
    """Workstreams per person of the first stage's pool."""
    span: str | None = setting(Optional(Name()), None)
    """Feedback law that multiplies `per_person`; absent: 1."""


@dataclass(frozen=True, kw_only=True)
class Open:
    """Items arrive from outside, with independent intervals."""

    KIND: ClassVar[str] = "open"
    interval: Variate = setting(Amount("clock"))
    """Clock time between arrivals."""


@dataclass(frozen=True, kw_only=True)
class Poisson:
    """Items arrive from outside, independently, at a rate that follows the deployed generation.

    Capability and escaped defects are those of the generation deployed, whoever's model helps.
    Arrival i comes when the integral of the rate since arrival i - 1 reaches an Exp(1) number of
    its own.
    """

    KIND: ClassVar[str] = "poisson"
    rate: float = setting(Number(0))
    """Arrivals per day at law = 1, without defects."""
    per_defect: float = setting(Number(0), 0.0)
    """Further arrivals per day for each escaped defect of the deployed generation."""
    law: str | None = setting(Optional(Name()), None)
    """Feedback law that multiplies `rate`; absent: 1."""


@dataclass(frozen=True, kw_only=True)
class Spawned:
    """Items are spawned by a stage of another flow."""

    KIND: ClassVar[str] = "batch"


Source = Pull | Closed | Open | Poisson | Spawned
SOURCES: dict[str, type] = {cls.KIND: cls for cls in (Pull, Closed, Open, Poisson, Spawned)}


@dataclass(frozen=True, kw_only=True)
class Insight:
    """What a valid item that ends adds, with chance `hit`, to know-how."""

    hit: float = setting(PROBABILITY)
    """Chance that a valid item succeeds."""
    noise: Variate = setting(Amount("pure"))
    """Spread of the gain, mean 1."""
    targets: dict[str, float] = setting(Named(PROBABILITY))
    """Chance that the item aims at each stock; they sum to 1."""
    taste: str | None = setting(Optional(Name()), None)
    """Feedback law of research taste; absent: 1."""
    parallel: float = setting(Number(0, 1), 1.0)
    """lambda: below 1, work side by side duplicates."""
    n_ref: float = setting(Number(0, above=True), 1.0)
    """Items holding compute at which the parallel factor is 1."""
    harm: float = setting(PROBABILITY, 0.0)
    """Chance that an escaped defect makes the item worthless."""
    size_gain: float = setting(Number(0, 10), 0.0)
    """delta: how the gain grows with the size of the experiment."""


@dataclass(frozen=True, kw_only=True)
class Hostages:
    """Units that an item keeps from everybody else, from its start to its end.

    They are taken one by one as they free, ahead of every queue; those not yet taken when the item
    ends are not taken any more.
    """

    pool: str = setting(Name())
    """Pool whose units are taken."""
    units: int = setting(Number(1, MOST_HOSTAGES, whole=True))
    """Units taken by each item."""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """What an item that ends leaves behind: a tool that saves work while it is fresh.

    Fresh tools are counted on entry into a stage that uses them.
    """

    boost: float = setting(PROBABILITY)
    """Part of the work that one fresh tool saves."""
    most: int = setting(COUNT)
    """Fresh tools beyond which more of them save nothing."""
    fresh: float = setting(Duration(above=True))
    """How long a tool is fresh, days after the end of its item."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A route of stages for one kind of item."""

    source: Source = setting(Variant(lambda: SOURCES))
    """Where items come from."""
    first: str | None = setting(Optional(Name()), None)
    """First stage; by default the one written first."""
    insight: Insight | None = setting(Optional(Record(Insight)), None)
    """What ended items add to know-how; absent: nothing."""
    hostages: Hostages | None = setting(Optional(Record(Hostages)), None)
    """Units that each item holds hostage; absent: none."""
    tool: Tool | None = setting(Optional(Record(Tool)), None)
    """What each item that ends is good for in other stages; absent: nothing."""
    stages: dict[str, Stage] = setting(Named(Variant(lambda: STAGES)))
    """Stages by name, in model order."""

    def spawns(self) -> set[str]:
        """Return the names of the flows whose items this flow's stages spawn."""
        found = {stage.flow for stage in self.stages.values() if isinstance(stage, Batch)}
        for stage in self.stages.values():
            if isinstance(stage, Training) and stage.evaluations:
                found.add(stage.evaluations.flow)
            if isinstance(stage, Release) and stage.surge and stage.surge.relief:
                found.add(stage.surge.relief.flow)
        return found


def descendants(flows: Mapping[str, Flow], name: str) -> set[str]:
    """Return the names of all flows that a flow spawns, at whatever remove."""
    found: set[str] = set()
    todo = flows[name].spawns()
    while todo:
        child = todo.pop()
        if child not in found:
            found.add(child)
            todo |= flows[child].spawns()
    return found
