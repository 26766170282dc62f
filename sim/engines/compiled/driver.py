"""The driver: enters the kernel, does Python's part, reads the log out of the memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.engines.compiled import chores, ends
from sim.engines.compiled.build import kernel
from sim.engines.compiled.exits import Exits, columns, roomier
from sim.engines.compiled.state import State
from sim.engines.lowering import latest, lowered
from sim.engines.lowering import layout as L
from sim.engines.run import End
from sim.log import CHANGES, GENERATIONS, VISITS, dtype_of
from sim.model import Model

TURNS = 100_000
"""Steps of the loop (some 50 ms) between two looks at Ctrl-C."""

Stopped = Callable[[], bool] | None
"""Asked now and then whether the run is to stop."""

def run(
    model: Model, seed: int, replication: int, stopped: Stopped = None
) -> tuple[End, dict[str, Any]]:
    """Run one replication; return how it ended and the columns of its log."""
    known = latest(model)
    S = run_on(model, lowered(model, seed, replication), stopped, known.rows)
    known.rows = int(S.M[L.ROWS])
    log = {"visits": _visits(S), "changes": _changes(S), "generations": generations(model, S)}
    return end_of(model, S), log


def run_on(model: Model, memory: Any, stopped: Stopped = None, rows: int = 0) -> State:
    """Run from the memory before the first instant to the end, or until asked to stop."""
    enter = kernel()
    S = roomier(State(memory, np.empty(L.log_words(0), dtype=np.int64)), rows=rows)
    exits = Exits(model)
    try:
        code = chores.TURNS_OVER
        while code != chores.ENDED:
            code = enter(*S, TURNS)
            if code == chores.NEEDS_ROOM:
                S = roomier(S)
            elif code == chores.SET:
                S = exits.set(S)
            elif code == chores.SPLIT:
                exits.split(S)
            elif code == chores.ASK_POLICY:
                exits.ask_policy(S)
            if stopped is not None and code != chores.ENDED and stopped():
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        if S.M[L.REASON] == ends.GOES_ON:
            S.M[L.REASON] = ends.INTERRUPTED
    return S


def end_of(model: Model, S: State) -> End:
    """Return why and when a run ended."""
    reason = int(S.M[L.REASON])
    time = model.horizon if reason == ends.HORIZON else float(S.F[L.NOW])
    detail = ends.detail(model, reason, float(S.F[L.DETAIL_A]), int(S.M[L.DETAIL_B]))
    return End(ends.REASONS[reason], time, int(S.M[L.EVENTS]), detail)


def _visits(S: State) -> dict[str, Any]:
    n, room = int(S.M[L.ROWS]), L.room_of(len(S.log))
    found = dict(zip(L.COLUMNS, columns(S.log), strict=True)) | {
        "replication": np.full(n, S.M[L.REPLICATION], dtype=np.int32),
        "row": np.arange(n, dtype=np.int64),
    }
    # What is kept of a short log does not keep all of its room.
    return {
        column.name: (found[column.name][:n] if 2 * n > room else found[column.name][:n].copy())
        .view(dtype_of(column))
        for column in VISITS
    }


def _changes(S: State) -> dict[str, Any]:
    n, at = int(S.M[L.CHANGES_N]), int(S.M[L.CHANGES_AT])
    chunks = [np.zeros((0, L.CHANGE_WORDS), dtype=np.int64)]
    for left in range(n, 0, -L.CHANGES_A_CHUNK):
        words = S.M[at + 1 : at + 1 + min(L.CHANGES_A_CHUNK, left) * L.CHANGE_WORDS]
        chunks.append(words.reshape(-1, L.CHANGE_WORDS))
        at = int(S.M[at])
    rows = np.concatenate(chunks)
    floats = rows.view(np.float64)
    replication = np.full(n, S.M[L.REPLICATION])
    values = (replication, floats[:, 0], rows[:, 1], rows[:, 2], floats[:, 3], floats[:, 4])
    return {
        column.name: value.astype(dtype_of(column))
        for column, value in zip(CHANGES, values, strict=True)
    }


def generations(model: Model, S: State) -> dict[str, Any]:
    """Return the columns of the table of generations."""
    flow = model.generation_flow
    stages = list(model.flows[flow].stages) if flow else []
    first, n = int(S.M[L.GENERATIONS]), int(S.M[L.GENERATIONS + 2])
    width = L.GN_ENTERED + 2 * len(stages)
    found = [S.M[at : at + width] for at in S.M[first : first + n]]
    records = np.array(found, dtype=np.int64).reshape(n, width)
    floats = records.view(np.float64)
    released, started = floats[:, L.GN_RELEASED], floats[:, L.GN_STARTED]
    values = {
        "replication": np.full(n, S.M[L.REPLICATION]), "generation": records[:, L.GN_INDEX],
        "item": records[:, L.GN_ITEM], "outcome": records[:, L.GN_OUTCOME], "started": started,
        "released": released, "cycle_time": released - started,
        "compute": floats[:, L.GN_COMPUTE], "capability": floats[:, L.GN_CAPABILITY],
        "units": records[:, L.GN_UNITS], "algorithms": floats[:, L.GN_ALGORITHMS],
        "infrastructure": floats[:, L.GN_INFRASTRUCTURE], "defects": records[:, L.GN_DEFECTS],
        "interruptions": records[:, L.GN_INTERRUPTIONS],
    }
    table = {
        column.name: values[column.name].astype(dtype_of(column)) for column in GENERATIONS
    }
    for i, stage in enumerate(stages):
        table[f"entered_{stage}"] = floats[:, L.GN_ENTERED + i].copy()
        table[f"left_{stage}"] = floats[:, L.GN_ENTERED + len(stages) + i].copy()
    return table
