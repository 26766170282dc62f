"""A worker: a process that does one ticket after the other, at the other end of a pipe."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from typing import Any, Generic

from sim.execute.protocol import Job, Ticket
from sim.execute.stopping import deaf


class Worker(Generic[Ticket]):
    """A worker as its parent sees it."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with deaf():
            self._process.start()
        theirs.close()  # with no other writer left, we hear of its death
        self.job: Job[Ticket] | None = None
        self.ready = False

    def give(self, work: Callable[[Ticket], Any], job: Job[Ticket]) -> None:
        """Let it do a job; `OSError` if it has died."""
        self.pipe.send_bytes(pickle.dumps((work, job.ticket)))
        self.job = job

    def answer(self) -> tuple[bool, Any] | None:
        """Return whether its job was done, and the receipt or the error; None: it has started.

        `EOFError` or `OSError` if it has died.
        """
        return pickle.loads(self.pipe.recv_bytes())

    def end(self) -> int:
        """End it at once; return its exit code, or what signal it died of, negative."""
        self._process.kill()
        self._process.join()
        self.pipe.close()
        return self._process.exitcode or 0


def _serve(pipe: Connection) -> None:
    """Do what comes through the pipe until it closes; deaf to Ctrl-C, it follows its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()
    try:
        pipe.send_bytes(pickle.dumps(None))
        while True:
            pipe.send_bytes(_done(pipe.recv_bytes()))
    except (EOFError, OSError):
        return  # nobody is there any more


def _follow() -> None:
    """End this worker when its parent has ended, however that happened."""
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _done(message: bytes) -> bytes:
    try:
        work, ticket = pickle.loads(message)
        return pickle.dumps((True, work(ticket)))
    except Exception as error:
        return pickle.dumps((False, _portable(error)))


def _portable(error: Exception) -> Exception:
    """Return the error, or one like it that can be sent, with a note of where it arose."""
    try:
        again = pickle.loads(pickle.dumps(error))
    except Exception:
        again = None
    if type(again) is not type(error):
        again = RuntimeError(f"{type(error).__name__}: {error}")
    again.add_note("".join(["In a worker:\n", *traceback.format_exception(error)]))
    return again
