"""Labour: delegate or not, attempt, steer, review, try again, take over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.engines.reference import tools
from sim.engines.reference.items import Visit
from sim.engines.reference.review import review
from sim.engines.reference.service import (
    Steps,
    assistant_time,
    leave_slot,
    serve_human,
    take_slot,
)
from sim.laws import defects, random
from sim.laws.compiled import compiled
from sim.log import NONE
from sim.model.stage import Failure

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_failure_chance = compiled(defects.failure_chance)
_poisson = compiled(random.poisson)


def labour(lab: Lab, visit: Visit) -> Steps:
    """Perform a labour stage; return whether the item failed."""
    stage = visit.stage.model
    skill = lab.skills[stage.skill]
    policy = skill.policy
    happens = lab.draws.chance
    # On entry (O7): the work, the tools that save some, the assistant's generation, who works.
    work = visit.stage.sample(lab.draws.visit(visit, "work"))
    if stage.tools:
        work = tools.saved(lab, stage.tools, work)
    delegated, assistant, c = False, NONE, 0.0
    if skill.assisted and lab.assistants.source != "none":
        assistant = lab.assistants.choose(lab.draws.visit(visit, "generation"))
        c = lab.assistants.capability(assistant)
        if skill.share is not None:
            delegated = happens(visit, "delegate", skill.share(c - skill.difficulty))
    for attempt in range(1, policy.max_attempts + 1):
        part = work if attempt == 1 else work * policy.retry_fraction
        row = NONE
        if delegated:
            row = yield from _assistant(lab, visit, skill, assistant, c, part, attempt)
            delegated = row != NONE
        if not delegated:
            row = yield from serve_human(
                lab, visit, skill.pool, part, stage.priority,
                activity="work", attempt=attempt, skill=skill.name, outcome="done",
            )
        quality = skill.quality(c) if delegated else skill.model.human_quality
        right = happens(visit, "right", quality, attempt)
        caught = False
        looked_at = policy.review if delegated else policy.human_review
        if happens(visit, "review", looked_at, attempt):
            caught = yield from review(lab, visit, skill, assistant, c, work, attempt, right)
        lab.log.revise(row, "right" if right else "caught" if caught else "escaped")
        if not caught:
            if not right:
                lab.escape(visit)
            break
    else:
        part = work * policy.takeover_fraction
        row = yield from serve_human(
            lab, visit, skill.pool, part, stage.priority, activity="takeover",
            attempt=policy.max_attempts + 1, skill=skill.name, outcome="right",
        )
    return stage.failure is not None and _fails(lab, visit, stage.failure)


def _assistant(
    lab: Lab, visit: Visit, skill: Any, assistant: int, c: float, work: float, attempt: int
) -> Steps:
    """One attempt by an assistant, steered by people; return its row, or NONE if it balked."""
    row = yield from take_slot(
        lab, visit, assistant, work, visit.stage.model.priority,
        activity="work", attempt=attempt, skill=skill.name,
    )
    if row == NONE:
        return NONE
    duration = assistant_time(lab, skill, c, work)
    needs = _poisson(lab.draws.visit(visit, "steering", attempt), skill.steering(c) * work)
    for number in range(1, needs + 1):
        yield lab.hold(duration / (needs + 1), visit)
        visit.last = row
        yield from _steer(lab, visit, skill, attempt, number)
    yield lab.hold(duration / (needs + 1), visit)
    leave_slot(lab, visit, row, "done", duration)
    return row


def _steer(lab: Lab, visit: Visit, skill: Any, attempt: int, number: int) -> Steps:
    """One short intervention by a person while the assistant holds its slot."""
    u = lab.draws.visit(visit, "steering work", (attempt << 20) + number)
    yield from serve_human(
        lab, visit, skill.pool, skill.steering_work(u), skill.policy.steering_priority,
        activity="steering", attempt=attempt, skill=skill.name, outcome="done",
    )


def _fails(lab: Lab, visit: Visit, failure: Failure) -> bool:
    """Log the verdict on work that was done; return whether it is a failure."""
    chance = _failure_chance(failure.chance, failure.per_defect, lab.defects(visit.item))
    failed = lab.draws.chance(visit, "failure", chance)
    outcome = "failed" if failed else "passed"
    visit.last = lab.log.instant(lab.clock.now, visit, "verdict", outcome)
    return failed
