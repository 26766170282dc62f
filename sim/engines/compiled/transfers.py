"""Transfers: compute moves from pool to pool as it frees (O4b, O6; `reference.transfers`)."""

from __future__ import annotations

from sim.engines.compiled.draws import least, pool_at
from sim.engines.compiled.pools import set_capacity
from sim.engines.lowering import layout as L


def promise(S, donor, receiver, units):
    """Let units move from donor to receiver as they free; what is owed back is set off."""
    M, F = S.M, S.F
    there = M[L.OWED_AT] + donor * M[L.POOLS_N] + receiver
    back = M[L.OWED_AT] + receiver * M[L.POOLS_N] + donor
    owed = F[there] + units - F[back]
    M[L.OWED_N] -= (F[there] > 0.0) + (F[back] > 0.0)
    F[there], F[back] = 0.0, 0.0
    if owed > 0.0:
        F[there] = owed
        M[L.OWED_N] += 1
    elif owed < 0.0:
        F[back] = -owed
        M[L.OWED_N] += 1


def settle_transfers(S):
    """Move what can move now; return whether units moved."""
    M, F = S.M, S.F
    by_lender = 0.0
    n = M[L.POOLS_N]
    if M[L.OWED_N] > 0:
        for pair in range(n * n):
            owed = F[M[L.OWED_AT] + pair]
            if owed > 0.0:
                if pair // n == M[L.LENDER]:
                    by_lender += owed
                donor = pool_at(S, pair // n)
                units = least(owed, F[donor + L.PL_CAPACITY] - M[donor + L.PL_USED])
                if units > 0.0:
                    move(S, donor, pool_at(S, pair % n), units)
                    F[M[L.OWED_AT] + pair] -= units
                    M[L.OWED_N] -= F[M[L.OWED_AT] + pair] == 0.0
                    return True
    return M[L.LENDER] >= 0 and settle_lending(S, by_lender)


def settle_lending(S, owed):
    """Lend or call back what can move now; return whether units moved.

    `owed`: units that the lender has promised to others. Before t = 0 nothing is lent (O10).
    """
    M, F = S.M, S.F
    if F[L.NOW] < 0.0:
        return False
    lender, borrower = pool_at(S, M[L.LENDER]), pool_at(S, M[L.BORROWER])
    free = F[lender + L.PL_CAPACITY] - M[lender + L.PL_USED]
    queue = lender + L.PL_QUEUE
    if M[queue + 2] > 0 or owed > 0.0 or free < 0.0:
        most = least(F[L.LENT], F[borrower + L.PL_CAPACITY] - M[borrower + L.PL_USED])
        if most <= 0.0:
            return False
        needed = owed
        for i in range(M[queue + 2] // 3):
            needed += M[M[M[queue] + 3 * i + 2] + L.RQ_UNITS]
        units = least(needed - free, most)
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
    M, F = S.M, S.F
    freed_by = M[donor + L.PL_LAST_FREED]
    set_capacity(S, donor, F[donor + L.PL_CAPACITY] - units)
    set_capacity(S, receiver, F[receiver + L.PL_CAPACITY] + units)
    M[donor + L.PL_LAST_FREED] = M[receiver + L.PL_LAST_FREED] = freed_by
