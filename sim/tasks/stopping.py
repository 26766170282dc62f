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
