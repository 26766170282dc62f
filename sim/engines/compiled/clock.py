"""The clock: alarms by (time, rank, key) and the agenda of consequences (O1, O2, O3)."""

from __future__ import annotations

from sim.engines.compiled.heap import pop, push, remove
from sim.engines.compiled.memory import give_back, taken
from sim.engines.lowering import layout as L

CAPACITY, COMPLETION, TIMER, ARRIVAL = range(4)
LAB, POOLS = -2, -1

(OPENING, ASSIMILATED, OVERDUE, ARRIVES, GO_ON, EVALUATE, EXTERNAL, INTERVENES, DELIVERY, HISTORY,
 COMES_BACK, STREAM_STARTS) = range(12)
"""What an alarm does; the first four by themselves move no item on."""
IDLE = 4

WAKE, BEGIN_EVALUATIONS = range(2)
"""What an entry of the agenda does: let a track go on (with a value), or evaluations begin."""


def alarm(S, time, rank, action, arg, flow, plain, item, stage, number, more):
    """Set an alarm; return its record."""
    I = S.I
    at = taken(S, L.ALARM_WORDS)
    I[at + L.K_FLOW], I[at + L.K_PLAIN], I[at + L.K_ITEM] = flow, plain, item
    I[at + L.K_STAGE], I[at + L.K_NUMBER], I[at + L.K_MORE] = stage, number, more
    I[at + L.AL_ACTION], I[at + L.AL_ARG] = action, arg
    I[L.PENDING] += action >= IDLE
    push(S, L.HEAP, time, float(rank), at)
    return at


def visit_alarm(S, time, rank, action, arg, visit, more):
    """Set an alarm with the key of a visit."""
    I = S.I
    return alarm(
        S, time, rank, action, arg, I[visit + L.VI_FLOW], 0, I[visit + L.VI_ITEM],
        I[visit + L.VI_INDEX], I[visit + L.VI_NUMBER], more,
    )


def goes_off(S):
    """Take the first alarm out; return its record, which stays until the next `taken`."""
    I = S.I
    at = pop(S, L.HEAP)
    I[L.EVENTS] += 1
    I[L.PENDING] -= I[at + L.AL_ACTION] >= IDLE
    return at


def cancel(S, at):
    """Remove an alarm that has not gone off."""
    I = S.I
    place = 0
    while I[I[L.HEAP] + 3 * place + 2] != at:
        place += 1
    remove(S, L.HEAP, place)
    I[L.PENDING] -= I[at + L.AL_ACTION] >= IDLE
    give_back(S, at, L.ALARM_WORDS)


def put(S, what, arg, value):
    """Put a consequence on the agenda, a ring (O3)."""
    I = S.I
    room = I[L.AGENDA + 1]
    n = I[L.AGENDA_N]
    if 4 * n >= room:
        widen(S, n, room)
        room = I[L.AGENDA + 1]
    at = I[L.AGENDA] + (I[L.AGENDA_HEAD] + 4 * n) % room
    I[at], I[at + 1], I[at + 2] = what, arg, value
    I[L.AGENDA_N] = n + 1


def widen(S, n, room):
    """Double the agenda's ring."""
    I = S.I
    more = 256 if room == 0 else 2 * room
    to = taken(S, more)
    old, head = I[L.AGENDA], I[L.AGENDA_HEAD]
    for i in range(4 * n):
        I[to + i] = I[old + (head + i) % room]
    if room > 0:
        give_back(S, old, room)
    I[L.AGENDA], I[L.AGENDA + 1], I[L.AGENDA_HEAD] = to, more, 0


def due(S):
    """Return the address of the first entry of the agenda, and take it off."""
    I = S.I
    at = I[L.AGENDA] + I[L.AGENDA_HEAD]
    I[L.AGENDA_HEAD] = (I[L.AGENDA_HEAD] + 4) % I[L.AGENDA + 1]
    I[L.AGENDA_N] -= 1
    return at


def stop(S, reason, a, b):
    """End the run at once; the first reason stands (`ends.DETAILS` says what a and b are)."""
    if S.I[L.REASON] == 0:
        S.I[L.REASON], S.F[L.DETAIL_A], S.I[L.DETAIL_B] = reason, a, b
