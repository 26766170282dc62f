"""Insight: what an item that ends adds to the lab's know-how (`reference.insight`).

Here also: stocks, and defects that escape on the way of an item (`reference.lab`); how the gate is
made to look again (`reference.generations`).
"""

from __future__ import annotations

from sim.engines.compiled import draws
from sim.engines.compiled.clock import stop
from sim.engines.compiled.draws import (
    amount_of_item,
    flow_settings,
    flow_state,
    happens,
    least,
    most,
    of_item,
    picked,
)
from sim.engines.compiled.ends import STOCK
from sim.engines.compiled.recorder import INVALID, MISS, RESULT, SUCCESS, change_row, instant_row
from sim.engines.compiled.sources import adjust_sources
from sim.engines.lowering import layout as L
from sim.laws.insight import ideas_left, insight_output
from sim.laws.portable import exp

LARGEST_STOCK = 500.0
"""Level of a stock (natural log) beyond which growth counts as a blow-up."""


def escape(S, visit):
    """Count a defect that no review caught, and what it does."""
    M, F = S.M, S.F
    item = M[visit + L.VI_ITEM]
    settings = flow_settings(S, M[item + L.IT_FLOW])
    insight = M[settings + L.FL_INSIGHT] != 0
    if insight and happens(S, visit, draws.HARM, F[settings + L.FL_HARM], 0):
        M[item + L.IT_HARMED] = 1
    M[item + L.IT_DEFECTS] += 1
    made = M[M[item + L.IT_ROOT] + L.IT_MADE]
    if made != 0:
        M[made + L.GN_DEFECTS] += 1
        if made == M[L.DEPLOYED]:  # a late one: in an evaluation that outlasted the release
            adjust_sources(S)


def touch_gate(S, cause):
    """Something the gate depends on changed, by the end of row `cause` or by no row's."""
    S.M[L.GATE_CHANGED], S.M[L.GATE_CAUSE] = 1, cause


def raise_stock(S, stock, level, row):
    """Set a stock; the gate looks again."""
    M, F = S.M, S.F
    if not level <= LARGEST_STOCK:
        stop(S, STOCK, level, stock)
    at = M[L.STOCKS_AT] + stock
    change_row(S, L.STOCK_CHANGE, M[L.POOLS_N] + stock, F[at], level)
    F[at] = level
    if stock == M[L.INFRASTRUCTURE]:
        F[L.EFFICIENCY] = exp(level)
    touch_gate(S, row)


def stock_level(S, stock):
    """Return the level of a stock, 0 if the lab has none of it."""
    return S.F[S.M[L.STOCKS_AT] + stock] if stock >= 0 else 0.0


def result(S, visit):
    """Log the result of an item that ends with this visit; raise a stock if it succeeded."""
    M, F = S.M, S.F
    item = M[visit + L.VI_ITEM]
    flow = M[item + L.IT_FLOW]
    settings = flow_settings(S, flow)
    if M[settings + L.FL_INSIGHT] == 0:
        return
    word = S.W[item + L.IT_WORD]
    harmed = M[item + L.IT_HARMED] != 0
    if harmed or of_item(S, word, draws.HIT) >= F[settings + L.FL_HIT]:
        outcome = INVALID if harmed else MISS
        M[visit + L.VI_LAST] = instant_row(S, visit, RESULT, outcome, 0.0)
        return
    stock = picked(S, settings + L.FL_TARGETS, of_item(S, word, draws.TARGET))
    know_how = M[M[L.VERSION] + L.VS_STOCKS] + stock * L.STOCK_WORDS
    level = stock_level(S, stock)
    noise = amount_of_item(S, settings + L.FL_NOISE, word, draws.NOISE)
    holding = M[flow_state(S, flow) + L.FS_HOLDING]
    output = insight_output(
        F[know_how + L.SO_GAIN], noise, F[item + L.IT_TASTE],
        float(holding if holding > 1 else 1), F[settings + L.FL_N_REF],
        F[settings + L.FL_PARALLEL], F[item + L.IT_SIZE], F[settings + L.FL_SIZE_GAIN],
    )
    row = instant_row(S, visit, RESULT, SUCCESS, output)
    M[visit + L.VI_LAST] = row
    gain = output * ideas_left(F[know_how + L.SO_BETA], level)
    # A ceiling that has been lowered takes nothing away.
    new = most(level, least(level + gain, F[know_how + L.SO_CEILING]))
    raise_stock(S, stock, new, row)
