"""Training runs: interruptions, checkpoints, restarts, diagnosis, checkpoint evaluations.

`reference.training`; what an item holds on is let go in `subroutines`.
"""

from __future__ import annotations

from math import inf

from sim.engines.compiled import draws, recorder, steps
from sim.engines.compiled.clock import BEGIN_EVALUATIONS, EVALUATE, TIMER, put, visit_alarm
from sim.engines.compiled.draws import amount, happens, least, of_visit, pool_at
from sim.engines.compiled.items import forget_visit, spawn
from sim.engines.compiled.memory import freed, taken
from sim.engines.compiled.meters import meter_add
from sim.engines.compiled.pools import ask, release_units
from sim.engines.compiled.recorder import finish_row, request_row, shrink_row, start_row
from sim.engines.compiled.service import hold
from sim.engines.compiled.subroutines import call, let_go, returned
from sim.engines.lowering import layout as L
from sim.laws.defects import interruption_rate
from sim.laws.portable import log
from sim.laws.training import optimal_interval, run_time, saved_after
from sim.log import NONE

NAN = float("nan")


def training_step(S, track, step):
    """Do a step of a training stage; return the next one.

    Beside each stands what it continues of `reference.training`.
    """
    if step == steps.TRAIN:  # `training`, from its start
        return asks_for_all(S, track)
    if step == steps.TRAIN_BEGINS:  # `training`, after `pool.request`
        return training_begins(S, track)
    if step == steps.TRAIN_HALTS:  # `training`, after `lab.hold`, and `_repair` from its start
        return halts(S, track)
    if step == steps.TRAIN_DIAGNOSED:  # `_repair`, after `lab.subroutine`
        returned(S, track)
        return restarts(S, track)
    return restarted(S, track)  # TRAIN_RESTARTED: `_repair`, after `lab.hold`; `training` after it


def made_by(S, track):
    """Return the generation in the making."""
    return S.M[S.M[track + L.TK_ITEM] + L.IT_MADE]


def attempt_row(S, track):
    """Write the row of an attempt."""
    M = S.M
    visit, made = M[track + L.TK_VISIT], made_by(S, track)
    return request_row(
        S, visit, recorder.RUN, M[track + L.TR_ATTEMPT], NONE, recorder.COMPUTE, NONE,
        M[M[visit + L.VI_STAGE] + L.ST_POOL], M[made + L.GN_UNITS], S.F[made + L.GN_COMPUTE],
    )


def asks_for_all(S, track):
    """Queue for the units that the gate froze."""
    M = S.M
    visit = M[track + L.TK_VISIT]
    stage = M[visit + L.VI_STAGE]
    M[track + L.TR_ATTEMPT] = 1
    let_go(S, M[track + L.TK_ITEM], NONE)  # one that is trained again frees its first units
    row = attempt_row(S, track)
    M[track + L.TR_ROW] = row
    M[track + L.TK_PC] = steps.TRAIN_BEGINS
    units = M[made_by(S, track) + L.GN_UNITS]
    pool = pool_at(S, M[stage + L.ST_POOL])
    ask(S, pool, visit, track, row, units, M[stage + L.ST_PRIORITY], 0)
    return steps.WAIT


def training_begins(S, track):
    """The units are there."""
    M, F = S.M, S.F
    visit, made = M[track + L.TK_VISIT], made_by(S, track)
    stage = M[visit + L.VI_STAGE]
    F[track + L.TR_WORK] = F[made + L.GN_COMPUTE] / (M[made + L.GN_UNITS] * F[L.EFFICIENCY])
    tau, cost = inf, 0.0
    if M[stage + L.ST_CHECKPOINTS] != 0:
        tau, cost = F[stage + L.ST_INTERVAL], F[stage + L.ST_COST]
        if M[stage + L.ST_OPTIMAL] != 0:
            rate = interruptions_a_day(S, visit, made)
            tau = optimal_interval(1.0 / rate, cost) if rate > 0.0 else inf
    F[track + L.TR_TAU], F[track + L.TR_COST] = tau, cost
    if M[stage + L.ST_EVERY_ON] != 0:
        evaluations = taken(S, L.EVALUATIONS_WORDS)
        M[evaluations + L.EV_VISIT], M[evaluations + L.EV_INDEX] = visit, 0
        M[visit + L.VI_REFERENCES] += 1
        put(S, BEGIN_EVALUATIONS, evaluations, 0)
    F[track + L.TR_SAVED] = 0.0
    return training_runs(S, track)


