"""Items and their visits to stages (`reference.items`).

Here also: how items are created, spawned and set off (`reference.lab`, `reference.routes`), and how
long the record of an item or a visit is kept.
"""

from __future__ import annotations

import numpy as np

from sim.engines.compiled import draws
from sim.engines.compiled.accounts import count_item
from sim.engines.compiled.assistants import capability_of, choose
from sim.engines.compiled.clock import WAKE, put
from sim.engines.compiled.draws import (
    at_capability,
    flow_settings,
    flow_state,
    of_item,
    stage_settings,
)
from sim.engines.compiled.hostages import take_hostages
from sim.engines.compiled.memory import freed, taken
from sim.engines.compiled.steps import BEGIN_STAGE
from sim.engines.lowering import layout as L
from sim.laws.random import child_key
from sim.log import NONE


def new_item(S, flow, word, parent, first, second, third, on_end, end_arg):
    """Create an item of a flow: it gets its number, and is an event (O9).

    Its key (O2) is (first, second), or the parent's and all three.
    """
    M = S.M
    settings, state = flow_settings(S, flow), flow_state(S, flow)
    words = L.IT_STAYS + L.STAY_WORDS * M[settings + L.FL_STAGES_N]
    item = taken(S, words)
    for i in range(words):
        M[item + i] = 0
    M[item + L.IT_FLOW], M[item + L.IT_LENGTH], M[item + L.IT_PARENT] = flow, words, parent
    S.W[item + L.IT_WORD] = word
    M[item + L.IT_NUMBER] = M[L.ITEMS]
    M[item + L.IT_FIRST], M[item + L.IT_SECOND], M[item + L.IT_THIRD] = first, second, third
    M[item + L.IT_ON_END], M[item + L.IT_END_ARG] = on_end, end_arg
    M[item + L.IT_REFERENCES] = 1
    if parent != 0:
        root = M[parent + L.IT_ROOT]
        M[item + L.IT_ROOT], M[item + L.IT_PARENT_NUMBER] = root, M[parent + L.IT_NUMBER]
        M[item + L.IT_GENERATION] = M[root + L.IT_GENERATION]
        M[parent + L.IT_REFERENCES] += 1
    else:
        M[item + L.IT_ROOT], M[item + L.IT_PARENT_NUMBER] = item, NONE
        M[item + L.IT_GENERATION] = M[M[L.DEPLOYED] + L.GN_INDEX] + 1
    M[L.ITEMS] += 1
    M[L.EVENTS] += 1
    M[state + L.FS_IN_PROGRESS] += 1
    if M[L.SUMMARY] != 0:
        count_item(S, flow, L.FA_BEGUN)
    S.F[item + L.IT_SIZE] = 1.0
    S.F[item + L.IT_TASTE] = 1.0
    if M[settings + L.FL_TASTE] >= 0:
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
    M = S.M
    while item != 0:
        M[item + L.IT_REFERENCES] -= 1
        if M[item + L.IT_REFERENCES] > 0:
            return
        parent = M[item + L.IT_PARENT]
        freed(S, item, M[item + L.IT_LENGTH])
        item = parent


def new_visit(S, item, stage, last):
    """Enter a stage; `last` is the row whose end led to it."""
    M, F = S.M, S.F
    index = M[stage + L.ST_INDEX]
    stay = item + L.IT_STAYS + L.STAY_WORDS * index
    visit = taken(S, L.VISIT_WORDS)
    M[visit + L.VI_ITEM], M[visit + L.VI_STAGE], M[visit + L.VI_INDEX] = item, stage, index
    M[visit + L.VI_NUMBER], M[visit + L.VI_LAST] = M[stay + L.SY_VISITS], last
    M[visit + L.VI_REFERENCES], M[visit + L.VI_FLOW] = 1, M[item + L.IT_FLOW]
    M[item + L.IT_REFERENCES] += 1
    M[stay + L.SY_VISITS] += 1
    M[stay + L.SY_RUNNING] += 1
    made = M[item + L.IT_MADE]
    # A NaN (which does not equal itself) says that the stage was not entered before.
    if made != 0 and F[made + L.GN_ENTERED + index] != F[made + L.GN_ENTERED + index]:
        F[made + L.GN_ENTERED + index] = F[L.NOW]
    return visit


def forget_visit(S, visit):
    """One reference to a visit less."""
    M = S.M
    M[visit + L.VI_REFERENCES] -= 1
    if M[visit + L.VI_REFERENCES] == 0:
        forget(S, M[visit + L.VI_ITEM])
        freed(S, visit, L.VISIT_WORDS)


def spared(S, visit):
    """Return whether the stage is a safeguard that the generation is too weak for (O3)."""
    M, F = S.M, S.F
    stage, made = M[visit + L.VI_STAGE], M[M[visit + L.VI_ITEM] + L.IT_MADE]
    if M[stage + L.ST_FROM_ON] == 0 or made == 0:
        return False
    return F[made + L.GN_CAPABILITY] < F[stage + L.ST_FROM]


def begin(S, item, last):
    """Let an item begin: it asks for its hostages and sets off from its first stage."""
    M = S.M
    flow = M[item + L.IT_FLOW]
    settings = flow_settings(S, flow)
    if M[settings + L.FL_HOSTAGE_POOL] >= 0:
        take_hostages(S, item, settings, last)
    set_off(S, item, stage_settings(S, flow, M[settings + L.FL_FIRST]), last)


def set_off(S, item, stage, last):
    """Send an item (or one more track of it) on its way from a stage."""
    M = S.M
    M[item + L.IT_TRACKS] += 1
    track = taken(S, L.TRACK_WORDS)
    M[track + L.TK_PC], M[track + L.TK_ITEM] = BEGIN_STAGE, item
    M[track + L.TK_STAGE], M[track + L.TK_LAST] = stage, last
    put(S, WAKE, track, 0)


def spawn(S, visit, flow, index, on_end, end_arg):
    """Start a child item of a visit."""
    M, W = S.M, S.W
    parent, number = M[visit + L.VI_ITEM], M[visit + L.VI_NUMBER]
    word = child_key(
        int(W[parent + L.IT_WORD]), int(W[M[visit + L.VI_STAGE] + L.ST_WORD]), int(number),
        int(index),
    )
    item = new_item(
        S, flow, np.uint64(word), parent, M[visit + L.VI_INDEX], number, index, on_end, end_arg
    )
    begin(S, item, M[visit + L.VI_LAST])
