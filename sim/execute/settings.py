"""The setting `execute`: where a study's runs are done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.execute.protocol import Executor
from sim.model import InputError
from sim.model.fields import COUNT, Choice, Context, Name, Optional, read_record, setting

KINDS = ("local", "in_process", "dask")


@dataclass(frozen=True, kw_only=True)
class Execution:
    """Where the runs of a study are done; the results are the same."""

    kind: str = setting(Choice(KINDS), "local")
    """Workers on this machine, this process alone, or a Dask cluster."""
    workers: int | None = setting(Optional(COUNT), None)
    """Processes of `local`, or of the cluster that `dask` starts; absent: one per core."""
    address: str | None = setting(Optional(Name()), None)
    """The scheduler of a Dask cluster (`tcp://127.0.0.1:8786`); absent: one of our own."""

    @staticmethod
    def read(value: Any) -> Execution:
        """Return the setting, given as a mapping or as a kind.

        Raises
        ------
        InputError
            For what is unknown, or does not fit the kind.
        """
        data = {"kind": value} if isinstance(value, str) else value
        found = read_record(Execution, data, ("execute",), Context.of(8.0))
        if found.address is not None and found.kind != "dask":
            raise InputError(
                f"run: execute.address is for execute=dask, got execute={found.kind}; set "
                "execute=dask or execute.address=null"
            )
        if found.workers is not None and found.address is not None:
            raise InputError(
                f"run: execute.workers is for a cluster of our own, got {found.workers} and "
                f"execute.address={found.address}, which has its workers; set one of them to null"
            )
        if found.kind == "in_process" and found.workers not in (None, 1):
            raise InputError(
                f"run: execute.workers must be 1 in this process, got {found.workers}; set "
                "execute=local or execute.workers=null"
            )
        return found

    def executor(
        self, folder: Path, prepare: Callable[[], object] | None = None
    ) -> Executor:
        """Return what does the work, to be used in a `with` block.

        Parameters
        ----------
        folder
            Where the work writes; it exists. Workers on other machines must see it too.
        prepare
            Done before the work, once on each machine: it compiles what workers then find.
        """
        if self.kind == "in_process":
            from sim.execute.in_process import InProcess

            return InProcess(prepare)
        if self.kind == "dask":
            from sim.execute.dask import Dask

            return Dask(self.address, self.workers or cores(), folder, prepare)
        from sim.execute.local import Local

        return Local(self.workers or cores(), prepare)


def cores() -> int:
    """Return how many processors this process may use."""
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
