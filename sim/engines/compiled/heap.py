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
    I = S.I
    order = 0
    while a != b:
        up_a, up_b = I[a + L.IT_PARENT], I[b + L.IT_PARENT]
        if up_a != 0 and I[up_a + L.IT_FLOW] != I[up_b + L.IT_FLOW]:
            return I[up_a + L.IT_FLOW] - I[up_b + L.IT_FLOW]
        for word in range(L.IT_FIRST, L.IT_THIRD + 1):
            if I[a + word] != I[b + word]:
                order = I[a + word] - I[b + word]
                break
        a, b = up_a, up_b
    return order


def key_before(S, a, b):
    """Return whether the key of record `a` comes before that of `b` (O2)."""
    I = S.I
    if I[a + L.K_FLOW] != I[b + L.K_FLOW]:
        return I[a + L.K_FLOW] < I[b + L.K_FLOW]
    x, y = I[a + L.K_ITEM], I[b + L.K_ITEM]
    if x != y:
        if I[a + L.K_PLAIN] != 0:
            return x < y
        order = compared(S, x, y)
        if order != 0:
            return order < 0
    if I[a + L.K_STAGE] != I[b + L.K_STAGE]:
        return I[a + L.K_STAGE] < I[b + L.K_STAGE]
    if I[a + L.K_NUMBER] != I[b + L.K_NUMBER]:
        return I[a + L.K_NUMBER] < I[b + L.K_NUMBER]
    return I[a + L.K_MORE] < I[b + L.K_MORE]


def before(S, first, second, record, entry):
    """Return whether (first, second, key of the record) comes before an entry."""
    F = S.F
    if first != F[entry]:
        return first < F[entry]
    if second != F[entry + 1]:
        return second < F[entry + 1]
    return key_before(S, record, S.I[entry + 2])


def push(S, heap, first, second, record):
    """Add an entry."""
    I = S.I
    extended(S, heap, 3)
    sift_up(S, heap, I[heap + 2] // 3 - 1, first, second, record)


def sift_up(S, heap, place, first, second, record):
    """Put an entry at a free place, or above it."""
    I, F = S.I, S.F
    base = I[heap]
    while place > 0:
        up = (place - 1) // 2
        if not before(S, first, second, record, base + 3 * up):
            break
        copy_entry(S, base + 3 * place, base + 3 * up)
        place = up
    at = base + 3 * place
    F[at], F[at + 1], I[at + 2] = first, second, record


def copy_entry(S, to, of):
    """Copy three words."""
    I = S.I
    I[to], I[to + 1], I[to + 2] = I[of], I[of + 1], I[of + 2]


def pop(S, heap):
    """Remove the first entry; return its record."""
    I = S.I
    record = I[I[heap] + 2]
    remove(S, heap, 0)
    return record


def remove(S, heap, place):
    """Remove the entry at a place."""
    I, F = S.I, S.F
    base = I[heap]
    left = I[heap + 2] // 3 - 1
    I[heap + 2] = 3 * left
    if place == left:
        return
    last = base + 3 * left
    first, second, record = F[last], F[last + 1], I[last + 2]
    while True:
        down = 2 * place + 1
        if down >= left:
            break
        below = base + 3 * down
        if down + 1 < left and before(S, F[below + 3], F[below + 4], I[below + 5], below):
            down += 1
            below += 3
        if before(S, first, second, record, below):
            break
        copy_entry(S, base + 3 * place, below)
        place = down
    sift_up(S, heap, place, first, second, record)
