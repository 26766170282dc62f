"""One value replaced: nothing else changes, but shares of a sum of 1 make up for it."""

import copy

import pytest

import sim
from sim import InputError, Model
from sim.model.catalogue import leaves
from sim.study.replace import put


def test_one_value_is_replaced_in_a_copy():
    data = {"a": {"b": 1, "c": 2}}
    before = copy.deepcopy(data)
    assert put(data, "a.b", 5) == {"a": {"b": 5, "c": 2}}
    assert data == before


def test_other_shares_of_compute_make_up_in_proportion():
    shares = {"x": 0.5, "y": 0.3, "z": 0.2, "people": None}
    pools = {name: {"share": share} for name, share in shares.items()}
    changed = put({"pools": pools}, "pools.x.share", 0.6)["pools"]
    assert {name: pool["share"] for name, pool in changed.items()} == {
        "x": 0.6, "y": pytest.approx(0.24), "z": pytest.approx(0.16), "people": None,
    }


@pytest.mark.parametrize("key", ["targets", "next"])
def test_other_chances_make_up_even_from_nothing(key):
    changed = put({key: {"x": 1.0, "y": 0.0, "z": 0.0}}, f"{key}.x", 0.6)[key]
    assert changed == {"x": 0.6, "y": pytest.approx(0.2), "z": pytest.approx(0.2)}


def test_a_replaced_share_is_a_valid_model_and_a_lone_one_is_not():
    data = sim.load().to_dict()
    changed = leaves(Model.from_dict(put(data, "pools.training.share", 0.1)).to_dict())
    before = leaves(data)
    assert {path for path in before if before[path] != changed[path]} == {
        f"pools.{name}.share" for name in ("experiments", "training", "agents")
    }
    data["pools"]["training"]["share"] = 0.1
    with pytest.raises(InputError, match="sum to 1"):
        Model.from_dict(data)
