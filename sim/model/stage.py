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
    Duration,
    Name,
    Names,
    Number,
    Optional,
    Reader,
    Record,
    Variant,
    as_mapping,
    setting,
)
from sim.model.safeguards import Trusted
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
class Interruptions:
    """Exponential failures of a training run, more of them on more accelerators."""

    mtbf: float = setting(Number(0, above=True, infinite=True))
    """Accelerator-hours per interruption at the reference size."""
    reference: float = setting(Number(0, above=True), 1.0)
    """Accelerators at which `mtbf` holds."""
    exponent: float = setting(Number(0, 1), 1.0)
    """Power of the number of accelerators in the rate."""
    per_defect: float = setting(Number(0), 0.0)
    """Relative increase of the rate for each escaped defect."""
    restart: Variate = setting(Amount("clock"))
    """Clock time of an automatic restart, compute idle."""
    manual: float = setting(PROBABILITY, 0.0)
    """Chance that people must diagnose the interruption first."""
    diagnosis: str | None = setting(Optional(Name()), None)
    """Labour stage that diagnoses, compute held idle meanwhile."""


@dataclass(frozen=True)
class _Interval(Reader):
    """Reads a duration, or `optimal`."""

    def read(self, value: Any, path: Path, context: Context) -> float | str:
        return value if value == "optimal" else Duration(above=True).read(value, path, context)

    def write(self, value: float | str) -> str:
        return value if isinstance(value, str) else Duration().write(value)


@dataclass(frozen=True, kw_only=True)
class Checkpoints:
    """Saved states of a training run."""

    interval: float | str = setting(_Interval())
    """Work between checkpoints, days of running; `optimal`: best for the mean time to failure."""
    cost: float = setting(Duration())
    """Time to write one, days."""


@dataclass(frozen=True, kw_only=True)
class CheckpointEvaluations:
    """Evaluations of checkpoints, spawned while the run goes on; nobody waits for them."""

    flow: str = setting(Name())
    """Batch flow they follow."""
    every: float = setting(Duration(above=True))
    """Clock time between them, days."""


@dataclass(frozen=True, kw_only=True)
class Training(Stage):
    """A training run on the units that the gate froze, held to its end and perhaps beyond."""

    KIND: ClassVar[str] = "training"
    pool: str = setting(Name())
    """Compute pool, the gate's."""
    priority: int = setting(PRIORITY, 2)
    """Priority in the pool."""
    hold_until: str | None = setting(Optional(Name()), None)
    """Stage at whose end the units are released; absent: when training ends."""
    interruptions: Interruptions | None = setting(Optional(Record(Interruptions)), None)
    """Failures; absent: none."""
    checkpoints: Checkpoints | None = setting(Optional(Record(Checkpoints)), None)
    """Checkpoints; absent: an interruption loses all work."""
    evaluations: CheckpointEvaluations | None = setting(
        Optional(Record(CheckpointEvaluations)), None
    )
    """Checkpoint evaluations; absent: none."""


@dataclass(frozen=True, kw_only=True)
class TargetGain:
    """Train just long enough to gain `min_gain`, within bounds."""

    KIND: ClassVar[str] = "target_gain"
    min_days: float = setting(Duration())
    """Shortest training, days."""
    max_days: float = setting(Duration(above=True))
    """Longest training, days."""


@dataclass(frozen=True, kw_only=True)
class FixedDuration:
    """Train for a fixed time."""

    KIND: ClassVar[str] = "fixed_duration"
    days: float = setting(Duration(above=True))
    """Training time, days."""
    max_days: float = setting(Duration(above=True))
    """Longest training if the model would otherwise be no better, days."""


@dataclass(frozen=True, kw_only=True)
class FixedScaleUp:
    """Train with a fixed multiple of the last model's compute."""

    KIND: ClassVar[str] = "fixed_scale_up"
    factor: float = setting(Number(0, above=True))
    """F_next / F_now."""
    max_days: float = setting(Duration(above=True))
    """Longest training, days: a gate does not open for a longer one."""


TrainingPlan = TargetGain | FixedDuration | FixedScaleUp


@dataclass(frozen=True, kw_only=True)
class Gate(Stage):
    """Waits until the next model is worth training, then freezes its recipe.

    Opens for a gain of `min_gain`. When `max_wait` is over it opens for any gain > 0, with
    training extended to its longest if that is needed; if even so nothing is gained, the attempt
    is logged as skipped and the gate entered anew. Without a training stage the ratio of F is 1.
    """

    KIND: ClassVar[str] = "gate"
    pool: str | None = setting(Optional(Name()), None)
    """Compute pool of the training; absent for models without training."""
    plan: TrainingPlan | None = setting(
        Optional(
            Variant(
                lambda: {
                    "target_gain": TargetGain,
                    "fixed_duration": FixedDuration,
                    "fixed_scale_up": FixedScaleUp,
                }
            )
        ),
        None,
    )
    """How long to train; required with a pool."""
    min_gain: float = setting(Number(0))
    """Least gain of capability, OOM."""
    max_wait: float | None = setting(Optional(Duration(above=True)), None)
    """Longest wait for `min_gain`, days; absent: for ever."""


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


@dataclass(frozen=True, kw_only=True)
class Relief:
    """Work that ends a surge early: scaling clusters, caching, quantising."""

    flow: str = setting(Name())
    """Batch flow that the work follows."""
    count: int = setting(Number(1, MOST_CHILDREN, whole=True))
    """Items; when all have ended, the rest of the units returns at once."""


@dataclass(frozen=True, kw_only=True)
class Surge:
    """Compute that serves the rush of users after a release and comes back as it dies down."""

    donor: str = setting(Name())
    """Compute pool that gives the units, one by one as they free."""
    to: str = setting(Name())
    """Compute pool that serves users."""
    share: float = setting(PROBABILITY)
    """Share of the donor's planned units."""
    decay: float = setting(Duration(above=True))
    """Time constant of the demand, days."""
    relief: Relief | None = setting(Optional(Record(Relief)), None)
    """Work that ends it early; absent: none."""


@dataclass(frozen=True, kw_only=True)
class Release(Stage):
    """The new model is deployed and becomes the assistant."""

    KIND: ClassVar[str] = "release"
    surge: Surge | None = setting(Optional(Record(Surge)), None)
    """Compute that serves the rush of users after a release; absent: none."""
    trusted: Trusted | None = setting(Optional(Record(Trusted)), None)
    """Access of a trusted few at first; absent: for all alike."""


# A new kind of stage needs: its class here (a `Step` if weak models may skip it); rules in
# `validate_stages` (in `Flow.spawns` and `validate_flows` too, if it names flows or stages); its
# performance in `routes.PERFORM`; its activity in `sim.log`; its equations in
# `equations_of_stages`, words and load in `sim.describe`; and what it conserves in
# `sim.invariants`.
STAGES: dict[str, type] = {
    cls.KIND: cls for cls in (Labour, ComputeJob, Training, Gate, Batch, Delay, Release)
}
"""Stage classes by kind."""
