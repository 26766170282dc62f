"""Whether a worker elsewhere is like us: it runs the same code, and sees the same folder."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True)
class Facts:
    """What must be the same wherever a study is run, so that its results are."""

    recursim: str
    python: str
    numpy: str
    sources: str
    """A hash of recursim's source files: its version does not tell one commit from the next."""


@cache
def facts() -> Facts:
    """Return the facts of this process."""
    import numpy

    from sim import __version__

    digest = sha256()
    package = Path(__file__).resolve().parents[1]
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(sha256(path.read_bytes()).digest())
    python = ".".join(platform.python_version_tuple()[:2])
    return Facts(__version__, python, numpy.__version__, digest.hexdigest()[:12])


@dataclass(frozen=True)
class Expected:
    """What a worker must be like: a file lies in the folder, to be seen from everywhere."""

    facts: Facts
    folder: str
    probe: str

    @staticmethod
    def of(folder: Path) -> Expected:
        """Return what workers must be like that work for us, and lay the file."""
        probe = f".probe_{os.urandom(8).hex()}"
        (folder / probe).touch()
        return Expected(facts(), str(folder.resolve()), probe)

    def remove(self) -> None:
        """Take the file away."""
        Path(self.folder, self.probe).unlink(missing_ok=True)


def difference(expected: Expected) -> str:
    """Return in which way this process differs from what is expected, and what to do; or ""."""
    ours, theirs = asdict(expected.facts), asdict(facts())
    for name, value in ours.items():
        if theirs[name] != value:
            return f"has {name} {theirs[name]}, not {value} as here; install the same there"
    if not Path(expected.folder, expected.probe).exists():
        return (
            f"does not see the folder {expected.folder}; set results=FOLDER to one that all "
            "machines share, under the same path"
        )
    if not os.access(expected.folder, os.W_OK):
        return f"may not write in the folder {expected.folder}; let its user do so"
    return ""


_known: set[Expected] = set()


def difference_found_once(expected: Expected) -> str:
    """Return the same, but look no more in a process that was found to be alike."""
    found = "" if expected in _known else difference(expected)
    if not found:
        _known.add(expected)
    return found
