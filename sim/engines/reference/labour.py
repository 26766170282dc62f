"""Labour: delegate or not, attempt, steer, review, try again, take over."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING, Any

from sim.engines.reference.items import Visit
from sim.engines.reference.recorder import EXECUTOR
from sim.laws import defects, random
from sim.laws.compiled import compiled
from sim.log import NONE
from sim.model.stage import Failure

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

Steps = Generator[Any, Any, Any]

_failure_chance = compiled(defects.failure_chance)
_poisson = compiled(random.poisson)


def labour(lab: Lab, visit: Visit) -> Steps:
    """Perform a labour stage; return whether the item failed."""
    stage = visit.stage.model
    skill = lab.skills[stage.skill]
    policy = skill.policy
    happens = lab.draws.chance
    work = visit.stage.sample(lab.draws.visit(visit, "work"))
    delegated, assistant, c = False, NONE, 0.0
    if skill.share is not None and lab.assistants.source != "none":
        assistant = lab.assistants.choose(lab.draws.visit(visit, "generation"))
        c = lab.assistants.capability(assistant)
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
        review = policy.review if delegated else policy.human_review
        reviewed = happens(visit, "review", review, attempt)
        caught = reviewed and not right and happens(visit, "catch", policy.catch, attempt)
        if reviewed:
            yield from _review(lab, visit, skill, work, attempt, caught)
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
    row = lab.log.request(
        lab.clock.now, visit, "work", attempt=attempt, skill=skill.name,
        executor=EXECUTOR["agent"], assistant=assistant, pool=lab.slots.index, units=1, value=work,
    )
    granted = yield lab.slots.request(
        visit, row, priority=visit.stage.model.priority, balk=lab.model.assistants.balk
    )
    if not granted:
        lab.log.finish(row, lab.clock.now, "balked")
        return NONE
    speedup = skill.speedup(c)
    duration = work * lab.person_day / speedup if speedup > 0 else inf
    needs = _poisson(lab.draws.visit(visit, "steering", attempt), skill.steering(c) * work)
    for number in range(1, needs + 1):
        yield lab.hold(duration / (needs + 1), visit)
        visit.last = row
        yield from _steer(lab, visit, skill, attempt, number)
    yield lab.hold(duration / (needs + 1), visit)
    lab.log.finish(row, lab.clock.now, "done", worked=duration)
    lab.slots.release(1, row)
    visit.last = row
    return row


def _steer(lab: Lab, visit: Visit, skill: Any, attempt: int, number: int) -> Steps:
    """One short intervention by a person while the assistant holds its slot."""
    u = lab.draws.visit(visit, "steering work", (attempt << 20) + number)
    yield from serve_human(
        lab, visit, skill.pool, skill.steering_work(u), skill.policy.steering_priority,
        activity="steering", attempt=attempt, skill=skill.name, outcome="done",
    )


def _review(
    lab: Lab, visit: Visit, skill: Any, work: float, attempt: int, caught: bool
) -> Steps:
    """A person reviews the output; no slot is held."""
    u = lab.draws.visit(visit, "review work", attempt)
    effort = skill.review_work(u) + skill.policy.review_fraction * work
    yield from serve_human(
        lab, visit, skill.review_pool, effort, skill.policy.review_priority,
        activity="review", attempt=attempt, skill=skill.name,
        outcome="rejected" if caught else "accepted",
    )


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


def _fails(lab: Lab, visit: Visit, failure: Failure) -> bool:
    """Log the verdict on work that was done; return whether it is a failure."""
    chance = _failure_chance(failure.chance, failure.per_defect, lab.defects(visit.item))
    failed = lab.draws.chance(visit, "failure", chance)
    outcome = "failed" if failed else "passed"
    visit.last = lab.log.instant(lab.clock.now, visit, "verdict", outcome)
    return failed
