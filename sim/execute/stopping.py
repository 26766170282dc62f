"""Ctrl-C while others work: it leaves a word for whoever waits for them."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

PATIENCE = 0.2
"""Who waits looks up so often, seconds: Windows notices Ctrl-C only between waits."""

Item = TypeVar("Item")


def next_of(ready: SimpleQueue[Item]) -> Item:
    """Wait for what comes next."""
    while True:
        try:
            return ready.get(timeout=PATIENCE)
        except Empty:
            pass


@contextmanager
def on_ctrl_c(handler: Any) -> Iterator[None]:
    """Let Ctrl-C do this meanwhile; threads other than the main one never hear of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def deaf() -> Iterator[None]:
    """Let processes and threads that start in the block never hear of Ctrl-C; we do, after it.

    A terminal sends it to all of them, also to a process too young to ignore it. (Windows has no
    such block: there they must ignore it themselves.)
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing.resource_tracker import ensure_running

    ensure_running()  # a process of Python's own; starting it would end the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
