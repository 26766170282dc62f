"""The shipped studies: what they say they vary is what the record and the catalogue say."""

from __future__ import annotations

import functools

import pytest
import yaml

import sim
from sim.model.catalogue import lookup
from sim.paths import experiments
from sim.study import swings
from sim.study.checks import check
from sim.study.paths import value_at
from sim.study.points import points_of
from sim.study.study import Study

FILES = {path.parent.name: path for path in experiments().glob("*/study.yaml")}
CHOICES = {"flows.generation.stages.gate.min_gain", "prehistory"}
"""Values without a source that are no unknowns, but choices of the lab or of the simulation."""


@functools.cache
def study(folder):
    return Study.from_dict(yaml.safe_load(FILES[folder].read_text("utf-8")), FILES[folder].parent)


@functools.cache
def base(scenario):
    return sim.load(f"scenario={scenario}").to_dict()


def test_these_are_shipped():
    assert set(FILES) == {
        "04_two_levers", "05_eight_unknowns", "06_labs", "07_study_scale",
        "08_does_the_limit_move", "10_what_matters", "11_emergent_sigma",
    }


@pytest.mark.parametrize("folder", sorted(FILES))
def test_a_shipped_study_is_good_and_says_how_to_run_it(folder):
    found = study(folder)
    assert FILES[folder].read_text("utf-8").startswith(f"# recursim task=study study={folder} ")
    assert found.name == folder.partition("_")[2]
    assert found.question.endswith("?")
    check(found, {name: base(name) for name in found.scenarios})
    assert found.most_runs <= 12_000  # a minute or two on two cores
    assert Study.from_dict(found.to_dict()) == found


def test_the_two_levers_surround_the_default_evenly():
    points = points_of(study("04_two_levers"))
    engineers = base("gpt53_codex")["pools"]["engineers"]["capacity"]
    for levels, default in ((points["engineers"], engineers), (points["compute"], 1.0)):
        assert sorted(set(levels)) == [default * 2.0**k for k in (-2, -1, 0, 1, 2)]


def test_the_eight_unknowns_are_the_largest_by_the_measured_swings():
    ranked = swings.ranked(swings.read(experiments() / "03_assumptions" / "swings.csv"))
    largest = [swing.path for swing in ranked if swing.path not in CHOICES][:8]
    paths = [path for factor in study("05_eight_unknowns").factors.values() for path in factor.path]
    assert sorted(paths) == sorted(largest)
    assert all(lookup(path).tag in ("guess", "fitted") for path in paths)


@pytest.mark.parametrize("name", list(study("05_eight_unknowns").factors))
def test_an_unknown_has_the_range_of_its_catalogue_entry_or_a_factor_of_one_and_a_half(name):
    factor = study("05_eight_unknowns").factors[name]
    (path,) = factor.path
    default = value_at(base("gpt53_codex"), path)
    default = float(default.split()[0]) if isinstance(default, str) else default
    given = factor.distribution.parameters
    ends = (given["low"], given["high"])
    if factor.distribution.kind == "log_uniform":
        assert ends == pytest.approx((default / 1.5, default * 1.5), rel=0.005)
    else:
        assert ends == lookup(path).range
        assert given.get("mode", default) == default
