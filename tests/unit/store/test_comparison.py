"""The folder of a comparison: read as it was written, or an error says what is wrong."""

import json

import pandas as pd
import pytest

from sim import store
from sim.model import InputError, Model
from sim.study.compare import compare

from .tiny_lab import LAB, TABLES

SETTINGS = {"seed": 5, "replications": 2, "task": "compare", "a": "tiny", "b": "tiny x=1"}


@pytest.fixture(scope="module")
def found():
    other = Model.from_dict(LAB | {"pools": {"people": {"kind": "human", "capacity": 2}}})
    return compare({"tiny": Model.from_dict(LAB), "tiny x=1": other}, replications=2, seed=5)


@pytest.fixture
def folder(found, tmp_path):
    planned = {
        name: store.Planned(model=e.model, overrides=["seed=5"], config="mine.yaml")
        for name, e in found.ensembles.items()
    }
    folder, runs = store.create_comparison(tmp_path, planned, SETTINGS, ["a=tiny"])
    for name, run in runs.items():
        e = found.ensembles[name]
        store.finish(run, {t: getattr(e, t) for t in TABLES}, status="finished",
                     replications_done=2)
    store.finish_comparison(folder, found.differences, status="finished", replications_done=2)
    return folder


def test_what_is_read_is_what_was_written(folder, found, tmp_path):
    assert folder.parent == tmp_path / "compare" / "tiny_vs_tiny_x_1"
    stored = store.open_comparison(folder)
    assert stored.manifest["kind"] == "comparison"
    assert stored.manifest["scenarios"] == list(stored.runs) == ["tiny", "tiny x=1"]
    pd.testing.assert_frame_equal(stored.differences, found.differences, check_exact=True)
    assert list(pd.read_csv(folder / "differences.csv")) == list(found.differences)


def test_each_run_can_be_read_alone(folder, found):
    stored = store.open_comparison(folder)
    run = stored.open("tiny x=1")
    assert run.model == found.ensembles["tiny x=1"].model
    assert run.manifest["task"] == "simulate" and "a" not in run.manifest
    assert run.manifest["config"] == "mine.yaml"
    assert len(store.open_run(folder / "a_tiny").outcomes) == 2


def test_a_comparison_is_no_run_and_a_run_no_comparison(folder):
    with pytest.raises(InputError, match="is the folder of a comparison, not of a run"):
        store.open_run(folder)
    with pytest.raises(InputError, match="is the folder of a run, not of a comparison"):
        store.open_comparison(folder / "a_tiny")
    with pytest.raises(InputError, match="no comparison in"):
        store.open_comparison(folder.parent)


def test_unfinished_and_damaged(folder):
    (folder / "differences.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"differences\.parquet' is damaged"):
        store.open_comparison(folder)
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"status": "running"}))
    with pytest.raises(InputError, match="status: running"):
        store.open_comparison(folder)


def test_many_scenarios_and_awkward_names(tmp_path):
    planned = {
        f"s{i} pools.x='a/b' {'long' * 20}": store.Planned(model=Model.from_dict(LAB), overrides=[])
        for i in range(4)
    }
    folder, runs = store.create_comparison(tmp_path, planned, SETTINGS, [])
    assert folder.parent.name.endswith("_vs_3_others")
    assert len({run.name for run in runs.values()}) == 4
    assert all(run.parent == folder and len(run.name) < 50 for run in runs.values())
