"""`task=compare` on the command line: what it runs, writes and says."""

import json
import subprocess

import pandas as pd
import pytest
import yaml

import sim
from sim import cli, store
from sim.study.compare import compare
from sim.tasks.scenarios import scenarios

SHORT = [
    *("horizon=20 d", "prehistory=0", "figures=false", "report=false", "workers=1"),
    "replications=2",
]
TWO = ["task=compare", "a=people_only", "b=gpt53_codex"]


@pytest.fixture
def recursim(tmp_path, monkeypatch, capfd):
    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        code = cli.run(list(arguments))
        out, err = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code, out, err)

    return run


def comparison(root):
    (manifest,) = root.glob("results/compare/*/*/manifest.json")
    return manifest.parent


def test_a_comparison_has_a_folder_with_a_run_for_each_scenario(recursim, tmp_path):
    done = recursim(*TWO, *SHORT, "seed=3")
    assert done.returncode == 0, done.stderr
    folder = comparison(tmp_path)
    assert folder.parent.name == "people_only_vs_gpt53_codex"
    assert str(folder.relative_to(tmp_path)) in done.stdout
    assert "gpt53_codex against people_only:" in " ".join(done.stdout.split())
    stored = store.open_comparison(folder)
    assert list(stored.runs) == ["people_only", "gpt53_codex"]
    for name, run in stored.runs.items():
        opened = stored.open(name)
        again = sim.ensemble(opened.model, replications=2, seed=3)
        pd.testing.assert_frame_equal(opened.visits, again.visits, check_exact=True)
        assert cli.run([*opened.manifest["overrides"], *SHORT, "results=again"]) == 0
        (repeated,) = (tmp_path / "again" / name).glob("*/visits.parquet")
        assert pd.read_parquet(repeated).equals(opened.visits)
        assert json.loads((run / "manifest.json").read_text())["scenario"] == name


def test_figures_are_drawn(recursim, tmp_path):
    arguments = [word for word in SHORT if "figures" not in word]
    assert recursim(*TWO, *arguments).returncode == 0
    names = {path.name for path in (comparison(tmp_path) / "figures").iterdir()}
    assert {"differences.png", "capability.svg"} <= names


def test_it_says_first_what_differs_then_the_table_the_notes_and_where_it_is(
    recursim, tmp_path, monkeypatch
):
    monkeypatch.setattr("sim.report.comparison.html", lambda *about: "page")
    done = recursim(*TWO, *SHORT, "report=true")
    folder = comparison(tmp_path)
    words = " ".join(done.stdout.split())
    parts = [
        "gpt53_codex against people_only: ", "outcome with against difference [90%]",
        "Means over pairs", f"report: {folder.relative_to(tmp_path)}/report.html",
        f"results: {folder.relative_to(tmp_path)}",
    ]
    places = [words.index(part) for part in parts]
    assert places == sorted(places) and places[0] == 0
    assert (folder / "report.html").read_text() == "page"


def test_one_replication_has_no_intervals_and_says_so(recursim):
    done = recursim(*TWO, *SHORT, "replications=1")
    assert done.returncode == 0
    assert "no intervals; set replications=24" in done.stdout


def test_without_a_number_there_are_24_replications():
    data = sim.config.compose(["task=compare"])
    assert sim.config.split(data)[0].replications == 24


def test_overrides_of_a_scenario_with_spaces_calls_and_quotes(recursim, tmp_path):
    own = """people_only 'flows.experiment.stages.run.work=lognormal(median=2 d, p95=9 d)'"""
    done = recursim(*TWO, f"c={own} pools.leads.capacity=2", *SHORT, "replications=1")
    assert done.returncode == 0, done.stderr
    path = comparison(tmp_path)
    (run,) = path.glob("c_*/resolved.yaml")
    model = sim.Model.from_dict(yaml.safe_load(run.read_text()))
    assert model.pools["leads"].capacity == 2 and model.assistants.source == "none"
    assert model.flows["experiment"].stages["run"].work.parameters["p95"] == 9


def test_a_file_of_ones_own(tmp_path, monkeypatch):
    (tmp_path / "mine.yaml").write_text(
        "defaults: [config, _self_]\nname: mine\npools:\n  leads: {capacity: 2}\n"
    )
    monkeypatch.chdir(tmp_path)
    found = scenarios({"a": "gpt53_codex", "b": "mine.yaml horizon=9d"}, ["horizon=8d"])
    assert list(found) == ["gpt53_codex", "mine horizon=9d"]
    first, second = found.values()
    assert (first.model.horizon, second.model.horizon) == (8, 9)  # its own comes last
    assert second.model.pools["leads"].capacity == 2 and second.config == "mine.yaml"


@pytest.mark.parametrize(
    ("file", "name"),
    [("$\\frac{$", "_frac_"), ("<img src=x onerror=a>", "_img src_x onerror_a_"),
     ("x" * 99, "x" * 40), ("mine (2)", "mine (2)")],
)  # fmt: skip
def test_a_files_name_cannot_upset_figures_or_pages(file, name, tmp_path, monkeypatch):
    (tmp_path / f"{file}.yaml").write_text("defaults: [config, _self_]\nhorizon: 9 d\n")
    monkeypatch.chdir(tmp_path)
    found = scenarios({"a": f"'{file}.yaml'", "b": "people_only"}, ["horizon=9d"])
    assert next(iter(found)) == name


def test_a_file_of_ones_own_is_found_in_the_folder_of_cd(recursim, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.yaml").write_text("defaults: [config, _self_]\n")
    done = recursim("-cd", "own", "task=compare", "a=people_only", "b=mine", *SHORT)
    assert done.returncode == 2
    assert done.stderr.endswith("for a file of your own write b=own/mine.yaml\n")
    done = recursim("-cd", "own", "task=compare", "a=people_only", "b=own/mine.yaml", *SHORT)
    assert done.returncode == 0, done.stderr


def test_ctrl_c_keeps_the_pairs(tmp_path, monkeypatch, capsys):
    def interrupted(models, **settings):
        def progress(name, done):
            settings["progress"](name, done)
            if (name, done) == ("gpt53_codex", 2):
                raise KeyboardInterrupt

        return compare(models, **{**settings, "progress": progress})

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.tasks.compare.run_all", interrupted)
    assert cli.run([*TWO, *SHORT, "replications=4"]) == 130
    assert "2 replications of all scenarios kept" in capsys.readouterr().out
    stored = store.open_comparison(comparison(tmp_path))
    assert stored.manifest["status"] == "interrupted"
    assert stored.differences["pairs"].max() == 2
    assert len(stored.open("people_only").outcomes) == 4


def test_a_run_says_nothing_of_letters(recursim, tmp_path):
    assert recursim(*SHORT, "replications=1").returncode == 0
    (manifest,) = tmp_path.rglob("manifest.json")
    assert not set("abcdefgh") & set(json.loads(manifest.read_text()))
