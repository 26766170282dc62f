"""Bad input gives one complete error and leaves nothing behind; good input loads and runs.

A case of `invalid/` changes a valid model (`change`) or gives words to the command line
(`overrides`), and lists fragments that the error must hold: thing, value, rule, remedy.
"""

from __future__ import annotations

import functools
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import sim
from sim.config import compose
from sim.model import InputError, Model
from sim.settings import split

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INVALID = {path.stem: yaml.safe_load(path.read_text()) for path in HERE.glob("invalid/*.yaml")}
MODELS = sorted(name for name, case in INVALID.items() if "change" in case)
COMMANDS = sorted(name for name, case in INVALID.items() if "overrides" in case)
VALID = sorted(path.stem for path in HERE.glob("valid/*.yaml"))


@functools.cache
def _base(name: str) -> dict[str, Any]:
    if name in VALID:
        return yaml.safe_load((HERE / "valid" / f"{name}.yaml").read_text())
    return split(compose([f"scenario={name}"]))[1]


def merged(base: Any, change: Any) -> Any:
    """Merge as Hydra does: mappings key by key, everything else replaced."""
    if not (isinstance(base, Mapping) and isinstance(change, Mapping)):
        return change
    return {**base, **{key: merged(base.get(key), value) for key, value in change.items()}}


def assert_complete(error: str, fragments: list[str]) -> None:
    missing = [fragment for fragment in fragments if fragment not in error]
    assert not missing, f"{missing} not in: {error}"
    assert "\n" not in error, error


# --- invalid ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(INVALID))
def test_a_case_is_well_formed(name):
    case = INVALID[name]
    assert set(case) <= {"base", "change", "overrides", "files", "message"}
    assert ("change" in case) != ("overrides" in case)
    assert len(case["message"]) >= 2, "name at least the thing and the rule"
    assert (HERE / "invalid" / f"{name}.yaml").read_text().startswith("# ")


def test_the_bases_are_valid():
    for name in {case.get("base", "minimal") for case in INVALID.values()}:
        Model.from_dict(_base(name))


@pytest.mark.parametrize("name", MODELS)
def test_a_bad_model_is_refused(name):
    case = INVALID[name]
    with pytest.raises(InputError) as caught:
        Model.from_dict(merged(_base(case.get("base", "minimal")), case["change"]))
    assert_complete(str(caught.value), case["message"])


