"""Compiled code on disk: an edit makes it void, and nothing about it can stop a run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from sim.laws import cache

ROOT = Path(cache.__file__).parents[2]
PROGRAM = """
from sim.laws.compiled import compiled
from sim.laws.insight import insight_output
twin = compiled(insight_output)
print(twin(0.1, 1.2, 1.0, 4.0, 2.0, 0.7, 1.5, 0.3).hex())
stats = getattr(twin, "stats", None)
print(stats and sum(stats.cache_hits.values()), stats and stats.cache_path)
"""


def run(program, home, **environment):
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(home),
            "NUMBA_DISABLE_JIT": "0",
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_an_edit_changes_the_hash(tmp_path):
    copy = tmp_path / "laws"
    shutil.copytree(cache.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = cache.source_hash(copy)
    assert before == cache.source_hash()
    edited = copy / "feedback" / "power.py"
    edited.write_text(edited.read_text().replace("10.0", "11.0"))
    after = cache.source_hash(copy)
    assert after != before
    (copy / "feedback" / "extra.py").write_text("")
    assert cache.source_hash(copy) not in (before, after)


def test_the_second_process_finds_the_code(tmp_path):
    first, second = run(PROGRAM, tmp_path), run(PROGRAM, tmp_path)
    assert first[0] == second[0]
    assert first[1].startswith("0 ") and second[1].startswith("1 ")
    assert str(tmp_path / "recursim") in second[1]


def test_without_numba_it_is_plain_python(tmp_path):
    from sim.laws.insight import insight_output

    value, stats = run(PROGRAM, tmp_path, NUMBA_DISABLE_JIT="1")
    assert value == insight_output(0.1, 1.2, 1.0, 4.0, 2.0, 0.7, 1.5, 0.3).hex()
    assert stats == "None None"


def test_importing_and_using_laws_imports_neither_numba_nor_numpy(tmp_path):
    program = """
import sys
import sim.laws.compiled, sim.laws.calendar, sim.laws.training, sim.laws.insight
from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.feedback import FEEDBACK_LAWS
from sim.laws.registry import dispatcher
assert len(sim.laws.compiled.shared_laws()) > 20
dispatcher(DISTRIBUTIONS)(0, 0.5, [2.0], 0, 1)
print(sorted({"numba", "numpy", "scipy"} & set(sys.modules)))
"""
    assert run(program, tmp_path) == ["[]"]
