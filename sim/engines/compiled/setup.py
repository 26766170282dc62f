"""The first instant: what the reference engine's constructors do, in their order."""

from __future__ import annotations

from sim.engines.compiled.assistants import watch_speedups
from sim.engines.compiled.capacity import update_capacities
from sim.engines.compiled.chores import reset_meters
from sim.engines.compiled.clock import (
    CAPACITY,
    DELIVERY,
    EXTERNAL,
    HISTORY,
    INTERVENES,
    LAB,
    POOLS,
    alarm,
)
from sim.engines.compiled.draws import pool_at
from sim.engines.compiled.generations import new_generation
from sim.engines.compiled.memory import extended
from sim.engines.compiled.meters import meter_reset
from sim.engines.compiled.pools import await_boundary
from sim.engines.compiled.sources import begin_source, new_source
from sim.engines.lowering import layout as L
from sim.laws.calendar import is_open
from sim.log import NONE

NAN = float("nan")


def set_up(S):
    """Open pools, plan capacities, deploy generation 0, set the first alarms, begin sources."""
    M, F = S.M, S.F
    for number in range(M[L.POOLS_N]):
        open_pool(S, pool_at(S, number))
    update_capacities(S)
    for number in range(M[L.POOLS_N]):  # from now on
        M[pool_at(S, number) + L.PL_NEW] = M[pool_at(S, number) + L.PL_NEW_MODEL]
    for i in range(M[L.DELIVERIES_N]):
        at = M[L.DELIVERIES_AT] + i * L.DELIVERY_WORDS
        pool = M[at + L.DL_POOL]
        alarm(S, F[at + L.DL_TIME], CAPACITY, DELIVERY, i, POOLS, 1, pool, NONE, 0, 0)
    deploy_first(S)
    set_dates(S)
    for number in range(M[L.POOLS_N]):
        pool = pool_at(S, number)
        M[pool + L.PL_METER] = M[pool + L.PL_METER_MODEL]
        meter_reset(S, pool)
    for flow in range(M[L.FLOWS_N]):
        new_source(S, flow)
    for flow in range(M[L.FLOWS_N]):
        if flow != M[L.GENERATION_FLOW] or F[L.NOW] == 0.0:
            begin_source(S, flow)
    if F[L.NOW] < 0.0:
        alarm(S, 0.0, CAPACITY, HISTORY, 0, POOLS, 1, M[L.POOLS_N], NONE, 0, 0)
    watch_speedups(S)


def open_pool(S, pool):
    """A pool is open or not, and waits for the next opening or closing."""
    M, F = S.M, S.F
    if M[pool + L.PL_HOURS] != 0:
        M[pool + L.PL_OPEN] = is_open(
            F[L.NOW], F[pool + L.PL_OPENS], F[pool + L.PL_CLOSES], M[pool + L.PL_WEEKDAYS],
            M[pool + L.PL_FIRST_DAY],
        )
        await_boundary(S, pool)


def deploy_first(S):
    """Deploy generation 0: recipe frozen when the clock starts, deployed at t = 0."""
    M, F = S.M, S.F
    F[L.INITIAL_COMPUTE] = 1.0
    units = 0.0
    if M[L.TRAINING_POOL] >= 0:
        units = F[pool_at(S, M[L.TRAINING_POOL]) + L.PL_PLANNED]
        F[L.INITIAL_COMPUTE] = units * F[L.INITIAL_TRAINING]
    first = new_generation(S, 0, NONE, NAN)
    M[first + L.GN_OUTCOME], F[first + L.GN_RELEASED] = L.RELEASED, 0.0
    F[first + L.GN_COMPUTE], F[first + L.GN_CAPABILITY] = F[L.INITIAL_COMPUTE], 0.0
    F[first + L.GN_ALGORITHMS] = F[first + L.GN_INFRASTRUCTURE] = 0.0
    M[first + L.GN_UNITS] = int(units)
    M[L.DEPLOYED] = first
    at = extended(S, L.RELEASES, 2)
    F[at], F[at + 1] = 0.0, 0.0


def set_dates(S):
    """Set the alarms for a vendor's releases and for dated interventions."""
    M, F = S.M, S.F
    for i in range(M[L.EXTERNAL_N]):
        time = F[M[L.EXTERNAL_AT] + i * L.EXTERNAL_WORDS + L.EX_TIME]
        if time < F[L.HORIZON]:
            alarm(S, time, CAPACITY, EXTERNAL, i, LAB, 1, i, 0, 0, 0)
    for i in range(M[L.INTERVENTIONS_N]):
        at = M[L.INTERVENTIONS_AT] + i * L.INTERVENTION_WORDS
        if M[at + L.IV_AT] != 0:
            number = M[L.EXTERNAL_N] + i
            alarm(S, F[at + L.IV_TIME], CAPACITY, INTERVENES, i, LAB, 1, number, 0, 0, 0)


def begin_history(S):
    """At t = 0 generation 0 is deployed, and the next one begins (O10), and so does lending."""
    S.M[L.LENDING_CHANGED] = S.M[L.LENDER] >= 0
    reset_meters(S)
    if S.M[L.GENERATION_FLOW] >= 0:
        begin_source(S, S.M[L.GENERATION_FLOW])
