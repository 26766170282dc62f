"""Chores: consequences done step by step, last in first out, before anything else happens.

Some steps are Python's: to read new settings, to divide shared compute, to ask an allocation
policy. There the kernel leaves with an exit code (`exits`) and goes on with the next chore when it
is entered again. Everything else of a release, an intervention or a delivery is done here, in the
order of O11 (`reference.interventions`, `reference.allocation`, `reference.capacity`).
"""

from __future__ import annotations

from sim.engines.compiled.assistants import watch_speedups
from sim.engines.compiled.capacity import (
    apply_plan,
    apply_shared,
    capacity_changed,
    change_stated,
    move_shares,
    stated_units,
)
from sim.engines.compiled.clock import stop
from sim.engines.compiled.draws import flow_state, pool_at
from sim.engines.compiled.ends import CAPABILITY, GENERATIONS
from sim.engines.compiled.insight import touch_gate
from sim.engines.compiled.memory import extended
from sim.engines.compiled.meters import meter_reset, meter_tick
from sim.engines.compiled.pools import heed
from sim.engines.compiled.recorder import change_row
from sim.engines.compiled.sources import adjust_sources
from sim.engines.lowering import layout as L
from sim.log import NONE

(NO_EXIT, ENDED, NEEDS_ROOM, TURNS_OVER, SET, SPLIT, ASK_POLICY) = range(7)
"""Why the kernel leaves: the run is over, room runs out, turns are used up (and one looks at
Ctrl-C), or it is Python's turn."""

(ALLOCATE, AT_RELEASE, TARGETS, CARRY_OUT, SETTINGS, WATCH, CHANGE_CAPACITY, PAUSE, RESUME,
 AFTER_CHANGE, SPLIT_COMPUTE, APPLY, APPLY_SHARED, DELIVERED, SHARE, MOVE_SHARES,
 GO_ON) = range(17)


def chore(S, what, a, b):
    """Leave something to be done.

    What is left last is done first: whoever leaves several chores is to be read upwards.
    """
    M = S.M
    at = extended(S, L.CHORES, 3)
    M[at], M[at + 1], M[at + 2] = what, a, b


def do_chore(S):
    """Do the last chore but those of tracks; return an exit code if it is Python's."""
    M = S.M
    M[L.CHORES + 2] -= 3
    at = M[L.CHORES] + M[L.CHORES + 2]
    what, a, b = M[at], M[at + 1], M[at + 2]
    if what == ALLOCATE:
        return allocate(S)
    if what == SETTINGS:
        M[L.EXIT_A] = a
        return SET  # `exits.set`
    if what == SPLIT_COMPUTE:
        S.F[L.EXIT_A] = stated_units(S, M[L.POOLS_N])
        return SPLIT  # `exits.split`
    if what == AT_RELEASE:
        at_release(S, a, b)
    elif what == TARGETS:
        check_targets(S)
    elif what == CARRY_OUT:
        carry_out(S, a)
    elif what == WATCH:
        watch_speedups(S)
    elif what == CHANGE_CAPACITY:
        intervene(S, a)
    elif what in (PAUSE, RESUME):
        pause(S, a, 1 if what == PAUSE else 0)
    elif what == AFTER_CHANGE:
        touch_gate(S, NONE)
        adjust_sources(S)
    elif what == APPLY:
        apply_plan(S, a)
    elif what == APPLY_SHARED:
        apply_shared(S)
    elif what == DELIVERED:
        capacity_changed(S)
    elif what == SHARE:
        take_shares(S)
    elif what == MOVE_SHARES:
        move_shares(S)
    return NO_EXIT


# --- releases -----------------------------------------------------------------------------------


def allocate(S):
    """Divide the compute anew, as the policy says, by how much its pools are waited for."""
    M = S.M
    if M[L.ALLOCATION] == 0:
        return NO_EXIT
    for number in range(M[L.POOLS_N]):
        pool = pool_at(S, number)
        if M[pool + L.PL_METER] != 0:
            meter_tick(S, pool)
    return ASK_POLICY  # `exits.ask_policy`


def reset_meters(S):
    """Begin to measure."""
    for number in range(S.M[L.POOLS_N]):
        pool = pool_at(S, number)
        if S.M[pool + L.PL_METER] != 0:
            meter_tick(S, pool)
            meter_reset(S, pool)


