"""Pools at work: queues, grants, capacity, working hours (O4c, O5, O6; `reference.pools`)."""

from __future__ import annotations

from math import inf

from sim.engines.compiled.clock import OPENING, POOLS, TIMER, WAKE, alarm, put
from sim.engines.compiled.draws import flow_state, pool_at
from sim.engines.compiled.heap import pop, push
from sim.engines.compiled.memory import extended, freed, taken
from sim.engines.compiled.meters import meter_add, meter_tick
from sim.engines.compiled.newcomers import planned_people
from sim.engines.compiled.recorder import change_row, start_row
from sim.engines.lowering import layout as L
from sim.laws.calendar import ROUNDING, add_working_time, next_close, next_open


def request(S, pool, item, stage, number, visit, row, units, priority, track, balk, last):
    """Join the queue (O5); return the request. `stage` is -1 for hostages."""
    M = S.M
    at = taken(S, L.REQUEST_WORDS)
    M[at + L.K_FLOW], M[at + L.K_PLAIN], M[at + L.K_ITEM] = M[item + L.IT_FLOW], 0, item
    M[at + L.K_STAGE], M[at + L.K_NUMBER], M[at + L.K_MORE] = stage, number, 0
    M[at + L.RQ_VISIT], M[at + L.RQ_ROW], M[at + L.RQ_UNITS] = visit, row, units
    M[at + L.RQ_TRACK], M[at + L.RQ_STATE], M[at + L.RQ_BALK] = track, L.WAITS, balk
    M[at + L.RQ_LAST] = last
    S.F[at + L.RQ_TIME] = S.F[L.NOW]
    queue = pool + L.PL_QUEUE
    if M[L.PAUSES] != 0 and stands_aside(S, at):
        entry = extended(S, pool + L.PL_PARKED, 3)
        S.F[entry], S.F[entry + 1], M[entry + 2] = float(priority), S.F[L.NOW], at
    else:
        push(S, queue, float(priority), S.F[L.NOW], at)
    if balk:
        M[extended(S, pool + L.PL_BALKING, 1)] = at
    M[flow_state(S, M[item + L.IT_FLOW]) + L.FS_WAITING] += 1
    if M[pool + L.PL_METER] != 0:
        meter_add(S, pool, units)
    changed(S, pool)
    return at


def changed(S, pool):
    """Mark a pool whose state has changed: it may serve now, or lend (O4).

    What lending reads (`transfers`) changes here, in `serve`, in `drop_refused`, and where a
    training that waits shrinks: all of them set LENDING_CHANGED.
    """
    M = S.M
    M[L.CHANGED_N] += 1 - M[pool + L.PL_CHANGED]
    M[pool + L.PL_CHANGED] = 1
    if pool < M[L.FIRST_CHANGED]:
        M[L.FIRST_CHANGED] = pool
    M[L.LENDING_CHANGED] |= M[pool + L.PL_LENDS]


def ask(S, pool, visit, track, row, units, priority, balk):
    """Join the queue for a track, which goes on when it is served (or turned away).

    `reference.pools.Pool.request` as stages call it; for hostages, `request` itself is called.
    """
    M = S.M
    request(
        S, pool, M[visit + L.VI_ITEM], M[visit + L.VI_INDEX], M[visit + L.VI_NUMBER], visit, row,
        units, priority, track, balk, L.NONE,
    )


def stands_aside(S, at):
    """Return whether the stage a request is made in is granted nothing now.

    Never for hostages, which have no stage (O5).
    """
    M = S.M
    return M[at + L.K_STAGE] >= 0 and stage_paused(S, M[at + L.K_FLOW], M[at + L.K_STAGE])


def stage_paused(S, flow, stage):
    """Return whether a stage is paused."""
    M = S.M
    return M[M[flow_state(S, flow) + L.FS_PAUSED_AT] + stage] != 0


def release_units(S, pool, units, row):
    """Give back units at the end of the service `row`."""
    M = S.M
    M[pool + L.PL_USED] -= units
    M[pool + L.PL_LAST_FREED] = row
    changed(S, pool)


