"""Stages as words."""

from __future__ import annotations

from math import nan
from typing import Any

from sim.engines.lowering import layout as L
from sim.engines.lowering.words import Words
from sim.laws.random import name_key
from sim.log import tables_of
from sim.model import Model
from sim.model.flow import Flow
from sim.model.release import Release
from sim.model.stage import END, Batch, ComputeJob, Delay, Labour
from sim.model.training import FixedDuration, FixedScaleUp, Gate, TargetGain, Training

KINDS = {"labour": L.LABOUR, "compute": L.COMPUTE, "training": L.TRAINING, "gate": L.GATE,
         "batch": L.BATCH, "delay": L.DELAY, "release": L.RELEASE}


class Names:
    """Numbers of everything that has a name, in model order."""

    def __init__(self, model: Model) -> None:
        tables = tables_of(model)
        self.pools, self.skills, self.flows, self.stocks, self.codes, self.changing = (
            {name: i for i, name in enumerate(names)}
            for names in (
                model.pools, model.skills, model.flows, model.stocks, tables["stages"],
                tables["names"],
            )
        )


def write_stage(words: Words, at: int, index: int, name: str, flow: Flow, names: Names) -> None:
    """Write the record of a stage (`layout.ST_…`)."""
    stage: Any = flow.stages[name]
    numbers = {other: i for i, other in enumerate(flow.stages)}
    least = getattr(stage, "from_capability", None)
    chances = stage.next if len(stage.next) > 1 else {}
    words.puts(at, {
        L.ST_INDEX: index, L.ST_CODE: names.codes[name], L.ST_KIND: KINDS[stage.KIND],
        L.ST_WORD: name_key(name), L.ST_FROM_ON: least is not None,
        L.ST_FROM: float(least or 0.0),
        L.ST_NEXT: numbers[next(iter(stage.next))] if len(stage.next) == 1 else None,
        L.ST_ON_FAILURE: numbers[getattr(stage, "on_failure", None) or name],
        L.ST_SAMPLE: None,
    })
    words.table(at + L.ST_FOLLOWERS, [
        (numbers[other],) for other, spec in flow.stages.items() if name in spec.after
    ])
    words.table(at + L.ST_AFTER, [(numbers[other],) for other in stage.after])
    words.table(at + L.ST_CHANCES, [
        (None if other == END else numbers[other], float(chance))
        for other, chance in chances.items()
    ])
    WRITERS[type(stage)](words, at, stage, numbers, names)


def _labour(words: Words, at: int, stage: Labour, numbers: dict[str, int], names: Names) -> None:
    words.law(at + L.ST_SAMPLE, stage.work)
    words.puts(at, {
        L.ST_SKILL: names.skills[stage.skill], L.ST_PRIORITY: stage.priority,
        L.ST_TOOLS: names.flows[stage.tools] if stage.tools else None,
    })
    if stage.failure:
        words.puts(at, {
            L.ST_FAILS: True, L.ST_FAILURE: float(stage.failure.chance),
            L.ST_PER_DEFECT: float(stage.failure.per_defect),
        })


def _compute(
    words: Words, at: int, stage: ComputeJob, numbers: dict[str, int], names: Names
) -> None:
    words.law(at + L.ST_SAMPLE, stage.work)
    words.puts(at, {
        L.ST_POOL: names.pools[stage.pool], L.ST_UNITS: stage.units,
        L.ST_PRIORITY: stage.priority, L.ST_FAILURE: float(stage.failure),
        L.ST_PER_DEFECT_ON: bool(stage.failure_per_defect),
        L.ST_PER_DEFECT: float(stage.failure_per_defect or 0.0),
        L.ST_REPAIR: numbers[stage.repair] if stage.repair else None,
        L.ST_FRONTIER: float(stage.frontier_cost), L.ST_LAST_RATIO: nan,
        L.ST_SIZING: stage.sizing is not None,
    })
    if stage.sizing:
        words.puts(at, {
            L.ST_OMEGA: float(stage.sizing.omega), L.ST_REFERENCE: float(stage.sizing.reference)
        })


