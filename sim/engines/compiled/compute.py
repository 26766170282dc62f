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
    """Do a step of a compute stage; return the next one."""
    if step == steps.JOB:
        return job_begins(S, track)
    if step == steps.JOB_ATTEMPT:
        return asks(S, track)
    if step == steps.JOB_RUNS:
        return runs(S, track)
    if step == steps.JOB_ENDS:
        return run_ends(S, track)
    returned(S, track)
    return again(S, track)


def job_begins(S, track):
    """Draw the size."""
    I, F = S.I, S.F
    visit = I[track + L.TK_VISIT]
    stage, item = I[visit + L.VI_STAGE], I[visit + L.VI_ITEM]
    size = amount(S, stage + L.ST_SAMPLE, of_visit(S, visit, draws.WORK, 0))
    if I[stage + L.ST_SIZING] != 0:
        F[item + L.IT_SIZE] = relative_size(S, item, stage)
        size *= F[item + L.IT_SIZE]
    F[track + L.JO_SIZE] = size
    I[track + L.JO_ATTEMPT] = 1
    return asks(S, track)


def asks(S, track):
    """Queue for the units."""
    I = S.I
    visit = I[track + L.TK_VISIT]
    stage = I[visit + L.VI_STAGE]
    units, number = I[stage + L.ST_UNITS], I[stage + L.ST_POOL]
    row = request_row(
        S, visit, RUN, I[track + L.JO_ATTEMPT], NONE, COMPUTE, NONE, number, units,
        S.F[track + L.JO_SIZE],
    )
    I[track + L.JO_ROW] = row
    I[track + L.TK_PC] = steps.JOB_RUNS
    ask(S, pool_at(S, number), visit, track, row, units, I[stage + L.ST_PRIORITY], 0)
    return steps.WAIT


def runs(S, track):
    """The job has its units; it runs, and perhaps fails."""
    I, F = S.I, S.F
    visit, n = I[track + L.TK_VISIT], I[track + L.JO_ATTEMPT]
    stage, item = I[visit + L.VI_STAGE], I[visit + L.VI_ITEM]
    duration = F[track + L.JO_SIZE] * frontier_factor(S, item, F[stage + L.ST_FRONTIER])
    duration /= I[stage + L.ST_UNITS] * F[L.EFFICIENCY]
    chance = F[stage + L.ST_CHANCE]
    if I[stage + L.ST_PER_DEFECT_ON] != 0:
        defects = float(I[item + L.IT_DEFECTS])
        chance = failure_chance(chance, F[stage + L.ST_PER_DEFECT], defects)
    failed = happens(S, visit, draws.FAILURE, chance, n)
    if failed:
        duration *= of_visit(S, visit, draws.FRACTION, n)
    F[track + L.JO_DURATION], I[track + L.JO_FAILED] = duration, failed
    I[flow_state(S, I[visit + L.VI_FLOW]) + L.FS_HOLDING] += 1
    return hold(S, track, visit, duration, steps.JOB_ENDS)


def run_ends(S, track):
    """The job has succeeded or failed; a failed one is repaired and tried again."""
    I = S.I
    visit, row = I[track + L.TK_VISIT], I[track + L.JO_ROW]
    stage, failed = I[visit + L.VI_STAGE], I[track + L.JO_FAILED] != 0
    I[flow_state(S, I[visit + L.VI_FLOW]) + L.FS_HOLDING] -= 1
    finish_row(S, row, FAILED if failed else DONE, S.F[track + L.JO_DURATION])
    release_units(S, pool_at(S, I[stage + L.ST_POOL]), I[stage + L.ST_UNITS], row)
    I[visit + L.VI_LAST] = row
    if not failed:
        I[track + L.TK_FAILED] = 0
        return steps.LEAVE
    if I[stage + L.ST_REPAIR] >= 0:
        return call(S, track, I[stage + L.ST_REPAIR], steps.JOB_REPAIRED)
    return again(S, track)


def again(S, track):
    """The next attempt."""
    S.I[track + L.JO_ATTEMPT] += 1
    return steps.JOB_ATTEMPT


def frontier_factor(S, item, exponent):
    """Return how much dearer a job is than at t = 0: (F / F_0) ** exponent."""
    I, F = S.I, S.F
    if exponent == 0.0:
        return 1.0
    made = I[I[item + L.IT_ROOT] + L.IT_MADE]
    if made == 0:
        made = I[L.DEPLOYED]
    return power(F[made + L.GN_COMPUTE] / F[L.INITIAL_COMPUTE], exponent)


def relative_size(S, item, stage):
    """Return the size that today's compute allows, relative to that at t = 0."""
    I, F = S.I, S.F
    in_progress = I[flow_state(S, I[item + L.IT_FLOW]) + L.FS_IN_PROGRESS]
    cost = frontier_factor(S, item, F[stage + L.ST_FRONTIER])
    capacity = F[pool_at(S, I[stage + L.ST_POOL]) + L.PL_CAPACITY]
    each = (capacity if capacity > 1.0 else 1.0) * F[L.EFFICIENCY]
    each /= (in_progress if in_progress > 1 else 1) * cost
    return power(each / F[stage + L.ST_REFERENCE], F[stage + L.ST_OMEGA])