def serve(S, pool):
    """Grant from the head of the queue while it fits; then those that balk leave (O5).

    Return whether any request was granted or turned away.
    """
    M = S.M
    M[pool + L.PL_CHANGED] = 0
    M[L.CHANGED_N] -= 1
    M[L.LENDING_CHANGED] |= M[pool + L.PL_LENDS]
    queue = pool + L.PL_QUEUE
    waiting = M[queue + 2]
    if M[pool + L.PL_OPEN] != 0:
        free = S.F[pool + L.PL_CAPACITY] - M[pool + L.PL_USED]
        while M[queue + 2] > 0 and M[M[M[queue] + 2] + L.RQ_UNITS] <= free:
            at = pop(S, queue)
            M[pool + L.PL_USED] += M[at + L.RQ_UNITS]
            free -= M[at + L.RQ_UNITS]
            grant(S, pool, at)
    if M[pool + L.PL_BALKING + 2] > 0:
        turn_away(S, pool)
    return M[queue + 2] < waiting


def grant(S, pool, at):
    """Let what was asked for begin."""
    M = S.M
    track = M[at + L.RQ_TRACK]  # 0 for a hostage: nothing goes on with it, its item keeps it
    cause = M[at + L.RQ_LAST] if track == 0 else M[M[at + L.RQ_VISIT] + L.VI_LAST]
    if S.F[L.NOW] > S.F[at + L.RQ_TIME]:
        cause = M[pool + L.PL_LAST_FREED]
    start_row(S, M[at + L.RQ_ROW], cause)
    leaves(S, pool, at)
    M[at + L.RQ_STATE] = L.GRANTED
    if track != 0:
        put(S, WAKE, track, 1)
        if M[at + L.RQ_BALK] == 0:
            freed(S, at, L.REQUEST_WORDS)


def leaves(S, pool, at):
    """A request waits no longer."""
    M = S.M
    M[flow_state(S, M[at + L.K_FLOW]) + L.FS_WAITING] -= 1
    if M[pool + L.PL_METER] != 0:
        meter_add(S, pool, -M[at + L.RQ_UNITS])


def turn_away(S, pool):
    """Requests that balk, are not paused and were not served leave."""
    M = S.M
    balking = pool + L.PL_BALKING
    kept, refused = 0, 0
    for i in range(M[balking + 2]):
        at = M[M[balking] + i]
        if M[at + L.RQ_STATE] == L.GRANTED:
            freed(S, at, L.REQUEST_WORDS)
        elif stands_aside(S, at):
            M[M[balking] + kept] = at
            kept += 1
        else:
            M[at + L.RQ_STATE] = L.REFUSED
            leaves(S, pool, at)
            put(S, WAKE, M[at + L.RQ_TRACK], 0)
            refused += 1
    M[balking + 2] = kept
    if refused > 0:
        drop_refused(S, pool, True)


def drop_refused(S, pool, for_good):
    """Take refused requests out of the queue; `for_good` if nobody else knows them."""
    M, F = S.M, S.F
    M[L.LENDING_CHANGED] |= M[pool + L.PL_LENDS]
    queue = pool + L.PL_QUEUE
    n, base = M[queue + 2] // 3, M[queue]
    M[queue + 2] = 0
    for i in range(n):
        entry = base + 3 * i
        at = M[entry + 2]
        if M[at + L.RQ_STATE] != L.REFUSED:
            push(S, queue, F[entry], F[entry + 1], at)
        elif for_good:
            freed(S, at, L.REQUEST_WORDS)


def heed(S, pool):
    """What is paused has changed: requests step aside, or join the queue again."""
    M, F = S.M, S.F
    queue, parked = pool + L.PL_QUEUE, pool + L.PL_PARKED
    for i in range(M[queue + 2]):  # all of them step aside …
        word = M[M[queue] + i]
        M[extended(S, parked, 1)] = word
    n = M[parked + 2] // 3
    M[queue + 2], M[parked + 2] = 0, 0
    for i in range(n):  # … and join again what may
        entry = M[parked] + 3 * i
        first, second, at = F[entry], F[entry + 1], M[entry + 2]
        if stands_aside(S, at):
            to = extended(S, parked, 3)
            F[to], F[to + 1], M[to + 2] = first, second, at
        else:
            push(S, queue, first, second, at)
    changed(S, pool)


