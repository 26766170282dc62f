"""Generations: the gate that freezes a recipe (O4a; `reference.generations`).

The release that deploys it stands in `releases`, generation 0 in `setup`. Here also: the stock of
algorithms (`reference.lab`).
"""

from __future__ import annotations

from sim.engines.compiled import steps
from sim.engines.compiled.clock import OVERDUE, TIMER, WAKE, put, visit_alarm
from sim.engines.compiled.draws import least, most, pool_at
from sim.engines.compiled.memory import extended, taken
from sim.engines.compiled.pools import stage_paused
from sim.engines.compiled.recorder import (
    DONE,
    FAILED,
    GATE,
    finish_row,
    plain_row,
    start_row,
)
from sim.engines.lowering import layout as L
from sim.laws.capability import capability, compute_for_gain, generation_gain
from sim.log import NONE

NAN = float("nan")


def new_generation(S, index, item_number, started):
    """Open the record of a generation; the lab keeps all of them."""
    M, F = S.M, S.F
    at = taken(S, L.GN_ENTERED + 2 * M[L.STAGES_N])
    M[at + L.GN_INDEX], M[at + L.GN_ITEM], F[at + L.GN_STARTED] = index, item_number, started
    M[at + L.GN_OUTCOME], F[at + L.GN_RELEASED] = L.UNDECIDED, NAN
    F[at + L.GN_COMPUTE], F[at + L.GN_CAPABILITY] = NAN, NAN
    F[at + L.GN_ALGORITHMS], F[at + L.GN_INFRASTRUCTURE] = NAN, NAN
    M[at + L.GN_UNITS], M[at + L.GN_DEFECTS], M[at + L.GN_INTERRUPTIONS] = 0, 0, 0
    for i in range(2 * M[L.STAGES_N]):
        F[at + L.GN_ENTERED + i] = NAN
    M[extended(S, L.GENERATIONS, 1)] = at
    return at


def begin_generation(S, item):
    """Open the record of the generation that an item of the generation flow builds."""
    M = S.M
    index = M[M[L.DEPLOYED] + L.GN_INDEX] + 1
    M[item + L.IT_MADE] = new_generation(S, index, M[item + L.IT_NUMBER], S.F[L.NOW])
    M[item + L.IT_GENERATION] = index


def gate_step(S, track, step, opened):
    """Wait at the gate; when it lets go, the item goes on or, skipped, enters it again.

    Beside each step stands what it continues of `reference.generations.gate`.
    """
    M, F = S.M, S.F
    visit = M[track + L.TK_VISIT]
    if step == steps.GATE:  # from its start
        M[track + L.GA_ROW] = plain_row(S, visit, GATE, NAN)
        F[track + L.GA_ENTERED] = F[L.NOW]
        M[track + L.TK_PC] = steps.GATE_LEFT
        wait_at_gate(S, track, visit)
        return steps.WAIT
    row = M[track + L.GA_ROW]  # GATE_LEFT: after `lab.gate.wait`
    start_row(S, row, M[L.GATE_CAUSE])
    finish_row(S, row, DONE if opened != 0 else FAILED, 0.0)
    M[visit + L.VI_LAST] = row
    M[track + L.TK_FAILED] = opened == 0
    if opened == 0:
        item, index = M[visit + L.VI_ITEM], M[visit + L.VI_INDEX]
        made = M[M[item + L.IT_MADE] + L.GN_INDEX]
        skipped = new_generation(S, made, M[item + L.IT_NUMBER], F[track + L.GA_ENTERED])
        M[skipped + L.GN_OUTCOME] = L.SKIPPED
        F[skipped + L.GN_ENTERED + index] = F[track + L.GA_ENTERED]
        F[skipped + L.GN_ENTERED + M[L.STAGES_N] + index] = F[L.NOW]
    return steps.MOVE_ON


def wait_at_gate(S, track, visit):
    """Enter the gate."""
    M, F = S.M, S.F
    stage = M[visit + L.VI_STAGE]
    M[L.GATE_VISIT], M[L.GATE_TRACK], M[L.GATE_OVERDUE_ON] = visit, track, 0
    M[L.GATE_CHANGED], M[L.GATE_CAUSE] = 1, M[visit + L.VI_LAST]
    if M[stage + L.ST_MAX_WAIT_ON] != 0:
        M[L.GATE_OVERDUE_ON] = 1
        F[L.GATE_DEADLINE] = F[L.NOW] + F[stage + L.ST_MAX_WAIT]
        item = M[visit + L.VI_ITEM]
        M[item + L.IT_REFERENCES] += 1  # the alarm may outlast the item
        visit_alarm(S, F[L.GATE_DEADLINE], TIMER, OVERDUE, item, visit, 0)


