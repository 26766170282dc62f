"""Review: a person or an assistant looks at an output; people may audit (`reference.review`)."""

from __future__ import annotations

from sim.engines.compiled import draws, recorder, steps
from sim.engines.compiled.draws import amount, at_capability, happens
from sim.engines.compiled.service import (
    assistant_time,
    balked,
    hold,
    leave_slot,
    serve_human,
    take_slot,
)
from sim.engines.lowering import layout as L
from sim.log import NONE


def review(S, track):
    """Look at the output of an attempt."""
    M, F = S.M, S.F
    visit, skill, n = M[track + L.LA_VISIT], M[track + L.LA_SKILL], M[track + L.LA_ATTEMPT]
    effort = amount(S, skill + L.SK_REVIEW_WORK, visit, draws.REVIEW_WORK, n)
    effort = effort + F[skill + L.SK_REVIEW_FRACTION] * F[track + L.LA_WORK]
    F[track + L.LA_EFFORT] = effort
    if M[skill + L.SK_BY_AGENT] == 0 or M[track + L.LA_ASSISTANT] == NONE:
        return by_person(S, track, recorder.REVIEW)
    found = False
    if M[track + L.LA_RIGHT] == 0:
        chance = at_capability(S, skill + L.SK_AGENT_CATCH, F[track + L.LA_C], 0.0)
        found = happens(S, visit, draws.AGENT_CATCH, chance, n)
    M[track + L.LA_FOUND] = found
    return take_slot(
        S, track, effort, M[skill + L.SK_REVIEW_PRIORITY], recorder.REVIEW, n, steps.REVIEW_SLOT
    )


def review_slot(S, track, granted):
    """The assistant that reviews has a slot, or got none: then a person reviews."""
    if granted == 0:
        balked(S, track)
        return by_person(S, track, recorder.REVIEW)
    duration = assistant_time(S, track, S.F[track + L.LA_EFFORT])
    S.F[track + L.LA_DURATION] = duration
    return hold(S, track, S.M[track + L.LA_VISIT], duration, steps.REVIEWED_BY_AGENT)


def reviewed_by_agent(S, track):
    """The assistant's review ends; people may audit what it accepted."""
    M, F = S.M, S.F
    visit, skill, n = M[track + L.LA_VISIT], M[track + L.LA_SKILL], M[track + L.LA_ATTEMPT]
    found = M[track + L.LA_FOUND] != 0
    outcome = recorder.REJECTED if found else recorder.ACCEPTED
    leave_slot(S, track, outcome, F[track + L.LA_DURATION])
    if not found and happens(S, visit, draws.AUDIT, F[skill + L.SK_AUDIT], n):
        return by_person(S, track, recorder.AUDIT)
    M[track + L.LA_CAUGHT] = found
    return steps.JUDGED


def by_person(S, track, activity):
    """A person reviews or audits the output."""
    M, F = S.M, S.F
    visit, skill, n = M[track + L.LA_VISIT], M[track + L.LA_SKILL], M[track + L.LA_ATTEMPT]
    found = False
    if M[track + L.LA_RIGHT] == 0:
        found = happens(S, visit, draws.CATCH, F[skill + L.SK_CATCH], n)
    M[track + L.LA_FOUND] = found
    return serve_human(
        S, track, M[skill + L.SK_REVIEW_POOL], F[track + L.LA_EFFORT],
        M[skill + L.SK_REVIEW_PRIORITY], activity, n,
        recorder.REJECTED if found else recorder.ACCEPTED, steps.REVIEWED_BY_PERSON,
    )


def reviewed_by_person(S, track):
    """A person has reviewed or audited the output."""
    S.M[track + L.LA_CAUGHT] = S.M[track + L.LA_FOUND]
    return steps.JUDGED
