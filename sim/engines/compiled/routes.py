"""Routes: how an item walks from stage to stage, splits, joins, ends (O3; `reference.routes`)."""

from __future__ import annotations

from sim.engines.compiled import draws, recorder, steps
from sim.engines.compiled.accounts import count_item
from sim.engines.compiled.clock import WAKE, put
from sim.engines.compiled.compute import job_step
from sim.engines.compiled.draws import (
    amount,
    flow_settings,
    flow_state,
    of_visit,
    picked,
    stage_settings,
)
from sim.engines.compiled.generations import gate_step
from sim.engines.compiled.hostages import free_hostages
from sim.engines.compiled.insight import result
from sim.engines.compiled.items import (
    forget,
    forget_visit,
    new_visit,
    set_off,
    spared,
    spawn,
)
from sim.engines.compiled.labour import labour_step
from sim.engines.compiled.memory import freed
from sim.engines.compiled.recorder import finish_row, plain_row, start_row
from sim.engines.compiled.releases import release_step
from sim.engines.compiled.service import hold, human_done, human_served
from sim.engines.compiled.sources import stream_ended
from sim.engines.compiled.subroutines import leave, let_go
from sim.engines.compiled.surges import relieve
from sim.engines.compiled.tools import tool_finished
from sim.engines.compiled.training import training_step
from sim.engines.lowering import layout as L

NAN = float("nan")


def go_on(S, track, value):
    """Let a track go on until it waits or ends."""
    step = S.M[track + L.TK_PC]
    while step != steps.WAIT:
        if step == steps.BEGIN_STAGE:
            step = begin_stage(S, track)
        elif step == steps.MOVE_ON:
            step = move_on(S, track)
        else:
            step = performed(S, track, step, value)


def performed(S, track, step, value):
    """Do a step of what a stage is about; return the next one."""
    if step == steps.HUMAN_SERVED:  # `reference.service.serve_human`, after `pool.request`
        return human_served(S, track)
    if step == steps.HUMAN_DONE:  # ..., after `lab.until`
        return human_done(S, track)
    if step <= steps.LAST_OF_LABOUR:
        return labour_step(S, track, step, value)
    if step <= steps.LAST_OF_JOB:
        return job_step(S, track, step)
    if step <= steps.LAST_OF_TRAINING:
        return training_step(S, track, step)
    if step == steps.DELAY or step == steps.DELAY_ENDS:
        return delay_step(S, track, step)
    if step == steps.GATE or step == steps.GATE_LEFT:
        return gate_step(S, track, step, value)
    if step == steps.BATCH or step == steps.BATCH_ENDED:
        return batch_step(S, track, step, value)
    return release_step(S, track)


def begin_stage(S, track):
    """Enter a stage; a safeguard that does not apply is passed at once."""
    M = S.M
    stage = M[track + L.TK_STAGE]
    visit = new_visit(S, M[track + L.TK_ITEM], stage, M[track + L.TK_LAST])
    M[track + L.TK_VISIT], M[track + L.TK_FAILED] = visit, 0
    if spared(S, visit):
        return steps.MOVE_ON
    kind = M[stage + L.ST_KIND]
    if kind == L.LABOUR:
        M[track + L.LA_VISIT], M[track + L.LA_RETURN] = visit, steps.MOVE_ON
        return steps.LABOUR
    if kind == L.COMPUTE:
        return steps.JOB
    if kind == L.TRAINING:
        return steps.TRAIN
    if kind == L.GATE:
        return steps.GATE
    if kind == L.BATCH:
        return steps.BATCH
    if kind == L.DELAY:
        return steps.DELAY
    return steps.RELEASE


def move_on(S, track):
    """Leave a stage: what comes after it may start, and the track goes to the next one or ends."""
    M = S.M
    visit, item, failed = M[track + L.TK_VISIT], M[track + L.TK_ITEM], M[track + L.TK_FAILED]
    stage, flow = M[visit + L.VI_STAGE], M[visit + L.VI_FLOW]
    leave(S, visit, failed)
    last = M[visit + L.VI_LAST]
    for i in range(M[stage + L.ST_FOLLOWERS]):
        follower = stage_settings(S, flow, M[M[stage + L.ST_FOLLOWERS + 1] + i])
        if ready(S, item, follower):
            set_off(S, item, follower, last)
    index = next_stage(S, visit, stage, failed)
    if index < 0:
        M[item + L.IT_TRACKS] -= 1
        if M[item + L.IT_TRACKS] == 0:
            item_ends(S, item, visit)
    else:
        M[track + L.TK_STAGE], M[track + L.TK_LAST] = stage_settings(S, flow, index), last
    forget_visit(S, visit)
    if index >= 0:
        return steps.BEGIN_STAGE
    freed(S, track, L.TRACK_WORDS)
    return steps.WAIT


