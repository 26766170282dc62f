"""Insight: what an item that ends adds to the lab's know-how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.reference.draws import pick
from sim.engines.reference.items import Visit
from sim.laws import insight as laws
from sim.laws.compiled import compiled

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_output = compiled(laws.insight_output)
_ideas_left = compiled(laws.ideas_left)


def result(lab: Lab, visit: Visit) -> None:
    """Log the result of an item that ends with this visit; raise a stock if it succeeded."""
    item, draw = visit.item, lab.draws.item
    insight = item.flow.model.insight
    if insight is None:
        return
    if item.harmed or draw(item.word, "hit") >= insight.hit:
        outcome = "invalid" if item.harmed else "miss"
        visit.last = lab.log.instant(lab.clock.now, visit, "result", outcome, 0.0)
        return
    name = pick(insight.targets, draw(item.word, "target"))
    stock = lab.model.stocks[name]
    level = lab.stocks[name]
    assert item.flow.noise
    noise = item.flow.noise(draw(item.word, "noise"))
    count = float(max(1, item.flow.holding))
    output = _output(
        stock.gain, noise, item.taste, count, insight.n_ref, insight.parallel, item.size,
        insight.size_gain,
    )
    visit.last = lab.log.instant(lab.clock.now, visit, "result", "success", output)
    gain = output * _ideas_left(stock.beta, level)
    # A ceiling that has been lowered takes nothing away.
    lab.raise_stock(name, max(level, min(level + gain, stock.ceiling)), visit.last)
