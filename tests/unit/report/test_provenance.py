"""The command on the page gives the same log again."""

import json
import shlex

import pandas as pd
import pytest

import sim
from sim import cli
from sim.report.provenance import command, html
from sim.store import open_run

MANIFEST = {
    "overrides": [], "seed": 0, "replications": 1, "scenario": "gpt53_codex", "status": "finished",
    "started": "2026-01-01T00-00-00", "model_hash": "0", "recursim": "0.1.0", "python": "3.11",
    "platform": "Linux",
}


def test_it_names_what_was_changed_and_nothing_else():
    model = sim.load("scenario=people_only", "feedback.speedup=power(base=2, exponent=0, cap=9)")
    overrides = [
        "scenario=people_only", "feedback.speedup=power(base=2, exponent=0, cap=9)", "seed=4",
        "results=elsewhere", "workers=3",
    ]
    said = command(MANIFEST | {"overrides": overrides, "seed": 4, "replications": 2}, model)
    assert said == (
        "recursim scenario=people_only 'feedback.speedup=power(base=2, exponent=0, cap=9)' "
        "seed=4 replications=2"
    )


@pytest.mark.parametrize("overrides", [[], ["scenario=gone"], ["scenario=mm1,mmc"]])
def test_what_overrides_do_not_lead_to_starts_from_the_folder(overrides):
    said = command(MANIFEST | {"overrides": overrides}, sim.load("pools.leads.capacity=2"))
    assert said == "recursim -cd . -cn resolved seed=0 replications=1"


@pytest.mark.parametrize("own", [False, True])
def test_it_gives_the_same_log(own, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quick = ["figures=false", "report=false", "workers=1"]
    first = ["horizon=12 d", "prehistory=0", "seed=5", "replications=2"]
    if own:
        own_file = "defaults: [config, _self_]\npools: {leads: {capacity: 2}}"
        (tmp_path / "mine.yaml").write_text(own_file)
        first = ["-cd", ".", "-cn", "mine", *first]
    assert cli.run([*first, *quick]) == 0
    (before,) = tmp_path.glob("results/*/*")
    stored = open_run(before)
    monkeypatch.chdir(before)
    program, *arguments = shlex.split(command(stored.manifest, stored.model))
    assert program == "recursim" and ("resolved" in arguments) == own
    assert cli.run([*arguments, *quick]) == 0
    (after,) = before.glob("results/*/*")
    pd.testing.assert_frame_equal(open_run(after).visits, stored.visits, check_exact=True)


def test_all_facts_are_shown_and_missing_ones_are_not_made_up(read):
    manifest = MANIFEST | {
        "replications": 20, "replications_done": 7, "status": "interrupted", "engines": ["x"],
        "end_reasons": {"horizon": 6, "deadlock": 1}, "packages": {"numpy": "2.1", "numba": None},
    }
    words = read(html(manifest, sim.load())).words
    for fact in ("7 of 20 planned", "horizon (6), deadlock (1)", "interrupted", "numpy 2.1"):
        assert fact in words
    assert "numba" not in words and "None" not in words


def test_the_page_and_the_manifest_agree(folder, source, read):
    manifest = json.loads((folder / "manifest.json").read_text())
    words = read(source).words
    for key in ("model_hash", "started", "recursim", "python", "platform"):
        assert manifest[key] in words
