"""The largest assumptions of a model, on a table of three swings."""

from collections import Counter

import pytest

import sim
from sim.model import catalogue
from sim.report import assumptions, shell
from sim.report.assumptions import NOT_RANKED, largest, reading
from sim.study.swings import End, ranked

HIT = "flows.experiment.insight.hit"
DESIGN = "flows.experiment.stages.design.work.mean"
SHARE = "pools.training.share"
BEST = "feedback.quality.limit"


def end(path, end, default, value, capability, spread=0.1, rule="range"):
    return End(
        path=path, end=end, rule=rule, default=default, value=value, seed=7, replications=16,
        capability=capability, capability_from=capability - spread,
        capability_to=capability + spread, cycle_time=1.0, research_output=0.0,
    )  # fmt: skip


SWINGS = ranked([
    end(HIT, "low", "0.3", "0.05", -1.2), end(HIT, "high", "0.3", "0.6", 0.9),
    end(DESIGN, "low", "0.7 d", "0.2 d", 0.05), end(DESIGN, "high", "0.7 d", "3.0 d", -0.4),
    end(SHARE, "high", "0.25", "0.5", -0.165, 0.0),
    end(BEST, "low", "1.0", "0.9", 0.0, 0.0),
])  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return sim.load()


def paths(model, count=9, swings=SWINGS):
    return [found.path for found in largest(model, count, swings)]


# --- which --------------------------------------------------------------------------------------


def test_the_default_lab_is_ranked_by_what_was_measured(model):
    assert paths(model) == [HIT, DESIGN, SHARE]
    assert paths(model, 2) == [HIT, DESIGN]
    first = largest(model, 1, SWINGS)[0]
    entry = catalogue.lookup(HIT)
    assert (first.value, first.tag) == ("0.3 chance", entry.tag)
    assert first.sentence == entry.sentence
    assert first.swing == SWINGS[0]


def test_what_a_configuration_changed_keeps_its_place():
    changed = sim.load(f"{DESIGN}=1 d")
    assert paths(changed) == [HIT, DESIGN, SHARE]
    second = largest(changed, 2, SWINGS)[1]
    assert (second.value, second.tag, second.origin) == ("1 person-days", "own", "set here")
    assert "in the default lab, where it is 0.7 person-days: +0.05 OOM" in second.text


def test_a_value_that_decides_nothing_is_left_out_even_if_changed():
    assert paths(sim.load(f"{BEST}=0.95", "horizon=1 y")) == [HIT, DESIGN, SHARE]


def test_a_scenario_s_guess_is_its_own_and_a_value_it_has_not_is_left_out():
    found = largest(sim.load("scenario=anthropic_like"), 9, [*SWINGS, *ranked([
        end("compute.units", "low", "40", "26", -0.1),
    ])])  # fmt: skip
    assert (found[-1].path, found[-1].tag, found[-1].usual) == (
        "compute.units", "guess", "40 compute units"
    )
    model = sim.load("~flows.tooling", "~flows.experiment.stages.analyze.tools")
    gone = ranked([end("flows.tooling.tool.most", "high", "4", "20", 3.0)])
    assert paths(model, swings=[*gone, *SWINGS]) == [HIT, DESIGN, SHARE]


def test_a_value_with_a_source_is_no_assumption(model):
    sourced = next(e.path for e in catalogue.entries(model.to_dict()) if e.tag == "sourced")
    assert paths(model, swings=[*ranked([end(sourced, "low", "1", "2", 9.0)]), *SWINGS])[0] == HIT


@pytest.mark.parametrize("scenario", ["mm1", "automl"])
def test_a_lab_of_its_own_is_not_ranked(scenario, model):
    toy = sim.load(f"scenario={scenario}")
    found = largest(toy, 100, SWINGS)
    assert found
    assert {a.text for a in found} == {NOT_RANKED}
    own = [path for path in catalogue.leaves(toy.to_dict())
           if path not in catalogue.leaves(model.to_dict())]  # fmt: skip
    assert [a.path for a in found] == [path for path in own if path in {a.path for a in found}]


