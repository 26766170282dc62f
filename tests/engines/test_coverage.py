"""Random models reach all of the reference engine: what they compare is the whole of it."""

from contextlib import suppress
from pathlib import Path

import pytest

import sim
from sim import InputError, Model
from sim.engines import reference

from ..properties.strategies import PARTS, part
from .reached import lines, watched

FILES = sorted(Path(reference.__file__).parent.glob("*.py"))


@pytest.mark.verify
def test_random_models_reach_the_reference_engine(record_property):
    """The models of every run of the tests reach 99% of its lines."""
    models = []
    for number in range(PARTS):
        for draft in part(number):
            with suppress(InputError):
                models.append(Model.from_dict(draft))
    with watched(FILES) as left:
        for model in models:
            sim.simulate(model, seed=0, engine="reference")
    every = sum(len(lines(path)) for path in FILES)
    missed = {(Path(path).name, line) for path, numbers in left.items() for line in numbers}
    record_property("lines reached", f"{1 - len(missed) / every:.2%} of {every}")
    record_property("lines not reached", "".join(f"\n{_shown(*m)}" for m in sorted(missed)))
    assert len(missed) / every < 0.01


def _shown(name, line):
    path = Path(reference.__file__).with_name(name)
    return f"  {name}:{line}: {path.read_text().splitlines()[line - 1].strip()}"


def test_lines_that_do_not_run_are_noticed(tmp_path):
    path = tmp_path / "steps.py"
    path.write_text(
        "def f(x):\n    if x:\n        return [\n            y for y in (1, 2)]\n    return 3\n"
        "class A:\n    def g(self):\n        return f(0)\n"
    )
    module = {}
    exec(compile(path.read_text(), str(path), "exec"), module)
    with watched([path]) as left:
        module["f"](1)
    assert left == {str(path): {5, 7, 8}}
    with watched([path]) as left:
        module["A"]().g()
        module["f"](1)
    assert left == {str(path): set()}
