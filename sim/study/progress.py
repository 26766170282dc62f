"""How far a study is: for the terminal, for its folder, and for its diary."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sim import store

Show = Callable[[int, int], None]
"""Told the number of runs done and wanted."""

OFTEN, SELDOM = 1.0, 60.0
"""Seconds between two words in `progress.json`, and two lines in the diary."""


class Progress:
    """Counts runs; tells who asks."""

    def __init__(self, folder: Path, show: Show | None) -> None:
        self.folder = folder
        self.show = show
        self.done = self.total = self.before = 0
        self.started = self.said = self.noted = time.monotonic()

    def begin(self, done: int, total: int) -> None:
        """Begin a round with what is done already."""
        if self.total == 0:
            self.before = done
            self.started = time.monotonic()
        else:  # of a round that an earlier session began
            self.before += done - self.done
        self.done, self.total = done, total
        self._tell(always=True)

    def add(self, runs: int) -> None:
        """Count runs that are done."""
        self.done += runs
        self._tell()

    def end(self) -> None:
        """Say where it ended."""
        self._tell(always=True)

    @property
    def rate(self) -> float:
        """Runs a second in this session."""
        return (self.done - self.before) / max(time.monotonic() - self.started, 1e-9)

    def _tell(self, always: bool = False) -> None:
        if self.show:
            self.show(self.done, self.total)
        now = time.monotonic()
        if always or now - self.said >= OFTEN:
            self.said = now
            facts = {"done": self.done, "total": self.total, "rate": self.rate}
            store.studies.say_progress(self.folder, **facts, at=time.time())
        if always or now - self.noted >= SELDOM:
            self.noted = now
            store.studies.diary(self.folder, self._line())

    def _line(self) -> str:
        left = (self.total - self.done) / self.rate if self.rate else float("inf")
        ahead = f", {left:.0f} s left" if 0 < left < float("inf") else ""
        stamp = datetime.now().isoformat(timespec="seconds")
        return f"{stamp} {self.done} of {self.total} runs, {self.rate:.1f} runs/s{ahead}"