def _training(
    words: Words, at: int, stage: Training, numbers: dict[str, int], names: Names
) -> None:
    words.puts(at, {
        L.ST_POOL: names.pools[stage.pool], L.ST_PRIORITY: stage.priority,
        L.ST_HOLD_UNTIL: numbers[stage.hold_until] if stage.hold_until else None,
    })
    if stage.interruptions:
        spec = stage.interruptions
        words.law(at + L.ST_SAMPLE, spec.restart)
        words.puts(at, {
            L.ST_INTERRUPTED: True, L.ST_MTBF: float(spec.mtbf),
            L.ST_REFERENCE: float(spec.reference), L.ST_EXPONENT: float(spec.exponent),
            L.ST_PER_DEFECT: float(spec.per_defect), L.ST_MANUAL: float(spec.manual),
            L.ST_DIAGNOSIS: numbers[spec.diagnosis] if spec.diagnosis else None,
        })
    if stage.checkpoints:
        optimal = isinstance(stage.checkpoints.interval, str)
        words.puts(at, {
            L.ST_CHECKPOINTS: True, L.ST_OPTIMAL: optimal,
            L.ST_INTERVAL: 0.0 if optimal else float(stage.checkpoints.interval),
            L.ST_COST: float(stage.checkpoints.cost),
        })
    if stage.evaluations:
        words.puts(at, {
            L.ST_EVERY_ON: True, L.ST_EVERY: float(stage.evaluations.every),
            L.ST_FLOW: names.flows[stage.evaluations.flow],
        })


def _gate(words: Words, at: int, stage: Gate, numbers: dict[str, int], names: Names) -> None:
    plan = stage.plan
    words.puts(at, {
        L.ST_POOL: names.pools[stage.pool] if stage.pool else None,
        L.ST_MIN_GAIN: float(stage.min_gain), L.ST_MAX_WAIT_ON: stage.max_wait is not None,
        L.ST_MAX_WAIT: float(stage.max_wait or 0.0),
    })
    if plan is not None:
        words.put(at + L.ST_MAX_DAYS, float(plan.max_days))
    if isinstance(plan, FixedDuration):
        words.puts(at, {L.ST_PLAN: L.FIXED_DURATION, L.ST_DAYS: float(plan.days)})
    elif isinstance(plan, FixedScaleUp):
        words.puts(at, {L.ST_PLAN: L.FIXED_SCALE_UP, L.ST_FACTOR: float(plan.factor)})
    elif isinstance(plan, TargetGain):
        words.puts(at, {L.ST_PLAN: L.TARGET_GAIN, L.ST_MIN_DAYS: float(plan.min_days)})


def _batch(words: Words, at: int, stage: Batch, numbers: dict[str, int], names: Names) -> None:
    words.puts(at, {L.ST_FLOW: names.flows[stage.flow], L.ST_COUNT: stage.count})


def _delay(words: Words, at: int, stage: Delay, numbers: dict[str, int], names: Names) -> None:
    words.law(at + L.ST_SAMPLE, stage.duration)


def _release(words: Words, at: int, stage: Release, numbers: dict[str, int], names: Names) -> None:
    surge, trusted = stage.surge, stage.trusted
    if surge:
        words.puts(at, {
            L.ST_SURGE: True, L.ST_DONOR: names.pools[surge.donor], L.ST_TO: names.pools[surge.to],
            L.ST_SHARE: float(surge.share), L.ST_DECAY: float(surge.decay),
            L.ST_RELIEF: names.flows[surge.relief.flow] if surge.relief else None,
            L.ST_COUNT: surge.relief.count if surge.relief else 0,
        })
    if trusted:
        words.puts(at, {
            L.ST_TRUSTED: True, L.ST_TRUSTED_FROM: float(trusted.from_capability),
            L.ST_TRUSTED_ACCESS: float(trusted.access), L.ST_TRUSTED_DAYS: float(trusted.days),
        })


WRITERS: dict[type, Any] = {
    Labour: _labour, ComputeJob: _compute, Training: _training, Gate: _gate, Batch: _batch,
    Delay: _delay, Release: _release,
}
"""What writes the fields of each kind of stage."""
