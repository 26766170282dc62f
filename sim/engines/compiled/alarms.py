"""Alarms: what is to happen, by (time, rank, key), in a heap of four branches (O1, O2).

An entry is two words: the time, and the record that holds rank and key. When the first entry is
taken its place stays empty (`L.GAP`): most events set an alarm, which then goes there. Beyond the
last entry stand times that never come, for whoever looks at four entries at once.
"""

from __future__ import annotations

from math import inf

from sim.engines.compiled.heap import key_before
from sim.engines.compiled.memory import extended
from sim.engines.lowering import layout as L

RANK_SHIFT = 4
"""The word of an alarm's action holds its rank from this bit on."""
ALARMS = L.HEAP
BEYOND = 8
"""Words beyond the last entry."""


def add(S, time, record):
    """Add an entry."""
    M, F = S.M, S.F
    if M[L.GAP] != 0:
        M[L.GAP] = 0
        sink(S, 0, time, record)
        return
    at = extended(S, ALARMS, 2 + BEYOND)
    M[ALARMS + 2] -= BEYOND
    base = M[ALARMS]
    for more in range(at + 2, at + 2 + BEYOND, 2):
        F[more] = inf
    place = (at - base) >> 1
    while place > 0:
        place = (place - 1) >> 2
        up = base + 2 * place
        if not before(S, time, record, up):
            break
        F[at], M[at + 1] = F[up], M[up + 1]
        at = up
    F[at], M[at + 1] = time, record


def take(S):
    """Take the first entry; return its record."""
    M = S.M
    if M[L.GAP] != 0:
        close_gap(S)
    M[L.GAP] = 1
    return M[M[ALARMS] + 1]


def any_until(S, time):
    """Return whether an alarm is left that goes off until a time."""
    M, F = S.M, S.F
    base = M[ALARMS]
    if M[L.GAP] == 0:
        return M[ALARMS + 2] > 0 and F[base] <= time
    return min(min(F[base + 2], F[base + 4]), min(F[base + 6], F[base + 8])) <= time


def remove(S, record):
    """Remove the entry of a record."""
    M, F = S.M, S.F
    if M[L.GAP] != 0:
        close_gap(S)
    base = M[ALARMS]
    place = 0
    while M[base + 2 * place + 1] != record:
        place += 1
    while place > 0:  # those above it move down, and the gap up
        up = (place - 1) >> 2
        F[base + 2 * place], M[base + 2 * place + 1] = F[base + 2 * up], M[base + 2 * up + 1]
        place = up
    close_gap(S)


def close_gap(S):
    """Move the last entry to the first place, which is empty, and down from there."""
    M, F = S.M, S.F
    M[L.GAP] = 0
    M[ALARMS + 2] -= 2
    last = M[ALARMS] + M[ALARMS + 2]
    time = F[last]
    F[last] = inf
    if M[ALARMS + 2] > 0:
        sink(S, 0, time, M[last + 1])


def sink(S, place, time, record):
    """Put an entry at a free place, or below it.

    Whether it goes before the first of four is often as random as its time, which may not even be
    known to the processor yet: better no branch for that either. So the walk always ends at the
    bottom: from where the entry found its place on, it moves each next one to where that stands.
    """
    M, F = S.M, S.F
    base = M[ALARMS]
    end = base + M[ALARMS + 2]
    at = base + 2 * place
    first = base + 2 * (4 * place + 1)
    while first < end:
        # Which of four comes first is anybody's guess: no branches for it.
        a, b, c, d = F[first], F[first + 2], F[first + 4], F[first + 6]
        least = min(min(a, b), min(c, d))
        is_b, is_c, is_d = int(b == least), int(c == least), int(d == least)
        below = first + 2 * is_b + 4 * is_c + 6 * is_d
        if int(a == least) + is_b + is_c + is_d > 1:
            below = first_of(S, first, min(first + 8, end))
        other = M[below + 1]
        sooner = time < least
        if time == least:
            sooner = goes_first(S, record, other)
        F[at], M[at + 1] = min(time, least), record if sooner else other
        time, record = max(time, least), other if sooner else record
        at = below
        first = base + 2 * (2 * (below - base) + 1)
    F[at], M[at + 1] = time, record


def first_of(S, first, end):
    """Return the first of the entries between two addresses."""
    least = first
    for at in range(first + 2, end, 2):
        if before(S, S.F[at], S.M[at + 1], least):
            least = at
    return least


def before(S, time, record, entry):
    """Return whether (time, rank and key of the record) comes before an entry."""
    if time != S.F[entry]:
        return time < S.F[entry]
    return goes_first(S, record, S.M[entry + 1])


def goes_first(S, a, b):
    """Return whether of two alarms for the same time the first one goes off first."""
    M = S.M
    rank_a, rank_b = M[a + L.AL_ACTION] >> RANK_SHIFT, M[b + L.AL_ACTION] >> RANK_SHIFT
    if rank_a != rank_b:
        return rank_a < rank_b
    return key_before(S, a, b)
