"""The command line: exit codes, result folders, the user's own configs, multirun."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml

import sim
from sim import cli
from sim.study.ensemble import ensemble

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
QUICK = ["figures=false", "report=false"]
SHORT = ["horizon=20 d", "prehistory=0", "workers=1", *QUICK]


@pytest.fixture
def recursim(tmp_path, monkeypatch, capfd):
    """Run the command line in an empty folder; in this process, which is quick."""

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        code = cli.run(list(arguments))
        out, err = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code, out, err)

    return run


def run_folders(root):
    return sorted(path.parent for path in root.rglob("manifest.json"))


def test_a_run_has_a_folder_with_everything_needed_to_repeat_it(recursim, tmp_path):
    done = recursim("horizon=100 d", "workers=1", "seed=7", "replications=2")
    assert done.returncode == 0, done.stderr
    (folder,) = run_folders(tmp_path)
    assert folder.parent == tmp_path / "results" / "gpt53_codex"
    assert str(folder.relative_to(tmp_path)) in done.stdout
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["status"] == "finished"
    assert manifest["seed"] == 7
    assert "seed=7" in manifest["overrides"]
    model = sim.Model.from_dict(yaml.safe_load((folder / "resolved.yaml").read_text()))
    assert model.hash() == manifest["model_hash"]
    again = sim.simulate(model, seed=7, replication=1)
    for table in ("visits", "generations", "changes"):
        stored = pd.read_parquet(folder / f"{table}.parquet")
        own = stored[stored["replication"] == 1].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, getattr(again, table), check_exact=True)
    assert list(pd.read_parquet(folder / "outcomes.parquet")["replication"]) == [0, 1]
    assert {p.suffix for p in (folder / "figures").iterdir()} == {".png", ".svg"}


def test_two_runs_at_once_do_not_share_a_folder(tmp_path):
    command = [sys.executable, "-m", "sim", *SHORT]
    running = [
        subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait() for process in running] == [0, 0]
    assert len(run_folders(tmp_path)) == 2


def test_multirun_writes_one_folder_per_job_and_nothing_else(recursim, tmp_path):
    done = recursim("-m", "scenario=gpt53_codex,people_only", *SHORT)
    assert done.returncode == 0, done.stderr
    assert [f.parent.name for f in run_folders(tmp_path)] == ["gpt53_codex", "people_only"]
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_multirun_reports_bad_input_of_one_job(recursim, tmp_path):
    done = recursim("-m", "pools.leads.capacity=1,-1", *SHORT)
    assert done.returncode == 2
    assert "pool 'leads': capacity must be a whole number >= 0" in done.stderr
    assert len(run_folders(tmp_path)) == 1


def test_own_config_from_any_directory(recursim, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "small.yaml").write_text(
        "defaults: [config, _self_]\nname: small\npools:\n  leads: {capacity: 2}\n"
    )
    done = recursim("-cd", "mine", "-cn", "small", *SHORT)
    assert done.returncode == 0, done.stderr
    (folder,) = run_folders(tmp_path)
    assert folder.parent.name == "small"
    assert yaml.safe_load((folder / "resolved.yaml").read_text())["pools"]["leads"]["capacity"] == 2


def test_an_early_end_is_no_failure_and_says_why(recursim, tmp_path):
    done = recursim("+end.generations=1", "horizon=1 y", *QUICK)
    assert done.returncode == 0, done.stderr
    assert "generation_target" in done.stdout


def test_unwritable_results_are_bad_input(recursim, tmp_path):
    (tmp_path / "taken").write_text("a file, no folder")
    done = recursim("results=taken", *SHORT)
    assert done.returncode == 2
    assert "set results=FOLDER" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_was_finished(tmp_path, monkeypatch, workers, capsys):
    def interrupted(model, **settings):
        def progress(done):
            if done == 3:
                signal.raise_signal(signal.SIGINT)

        return ensemble(model, **{**settings, "progress": progress})

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.tasks.simulate.ensemble", interrupted)
    arguments = ["replications=40", f"workers={workers}", "figures=false", "horizon=9 d"]
    assert cli.run([*arguments, "prehistory=0", "report=false"]) == 130
    (folder,) = run_folders(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["status"] == "interrupted"
    kept = pd.read_parquet(folder / "outcomes.parquet")
    assert 3 <= len(kept) == manifest["replications_done"] < 40
    assert set(kept["end_reason"]) <= {"horizon", "interrupted"}
    assert "Ctrl-C" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_output_that_its_encoding_lacks_characters_for_is_no_fault(tmp_path, encoding):
    done = subprocess.run(
        [sys.executable, "-m", "sim", "task=describe"], cwd=tmp_path, check=True,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding}, stdout=subprocess.PIPE,
    )
    assert "c = 0 ? c = 2" in done.stdout.decode(encoding)


def test_workers_end_when_their_parent_is_killed(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "replications=5000", "workers=2", *QUICK],
        cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not run_folders(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(3)
    process.kill()
    process.communicate(timeout=30)  # returns only when no process holds the pipe


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C reaches Windows processes differently")
def test_ctrl_c_at_any_moment_ends_all_processes_quietly(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "replications=5000", "workers=2", *QUICK],
        cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not run_folders(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)  # returns only when no process holds the pipe
    assert process.returncode == 130, err
    assert "Traceback" not in err
    (folder,) = run_folders(tmp_path)
    assert json.loads((folder / "manifest.json").read_text())["status"] == "interrupted"


def test_describe_prints_and_writes_a_page_only_if_asked(recursim, tmp_path):
    done = recursim("task=describe", "pools.leads.capacity=2")
    assert done.returncode == 0, done.stderr
    assert "pools.leads.capacity" in done.stdout and "1 own" in done.stdout
    assert not list(tmp_path.iterdir())
    assert recursim("task=describe", "html=page.html").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert "flows.experiment.stages.run.failure" in (tmp_path / "page.html").read_text("utf-8")
