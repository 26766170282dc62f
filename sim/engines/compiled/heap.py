"""Heaps: entries ordered by two numbers and then by structural key (O1, O2, O5).

An entry is three words: the two numbers and the address of a record that begins with its key.
"""

from __future__ import annotations

from sim.engines.compiled.memory import extended
from sim.engines.lowering import layout as L


def compared(S, a, b):
    """Compare the keys of two items of one flow: negative, 0 or positive.

    A key nests the parent's: (flow of the parent, its key, stage, visit, index). Flows are
    compared on the way up, all before the rest; of the rest the outermost difference counts.
    """
    M = S.M
    order = 0
    while a != b:
        up_a, up_b = M[a + L.IT_PARENT], M[b + L.IT_PARENT]
        if up_a != 0 and M[up_a + L.IT_FLOW] != M[up_b + L.IT_FLOW]:
            return M[up_a + L.IT_FLOW] - M[up_b + L.IT_FLOW]
        for word in range(L.IT_FIRST, L.IT_THIRD + 1):
            if M[a + word] != M[b + word]:
                order = M[a + word] - M[b + word]
                break
        a, b = up_a, up_b
    return order


def key_before(S, a, b):
    """Return whether the key of record `a` comes before that of `b` (O2)."""
    M = S.M
    if M[a + L.K_FLOW] != M[b + L.K_FLOW]:
        return M[a + L.K_FLOW] < M[b + L.K_FLOW]
    x, y = M[a + L.K_ITEM], M[b + L.K_ITEM]
    if x != y:
        if M[a + L.K_PLAIN] != 0:
            return x < y
        order = compared(S, x, y)
        if order != 0:
            return order < 0
    if M[a + L.K_STAGE] != M[b + L.K_STAGE]:
        return M[a + L.K_STAGE] < M[b + L.K_STAGE]
    if M[a + L.K_NUMBER] != M[b + L.K_NUMBER]:
        return M[a + L.K_NUMBER] < M[b + L.K_NUMBER]
    return M[a + L.K_MORE] < M[b + L.K_MORE]


def before(S, first, second, record, entry):
    """Return whether (first, second, key of the record) comes before an entry."""
    F = S.F
    if first != F[entry]:
        return first < F[entry]
    if second != F[entry + 1]:
        return second < F[entry + 1]
    return key_before(S, record, S.M[entry + 2])


def push(S, heap, first, second, record):
    """Add an entry."""
    M = S.M
    extended(S, heap, 3)
    sift_up(S, heap, M[heap + 2] // 3 - 1, first, second, record)


def sift_up(S, heap, place, first, second, record):
    """Put an entry at a free place, or above it."""
    M, F = S.M, S.F
    base = M[heap]
    while place > 0:
        up = (place - 1) // 2
        if not before(S, first, second, record, base + 3 * up):
            break
        copy_entry(S, base + 3 * place, base + 3 * up)
        place = up
    at = base + 3 * place
    F[at], F[at + 1], M[at + 2] = first, second, record


def copy_entry(S, to, of):
    """Copy three words."""
    M = S.M
    M[to], M[to + 1], M[to + 2] = M[of], M[of + 1], M[of + 2]


def pop(S, heap):
    """Remove the first entry; return its record."""
    M = S.M
    record = M[M[heap] + 2]
    remove(S, heap, 0)
    return record


def remove(S, heap, place):
    """Remove the entry at a place: the gap moves down to the end, and the last entry up from it."""
    M, F = S.M, S.F
    base = M[heap]
    left = M[heap + 2] // 3 - 1
    M[heap + 2] = 3 * left
    if place == left:
        return
    last = base + 3 * left
    first, second, record = F[last], F[last + 1], M[last + 2]
    while True:
        down = 2 * place + 1
        if down >= left:
            break
        below = base + 3 * down
        if down + 1 < left and before(S, F[below + 3], F[below + 4], M[below + 5], below):
            down += 1
            below += 3
        copy_entry(S, base + 3 * place, below)
        place = down
    sift_up(S, heap, place, first, second, record)
