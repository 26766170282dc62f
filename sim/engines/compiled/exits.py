"""Exits: what Python does when the kernel leaves for it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from sim.engines.compiled.chores import SHARE, WATCH, chore
from sim.engines.compiled.state import State
from sim.engines.lowering import layout as L
from sim.engines.lowering import lowered_settings, margins
from sim.engines.room import check_room, fits
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
        self.shared = tuple(shares_of(model))
        self.numbers = {name: number for number, name in enumerate(model.pools)}

    def set(self, S: State) -> State:
        """Make a new version of the settings; what is entered or granted keeps the old (O11)."""
        change = list(self.original.interventions.values())[S.M[L.EXIT_A]].set
        self.settings = merged(self.settings, change)
        plain = dataclasses.replace(self.original, interventions={}).to_dict()
        model = Model.from_dict(merged(plain, self.settings))
        at = int(S.M[L.TOP])
        words = lowered_settings(model, at)
        room, rows = margins(model)
        S.M[L.MARGIN] = max(int(S.M[L.MARGIN]), room)
        S.M[L.ROW_MARGIN] = max(int(S.M[L.ROW_MARGIN]), rows)
        S = roomier(S, len(words))
        S.M[at : at + len(words)] = words
        S.M[L.TOP] += len(words)
        S.M[L.VERSION] = at
        # last in, first out: read upwards
        if "pools" in change:
            self._share(S, shares_of(model))
        chore(S, WATCH, 0, 0)
        return S

    def split(self, S: State) -> None:
        """Divide the lab's compute among the pools with a share."""
        M, F = S.M, S.F
        pools = {name: self._pool(M, name) for name in self.shared}
        shares = {name: float(F[pool + L.PL_SHARE]) for name, pool in pools.items()}
        for name, units in split(shares, int(F[L.EXIT_A])).items():
            F[pools[name] + L.PL_PART] = units

    def ask_policy(self, S: State) -> None:
        """Ask the allocation policy for new shares."""
        spec = self.original.allocation
        assert isinstance(spec, AtReleases)
        M, F = S.M, S.F
        waiting = {}
        for name in spec.pools:
            pool = self._pool(M, name)
            queued, capacity = F[pool + L.PL_QUEUED], F[pool + L.PL_CAPACITY_TIME]
            waiting[name] = waiting_time(float(queued), float(capacity))
            F[pool + L.PL_SINCE] = F[L.NOW]
            F[pool + L.PL_QUEUED] = F[pool + L.PL_CAPACITY_TIME] = 0.0
        shares = {name: float(F[self._pool(M, name) + L.PL_SHARE]) for name in self.shared}
        new = {**shares, **spec.divide({name: shares[name] for name in spec.pools}, waiting)}
        if new != shares:
            self._share(S, new)

    def _share(self, S: State, shares: dict[str, float]) -> None:
        M, F = S.M, S.F
        for name, share in shares.items():
            F[self._pool(M, name) + L.PL_NEW_SHARE] = share
        chore(S, SHARE, 0, 0)

    def _pool(self, M: Any, name: str) -> int:
        return int(M[L.POOLS_AT]) + self.numbers[name] * L.POOL_WORDS


_UNTIL = "more room on day {:.4g}, for what happens at once or waits,"
_LESS = "lower what floods the lab (a source, a count), end.events or the horizon"
_LOG = "a log with room for {:,} visits, after {:,} by day {:.4g},"
_SHORTER = "lower the horizon or end.events, or keep no visits (sim.summarise)"


def roomier(S: State, words: int = 0, rows: int = 0) -> State:
    """Return the same state with more room, for so many more words and rows at least."""
    M, log = S
    needed = 3 * (int(M[L.TOP]) + words) + int(M[L.MARGIN])
    if needed > M[L.SIZE]:
        check_room(2 * 8 * needed, _UNTIL.format(S.F[L.NOW]), _LESS)
        memory = np.empty(2 * needed, dtype=np.int64)
        memory[: M[L.TOP]] = M[: M[L.TOP]]
        memory[L.SIZE] = len(memory)
        M = memory
    M[L.LAST_TOP] = (M[L.SIZE] - M[L.MARGIN]) // 3
    if M[L.ROWS] + M[L.ROW_MARGIN] > M[L.ROWS_ROOM]:
        room = roomy(S, rows)
        more = np.empty(L.log_words(room), dtype=np.int64)
        for new, old in zip(columns(more), columns(log), strict=True):
            new[: M[L.ROWS]] = old[: M[L.ROWS]]
        M[L.ROWS_ROOM], log = room, more
    M[L.LAST_ROWS] = M[L.ROWS_ROOM] - M[L.ROW_MARGIN]
    return State(M, log)


def roomy(S: State, rows: int) -> int:
    """Return for how many rows to make room: what the run will come to, if that fits in memory.

    That is what it came to last time (`rows`), or will come to at its pace so far. Room that is
    never written to costs no memory; a log that is copied costs time.
    """
    M, F = S.M, S.F
    needed = int(M[L.ROWS] + M[L.ROW_MARGIN])
    passed = float(F[L.NOW] - F[L.BEGAN])
    pace = 1.1 * float(F[L.HORIZON] - F[L.BEGAN]) / passed if passed > 0.0 else 4.0
    most = max(int(needed * min(max(pace, 1.5), 16.0)), needed + rows + rows // 8)
    least = needed + needed // 2
    room = most if fits(8 * L.log_words(most)) else least
    room += room % 2
    told = _LOG.format(room, int(M[L.ROWS]), float(F[L.NOW]))
    check_room(8 * L.log_words(room), told, _SHORTER)
    return room


def columns(log: Any) -> list[Any]:
    """Return the columns of a log as whole numbers (`L.COLUMNS`)."""
    room = L.room_of(len(log))
    wide, narrow = log[: L.WIDE * room], log[L.WIDE * room :].view(np.int32)
    half = len(L.COLUMNS) - L.WIDE
    return [*wide.reshape(L.WIDE, room), *narrow.reshape(half, room)]
