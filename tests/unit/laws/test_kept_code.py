"""Machine code on disk: found again, never trusted blindly, and nothing about it stops a run."""

import errno
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from sim.laws import cache, kept_code

ROOT = Path(cache.__file__).parents[2]
pytestmark = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="there is no machine code")


def halved(x):
    return x / 2.0


def run(folder):
    """The value of a function whose code is kept in a folder, and whether it was found there."""
    dispatcher = numba.njit(halved)
    kept_code.keep(dispatcher, folder)
    value = dispatcher(5.0)
    return value, sum(dispatcher.stats.cache_hits.values()) == 1


@pytest.fixture(autouse=True)
def not_warned_yet(monkeypatch):
    monkeypatch.setattr(kept_code, "_warned", [])


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "recursim" / ("0" * 24)


def test_code_is_found_again(folder, capfd):
    assert run(folder) == (2.5, False)
    assert run(folder) == (2.5, True)
    assert capfd.readouterr().err == ""


def damaged(content):
    """Ways in which a file can be spoilt."""
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    code = pickle.loads(content[kept_code.HASH_BYTES :])
    return {
        "empty": b"",
        "short": content[:20],
        "truncated": content[:-1],
        "garbage": os.urandom(len(content)),
        "one bit": bytes(flipped),
        "numba's own": pickle.dumps(code),
        "foreign": sealed(pickle.dumps({"not": "code"})),
        "no pickle": sealed(b"code"),
        "other numba's": sealed(pickle.dumps(code[:-1])),
    }


def sealed(payload):
    return kept_code.hashlib.sha256(payload).digest() + payload


@pytest.mark.parametrize("how", damaged(sealed(pickle.dumps((1, 2)))))
def test_a_damaged_file_is_replaced(folder, how, capfd):
    run(folder)
    (path,) = folder.glob("*.code")
    path.write_bytes(damaged(path.read_bytes())[how])
    assert run(folder) == (2.5, False)
    said = capfd.readouterr().err
    assert said.count("\n") == 1 and "not readable" in said and "compiling it anew" in said
    assert run(folder) == (2.5, True)


def test_a_folder_in_place_of_the_file(folder, capfd):
    run(folder)
    (path,) = folder.glob("*.code")
    path.unlink()
    path.mkdir()
    assert run(folder) == (2.5, False)
    assert capfd.readouterr().err.count("recursim: ") == 1


@pytest.mark.parametrize("above", [0, 1])
def test_a_file_in_place_of_the_folder(folder, above, capfd):
    blocked = [folder, folder.parent][above]
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("not a folder")
    assert run(folder) == (2.5, False)
    assert run(folder) == (2.5, False)
    said = capfd.readouterr().err
    assert said.count("\n") == 1 and "XDG_CACHE_HOME" in said
    assert blocked.read_text() == "not a folder"


@pytest.mark.parametrize("step", ["write_bytes", "mkdir"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_what_cannot_be_written_serves_this_process(folder, monkeypatch, step, code, capfd):
    def fails(path, *arguments, **options):
        if step == "write_bytes":
            with path.open("wb") as file:
                file.write(arguments[0][:100])
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, fails)
        assert run(folder) == (2.5, False)
    said = capfd.readouterr().err
    assert said.count("\n") == 1 and os.strerror(code) in said and "cannot be kept" in said
    assert list(folder.glob("*")) == []
    assert run(folder) == (2.5, False)
    assert run(folder) == (2.5, True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_may_only_be_read(folder, capfd):
    run(folder)
    folder.chmod(0o500)
    try:
        assert run(folder) == (2.5, True)
        assert capfd.readouterr().err == ""
    finally:
        folder.chmod(0o700)


def test_without_a_home_it_compiles_anyway(capfd):
    assert run(None) == (2.5, False)
    assert "XDG_CACHE_HOME" in capfd.readouterr().err


def test_the_function_that_is_missing_is_told_before(folder):
    told = []

    def build():
        dispatcher = numba.njit(halved)
        kept_code.keep(dispatcher, folder, lambda: told.append(len(dispatcher.overloads)))
        return dispatcher(5.0)

    assert build() == 2.5 and told == [0]
    assert build() == 2.5 and told == [0]


PROGRAM = """
from sim.laws.compiled import compiled
from sim.laws.portable import power
twin = compiled(power)
print(twin(2.5, 1.7).hex(), sum(twin.stats.cache_hits.values()))
"""


def process(home, program=PROGRAM, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", program], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(home), **environment},
    )


def said(process):
    out, err = process.communicate()
    assert process.returncode == 0 and err == "", err
    return out.split()


def test_processes_that_compile_at_the_same_time(tmp_path):
    values = [said(p) for p in [process(tmp_path) for _ in range(3)]]
    assert len({value for value, _ in values}) == 1
    assert said(process(tmp_path)) == [values[0][0], "1"]
    assert not list(tmp_path.rglob("*.tmp"))


def test_another_processor_has_its_own_code(tmp_path):
    """A home that machines share: what one has compiled could be illegal for the other."""
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    value, found = said(process(tmp_path))
    assert said(process(tmp_path, **plain)) == [value, "0"]
    assert said(process(tmp_path, **plain)) == [value, "1"]
    assert said(process(tmp_path)) == [value, "1"]
    assert found == "0"


# --- old code -----------------------------------------------------------------------------------


def folders(base, count):
    """Folders of so many sources, the last one used last, and what else may lie there."""
    made = [base / f"{n:024x}" for n in range(count)]
    for n, folder in enumerate(made):
        folder.mkdir(parents=True)
        (folder / "some.code").write_text("")
        os.utime(folder, (n, n))
    (base / "mine").mkdir()
    (base / ("f" * 24)).write_text("a file")
    return made


def test_old_code_is_removed_where_new_code_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(cache.prune, "__defaults__", (3,))
    made = folders(tmp_path, 5)
    run(made[0])  # used, it is the newest but finds nothing
    new = tmp_path / ("a" * 24)
    run(new)
    left = {path for path in tmp_path.iterdir() if path.is_dir()}
    assert left == {made[0], made[4], new, tmp_path / "mine"}
    assert (tmp_path / ("f" * 24)).read_text() == "a file"


def test_code_that_was_used_lately_stays(tmp_path):
    made = folders(tmp_path, 4)
    run(made[0])
    os.utime(made[0], (0, 0))
    assert run(made[0]) == (2.5, True)
    cache.prune(tmp_path, keep=2)
    assert {path for path in made if path.exists()} == {made[0], made[3]}