def finish_time(S, pool, work):
    """Return when `work` (days of service) begun now is done, nights left out."""
    M, F = S.M, S.F
    now = F[L.NOW]
    if M[pool + L.PL_HOURS] == 0:
        return now + work
    # Nights only add: beyond the horizon it does not matter when (and nobody counts days).
    if now + work > F[L.HORIZON]:
        return inf
    # It ends before the pool closes: what `add_working_time` would return, without a calendar.
    if M[pool + L.PL_OPEN] != 0 and now + work < F[pool + L.PL_BOUNDARY] - ROUNDING:
        return now + work
    return add_working_time(
        now, work, F[pool + L.PL_OPENS], F[pool + L.PL_CLOSES], M[pool + L.PL_WEEKDAYS],
        M[pool + L.PL_FIRST_DAY],
    )


def plan(S, pool, units):
    """Plan so many units; the present capacity changes by the same number at once (O6)."""
    F = S.F
    if units == F[pool + L.PL_PLANNED]:
        return
    change = units - F[pool + L.PL_PLANNED]
    F[pool + L.PL_PLANNED] = units
    set_capacity(S, pool, F[pool + L.PL_CAPACITY] + change)
    if S.M[pool + L.PL_NEW] != 0:
        planned_people(S, pool, change)


def set_capacity(S, pool, capacity):
    """Change the present capacity at once (O6)."""
    M, F = S.M, S.F
    if M[pool + L.PL_METER] != 0:
        meter_tick(S, pool)
    number = (pool - M[L.POOLS_AT]) // L.POOL_WORDS
    change_row(S, L.CAPACITY_CHANGE, number, F[pool + L.PL_CAPACITY], capacity)
    F[pool + L.PL_CAPACITY] = capacity
    M[pool + L.PL_LAST_FREED] = L.NONE
    changed(S, pool)


def idle(S, pool):
    """Return whether a unit is free and nobody waits, in working hours."""
    M = S.M
    free = S.F[pool + L.PL_CAPACITY] - M[pool + L.PL_USED]
    return M[pool + L.PL_OPEN] != 0 and M[pool + L.PL_QUEUE + 2] == 0 and free >= 1.0


def await_boundary(S, pool):
    """Wait for the next opening or closing."""
    M, F = S.M, S.F
    if not same_boundary(S, pool, M[L.LAST_BOUNDARY]):
        F[pool + L.PL_BOUNDARY] = next_boundary(S, pool)
    else:
        F[pool + L.PL_BOUNDARY] = F[M[L.LAST_BOUNDARY] + L.PL_BOUNDARY]
    M[L.LAST_BOUNDARY], F[pool + L.PL_CROSSED] = pool, F[L.NOW]
    number = (pool - M[L.POOLS_AT]) // L.POOL_WORDS
    alarm(S, F[pool + L.PL_BOUNDARY], TIMER, OPENING, number, POOLS, 1, number, L.NONE, 0, 0)


def same_boundary(S, pool, other):
    """Return whether another pool, which has just opened or closed, keeps the same hours.

    Then it has found in the calendar what this one would look for.
    """
    M, F = S.M, S.F
    return other != 0 and F[other + L.PL_CROSSED] == F[L.NOW] and (
        M[other + L.PL_OPEN] == M[pool + L.PL_OPEN]
        and F[other + L.PL_OPENS] == F[pool + L.PL_OPENS]
        and F[other + L.PL_CLOSES] == F[pool + L.PL_CLOSES]
        and M[other + L.PL_WEEKDAYS] == M[pool + L.PL_WEEKDAYS]
    )


def next_boundary(S, pool):
    """Return when the pool closes or opens next."""
    M, F = S.M, S.F
    if M[pool + L.PL_OPEN] != 0:
        return next_close(
            F[L.NOW], F[pool + L.PL_OPENS], F[pool + L.PL_CLOSES], M[pool + L.PL_WEEKDAYS],
            M[pool + L.PL_FIRST_DAY],
        )
    return next_open(
        F[L.NOW], F[pool + L.PL_OPENS], F[pool + L.PL_CLOSES], M[pool + L.PL_WEEKDAYS],
        M[pool + L.PL_FIRST_DAY],
    )


def cross_boundary(S, number):
    """The pool opens or closes."""
    M = S.M
    pool = pool_at(S, number)
    M[pool + L.PL_OPEN] = 1 - M[pool + L.PL_OPEN]
    changed(S, pool)
    M[pool + L.PL_LAST_FREED] = L.NONE
    await_boundary(S, pool)
