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


def push(S, heap, first, second, record):
    """Add an entry."""
    M = S.M
    extended(S, heap, 3)
    sift_up(S, heap, M[heap + 2] // 3 - 1, first, second, record)


def sift_up(S, heap, place, first, second, record):
    """Put an entry at a free place, or above it."""
    M, F = S.M, S.F
    base = M[heap]
    at = base + 3 * place
    while place > 0:
        place = (place - 1) >> 1
        up = base + 3 * place
        if first > F[up]:
            break
        if first == F[up] and not tie_before(S, second, record, up):
            break
        F[at], F[at + 1], M[at + 2] = F[up], F[up + 1], M[up + 2]
        at = up
    F[at], F[at + 1], M[at + 2] = first, second, record


def tie_before(S, second, record, entry):
    """Return whether an entry with the same first number comes before another one."""
    F = S.F
    if second != F[entry + 1]:
        return second < F[entry + 1]
    return key_before(S, record, S.M[entry + 2])


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
    at = base + 3 * place
    down = 2 * place + 1
    while down < left:
        below = base + 3 * down
        # Which of two comes first is a coin toss: better no branch for it. Right of the last one
        # stands the entry that is to be put somewhere, which does not count here.
        right = first_is_right(S, below) & (down + 1 < left)
        down += right
        below += 3 * right
        F[at], F[at + 1], M[at + 2] = F[below], F[below + 1], M[below + 2]
        at, place = below, down
        down = 2 * down + 1
    sift_up(S, heap, place, F[last], F[last + 1], M[last + 2])


def first_is_right(S, left):
    """Return whether, of two entries side by side, the right one comes first."""
    M, F = S.M, S.F
    a, b, c, d = F[left], F[left + 1], F[left + 3], F[left + 4]
    right = (c < a) | ((c == a) & (d < b))
    if (a == c) & (b == d):
        right = key_before(S, M[left + 5], M[left + 2])
    return right
