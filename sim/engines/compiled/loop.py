"""The loop: every instant is exhausted and settled before time moves on (O4, O8)."""

from __future__ import annotations

from sim.engines.compiled import chores, clock, ends
from sim.engines.compiled.accounts import close_accounts, sample
from sim.engines.compiled.alarms import any_until, close_gap
from sim.engines.compiled.assistants import add_release
from sim.engines.compiled.chores import (
    ENDED,
    NEEDS_ROOM,
    NO_EXIT,
    TURNS_OVER,
    chore,
    deliver,
    do_chore,
)
from sim.engines.compiled.clock import action_of, due, goes_off, stop
from sim.engines.compiled.draws import pool_at
from sim.engines.compiled.generations import settle_gate
from sim.engines.compiled.insight import touch_gate
from sim.engines.compiled.items import forget
from sim.engines.compiled.memory import freed
from sim.engines.compiled.newcomers import assimilated
from sim.engines.compiled.pointers import pointer
from sim.engines.compiled.pools import cross_boundary, serve
from sim.engines.compiled.routes import go_on
from sim.engines.compiled.setup import begin_history, set_up
from sim.engines.compiled.sources import (
    adjust_sources,
    arrives,
    hopeful,
    settle_pull,
    stream_starts,
)
from sim.engines.compiled.state import State
from sim.engines.compiled.surges import next_comes_back
from sim.engines.compiled.training import await_evaluation, evaluate
from sim.engines.compiled.transfers import settle_transfers
from sim.engines.lowering import layout as L
from sim.log import NONE

ZERO_TIME_EVENTS = 1_000_000
"""Events at one instant that are taken for a loop without duration."""


def enter(memory, log, turns):
    """Run on, on the arrays of a state (see `run_on`)."""
    return run_on(State(pointer(memory), pointer(log)), turns)


def run_on(S, turns):
    """Run on, for so many steps at most; return why the kernel leaves.

    What is looked at first happens first: this is the order of an instant (O3, O4).
    """
    M = S.M
    if M[L.PHASE] == 0:
        M[L.PHASE] = 1
        set_up(S)
        new_instant(S)
    for _ in range(turns):
        if M[L.TOP] > M[L.LAST_TOP] or M[L.ROWS] > M[L.LAST_ROWS]:
            return NEEDS_ROOM
        # What goes on, and with what: zeros of the memory's type, as `0` is of another one.
        track, value = 0 * M[L.TOP], 0 * M[L.TOP]
        if M[L.CHORES + 2] > 0:  # the rest of the present consequence (O3)
            track = track_to_go_on(S)
            if track == 0:
                code = do_chore(S)
                if code != NO_EXIT:
                    return code
        elif M[L.REASON] != ends.GOES_ON:
            return ended(S)
        elif M[L.AGENDA_N] > 0:  # the next consequence (O3)
            at = due(S)
            if M[at] == clock.WAKE:
                track, value = M[at + 1], M[at + 2]
            else:
                await_evaluation(S, M[at + 1])
        elif event_due(S) or (not settle(S) and next_instant(S)):
            # The next event of this instant (O1); if nothing is to settle (O4), of the next (O8).
            track = event(S)
        if track != 0:
            go_on(S, track, value)
    return TURNS_OVER


def track_to_go_on(S):
    """Return the track whose turn it is if the last chore is that one goes on, else 0."""
    M = S.M
    at = M[L.CHORES] + M[L.CHORES + 2] - 3
    if M[at] != chores.GO_ON:
        return 0 * at  # a zero of the memory's type
    M[L.CHORES + 2] -= 3
    return M[at + 1]


def event_due(S):
    """Return whether an event of this instant is left, and may still be counted."""
    return S.M[L.EVENTS] < S.M[L.MOST] and any_until(S, S.F[L.NOW])


def event(S):
    """Let the first event happen (O1); return the track that it lets go on, if any, or 0."""
    M = S.M
    at = goes_off(S)
    action, arg, flow, number = action_of(S, at), M[at + L.AL_ARG], M[at], M[at + L.K_ITEM]
    second, word = M[at + L.K_STAGE], S.W[at + L.AL_ARG]
    freed(S, at, L.ALARM_WORDS)
    if action == clock.GO_ON:
        return arg
    if action == clock.STREAM_STARTS:
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
        add_release(S, S.F[M[L.EXTERNAL_AT] + arg * L.EXTERNAL_WORDS + L.EX_CAPABILITY], 0)
        adjust_sources(S)
    elif action == clock.INTERVENES:
        chore(S, chores.CARRY_OUT, arg, 0)
    elif action == clock.DELIVERY:
        deliver(S, arg)
    elif action == clock.HISTORY:
        begin_history(S)
    else:
        next_comes_back(S, arg)
    return 0 * arg  # a zero of the memory's type


