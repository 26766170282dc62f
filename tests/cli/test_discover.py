"""`task=discover` on the command line: what it says, what it writes, what it refuses."""

import json
import re

import pandas as pd
import pytest

from sim import cli
from sim.study.discovery import held_out

STUDY = """
name: small
question: What decides how far research gets?
scenario: gpt53_codex
set: {horizon: 120 d}
factors:
  oversight: {lever: {as_it_is: {}, light: {oversight.standard.review: 0.1}}}
  gain: {path: stocks.algorithms.gain, uncertainty: "uniform(low=0.005, high=0.03)"}
  build: {path: flows.experiment.stages.build.work.mean, uncertainty: "uniform(low=1 d, high=4 d)"}
design: latin_hypercube(points=24)
replications: 2
outcomes: {research_output: research_output, first: time_to_release(generation=1)}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("discover")
    (place / "small.yaml").write_text(STUDY)
    return place


@pytest.fixture
def discover(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for name, less in (("TIMES", 1), ("HALVES", 4), ("DRAWS", 200)):
        monkeypatch.setattr(held_out, name, less)
    return lambda *arguments: cli.run(["task=discover", "execute=in_process", *arguments])


def test_it_runs_the_study_and_says_where(discover, folder, capsys):
    assert discover("study=small.yaml", "boxes=1") == 0
    said = " ".join(capsys.readouterr().out.split())
    study = folder / "results" / "study" / "small"
    home = study / "discovery" / "research_output_at_least_top_20pc"
    assert re.search(r"It happens in 2\d% of runs that research output is ≥ [\d.]+ natural-log "
                     r"units \(top 20%\)\. It does in \d+% \[\d+, \d+\] of runs where gain ≥ 0\.",
                     said)
    assert "gain: The first successful experiments each cut" in said  # in the catalogue's words
    assert "Quasi-p: chance that" in said and "Came back: in how many of 4 halves" in said
    data = json.loads((home / "discovery.json").read_text("utf-8"))
    assert data["answer"][0].split(".")[0] in said and data["study"]["plan_hash"]
    (box,) = data["boxes"]
    assert box["limits"][0]["factor"] == "gain" and box["limits"][0]["high"] is None
    assert box["expected"]["density"]["value"] <= box["own_points"]["density"]["value"]
    rows = pd.read_csv(home / "discovery.csv")
    assert rows["limit"][0].startswith("gain ≥") and rows["quasi_p"][0] < 0.05
    assert pd.read_csv(home / "discovery_peeling.csv")["chosen"].sum() == 1
    page = (home / "discovery.html").read_text("utf-8")
    assert "<dt>build</dt><dd>Writing the code for an experiment takes" in page
    assert "of all such runs" in page and "boxes=1" in page
    names = {path.name for path in (home / "figures").iterdir()}
    assert {f"discovery_{n}.png" for n in ("scatter", "ranges", "trade_off")} <= names

    # What was run is taken as it is: by name and by folder.
    runs = (study / "runs.parquet").stat().st_mtime_ns
    for given in ("small", str(study)):
        assert discover(f"study={given}", "figures=false", "report=false", "boxes=1") == 0
    assert (study / "runs.parquet").stat().st_mtime_ns == runs
    again = json.loads((home / "discovery.json").read_text("utf-8"))
    assert again["boxes"] == data["boxes"]

    # Another condition has a folder of its own, and its page tells of the first.
    assert discover("study=small", "figures=false", "boxes=1", "when=first <= earliest 50%") == 0
    other = study / "discovery" / "first_at_most_earliest_50pc"
    assert (home / "discovery.html").read_text("utf-8") == page
    link = "../research_output_at_least_top_20pc/discovery.html"
    assert link in (other / "discovery.html").read_text("utf-8")
    said = " ".join(capsys.readouterr().out.split())
    assert "that generation 1 is released within" in said and "earliest 50%)" in said


@pytest.mark.parametrize(("arguments", "message"), [
    (["study=small.yaml", "when=output >= 1"], r"unknown outcome 'output'.*choices: research_out"),
    (["study=small.yaml", "coverage=2"], r"coverage must be .*got 2"),
    ([], r"task=discover needs a study; set study=NAME"),
])
def test_bad_input_is_refused_before_anything_is_run(arguments, message, discover, capsys):
    assert discover(*arguments) == 2
    assert re.search(message, " ".join(capsys.readouterr().err.split()))


def test_its_settings_are_of_no_other_task(discover, capsys):
    assert cli.run(["task=study", "study=small.yaml", "when=first <= 30 d"]) == 2
    assert "when is for task=discover" in " ".join(capsys.readouterr().err.split())
