"""A bad study gives one complete error before anything runs; a good one is read and written.

A case of `studies_invalid/` changes a study of `studies_valid/`, and lists fragments that the error
must hold: thing, value, rule, remedy.
"""

from __future__ import annotations

import functools
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

import sim
from sim.model import InputError, Model
from sim.study.checks import check
from sim.study.points import bases_of, model_data, points_of
from sim.study.study import Study

from .test_spec import NASTY, _mutant, _places, assert_complete, merged

HERE = Path(__file__).parent
INVALID = {p.stem: yaml.safe_load(p.read_text()) for p in HERE.glob("studies_invalid/*.yaml")}
VALID = {p.stem: yaml.safe_load(p.read_text()) for p in HERE.glob("studies_valid/*.yaml")}


@functools.cache
def base(scenario: str) -> dict[str, Any]:
    name, *overrides = scenario.split()
    return sim.load(f"scenario={name}", *overrides).to_dict()


def bases(study: Study) -> dict[str, dict[str, Any]]:
    return {name: base(name) for name in study.scenarios}


@pytest.mark.parametrize("name", sorted(INVALID))
def test_a_case_is_well_formed(name):
    assert set(INVALID[name]) <= {"base", "change", "files", "message"}
    assert "got" in "".join(INVALID[name]["message"]) or len(INVALID[name]["message"]) >= 1
    assert (HERE / "studies_invalid" / f"{name}.yaml").read_text().startswith("# ")


@pytest.mark.parametrize("name", sorted(INVALID))
def test_a_bad_study_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.engines.summary.summarise", _nothing_runs)
    case = INVALID[name]
    for file, text in case.get("files", {}).items():
        (tmp_path / file).write_text(text)
    with pytest.raises(InputError) as caught:
        study = Study.from_dict(merged(VALID[case.get("base", "levers")], case["change"]), tmp_path)
        check(study, bases(study))
    assert_complete(str(caught.value), case["message"])
    assert "; " in str(caught.value) or ": " in str(caught.value)


def _nothing_runs(*_: object, **__: object) -> None:
    raise AssertionError("nothing may run")


@pytest.mark.parametrize("name", sorted(VALID))
def test_a_good_study_survives_writing_and_reading(name):
    study = Study.from_dict(VALID[name])
    written = study.to_dict()
    assert Study.from_dict(written) == study
    again = Study.from_dict(yaml.safe_load(yaml.safe_dump(written, sort_keys=False)))
    assert again == study
    assert again.to_dict() == written
    assert points_of(again).equals(points_of(study))


@pytest.mark.parametrize("name", sorted(VALID))
def test_every_point_of_a_good_study_is_a_model(name):
    study = Study.from_dict(VALID[name])
    check(study, bases(study))
    resolved, points = bases_of(study, bases(study)), points_of(study)
    assert len(points) == study.size > 1
    models = {
        Model.from_dict(model_data(study, resolved, row)).hash()
        for row in points.iloc[:: max(1, len(points) // 25)].to_dict("records")
    }
    assert len(models) > 1


OF_STUDIES = [
    *NASTY, ["x", "y"], [1, 2], ["1 d", "2 d"], [{}], [[1], [2]], [None, True], "3 d", -3, "grid",
    {"a": {}, "b": {}}, {"kind": "grid"}, "uniform(low=1, high=2)", "choice(values={})",
    "list(points=3)", "csv(file=x)", {"uncertainty": "normal(mean=1, sd=1)"},
]  # fmt: skip


def test_whatever_stands_in_a_study_it_is_read_or_refused(tmp_path):
    chance = random.Random(20260205)
    places = [(name, place) for name, data in VALID.items() for place in _places(data)]
    kinds = [case for case in places if case[1][-1] in ("kind", "outcome", "uncertainty", "lever")]
    refused = 0
    cases = chance.choices(places, k=200) + chance.choices(kinds, k=100)
    for name, place in cases:
        value = chance.choice(OF_STUDIES)
        where = f"{name}: {'.'.join(place)} := {repr(value)[:60]}"
        try:
            study = Study.from_dict(_mutant(VALID[name], place, value), tmp_path)
            if study.scenarios == Study.from_dict(VALID[name]).scenarios:
                check(study, bases(study))
        except InputError as error:
            refused += 1
            assert "\n" not in str(error) and "; " in str(error), where
        except Exception as fault:
            raise AssertionError(where) from fault
        else:
            assert Study.from_dict(study.to_dict(), tmp_path) == study, where
    assert 0.8 < refused / len(cases) < 1.0  # it tells good from bad
