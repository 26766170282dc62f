"""The table of parameters is complete and says where each value comes from."""

import sim
from sim.describe import describe, parameters
from sim.describe.parameters import OWN, UNKNOWN
from sim.model import catalogue


def rows(model, default=None):
    return {row.path: row for row in parameters.parameters(model, default)}


def test_every_value_of_every_scenario_is_in_it(scenario, default):
    section = parameters.section(scenario, default)
    shown = [row[0] for row in section.tables[0].rows]
    assert sorted(shown) == sorted(catalogue.leaves(scenario.to_dict()))
    assert all(all(row[:2]) and all(row[3:]) for row in section.tables[0].rows)


def test_a_value_has_its_unit_tag_source_and_sentence(default):
    row = rows(default, default)["flows.experiment.stages.decide.work.mean"]
    assert row.value == "0.5 person-days"
    entry = catalogue.lookup(row.path)
    assert (row.sentence, row.tag, row.symbol) == (entry.sentence, entry.tag, entry.symbol or "")
    assert row.source.startswith(entry.source)


def test_a_changed_value_is_not_given_the_default_s_source(default):
    changed = rows(sim.load("hours_per_person_day=7"), default)
    assert rows(default, default)["hours_per_person_day"].tag == "sourced"
    assert changed["hours_per_person_day"].tag == OWN
    assert "the default's is 8 hours" in changed["hours_per_person_day"].source
    assert [row.path for row in changed.values() if row.tag == OWN] == ["hours_per_person_day"]


def test_a_value_without_an_entry_says_so_and_what_its_field_means(models, default):
    found = rows(models("jackson"), default)
    assert found["pools.machines.capacity"].tag == UNKNOWN
    assert found["pools.machines.capacity"].sentence.startswith("Units at t = 0")
    assert found["flows.change.source.interval.mean"].sentence.startswith("Clock time between")
    assert not [row for row in rows(default, default).values() if row.tag == UNKNOWN]


def test_a_law_s_parameter_means_what_the_registry_says(models):
    row = rows(models("recursion"))["feedback.speedup.exponent"]
    law = catalogue.lookup("feedback.speedup.exponent")
    assert row.sentence == law.sentence
    model = sim.load("scenario=recursion", "feedback.skill=power(base=1, exponent=2)")
    assert "decades of the value" in rows(model)["feedback.skill.exponent"].sentence


def test_values_that_share_an_entry_stand_together(default):
    paths = list(rows(default))
    own = [p for p in paths if catalogue.lookup(p).path == "skills.*.human_quality"]
    first = paths.index(own[0])
    assert len(own) > 5
    assert paths[first : first + len(own)] == own


def test_the_counts_are_the_catalogue_s(default):
    counts = catalogue.counts(default.to_dict())
    line = next(s for s in describe(default) if s.title == "Parameters").lines[0]
    assert line.startswith(f"{sum(counts.values())} values: {counts['sourced']} sourced")
