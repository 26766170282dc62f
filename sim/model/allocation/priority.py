"""Priority: idle compute is lent until its pool needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.model.allocation.base import Allocation
from sim.model.fields import Name, setting


@dataclass(frozen=True, kw_only=True)
class Priority(Allocation):
    """Units that the lender leaves idle are lent; they come back one by one as they free."""

    KIND: ClassVar[str] = "priority"
    lender: str = setting(Name())
    """Compute pool whose idle units are lent."""
    borrower: str = setting(Name())
    """Compute pool that uses them meanwhile."""
