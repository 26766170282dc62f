"""Ends: why the kernel stopped the run, and the words for it."""

from __future__ import annotations

from typing import Any

(GOES_ON, HORIZON, EVENT_BUDGET, ZERO_TIME_LOOP, DEADLOCK, CAPABILITY, GENERATIONS, TOO_SHORT,
 STOCK, SPEEDUP, SLOTS, STREAMS, RATE, INTERRUPTED) = range(14)
"""Reasons; `stop` gives each a float and a whole number."""

REASONS = (
    "", "horizon", "event_budget", "zero_time_loop", "deadlock", "capability_target",
    "generation_target", *("blow_up",) * 6, "interrupted",
)


def detail(model: Any, reason: int, a: float, b: int) -> str:
    """Return what exactly happened, as the reference engine says it."""
    names = {
        STOCK: model.stocks, SPEEDUP: model.skills, SLOTS: model.pools, STREAMS: model.flows,
        RATE: model.flows,
    }
    name = tuple(names[reason])[b] if reason in names else ""
    return {
        EVENT_BUDGET: f"{b} events",
        ZERO_TIME_LOOP: f"at t = {a:.6g} d",
        DEADLOCK: f"{abs(b) - 1} requests{' and the gate' if b < 0 else ''} wait",
        CAPABILITY: f"c = {a:.4g}",
        GENERATIONS: f"generation {b}",
        TOO_SHORT: f"a service of {a:.3g} d is too short for the clock",
        STOCK: f"stock {name} at {a:.4g}",
        SPEEDUP: f"speed-up of skill '{name}' at c = {a:.4g}",
        SLOTS: f"{a:.4g} slots of pool '{name}'",
        STREAMS: f"{a:.4g} workstreams of flow '{name}'",
        RATE: f"arrivals of flow '{name}': {a:g} per day",
    }.get(reason, "")
