"""The wheel carries the configs and runs from any directory."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command, cwd, **env):
    """Run a command, show its output if it fails, return what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (path,) = folder.glob("recursim-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel alone, in a folder; its dependencies are those of this environment."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--no-index"]
    run(*pip, "--target", target, wheel, cwd=target)
    return target


@pytest.mark.parametrize("folder", ["sim", "configs", "experiments"])
def test_every_file_is_in_the_wheel(wheel, folder):
    tracked = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected = tracked if folder == "sim" else {f"sim/{name}" for name in tracked}
    assert expected, f"{folder}/ is empty"
    assert expected <= set(zipfile.ZipFile(wheel).namelist())


def test_nothing_else_is_in_the_wheel(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"sim", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}


def test_the_installed_package_is_the_one_that_is_imported(installed, tmp_path):
    where = run(
        sys.executable,
        "-c",
        "import sim; print(sim.__file__)",
        cwd=tmp_path,
        PYTHONPATH=str(installed),
    )
    assert Path(where.strip()).is_relative_to(installed)


@pytest.mark.parametrize("argument", ["--help", "task=describe"])
def test_runs_from_another_directory(installed, tmp_path, argument):
    out = run(sys.executable, "-m", "sim", argument, cwd=tmp_path, PYTHONPATH=str(installed))
    assert out.strip()
    assert not list(tmp_path.iterdir()), "nothing may be left behind"


@pytest.mark.verify
def test_clean_environment(wheel, tmp_path):
    """`recursim` from an empty environment, dependencies included (needs a package index)."""
    run(sys.executable, "-m", "venv", "--without-pip", "env", cwd=tmp_path)
    python = tmp_path / "env" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-qq"]
    run(*pip, "-c", ROOT / "constraints.txt", wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for argument in ("--help", "task=describe"):
        assert run(python.parent / "recursim", argument, cwd=elsewhere).strip()
