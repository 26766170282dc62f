"""Items and their visits to stages (`reference.items`); how they begin."""

from __future__ import annotations

import numpy as np

from sim.engines.compiled import draws
from sim.engines.compiled.assistants import capability_of, choose
from sim.engines.compiled.clock import WAKE, put
from sim.engines.compiled.draws import (
    at_capability,
    flow_settings,
    flow_state,
    of_item,
    pool_at,
    stage_settings,
)
from sim.engines.compiled.memory import give_back, taken
from sim.engines.compiled.pools import request
from sim.engines.compiled.recorder import HOSTAGE, row_of
from sim.engines.compiled.steps import ENTER
from sim.engines.lowering import layout as L
from sim.laws.random import child_key
from sim.log import NONE

AHEAD = -1
"""Priority of requests for hostages: ahead of every queue, whose priorities begin at 0."""
NAN = float("nan")


def new_item(S, flow, word, parent, first, second, third, on_end, end_arg):
    """Create an item of a flow; its key is (first, second) or the parent's and all three."""
    I = S.I
    settings, state = flow_settings(S, flow), flow_state(S, flow)
    words = L.IT_STAYS + L.STAY_WORDS * I[settings + L.FL_STAGES_N]
    item = taken(S, words)
    for i in range(words):
        I[item + i] = 0
    I[item + L.IT_FLOW], I[item + L.IT_WORDS], I[item + L.IT_PARENT] = flow, words, parent
    S.W[item + L.IT_WORD] = word
    I[item + L.IT_NUMBER] = I[L.ITEMS]
    I[item + L.IT_FIRST], I[item + L.IT_SECOND], I[item + L.IT_THIRD] = first, second, third
    I[item + L.IT_ON_END], I[item + L.IT_END_ARG] = on_end, end_arg
    I[item + L.IT_REFERENCES] = 1
    if parent != 0:
        root = I[parent + L.IT_ROOT]
        I[item + L.IT_ROOT], I[item + L.IT_PARENT_NUMBER] = root, I[parent + L.IT_NUMBER]
        I[item + L.IT_GENERATION] = I[root + L.IT_GENERATION]
        I[parent + L.IT_REFERENCES] += 1
    else:
        I[item + L.IT_ROOT], I[item + L.IT_PARENT_NUMBER] = item, NONE
        I[item + L.IT_GENERATION] = I[I[L.DEPLOYED] + L.GN_INDEX] + 1
    I[L.ITEMS] += 1
    I[L.EVENTS] += 1
    I[state + L.FS_IN_PROGRESS] += 1
    S.F[item + L.IT_SIZE] = 1.0
    S.F[item + L.IT_TASTE] = 1.0
    if I[settings + L.FL_TASTE] >= 0:
        helper = choose(S, of_item(S, S.W[item + L.IT_WORD], draws.GENERATION))
        c = capability_of(S, helper)
        S.F[item + L.IT_TASTE] = at_capability(S, settings + L.FL_TASTE, c, 1.0)
    return item


def root_word(S, flow, first, second):
    """Return the word of an item from outside: (workstream, sequence) or (0, number)."""
    word = S.W[flow_settings(S, flow) + L.FL_WORD]
    return child_key(int(word), 0, int(first), int(second))


def forget(S, item):
    """One reference to an item less; nobody may ask for the key of a freed one."""
    I = S.I
    while item != 0:
        I[item + L.IT_REFERENCES] -= 1
        if I[item + L.IT_REFERENCES] > 0:
            return
        parent = I[item + L.IT_PARENT]
        give_back(S, item, I[item + L.IT_WORDS])
        item = parent


def new_visit(S, item, stage, last):
    """Enter a stage; `last` is the row whose end led to it."""
    I, F = S.I, S.F
    index = I[stage + L.ST_INDEX]
    stay = item + L.IT_STAYS + L.STAY_WORDS * index
    visit = taken(S, L.VISIT_WORDS)
    I[visit + L.VI_ITEM], I[visit + L.VI_STAGE], I[visit + L.VI_INDEX] = item, stage, index
    I[visit + L.VI_NUMBER], I[visit + L.VI_LAST] = I[stay + L.SY_VISITS], last
    I[visit + L.VI_REFERENCES], I[visit + L.VI_FLOW] = 1, I[item + L.IT_FLOW]
    I[item + L.IT_REFERENCES] += 1
    I[stay + L.SY_VISITS] += 1
    I[stay + L.SY_RUNNING] += 1
    made = I[item + L.IT_MADE]
    if made != 0 and F[made + L.GN_ENTERED + index] != F[made + L.GN_ENTERED + index]:
        F[made + L.GN_ENTERED + index] = F[L.NOW]
    return visit


def forget_visit(S, visit):
    """One reference to a visit less."""
    I = S.I
    I[visit + L.VI_REFERENCES] -= 1
    if I[visit + L.VI_REFERENCES] == 0:
        forget(S, I[visit + L.VI_ITEM])
        give_back(S, visit, L.VISIT_WORDS)


def spared(S, visit):
    """Return whether the stage is a safeguard that the generation is too weak for."""
    I, F = S.I, S.F
    stage, made = I[visit + L.VI_STAGE], I[I[visit + L.VI_ITEM] + L.IT_MADE]
    if I[stage + L.ST_FROM_ON] == 0 or made == 0:
        return False
    return F[made + L.GN_CAPABILITY] < F[stage + L.ST_FROM]


def begin(S, item, last):
    """Let an item begin: it asks for its hostages and sets off from its first stage."""
    I = S.I
    flow = I[item + L.IT_FLOW]
    settings = flow_settings(S, flow)
    if I[settings + L.FL_HOSTAGE_POOL] >= 0:
        take_hostages(S, item, settings, last)
    set_off(S, item, stage_settings(S, flow, I[settings + L.FL_FIRST]), last)


def take_hostages(S, item, settings, last):
    """Ask for all hostages of an item that begins."""
    I = S.I
    n = I[settings + L.FL_HOSTAGE_UNITS]
    number = I[settings + L.FL_HOSTAGE_POOL]
    first = stage_settings(S, I[item + L.IT_FLOW], I[settings + L.FL_FIRST])
    asked = taken(S, n)
    I[item + L.IT_HOSTAGES], I[item + L.IT_HOSTAGES_N] = asked, n
    for i in range(n):
        row = row_of(
            S, item, I[first + L.ST_CODE], 0, last, HOSTAGE, i + 1, NONE, NONE, NONE, number, 1, NAN
        )
        I[asked + i] = request(S, pool_at(S, number), item, NONE, i, 0, row, 1, AHEAD, 0, 0, last)


def set_off(S, item, stage, last):
    """Send an item (or one more track of it) on its way from a stage."""
    I = S.I
    I[item + L.IT_TRACKS] += 1
    track = taken(S, L.TRACK_WORDS)
    I[track + L.TK_PC], I[track + L.TK_ITEM] = ENTER, item
    I[track + L.TK_STAGE], I[track + L.TK_LAST] = stage, last
    put(S, WAKE, track, 0)


def spawn(S, visit, flow, index, on_end, end_arg):
    """Start a child item of a visit."""
    I, W = S.I, S.W
    parent, number = I[visit + L.VI_ITEM], I[visit + L.VI_NUMBER]
    word = child_key(
        int(W[parent + L.IT_WORD]), int(W[I[visit + L.VI_STAGE] + L.ST_WORD]), int(number),
        int(index),
    )
    item = new_item(
        S, flow, np.uint64(word), parent, I[visit + L.VI_INDEX], number, index, on_end, end_arg
    )
    begin(S, item, I[visit + L.VI_LAST])
