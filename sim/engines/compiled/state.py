"""The state of a run: one memory and one log, both of 64-bit words (see `lowering.layout`)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class State(NamedTuple):
    """The memory as whole numbers, floats and unsigned words, and the rows of the log likewise."""

    M: Any
    F: Any
    W: Any
    rows: Any
    row_floats: Any


def state_of(memory: Any, log: Any) -> State:
    """Return the views of a memory and a log, both int64."""
    return State(memory, memory.view(np.float64), memory.view(np.uint64), log, log.view(np.float64))
