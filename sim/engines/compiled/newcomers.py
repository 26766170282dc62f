"""Newcomers: people who join a pool slow it before they help it (`reference.newcomers`)."""

from __future__ import annotations

from sim.engines.compiled.clock import ASSIMILATED, POOLS, TIMER, alarm
from sim.engines.compiled.draws import least, pool_at
from sim.engines.compiled.memory import extended
from sim.engines.compiled.recorder import change_row
from sim.engines.lowering import layout as L
from sim.laws.people import team_efficiency

GROUP_BITS = 32
"""An alarm's one argument holds the pool and, above it, the group."""


def planned_people(S, pool, change):
    """People join, or leave: the newest leave first."""
    M, F = S.M, S.F
    groups = pool + L.PL_GROUPS
    if change > 0.0:
        number = M[groups + 2]
        F[extended(S, groups, 1)] = change
        index = (pool - M[L.POOLS_AT]) // L.POOL_WORDS
        alarm(
            S, F[L.NOW] + F[pool + L.PL_ASSIMILATION], TIMER, ASSIMILATED,
            (number << GROUP_BITS) + index, POOLS, 1, index, number, 0, 0,
        )
    else:
        for number in range(M[groups + 2] - 1, -1, -1):
            leaving = least(F[M[groups] + number], -change)
            F[M[groups] + number] -= leaving
            change += leaving
    rate_people(S, pool)


def assimilated(S, arg):
    """A group has become experienced."""
    pool = pool_at(S, arg & ((1 << GROUP_BITS) - 1))
    S.F[S.M[pool + L.PL_GROUPS] + (arg >> GROUP_BITS)] = 0.0
    rate_people(S, pool)


def rate_people(S, pool):
    """Find the efficiency anew."""
    M, F = S.M, S.F
    new = 0.0
    for number in range(M[pool + L.PL_GROUPS + 2]):
        new += F[M[pool + L.PL_GROUPS] + number]
    people = F[pool + L.PL_PLANNED]
    efficiency = team_efficiency(
        people, least(new, people), F[pool + L.PL_SPEED], F[pool + L.PL_DRAG]
    )
    index = (pool - M[L.POOLS_AT]) // L.POOL_WORDS
    change_row(S, L.EFFICIENCY_CHANGE, index, F[pool + L.PL_EFFICIENCY], efficiency)
    F[pool + L.PL_EFFICIENCY] = efficiency
