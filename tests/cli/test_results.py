"""The command line reads what there is: runs, comparisons, studies; and makes runs again."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import sim
from sim import cli, store
from sim.model import InputError
from sim.settings import PATHS, split
from sim.study import batch
from sim.tasks import TASKS, watch

STUDY = {
    "name": "engineers",
    "question": "Do more engineers help?",
    "set": {"horizon": "120 d"},
    "factors": {
        "engineers": {"path": "pools.engineers.capacity", "lever": [4, 8]},
        "compute": {"scale": {"compute.units": 1}, "lever": [0.5, 1]},
    },
    "design": "grid",
    "replications": 3,
    "outcomes": {"capability": "capability", "first": "time_to_release(generation=1)"},
}
FAILS = 1
"""Replication of point 3 that fails."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder in which a study was run, one of whose runs failed."""
    place, real = tmp_path_factory.mktemp("place"), batch.summarised

    def summarised(model, seed, replication, times):
        if (model.pools["engineers"].capacity, model.compute.units, replication) == fails:
            raise ZeroDivisionError("no such luck")
        return real(model, seed, replication, times)

    base = sim.load()
    fails = (8, base.compute.units, FAILS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setattr(batch, "summarised", summarised)
        (place / "mine.yaml").write_text(yaml.safe_dump(STUDY, sort_keys=False))
        with pytest.warns(UserWarning, match="1 runs failed: ZeroDivisionError: no such luck"):
            sim.run_study("mine.yaml", execute="in_process")
    return place


@pytest.fixture
def here(finished, tmp_path, monkeypatch):
    """A copy of it, which is the working folder."""
    place = tmp_path / "place"
    shutil.copytree(finished, place)
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def recursim(finished, monkeypatch, capfd):
    """The command line, where the study was run or elsewhere."""

    def run(*arguments, there=None, through=cli.run):
        with monkeypatch.context() as patch:
            patch.chdir(there or finished)
            patch.setenv("COLUMNS", "100")
            code = through(list(arguments))
        out, err = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code, out, err)

    return run


@pytest.fixture
def asked(recursim):
    """The same without Hydra, which takes its time."""

    def through(arguments):
        given = dict(argument.split("=", 1) for argument in arguments)
        read = {key: text if key in PATHS else yaml.safe_load(text) for key, text in given.items()}
        try:
            settings, data = split(read)
            return TASKS[settings.task](settings, data, arguments)
        except InputError as error:
            print(error, file=sys.stderr)
            return cli.BAD_INPUT

    return lambda *arguments, there=None: recursim(*arguments, there=there, through=through)


def stored(folder, **manifest):
    """A folder with a manifest, as if it had been run."""
    folder.mkdir(parents=True)
    facts = {"format": 1, "recursim": "0.1.0", "status": "finished", "replications": 4}
    facts |= {"replications_done": 4, "scenario": "mm1", "started": "2026-01-01T00-00-00"}
    (folder / "manifest.json").write_text(json.dumps(facts | manifest))


def test_all_is_listed_the_newest_first(recursim, here):
    home = here / "results"
    stored(home / "mm1" / "one", started="2999-01-01T00-00-00", replications_done=3)
    stored(
        home / "compare" / "b_vs_a" / "one", kind="comparison", scenarios=["a", "b"],
        status="interrupted",
    )  # fmt: skip
    stored(home / "compare" / "b_vs_a" / "one" / "a_a")  # a part of it
    stored(home / "study" / "killed", kind="study", status="running", runs=9)
    stored(home / "mm1" / "foreign", format=None)
    (home / "mm1" / "foreign" / "manifest.json").write_text('{"name": "a web page"}')
    (home / "mm1" / "damaged").mkdir()
    (home / "mm1" / "damaged" / "manifest.json").write_text('{"format": 1')
    (home / "notes").mkdir()
    (home / "notes" / "manifest.txt").touch()
    done = recursim("task=results", there=here)
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [(row[0], row[-1]) for row in rows[1:3]] == [
        ("run", "results/mm1/one"), ("study", "results/study/engineers"),
    ]  # fmt: skip
    assert rows[1][1:6] == ["mm1", "finished", "3", "of", "4"]
    assert rows[2][1:6] == ["engineers", "finished", "12", "of", "12"]
    rest = {row[0]: row for row in rows[3:5]}
    assert rest["comparison"][1:8] == ["b", "against", "a", "interrupted", "8", "of", "8"]
    assert rest["study"][1:6] == ["killed", "stopped", "0", "of", "9"]
    assert rows[5][:2] == ["damaged", "damaged"]
    assert "Expecting" in done.stdout
    assert len(rows) == 6


