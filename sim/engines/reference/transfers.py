"""Transfers: compute moves from pool to pool as it frees; the sum never changes (O4b, O6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.reference.pools import Pool
from sim.model.allocation import Priority

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab


class Transfers:
    """Units promised by one pool to another, and units lent."""

    def __init__(self, lab: Lab) -> None:
        self.pools = list(lab.pools.values())
        self.owed: dict[tuple[int, int], float] = {}
        """Units still to move, by donor and receiver (numbers of pools)."""
        allocation = lab.model.allocation
        self.lending = (
            Lending(lab.pools[allocation.lender], lab.pools[allocation.borrower])
            if isinstance(allocation, Priority)
            else None
        )

    def promise(self, donor: Pool, receiver: Pool, units: float) -> None:
        """Let units move from donor to receiver as they free; what is owed back is set off."""
        there, back = (donor.index, receiver.index), (receiver.index, donor.index)
        owed = self.owed.pop(there, 0) + units - self.owed.pop(back, 0)
        if owed > 0:
            self.owed[there] = owed
        elif owed < 0:
            self.owed[back] = -owed

    def settle(self) -> bool:
        """Move what can move now; return whether units moved."""
        for pair in sorted(self.owed):
            donor, receiver = self.pools[pair[0]], self.pools[pair[1]]
            units = min(self.owed[pair], donor.capacity - donor.used)
            if units > 0:
                _move(donor, receiver, units)
                self.owed[pair] -= units
                if self.owed[pair] == 0:
                    del self.owed[pair]
                return True
        return self.lending is not None and self.lending.settle(self._owed_by_lender())

    def _owed_by_lender(self) -> float:
        lender = self.lending and self.lending.lender.index
        return sum(units for (donor, _), units in self.owed.items() if donor == lender)


class Lending:
    """Idle units of one compute pool serve another until they are needed back."""

    def __init__(self, lender: Pool, borrower: Pool) -> None:
        self.lender, self.borrower = lender, borrower
        self.lent: float = 0

    def settle(self, owed: float) -> bool:
        """Lend or call back what can move now; return whether units moved.

        `owed`: units that the lender has promised to others. Before t = 0 nothing is lent (O10).
        """
        if self.lender.clock.now < 0:
            return False
        free = self.lender.capacity - self.lender.used
        if self.lender.queue or owed or free < 0:
            wanted = owed + sum(entry[3].units for entry in self.lender.queue)
            return self._call_back(wanted - free)
        if free > 0:
            _move(self.lender, self.borrower, free)
            self.lent += free
        return free > 0

    def _call_back(self, needed: float) -> bool:
        """Take back what the lender needs, as far as the borrower has it free."""
        units = min(needed, self.lent, self.borrower.capacity - self.borrower.used)
        if units <= 0:
            return False
        _move(self.borrower, self.lender, units)
        self.lent -= units
        return True


def _move(donor: Pool, receiver: Pool, units: float) -> None:
    freed_by = donor.last_freed
    donor.set_capacity(donor.capacity - units)
    receiver.set_capacity(receiver.capacity + units)
    donor.last_freed = receiver.last_freed = freed_by