# --- in words -----------------------------------------------------------------------------------


def test_swings_in_words(model):
    hit, _, share = largest(model, 3, SWINGS)
    assert catalogue.lookup(HIT).range == (0.05, 0.6)
    assert hit.text == (
        "Change of capability at the end, in the default lab: -1.20 OOM (-1.30 to -1.10) if moved "
        "to the low end of the catalogue's range (0.05 to 0.6); +0.90 OOM (+0.80 to +1.00) if "
        "moved to the high end"
    )
    assert ": -0.17 OOM in each of 16 pairs if moved to the high end of the cat" in share.text


def test_an_end_that_is_not_the_catalogue_s_is_a_value_and_no_change_is_said(model):
    found = ranked([
        end(DESIGN, "low", "0.7 d", "0.5 d", 0.001, rule="factor"),
        end(DESIGN, "high", "0.7 d", "1.05 d", 0.0, 0.0, rule="factor"),
    ])  # fmt: skip
    assert largest(model, 1, found)[0].text == (
        "Change of capability at the end, in the default lab: no change on average (-0.10 to "
        "+0.10) if moved to 0.5 person-days; no change in any of 16 pairs if moved to 1.05 "
        "person-days"
    )


def test_a_fitted_value_says_to_which_facts(model):
    found = {a.path: a for a in largest(model, 999)}
    assert found["stocks.algorithms.beta"].origin == (
        "fitted to stylised facts 1 (gaps shorten from year to year) and 3 (training efficiency "
        "grows 2.5-10 times a year)"
    )
    assert found[HIT].origin == "guess"
    fitted = [a for a in found.values() if a.tag == "fitted"]
    assert len(fitted) > 20 and all("stylised fact" in a.origin for a in fitted)


def test_how_many_values_have_which_origin():
    counts = Counter(e.tag for e in catalogue.entries(sim.load().to_dict()))
    assert catalogue.lookup(HIT).tag == "guess"
    assert assumptions.tally(sim.load(f"{HIT}=0.5")) == (
        f"{counts['guess'] - 1} of the {counts.total()} values of this model are guesses, "
        f"{counts['fitted']} fitted, {counts['sourced']} sourced and 1 set here."
    )


def test_the_page_says_what_it_is_and_how_it_was_measured(model, monkeypatch, read):
    monkeypatch.setattr(assumptions, "_shipped_swings", lambda: SWINGS)
    words = read(shell.largest(model)).words
    assert f"{catalogue.lookup(HIT).sentence} Here: 0.3 chance" in words
    assert "in the default lab: \N{MINUS SIGN}1.20 OOM (\N{MINUS SIGN}1.30 to" in words
    assert words.count(assumptions.tally(model)) == 1
    assert "on the default lab, one at a time, over these ranges (16 pairs" in words
    assert assumptions.are_ranked(model)


def test_what_was_not_measured_is_not_called_large(read):
    toy = sim.load("scenario=mm1")
    assert not assumptions.are_ranked(toy)
    page = read(shell.largest(toy))
    assert "what they decide was not measured" in page.words and "decide most" not in page.words
    assert len(page.of("li")) == 3
    assert assumptions.tally(toy) in page.words


def test_a_path_has_a_reading_for_a_person(model):
    sentence = catalogue.lookup(HIT).sentence
    assert reading(model, HIT) == f"{sentence} Here: 0.3 chance"
    with pytest.raises(KeyError):
        reading(model, "flows.experiment.insight.hits")


def test_every_value_of_the_default_lab_has_a_reading(model):
    for row in assumptions.unsourced(model):
        assert row.sentence.endswith(".")
        assert len(row.sentence.split()) >= 5
        assert row.path not in row.sentence