RUN_ALL = """
import contextlib, io, json, os, sys
from sim import cli
results = {}
for name, (folder, arguments) in json.load(sys.stdin).items():
    out, err = io.StringIO(), io.StringIO()
    os.chdir(folder)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.run(arguments)
        except SystemExit as end:
            code = end.code
        except BaseException as fault:
            code = repr(fault)
    results[name] = (code, out.getvalue(), err.getvalue())
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def commands(tmp_path_factory) -> dict[str, tuple[Any, str, str, list[str]]]:
    """Run all command-level cases, each in a folder of its own, in one process."""
    asked = {}
    for name in COMMANDS:
        folder = tmp_path_factory.mktemp(name)
        for file, text in INVALID[name].get("files", {}).items():
            (folder / file).write_text(text)
        asked[name] = (str(folder), INVALID[name]["overrides"])
    done = _python("-c", RUN_ALL, cwd=ROOT, input=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    return {
        name: (*result, sorted(os.listdir(asked[name][0])))
        for name, result in json.loads(done.stdout.splitlines()[-1]).items()
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_a_bad_command_is_refused(name, commands):
    code, out, err, left = commands[name]
    assert code == 2, err
    assert out == ""
    assert err.startswith("recursim: ") and err.endswith("\n")
    assert_complete(err.removesuffix("\n"), INVALID[name]["message"])
    assert left == sorted(INVALID[name].get("files", {}))


@pytest.mark.parametrize("arguments", [["seed=null"], ["scenario=people_onyl"], ["horizon=0 d"]])
def test_the_real_command_exits_with_2_and_one_line(arguments, tmp_path):
    done = _python("-m", "sim", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("recursim: ") and done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def _python(*arguments: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True,
        timeout=120, **options,
    )


# --- valid ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VALID)
def test_a_valid_model_survives_writing_and_reading(name):
    model = Model.from_dict(_base(name))
    written = model.to_dict()
    assert Model.from_dict(written) == model
    through_text = yaml.safe_load(yaml.safe_dump(written, sort_keys=False))
    again = Model.from_dict(through_text)
    assert again == model
    assert again.hash() == model.hash()


@pytest.mark.parametrize("name", VALID)
def test_a_valid_model_runs(name):
    run = sim.simulate(Model.from_dict(_base(name)), seed=0)
    assert run.end.reason == "horizon", run.end
    assert (run.visits["finished"] >= run.visits["started"]).any()


# --- anything at all --------------------------------------------------------------------------

DELETED = object()
NASTY: list[Any] = [
    DELETED, None, True, 0, -1, 0.5, 2, 10**400, 1e18, 1e300, -1e300, 1e-320, float("nan"),
    float("inf"), -float("inf"), "", "x", "end", "2", "2 d", "-2 d", "nan d", "inf d", "1e400 d",
    "2 parsecs", "always", "gamma(", "gamma(mean=1 d, cv=1)", "table(quantiles={0: 1 d)", [], [1],
    [None], {}, {"x": 1}, {1: 2}, {None: 1}, {"kind": None}, {"kind": []}, {"kind": "x"},
    {"end": 1.0}, {"kind": "table", "points": {"a": 1}}, {"kind": "table", "quantiles": {}},
    {"kind": "growth", "factor": 1e300, "every": "1e-9 d"},
    {"kind": "steps", "steps_at": {"1 d": 1e300}}, b"x", {1, 2}, 1j,
]  # fmt: skip


def _places(data: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in data.items():
        yield (*path, key)
        if isinstance(value, Mapping):
            yield from _places(value, (*path, key))


def _mutant(data: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return the data with another value at this path; nothing else is copied."""
    head, *rest = path
    changed = dict(data)
    if rest:
        changed[head] = _mutant(data[head], tuple(rest), value)
    elif value is DELETED:
        del changed[head]
    else:
        changed[head] = value
    return changed


def _too_long(*_: object) -> None:
    raise TimeoutError("a model must be read or refused at once")


@pytest.fixture
def stopwatch() -> Iterator[None]:
    """Stop a test that hangs (where the system can)."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_whatever_stands_in_a_model_it_is_read_or_refused(stopwatch):
    base = Model.from_dict(_base("gpt53_codex")).to_dict()
    places = list(_places(base))
    chance = random.Random(20260205)
    mutants = [(place, value) for value in NASTY for place in chance.sample(places, 22)]
    refused = 0
    for place, value in mutants:
        where = f"{'.'.join(place)} := {'deleted' if value is DELETED else repr(value)[:60]}"
        try:
            model = Model.from_dict(_mutant(base, place, value))
        except InputError as error:
            refused += 1
            assert "\n" not in str(error), where
            assert "; " in str(error), f"no remedy for {where}: {error}"
        except Exception as fault:
            raise AssertionError(where) from fault
        else:
            assert Model.from_dict(model.to_dict()) == model, where
    assert 0.8 < refused / len(mutants) < 1.0  # it tells good from bad


def test_names_swapped_with_one_another_are_read_or_refused(stopwatch):
    base = Model.from_dict(_base("gpt53_codex")).to_dict()
    texts = [(p, v) for p in _places(base) if isinstance(v := _at(base, p), str)]
    chance = random.Random(20260205)
    for _ in range(600):
        (place, _old), (_other, value) = chance.sample(texts, 2)
        try:
            Model.from_dict(_mutant(base, place, value))
        except InputError:
            continue
        except Exception as fault:
            raise AssertionError(f"{'.'.join(place)} := {value!r}") from fault


def _at(data: Any, path: tuple[str, ...]) -> Any:
    return functools.reduce(lambda part, key: part[key], path, data)
