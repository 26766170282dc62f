"""Training a generation: the gate that plans it, the run, what interrupts and evaluates it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sim.model.errors import Path
from sim.model.fields import (
    PROBABILITY,
    Context,
    Duration,
    Name,
    Number,
    Optional,
    Reader,
    Record,
    Variant,
    setting,
)
from sim.model.skill import PRIORITY
from sim.model.stage import Stage
from sim.model.variate import Amount, Variate


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
