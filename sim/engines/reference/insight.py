"""Insight: what an item that ends adds to the lab's know-how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.reference.draws import pick
from sim.engines.reference.items import Item
from sim.laws import insight as laws
from sim.laws.compiled import compiled

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_output = compiled(laws.insight_output)
_gain = compiled(laws.insight_gain)


def result(lab: Lab, item: Item, last: int) -> int:
    """Log the result of an item that ends, raise a stock if it succeeded; return its row."""
    insight = item.flow.model.insight
    if insight is None:
        return last
    visit = item.visit(item.flow.first, last)
    draw = lab.draws.item
    if item.harmed:
        return lab.log.instant(lab.clock.now, visit, "result", "invalid", 0.0)
    if draw(item.word, "hit") >= insight.hit:
        return lab.log.instant(lab.clock.now, visit, "result", "miss", 0.0)
    name = pick(insight.targets, draw(item.word, "target"))
    stock = lab.model.stocks[name]
    level = lab.stocks[name]
    assert item.flow.noise
    noise = item.flow.noise(draw(item.word, "noise"))
    count = float(max(1, item.flow.holding))
    rest = (item.taste, count, insight.n_ref, insight.parallel, item.size, insight.size_gain)
    output = _output(stock.gain, noise, *rest)
    row = lab.log.instant(lab.clock.now, visit, "result", "success", output)
    gain = _gain(stock.gain, noise, stock.beta, level, *rest)
    lab.raise_stock(name, min(level + gain, stock.ceiling), row)
    return row
