"""Where compiled laws are kept between runs.

numba notices an edit of the file that holds a compiled function, but not of the files
that hold the functions it calls. So the folder is named by a hash of all the sources:
an edit anywhere means another folder.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def source_hash(package: Path = PACKAGE, *more: Path) -> str:
    """Return a hash of every Python file below folders (or of files) and of what compiles them."""
    import numba

    digest = hashlib.sha256()
    build = (sys.implementation.cache_tag, numba.__version__, numba.config.BOUNDSCHECK)
    digest.update(repr(build).encode())
    for place in (package, *more):
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            source = path.read_bytes()
            digest.update(f"{path.relative_to(place).as_posix()}:{len(source)}:".encode())
            digest.update(source)
    return digest.hexdigest()[:24]


def cache_folder(package: Path = PACKAGE, *more: Path) -> Path | None:
    """Return a writable folder for compiled code of these sources, or None.

    It lies below `$XDG_CACHE_HOME`, or `~/.cache`. None means that it cannot be written
    or the sources cannot be read: then code is compiled anew in each process.
    """
    try:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(base) / "recursim" / source_hash(package, *more)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):
        return None


@contextmanager
def numba_cache(folder: Path) -> Iterator[None]:
    """Let functions decorated inside, with ``cache=True``, keep their code in a folder.

    numba reads its cache folder when a function is decorated; other users of numba in
    this process keep theirs.
    """
    import numba

    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before
