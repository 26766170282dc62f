"""Reading the catalogue: which leaves of a model are values, and what an entry must be."""

import copy
import datetime
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import sim
from sim.model import InputError, catalogue

# --- which leaves are values --------------------------------------------------------------------


def test_values_and_structure():
    model = {
        "name": "toy",
        "start_date": "2026-02-05",
        "assistants": {"source": "own", "balk": False, "pool": None},
        "pools": {
            "people": {"kind": "human", "hours": "always", "slots_per_unit": 1, "elasticity": 0},
            "agents": {"kind": "agent", "hours": "always", "slots_per_unit": 1, "share": 0.25},
        },
        "skills": {"code": {"share": "share", "review_pool": "people"}},
        "stocks": {},
        "flows": {
            "x": {
                "a": {"next": {"b": 0.3, "end": 0.7}, "after": ["b", "c"]},
                "b": {"next": "end", "work": {"kind": "deterministic", "value": "2 d"}},
            }
        },
        "plan": {"kind": "steps", "steps_at": {"90 d": 12, "0.5 y": 20}},
    }
    assert catalogue.leaves(model) == {
        "start_date": "2026-02-05",
        "assistants.balk": False,
        "pools.people.hours": "always",
        "pools.agents.slots_per_unit": 1,
        "pools.agents.share": 0.25,
        "flows.x.a.next.b": 0.3,
        "flows.x.a.next.end": 0.7,
        "flows.x.b.work": "2 d",
        "plan.steps_at": {"90 d": 12, "0.5 y": 20},
    }


def test_text_under_an_unknown_key_counts_as_a_value():
    assert catalogue.leaves({"mood": "calm"}) == {"mood": "calm"}


def test_what_a_pool_may_not_change_is_really_rejected():
    resolved = sim.load().to_dict()
    for pool, key, value in [
        ("leads", "slots_per_unit", 2.0),
        ("leads", "elasticity", 0.5),
        ("training", "slots_per_unit", 2.0),
        ("training", "elasticity", 0.5),
        ("training", "hours", "mon-fri 09:00-17:00"),
        ("agents", "hours", "mon-fri 09:00-17:00"),
    ]:
        assert f"pools.{pool}.{key}" not in catalogue.leaves(resolved)
        model = copy.deepcopy(resolved)
        model["pools"][pool][key] = value
        with pytest.raises(InputError, match=key):
            sim.Model.from_dict(model)


# --- reading ------------------------------------------------------------------------------------

GOOD = {
    "path": "a.b", "symbol": None, "unit": "days", "range": [0, 1], "source": "somewhere",
    "date": 2026, "tag": "guess", "sentence": "It is.",
}  # fmt: skip


def read(folder, data):
    file = folder / "catalogue.yaml"
    file.write_text(data if isinstance(data, str) else yaml.safe_dump(data), "utf-8")
    return catalogue.load(file)


def test_an_entry_is_read(tmp_path):
    [entry] = read(tmp_path, [GOOD])
    assert entry.range == (0.0, 1.0)
    assert entry.date == "2026"
    assert entry.self_reported is False


def test_a_full_date_is_read(tmp_path):
    [entry] = read(tmp_path, [{**GOOD, "date": datetime.date(2026, 2, 5)}])
    assert entry.date == "2026-02-05"


@pytest.mark.parametrize("key", list(GOOD))
def test_every_key_is_required(key, tmp_path):
    with pytest.raises(InputError, match=f"needs the key '{key}'"):
        read(tmp_path, [{name: value for name, value in GOOD.items() if name != key}])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tag": "known"}, "entry 'a.b': tag must be one of sourced, fitted, guess, got 'known'"),
        ({"range": [1, 0]}, r"range must be \[low, high\] or words, got \[1, 0\]"),
        ({"range": [0, "x"]}, "range must be"),
        ({"date": "lately"}, "date must be a date or a year, got 'lately'"),
        ({"symbol": 3}, "symbol must be text or null, got 3"),
        ({"unit": ""}, "unit must be text, got ''"),
        ({"sentence": None}, "sentence must be text, got null"),
        ({"self_reported": "yes, it is"}, "self_reported must be true or false"),
        ({"sentense": "It is."}, "unknown key 'sentense'; did you mean 'sentence'?"),
        ({"default": 3}, "unknown key 'default'"),
    ],
)
def test_a_wrong_entry_is_rejected(change, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read(tmp_path, [{**GOOD, **change}])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1", "must be a list"),
        ("- just text", "catalogue entry 1: must be a mapping"),
        ("- {a: [", "is not valid YAML"),
    ],
)
def test_another_file_is_rejected(text, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


def test_a_path_given_twice_is_rejected(tmp_path):
    with pytest.raises(InputError, match=r"path 'a\.b' has two entries"):
        read(tmp_path, [GOOD, GOOD])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot read '.*nowhere\.yaml'"):
        catalogue.load(tmp_path / "nowhere.yaml")


def test_reading_needs_no_slow_library():
    code = (
        "import sys; from sim.model import catalogue; catalogue.lookup('horizon').tag; "
        "print(sorted({'numba', 'numpy', 'pandas', 'scipy', 'hydra'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(sim.__file__).parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
