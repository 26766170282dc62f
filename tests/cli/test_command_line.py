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

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
SHORT = ["horizon=30 d", "figures=false", "workers=1"]


def recursim(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True,
    )


def run_folders(root):
    return sorted(path.parent for path in root.rglob("manifest.json"))


def test_a_run_has_a_folder_with_everything_needed_to_repeat_it(tmp_path):
    done = recursim("horizon=150 d", "workers=1", "seed=7", "replications=2", cwd=tmp_path)
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


def test_multirun_writes_one_folder_per_job_and_nothing_else(tmp_path):
    done = recursim("-m", "scenario=gpt53_codex,people_only", *SHORT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [f.parent.name for f in run_folders(tmp_path)] == ["gpt53_codex", "people_only"]
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_multirun_reports_bad_input_of_one_job(tmp_path):
    done = recursim("-m", "pools.leads.capacity=1,-1", *SHORT, cwd=tmp_path)
    assert done.returncode == 2
    assert "pool 'leads': capacity must be a whole number >= 0" in done.stderr
    assert len(run_folders(tmp_path)) == 1


def test_own_config_from_any_directory(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "small.yaml").write_text(
        "defaults: [config, _self_]\nname: small\npools:\n  leads: {capacity: 2}\n"
    )
    done = recursim("-cd", "mine", "-cn", "small", *SHORT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = run_folders(tmp_path)
    assert folder.parent.name == "small"
    assert yaml.safe_load((folder / "resolved.yaml").read_text())["pools"]["leads"]["capacity"] == 2


def test_an_early_end_is_no_failure_and_says_why(tmp_path):
    done = recursim("+end.generations=1", "horizon=1 y", "figures=false", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "generation_target" in done.stdout


def test_unwritable_results_are_bad_input(tmp_path):
    (tmp_path / "taken").write_text("a file, no folder")
    done = recursim("results=taken", *SHORT, cwd=tmp_path)
    assert done.returncode == 2
    assert "set results=FOLDER" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C reaches Windows processes differently")
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_was_finished(tmp_path, workers):
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "replications=500", f"workers={workers}", "figures=false",
         "horizon=60 d"],
        cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not run_folders(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(6)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    (folder,) = run_folders(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["status"] == "interrupted"
    kept = pd.read_parquet(folder / "outcomes.parquet")
    assert 1 <= len(kept) == manifest["replications_done"] < 500
    assert "Ctrl-C" in out
