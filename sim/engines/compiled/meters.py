"""Meters: how much a pool is waited for (`reference.allocation.Meter`)."""

from __future__ import annotations

from sim.engines.lowering import layout as L


def meter_reset(S, pool):
    """Begin to measure."""
    F = S.F
    F[pool + L.PL_SINCE] = F[L.NOW]
    F[pool + L.PL_QUEUED] = F[pool + L.PL_CAPACITY_TIME] = 0.0


def meter_tick(S, pool):
    """Count the time up to now, before something changes."""
    F = S.F
    elapsed = F[L.NOW] - F[pool + L.PL_SINCE]
    F[pool + L.PL_QUEUED] += S.M[pool + L.PL_UNITS] * elapsed
    capacity = F[pool + L.PL_CAPACITY]
    F[pool + L.PL_CAPACITY_TIME] += (capacity if capacity > 0.0 else 0.0) * elapsed
    F[pool + L.PL_SINCE] = F[L.NOW]


def meter_add(S, pool, units):
    """Units join the queue, or leave it (negative)."""
    meter_tick(S, pool)
    S.M[pool + L.PL_UNITS] += units
