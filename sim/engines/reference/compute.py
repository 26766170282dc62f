"""Compute jobs: queue, run, fail, be repaired, queue again (how compute moves: `capacity`)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sim.engines.reference.items import Visit
from sim.laws import defects, portable
from sim.laws.compiled import compiled
from sim.log import EXECUTOR

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_failure_chance = compiled(defects.failure_chance)
_power = compiled(portable.power)


def compute(lab: Lab, visit: Visit) -> Generator[Any, Any, bool]:
    """Perform a compute stage; return False, as a job ends only when it has succeeded."""
    job = visit.stage.model
    item = visit.item
    pool = lab.pools[job.pool]
    size = visit.stage.sample(lab.draws.visit(visit, "work"))  # on entry, as what follows (O7)
    if job.sizing:
        item.size = _relative_size(lab, visit, pool)
        size *= item.size
    attempt = 1
    while True:
        row = lab.log.request(
            lab.clock.now, visit, "run", attempt=attempt, executor=EXECUTOR["compute"],
            pool=pool.index, units=job.units, value=size,
        )
        yield pool.request(visit, row, units=job.units, priority=job.priority)
        # At the grant (O7): cost and efficiency of compute, the item's defects.
        duration = size * lab.frontier_factor(item, job.frontier_cost)
        duration /= job.units * lab.efficiency()
        chance = job.failure
        if job.failure_per_defect:
            chance = _failure_chance(chance, job.failure_per_defect, item.defects)
        failed = lab.draws.chance(visit, "failure", chance, attempt)
        if failed:
            duration *= lab.draws.visit(visit, "fraction", attempt)
        item.flow.holding += 1
        yield lab.hold(duration, visit)
        item.flow.holding -= 1
        lab.log.finish(row, lab.clock.now, "failed" if failed else "done", worked=duration)
        pool.release(job.units, row)
        visit.last = row
        if not failed:
            return False
        if job.repair:
            yield from lab.subroutine(visit, job.repair)
        attempt += 1


def _relative_size(lab: Lab, visit: Visit, pool: Any) -> float:
    """Return the size that today's compute allows, relative to that at t = 0."""
    job = visit.stage.model
    in_progress = max(1, visit.item.flow.in_progress)
    cost = lab.frontier_factor(visit.item, job.frontier_cost)
    each = max(1, pool.capacity) * lab.efficiency() / (in_progress * cost)
    return float(_power(each / job.sizing.reference, job.sizing.omega))
