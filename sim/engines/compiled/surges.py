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
    I, F = S.I, S.F
    stage = I[visit + L.VI_STAGE]
    surge = taken(S, L.SURGE_WORDS)
    donor, receiver = I[stage + L.ST_DONOR], I[stage + L.ST_TO]
    planned = F[pool_at(S, donor) + L.PL_PLANNED]
    units = np.int64(np.trunc(F[stage + L.ST_SHARE] * planned + 1e-9))
    if units < 0:
        units = np.int64(0)
    I[visit + L.VI_REFERENCES] += 1
    I[surge + L.SU_VISIT], F[surge + L.SU_RELEASED] = visit, F[L.NOW]
    I[surge + L.SU_UNITS], I[surge + L.SU_AWAY], I[surge + L.SU_WORK] = units, units, 0
    I[surge + L.SU_DONOR], I[surge + L.SU_RECEIVER] = donor, receiver
    F[surge + L.SU_DECAY] = F[stage + L.ST_DECAY]
    give(S, donor, receiver, float(units))
    await_next_unit(S, surge)
    if I[stage + L.ST_RELIEF] >= 0:
        I[surge + L.SU_WORK] = I[stage + L.ST_COUNT]
        for index in range(I[stage + L.ST_COUNT]):
            spawn(S, visit, I[stage + L.ST_RELIEF], index, L.RELIEF_OF, surge)


def await_next_unit(S, surge):
    """Wait for the next unit to come back, if any is away."""
    I, F = S.I, S.F
    units, away = I[surge + L.SU_UNITS], I[surge + L.SU_AWAY]
    if away == 0:
        return
    k = units - away + 1
    after = back_after(float(units), float(k), F[surge + L.SU_DECAY])
    back = F[surge + L.SU_RELEASED] + after
    visit_alarm(S, back, TIMER, COMES_BACK, surge, I[surge + L.SU_VISIT], k)


def next_comes_back(S, surge):
    """A unit comes back."""
    come_back(S, surge, 1)
    await_next_unit(S, surge)


def relieve(S, surge):
    """An item of relief has ended; the last one ends the surge."""
    I = S.I
    I[surge + L.SU_WORK] -= 1
    if I[surge + L.SU_WORK] == 0:
        come_back(S, surge, I[surge + L.SU_AWAY])


def come_back(S, surge, units):
    """Units come back, as many as are away."""
    I = S.I
    if units > I[surge + L.SU_AWAY]:
        units = I[surge + L.SU_AWAY]
    I[surge + L.SU_AWAY] -= units
    if units > 0:
        give(S, I[surge + L.SU_RECEIVER], I[surge + L.SU_DONOR], float(units))
        capacity_changed(S)
