"""Subroutines: leaving a stage, what it lets go, stages inside stages.

`reference.routes`, `reference.training.let_go`; not in `routes`, which imports those that ask.
"""

from __future__ import annotations

from sim.engines.compiled import steps
from sim.engines.compiled.draws import pool_at, stage_settings
from sim.engines.compiled.items import forget_visit, new_visit, spared
from sim.engines.compiled.memory import freed
from sim.engines.compiled.pools import release_units
from sim.engines.compiled.recorder import DONE, finish_row
from sim.engines.lowering import layout as L


def call(S, track, index, then):
    """Perform a labour stage inside the present one, and come back."""
    M = S.M
    visit = M[track + L.TK_VISIT]
    item = M[visit + L.VI_ITEM]
    stage = stage_settings(S, M[visit + L.VI_FLOW], index)
    inner = new_visit(S, item, stage, M[visit + L.VI_LAST])
    M[track + L.LA_VISIT], M[track + L.LA_RETURN] = inner, then
    M[track + L.TK_FAILED] = 0
    return then if spared(S, inner) else steps.LABOUR


def returned(S, track):
    """Leave the stage that was performed inside."""
    M = S.M
    inner = M[track + L.LA_VISIT]
    leave(S, inner, M[track + L.TK_FAILED])
    M[M[track + L.TK_VISIT] + L.VI_LAST] = M[inner + L.VI_LAST]
    forget_visit(S, inner)


def leave(S, visit, failed):
    """Leave a stage."""
    M = S.M
    item, index = M[visit + L.VI_ITEM], M[visit + L.VI_INDEX]
    stay = item + L.IT_STAYS + L.STAY_WORDS * index
    M[stay + L.SY_RUNNING] -= 1
    M[stay + L.SY_PASSED] = failed == 0
    made = M[item + L.IT_MADE]
    if made != 0:
        S.F[made + L.GN_ENTERED + M[L.STAGES_N] + index] = S.F[L.NOW]
    if M[item + L.IT_HELD] != 0:
        let_go(S, item, index)


def let_go(S, item, until):
    """Release what the item holds until the end of a stage, or all it holds (`until` < 0)."""
    M = S.M
    link = item + L.IT_HELD
    while M[link] != 0:
        held = M[link]
        if until >= 0 and M[held + L.HE_STAGE] != until:
            link = held + L.HE_NEXT
            continue
        M[link] = M[held + L.HE_NEXT]
        finish_row(S, M[held + L.HE_ROW], DONE, 0.0)
        pool = pool_at(S, M[held + L.HE_POOL])
        release_units(S, pool, M[held + L.HE_UNITS], M[held + L.HE_ROW])
        freed(S, held, L.HELD_WORDS)
