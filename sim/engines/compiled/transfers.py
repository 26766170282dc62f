"""Transfers: compute moves from pool to pool as it frees (O4b, O6; `reference.transfers`)."""

from __future__ import annotations

from sim.engines.compiled.draws import least, pool_at
from sim.engines.compiled.pools import set_capacity
from sim.engines.lowering import layout as L


def promise(S, donor, receiver, units):
    """Let units move from donor to receiver as they free; what is owed back is set off."""
    I, F = S.I, S.F
    there = I[L.OWED_AT] + donor * I[L.POOLS_N] + receiver
    back = I[L.OWED_AT] + receiver * I[L.POOLS_N] + donor
    owed = F[there] + units - F[back]
    I[L.OWED_N] -= (F[there] > 0.0) + (F[back] > 0.0)
    F[there], F[back] = 0.0, 0.0
    if owed > 0.0:
        F[there] = owed
        I[L.OWED_N] += 1
    elif owed < 0.0:
        F[back] = -owed
        I[L.OWED_N] += 1


def settle_transfers(S):
    """Move what can move now; return whether units moved."""
    I, F = S.I, S.F
    by_lender = 0.0
    n = I[L.POOLS_N]
    if I[L.OWED_N] > 0:
        for pair in range(n * n):
            owed = F[I[L.OWED_AT] + pair]
            if owed > 0.0:
                if pair // n == I[L.LENDER]:
                    by_lender += owed
                donor = pool_at(S, pair // n)
                units = least(owed, F[donor + L.PL_CAPACITY] - I[donor + L.PL_USED])
                if units > 0.0:
                    move(S, donor, pool_at(S, pair % n), units)
                    F[I[L.OWED_AT] + pair] -= units
                    I[L.OWED_N] -= F[I[L.OWED_AT] + pair] == 0.0
                    return True
    return I[L.LENDER] >= 0 and settle_lending(S, by_lender)


def settle_lending(S, owed):
    """Lend or call back what can move now; return whether units moved.

    `owed`: units that the lender has promised to others. Before t = 0 nothing is lent (O10).
    """
    I, F = S.I, S.F
    if F[L.NOW] < 0.0:
        return False
    lender, borrower = pool_at(S, I[L.LENDER]), pool_at(S, I[L.BORROWER])
    free = F[lender + L.PL_CAPACITY] - I[lender + L.PL_USED]
    queue = lender + L.PL_QUEUE
    if I[queue + 2] > 0 or owed > 0.0 or free < 0.0:
        needed = owed
        for i in range(I[queue + 2] // 3):
            needed += I[I[I[queue] + 3 * i + 2] + L.RQ_UNITS]
        units = least(needed - free, F[L.LENT])
        units = least(units, F[borrower + L.PL_CAPACITY] - I[borrower + L.PL_USED])
        if units <= 0.0:
            return False
        move(S, borrower, lender, units)
        F[L.LENT] -= units
        return True
    if free > 0.0:
        move(S, lender, borrower, free)
        F[L.LENT] += free
    return free > 0.0


def move(S, donor, receiver, units):
    """Move capacity; whoever starts on it was allowed to by the row that freed it."""
    I, F = S.I, S.F
    freed_by = I[donor + L.PL_LAST_FREED]
    set_capacity(S, donor, F[donor + L.PL_CAPACITY] - units)
    set_capacity(S, receiver, F[receiver + L.PL_CAPACITY] + units)
    I[donor + L.PL_LAST_FREED] = I[receiver + L.PL_LAST_FREED] = freed_by