def settle(S):
    """Do the first thing that can be done at this instant (O4); return whether one was."""
    M = S.M
    if M[L.EVENTS] > M[L.MOST]:
        return False  # the run ends
    if M[L.GATE_CHANGED] != 0 and settle_gate(S):
        return True
    if M[L.OWED_N] > 0 or M[L.LENDING_CHANGED] != 0:
        if settle_transfers(S):
            return True
        M[L.LENDING_CHANGED] = 0  # until something that lending reads changes, it can do nothing
    pool = M[L.FIRST_CHANGED]  # no pool before it is marked: the first one found is O4c's
    while M[L.CHANGED_N] > 0:
        if M[pool + L.PL_CHANGED] != 0:
            M[L.FIRST_CHANGED] = pool
            if serve(S, pool):
                return True
        pool += L.POOL_WORDS
    M[L.FIRST_CHANGED] = pool
    return pull_in_turn(S)


def pull_in_turn(S):
    """Let the next pull flow in turn that can start an item do so (O4d)."""
    M = S.M
    n, turn = M[L.PULLS_N], M[L.TURN]
    for _ in range(n):
        flow = M[M[L.PULLS_AT] + turn]
        turn = turn + 1 if turn + 1 < n else 0
        if settle_pull(S, flow):
            M[L.TURN] = turn
            return True
    return False


def next_instant(S):
    """Move to the next event before the horizon (O8) and return True, or end the run."""
    M, F = S.M, S.F
    if M[L.GAP] != 0:
        close_gap(S)
    if M[L.EVENTS] >= M[L.BUDGET]:
        stop(S, ends.EVENT_BUDGET, 0.0, M[L.EVENTS])
    elif M[L.EVENTS] >= M[L.MOST]:
        stop(S, ends.ZERO_TIME_LOOP, F[L.NOW], 0)
    elif M[L.PENDING] == 0 and dead(S):
        stop(S, ends.DEADLOCK, 0.0, waiting_requests(S))
    elif M[L.HEAP + 2] == 0 or F[M[L.HEAP]] >= F[L.HORIZON]:
        stop(S, ends.HORIZON, 0.0, 0)
    else:
        while F[L.SAMPLE_TIME] < F[M[L.HEAP]]:
            sample(S)
        F[L.NOW] = F[M[L.HEAP]]
        new_instant(S)
        return True
    return False


def new_instant(S):
    """Count the events of an instant anew."""
    M = S.M
    most = M[L.EVENTS] + ZERO_TIME_EVENTS
    M[L.MOST] = most if most < M[L.BUDGET] else M[L.BUDGET]


def ended(S):
    """Close the accounts of a summary, once."""
    if S.M[L.SUMMARY] != 0 and S.M[L.PHASE] == 1:
        S.M[L.PHASE] = 2
        close_accounts(S)
    return ENDED


def dead(S):
    """Return whether items wait and nothing can ever move them (arrivals apart)."""
    M, F = S.M, S.F
    waits = M[L.GATE_VISIT] != 0
    for number in range(M[L.POOLS_N]):
        pool = pool_at(S, number)
        if M[pool + L.PL_QUEUE + 2] > 0 or M[pool + L.PL_PARKED + 2] > 0:
            if M[pool + L.PL_OPEN] == 0:
                return False
            waits = True
    if not waits:
        return False
    if M[L.GATE_VISIT] != 0 and M[L.GATE_OVERDUE_ON] != 0 and F[L.GATE_DEADLINE] > F[L.NOW]:
        return False
    hopes = 0
    for flow in range(M[L.FLOWS_N]):
        hopes += hopeful(S, flow)
    return hopes == 0


def waiting_requests(S):
    """Return how many requests wait, plus one; negative if the gate waits, too."""
    M = S.M
    n = 1
    for number in range(M[L.POOLS_N]):
        pool = pool_at(S, number)
        n += M[pool + L.PL_QUEUE + 2] // 3 + M[pool + L.PL_PARKED + 2] // 3
    return -n if M[L.GATE_VISIT] != 0 else n
