"""Sources: where items come from (pull, closed, open, poisson; `reference.sources`)."""

from __future__ import annotations

from math import floor, inf

import numpy as np

from sim.engines.compiled import draws
from sim.engines.compiled.assistants import newest
from sim.engines.compiled.clock import ARRIVAL, ARRIVES, STREAM_STARTS, alarm, cancel, stop
from sim.engines.compiled.draws import (
    amount_of_item,
    at_capability,
    flow_settings,
    flow_state,
    of_item,
    pool_at,
)
from sim.engines.compiled.ends import RATE, STREAMS
from sim.engines.compiled.generations import begin_generation
from sim.engines.compiled.items import begin, new_item, root_word
from sim.engines.compiled.memory import extended
from sim.engines.compiled.pools import idle
from sim.engines.lowering import layout as L
from sim.laws.arrivals import arrival_rate, threshold, threshold_left, time_to_arrival
from sim.log import NONE
from sim.model.flow import MOST_STREAMS

STREAM_BITS = 32
"""An alarm's argument holds a workstream and, above it, the row that caused it, plus one."""


def start(S, flow, word, first, second, last, on_end, end_arg):
    """Start an item from outside."""
    item = new_item(S, flow, word, 0, first, second, 0, on_end, end_arg)
    if S.M[L.GENERATION_FLOW] == flow:
        begin_generation(S, item)
    begin(S, item, last)


def new_source(S, flow):
    """Find the first rate of a poisson source; the state of all others begins with zeros."""
    M, F = S.M, S.F
    if M[flow_settings(S, flow) + L.FL_SOURCE] == L.POISSON:
        state = flow_state(S, flow)
        F[state + L.FS_RATE], F[state + L.FS_DUE] = present_rate(S, flow), inf


def begin_source(S, flow):
    """Let the flow's clock start."""
    M = S.M
    kind = M[flow_settings(S, flow) + L.FL_SOURCE]
    M[flow_state(S, flow) + L.FS_BEGUN] = 1
    if kind == L.CLOSED:
        adjust_closed(S, flow)
    elif kind == L.OPEN:
        await_open(S, flow, 0)
    elif kind == L.POISSON:
        await_poisson(S, flow, 0)


def adjust_sources(S):
    """Something that sources depend on changed: what is deployed, capacities, settings."""
    for flow in range(S.M[L.FLOWS_N]):
        kind = S.M[flow_settings(S, flow) + L.FL_SOURCE]
        if kind == L.CLOSED:
            adjust_closed(S, flow)
        elif kind == L.POISSON:
            adjust_poisson(S, flow)


def hopeful(S, flow):
    """Return whether a source may still move things that are stuck now."""
    M = S.M
    settings, state = flow_settings(S, flow), flow_state(S, flow)
    kind = M[settings + L.FL_SOURCE]
    if kind == L.PULL:
        return M[pool_at(S, M[settings + L.FL_POOL]) + L.PL_OPEN] == 0
    if kind == L.POISSON and not S.F[state + L.FS_RATE] > 0.0:
        return False
    arrivals = kind == L.OPEN or kind == L.POISSON
    return arrivals and M[state + L.FS_PAUSED] == 0 and M[settings + L.FL_HOPEFUL] != 0


# --- pull ---------------------------------------------------------------------------------------


def settle_pull(S, flow):
    """Start one item if the rule allows (O4d); return whether it did."""
    M, F = S.M, S.F
    settings, state = flow_settings(S, flow), flow_state(S, flow)
    pool = pool_at(S, M[settings + L.FL_POOL])
    if M[state + L.FS_BEGUN] == 0 or not idle(S, pool) or M[state + L.FS_PAUSED] != 0:
        return False
    people = F[settings + L.FL_LIMIT_PER_PERSON] * F[pool + L.PL_CAPACITY]
    limit = float(M[settings + L.FL_LIMIT]) + np.floor(people + 1e-9)
    if M[state + L.FS_WAITING] >= limit:
        return False
    number = M[state + L.FS_STARTED]
    M[state + L.FS_STARTED] = number + 1
    start(S, flow, np.uint64(root_word(S, flow, 0, number)), number, 0, NONE, L.NOBODY, 0)
    return True


# --- closed -------------------------------------------------------------------------------------


def adjust_closed(S, flow):
    """Start the workstreams that are wanted and not active, or were held by a pause."""
    M = S.M
    state = flow_state(S, flow)
    if M[state + L.FS_BEGUN] == 0 or M[state + L.FS_PAUSED] != 0:
        return
    held = state + L.FS_HELD
    n = M[held + 2] // 2
    M[held + 2] = 0
    for i in range(n):  # none joins while they leave: the flow is not paused
        stream_ended(S, flow, M[M[held] + 2 * i], M[M[held] + 2 * i + 1])
    active = state + L.FS_ACTIVE
    for stream in range(wanted(S, flow)):
        if stream >= M[active + 2]:
            M[extended(S, active, 1)] = 0
            M[extended(S, state + L.FS_SEQUENCE, 1)] = 0
        if M[M[active] + stream] == 0:
            M[M[active] + stream] = 1
            schedule_stream(S, flow, stream, NONE)