def training_runs(S, track):
    """Run to the end or to the next interruption."""
    M, F = S.M, S.F
    visit = M[track + L.TK_VISIT]
    needed = run_time(
        F[track + L.TR_SAVED], F[track + L.TR_WORK], F[track + L.TR_TAU], F[track + L.TR_COST]
    )
    rate = interruptions_a_day(S, visit, made_by(S, track))
    after = inf
    if rate > 0.0:
        after = -log(1.0 - of_visit(S, visit, draws.INTERRUPTION, M[track + L.TR_ATTEMPT])) / rate
    F[track + L.TR_NEEDED], F[track + L.TR_AFTER] = needed, after
    return hold(S, track, visit, least(needed, after), steps.TRAIN_HALTS)


def halts(S, track):
    """The training is done, or interrupted and repaired."""
    M, F = S.M, S.F
    visit, row = M[track + L.TK_VISIT], M[track + L.TR_ROW]
    stage, n = M[visit + L.VI_STAGE], M[track + L.TR_ATTEMPT]
    saved, work = F[track + L.TR_SAVED], F[track + L.TR_WORK]
    M[visit + L.VI_LAST] = row
    if F[track + L.TR_NEEDED] <= F[track + L.TR_AFTER]:
        finish_row(S, row, recorder.DONE, work - saved)
        hold_on(S, track)
        M[track + L.TK_FAILED] = 0
        return steps.MOVE_ON
    kept = saved_after(
        saved, work, F[track + L.TR_TAU], F[track + L.TR_COST], F[track + L.TR_AFTER]
    )
    finish_row(S, row, recorder.INTERRUPTED, kept - saved)
    F[track + L.TR_SAVED] = kept
    made = made_by(S, track)
    M[made + L.GN_INTERRUPTIONS] += 1
    repair = request_row(
        S, visit, recorder.REPAIR, n, NONE, recorder.COMPUTE, NONE, M[stage + L.ST_POOL],
        M[made + L.GN_UNITS], NAN,
    )
    start_row(S, repair, M[visit + L.VI_LAST])
    M[track + L.TR_REPAIR] = repair
    if happens(S, visit, draws.MANUAL, F[stage + L.ST_MANUAL], n):
        return call(S, track, M[stage + L.ST_DIAGNOSIS], steps.TRAIN_DIAGNOSED)
    return restarts(S, track)


def restarts(S, track):
    """The automatic restart."""
    M = S.M
    visit = M[track + L.TK_VISIT]
    law = M[visit + L.VI_STAGE] + L.ST_SAMPLE
    restart = amount(S, law, visit, draws.RESTART, M[track + L.TR_ATTEMPT])
    S.F[track + L.TR_RESTART] = restart
    return hold(S, track, visit, restart, steps.TRAIN_RESTARTED)


def restarted(S, track):
    """The run goes on."""
    M = S.M
    visit = M[track + L.TK_VISIT]
    finish_row(S, M[track + L.TR_REPAIR], recorder.DONE, S.F[track + L.TR_RESTART])
    M[visit + L.VI_LAST] = M[track + L.TR_REPAIR]
    M[track + L.TR_ATTEMPT] += 1
    row = attempt_row(S, track)
    M[track + L.TR_ROW] = row
    start_row(S, row, M[visit + L.VI_LAST])
    return training_runs(S, track)


