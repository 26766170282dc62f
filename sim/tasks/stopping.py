"""Ctrl-C: what was finished is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130
"""Exit code after Ctrl-C."""


@contextmanager
def ctrl_c_waits() -> Iterator[None]:
    """Let Ctrl-C act only at the end of a block, which writes what was finished."""
    if threading.current_thread() is not threading.main_thread():
        yield  # others never hear of it
        return
    asked: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt


def made_ready(engine: str) -> None:
    """Make what an engine needs; Ctrl-C meanwhile is never lost.

    A compiler may call Python back, and what is raised there it swallows.
    """
    from sim.engines import prepare

    if threading.current_thread() is not threading.main_thread():
        prepare(engine)
        return
    pressed: list[int] = []

    def note(number: int, _: object) -> None:
        pressed.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        prepare(engine)
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
