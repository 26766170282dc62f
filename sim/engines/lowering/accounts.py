"""Accounts: what a summary adds up instead of a log of visits, and room for its samples."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engines.lowering import layout as L
from sim.log import ACTIVITIES, OUTCOMES
from sim.model import Model

Floats = NDArray[np.float64]

SERVERS = 2
"""Who does work of a skill: people and assistants (`log.EXECUTORS`)."""
WORK_OF_A_SKILL = SERVERS * len(ACTIVITIES) * len(OUTCOMES) * L.WORK_ACCOUNT_WORDS


def with_accounts(words: Any, model: Model, times: Floats) -> Any:
    """Return the memory of a run with accounts, all 0, at its end; sampled at these times."""
    sizes = (
        (L.POOL_ACCOUNTS, len(model.pools) * L.POOL_ACCOUNT_WORDS),
        (L.FLOW_ACCOUNTS, len(model.flows) * L.FLOW_ACCOUNT_WORDS),
        (L.WORK_ACCOUNTS, len(model.skills) * WORK_OF_A_SKILL),
        (L.SAMPLE_TIMES, len(times) + 1),
        (L.SAMPLES_AT, len(times) * sample_words(model)),
    )
    memory = np.zeros(len(words) + sum(size for _, size in sizes), dtype=np.int64)
    memory[: len(words)] = words
    floats, at = memory.view(np.float64), len(words)
    for name, size in sizes:
        memory[name] = at
        at += size
    memory[L.TOP], memory[L.SUMMARY] = at, 1
    first = memory[L.SAMPLE_TIMES]
    floats[first : first + len(times) + 1] = [*times, math.inf]
    floats[L.SAMPLE_TIME] = floats[first]
    since = memory[L.POOL_ACCOUNTS] + L.PA_SINCE
    floats[since : memory[L.FLOW_ACCOUNTS] : L.POOL_ACCOUNT_WORDS] = floats[L.NOW]
    return memory


def sample_words(model: Model) -> int:
    """Return the words of a sample (`layout.SA_TIME`)."""
    levels = L.SA_LEVELS + len(model.stocks)
    return levels + L.SAMPLED_OF_POOL * len(model.pools) + L.SAMPLED_OF_FLOW * len(model.flows)