def interruptions_a_day(S, visit, made):
    """Return interruptions per day of running."""
    M, F = S.M, S.F
    stage = M[visit + L.VI_STAGE]
    if M[stage + L.ST_INTERRUPTED] == 0 or F[stage + L.ST_MTBF] == inf:
        return 0.0
    return interruption_rate(
        M[made + L.GN_UNITS] * F[L.ACCELERATORS], F[stage + L.ST_MTBF], F[stage + L.ST_REFERENCE],
        F[stage + L.ST_EXPONENT], F[stage + L.ST_PER_DEFECT], float(M[made + L.GN_DEFECTS]),
    )


def hold_on(S, track):
    """Release the units, or hold them to the end of a later stage."""
    M = S.M
    visit, row = M[track + L.TK_VISIT], M[track + L.TR_ROW]
    stage, units = M[visit + L.VI_STAGE], M[made_by(S, track) + L.GN_UNITS]
    pool = M[stage + L.ST_POOL]
    if M[stage + L.ST_HOLD_UNTIL] < 0:
        release_units(S, pool_at(S, pool), units, row)
        return
    held_row = request_row(
        S, visit, recorder.HOLD, 1, NONE, recorder.COMPUTE, NONE, pool, units, NAN
    )
    start_row(S, held_row, row)
    held = taken(S, L.HELD_WORDS)
    M[held + L.HE_STAGE], M[held + L.HE_POOL] = M[stage + L.ST_HOLD_UNTIL], pool
    M[held + L.HE_UNITS], M[held + L.HE_ROW], M[held + L.HE_NEXT] = units, held_row, 0
    link = M[track + L.TK_ITEM] + L.IT_HELD
    while M[link] != 0:
        link = M[link] + L.HE_NEXT
    M[link] = held


def fit_waiting_training(S, pool):
    """A training that waits asks for no more units than the pool has by plan (O6)."""
    M, F = S.M, S.F
    for vector in (pool + L.PL_QUEUE, pool + L.PL_PARKED):
        for i in range(M[vector + 2] // 3):
            at = M[M[vector] + 3 * i + 2]
            visit = M[at + L.RQ_VISIT]
            if visit == 0 or M[M[visit + L.VI_STAGE] + L.ST_KIND] != L.TRAINING:
                continue
            planned = F[pool + L.PL_PLANNED]
            if M[at + L.RQ_UNITS] > planned and planned >= 1.0:
                units = int(planned)
                if M[pool + L.PL_METER] != 0:
                    meter_add(S, pool, units - M[at + L.RQ_UNITS])
                M[at + L.RQ_UNITS] = units
                M[L.LENDING_CHANGED] |= M[pool + L.PL_LENDS]
                M[M[M[visit + L.VI_ITEM] + L.IT_MADE] + L.GN_UNITS] = units
                shrink_row(S, M[at + L.RQ_ROW], units)


def await_evaluation(S, evaluations):
    """Wait for the next checkpoint evaluation."""
    visit = S.M[evaluations + L.EV_VISIT]
    time = S.F[L.NOW] + S.F[S.M[visit + L.VI_STAGE] + L.ST_EVERY]
    visit_alarm(S, time, TIMER, EVALUATE, evaluations, visit, 0)


def evaluate(S, evaluations):
    """Spawn a checkpoint evaluation, if the run still goes on."""
    M = S.M
    visit = M[evaluations + L.EV_VISIT]
    stay = M[visit + L.VI_ITEM] + L.IT_STAYS + L.STAY_WORDS * M[visit + L.VI_INDEX]
    if M[stay + L.SY_RUNNING] == 0:
        forget_visit(S, visit)
        freed(S, evaluations, L.EVALUATIONS_WORDS)
        return
    flow = M[M[visit + L.VI_STAGE] + L.ST_FLOW]
    spawn(S, visit, flow, M[evaluations + L.EV_INDEX], L.NOBODY, 0)
    M[evaluations + L.EV_INDEX] += 1
    await_evaluation(S, evaluations)
