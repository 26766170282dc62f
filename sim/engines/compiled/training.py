"""Training: checkpoints, interruptions, repairs, units held on (`reference.training`)."""

from __future__ import annotations

from math import inf

from sim.engines.compiled import draws, recorder, steps
from sim.engines.compiled.clock import BEGIN_EVALUATIONS, EVALUATE, TIMER, put, visit_alarm
from sim.engines.compiled.draws import amount, happens, least, of_visit, pool_at
from sim.engines.compiled.items import forget_visit, spawn
from sim.engines.compiled.memory import give_back, taken
from sim.engines.compiled.pools import ask, release_units
from sim.engines.compiled.recorder import finish_row, request_row, start_row
from sim.engines.compiled.service import hold
from sim.engines.compiled.subroutines import call, let_go, returned
from sim.engines.lowering import layout as L
from sim.laws.defects import interruption_rate
from sim.laws.portable import log
from sim.laws.training import optimal_interval, run_time, saved_after
from sim.log import NONE

NAN = float("nan")


def training_step(S, track, step):
    """Do a step of a training stage; return the next one."""
    if step == steps.TRAIN:
        return asks_for_all(S, track)
    if step == steps.TRAIN_BEGINS:
        return training_begins(S, track)
    if step == steps.TRAIN_ATTEMPT:
        return training_runs(S, track)
    if step == steps.TRAIN_HALTS:
        return halts(S, track)
    if step == steps.TRAIN_DIAGNOSED:
        returned(S, track)
        return restarts(S, track)
    return restarted(S, track)


def made_by(S, track):
    """Return the generation in the making."""
    return S.I[S.I[track + L.TK_ITEM] + L.IT_MADE]


def attempt_row(S, track):
    """Write the row of an attempt."""
    I = S.I
    visit, made = I[track + L.TK_VISIT], made_by(S, track)
    return request_row(
        S, visit, recorder.RUN, I[track + L.TR_ATTEMPT], NONE, recorder.COMPUTE, NONE,
        I[I[visit + L.VI_STAGE] + L.ST_POOL], I[made + L.GN_UNITS], S.F[made + L.GN_COMPUTE],
    )


def asks_for_all(S, track):
    """Queue for the units that the gate froze."""
    I = S.I
    visit = I[track + L.TK_VISIT]
    stage = I[visit + L.VI_STAGE]
    I[track + L.TR_ATTEMPT] = 1
    let_go(S, I[track + L.TK_ITEM], NONE)  # one that is trained again frees its first units
    row = attempt_row(S, track)
    I[track + L.TR_ROW] = row
    I[track + L.TK_PC] = steps.TRAIN_BEGINS
    units = I[made_by(S, track) + L.GN_UNITS]
    pool = pool_at(S, I[stage + L.ST_POOL])
    ask(S, pool, visit, track, row, units, I[stage + L.ST_PRIORITY], 0)
    return steps.WAIT


def training_begins(S, track):
    """The units are there."""
    I, F = S.I, S.F
    visit, made = I[track + L.TK_VISIT], made_by(S, track)
    stage = I[visit + L.VI_STAGE]
    F[track + L.TR_WORK] = F[made + L.GN_COMPUTE] / (I[made + L.GN_UNITS] * F[L.EFFICIENCY])
    tau, cost = inf, 0.0
    if I[stage + L.ST_CHECKPOINTS] != 0:
        tau, cost = F[stage + L.ST_INTERVAL], F[stage + L.ST_COST]
        if I[stage + L.ST_OPTIMAL] != 0:
            rate = interruptions_a_day(S, visit, made)
            tau = optimal_interval(1.0 / rate, cost) if rate > 0.0 else inf
    F[track + L.TR_TAU], F[track + L.TR_COST] = tau, cost
    if I[stage + L.ST_EVERY_ON] != 0:
        evaluations = taken(S, L.EVALUATIONS_WORDS)
        I[evaluations + L.EV_VISIT], I[evaluations + L.EV_INDEX] = visit, 0
        I[visit + L.VI_REFERENCES] += 1
        put(S, BEGIN_EVALUATIONS, evaluations, 0)
    F[track + L.TR_SAVED] = 0.0
    return training_runs(S, track)


def training_runs(S, track):
    """Run to the end or to the next interruption."""
    I, F = S.I, S.F
    visit = I[track + L.TK_VISIT]
    needed = run_time(
        F[track + L.TR_SAVED], F[track + L.TR_WORK], F[track + L.TR_TAU], F[track + L.TR_COST]
    )
    rate = interruptions_a_day(S, visit, made_by(S, track))
    after = inf
    if rate > 0.0:
        after = -log(1.0 - of_visit(S, visit, draws.INTERRUPTION, I[track + L.TR_ATTEMPT])) / rate
    F[track + L.TR_NEEDED], F[track + L.TR_AFTER] = needed, after
    return hold(S, track, visit, least(needed, after), steps.TRAIN_HALTS)


