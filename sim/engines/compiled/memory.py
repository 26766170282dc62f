"""Memory: records that come and go, and vectors that grow.

A record is taken from a list of freed ones of its size, or from the top. There is always room:
the loop leaves the kernel for more before it runs out (`layout.MARGIN`).
"""

from __future__ import annotations

from sim.engines.lowering import layout as L


def taken(S, words):
    """Take a record of so many words (their content is arbitrary); return its address."""
    M = S.M
    size, list_of_size = 8, L.FREE
    while size < words:
        size += size
        list_of_size += 1
    at = M[list_of_size]
    if at != 0:
        M[list_of_size] = M[at]
        return at
    at = M[L.TOP]
    M[L.TOP] = at + size
    return at


def freed(S, at, words):
    """Free a record of so many words."""
    M = S.M
    size, list_of_size = 8, L.FREE
    while size < words:
        size += size
        list_of_size += 1
    M[at] = M[list_of_size]
    M[list_of_size] = at


def extended(S, vector, words):
    """Add words to the end of a vector, with whatever they hold; return their address."""
    M = S.M
    used = M[vector + 2]
    if used + words > M[vector + 1]:
        grow(S, vector, words)
    M[vector + 2] = used + words
    return M[vector] + used


def grow(S, vector, words):
    """Give a vector twice its room, or more: so that so many words can be added."""
    M = S.M
    used, room = M[vector + 2], M[vector + 1]
    more = 16 if room == 0 else 2 * room
    while more < used + words:
        more += more
    at = taken(S, more)
    before = M[vector]
    for i in range(used):
        M[at + i] = M[before + i]
    if room > 0:
        freed(S, before, room)
    M[vector], M[vector + 1] = at, more
