"""Labour: delegate or not, attempt, steer, review, try again, take over (`reference.labour`)."""

from __future__ import annotations

from sim.engines.compiled import draws, recorder, steps
from sim.engines.compiled.assistants import capability_of, choose, several
from sim.engines.compiled.draws import (
    amount,
    at_capability,
    happens,
    of_visit,
)
from sim.engines.compiled.insight import escape
from sim.engines.compiled.recorder import instant_row, revise_row
from sim.engines.compiled.review import review, review_slot, reviewed_by_agent, reviewed_by_person
from sim.engines.compiled.service import (
    assistant_time,
    balked,
    hold,
    leave_slot,
    serve_human,
    take_slot,
)
from sim.engines.compiled.tools import saved
from sim.engines.lowering import layout as L
from sim.laws.defects import failure_chance
from sim.laws.random import poisson
from sim.log import NONE


def labour_step(S, track, step, value):
    """Do a step of a labour stage (`value`: whether a slot was granted); return the next one.

    Beside each stands what it continues of `reference.labour` and `reference.review`.
    """
    if step == steps.LABOUR:  # `labour`, from its start
        return begins(S, track)
    if step == steps.SLOT:  # `_assistant`, after `take_slot`
        return slot(S, track, value)
    if step == steps.HELPED:  # `_assistant`, after either `hold`
        return helped(S, track)
    if step == steps.STEERED:  # `_assistant`, after `_steer`
        S.M[track + L.LA_NUMBER] += 1
        return next_part(S, track)
    if step == steps.WORKED:  # `labour`, after `serve_human`; after `_assistant` it is called
        return worked(S, track)
    if step == steps.REVIEW_SLOT:  # `_by_assistant`, after `take_slot`
        return review_slot(S, track, value)
    if step == steps.REVIEWED_BY_AGENT:  # `_by_assistant`, after `hold`, and `review` after it
        return reviewed_by_agent(S, track)
    if step == steps.REVIEWED_BY_PERSON:  # `_by_person`, after `serve_human`
        return reviewed_by_person(S, track)
    if step == steps.JUDGED:  # `labour`, after `review`
        return judged(S, track)
    return verdict(S, track)  # TAKEN_OVER: `labour`, after the takeover


def begins(S, track):
    """Draw the work, and whether an assistant does it, on entry (O7)."""
    M, F = S.M, S.F
    visit = M[track + L.LA_VISIT]
    stage = M[visit + L.VI_STAGE]
    skill = M[M[L.VERSION] + L.VS_SKILLS] + M[stage + L.ST_SKILL] * L.SKILL_WORDS
    M[track + L.LA_SKILL] = skill
    work = amount(S, stage + L.ST_SAMPLE, visit, draws.WORK, 0)
    if M[stage + L.ST_TOOLS] >= 0:
        work = saved(S, M[stage + L.ST_TOOLS], work)
    F[track + L.LA_WORK] = work
    delegated, assistant, c = False, NONE, 0.0
    if M[skill + L.SK_ASSISTED] != 0 and M[L.HELPER] != L.NO_HELPER:
        assistant = 0
        if several(S):
            assistant = choose(S, of_visit(S, visit, draws.GENERATION, 0))
        c = capability_of(S, assistant)
        if M[skill + L.SK_SHARE] >= 0:
            share = at_capability(S, skill + L.SK_SHARE, c - F[skill + L.SK_DIFFICULTY], 0.0)
            delegated = happens(S, visit, draws.DELEGATE, share, 0)
    M[track + L.LA_DELEGATED], M[track + L.LA_ASSISTANT] = delegated, assistant
    F[track + L.LA_C] = c
    M[track + L.LA_ATTEMPT] = 1
    return attempt(S, track)


def attempt(S, track):
    """One attempt begins: an assistant asks for a slot, or a person is asked for.

    The top of the loop over attempts in `reference.labour.labour`; its bottom is `judged`.
    """
    M, F = S.M, S.F
    part = F[track + L.LA_WORK]
    if M[track + L.LA_ATTEMPT] > 1:
        part = part * F[M[track + L.LA_SKILL] + L.SK_RETRY]
    F[track + L.LA_PART] = part
    if M[track + L.LA_DELEGATED] == 0:
        return by_hand(S, track)
    priority = M[M[M[track + L.LA_VISIT] + L.VI_STAGE] + L.ST_PRIORITY]
    return take_slot(
        S, track, part, priority, recorder.WORK, M[track + L.LA_ATTEMPT], steps.SLOT
    )


def by_hand(S, track):
    """A person attempts the work."""
    M = S.M
    priority = M[M[M[track + L.LA_VISIT] + L.VI_STAGE] + L.ST_PRIORITY]
    return serve_human(
        S, track, M[M[track + L.LA_SKILL] + L.SK_POOL], S.F[track + L.LA_PART], priority,
        recorder.WORK, M[track + L.LA_ATTEMPT], recorder.DONE, steps.WORKED,
    )