def test_a_study_is_shown_with_what_to_do_next(asked, finished):
    done = asked("task=results", "study=engineers")
    assert done.returncode == 0
    assert "engineers: 4 points × 3 replications. Do more engineers help?" in done.stdout
    assert "finished: 12 of 12 runs" in done.stdout
    assert "1 run of 12 failed" in done.stdout
    assert "1 × ZeroDivisionError: no such luck (first: point 3, replication 1)" in done.stdout
    runs = sim.open_study(finished / "results/study/engineers").runs
    of_point = runs[runs["point"] == 1]
    row = next(line for line in done.stdout.splitlines() if line.startswith("    1  "))
    assert row.split()[:5] == ["1", "4", "1", "3", f"{of_point['capability'].mean():.3f}"]
    reached = of_point["first"].notna().mean()
    assert row.split()[-1] == f"({reached:.0%})"
    assert "parameters' share" in done.stdout
    for line in done.stdout.splitlines():
        words = shlex.split(line.partition("recursim ")[2]) if ": recursim " in line else []
        if any(word.startswith("sql=") for word in words):
            assert asked(*words).returncode == 0
    assert "point=3 replication=1" in done.stdout  # how to see the failure


@pytest.mark.parametrize("name", ["results/study/engineers", "mine.yaml", "./results/../mine.yaml"])
def test_a_study_is_named_by_its_folder_or_file_too(asked, name):
    done = asked("task=results", f"study={name}", "sql=select 7 * 6 as answer")
    assert done.stdout.split() == ["answer", "42"]


def test_an_answer_is_cut_and_says_so(recursim, asked, here):
    many = "sql=select i, 'a=b, \"c\" [d]' as text from range(1000) t(i)"
    done = asked("task=results", "study=engineers", many)
    assert "50 of 1,000 rows; export=FILE.csv writes all of them" in done.stdout
    assert done.stdout.count('a=b, "c" [d]') == 50
    done = recursim("task=results", "study=engineers", many, "export=all.csv", there=here)
    assert done.stdout == "1,000 rows: all.csv\n"
    assert pd.read_csv(here / "all.csv")["i"].tolist() == list(range(1000))


def test_an_export_joins_runs_and_factors(asked, here):
    done = asked("task=results", "study=engineers", "export=runs.parquet", there=here)
    assert done.stdout == "12 rows: runs.parquet\n"
    table = sim.open_study(here / "results/study/engineers").table
    written = pd.read_parquet(here / "runs.parquet")[list(table)]
    pd.testing.assert_frame_equal(written, table, check_dtype=False, check_exact=True)


def test_a_study_is_watched_until_it_ends(asked, here, monkeypatch):
    folder, looks = here / "results/study/engineers", []
    store.studies.note(folder, status="running")
    store.studies.say_progress(folder, done=6, total=12, rate=0.5, at=0.0)
    with store.studies.lock(folder):

        def wait(seconds):
            looks.append(seconds)
            if len(looks) == 3:
                store.studies.note(folder, status="finished")

        monkeypatch.setattr(watch.time, "sleep", wait)
        done = asked("task=results", "study=engineers", "watch=true", there=here)
    assert done.returncode == 0
    assert len(looks) == 3
    first = done.stdout.splitlines()[0]  # one line in ten seconds
    assert first.startswith("engineers running: 6 of 12 runs (50%), 30 runs/min, 12 s left, as of ")
    assert done.stdout.count("running:") == 1
    assert "finished: 12 of 12 runs" in done.stdout


