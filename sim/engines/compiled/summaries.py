"""Reads the summary of a run out of the memory (see `sim.engines.summary`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engines.compiled.accounts import close_accounts
from sim.engines.compiled.driver import Stopped, end_of, generations, run_on
from sim.engines.compiled.state import State
from sim.engines.lowering import layout as L
from sim.engines.lowering import lowered
from sim.engines.lowering.accounts import SERVERS, Floats, sample_words
from sim.engines.run import End
from sim.engines.summary import FLOWS, POOLS, SKILLS, sampled
from sim.log import ACTIVITIES, OUTCOMES, Column, dtype_of
from sim.model import Model

Table = dict[str, Any]


def run(
    model: Model, seed: int, replication: int, times: Floats, stopped: Stopped
) -> tuple[End, dict[str, Table]]:
    """Run one replication; return how it ended and the columns of its summary."""
    S = run_on(model, lowered(model, seed, replication, times), stopped)
    if S.M[L.PHASE] == 1:  # it was interrupted
        close_accounts(S)
    end = end_of(model, S)
    return end, {
        "totals": _totals(model, S),
        "generations": generations(model, S),
        "pools": _pools(model, S, end.time),
        "flows": _flows(model, S),
        "skills": _skills(model, S),
        "trajectory": _trajectory(model, S),
    }


def _totals(model: Model, S: State) -> Table:
    at = int(S.M[L.STOCKS_AT])
    levels = S.F[at : at + len(model.stocks)].tolist()
    return {"visits": int(S.M[L.COUNTED]), **dict(zip(model.stocks, levels, strict=True))}


def _pools(model: Model, S: State, end: float) -> Table:
    count, at = len(model.pools), int(S.M[L.POOL_ACCOUNTS])
    whole, real = _records(S, at, count, L.POOL_ACCOUNT_WORDS)
    days = np.full(count, max(end, 0.0))
    busy, capacity = real[:, L.PA_BUSY], real[:, L.PA_CAPACITY]
    limited = (capacity > 0) & np.isfinite(capacity)
    requests, served, balked = (
        whole[:, word] for word in (L.PA_REQUESTS, L.PA_SERVED, L.PA_BALKED)
    )
    return _table(S, POOLS, {
        "pool": np.arange(count), "requests": requests, "served": served, "balked": balked,
        "still_waiting": requests - served - balked, "wait": real[:, L.PA_WAITED],
        "waiting": real[:, L.PA_QUEUED], "busy": busy, "capacity": capacity,
        "days": days, "open_days": real[:, L.PA_OPEN],
        "utilisation": np.divide(busy, capacity, out=np.full(count, np.nan), where=limited),
    })


def _flows(model: Model, S: State) -> Table:
    count, at = len(model.flows), int(S.M[L.FLOW_ACCOUNTS])
    whole, real = _records(S, at, count, L.FLOW_ACCOUNT_WORDS)
    states, _ = _records(S, int(S.M[L.FLOWS_AT]), count, L.FLOW_STATE_WORDS)
    return _table(S, FLOWS, {
        "flow": np.arange(count), "begun": whole[:, L.FA_BEGUN], "ended": whole[:, L.FA_ENDED],
        "in_progress": states[:, L.FS_IN_PROGRESS], "successes": whole[:, L.FA_SUCCESSES],
        "misses": whole[:, L.FA_MISSES], "invalid": whole[:, L.FA_INVALID],
        "output": real[:, L.FA_OUTPUT],
    })


def _skills(model: Model, S: State) -> Table:
    shape = (len(model.skills), SERVERS, len(ACTIVITIES), len(OUTCOMES))
    whole, real = _records(
        S, int(S.M[L.WORK_ACCOUNTS]), int(np.prod(shape)), L.WORK_ACCOUNT_WORDS
    )
    seen = np.flatnonzero(whole[:, L.WA_NUMBER])
    skill, executor, activity, outcome = np.unravel_index(seen, shape)
    return _table(S, SKILLS, {
        "skill": skill, "executor": executor, "activity": activity, "outcome": outcome,
        "number": whole[seen, L.WA_NUMBER], "worked": real[seen, L.WA_WORKED],
    })


def _trajectory(model: Model, S: State) -> Table:
    count = int(S.M[L.SAMPLES_N])
    _, real = _records(S, int(S.M[L.SAMPLES_AT]), count, sample_words(model))
    return {
        "replication": np.full(count, S.M[L.REPLICATION], dtype=np.int32),
        **dict(zip(sampled(model), real.T.copy(), strict=True)),
    }


def _records(S: State, at: int, count: int, width: int) -> tuple[Any, Any]:
    """Return records that stand in a row, as whole numbers and as floats."""
    words = S.M[at : at + count * width].reshape(count, width)
    return words, words.view(np.float64)


def _table(S: State, columns: tuple[Column, ...], values: Table) -> Table:
    count = len(next(iter(values.values())))
    values = {"replication": np.full(count, S.M[L.REPLICATION])} | values
    return {column.name: values[column.name].astype(dtype_of(column)) for column in columns}