def ready(S, item, stage):
    """Return whether all stages that `stage` comes after have passed and none runs again."""
    M = S.M
    for i in range(M[stage + L.ST_AFTER]):
        stay = item + L.IT_STAYS + L.STAY_WORDS * M[M[stage + L.ST_AFTER + 1] + i]
        if M[stay + L.SY_PASSED] == 0 or M[stay + L.SY_RUNNING] != 0:
            return False
    return True


def next_stage(S, visit, stage, failed):
    """Return the number of the next stage of this track, or -1 at its end."""
    M = S.M
    if failed != 0:
        return M[stage + L.ST_ON_FAILURE]
    if M[stage + L.ST_CHANCES] > 0:
        return picked(S, stage + L.ST_CHANCES, of_visit(S, visit, draws.ROUTE, 0))
    return M[stage + L.ST_NEXT]


def item_ends(S, item, visit):
    """No track of the item goes on: it gives back what it holds, and whoever waits is told."""
    M = S.M
    flow = M[item + L.IT_FLOW]
    if M[item + L.IT_HELD] != 0:
        let_go(S, item, L.NONE)  # of what was held for stages that its route never came to
    made = M[item + L.IT_MADE]
    if made != 0 and M[made + L.GN_OUTCOME] == L.UNDECIDED:
        M[made + L.GN_OUTCOME] = L.DROPPED
    if M[item + L.IT_HOSTAGES] != 0:
        free_hostages(S, item, flow)
    if M[flow_settings(S, flow) + L.FL_TOOL] != 0:
        tool_finished(S, flow)
    M[flow_state(S, flow) + L.FS_IN_PROGRESS] -= 1
    if M[L.SUMMARY] != 0:
        count_item(S, flow, L.FA_ENDED)
    result(S, visit)
    last, waits, arg = M[visit + L.VI_LAST], M[item + L.IT_ON_END], M[item + L.IT_END_ARG]
    if waits == L.STREAM:
        stream_ended(S, flow, arg, last)
    elif waits == L.BATCH_OF:
        M[arg + L.BA_LEFT] -= 1
        if M[arg + L.BA_LEFT] == 0:
            put(S, WAKE, arg, last)
    elif waits == L.RELIEF_OF:
        relieve(S, arg)
    forget(S, item)


def batch_step(S, track, step, last):
    """Spawn the batch and wait until all of it has ended (with row `last`).

    Beside each step stands what it continues of `reference.routes.batch`.
    """
    M = S.M
    visit = M[track + L.TK_VISIT]
    stage = M[visit + L.VI_STAGE]
    if step == steps.BATCH_ENDED:  # after `all_ended`
        M[visit + L.VI_LAST] = last
        finish_row(S, M[track + L.BA_ROW], recorder.DONE, 0.0)
        return steps.MOVE_ON
    n = M[stage + L.ST_COUNT]  # BATCH: from its start
    row = plain_row(S, visit, recorder.BATCH, float(n))
    start_row(S, row, M[visit + L.VI_LAST])
    M[track + L.BA_ROW], M[track + L.BA_LEFT] = row, n
    M[track + L.TK_PC] = steps.BATCH_ENDED
    for index in range(n):
        spawn(S, visit, M[stage + L.ST_FLOW], index, L.BATCH_OF, track)
    return steps.WAIT


def delay_step(S, track, step):
    """Let time pass.

    Beside each step stands what it continues of `reference.routes.delay`.
    """
    M = S.M
    visit = M[track + L.TK_VISIT]
    if step == steps.DELAY_ENDS:  # after `lab.hold`
        row = M[track + L.DE_ROW]
        finish_row(S, row, recorder.DONE, S.F[track + L.DE_DURATION])
        M[visit + L.VI_LAST] = row
        return steps.MOVE_ON
    row = plain_row(S, visit, recorder.DELAY, NAN)  # DELAY: from its start
    start_row(S, row, M[visit + L.VI_LAST])
    duration = amount(S, M[visit + L.VI_STAGE] + L.ST_SAMPLE, visit, draws.DURATION, 0)
    M[track + L.DE_ROW], S.F[track + L.DE_DURATION] = row, duration
    return hold(S, track, visit, duration, steps.DELAY_ENDS)
