"""A stored run is read as it was written; a folder that is none, or not whole, is bad input."""

import json

import pandas as pd
import pytest

from sim import store
from sim.model import InputError


def test_what_is_read_is_what_was_written(folder, result):
    stored = store.open_run(folder)
    assert stored.model == result.model
    assert stored.manifest["seed"] == 5
    for name in ("visits", "generations", "changes", "outcomes"):
        pd.testing.assert_frame_equal(
            getattr(stored, name), getattr(result, name), check_exact=True
        )


def test_a_folder_may_be_named_by_a_text(folder):
    assert store.open_run(str(folder)).manifest["status"] == "finished"


def problem(folder):
    with pytest.raises(InputError) as caught:
        store.open_run(folder)
    return str(caught.value)


def change(folder, **facts):
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | facts))


def test_missing_folder(tmp_path):
    assert "folder not found, got" in problem(tmp_path / "nothing")


def test_file_instead_of_a_folder(folder):
    assert "is a file, no folder" in problem(folder / "visits.parquet")


def test_foreign_folder(tmp_path):
    text = problem(tmp_path)
    assert "no manifest.json" in text and "as printed at its end" in text


def test_the_folder_above_names_the_run_inside(folder):
    assert f"did you mean '{folder}'?" in problem(folder.parent)


@pytest.mark.parametrize("text", ['{"name": "a package"}', "[1, 2]", "null"])
def test_foreign_manifest(folder, text):
    (folder / "manifest.json").write_text(text)
    assert "was not written by recursim" in problem(folder)


def test_manifest_cut_short(folder):
    file = folder / "manifest.json"
    file.write_text(file.read_text()[:40])
    assert "manifest.json' is damaged" in problem(folder)


def test_folder_of_another_format(folder):
    change(folder, format=99)
    assert "has format 99, this version reads" in problem(folder)


@pytest.mark.parametrize("status", ["running", "failed"])
def test_unfinished_run(folder, status):
    change(folder, status=status)
    text = problem(folder)
    assert f"status: {status}" in text and "run it again" in text


def test_interrupted_run_has_what_was_finished(folder):
    change(folder, status="interrupted", replications_done=2)
    assert len(store.open_run(folder).outcomes) == 2
    change(folder, replications_done=0)
    assert "before a replication was finished" in problem(folder)


@pytest.mark.parametrize("name", ["visits", "generations", "changes", "outcomes"])
def test_table_that_is_gone_cut_short_or_another(folder, name):
    file = folder / f"{name}.parquet"
    whole = file.read_bytes()
    pd.DataFrame({"x": [1]}).to_parquet(file)
    assert f"{name}.parquet' is damaged (no column" in problem(folder)
    file.write_bytes(whole[: len(whole) // 2])
    assert f"{name}.parquet' is damaged" in problem(folder)
    file.unlink()
    assert f"{name}.parquet' is missing" in problem(folder)


def test_model_that_is_gone_or_damaged(folder):
    file = folder / "resolved.yaml"
    text = file.read_text()
    file.write_text(text.replace("horizon", "horizont", 1))
    assert "is none of this version" in problem(folder)
    file.write_text(text[: len(text) // 2] + "\n: {[")
    assert "resolved.yaml' is damaged" in problem(folder)
    file.unlink()
    assert "resolved.yaml' is missing" in problem(folder)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"seed": None}, "'seed' is null"), ({"overrides": [1]}, "'overrides' is [1]"),
        ({"replications": True}, "'replications' is true"), ({"engines": 5}, "'engines' is 5"),
        ({"packages": []}, "'packages' is []"), ({"scenario": 7}, "'scenario' is 7"),
    ],
)
def test_manifest_with_facts_of_another_type(folder, facts, why):
    change(folder, **facts)
    assert f"manifest.json' is damaged ({why}" in problem(folder)


def test_manifest_that_lost_a_fact(folder):
    file = folder / "manifest.json"
    facts = json.loads(file.read_text())
    for name in ("seed", "overrides", "replications", "started", "scenario", "model_hash"):
        file.write_text(json.dumps({n: fact for n, fact in facts.items() if n != name}))
        assert f"no '{name}'" in problem(folder)


@pytest.mark.parametrize("name", ["visits", "generations", "changes", "outcomes"])
def test_table_with_columns_of_another_type(folder, name):
    file = folder / f"{name}.parquet"
    frame = pd.read_parquet(file)
    frame.assign(replication=frame["replication"].astype(str)).to_parquet(file)
    assert f"{name}.parquet' is damaged (column 'replication' has type" in problem(folder)


def test_table_with_a_byte_that_changed(folder):
    file = folder / "visits.parquet"
    data = bytearray(file.read_bytes())
    data[len(data) // 4] ^= 1
    file.write_bytes(data)
    assert "visits.parquet' is damaged" in problem(folder)


def test_table_that_lost_a_replication(folder):
    file = folder / "outcomes.parquet"
    pd.read_parquet(file).iloc[:1].to_parquet(file)
    assert "outcomes.parquet' is damaged (1 rows" in problem(folder)


def test_model_that_is_not_the_one_that_was_run(folder):
    model = store.open_run(folder).model
    changed = model.to_dict() | {"horizon": f"{model.horizon + 1} d"}
    (folder / "resolved.yaml").write_text(json.dumps(changed))  # JSON is YAML
    assert "is not the model that was run" in problem(folder)
    change(folder, recursim="0.0.1")  # whose models may have been written otherwise
    assert store.open_run(folder).model.horizon == model.horizon + 1


def test_name_that_is_too_long():
    assert "cannot be read (File name too long)" in problem("x" * 300)
