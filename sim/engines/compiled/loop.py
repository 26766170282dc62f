"""The loop: every instant is exhausted and settled before time moves on (O4, O8)."""

from __future__ import annotations

from sim.engines.compiled import chores, clock, ends
from sim.engines.compiled.assistants import add_release
from sim.engines.compiled.chores import (
    ENDED,
    NEEDS_ROOM,
    NO_EXIT,
    PAUSED,
    chore,
    deliver,
    do_chore,
)
from sim.engines.compiled.clock import due, goes_off, stop
from sim.engines.compiled.draws import flow_settings, flow_state, pool_at
from sim.engines.compiled.generations import settle_gate
from sim.engines.compiled.insight import touch_gate
from sim.engines.compiled.items import forget
from sim.engines.compiled.memory import give_back
from sim.engines.compiled.newcomers import assimilated
from sim.engines.compiled.pools import cross_boundary, serve
from sim.engines.compiled.pointers import pointer
from sim.engines.compiled.routes import go_on
from sim.engines.compiled.setup import begin_history, set_up
from sim.engines.compiled.sources import adjust_sources, arrives, pull, stream_starts
from sim.engines.compiled.state import State
from sim.engines.compiled.surges import next_comes_back
from sim.engines.compiled.training import await_evaluation, evaluate
from sim.engines.compiled.transfers import settle_transfers
from sim.engines.lowering import layout as L
from sim.log import NONE

ZERO_TIME_EVENTS = 1_000_000
"""Events at one instant that are taken for a loop without duration."""


def enter(I, F, W, rows, row_floats, turns):
    """Run on, on the arrays of a state (see `advance`)."""
    S = State(pointer(I), pointer(F), pointer(W), pointer(rows), pointer(row_floats))
    return advance(S, turns)


def advance(S, turns):
    """Run on, for so many steps at most; return why the kernel leaves."""
    I = S.I
    if I[L.PHASE] == 0:
        I[L.PHASE] = 1
        set_up(S)
        new_instant(S)
    for _ in range(turns):
        if 3 * I[L.TOP] + I[L.MARGIN] > I[L.SIZE] or I[L.ROWS] + I[L.MARGIN] > I[L.ROWS_ROOM]:
            return NEEDS_ROOM
        if I[L.CHORES + 2] > 0:
            code = next_chore(S)
            if code != NO_EXIT:
                return code
        elif I[L.REASON] != ends.GOES_ON:
            return ENDED
        elif I[L.AGENDA_N] > 0:
            consequence(S)
        elif event_due(S):
            event(S)
        elif not (I[L.EVENTS] <= I[L.MOST] and settle(S)):
            next_instant(S)
    return PAUSED


def next_chore(S):
    """Do the last chore; return an exit code if it is Python's."""
    I = S.I
    at = I[L.CHORES] + I[L.CHORES + 2] - 3
    if I[at] == chores.GO_ON:
        track = I[at + 1]
        I[L.CHORES + 2] -= 3
        go_on(S, track, 0)
        return NO_EXIT
    return do_chore(S)


def consequence(S):
    """Let the first thing on the agenda happen (O3)."""
    at = due(S)
    what, arg, value = S.I[at], S.I[at + 1], S.I[at + 2]
    if what == clock.WAKE:
        go_on(S, arg, value)
    else:
        await_evaluation(S, arg)


def event_due(S):
    """Return whether an event of this instant is left, and may still be counted."""
    I = S.I
    return (
        I[L.HEAP + 2] > 0 and S.F[I[L.HEAP]] <= S.F[L.NOW] and I[L.EVENTS] < I[L.MOST]
    )


def event(S):
    """Let the first event happen (O1)."""
    I = S.I
    at = goes_off(S)
    action, arg, flow, number = I[at + L.AL_ACTION], I[at + L.AL_ARG], I[at], I[at + L.K_ITEM]
    second, word = I[at + L.K_STAGE], S.W[at + L.AL_ARG]
    give_back(S, at, L.ALARM_WORDS)
    if action == clock.GO_ON:
        go_on(S, arg, 0)
    elif action == clock.STREAM_STARTS:
        stream_starts(S, flow, second, arg)
    elif action == clock.ARRIVES:
        arrives(S, flow, number, word)
    elif action == clock.OPENING:
        cross_boundary(S, arg)
    elif action == clock.ASSIMILATED:
        assimilated(S, arg)
    elif action == clock.OVERDUE:
        touch_gate(S, NONE)
        forget(S, arg)
    elif action == clock.EVALUATE:
        evaluate(S, arg)
    elif action == clock.EXTERNAL:
        add_release(S, S.F[I[L.EXTERNAL_AT] + arg * L.EXTERNAL_WORDS + L.EX_CAPABILITY], 0)
        adjust_sources(S)
    elif action == clock.INTERVENES:
        chore(S, chores.CARRY_OUT, arg, 0)
    elif action == clock.DELIVERY:
        deliver(S, arg)
    elif action == clock.HISTORY:
        begin_history(S)
    else:
        next_comes_back(S, arg)


