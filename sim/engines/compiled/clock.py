"""The clock: events ordered by rank and key (O1, O2, O3; `reference.clock`).

Future events are *alarms*; consequences of the present one wait in the *agenda*, first in first
out. Here also: how a run is stopped (`reference.lab.stop`).
"""

from __future__ import annotations

from sim.engines.compiled.alarms import RANK_SHIFT, add, remove, take
from sim.engines.compiled.memory import freed, taken
from sim.engines.lowering import layout as L

CAPACITY, COMPLETION, TIMER, ARRIVAL = range(4)
LAB, POOLS = -2, -1

(OPENING, ASSIMILATED, OVERDUE, ARRIVES, GO_ON, EVALUATE, EXTERNAL, INTERVENES, DELIVERY, HISTORY,
 COMES_BACK, STREAM_STARTS) = range(12)
"""What an alarm does; the first four by themselves move no item on."""
assert STREAM_STARTS < 1 << RANK_SHIFT
IDLE = 4

WAKE, BEGIN_EVALUATIONS = range(2)
"""What an entry of the agenda does: let a track go on (with a value), or evaluations begin."""


def alarm(S, time, rank, action, arg, flow, plain, item, stage, number, more):
    """Set an alarm; return its record."""
    M = S.M
    at = taken(S, L.ALARM_WORDS)
    M[at + L.K_FLOW], M[at + L.K_PLAIN], M[at + L.K_ITEM] = flow, plain, item
    M[at + L.K_STAGE], M[at + L.K_NUMBER], M[at + L.K_MORE] = stage, number, more
    M[at + L.AL_ACTION], M[at + L.AL_ARG] = (rank << RANK_SHIFT) + action, arg
    M[L.PENDING] += action >= IDLE
    add(S, time, at)
    return at


def visit_alarm(S, time, rank, action, arg, visit, more):
    """Set an alarm with the key of a visit."""
    M = S.M
    return alarm(
        S, time, rank, action, arg, M[visit + L.VI_FLOW], 0, M[visit + L.VI_ITEM],
        M[visit + L.VI_INDEX], M[visit + L.VI_NUMBER], more,
    )


def goes_off(S):
    """Take the first alarm out, an event (O9); return its record, which the caller frees."""
    M = S.M
    at = take(S)
    M[L.EVENTS] += 1
    M[L.PENDING] -= action_of(S, at) >= IDLE
    return at


def action_of(S, at):
    """Return what an alarm does."""
    return S.M[at + L.AL_ACTION] & ((1 << RANK_SHIFT) - 1)


def cancel(S, at):
    """Remove an alarm that has not gone off."""
    remove(S, at)
    S.M[L.PENDING] -= action_of(S, at) >= IDLE
    freed(S, at, L.ALARM_WORDS)


def put(S, what, arg, value):
    """Put a consequence on the agenda, a ring (O3)."""
    M = S.M
    room = M[L.AGENDA + 1]
    n = M[L.AGENDA_N]
    if 4 * n >= room:
        widen(S, n, room)
        room = M[L.AGENDA + 1]
    at = M[L.AGENDA] + ((M[L.AGENDA_HEAD] + 4 * n) & (room - 1))
    M[at], M[at + 1], M[at + 2] = what, arg, value
    M[L.AGENDA_N] = n + 1


def widen(S, n, room):
    """Double the agenda's ring; its size is a power of 2."""
    M = S.M
    more = 256 if room == 0 else 2 * room
    to = taken(S, more)
    old, head = M[L.AGENDA], M[L.AGENDA_HEAD]
    for i in range(4 * n):
        M[to + i] = M[old + ((head + i) & (room - 1))]
    if room > 0:
        freed(S, old, room)
    M[L.AGENDA], M[L.AGENDA + 1], M[L.AGENDA_HEAD] = to, more, 0


def due(S):
    """Return the address of the first entry of the agenda, and take it off."""
    M = S.M
    at = M[L.AGENDA] + M[L.AGENDA_HEAD]
    M[L.AGENDA_HEAD] = (M[L.AGENDA_HEAD] + 4) & (M[L.AGENDA + 1] - 1)
    M[L.AGENDA_N] -= 1
    return at


def stop(S, reason, a, b):
    """End the run at once; the first reason stands (`ends.detail` says what a and b are)."""
    if S.M[L.REASON] == 0:
        S.M[L.REASON], S.F[L.DETAIL_A], S.M[L.DETAIL_B] = reason, a, b
