"""Releases: a new model is deployed, in the order of O11 (`reference.generations.release`)."""

from __future__ import annotations

from sim.engines.compiled import chores, steps
from sim.engines.compiled.assistants import add_release
from sim.engines.compiled.capacity import update_capacities
from sim.engines.compiled.chores import chore
from sim.engines.compiled.recorder import DONE, RELEASE, instant_row
from sim.engines.compiled.sources import adjust_sources
from sim.engines.compiled.surges import begin_surge
from sim.engines.lowering import layout as L


def release_step(S, track):
    """Deploy the new model; what may need Python follows as chores, and then the route."""
    M, F = S.M, S.F
    visit = M[track + L.TK_VISIT]
    stage, made = M[visit + L.VI_STAGE], M[M[track + L.TK_ITEM] + L.IT_MADE]
    if M[made + L.GN_OUTCOME] == L.RELEASED:  # another track of the item came first
        return steps.MOVE_ON
    row = instant_row(S, visit, RELEASE, DONE, F[made + L.GN_CAPABILITY])
    M[visit + L.VI_LAST] = row
    M[made + L.GN_OUTCOME], F[made + L.GN_RELEASED] = L.RELEASED, F[L.NOW]
    M[L.DEPLOYED] = made
    update_capacities(S)
    if M[L.HELPER] == L.OWN_MODEL:
        add_release(S, F[made + L.GN_CAPABILITY], stage)
    adjust_sources(S)
    if M[stage + L.ST_SURGE] != 0:
        begin_surge(S, visit)
    M[track + L.TK_PC] = steps.MOVE_ON
    # last in, first out: read upwards
    chore(S, chores.GO_ON, track, 0)
    chore(S, chores.TARGETS, 0, 0)
    chore(S, chores.AT_RELEASE, M[made + L.GN_INDEX], 0)
    chore(S, chores.ALLOCATE, 0, 0)
    return steps.WAIT
