"""Memory: records that come and go, and vectors that grow.

A record is taken from a list of freed ones of its size, or from the top. There is always room:
the loop leaves the kernel for more before it runs out (`layout.MARGIN`).
"""

from __future__ import annotations

from sim.engines.lowering import layout as L


def taken(S, words):
    """Take a record of so many words (their content is arbitrary); return its address."""
    I = S.I
    size, list_of_size = 8, L.FREE
    while size < words:
        size += size
        list_of_size += 1
    at = I[list_of_size]
    if at != 0:
        I[list_of_size] = I[at]
        return at
    at = I[L.TOP]
    I[L.TOP] = at + size
    return at


def give_back(S, at, words):
    """Free a record of so many words."""
    I = S.I
    size, list_of_size = 8, L.FREE
    while size < words:
        size += size
        list_of_size += 1
    I[at] = I[list_of_size]
    I[list_of_size] = at


def extended(S, vector, words):
    """Add words to the end of a vector, with whatever they hold; return their address."""
    I = S.I
    used = I[vector + 2]
    I[vector + 2] = used + words
    room = I[vector + 1]
    if used + words > room:
        more = 16 if room == 0 else 2 * room
        while more < used + words:
            more += more
        at = taken(S, more)
        before = I[vector]
        for i in range(used):
            I[at + i] = I[before + i]
        if room > 0:
            give_back(S, before, room)
        I[vector], I[vector + 1] = at, more
    return I[vector] + used