def settle(S):
    """Do the first thing that can be done at this instant (O4); return whether one was."""
    I = S.I
    if I[L.GATE_CHANGED] != 0 and settle_gate(S):
        return True
    if (I[L.OWED_N] > 0 or I[L.LENDER] >= 0) and settle_transfers(S):
        return True
    pool = I[L.POOLS_AT]
    for _ in range(I[L.POOLS_N]):
        if I[pool + L.PL_CHANGED] != 0 and serve(S, pool):
            return True
        pool += L.POOL_WORDS
    return settle_pulls(S)


def settle_pulls(S):
    """Let the next pull flow in turn that can start an item do so (O4d)."""
    I = S.I
    n, first = I[L.PULLS_N], I[L.TURN]
    for i in range(n):
        turn = (first + i) % n
        if pull(S, I[I[L.PULLS_AT] + turn]):
            I[L.TURN] = (turn + 1) % n
            return True
    return False


def next_instant(S):
    """Move to the next event before the horizon, or end the run."""
    I, F = S.I, S.F
    if I[L.EVENTS] >= I[L.BUDGET]:
        stop(S, ends.EVENT_BUDGET, 0.0, I[L.EVENTS])
    elif I[L.EVENTS] >= I[L.MOST]:
        stop(S, ends.ZERO_TIME_LOOP, F[L.NOW], 0)
    elif I[L.PENDING] == 0 and dead(S):
        stop(S, ends.DEADLOCK, 0.0, waiting_requests(S))
    elif I[L.HEAP + 2] == 0 or F[I[L.HEAP]] >= F[L.HORIZON]:
        stop(S, ends.HORIZON, 0.0, 0)
    else:
        F[L.NOW] = F[I[L.HEAP]]
        new_instant(S)


def new_instant(S):
    """Count the events of an instant anew."""
    I = S.I
    most = I[L.EVENTS] + ZERO_TIME_EVENTS
    I[L.MOST] = most if most < I[L.BUDGET] else I[L.BUDGET]


def dead(S):
    """Return whether items wait and nothing can ever move them (arrivals apart)."""
    I, F = S.I, S.F
    waits = I[L.GATE_VISIT] != 0
    for number in range(I[L.POOLS_N]):
        pool = pool_at(S, number)
        if I[pool + L.PL_QUEUE + 2] > 0 or I[pool + L.PL_PARKED + 2] > 0:
            if I[pool + L.PL_OPEN] == 0:
                return False
            waits = True
    if not waits:
        return False
    if I[L.GATE_VISIT] != 0 and I[L.GATE_OVERDUE_ON] != 0 and F[L.GATE_DEADLINE] > F[L.NOW]:
        return False
    for flow in range(I[L.FLOWS_N]):
        if hopeful(S, flow):
            return False
    return True


def hopeful(S, flow):
    """Return whether a source may still move things that are stuck now."""
    I = S.I
    settings, state = flow_settings(S, flow), flow_state(S, flow)
    kind = I[settings + L.FL_SOURCE]
    if kind == L.PULL:
        return I[pool_at(S, I[settings + L.FL_POOL]) + L.PL_OPEN] == 0
    if kind == L.POISSON and not S.F[state + L.FS_RATE] > 0.0:
        return False
    arrivals = kind == L.OPEN or kind == L.POISSON
    return arrivals and I[state + L.FS_PAUSED] == 0 and I[settings + L.FL_HOPEFUL] != 0


def waiting_requests(S):
    """Return how many requests wait, plus one; negative if the gate waits, too."""
    I = S.I
    n = 1
    for number in range(I[L.POOLS_N]):
        pool = pool_at(S, number)
        n += I[pool + L.PL_QUEUE + 2] // 3 + I[pool + L.PL_PARKED + 2] // 3
    return -n if I[L.GATE_VISIT] != 0 else n
