"""A bad study gives one complete error before anything runs; a good one is read and written.

A case of `studies_invalid/` changes a study of `studies_valid/`, and lists fragments that the error
must hold: thing, value, rule, remedy.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
import yaml

import sim
from sim.model import InputError, Model
from sim.study.checks import check
from sim.study.points import bases_of, model_data, points_of
from sim.study.study import Study

from .test_spec import assert_complete, merged

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
