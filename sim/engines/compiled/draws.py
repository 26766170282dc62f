"""Random numbers and laws of one replication, bound to its seed (`reference.draws`).

Here also: where the present settings of flows and stages, and the state of flows and pools, stand.
"""

from __future__ import annotations

import numpy as np

from sim.engines.compiled.pointers import array_at
from sim.engines.lowering import layout as L
from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.feedback import FEEDBACK_LAWS
from sim.laws.random import name_key, uniform
from sim.laws.registry import dispatcher

distribution = dispatcher(DISTRIBUTIONS)
feedback = dispatcher(FEEDBACK_LAWS)
CERTAIN = DISTRIBUTIONS.id("deterministic")

WORK = np.uint64(name_key("work"))
GENERATION = np.uint64(name_key("generation"))
DELEGATE = np.uint64(name_key("delegate"))
STEERING = np.uint64(name_key("steering"))
STEERING_WORK = np.uint64(name_key("steering work"))
RIGHT = np.uint64(name_key("right"))
REVIEW = np.uint64(name_key("review"))
REVIEW_WORK = np.uint64(name_key("review work"))
CATCH = np.uint64(name_key("catch"))
HARM = np.uint64(name_key("harm"))
FAILURE = np.uint64(name_key("failure"))
FRACTION = np.uint64(name_key("fraction"))
ROUTE = np.uint64(name_key("route"))
DURATION = np.uint64(name_key("duration"))
TARGET = np.uint64(name_key("target"))
HIT = np.uint64(name_key("hit"))
NOISE = np.uint64(name_key("noise"))
INTERRUPTION = np.uint64(name_key("interruption"))
MANUAL = np.uint64(name_key("manual"))
RESTART = np.uint64(name_key("restart"))
INTERVAL = np.uint64(name_key("interval"))
AGENT_CATCH = np.uint64(name_key("agent catch"))
AUDIT = np.uint64(name_key("audit"))


def of_visit(S, visit, purpose, attempt):
    """Return the number for a purpose of one visit (and attempt)."""
    M, W = S.M, S.W
    return uniform(
        int(W[L.SEED]), int(W[L.REPLICATION]), int(W[M[visit + L.VI_ITEM] + L.IT_WORD]),
        int(W[M[visit + L.VI_STAGE] + L.ST_WORD]),
        int((M[visit + L.VI_NUMBER] << 32) + attempt), int(purpose),
    )


def happens(S, visit, purpose, chance, attempt):
    """Return whether something of this chance happens; certainty needs no draw."""
    if chance <= 0.0:
        return False
    return chance >= 1.0 or of_visit(S, visit, purpose, attempt) < chance


def of_item(S, word, purpose):
    """Return the number for a purpose of one item as a whole."""
    W = S.W
    return uniform(int(W[L.SEED]), int(W[L.REPLICATION]), int(word), 0, 0, int(purpose))


def amount(S, law, visit, purpose, attempt):
    """Return the random amount for a purpose of a visit; 0 without a law."""
    M = S.M
    if M[law] < 0:
        return 0.0
    u = 0.5  # any will do for an amount that is certain
    if M[law] != CERTAIN:
        u = of_visit(S, visit, purpose, attempt)
    return distribution(M[law], u, array_at(S.F), M[law + 1], M[law + 2])


def amount_of_item(S, law, word, purpose):
    """Return the random amount for a purpose of one item as a whole; 0 without a law."""
    M = S.M
    if M[law] < 0:
        return 0.0
    u = of_item(S, word, purpose)
    return distribution(M[law], u, array_at(S.F), M[law + 1], M[law + 2])


def at_capability(S, law, c, default):
    """Return a feedback law at a capability (OOM), or the default without one.

    `default` is what `reference.skills.Skill` binds where there is no law (and `bind` of sources).
    """
    M, F = S.M, S.F
    if M[law] < 0:
        return default
    p = M[law + 1]
    if F[p + L.LAST_ARGUMENT] != c:  # most tasks use the same model as the task before
        F[p + L.LAST_VALUE] = feedback(M[law], c, array_at(F), p, M[law + 2])
        F[p + L.LAST_ARGUMENT] = c
    return F[p + L.LAST_VALUE]


def picked(S, table, u):
    """Return what a uniform number falls on in a table of (what, chance), in its order."""
    M, F = S.M, S.F
    at = M[table + 1]
    reached = 0.0
    chosen = NOTHING
    for i in range(M[table]):
        chosen = M[at + 2 * i]
        reached += F[at + 2 * i + 1]
        if u < reached:
            break
    return chosen


NOTHING = L.NONE


def flow_settings(S, flow):
    """Return the present settings of a flow."""
    return S.M[S.M[L.VERSION] + L.VS_FLOWS] + flow * L.FLOW_WORDS


def stage_settings(S, flow, index):
    """Return the present settings of a stage."""
    return S.M[flow_settings(S, flow) + L.FL_STAGES] + index * L.STAGE_WORDS


def flow_state(S, flow):
    """Return the state of a flow's items as a whole."""
    return S.M[L.FLOWS_AT] + flow * L.FLOW_STATE_WORDS


def pool_at(S, pool):
    """Return the state of a pool."""
    return S.M[L.POOLS_AT] + pool * L.POOL_WORDS


def least(a, b):
    """Return Python's `min(a, b)` of floats."""
    return b if b < a else a


def most(a, b):
    """Return Python's `max(a, b)` of floats."""
    return b if b > a else a
