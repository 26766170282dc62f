"""Exits: what Python does when the kernel leaves for it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from sim.engines.compiled.chores import SHARE, WATCH, chore
from sim.engines.compiled.state import State
from sim.engines.lowering import layout as L
from sim.engines.lowering import lowered_settings
from sim.laws.serving import waiting as waiting_time
from sim.model import Model
from sim.model.allocation import AtReleases
from sim.model.capacity import shares_of, split
from sim.model.intervention import merged


class Exits:
    """Python's part of one run: settings made so far, and how the model looks by them."""

    def __init__(self, model: Model) -> None:
        self.original = model
        self.settings: dict[str, Any] = {}

    def set(self, S: State) -> State:
        """Make a new version of the settings; what has been entered or granted keeps the old."""
        change = list(self.original.interventions.values())[S.M[L.EXIT_A]].set
        self.settings = merged(self.settings, change)
        plain = dataclasses.replace(self.original, interventions={}).to_dict()
        model = Model.from_dict(merged(plain, self.settings))
        at = int(S.M[L.TOP])
        words = lowered_settings(model, at)
        S = roomier(S, len(words))
        S.M[at : at + len(words)] = words
        S.M[L.TOP] += len(words)
        S.M[L.VERSION] = at
        if "pools" in change:
            self._share(S, shares_of(model))
        chore(S, WATCH, 0, 0)
        return S

    def split(self, S: State) -> None:
        """Divide the lab's compute among the pools with a share."""
        shares = self._shares(S)
        for name, units in split(shares, int(self._compute(S))).items():
            S.F[self._pool(S, name) + L.PL_PART] = units

    def divide(self, S: State) -> None:
        """Ask the allocation policy for new shares."""
        spec = self.original.allocation
        assert isinstance(spec, AtReleases)
        waiting = {}
        for name in spec.pools:
            pool = self._pool(S, name)
            queued, capacity = S.F[pool + L.PL_QUEUED], S.F[pool + L.PL_CAPACITY_TIME]
            waiting[name] = waiting_time(float(queued), float(capacity))
            S.F[pool + L.PL_SINCE] = S.F[L.NOW]
            S.F[pool + L.PL_QUEUED] = S.F[pool + L.PL_CAPACITY_TIME] = 0.0
        shares = self._shares(S)
        new = {**shares, **spec.divide({name: shares[name] for name in spec.pools}, waiting)}
        if new != shares:
            self._share(S, new)

    def _share(self, S: State, shares: dict[str, float]) -> None:
        for name, share in shares.items():
            S.F[self._pool(S, name) + L.PL_NEW_SHARE] = share
        chore(S, SHARE, 0, 0)

    def _shares(self, S: State) -> dict[str, float]:
        names = shares_of(self.original)
        return {name: float(S.F[self._pool(S, name) + L.PL_SHARE]) for name in names}

    def _pool(self, S: State, name: str) -> int:
        return int(S.M[L.POOLS_AT]) + list(self.original.pools).index(name) * L.POOL_WORDS

    def _compute(self, S: State) -> float:
        """Return the units of shared compute that there are to be now."""
        at = int(S.M[L.STATED_AT]) + len(self.original.pools) * L.STATED_WORDS
        stated = S.F[at : at + L.SD_PLANNED]
        units = np.floor(stated[L.SD_BASE] * stated[L.SD_FACTOR] + stated[L.SD_OFFSET] + 1e-9)
        return float(max(0.0, units))


def roomier(S: State, words: int = 0) -> State:
    """Return the same state with more room, for so many more words at least."""
    M, log = S
    needed = 3 * (int(M[L.TOP]) + words) + int(M[L.MARGIN])
    if needed > M[L.SIZE]:
        memory = np.empty(2 * needed, dtype=np.int64)
        memory[: M[L.TOP]] = M[: M[L.TOP]]
        memory[L.SIZE] = len(memory)
        M = memory
    M[L.LAST_TOP] = (M[L.SIZE] - M[L.MARGIN]) // 3
    if M[L.ROWS] + M[L.ROW_MARGIN] > M[L.ROWS_ROOM]:
        room = 4 * int(M[L.ROWS] + M[L.ROW_MARGIN])
        more = np.empty(L.log_words(room), dtype=np.int64)
        for new, old in zip(columns(more, room), columns(log, int(M[L.ROWS_ROOM])), strict=True):
            new[: M[L.ROWS]] = old[: M[L.ROWS]]
        M[L.ROWS_ROOM], M[L.LAST_ROWS] = room, room - M[L.ROW_MARGIN]
        log = more
    return State(M, log)


def columns(log: Any, room: int) -> list[Any]:
    """Return the columns of a log with room for so many rows, as whole numbers (`L.COLUMNS`)."""
    wide, narrow = log[: L.WIDE * room], log[L.WIDE * room :].view(np.int32)
    half = len(L.COLUMNS) - L.WIDE
    return [*wide.reshape(L.WIDE, room), *narrow[: half * room].reshape(half, room)]
