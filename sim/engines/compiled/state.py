"""The state of a run: one memory and one log, both of 64-bit words (see `lowering.layout`)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class State(NamedTuple):
    """The memory and the log as whole numbers, and the same words seen otherwise."""

    M: Any
    log: Any

    @property
    def F(self) -> Any:
        """The memory as floats."""
        return self.M.view(np.float64)

    @property
    def W(self) -> Any:
        """The memory as unsigned words."""
        return self.M.view(np.uint64)

    @property
    def log_floats(self) -> Any:
        """The log as floats."""
        return self.log.view(np.float64)

    @property
    def log_codes(self) -> Any:
        """The log as whole numbers of half a word."""
        return self.log.view(np.int32)
