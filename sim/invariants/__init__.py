"""What every log must keep, whatever the model: clock, conservation, capacity, hostages, Little.

`check(run)` returns a list of violations, empty for a sound log. The functions read a run's
tables and model, never the engine, so that they hold for logs read back from disk too.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.invariants.capacity import capacity
from sim.invariants.clock import clock
from sim.invariants.columns import Log
from sim.invariants.conservation import conservation
from sim.invariants.hostages import hostages
from sim.invariants.littles_law import littles_law

__all__ = ["INVARIANTS", "capacity", "check", "clock", "conservation", "hostages", "littles_law"]

INVARIANTS: dict[str, Callable[[Log], list[str]]] = {
    "clock": clock,
    "conservation": conservation,
    "capacity": capacity,
    "hostages": hostages,
    "littles_law": littles_law,
}
"""All invariants by name."""


def check(run: Log) -> list[str]:
    """Return all violations of the invariants in the log of one replication.

    Parameters
    ----------
    run
        A run, or anything with `model`, `end`, `visits`, `generations` and `changes`.

    Returns
    -------
    list of str
        One sentence for each invariant broken, with the rows concerned; empty if all hold.
    """
    return [f"{name}: {text}" for name, holds in INVARIANTS.items() for text in holds(run)]
