"""Service: a person, or an assistant on a slot, is asked for, works and is free again."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING, Any

from sim.engines.reference.items import Visit
from sim.log import EXECUTOR, NONE

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

Steps = Generator[Any, Any, Any]


def serve_human(
    lab: Lab, visit: Visit, pool: Any, work: float, priority: int, *, activity: str,
    attempt: int, skill: str, outcome: str,
) -> Steps:
    """A person of a pool does `work` person-days; return the row."""
    row = lab.log.request(
        lab.clock.now, visit, activity, attempt=attempt, skill=skill,
        executor=EXECUTOR["human"], pool=pool.index, units=1, value=work,
    )
    yield pool.request(visit, row, priority=priority)
    duration = work * lab.person_day / pool.efficiency
    yield lab.until(pool.finish_time(duration), duration, visit)
    lab.log.finish(row, lab.clock.now, outcome, worked=duration)
    pool.release(1, row)
    visit.last = row
    return row


def take_slot(
    lab: Lab, visit: Visit, assistant: int, work: float, priority: int, *, activity: str,
    attempt: int, skill: str,
) -> Steps:
    """Wait for a slot for an assistant's `work`; return the row, or NONE if it balked (O5).

    Whether it balks is a setting of this instant (O11).
    """
    asked = lab.clock.now
    row = lab.log.request(
        asked, visit, activity, attempt=attempt, skill=skill,
        executor=EXECUTOR["agent"], assistant=assistant, pool=lab.slots.index, units=1, value=work,
    )
    granted = yield lab.slots.request(visit, row, priority=priority, balk=lab.model.assistants.balk)
    if not granted:
        lab.log.finish(row, lab.clock.now, "balked")
        if lab.clock.now > asked:  # it waited for the end of a pause
            visit.last = row
        return NONE
    return row


def leave_slot(lab: Lab, visit: Visit, row: int, outcome: str, worked: float) -> None:
    """The assistant's service ends, and its slot is free."""
    lab.log.finish(row, lab.clock.now, outcome, worked=worked)
    lab.slots.release(1, row)
    visit.last = row


def assistant_time(lab: Lab, skill: Any, c: float, work: float) -> float:
    """Return how long an assistant of capability c takes for `work` person-days, days."""
    speedup = skill.speedup(c)
    return float(work * lab.person_day / speedup) if speedup > 0 else inf
