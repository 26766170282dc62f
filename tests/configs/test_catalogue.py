"""Every default of the default scenario states where it comes from."""

import copy
import re

import pytest

import sim
from sim.config import compose
from sim.model import catalogue
from sim.paths import configs
from sim.settings import split

ENTRIES = catalogue.load()
ADDRESS = re.compile(r"https?://\S+\.\S+|\b10\.\d{4,}/\S+")
SENTENCE = re.compile(r"[A-Z](?:[^.!?]|[.](?=\d))*[.]")  # a point may stand in a number
FACTS = range(1, 15)
SELF_REPORTED_FACTS = {4, 7, 14}


@pytest.fixture(scope="module")
def written():
    """The default scenario as composed from the files."""
    return split(compose([]))[1]


@pytest.fixture(scope="module")
def resolved():
    """The default scenario with nothing implicit."""
    return sim.load().to_dict()


def facts(source):
    """Numbers of the stylised facts that a source names: '… facts 4 (…) and 12 (…)'."""
    named = re.search(r"stylised facts? ([\d, and]+)", re.sub(r"\([^)]*\)", "", source))
    return {int(number) for number in re.findall(r"\d+", named[1])} if named else set()


# --- the shipped catalogue against the default scenario -----------------------------------------


def test_no_default_is_missing(written, resolved):
    assert catalogue.missing(written) == []
    assert catalogue.missing(resolved) == []


def test_a_new_default_is_noticed(resolved):
    model = copy.deepcopy(resolved)
    model["flows"]["experiment"]["stages"]["run"]["luck"] = 0.5
    model["pools"]["agents"]["tempo"] = "3 d"
    model["zeal"] = True
    new = ["pools.agents.tempo", "flows.experiment.stages.run.luck", "zeal"]
    assert catalogue.missing(model) == new


def test_another_distribution_needs_other_entries(resolved):
    model = copy.deepcopy(resolved)
    model["flows"]["experiment"]["stages"]["run"]["work"] = {"kind": "gamma", "shape": 2.0}
    assert catalogue.missing(model) == ["flows.experiment.stages.run.work.shape"]


def test_every_entry_is_used(resolved):
    used = {catalogue.lookup(path).path for path in catalogue.leaves(resolved)}
    assert [entry.path for entry in ENTRIES if entry.path not in used] == []


def test_values_are_joined_not_repeated(resolved):
    rows = {row.path: row for row in catalogue.entries(resolved)}
    assert {path: row.default for path, row in rows.items()} == catalogue.leaves(resolved)
    changed = copy.deepcopy(resolved)
    changed["pools"]["leads"]["capacity"] = 17
    [row] = [row for row in catalogue.entries(changed) if row.path == "pools.leads.capacity"]
    assert row.default == 17
    assert (row.tag, row.unit) == ("guess", rows["pools.leads.capacity"].unit)
    assert not hasattr(ENTRIES[0], "default")


def test_counts(resolved):
    counts = catalogue.counts(resolved)
    print("defaults by tag:", counts)
    assert list(counts) == list(catalogue.TAGS)
    assert sum(counts.values()) == len(catalogue.leaves(resolved))
    assert all(counts.values())


def test_counts_leave_out_what_is_missing():
    counts = catalogue.counts({"horizon": "1 y", "zeal": 3})
    assert counts == {"sourced": 0, "fitted": 0, "guess": 1}


# --- what an entry must say ---------------------------------------------------------------------


def wrong_with(entry):
    """Sentences on what is wrong with an entry, beyond what reading it rejects."""
    if not SENTENCE.fullmatch(entry.sentence) or len(entry.sentence) > 200:
        yield "sentence must be one sentence of at most 200 characters"
    if len(entry.source) < 30:
        yield "source must say where the value comes from, or why it is a guess"
    if entry.tag == "sourced" and not ADDRESS.search(entry.source):
        yield "a sourced value needs a URL or DOI"
    if (entry.tag == "fitted") != bool(facts(entry.source) and "fitted to" in entry.source):
        yield "fitted values, and only those, name the facts they are fitted to"
    if not facts(entry.source) <= set(FACTS):
        yield "there is no such stylised fact"
    told = entry.tag == "fitted" and facts(entry.source) & SELF_REPORTED_FACTS
    if told and not entry.self_reported:
        yield "it rests on what a company says of itself"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.path)
def test_an_entry_says_what_it_must(entry):
    assert list(wrong_with(entry)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"sentence": "Two of them. They are two."},
        {"sentence": "no capital."},
        {"sentence": "No full stop"},
        {"tag": "guess", "source": "we just know"},
        {"source": "Somebody, Some Journal, a long time ago, without any address"},
        {"tag": "fitted"},
        {"tag": "guess", "source": "fitted to stylised fact 1 (days between releases)"},
        {"tag": "fitted", "source": "fitted to stylised facts 1 (days between releases) and 15"},
        {"tag": "fitted", "source": "fitted to stylised facts 1 (80-150 days) and 4 (people)"},
    ],
)
def test_an_entry_that_does_not_is_noticed(change):
    good = next(e for e in ENTRIES if e.tag == "sourced" and not e.self_reported)
    assert len(list(wrong_with(catalogue.Entry(**{**vars(good), **change})))) == 1


def test_no_entry_repeats_a_machine_path_or_a_default():
    text = (configs() / "catalogue.yaml").read_text("utf-8")
    assert "default:" not in text
    assert not re.search(r"(^|\s)(/work|/tmp|\.\./)", text)


# --- paths --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("flows.experiment.stages.decide.priority", "flows.experiment.stages.decide.priority"),
        ("flows.experiment.stages.build.priority", "flows.*.stages.*.priority"),
        ("flows.evaluation.stages.evaluate.work.cv", "flows.*.stages.evaluate.work.cv"),
        ("flows.evaluation.stages.assess.work.cv", "flows.*.stages.*.work.cv"),
        ("skills.decide.difficulty", "skills.decide.difficulty"),
        ("skills.build.difficulty", "skills.*.difficulty"),
    ],
)
def test_the_most_specific_entry_wins(path, entry):
    assert catalogue.lookup(path).path == entry


def test_a_path_of_no_entry_finds_none():
    assert catalogue.lookup("pools") is None
    assert catalogue.lookup("pools.leads.capacity.more") is None
    assert catalogue.lookup("horizons") is None


def test_specificity_has_no_ties():
    patterns = [("*", "*", "*"), ("*", "*", "c"), ("*", "b", "*"), ("a", "*", "*"),
                ("*", "b", "c"), ("a", "*", "c"), ("a", "b", "*"), ("a", "b", "c")]  # fmt: skip
    assert sorted(patterns[::-1], key=catalogue.specificity) == patterns[::-1]
    assert len({catalogue.specificity(pattern) for pattern in patterns}) == len(patterns)


def test_a_star_is_exactly_one_key():
    assert catalogue.matches(("a", "*", "c"), ("a", "b", "c"))
    assert not catalogue.matches(("a", "*"), ("a", "b", "c"))
    assert not catalogue.matches(("a", "*", "c"), ("a", "c"))
    assert not catalogue.matches(("a", "*", "c"), ("b", "b", "c"))