def test_ctrl_c_leaves_the_watch_alone(asked, here, monkeypatch):
    folder = here / "results/study/engineers"
    store.studies.note(folder, status="running")

    def press(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(watch.time, "sleep", press)
    with store.studies.lock(folder):
        done = asked("task=results", "study=engineers", "watch=true", there=here)
        assert done.returncode == 130
        assert "no longer watched; the study goes on" in done.stdout
        assert store.studies.status(folder) == "running"
    done = asked("task=results", "study=engineers", "watch=true", there=here)
    assert done.returncode == 1  # it was killed
    assert "stopped: 12 of 12 runs" in done.stdout
    assert "recursim task=study study=results/study/engineers" in done.stdout


def test_a_run_is_made_again_with_its_full_log(recursim, asked, here):
    which = ("study=engineers", "point=1", "replication=2", "figures=false")
    done = recursim("task=replay", *which, there=here)
    assert done.returncode == 0
    assert "point 1, replication 2: the same to the bit" in done.stdout
    folder = Path(done.stdout.rpartition("results: ")[2].strip())
    run = store.open_run(here / folder)
    study = sim.open_study(here / "results/study/engineers")
    assert run.model == study.model(1)
    capability = run.generations.query("outcome == 'released'")["capability"]
    np.testing.assert_array_equal(capability.max(), study.row(1, 2)["capability"])
    of = run.manifest["replay_of"]
    assert (of["study"], of["point"], of["replication"]) == ("engineers", 1, 2)
    page = (here / folder / "report.html").read_text()
    assert "<h1>gpt53_codex with engineers=4, compute=1</h1>" in page
    again = "recursim task=replay study=../../study/engineers point=1 replication=2"
    assert again in page
    command = [*shlex.split(again)[1:], "figures=false", "report=false", "results=../../second"]
    done = asked(*command, there=here / folder)
    assert done.returncode == 0
    second = store.open_run(here / folder / done.stdout.rpartition("results: ")[2].strip())
    pd.testing.assert_frame_equal(second.visits, run.visits)


def test_a_failed_run_fails_again(asked, here, monkeypatch):
    def summarised(model, seed, replication, times):
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr("sim.study.results.summarised", summarised)
    done = asked("task=replay", "study=engineers", "point=3", "replication=1", there=here)
    assert done.returncode == 2
    assert "fails again: ZeroDivisionError: no such luck" in done.stderr
    assert not (here / "results" / "gpt53_codex").exists()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("task=results results=absent", "'absent' is not there"),
        ("task=results results=results/study/engineers", "study's own folder"),
        ("task=results sql='select 1'", "sql is about one study; set study="),
        ("task=results export=a.csv", "export is about one study"),
        ("task=results watch=true", "watch is about one study"),
        ("task=results study=engineers watch=true sql='select 1'", "does not go with watch=true"),
        ("task=results study=engineers export=a.xlsx", "must end in .csv or .parquet"),
        ("task=results study=engineers sql='select capabilty from runs'",
         "unknown column 'capabilty'; did you mean 'capability'?"),
        ("task=results study=engineer", "no study 'engineer'; did you mean 'engineers'?"),
        ("task=results study=results/study", "no study 'results/study'"),
        ("task=results study=absent.yaml", "no study 'absent.yaml'"),
        ("task=results study=mine.yaml results=elsewhere",
         "'mine.yaml' was not begun: no folder 'elsewhere/study/engineers'"),
        ("task=results study=engineers horizon='1 y'", "got 'horizon=1 y'; leave it out"),
        ("task=results study=engineers replications=9", "got 'replications=9'; leave it out"),
        ("task=results scenario=mm1", "got 'scenario=mm1'; leave it out"),
        ("task=results study=engineers point=1", "point is for task=replay"),
        ("task=simulate sql='select 1'", "sql is for task=results"),
        ("task=study study=mine.yaml export=a.csv", "export is for task=results"),
        ("task=replay point=1 replication=1", "task=replay needs study"),
        ("task=replay study=engineers replication=1", "task=replay needs point"),
        ("task=replay study=engineers point=1", "task=replay needs replication"),
        ("task=replay study=engineers point=4 replication=1", "one of 0 to 3, got 4; set point"),
        ("task=replay study=engineers point=1 replication=3", "replications 0 to 2, got 3"),
        ("task=replay study=engineers point=-1 replication=3", "run: point must be a whole number"),
        ("task=replay study=engineers point=1 replication=1 seed=3", "got 'seed=3'; leave it out"),
        ("task=replay study=engineers point=1 replication=1 watch=true", "watch is for"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(asked, finished, command, message):
    done = asked(*shlex.split(command))
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path.name for path in finished.iterdir()} == {"mine.yaml", "results"}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: store.studies.note(folder, format=0), "has format 0, this version reads 1"),
        (lambda folder: (folder / "plan.json").unlink(), "plan.json' is missing or damaged"),
        (lambda folder: (folder / "points.parquet").write_bytes(b""), "parquet' is damaged"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "no study in"),
    ],
)
def test_a_folder_that_cannot_be_read_is_said(asked, here, damage, message):
    damage(here / "results/study/engineers")
    done = asked("task=results", "study=engineers", there=here)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert asked("task=results", there=here).returncode == 0