def wanted(S, flow):
    """Return how many workstreams there are to be now."""
    M, F = S.M, S.F
    settings = flow_settings(S, flow)
    streams = M[settings + L.FL_WORKSTREAMS]
    per_person = F[settings + L.FL_PER_PERSON]
    if per_person == 0.0:
        return streams
    span = at_capability(S, settings + L.FL_LAW, newest(S), 1.0)
    more = per_person * F[pool_at(S, M[settings + L.FL_POOL]) + L.PL_CAPACITY] * span
    if not more <= MOST_STREAMS:  # also NaN: 0 * inf
        stop(S, STREAMS, more, flow)
        return 0 * streams  # a zero of the memory's type
    return streams + np.int64(floor(more + 1e-9))


def schedule_stream(S, flow, stream, last):
    """Let a workstream start its next item at this instant."""
    M = S.M
    number = M[M[flow_state(S, flow) + L.FS_SEQUENCE] + stream]
    arg = ((last + 1) << STREAM_BITS) + stream
    alarm(S, S.F[L.NOW], ARRIVAL, STREAM_STARTS, arg, flow, 1, stream, number, 0, 0)


def stream_starts(S, flow, number, arg):
    """A workstream starts an item, or is held by a pause."""
    M = S.M
    stream, last = arg & ((1 << STREAM_BITS) - 1), (arg >> STREAM_BITS) - 1
    state = flow_state(S, flow)
    if M[state + L.FS_PAUSED] != 0:
        at = extended(S, state + L.FS_HELD, 2)
        M[at], M[at + 1] = stream, last
        return
    M[M[state + L.FS_SEQUENCE] + stream] = number + 1
    word = np.uint64(root_word(S, flow, stream, number))
    start(S, flow, word, stream, number, last, L.STREAM, stream)


def stream_ended(S, flow, stream, last):
    """The item of a workstream has ended: the next one, or it is one too many."""
    if stream < wanted(S, flow):
        schedule_stream(S, flow, stream, last)
    else:
        M = S.M
        M[M[flow_state(S, flow) + L.FS_ACTIVE] + stream] = 0


# --- arrivals -----------------------------------------------------------------------------------


def arrival_alarm(S, flow, time, number, word):
    """Let an item arrive at this time; its word travels in the alarm's argument."""
    at = alarm(S, time, ARRIVAL, ARRIVES, 0, flow, 1, number, 0, 0, 0)
    S.W[at + L.AL_ARG] = word
    return at


def arrives(S, flow, number, word):
    """An item arrives, unless the flow is paused; the next one is awaited."""
    M = S.M
    if M[flow_state(S, flow) + L.FS_PAUSED] == 0:
        start(S, flow, word, number, 0, NONE, L.NOBODY, 0)
    if M[flow_settings(S, flow) + L.FL_SOURCE] == L.OPEN:
        await_open(S, flow, number + 1)
    else:
        await_poisson(S, flow, number + 1)


def await_open(S, flow, number):
    """Wait for the arrival of this number, the last one having come now."""
    word = np.uint64(root_word(S, flow, 0, number))
    interval = amount_of_item(S, flow_settings(S, flow) + L.FL_LAW, word, draws.INTERVAL)
    arrival_alarm(S, flow, S.F[L.NOW] + interval, number, word)


def await_poisson(S, flow, number):
    """Wait until the integral of the rate reaches a threshold (O7)."""
    state = flow_state(S, flow)
    word = np.uint64(root_word(S, flow, 0, number))
    S.M[state + L.FS_NUMBER] = number
    S.W[state + L.FS_WORD] = word
    S.F[state + L.FS_LEFT] = threshold(of_item(S, word, draws.INTERVAL))
    schedule_poisson(S, flow)


def schedule_poisson(S, flow):
    """Set the alarm for the arrival waited for; none while the rate is 0."""
    M, F = S.M, S.F
    state = flow_state(S, flow)
    due = F[L.NOW] + time_to_arrival(F[state + L.FS_LEFT], F[state + L.FS_RATE])
    F[state + L.FS_SINCE], F[state + L.FS_DUE], M[state + L.FS_ALARM] = F[L.NOW], due, 0
    if due < inf:
        M[state + L.FS_ALARM] = arrival_alarm(
            S, flow, due, M[state + L.FS_NUMBER], S.W[state + L.FS_WORD]
        )


def present_rate(S, flow):
    """Return arrivals per day, by what is deployed."""
    M, F = S.M, S.F
    settings, deployed = flow_settings(S, flow), M[L.DEPLOYED]
    factor = at_capability(S, settings + L.FL_LAW, F[deployed + L.GN_CAPABILITY], 1.0)
    rate = arrival_rate(
        F[settings + L.FL_RATE], factor, F[settings + L.FL_PER_DEFECT],
        float(M[deployed + L.GN_DEFECTS]),
    )
    if not rate < inf:
        stop(S, RATE, rate, flow)
        return 0.0
    return rate


def adjust_poisson(S, flow):
    """Put off or forward the arrival to come if the rate changed, unless it is due (O7)."""
    M, F = S.M, S.F
    state = flow_state(S, flow)
    old = F[state + L.FS_RATE]
    F[state + L.FS_RATE] = present_rate(S, flow)
    if F[state + L.FS_RATE] == old or F[state + L.FS_DUE] <= F[L.NOW]:
        return
    left = threshold_left(F[state + L.FS_LEFT], old, F[L.NOW] - F[state + L.FS_SINCE])
    F[state + L.FS_LEFT] = left
    if M[state + L.FS_ALARM] != 0:
        cancel(S, M[state + L.FS_ALARM])
    schedule_poisson(S, flow)
