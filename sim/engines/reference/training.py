"""Training runs: interruptions, checkpoints, restarts, diagnosis, checkpoint evaluations."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sim.engines.reference.clock import TIMER
from sim.engines.reference.items import Item, Visit
from sim.engines.reference.pools import Pool
from sim.laws import defects, portable
from sim.laws import training as laws
from sim.laws.compiled import compiled
from sim.log import EXECUTOR

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_log = compiled(portable.log)
_interruption_rate = compiled(defects.interruption_rate)
_run_time = compiled(laws.run_time)
_saved_after = compiled(laws.saved_after)
_optimal_interval = compiled(laws.optimal_interval)

Steps = Generator[Any, Any, Any]


def training(lab: Lab, visit: Visit) -> Steps:
    """Perform a training stage on the units the gate froze; return False (it never fails)."""
    run = visit.stage.model
    made = visit.item.made
    pool = lab.pools[run.pool]
    attempt = 1
    let_go(lab, visit.item)  # a model that is trained again frees the units of its first training
    row = _log_attempt(lab, visit, pool, attempt)
    yield pool.request(visit, row, units=made.units, priority=run.priority)
    work = made.compute / (made.units * lab.efficiency())
    tau, cost = _checkpoints(lab, visit)
    if run.evaluations:
        lab.clock.process(_evaluations(lab, visit))
    saved = 0.0
    while True:
        needed = _run_time(saved, work, tau, cost)
        interrupted_after = _next_interruption(lab, visit, attempt)
        yield lab.hold(min(needed, interrupted_after), visit)
        visit.last = row
        if needed <= interrupted_after:
            lab.log.finish(row, lab.clock.now, "done", worked=work - saved)
            break
        kept = _saved_after(saved, work, tau, cost, interrupted_after)
        lab.log.finish(row, lab.clock.now, "interrupted", worked=kept - saved)
        saved = kept
        made.interruptions += 1
        yield from _repair(lab, visit, pool, attempt)
        attempt += 1
        row = _log_attempt(lab, visit, pool, attempt)
        lab.log.start(row, lab.clock.now, visit.last)
    _hold_on(lab, visit, pool, row)
    return False


def fit_waiting_training(pool: Pool) -> None:
    """A training that waits asks for no more units than the pool has by plan (O6)."""
    for entry in (*pool.queue, *pool.parked):
        request = entry[3]
        made = request.visit.item.made
        if request.visit.stage.kind == "training" and request.units > pool.planned >= 1:
            if pool.meter:
                pool.meter.add(int(pool.planned) - request.units)
            request.units = made.units = int(pool.planned)
            pool.log.shrink(request.row, request.units)


def _log_attempt(lab: Lab, visit: Visit, pool: Any, attempt: int) -> int:
    made = visit.item.made
    return lab.log.request(
        lab.clock.now, visit, "run", attempt=attempt, executor=EXECUTOR["compute"],
        pool=pool.index, units=made.units, value=made.compute,
    )


def _checkpoints(lab: Lab, visit: Visit) -> tuple[float, float]:
    """Return the work between checkpoints and the cost of one, days."""
    spec = visit.stage.model.checkpoints
    if spec is None:
        return math.inf, 0.0
    if spec.interval != "optimal":
        return spec.interval, spec.cost
    rate = _rate(lab, visit)
    return (_optimal_interval(1 / rate, spec.cost) if rate > 0 else math.inf), spec.cost


def _rate(lab: Lab, visit: Visit) -> float:
    """Return interruptions per day of running."""
    spec = visit.stage.model.interruptions
    if spec is None or spec.mtbf == math.inf:
        return 0.0
    accelerators = visit.item.made.units * lab.model.accelerators_per_unit
    return float(
        _interruption_rate(
            accelerators, spec.mtbf, spec.reference, spec.exponent, spec.per_defect,
            lab.defects(visit.item),
        )
    )


def _next_interruption(lab: Lab, visit: Visit, attempt: int) -> float:
    """Return after how much running time (days) this attempt would be interrupted."""
    rate = _rate(lab, visit)
    u = lab.draws.visit(visit, "interruption", attempt)
    return -_log(1 - u) / rate if rate > 0 else math.inf


def _repair(lab: Lab, visit: Visit, pool: Any, attempt: int) -> Steps:
    """Diagnosis by people, rarely, then the automatic restart; the units are held idle."""
    spec = visit.stage.model.interruptions
    row = lab.log.request(
        lab.clock.now, visit, "repair", attempt=attempt, executor=EXECUTOR["compute"],
        pool=pool.index, units=visit.item.made.units,
    )
    lab.log.start(row, lab.clock.now, visit.last)
    if lab.draws.chance(visit, "manual", spec.manual, attempt):
        yield from lab.subroutine(visit, spec.diagnosis)
    restart = visit.stage.sample(lab.draws.visit(visit, "restart", attempt))
    yield lab.hold(restart, visit)
    lab.log.finish(row, lab.clock.now, "done", worked=restart)
    visit.last = row


def _hold_on(lab: Lab, visit: Visit, pool: Any, row: int) -> None:
    """Release the units, or hold them to the end of a later stage."""
    made = visit.item.made
    until = visit.stage.model.hold_until
    if until is None:
        pool.release(made.units, row)
        return
    held = lab.log.request(
        lab.clock.now, visit, "hold", executor=EXECUTOR["compute"], pool=pool.index,
        units=made.units,
    )
    lab.log.start(held, lab.clock.now, row)
    visit.item.held.append((until, pool, made.units, held))


def let_go(lab: Lab, item: Item, until: str | None = None) -> None:
    """Release what the item holds until the end of a stage, or all it holds."""
    for entry in list(item.held):
        stage, pool, units, row = entry
        if until in (None, stage):
            item.held.remove(entry)
            lab.log.finish(row, lab.clock.now, "done")
            pool.release(units, row)


def _evaluations(lab: Lab, visit: Visit) -> Steps:
    """Spawn checkpoint evaluations at regular intervals while the run goes on."""
    spec = visit.stage.model.evaluations
    index = 0
    while True:
        yield lab.clock.alarm(lab.clock.now + spec.every, TIMER, visit.key)
        if not visit.stay.running:
            return
        lab.spawn(visit, spec.flow, index, lambda item, last: None)
        index += 1
