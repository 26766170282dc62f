"""Hostages: units that an item keeps, from its start to its end (O3, O5; `reference.hostages`)."""

from __future__ import annotations

from sim.engines.compiled.draws import flow_settings, pool_at, stage_settings
from sim.engines.compiled.memory import freed, taken
from sim.engines.compiled.pools import drop_refused, leaves, release_units, request
from sim.engines.compiled.recorder import DONE, HOSTAGE, WITHDRAWN, finish_row, row_of
from sim.engines.lowering import layout as L
from sim.log import NONE

AHEAD = -1
"""Priority of requests for hostages: ahead of every queue, whose priorities begin at 0."""
NAN = float("nan")


def take_hostages(S, item, settings, last):
    """Ask for all hostages of an item that begins; in their keys (O2) no stage, -1, stands."""
    M = S.M
    n = M[settings + L.FL_HOSTAGE_UNITS]
    number = M[settings + L.FL_HOSTAGE_POOL]
    first = stage_settings(S, M[item + L.IT_FLOW], M[settings + L.FL_FIRST])
    asked = taken(S, n)
    M[item + L.IT_HOSTAGES], M[item + L.IT_HOSTAGES_N] = asked, n
    for i in range(n):
        row = row_of(
            S, item, M[first + L.ST_CODE], 0, last, HOSTAGE, i + 1, NONE, NONE, NONE, number, 1, NAN
        )
        M[asked + i] = request(S, pool_at(S, number), item, NONE, i, 0, row, 1, AHEAD, 0, 0, last)


def free_hostages(S, item, flow):
    """Return the hostages of an item that ends, and ask for no more."""
    M = S.M
    pool = pool_at(S, M[flow_settings(S, flow) + L.FL_HOSTAGE_POOL])
    asked, n = M[item + L.IT_HOSTAGES], M[item + L.IT_HOSTAGES_N]
    refused = 0
    for i in range(n):
        at = M[asked + i]
        if M[at + L.RQ_STATE] == L.GRANTED:
            finish_row(S, M[at + L.RQ_ROW], DONE, 0.0)
            release_units(S, pool, 1, M[at + L.RQ_ROW])
        else:
            finish_row(S, M[at + L.RQ_ROW], WITHDRAWN, 0.0)
            M[at + L.RQ_STATE] = L.REFUSED
            refused += 1
    if refused > 0:
        drop_refused(S, pool, False)
    for i in range(n):
        at = M[asked + i]
        if M[at + L.RQ_STATE] == L.REFUSED:
            leaves(S, pool, at)
        freed(S, at, L.REQUEST_WORDS)
    freed(S, asked, n)