def settle_gate(S):
    """Try the gate; return whether it let the item through or skipped it."""
    M, F = S.M, S.F
    M[L.GATE_CHANGED] = 0
    visit = M[L.GATE_VISIT]
    if visit == 0 or stage_paused(S, M[visit + L.VI_FLOW], M[visit + L.VI_INDEX]):
        return False
    stage = M[visit + L.VI_STAGE]
    overdue = M[L.GATE_OVERDUE_ON] != 0 and F[L.NOW] >= F[L.GATE_DEADLINE]
    compute = planned_compute(S, stage)
    if not worth(S, compute, F[stage + L.ST_MIN_GAIN], False):
        if not overdue:
            return False
        if not worth(S, compute, 0.0, True):
            compute = longest_compute(S, stage)
            if not worth(S, compute, 0.0, True):
                leave_gate(S, 0)
                return True
    freeze(S, visit, stage, compute)
    leave_gate(S, 1)
    return True


def leave_gate(S, opened):
    """Let the item at the gate go on."""
    M = S.M
    put(S, WAKE, M[L.GATE_TRACK], opened)
    M[L.GATE_VISIT] = M[L.GATE_TRACK] = 0


def algorithms(S):
    """Return the stock of algorithms."""
    M = S.M
    return S.F[M[L.STOCKS_AT] + M[L.ALGORITHMS]] if M[L.ALGORITHMS] >= 0 else 0.0


def worth(S, compute, least_gain, strict):
    """Return whether a model with this F gains enough."""
    M, F = S.M, S.F
    last = M[L.DEPLOYED]
    gain = generation_gain(
        compute, F[last + L.GN_COMPUTE], algorithms(S), F[last + L.GN_ALGORITHMS]
    )
    return gain > 0.0 and (strict or gain > least_gain - 1e-12)


def strength(S, stage):
    """Return effective unit-days per day of training, on planned units."""
    planned = S.F[pool_at(S, S.M[stage + L.ST_POOL]) + L.PL_PLANNED]
    return (planned if planned > 0.0 else 0.0) * S.F[L.EFFICIENCY]


def planned_compute(S, stage):
    """Return F_next by the training plan; models without training keep F."""
    M, F = S.M, S.F
    last, kind = M[L.DEPLOYED], M[stage + L.ST_PLAN]
    if kind == L.NO_PLAN:
        return F[last + L.GN_COMPUTE]
    power = strength(S, stage)
    if kind == L.FIXED_DURATION:
        return power * F[stage + L.ST_DAYS]
    if kind == L.FIXED_SCALE_UP:
        compute = F[last + L.GN_COMPUTE] * F[stage + L.ST_FACTOR]
        return compute if compute <= power * F[stage + L.ST_MAX_DAYS] else 0.0
    needed = compute_for_gain(
        F[last + L.GN_COMPUTE], F[stage + L.ST_MIN_GAIN], algorithms(S), F[last + L.GN_ALGORITHMS]
    )
    longest = power * F[stage + L.ST_MAX_DAYS]
    return least(most(needed, power * F[stage + L.ST_MIN_DAYS]), longest)


def longest_compute(S, stage):
    """Return F_next of the longest training."""
    if S.M[stage + L.ST_PLAN] == L.NO_PLAN:
        return S.F[S.M[L.DEPLOYED] + L.GN_COMPUTE]
    return strength(S, stage) * S.F[stage + L.ST_MAX_DAYS]


def freeze(S, visit, stage, compute):
    """Freeze units, F_next and algorithms into the recipe."""
    M, F = S.M, S.F
    made = M[M[visit + L.VI_ITEM] + L.IT_MADE]
    pool = M[stage + L.ST_POOL]
    M[made + L.GN_UNITS] = int(F[pool_at(S, pool) + L.PL_PLANNED]) if pool != NONE else 0
    F[made + L.GN_COMPUTE] = compute
    F[made + L.GN_ALGORITHMS] = algorithms(S)
    stock = M[L.INFRASTRUCTURE]
    F[made + L.GN_INFRASTRUCTURE] = F[M[L.STOCKS_AT] + stock] if stock >= 0 else 0.0
    F[made + L.GN_CAPABILITY] = capability(
        compute / F[L.INITIAL_COMPUTE], F[made + L.GN_ALGORITHMS]
    )