def at_release(S, generation, number):
    """Carry out what is to happen at the release of a generation, from a number on."""
    M = S.M
    for i in range(number, M[L.INTERVENTIONS_N]):
        if M[M[L.INTERVENTIONS_AT] + i * L.INTERVENTION_WORDS + L.IV_GENERATION] == generation:
            # last in, first out: read upwards
            chore(S, AT_RELEASE, generation, i + 1)
            chore(S, CARRY_OUT, i, 0)
            return


def check_targets(S):
    """End the run if the model that was just released is what the run was to reach."""
    M, F = S.M, S.F
    made = M[L.DEPLOYED]
    if M[L.END_CAPABILITY_ON] != 0 and F[made + L.GN_CAPABILITY] >= F[L.END_CAPABILITY]:
        stop(S, CAPABILITY, F[made + L.GN_CAPABILITY], 0)
    elif M[L.END_GENERATIONS] != 0 and M[made + L.GN_INDEX] >= M[L.END_GENERATIONS]:
        stop(S, GENERATIONS, 0.0, M[made + L.GN_INDEX])


# --- interventions ------------------------------------------------------------------------------


def carry_out(S, number):
    """Begin an intervention: settings, then capacities, then pauses, then resumes (O11)."""
    M = S.M
    at = M[L.INTERVENTIONS_AT] + number * L.INTERVENTION_WORDS
    change_row(S, L.INTERVENTION_CHANGE, M[at + L.IV_NAME], 0.0, 1.0)
    # last in, first out: read upwards
    chore(S, AFTER_CHANGE, 0, 0)
    chore_each(S, RESUME, at + L.IV_RESUME)
    chore_each(S, PAUSE, at + L.IV_PAUSE)
    chore_each(S, CHANGE_CAPACITY, at + L.IV_CAPACITY)
    if M[at + L.IV_SET] != 0:
        chore(S, SETTINGS, number, 0)


def chore_each(S, what, table):
    """Leave one chore for each entry of a table, the first to be done first."""
    M = S.M
    for i in range(M[table] - 1, -1, -1):
        chore(S, what, M[table + 1] + 3 * i, 0)


def intervene(S, at):
    """Change a stated capacity, and bring to its plan whatever it is the capacity of."""
    M = S.M
    change_stated(S, M[at], M[at + 1], S.F[at + 2])
    bring(S, M[at])


def bring(S, stated):
    """Bring to its plan the pool, or all that share the compute, whose capacity is stated."""
    if stated == S.M[L.POOLS_N]:
        # last in, first out: read upwards
        chore(S, APPLY_SHARED, 0, 0)
        chore(S, SPLIT_COMPUTE, 0, 0)
    else:
        chore(S, APPLY, stated, 0)


def deliver(S, number):
    """A planned change takes effect."""
    M, F = S.M, S.F
    at = M[L.DELIVERIES_AT] + number * L.DELIVERY_WORDS
    stated = M[L.STATED_AT] + M[at + L.DL_STATED] * L.STATED_WORDS
    if M[stated + L.SD_PLANNED] == 0:
        return
    F[stated + L.SD_BASE] = F[at + L.DL_UNITS]
    # last in, first out: read upwards
    chore(S, DELIVERED, 0, 0)
    bring(S, M[at + L.DL_STATED])


def pause(S, at, paused):
    """Pause or resume a flow, or a stage of it."""
    M = S.M
    flow, stage, name = M[at], M[at + 1], M[at + 2]
    state = flow_state(S, flow)
    mark = state + L.FS_PAUSED if stage < 0 else M[state + L.FS_PAUSED_AT] + stage
    change_row(S, L.PAUSE_CHANGE, name, float(M[mark]), float(paused))
    M[L.PAUSES] += paused - M[mark]
    M[mark] = paused
    for number in range(M[L.POOLS_N]):
        heed(S, pool_at(S, number))


def take_shares(S):
    """Divide the compute anew by the new shares; units move as they free."""
    M, F = S.M, S.F
    for number in range(M[L.POOLS_N]):
        pool = pool_at(S, number)
        if M[pool + L.PL_SHARED] != 0:
            change_row(
                S, L.SHARE_CHANGE, number, F[pool + L.PL_SHARE], F[pool + L.PL_NEW_SHARE]
            )
            F[pool + L.PL_SHARE] = F[pool + L.PL_NEW_SHARE]
            F[pool + L.PL_BEFORE] = F[pool + L.PL_PART]
    # last in, first out: read upwards
    chore(S, MOVE_SHARES, 0, 0)
    chore(S, SPLIT_COMPUTE, 0, 0)
