"""Review: a person or an assistant looks at an output; people may audit the assistant's review.

`labour` decides whether an output is looked at, and what follows from a rejection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.engines.reference.items import Visit
from sim.engines.reference.service import (
    Steps,
    assistant_time,
    leave_slot,
    serve_human,
    take_slot,
)
from sim.log import NONE

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab


def review(
    lab: Lab, visit: Visit, skill: Any, assistant: int, c: float, work: float, attempt: int,
    right: bool,
) -> Steps:
    """Look at the output of an attempt at a task of `work` person-days; return whether to reject.

    No right output is rejected. `assistant` (a generation, of capability c) reviews if the
    policy says so, people where there is none or no slot is free for it.
    """
    policy = skill.policy
    u = lab.draws.visit(visit, "review work", attempt)
    effort = skill.review_work(u) + policy.review_fraction * work
    if policy.reviewer == "agent" and assistant != NONE:
        chance = skill.agent_catch(c)
        found = not right and lab.draws.chance(visit, "agent catch", chance, attempt)
        done = yield from _by_assistant(lab, visit, skill, assistant, c, effort, attempt, found)
        if done:
            if found or not lab.draws.chance(visit, "audit", policy.audit or 0.0, attempt):
                return found
            return (yield from _by_person(lab, visit, skill, effort, attempt, right, "audit"))
    return (yield from _by_person(lab, visit, skill, effort, attempt, right, "review"))


def _by_assistant(
    lab: Lab, visit: Visit, skill: Any, assistant: int, c: float, effort: float, attempt: int,
    found: bool,
) -> Steps:
    """An assistant reviews the output on a slot; return False if it got none."""
    row = yield from take_slot(
        lab, visit, assistant, effort, skill.policy.review_priority,
        activity="review", attempt=attempt, skill=skill.name,
    )
    if row == NONE:
        return False
    duration = assistant_time(lab, skill, c, effort)
    yield lab.hold(duration, visit)
    leave_slot(lab, visit, row, "rejected" if found else "accepted", duration)
    return True


def _by_person(
    lab: Lab, visit: Visit, skill: Any, effort: float, attempt: int, right: bool, activity: str
) -> Steps:
    """A person reviews or audits the output; return whether it is rejected."""
    found = not right and lab.draws.chance(visit, "catch", skill.policy.catch, attempt)
    yield from serve_human(
        lab, visit, skill.review_pool, effort, skill.policy.review_priority,
        activity=activity, attempt=attempt, skill=skill.name,
        outcome="rejected" if found else "accepted",
    )
    return found
