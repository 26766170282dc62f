"""Service: a person, or an assistant on a slot, is asked for, works and is free again."""

from __future__ import annotations

from math import inf

from sim.engines.compiled.clock import COMPLETION, GO_ON, stop, visit_alarm
from sim.engines.compiled.draws import at_capability, pool_at
from sim.engines.compiled.ends import TOO_SHORT
from sim.engines.compiled.pools import ask, finish_time, release_units
from sim.engines.compiled.recorder import (
    AGENT,
    BALKED,
    HUMAN,
    finish_row,
    request_row,
)
from sim.engines.compiled.steps import HUMAN_DONE, HUMAN_SERVED, WAIT
from sim.engines.lowering import layout as L
from sim.log import NONE


def until(S, track, visit, time, duration, then):
    """Let a track go on at the end, at `time`, of a service of this length."""
    if duration > 0.0 and time <= S.F[L.NOW]:
        stop(S, TOO_SHORT, duration, 0)
    S.M[track + L.TK_PC] = then
    visit_alarm(S, time, COMPLETION, GO_ON, track, visit, 0)
    return WAIT


def hold(S, track, visit, duration, then):
    """Let a track go on after a service of this length that begins now."""
    return until(S, track, visit, S.F[L.NOW] + duration, duration, then)


def serve_human(S, track, pool, work, priority, activity, attempt, outcome, then):
    """A person of a pool does `work` person-days; the row stands in `HU_ROW` when it is done."""
    M = S.M
    visit = M[track + L.LA_VISIT]
    row = request_row(
        S, visit, activity, attempt, M[M[track + L.LA_SKILL] + L.SK_CODE], HUMAN, NONE, pool, 1,
        work,
    )
    M[track + L.HU_ROW], M[track + L.HU_POOL] = row, pool
    M[track + L.HU_OUTCOME], M[track + L.HU_RETURN] = outcome, then
    S.F[track + L.HU_DURATION] = work
    M[track + L.TK_PC] = HUMAN_SERVED
    ask(S, pool_at(S, pool), visit, track, row, 1, priority, 0)
    return WAIT


def human_served(S, track):
    """A person begins."""
    M, F = S.M, S.F
    pool = pool_at(S, M[track + L.HU_POOL])
    duration = F[track + L.HU_DURATION] * F[L.PERSON_DAY] / F[pool + L.PL_EFFICIENCY]
    F[track + L.HU_DURATION] = duration
    time = finish_time(S, pool, duration)
    return until(S, track, M[track + L.LA_VISIT], time, duration, HUMAN_DONE)


def human_done(S, track):
    """A person has finished."""
    M = S.M
    row = M[track + L.HU_ROW]
    finish_row(S, row, M[track + L.HU_OUTCOME], S.F[track + L.HU_DURATION])
    release_units(S, pool_at(S, M[track + L.HU_POOL]), 1, row)
    M[M[track + L.LA_VISIT] + L.VI_LAST] = row
    return M[track + L.HU_RETURN]


def take_slot(S, track, work, priority, activity, attempt, then):
    """Wait for a slot for an assistant's `work`; the row stands in `LA_SLOT`.

    Whether it balks (O5) is a setting of this instant (O11).
    """
    M = S.M
    visit = M[track + L.LA_VISIT]
    row = request_row(
        S, visit, activity, attempt, M[M[track + L.LA_SKILL] + L.SK_CODE], AGENT,
        M[track + L.LA_ASSISTANT], M[L.SLOTS], 1, work,
    )
    M[track + L.LA_SLOT] = row
    S.F[track + L.HU_ASKED] = S.F[L.NOW]
    M[track + L.TK_PC] = then
    balk = M[M[L.VERSION] + L.VS_BALK]
    ask(S, pool_at(S, M[L.SLOTS]), visit, track, row, 1, priority, balk)
    return WAIT


def balked(S, track):
    """The assistant got no slot (O5)."""
    M = S.M
    finish_row(S, M[track + L.LA_SLOT], BALKED, 0.0)
    if S.F[L.NOW] > S.F[track + L.HU_ASKED]:  # it waited for the end of a pause
        M[M[track + L.LA_VISIT] + L.VI_LAST] = M[track + L.LA_SLOT]


def leave_slot(S, track, outcome, worked):
    """The assistant's service ends, and its slot is free."""
    M = S.M
    row = M[track + L.LA_SLOT]
    finish_row(S, row, outcome, worked)
    release_units(S, pool_at(S, M[L.SLOTS]), 1, row)
    M[M[track + L.LA_VISIT] + L.VI_LAST] = row


def assistant_time(S, track, work):
    """Return how long the assistant takes for `work` person-days, days."""
    M, F = S.M, S.F
    speedup = at_capability(S, M[track + L.LA_SKILL] + L.SK_SPEEDUP, F[track + L.LA_C], 1.0)
    if speedup > 0.0:
        return work * F[L.PERSON_DAY] / speedup
    return inf
