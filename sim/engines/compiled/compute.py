"""Compute jobs: queue, run, fail, be repaired, queue again (`reference.compute`)."""

from __future__ import annotations

from sim.engines.compiled import draws, steps
from sim.engines.compiled.draws import amount, flow_state, happens, of_visit, pool_at
from sim.engines.compiled.pools import ask, release_units
from sim.engines.compiled.recorder import COMPUTE, DONE, FAILED, RUN, finish_row, request_row
from sim.engines.compiled.service import hold
from sim.engines.compiled.subroutines import call, returned
from sim.engines.lowering import layout as L
from sim.laws.defects import failure_chance
from sim.laws.portable import power
from sim.log import NONE


def job_step(S, track, step):
    """Do a step of a compute stage; return the next one.

    Beside each stands what it continues of `reference.compute.compute`.
    """
    if step == steps.JOB:  # from its start
        return job_begins(S, track)
    if step == steps.JOB_RUNS:  # after `pool.request`
        return runs(S, track)
    if step == steps.JOB_ENDS:  # after `lab.hold`
        return run_ends(S, track)
    returned(S, track)  # JOB_REPAIRED: after `lab.subroutine`
    return again(S, track)


def job_begins(S, track):
    """Draw the size, on entry (O7)."""
    M, F = S.M, S.F
    visit = M[track + L.TK_VISIT]
    stage, item = M[visit + L.VI_STAGE], M[visit + L.VI_ITEM]
    size = amount(S, stage + L.ST_SAMPLE, visit, draws.WORK, 0)
    if M[stage + L.ST_SIZING] != 0:
        F[item + L.IT_SIZE] = relative_size(S, item, stage)
        size *= F[item + L.IT_SIZE]
    F[track + L.JO_SIZE] = size
    M[track + L.JO_ATTEMPT] = 1
    return asks(S, track)


def asks(S, track):
    """Queue for the units: the top of the loop over attempts in `reference.compute.compute`."""
    M = S.M
    visit = M[track + L.TK_VISIT]
    stage = M[visit + L.VI_STAGE]
    units, number = M[stage + L.ST_UNITS], M[stage + L.ST_POOL]
    row = request_row(
        S, visit, RUN, M[track + L.JO_ATTEMPT], NONE, COMPUTE, NONE, number, units,
        S.F[track + L.JO_SIZE],
    )
    M[track + L.JO_ROW] = row
    M[track + L.TK_PC] = steps.JOB_RUNS
    ask(S, pool_at(S, number), visit, track, row, units, M[stage + L.ST_PRIORITY], 0)
    return steps.WAIT


def runs(S, track):
    """The job has its units; it runs, and perhaps fails.

    Cost and efficiency of compute, and the item's defects, are those of this grant (O7).
    """
    M, F = S.M, S.F
    visit, n = M[track + L.TK_VISIT], M[track + L.JO_ATTEMPT]
    stage, item = M[visit + L.VI_STAGE], M[visit + L.VI_ITEM]
    duration = F[track + L.JO_SIZE] * frontier_factor(S, item, stage)
    duration /= M[stage + L.ST_UNITS] * F[L.EFFICIENCY]
    chance = F[stage + L.ST_FAILURE]
    if M[stage + L.ST_PER_DEFECT_ON] != 0:
        defects = float(M[item + L.IT_DEFECTS])
        chance = failure_chance(chance, F[stage + L.ST_PER_DEFECT], defects)
    failed = happens(S, visit, draws.FAILURE, chance, n)
    if failed:
        duration *= of_visit(S, visit, draws.FRACTION, n)
    F[track + L.JO_DURATION], M[track + L.JO_FAILED] = duration, failed
    M[flow_state(S, M[visit + L.VI_FLOW]) + L.FS_HOLDING] += 1
    return hold(S, track, visit, duration, steps.JOB_ENDS)


def run_ends(S, track):
    """The job has succeeded or failed; a failed one is repaired and tried again."""
    M = S.M
    visit, row = M[track + L.TK_VISIT], M[track + L.JO_ROW]
    stage, failed = M[visit + L.VI_STAGE], M[track + L.JO_FAILED] != 0
    M[flow_state(S, M[visit + L.VI_FLOW]) + L.FS_HOLDING] -= 1
    finish_row(S, row, FAILED if failed else DONE, S.F[track + L.JO_DURATION])
    release_units(S, pool_at(S, M[stage + L.ST_POOL]), M[stage + L.ST_UNITS], row)
    M[visit + L.VI_LAST] = row
    if not failed:
        M[track + L.TK_FAILED] = 0
        return steps.MOVE_ON
    if M[stage + L.ST_REPAIR] >= 0:
        return call(S, track, M[stage + L.ST_REPAIR], steps.JOB_REPAIRED)
    return again(S, track)


def again(S, track):
    """The next attempt: the bottom of the loop in `reference.compute.compute`."""
    S.M[track + L.JO_ATTEMPT] += 1
    return asks(S, track)


def frontier_factor(S, item, stage):
    """Return how much dearer a job is than at t = 0: (F / F_0) ** exponent."""
    M, F = S.M, S.F
    exponent = F[stage + L.ST_FRONTIER]
    if exponent == 0.0:
        return 1.0
    made = M[M[item + L.IT_ROOT] + L.IT_MADE]
    if made == 0:
        made = M[L.DEPLOYED]
    ratio = F[made + L.GN_COMPUTE] / F[L.INITIAL_COMPUTE]
    if F[stage + L.ST_LAST_RATIO] != ratio:  # most jobs are of the same generation as the last one
        F[stage + L.ST_LAST_RATIO], F[stage + L.ST_LAST_COST] = ratio, power(ratio, exponent)
    return F[stage + L.ST_LAST_COST]


def relative_size(S, item, stage):
    """Return the size that today's compute allows, relative to that at t = 0."""
    M, F = S.M, S.F
    in_progress = M[flow_state(S, M[item + L.IT_FLOW]) + L.FS_IN_PROGRESS]
    cost = frontier_factor(S, item, stage)
    capacity = F[pool_at(S, M[stage + L.ST_POOL]) + L.PL_CAPACITY]
    each = (capacity if capacity > 1.0 else 1.0) * F[L.EFFICIENCY]
    each /= (in_progress if in_progress > 1 else 1) * cost
    return power(each / F[stage + L.ST_REFERENCE], F[stage + L.ST_OMEGA])
