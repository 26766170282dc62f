"""Hostages: units that an item keeps from everybody else, from its start to its end (O3, O5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.reference.items import Item

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

AHEAD = -1
"""Priority of requests for hostages: ahead of every queue, whose priorities begin at 0."""


class Hostage:
    """One unit an item asks for; to pool and log it stands where a visit does for other requests.

    It belongs to no stage of the item's route: in the log it stands at the first one, and its
    structural key (O2) has -1 where those of visits have their stage.
    """

    __slots__ = ("item", "key", "last", "number", "stage")

    paused = False
    """A stage may be paused; the item goes on, and so do its hostages."""

    def __init__(self, item: Item, index: int, last: int) -> None:
        self.item, self.last = item, last
        self.stage, self.number = item.flow.first, 0
        self.key = (item.flow.index, item.key, -1, index)


def take(lab: Lab, item: Item, last: int) -> None:
    """Ask for all hostages of an item that begins; they are granted one by one as units free."""
    spec = item.flow.model.hostages
    assert spec
    pool = lab.pools[spec.pool]
    item.hostages = asked = []
    for index in range(spec.units):
        hostage = Hostage(item, index, last)
        row = lab.log.request(
            lab.clock.now, hostage, "hostage", attempt=index + 1, pool=pool.index, units=1
        )
        asked.append(pool.request(hostage, row, priority=AHEAD))


def give_back(lab: Lab, item: Item) -> None:
    """Return the hostages of an item that ends, and ask for no more."""
    spec = item.flow.model.hostages
    assert spec
    pool = lab.pools[spec.pool]
    for request in item.hostages:
        if request.triggered:
            lab.log.finish(request.row, lab.clock.now, "done")
            pool.release(1, request.row)
        else:
            lab.log.finish(request.row, lab.clock.now, "withdrawn")
    pool.withdraw([request for request in item.hostages if not request.triggered])
