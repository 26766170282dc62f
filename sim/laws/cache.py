"""Where machine code is kept between runs: a folder named by a hash of all the sources.

An edit of any source means another folder, so code is never stale. `sim.laws.kept_code` reads and
writes what is in it.
"""

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

KEPT = 8
"""Folders that stay when a new one is made: those used last."""


def source_hash(package: Path = PACKAGE, *more: Path) -> str:
    """Return a hash of every Python file below folders (or of files) and of what compiles them."""
    import llvmlite
    import numba

    digest = hashlib.sha256()
    options = (numba.config.BOUNDSCHECK, numba.config.OPT, numba.config.DEBUGINFO_DEFAULT)
    build = (sys.implementation.cache_tag, numba.__version__, llvmlite.__version__, options)
    digest.update(repr(build).encode())
    for place in (package, *more):
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            source = path.read_bytes()
            digest.update(f"{path.relative_to(place).as_posix()}:{len(source)}:".encode())
            digest.update(source)
    return digest.hexdigest()[:24]


def cache_folder(package: Path = PACKAGE, *more: Path) -> Path | None:
    """Return the folder for machine code of these sources, or None if there can be none.

    It lies below `$XDG_CACHE_HOME`, or `~/.cache`, and need not exist. None means that there is
    no home or the sources cannot be read: then code is compiled anew in each process.
    """
    try:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(base).absolute() / "recursim" / source_hash(package, *more)
    except (OSError, RuntimeError):
        return None


def prune(base: Path, keep: int = KEPT) -> None:
    """Remove the folders of old sources, all but those used last.

    A process that runs on one of them does not notice: it has read its code, and makes the folder
    anew if it has more to keep.

    Parameters
    ----------
    base : Path
        What holds the folders; anything else in it stays.
    keep : int
        How many stay.
    """
    named = [path for path in base.iterdir() if re.fullmatch("[0-9a-f]{24}", path.name)]
    folders = [path for path in named if path.is_dir() and not path.is_symlink()]
    for folder in sorted(folders, key=_used, reverse=True)[keep:]:
        shutil.rmtree(folder, ignore_errors=True)


def _used(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:  # another process was faster
        return 0.0
