"""Every value in which a scenario differs from the default states where it comes from."""

import re

import pytest
import yaml

import sim
from sim.describe import parameters
from sim.model import InputError, catalogue
from sim.paths import configs

from .test_catalogue import wrong_with

TEXTS = {path.stem: path.read_text("utf-8") for path in (configs() / "scenario").glob("*.yaml")}
OWN_LABS = sorted(name for name, text in TEXTS.items() if "override /lab: empty" in text)
OVERLAYS = sorted({*TEXTS} - {*OWN_LABS})
"""Scenarios that are small labs of their own, and those that change the default lab."""

ENTRIES = [(name, entry) for name, found in catalogue.load_scenarios().items() for entry in found]


def values(name):
    return catalogue.leaves(sim.load(f"scenario={name}").to_dict())


def own(name):
    """Paths of the values of a scenario that the default does not have."""
    default = values("gpt53_codex")
    return [path for path, value in values(name).items() if default.get(path) != value]


def stated_by(name, path):
    """Whether the catalogue's entry for a value speaks of this scenario."""
    return catalogue.lookup(path, name) in catalogue.load_scenarios().get(name, ())


def test_there_are_both_kinds_of_scenarios():
    assert len(OWN_LABS) >= 15 and len(OVERLAYS) >= 18
    assert {name for name, _ in ENTRIES} <= set(OVERLAYS)


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_own_value_has_an_entry_and_every_entry_a_value(name):
    paths = own(name)
    assert [path for path in paths if not stated_by(name, path)] == []
    assert catalogue.missing(sim.load(f"scenario={name}").to_dict()) == []
    used = {catalogue.lookup(path, name).path for path in paths}
    assert {entry.path for entry in catalogue.load_scenarios().get(name, ())} == used


def test_a_value_without_an_entry_is_noticed():
    policy = "oversight.standard."
    assert own("light_oversight") == [policy + "review", policy + "human_review"]
    assert not stated_by("light_oversight", policy + "catch")
    assert not stated_by("people_only", "oversight.standard.review")


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=lambda x: getattr(x, "path", x))
def test_an_entry_says_what_it_must(name, entry):
    assert list(wrong_with(entry)) == []


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_scenario_says_how_it_is_run_and_what_it_is(name):
    first, second, *_ = TEXTS[name].splitlines()
    assert first == "# @package _global_"
    chosen = "" if name == "gpt53_codex" else f" scenario={name}"
    assert re.fullmatch(rf"# recursim{chosen}     \S.{{20,100}}", second)
    assert re.search(rf"^name: {name}\b", TEXTS[name], re.MULTILINE)


# --- reading --------------------------------------------------------------------------------------


def read(folder, *items):
    file = folder / f"{len(list(folder.iterdir()))}.yaml"  # files are read once
    file.write_text(yaml.safe_dump(list(items)), "utf-8")
    return catalogue.load_scenarios(file)


GUESS = {"scenarios": ["a", "b"], "source": "somebody's guess", "date": 2026, "tag": "guess"}


def test_the_meaning_is_the_default_s_unless_it_is_given(tmp_path):
    path = "oversight.standard.review"
    found = read(tmp_path, {**GUESS, "path": path})
    usual = catalogue.lookup(path)
    assert list(found) == ["a", "b"]
    [entry] = found["a"]
    assert (entry.tag, entry.source, entry.path) == ("guess", "somebody's guess", path)
    for key in ("symbol", "unit", "range", "sentence"):
        assert getattr(entry, key) == getattr(usual, key)
    setting = f"interventions.x.set.{path}"
    [entry] = read(tmp_path, {**GUESS, "path": setting, "unit": "u"})["a"]
    assert (entry.unit, entry.sentence) == ("u", usual.sentence)


def test_who_reports_is_not_taken_from_the_default(tmp_path):
    usual = next(entry for entry in catalogue.load() if entry.self_reported)
    [entry] = read(tmp_path, {**GUESS, "path": usual.path})["b"]
    assert not entry.self_reported


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([{**GUESS, "path": "a.b"}], "entry 'a.b': needs the key 'symbol'"),
        ([{**GUESS, "path": "horizon", "scenarios": "a"}], "must name its scenarios"),
        (["text"], "catalogue entry 1: must name its scenarios"),
        ([{**GUESS, "path": "horizon"}, {**GUESS, "path": "horizon", "scenarios": ["c", "b"]}],
         "path 'horizon' has two entries"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_rejected(items, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read(tmp_path, *items)


# --- what it is used for --------------------------------------------------------------------------


def test_a_scenario_s_entry_goes_before_the_default_s():
    path = "oversight.standard.review"
    usual, own = catalogue.lookup(path), catalogue.lookup(path, "deepmind_like")
    assert usual.tag != own.tag == "sourced"
    assert catalogue.lookup(path, "people_only") == catalogue.lookup(path, "nowhere") == usual
    model = sim.load("scenario=deepmind_like").to_dict()
    assert [row.tag for row in catalogue.entries(model) if row.path == path] == ["sourced"]


def test_the_description_gives_a_scenario_s_own_sources():
    default, scenario = sim.load(), sim.load("scenario=deepmind_like")

    def tags(*overrides, **given):
        model = sim.load("scenario=deepmind_like", *overrides)
        return {row.path: row for row in parameters.parameters(model, default, **given)}

    review = "oversight.standard.review"
    assert tags()[review].tag == parameters.OWN
    assert tags(scenario=scenario)[review].tag == "sourced"
    changed = tags(f"{review}=0.7", "horizon=1 y", scenario=scenario)
    assert changed[review].tag == changed["horizon"].tag == parameters.OWN
    assert "the scenario's is 1" in changed[review].source
    assert "the default's is 730.5 days" in changed["horizon"].source