def halts(S, track):
    """The training is done, or interrupted and repaired."""
    I, F = S.I, S.F
    visit, row = I[track + L.TK_VISIT], I[track + L.TR_ROW]
    stage, n = I[visit + L.VI_STAGE], I[track + L.TR_ATTEMPT]
    saved, work = F[track + L.TR_SAVED], F[track + L.TR_WORK]
    I[visit + L.VI_LAST] = row
    if F[track + L.TR_NEEDED] <= F[track + L.TR_AFTER]:
        finish_row(S, row, recorder.DONE, work - saved)
        hold_on(S, track)
        I[track + L.TK_FAILED] = 0
        return steps.LEAVE
    kept = saved_after(
        saved, work, F[track + L.TR_TAU], F[track + L.TR_COST], F[track + L.TR_AFTER]
    )
    finish_row(S, row, recorder.INTERRUPTED, kept - saved)
    F[track + L.TR_SAVED] = kept
    made = made_by(S, track)
    I[made + L.GN_INTERRUPTIONS] += 1
    repair = request_row(
        S, visit, recorder.REPAIR, n, NONE, recorder.COMPUTE, NONE, I[stage + L.ST_POOL],
        I[made + L.GN_UNITS], NAN,
    )
    start_row(S, repair, I[visit + L.VI_LAST])
    I[track + L.TR_REPAIR] = repair
    if happens(S, visit, draws.MANUAL, F[stage + L.ST_MANUAL], n):
        return call(S, track, I[stage + L.ST_DIAGNOSIS], steps.TRAIN_DIAGNOSED)
    return restarts(S, track)


def restarts(S, track):
    """The automatic restart."""
    I = S.I
    visit = I[track + L.TK_VISIT]
    u = of_visit(S, visit, draws.RESTART, I[track + L.TR_ATTEMPT])
    restart = amount(S, I[visit + L.VI_STAGE] + L.ST_SAMPLE, u)
    S.F[track + L.TR_RESTART] = restart
    return hold(S, track, visit, restart, steps.TRAIN_RESTARTED)


def restarted(S, track):
    """The run goes on."""
    I = S.I
    visit = I[track + L.TK_VISIT]
    finish_row(S, I[track + L.TR_REPAIR], recorder.DONE, S.F[track + L.TR_RESTART])
    I[visit + L.VI_LAST] = I[track + L.TR_REPAIR]
    I[track + L.TR_ATTEMPT] += 1
    row = attempt_row(S, track)
    I[track + L.TR_ROW] = row
    start_row(S, row, I[visit + L.VI_LAST])
    return steps.TRAIN_ATTEMPT


def interruptions_a_day(S, visit, made):
    """Return interruptions per day of running."""
    I, F = S.I, S.F
    stage = I[visit + L.VI_STAGE]
    if I[stage + L.ST_INTERRUPTED] == 0 or F[stage + L.ST_MTBF] == inf:
        return 0.0
    return interruption_rate(
        I[made + L.GN_UNITS] * F[L.ACCELERATORS], F[stage + L.ST_MTBF], F[stage + L.ST_REFERENCE],
        F[stage + L.ST_EXPONENT], F[stage + L.ST_PER_DEFECT], float(I[made + L.GN_DEFECTS]),
    )


def hold_on(S, track):
    """Release the units, or hold them to the end of a later stage."""
    I = S.I
    visit, row = I[track + L.TK_VISIT], I[track + L.TR_ROW]
    stage, units = I[visit + L.VI_STAGE], I[made_by(S, track) + L.GN_UNITS]
    pool = I[stage + L.ST_POOL]
    if I[stage + L.ST_HOLD_UNTIL] < 0:
        release_units(S, pool_at(S, pool), units, row)
        return
    held_row = request_row(
        S, visit, recorder.HOLD, 1, NONE, recorder.COMPUTE, NONE, pool, units, NAN
    )
    start_row(S, held_row, row)
    held = taken(S, L.HELD_WORDS)
    I[held + L.HE_STAGE], I[held + L.HE_POOL] = I[stage + L.ST_HOLD_UNTIL], pool
    I[held + L.HE_UNITS], I[held + L.HE_ROW], I[held + L.HE_NEXT] = units, held_row, 0
    link = I[track + L.TK_ITEM] + L.IT_HELD
    while I[link] != 0:
        link = I[link] + L.HE_NEXT
    I[link] = held


def await_evaluation(S, evaluations):
    """Wait for the next checkpoint evaluation."""
    visit = S.I[evaluations + L.EV_VISIT]
    time = S.F[L.NOW] + S.F[S.I[visit + L.VI_STAGE] + L.ST_EVERY]
    visit_alarm(S, time, TIMER, EVALUATE, evaluations, visit, 0)


def evaluate(S, evaluations):
    """Spawn a checkpoint evaluation, if the run still goes on."""
    I = S.I
    visit = I[evaluations + L.EV_VISIT]
    stay = I[visit + L.VI_ITEM] + L.IT_STAYS + L.STAY_WORDS * I[visit + L.VI_INDEX]
    if I[stay + L.SY_RUNNING] == 0:
        forget_visit(S, visit)
        give_back(S, evaluations, L.EVALUATIONS_WORDS)
        return
    flow = I[I[visit + L.VI_STAGE] + L.ST_FLOW]
    spawn(S, visit, flow, I[evaluations + L.EV_INDEX], L.NOBODY, 0)
    I[evaluations + L.EV_INDEX] += 1
    await_evaluation(S, evaluations)
