"""Writes the log while the lab runs (see `reference.recorder`)."""

from __future__ import annotations

from math import nan

from sim.engines.compiled.accounts import count_capacity, count_row, may_change
from sim.engines.compiled.memory import taken
from sim.engines.lowering import layout as L
from sim.log import ACTIVITIES, EXECUTORS, NONE, OUTCOMES

(WORK, STEERING, REVIEW, TAKEOVER, VERDICT, RUN, REPAIR, HOLD, GATE, DELAY, BATCH, RELEASE, RESULT,
 AUDIT, HOSTAGE) = range(len(ACTIVITIES))
HUMAN, AGENT, COMPUTE = range(len(EXECUTORS))
(OPEN, RIGHT, CAUGHT, ESCAPED, BALKED, ACCEPTED, REJECTED, PASSED, FAILED, DONE, INTERRUPTED,
 SUCCESS, MISS, INVALID, WITHDRAWN) = range(len(OUTCOMES))


def row_of(S, item, code, number, last, activity, attempt, skill, executor, assistant, pool, units,
           value):
    """Write a row for a service of an item that is asked for now; return its number (O9)."""
    M, log, floats, codes = S.M, S.log, S.log_floats, S.log_codes
    row, room = M[L.FREE_ROW], M[L.ROWS_ROOM]
    if row == NONE:
        row = M[L.ROWS]
        M[L.ROWS] = row + 1
    else:  # a summary uses the places of rows again
        M[L.FREE_ROW] = log[row + room * L.RO_ITEM]
    log[row + room * L.RO_ITEM] = M[item + L.IT_NUMBER]
    log[row + room * L.RO_ITEM_KEY] = M[item + L.IT_WORD]
    log[row + room * L.RO_PARENT] = M[item + L.IT_PARENT_NUMBER]
    log[row + room * L.RO_UNITS] = units
    log[row + room * L.RO_PREVIOUS] = last
    log[row + room * L.RO_CAUSE] = NONE
    floats[row + room * L.RO_VALUE] = value
    floats[row + room * L.RO_REQUESTED] = S.F[L.NOW]
    floats[row + room * L.RO_STARTED] = nan
    floats[row + room * L.RO_FINISHED] = nan
    floats[row + room * L.RO_WORKED] = 0.0
    codes[row + room * L.RO_FLOW] = M[item + L.IT_FLOW]
    codes[row + room * L.RO_GENERATION] = M[item + L.IT_GENERATION]
    codes[row + room * L.RO_STAGE] = code
    codes[row + room * L.RO_VISIT] = number
    codes[row + room * L.RO_ATTEMPT] = attempt
    codes[row + room * L.RO_ACTIVITY] = activity
    codes[row + room * L.RO_SKILL] = skill
    codes[row + room * L.RO_EXECUTOR] = executor
    codes[row + room * L.RO_ASSISTANT] = assistant
    codes[row + room * L.RO_POOL] = pool
    codes[row + room * L.RO_OUTCOME] = OPEN
    return row


def request_row(S, visit, activity, attempt, skill, executor, assistant, pool, units, value):
    """Write a row for a service that is asked for now in a visit; return its number."""
    M = S.M
    return row_of(
        S, M[visit + L.VI_ITEM], M[M[visit + L.VI_STAGE] + L.ST_CODE], M[visit + L.VI_NUMBER],
        M[visit + L.VI_LAST], activity, attempt, skill, executor, assistant, pool, units, value,
    )


def plain_row(S, visit, activity, value):
    """Write a row for what nobody serves; return its number."""
    return request_row(S, visit, activity, 1, NONE, NONE, NONE, NONE, 0, value)


def start_row(S, row, cause):
    """The service begins; `cause` is the row whose end allowed it."""
    room = S.M[L.ROWS_ROOM]
    S.log_floats[row + room * L.RO_STARTED] = S.F[L.NOW]
    S.log[row + room * L.RO_CAUSE] = cause


def finish_row(S, row, outcome, worked):
    """The service ends."""
    room = S.M[L.ROWS_ROOM]
    S.log_floats[row + room * L.RO_FINISHED] = S.F[L.NOW]
    S.log_floats[row + room * L.RO_WORKED] = worked
    S.log_codes[row + room * L.RO_OUTCOME] = outcome
    if S.M[L.SUMMARY] != 0 and not may_change(S, row, outcome):
        count_row(S, row, S.F[L.NOW])


def instant_row(S, visit, activity, outcome, value):
    """Write a row for something that takes no time; return its number."""
    row = plain_row(S, visit, activity, value)
    start_row(S, row, S.M[visit + L.VI_LAST])
    finish_row(S, row, outcome, 0.0)
    return row


def revise_row(S, row, outcome):
    """A later event decided how this service really ended."""
    S.log_codes[row + S.M[L.ROWS_ROOM] * L.RO_OUTCOME] = outcome
    if S.M[L.SUMMARY] != 0:
        count_row(S, row, S.F[L.NOW])


def shrink_row(S, row, units):
    """A request that waits asks for fewer units."""
    S.log[row + S.M[L.ROWS_ROOM] * L.RO_UNITS] = units


def change_row(S, kind, name, old, new):
    """A capacity or stock changed; changes stand in linked chunks."""
    if old == new:
        return
    M, F = S.M, S.F
    if M[L.SUMMARY] != 0:
        if kind == L.CAPACITY_CHANGE:
            count_capacity(S, name, old, F[L.NOW])
        return
    place = M[L.CHANGES_N] % L.CHANGES_A_CHUNK
    if place == 0:
        chunk = taken(S, 1 + L.CHANGES_A_CHUNK * L.CHANGE_WORDS)
        M[chunk] = 0
        if M[L.CHANGES_N] == 0:
            M[L.CHANGES_AT] = chunk
        else:
            M[M[L.CHANGES_LAST]] = chunk
        M[L.CHANGES_LAST] = chunk
    M[L.CHANGES_N] += 1
    at = M[L.CHANGES_LAST] + 1 + place * L.CHANGE_WORDS
    F[at], M[at + 1], M[at + 2], F[at + 3], F[at + 4] = F[L.NOW], kind, name, old, new
