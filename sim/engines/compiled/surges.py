"""Surges: after a release compute serves the rush of users, and comes back (`reference.surges`)."""

from __future__ import annotations

import numpy as np

from sim.engines.compiled.capacity import capacity_changed, give
from sim.engines.compiled.clock import COMES_BACK, TIMER, visit_alarm
from sim.engines.compiled.draws import pool_at
from sim.engines.compiled.items import spawn
from sim.engines.compiled.memory import taken
from sim.engines.lowering import layout as L
from sim.laws.serving import back_after


def begin_surge(S, visit):
    """The surge after a release begins; its record, and the visit, stay for good."""
    M, F = S.M, S.F
    stage = M[visit + L.VI_STAGE]
    surge = taken(S, L.SURGE_WORDS)
    donor, receiver = M[stage + L.ST_DONOR], M[stage + L.ST_TO]
    planned = F[pool_at(S, donor) + L.PL_PLANNED]
    units = np.int64(np.trunc(F[stage + L.ST_SHARE] * planned + 1e-9))
    if units < 0:
        units = np.int64(0)
    M[visit + L.VI_REFERENCES] += 1
    M[surge + L.SU_VISIT], F[surge + L.SU_RELEASED] = visit, F[L.NOW]
    M[surge + L.SU_UNITS], M[surge + L.SU_AWAY], M[surge + L.SU_WORK] = units, units, 0
    M[surge + L.SU_DONOR], M[surge + L.SU_RECEIVER] = donor, receiver
    F[surge + L.SU_DECAY] = F[stage + L.ST_DECAY]
    give(S, donor, receiver, float(units))
    await_next_unit(S, surge)
    if M[stage + L.ST_RELIEF] >= 0:
        M[surge + L.SU_WORK] = M[stage + L.ST_COUNT]
        for index in range(M[stage + L.ST_COUNT]):
            spawn(S, visit, M[stage + L.ST_RELIEF], index, L.RELIEF_OF, surge)


def await_next_unit(S, surge):
    """Wait for the next unit to come back, if any is away."""
    M, F = S.M, S.F
    units, away = M[surge + L.SU_UNITS], M[surge + L.SU_AWAY]
    if away == 0:
        return
    k = units - away + 1
    after = back_after(float(units), float(k), F[surge + L.SU_DECAY])
    back = F[surge + L.SU_RELEASED] + after
    visit_alarm(S, back, TIMER, COMES_BACK, surge, M[surge + L.SU_VISIT], k)


def next_comes_back(S, surge):
    """A unit comes back."""
    come_back(S, surge, 1)
    await_next_unit(S, surge)


def relieve(S, surge):
    """An item of relief has ended; the last one ends the surge."""
    M = S.M
    M[surge + L.SU_WORK] -= 1
    if M[surge + L.SU_WORK] == 0:
        come_back(S, surge, M[surge + L.SU_AWAY])


def come_back(S, surge, units):
    """Units come back, as many as are away."""
    M = S.M
    if units > M[surge + L.SU_AWAY]:
        units = M[surge + L.SU_AWAY]
    M[surge + L.SU_AWAY] -= units
    if units > 0:
        give(S, M[surge + L.SU_RECEIVER], M[surge + L.SU_DONOR], float(units))
        capacity_changed(S)
