"""A scenario, a stage, a skill, an oversight policy: one YAML file of the user's own."""

import pytest
import yaml

import sim
from sim import cli

SHORT = ["horizon=40 d", "prehistory=0", "figures=false", "report=false", "workers=1"]

STAGE = """
defaults: [config, _self_]
name: replicated
flows:
  experiment:
    stages:
      analyze: {next: replicate}
      replicate: {kind: labour, skill: analyze, work: 2 h, next: communicate}
"""

SKILL = """
defaults: [config, _self_]
name: audited
skills:
  audit: {pool: leads, share: share, speedup: speedup, quality: quality, difficulty: 0.3}
flows:
  experiment:
    stages:
      analyze: {next: audit}
      audit: {kind: labour, skill: audit, work: 2 h, next: communicate}
"""

POLICY = """
defaults: [config, _self_]
name: doubly_checked
oversight:
  strict: {review: 1.0, human_review: 1.0, review_work: 1 h, catch: 0.9, max_attempts: 3}
skills:
  build: {oversight: strict}
"""


def _run(tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    model = sim.load("horizon=40 d", "prehistory=0", config=file)
    return sim.simulate(model, seed=0).visits


def test_a_stage_is_added_by_one_file(tmp_path):
    visits = _run(tmp_path, STAGE)
    own = visits[visits["stage"] == "replicate"]
    assert set(own["skill"]) == {"analyze"}
    # Every item that is communicated has been replicated.
    told = set(visits.loc[visits["stage"] == "communicate", "item"])
    assert told and told <= set(own.loc[own["finished"].notna(), "item"])


def test_a_skill_is_added_by_one_file(tmp_path):
    visits = _run(tmp_path, SKILL)
    own = visits[visits["skill"] == "audit"]
    assert set(own["stage"]) == {"audit"}
    assert {"human", "agent"} <= set(own["executor"])


def test_an_oversight_policy_is_added_by_one_file(tmp_path):
    visits = _run(tmp_path, POLICY)
    building = visits[visits["stage"] == "build"]
    accepted = building[building["outcome"].isin(["right", "escaped"])]
    reviews = building[building["activity"] == "review"]
    assert len(accepted) > 10
    assert set(accepted["item"]) <= set(reviews["item"])  # the shipped policy looks at some only


def test_a_scenario_is_added_by_one_file(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "mine" / "scenario"
    folder.mkdir(parents=True)
    (folder / "few_leads.yaml").write_text(
        "# @package _global_\nname: few_leads\npools: {leads: {capacity: 1}}\n"
    )
    monkeypatch.chdir(tmp_path)
    assert cli.run(["-cd", "mine", "scenario=few_leads", *SHORT]) == 0, capsys.readouterr().err
    (resolved,) = tmp_path.glob("results/few_leads/*/resolved.yaml")
    assert yaml.safe_load(resolved.read_text())["pools"]["leads"]["capacity"] == 1


@pytest.mark.parametrize("text", [STAGE, SKILL, POLICY])
def test_what_an_own_file_adds_is_described(text, tmp_path, monkeypatch, capsys):
    (tmp_path / "mine.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert cli.run(["-cd", ".", "-cn", "mine", "task=describe"]) == 0
    added = {STAGE: "replicate", SKILL: "audit", POLICY: "strict"}[text]
    assert added in capsys.readouterr().out


def test_a_folder_named_like_a_setting_is_no_group(tmp_path, monkeypatch, capsys):
    """As where results are kept beside the own file, or a run's resolved model is run again."""
    (tmp_path / "mine.yaml").write_text(POLICY)
    for name in ("results", "figures", "run"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    arguments = ["-cd", ".", "-cn", "mine", *SHORT, "results=results/mine"]
    assert cli.run(arguments) == 0, capsys.readouterr().err
    assert len(list(tmp_path.glob("results/mine/*/*/manifest.json"))) == 1
