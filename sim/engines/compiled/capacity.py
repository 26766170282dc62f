"""Capacity: what is planned for each pool, and who gets what of the compute (O6).

`reference.capacity`. A new division of shared compute begins in `chores.take_shares`; `exits.split`
finds the parts, and `move_shares` moves the units.
"""

from __future__ import annotations

from math import inf

import numpy as np

from sim.engines.compiled.clock import stop
from sim.engines.compiled.draws import pool_at
from sim.engines.compiled.ends import SLOTS
from sim.engines.compiled.insight import stock_level, touch_gate
from sim.engines.compiled.pools import plan
from sim.engines.compiled.sources import adjust_sources
from sim.engines.compiled.training import fit_waiting_training
from sim.engines.compiled.transfers import promise
from sim.engines.lowering import layout as L
from sim.laws.portable import exp
from sim.log import NONE
from sim.model.pool import MOST_UNITS


def stated_units(S, number):
    """Return the units of a stated capacity that there are to be now."""
    F = S.F
    at = S.M[L.STATED_AT] + number * L.STATED_WORDS
    if F[at + L.SD_BASE] == inf:
        return inf
    units = np.floor(F[at + L.SD_BASE] * F[at + L.SD_FACTOR] + F[at + L.SD_OFFSET] + 1e-9)
    return units if units > 0.0 else 0.0


def change_stated(S, number, how, value):
    """Carry out an intervention on a stated capacity."""
    F = S.F
    at = S.M[L.STATED_AT] + number * L.STATED_WORDS
    if how == L.SCALE:
        F[at + L.SD_FACTOR] *= value
        F[at + L.SD_OFFSET] *= value
    elif how == L.ADD:
        F[at + L.SD_OFFSET] += value
    else:
        F[at + L.SD_BASE] = stated_units(S, number) if how == L.HOLD else value
        F[at + L.SD_FACTOR], F[at + L.SD_OFFSET] = 1.0, 0.0
        S.M[at + L.SD_PLANNED] = 0


def apply_plan(S, number):
    """Bring a pool to what is planned for it; a cut takes effect at once."""
    pool = pool_at(S, number)
    plan(S, pool, planned_units(S, number))
    fit_waiting_training(S, pool)


def update_capacities(S):
    """Derive all capacities anew: infrastructure changes what a unit serves."""
    for number in range(S.M[L.POOLS_N]):
        apply_plan(S, number)


def apply_shared(S):
    """Bring all pools that share the compute to what is planned for them."""
    for number in range(S.M[L.POOLS_N]):
        if S.M[pool_at(S, number) + L.PL_SHARED] != 0:
            apply_plan(S, number)


def planned_units(S, number):
    """Return what is planned for a pool now: slots for agents with a share, units else."""
    M, F = S.M, S.F
    pool = pool_at(S, number)
    if M[pool + L.PL_SHARED] == 0:
        return stated_units(S, number) + F[pool + L.PL_GIVEN]
    units = F[pool + L.PL_PART] + F[pool + L.PL_GIVEN]
    if M[pool + L.PL_AGENT] == 0:
        return units
    growth = exp(F[pool + L.PL_ELASTICITY] * stock_level(S, M[L.INFRASTRUCTURE]))
    slots = units * F[pool + L.PL_SLOTS_PER_UNIT] * growth
    if not slots <= MOST_UNITS:  # also NaN: 0 * inf
        stop(S, SLOTS, slots, number)
        return F[pool + L.PL_PLANNED]
    return np.trunc(slots + 1e-9)


def give(S, donor, receiver, units):
    """Plan units of one compute pool for another one; they move as they free."""
    plan_given(S, pool_at(S, donor), -units)
    plan_given(S, pool_at(S, receiver), units)
    promise(S, donor, receiver, units)


def plan_given(S, pool, change):
    """Plan more (or fewer) units for a pool that is given some (or gives)."""
    S.F[pool + L.PL_GIVEN] += change
    S.F[pool + L.PL_PLANNED] += change
    fit_waiting_training(S, pool)


def capacity_changed(S):
    """A planned capacity changed: the gate looks again, workstreams follow the people."""
    touch_gate(S, NONE)
    adjust_sources(S)


def move_shares(S):
    """Let compute move between compute pools to what their new shares make of it."""
    M, F = S.M, S.F
    n = M[L.POOLS_N]
    for number in range(n):
        pool = pool_at(S, number)
        moves = M[pool + L.PL_SHARED] != 0 and M[pool + L.PL_AGENT] == 0
        F[pool + L.PL_CHANGE] = F[pool + L.PL_PART] - F[pool + L.PL_BEFORE] if moves else 0.0
    for donor in range(n):
        for receiver in range(n):
            there, here = pool_at(S, donor), pool_at(S, receiver)
            lacking, too_many = F[here + L.PL_CHANGE], -F[there + L.PL_CHANGE]
            units = lacking if lacking < too_many else too_many
            if units > 0.0:
                give(S, donor, receiver, units)
                F[there + L.PL_GIVEN] += units  # it is in the shares now
                F[there + L.PL_CHANGE] += units
                F[here + L.PL_GIVEN] -= units
                F[here + L.PL_CHANGE] -= units
    update_capacities(S)
