"""Ctrl-C while others work: it leaves a word in the queue of what is ready."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

Item = TypeVar("Item")


def next_of(ready: SimpleQueue[Item]) -> Item:
    """Wait for what comes next; Windows notices Ctrl-C only between waits."""
    while True:
        try:
            return ready.get(timeout=1)
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