def slot(S, track, granted):
    """The assistant has a slot and begins, or got none: then a person is asked for."""
    M, F = S.M, S.F
    if granted == 0:
        balked(S, track)
        M[track + L.LA_DELEGATED] = 0
        return by_hand(S, track)
    part = F[track + L.LA_PART]
    F[track + L.LA_DURATION] = assistant_time(S, track, part)
    c = F[track + L.LA_C]
    mean = at_capability(S, M[track + L.LA_SKILL] + L.SK_STEERING, c, 0.0) * part
    u = of_visit(S, M[track + L.LA_VISIT], draws.STEERING, M[track + L.LA_ATTEMPT])
    M[track + L.LA_NEEDS] = poisson(u, mean)
    M[track + L.LA_NUMBER] = 1
    return next_part(S, track)


def next_part(S, track):
    """The assistant works up to where it needs help, or to the end."""
    duration = S.F[track + L.LA_DURATION] / (S.M[track + L.LA_NEEDS] + 1)
    return hold(S, track, S.M[track + L.LA_VISIT], duration, steps.HELPED)


def helped(S, track):
    """The assistant needs help, which a person gives while it holds its slot, or is done."""
    M, F = S.M, S.F
    visit, skill = M[track + L.LA_VISIT], M[track + L.LA_SKILL]
    number, n = M[track + L.LA_NUMBER], M[track + L.LA_ATTEMPT]
    if number > M[track + L.LA_NEEDS]:
        leave_slot(S, track, recorder.DONE, F[track + L.LA_DURATION])
        M[track + L.HU_ROW] = M[track + L.LA_SLOT]  # `worked` finds it there, whoever worked
        return worked(S, track)
    M[visit + L.VI_LAST] = M[track + L.LA_SLOT]
    work = amount(S, skill + L.SK_STEERING_WORK, visit, draws.STEERING_WORK, (n << 20) + number)
    return serve_human(
        S, track, M[skill + L.SK_POOL], work,
        M[skill + L.SK_STEERING_PRIORITY], recorder.STEERING, n, recorder.DONE, steps.STEERED,
    )


def worked(S, track):
    """An attempt is done, right or wrong; perhaps somebody looks at it."""
    M, F = S.M, S.F
    M[track + L.LA_ROW] = M[track + L.HU_ROW]
    visit, skill, n = M[track + L.LA_VISIT], M[track + L.LA_SKILL], M[track + L.LA_ATTEMPT]
    quality, looked_at = F[skill + L.SK_HUMAN_QUALITY], F[skill + L.SK_HUMAN_REVIEW]
    if M[track + L.LA_DELEGATED] != 0:
        quality = at_capability(S, skill + L.SK_QUALITY, F[track + L.LA_C], 1.0)
        looked_at = F[skill + L.SK_REVIEW]
    M[track + L.LA_RIGHT] = happens(S, visit, draws.RIGHT, quality, n)
    M[track + L.LA_CAUGHT] = 0
    if happens(S, visit, draws.REVIEW, looked_at, n):
        return review(S, track)
    return judged(S, track)


def judged(S, track):
    """What became of the attempt is known: on, once more, or a person takes over.

    The bottom of the loop over attempts in `reference.labour.labour`; its top is `attempt`.
    """
    M, F = S.M, S.F
    visit, skill, row = M[track + L.LA_VISIT], M[track + L.LA_SKILL], M[track + L.LA_ROW]
    right, caught = M[track + L.LA_RIGHT] != 0, M[track + L.LA_CAUGHT] != 0
    revise_row(
        S, row, recorder.RIGHT if right else recorder.CAUGHT if caught else recorder.ESCAPED
    )
    if not caught:
        if not right:
            escape(S, visit)
        return verdict(S, track)
    if M[track + L.LA_ATTEMPT] < M[skill + L.SK_ATTEMPTS]:
        M[track + L.LA_ATTEMPT] += 1
        return attempt(S, track)
    return serve_human(
        S, track, M[skill + L.SK_POOL], F[track + L.LA_WORK] * F[skill + L.SK_TAKEOVER],
        M[M[visit + L.VI_STAGE] + L.ST_PRIORITY], recorder.TAKEOVER,
        M[skill + L.SK_ATTEMPTS] + 1, recorder.RIGHT, steps.TAKEN_OVER,
    )


def verdict(S, track):
    """The stage ends; log the verdict on its work if it may fail."""
    M, F = S.M, S.F
    visit = M[track + L.LA_VISIT]
    stage = M[visit + L.VI_STAGE]
    failed = False
    if M[stage + L.ST_FAILS] != 0:
        made = M[M[M[visit + L.VI_ITEM] + L.IT_ROOT] + L.IT_MADE]
        defects = M[made + L.GN_DEFECTS] if made != 0 else 0
        chance = failure_chance(F[stage + L.ST_FAILURE], F[stage + L.ST_PER_DEFECT], float(defects))
        failed = happens(S, visit, draws.FAILURE, chance, 0)
        outcome = recorder.FAILED if failed else recorder.PASSED
        M[visit + L.VI_LAST] = instant_row(S, visit, recorder.VERDICT, outcome, NAN)
    M[track + L.TK_FAILED] = failed
    return M[track + L.LA_RETURN]


NAN = float("nan")
