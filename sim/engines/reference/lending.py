"""Lending: idle units of one pool serve another until they are needed back (O4b, O6)."""

from __future__ import annotations

from sim.engines.reference.pools import Pool


class Lending:
    """Units lent by one compute pool to another; the sum of both never changes."""

    def __init__(self, lender: Pool, borrower: Pool) -> None:
        self.lender, self.borrower = lender, borrower
        self.lent: float = 0

    def settle(self) -> bool:
        """Move what can move now; return whether units moved.

        Before t = 0 nothing is lent: the lender trains generation 0.
        """
        if self.lender.clock.now < 0:
            return False
        free = self.lender.capacity - self.lender.used
        if self.lender.queue or free < 0:
            return self._call_back(sum(entry[3].units for entry in self.lender.queue) - free)
        if free > 0:
            self._move(self.lender, self.borrower, free)
            self.lent += free
        return free > 0

    def replan(self, pool: Pool) -> None:
        """Set a pool's capacity from its plan and what is lent."""
        sign = -1 if pool is self.lender else 1 if pool is self.borrower else 0
        pool.set_capacity(pool.planned + sign * self.lent)

    def _call_back(self, needed: float) -> bool:
        """Take back what the lender needs, as far as the borrower has it free."""
        units = min(needed, self.lent, self.borrower.capacity - self.borrower.used)
        if units <= 0:
            return False
        self._move(self.borrower, self.lender, units)
        self.lent -= units
        return True

    @staticmethod
    def _move(donor: Pool, receiver: Pool, units: float) -> None:
        freed_by = donor.last_freed
        donor.set_capacity(donor.capacity - units)
        receiver.set_capacity(receiver.capacity + units)
        donor.last_freed = receiver.last_freed = freed_by
