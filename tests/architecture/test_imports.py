"""Imports point one way, and the command line starts fast."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "sim"

# Which parts of sim a part may import, besides itself. A new part gets its line here.
BASE = {"laws", "model", "log"}
MIDDLE = BASE | {"engines", "metrics", "store", "growth", "execute"}
UPPER = MIDDLE | {
    "plots", "config", "settings", "study", "limits", "curves", "forecast", "describe",
}
TOP = UPPER | {"cli", "page", "report", "tasks"}
MAY_IMPORT = {
    "laws": set(),
    "paths": set(),
    "web": set(),
    "model": {"laws", "paths"},
    "log": {"laws", "model"},
    "describe": {"laws", "model", "web"},
    "invariants": {"log", "model"},
    "metrics": {"log", "model"},
    "store": {"log", "model"},
    "plots": {"log", "model", "metrics", "study", "limits", "curves", "forecast"},
    "growth": BASE,
    "engines": BASE,
    "execute": BASE | {"engines"},
    "study": MIDDLE | {"limits"},
    "limits": MIDDLE | {"study"},
    "forecast": MIDDLE | {"study"},
    "curves": MIDDLE | {"study", "limits"},
    "settings": BASE | {"engines", "execute"},
    "config": MIDDLE | {"study", "limits", "paths", "settings"},
    "report": UPPER | {"paths", "web"},
    "page": UPPER | {"report", "web"},
    "tasks": UPPER | {"report", "page", "paths"},
    "cli": UPPER | {"report", "page", "tasks", "paths"},
    "__init__": TOP,
    "__main__": TOP,
}
# Which parts may import a library that is kept in one corner.
ONLY_IN = {
    "matplotlib": {"plots", "report"},
    "hydra": {"config", "cli"},
    "omegaconf": {"config", "cli"},
}


def part_of(path):
    """'engines' for engines/reference.py, 'cli' for cli.py (paths relative to sim/)."""
    return Path(path).parts[0].removesuffix(".py")


def imports(path, source):
    """Absolute dotted names imported by a file of sim, with their lines.

    Imports within functions and under TYPE_CHECKING count too.
    """
    folder = ["sim", *Path(path).parts[:-1]]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            stem = folder[: len(folder) - node.level + 1] if node.level else []
            base = ".".join([*stem, *filter(None, [node.module])])
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def violations(path, source):
    """Sentences on the imports of one file that break the rules."""
    here = part_of(path)
    for line, name in imports(path, source):
        library, _, rest = name.partition(".")
        if library in ONLY_IN and here not in ONLY_IN[library]:
            yield f"sim/{path}:{line} imports {library}; only {sorted(ONLY_IN[library])} may"
        if library != "sim" or name == "sim.__version__":
            continue
        there = rest.split(".")[0]
        there = there if there in MAY_IMPORT else "__init__"
        if there != here and there not in MAY_IMPORT[here]:
            yield f"sim/{path}:{line} imports {name}; {here} may import {sorted(MAY_IMPORT[here])}"


FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def test_there_are_files():
    assert {"__init__.py", "__main__.py", "cli.py"} <= set(FILES)


@pytest.mark.parametrize("path", FILES)
def test_imports_point_one_way(path):
    assert part_of(path) in MAY_IMPORT, f"give {part_of(path)!r} its line in MAY_IMPORT"
    assert not list(violations(path, (PACKAGE / path).read_text("utf-8")))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("laws/calendar.py", "from ..model import Pool"),
        ("laws/calendar.py", "from sim.model import Pool"),
        ("model/pool.py", "import sim.engines.reference"),
        ("engines/reference.py", "from .. import metrics"),
        ("engines/compiled/kernel.py", "from ...metrics.queues import length"),
        ("metrics/queues.py", "from ..engines import simulate"),
        ("metrics/queues.py", "from sim import simulate"),
        ("store.py", "from . import engines"),
        ("study/design.py", "def f():\n    from ..config import load"),
        ("study/design.py", "from hydra import compose"),
        ("page/app.py", "import omegaconf"),
        ("metrics/queues.py", "import matplotlib.pyplot as plt"),
        ("config.py", "from .cli import main"),
    ],
)
def test_a_wrong_import_is_noticed(path, source):
    assert len(list(violations(path, source))) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("engines/reference.py", "import simpy\nfrom ..laws import draw\nfrom . import lowering"),
        ("plots/queues.py", "import matplotlib.pyplot as plt\nfrom ..log import VISITS"),
        ("store.py", "from . import __version__\nfrom .log import VISITS"),
        ("cli.py", "import hydra\nfrom .config import load\nfrom .report import page"),
        ("__init__.py", "from .engines import simulate"),
    ],
)
def test_a_right_import_passes(path, source):
    assert not list(violations(path, source))


SLOW = ("numba", "pandas", "matplotlib.pyplot", "scipy.stats")


@pytest.mark.parametrize("argument", ["--help", "task=describe"])
def test_the_command_line_starts_without_slow_libraries(argument, tmp_path):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sim", argument],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stderr.splitlines()
    loaded = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    assert "sim.cli" in loaded
    assert not loaded & set(SLOW)


@pytest.mark.parametrize("path", FILES)
def test_files_are_short(path):
    lines = len((PACKAGE / path).read_text("utf-8").splitlines())
    assert lines <= 400, f"sim/{path} has {lines} lines: split it"


ARITHMETIC = {"math.exp", "math.log", "math.pow", "math.log10", "np.exp", "np.log"}


@pytest.mark.parametrize("path", [p for p in FILES if part_of(p) == "engines"])
def test_engines_leave_transcendental_arithmetic_to_the_laws(path):
    """What libm computes differs between processors; the laws' own log and exp do not."""
    for node in ast.walk(ast.parse((PACKAGE / path).read_text("utf-8"))):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            assert isinstance(node.right, ast.Constant), node.lineno  # 2**64 is a constant
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in ARITHMETIC, node.lineno
