"""Fixed: shares stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.model.allocation.base import Allocation


@dataclass(frozen=True, kw_only=True)
class Fixed(Allocation):
    """Each pool keeps its share of the compute."""

    KIND: ClassVar[str] = "fixed"
