"""What goes wrong while results are written: one clear error, nothing half-written or lost."""

import errno
import json
import os
import signal
import subprocess

import pytest

from sim import cli, store
from sim.model import InputError
from sim.store import writing

SHORT = ["horizon=20 d", "prehistory=0", "workers=1", "replications=2", "report=false"]
TASKS = {
    "simulate": ["scenario=mm1"],
    "compare": ["task=compare", "a=mm1", "b=mmc"],
}


@pytest.fixture
def recursim(tmp_path, monkeypatch, capfd):
    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        code = cli.run(list(arguments))
        out, err = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code, out, err)

    return run


@pytest.fixture
def after(monkeypatch):
    """Let something happen when the store writes for the n-th time: `after("write_text", 2, do)`.

    `do` gets the file that is written beside the real one.
    """

    def arrange(name, calls, do):
        real, count = getattr(writing, name), iter(range(calls - 1))

        def write(path, what):
            real(path, what)
            if next(count, None) is None:
                do(path)

        monkeypatch.setattr(writing, name, write)

    return arrange


def full(path):
    raise OSError(errno.ENOSPC, "No space left on device")


def press(path):
    signal.raise_signal(signal.SIGINT)


def statuses(root):
    return {json.loads(file.read_text())["status"] for file in root.rglob("manifest.json")}


def assert_one_error(done, root):
    assert done.returncode == 2
    assert done.stderr.startswith("recursim: ") and done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr and "make room" in done.stderr
    assert not [file for file in root.rglob("*") if "partial" in file.name]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_disk_that_is_full_before_a_run_leaves_no_folder(task, call, recursim, tmp_path, after):
    after("write_text", call, full)
    assert_one_error(recursim(*TASKS[task], *SHORT), tmp_path)
    assert not list(tmp_path.rglob("manifest.json"))


@pytest.mark.parametrize("task", TASKS)
def test_a_disk_that_fills_up_at_the_end_is_told_and_the_run_failed(
    task, recursim, tmp_path, after
):
    after("write_table", 2, full)
    assert_one_error(recursim(*TASKS[task], *SHORT), tmp_path)
    assert statuses(tmp_path) == {"failed"}


def test_a_disk_that_is_full_when_it_is_synchronised_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        writing.write_text(tmp_path / "page.html", "text")
    assert not list(tmp_path.iterdir())


def test_figures_that_do_not_fit_leave_the_results(recursim, tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.write_bytes", lambda path, data: full(path))
    assert_one_error(recursim(*TASKS["simulate"], *SHORT), tmp_path)
    (manifest,) = tmp_path.rglob("manifest.json")
    assert len(store.open_run(manifest.parent).outcomes) == 2


@pytest.mark.parametrize("task", TASKS)
def test_ctrl_c_while_results_are_written_waits_until_they_are(task, recursim, tmp_path, after):
    after("write_table", 2, press)
    assert recursim(*TASKS[task], *SHORT, "figures=false").returncode == 130
    assert statuses(tmp_path) == {"finished"}
    for manifest in tmp_path.rglob("manifest.json"):
        if "kind" not in json.loads(manifest.read_text()):
            assert len(store.open_run(manifest.parent).outcomes) == 2


def test_paths_are_taken_as_they_stand(recursim, tmp_path):
    odd = "r[/x] a=1 (b), {c}"
    done = recursim(*TASKS["simulate"], *SHORT, "figures=false", f"results={odd}")
    assert done.returncode == 0, done.stderr
    (manifest,) = (tmp_path / odd).rglob("manifest.json")
    assert f"results: {manifest.parent.relative_to(tmp_path)}" in done.stdout
    done = recursim("task=report", f"run={manifest.parent}", f"html={odd}.html")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / f"{odd}.html").is_file()


@pytest.mark.parametrize("option", ["run", "html", "results", "a"])
def test_a_backslash_at_the_end_is_no_escape(option):
    from sim.config import compose

    assert compose([f"{option}=folder\\"])[option] == "folder\\"


def test_what_is_no_ordinary_file_is_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="is no ordinary file"):
        store.write_page(pipe, "page")
    assert pipe.is_fifo()
