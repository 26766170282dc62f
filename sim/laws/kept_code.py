"""Machine code kept between runs: one file per function, signature and processor, with its hash.

numba's own cache trusts what it finds: a damaged file stops a run, or crashes it. Here a file whose
hash does not fit its content counts as missing. Nothing about the cache can stop a run: it warns
once, and code that cannot be read is compiled, code that cannot be written serves this process.
"""

import hashlib
import os
import pickle
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .cache import prune

HASH_BYTES = 32
_warned: list[str] = []


class KeptCode:
    """What a numba dispatcher takes for its cache.

    Parameters
    ----------
    folder : Path
        Where the files are; made when there is something to write.
    name : str
        Name of the function, not that of another one in this folder.
    missing : callable
        Called when code is not there, before it is compiled.
    """

    def __init__(
        self, folder: Path, name: str, missing: Callable[[], None] = lambda: None
    ) -> None:
        self.folder = folder
        self.name = name
        self.missing = missing

    @property
    def cache_path(self) -> str:
        """The folder, under the name that numba's statistics look for."""
        return str(self.folder)

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Return a function's machine code for a signature, ready to be called, or None."""
        from numba.core.compiler import CompileResult
        from numba.core.runtime import rtsys

        try:
            rtsys.initialize(target)  # what machine code calls; all that compiles is not loaded
            path = self.path(signature, target.codegen())
            if path.exists():
                found = CompileResult._rebuild(target, *pickle.loads(_checked(path)))
                _mark_used(self.folder)
                return found
        except FileNotFoundError:
            pass  # another process has just cleared it away
        except Exception as error:
            warn(f"kept machine code is not readable ({_said(error)}); compiling it anew")
        self.missing()
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep what numba compiled for a signature."""
        from numba.core.serialize import dumps

        try:
            new = not self.folder.exists()
            path, payload = self.path(signature, result.codegen), dumps(result._reduce())
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                _write(path, payload)
            except FileNotFoundError:  # another process has just cleared the folder away
                self.folder.mkdir(parents=True, exist_ok=True)
                _write(path, payload)
            if new:
                prune(self.folder.parent)
        except Exception as error:
            warn(
                f"machine code cannot be kept ({_said(error)}), so every process compiles it anew; "
                f"make {self.folder.parent} writable, or set XDG_CACHE_HOME to a folder that is"
            )

    def path(self, signature: Any, codegen: Any) -> Path:
        """Return the file of a signature, for the processor that code is generated for."""
        key = repr((self.name, str(signature), codegen.magic_tuple()))
        return self.folder / f"{self.name}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.code"


def keep(
    dispatcher: Any, folder: Path | None, missing: Callable[[], None] = lambda: None
) -> None:
    """Let a numba dispatcher keep its machine code in a folder; None: for this process alone."""
    function = dispatcher.py_func
    name = f"{function.__module__}.{function.__qualname__}"
    if folder is None:
        warn("machine code cannot be kept: there is no home; set XDG_CACHE_HOME to a folder")
        missing()
    else:
        dispatcher._cache = KeptCode(folder, name, missing)


def warn(problem: str) -> None:
    """Tell the user, once in a process, of a trouble that does not stop a run."""
    if not _warned:
        _warned.append(problem)
        print(f"recursim: {problem}", file=sys.stderr, flush=True)


def _checked(path: Path) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content[HASH_BYTES:]).digest() != content[:HASH_BYTES]:
        raise ValueError(f"{path} is damaged")
    return content[HASH_BYTES:]


def _write(path: Path, payload: bytes) -> None:
    """Write a file that is there whole or not at all, whoever else writes it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        draft.write_bytes(hashlib.sha256(payload).digest() + payload)
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _mark_used(folder: Path) -> None:
    with suppress(OSError):  # it may be of a shared cache that is only read
        os.utime(folder)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
