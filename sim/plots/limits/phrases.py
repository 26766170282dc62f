"""Words and colours that the figures of limits share."""

from __future__ import annotations

import math
from typing import Any

from sim.limits import lifts
from sim.limits.question import LIFT
from sim.plots import style
from sim.plots.words import count_of, plain

SIDES = {
    "compute": style.BLUE, "training": style.GREEN, "people and oversight": style.ORANGE,
    "other": "#8C8C8C",
}
"""Sides on which a limit may be, with their colours."""
REGIME_COLOURS = {
    "compute": style.BLUE, "loop": style.RED, "balanced": "#9A9A9A", "undecided": "#DADADA",
}
_SIDE = {
    "experiment_compute": "compute", "run_latency": "compute", "assistant_slots": "compute",
    "all_compute": "compute", "training_compute": "training",
    **dict.fromkeys(
        ("review", "steering", "approvals", "oversight", "all_people"), "people and oversight"
    ),
}


def side(limit: str) -> str:
    """Return the side on which a limit or a group is."""
    return "people and oversight" if limit.startswith(lifts.PEOPLE) else _SIDE.get(limit, "other")


def lab(found: Any) -> str:
    """Return the name of the lab in quotes: some are called by what limits them."""
    return f"'{plain(found.model.name)}'" if found.model.name else "the lab"


def is_time(outcome: str) -> bool:
    """Return whether an outcome is a time, of which less is better."""
    return outcome == "to_target" or outcome.startswith("cycle_")


def outcome(found: Any, name: str) -> str:
    """Return what an outcome is: 'time to 1 OOM', 'cycle of generation 2', 'research output'."""
    if name == "to_target":
        return f"time to {found.question.target:g} OOM"
    for generation, cycle in found.question.cycles.items():
        if name == cycle:
            return f"cycle of generation {generation}"
    return plain(name)


def sample(found: Any) -> str:
    """Return '24 replications on the same random numbers'."""
    return f"{count_of(found.replications, 'replication')} on the same random numbers"


def lifted() -> str:
    """Return how far limits are lifted: '×10'."""
    return f"×{LIFT}"


def signed(value: float, decimals: int = 1) -> str:
    """Return a number with its sign: '+12', '−3.1', '+1,630'; '0' only of nothing at all.

    >>> signed(-161.8), signed(0.0), signed(0.0312), signed(1629.8), signed(-3.14)
    ('−162', '0', '0.0', '+1,630', '−3.1')
    """
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    text = f"{abs(value):,.{decimals if abs(value) < 9.95 else 0}f}"
    if not text.strip("0."):
        return text
    return ("+" if value > 0 else "−") + text


def between(low: float, high: float, decimals: int = 1) -> str:
    """Return '[−3.1, +2.0]' of ends of an interval; empty if they are not known."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"[{signed(low, decimals)}, {signed(high, decimals)}]"
