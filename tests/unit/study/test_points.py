"""Points become models: what changes, what stays, and what several changes make of each other."""

import copy

import pytest
import yaml

import sim
from sim import InputError, Model
from sim.model.catalogue import leaves
from sim.study.points import bases_of, model_data, points_of
from sim.study.replace import put_all
from sim.study.scaling import scaled
from sim.study.study import Study


@pytest.fixture(scope="module")
def base():
    return sim.load().to_dict()


def changed(base, factors, row, **study):
    """Paths that differ between the base and the model at a point, with their new values."""
    data = {"name": "test", "factors": factors, "outcomes": ["capability"], "design": "grid"}
    found = Study.from_dict(data | study)
    bases = bases_of(found, {found.scenario: base})
    before = leaves(bases[found.scenario])
    after = leaves(Model.from_dict(model_data(found, bases, row)).to_dict())
    return {path: after[path] for path in after if after[path] != before.get(path)}


def test_the_value_at_a_path(base):
    factors = {"engineers": {"path": "pools.engineers.capacity", "lever": [4, 16]}}
    assert changed(base, factors, {"engineers": 16}) == {"pools.engineers.capacity": 16}


def test_one_value_at_several_paths(base):
    paths = ["pools.engineers.plan.factor", "pools.leads.plan.factor"]
    factors = {"growth": {"path": paths, "lever": [1, 3]}}
    assert changed(base, factors, {"growth": 3}) == dict.fromkeys(paths, 3.0)


def test_a_scale_multiplies_base_values_by_its_powers(base):
    scale = {"compute.units": 1, "initial_training": -1, "stocks.algorithms.gain": 0.5}
    factors = {"compute": {"scale": scale, "lever": [0.5, 4]}}
    assert changed(base, factors, {"compute": 4.0}) == {
        "compute.units": 160, "initial_training": "14.25 d", "stocks.algorithms.gain": 0.028,
    }


def test_a_bundle_changes_all_its_values_or_none(base):
    bundle = {"oversight.standard.review": 0.1, "oversight.standard.max_attempts": 1}
    factors = {"oversight": {"lever": {"as_it_is": {}, "light": bundle}}}
    assert changed(base, factors, {"oversight": "light"}) == bundle
    assert changed(base, factors, {"oversight": "as_it_is"}) == {}


def test_named_values_and_words(base):
    factors = {
        "adoption": {"path": "assistants.adoption", "lever": {"slow": "90 d", "fast": "5 d"}},
        "balk": {"path": "assistants.balk", "lever": [True, False]},
    }
    assert changed(base, factors, {"adoption": "slow", "balk": "false"}) == {
        "assistants.adoption": "90.0 d", "assistants.balk": False,
    }


def test_a_unit_is_read_as_the_model_reads_it(base):
    # Review is human work, of 8 h a day; adoption is clock time, of 24 h.
    factors = {
        "review": {"path": "oversight.standard.review_work", "lever": ["2 h", "4 h"]},
        "adoption": {"path": "assistants.adoption", "lever": ["12 h", "24 h"]},
    }
    assert changed(base, factors, {"review": 4, "adoption": 12}) == {
        "oversight.standard.review_work": "0.5 d", "assistants.adoption": "0.5 d",
    }


def test_set_changes_the_base_and_scales_are_of_what_is_set(base):
    factors = {"compute": {"scale": {"compute.units": 1}, "lever": [1, 2]}}
    found = changed(base, factors, {"compute": 2}, set={"compute.units": 100, "horizon": "1 y"})
    assert found == {"compute.units": 200}


def test_a_scenario_is_the_base_of_its_points(base):
    other = sim.load("scenario=people_only").to_dict()
    study = Study.from_dict({
        "name": "test", "outcomes": ["capability"], "factors": {
            "lab": {"scenario": ["gpt53_codex", "people_only"]},
            "engineers": {"path": "pools.engineers.capacity", "lever": [4, 16]},
        },
    })  # fmt: skip
    bases = bases_of(study, {"gpt53_codex": base, "people_only": other})
    assert study.scenarios == ("gpt53_codex", "people_only")
    before = copy.deepcopy(bases)
    rows = [row for _, row in points_of(study).iterrows()]  # as Series
    models = [Model.from_dict(model_data(study, bases, row)) for row in rows]
    assert [(m.name, m.pools["engineers"].capacity) for m in models] == [
        ("gpt53_codex", 4), ("gpt53_codex", 16), ("people_only", 4), ("people_only", 16),
    ]
    assert bases == before


def test_shares_that_are_given_stay_and_the_others_make_up():
    shares = {"x": 0.5, "y": 0.3, "z": 0.1, "w": 0.1, "people": None}
    data = {"pools": {name: {"share": share} for name, share in shares.items()}}
    given = {"pools.x.share": 0.2, "pools.y.share": 0.4}
    for order in (given, dict(reversed(given.items()))):
        found = {name: pool["share"] for name, pool in put_all(data, order)["pools"].items()}
        assert found == {
            "x": 0.2, "y": 0.4, "z": pytest.approx(0.2), "w": pytest.approx(0.2), "people": None,
        }


def test_what_does_not_change_is_shared_with_the_base(base):
    before = copy.deepcopy(base)
    found = put_all(base, {"pools.engineers.capacity": 4, "pools.engineers.plan.factor": 3.0})
    assert base == before
    assert found["flows"] is base["flows"]
    assert found["pools"]["leads"] is base["pools"]["leads"]
    assert found["pools"]["engineers"]["plan"] == {**base["pools"]["engineers"]["plan"],
                                                   "factor": 3.0}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "times", "expected"),
    [
        (40, 0.66, 26), (1, 1.5, 2), (1, 0.1, 1), (0, 5.0, 0), (0.5, 3.0, 1.5),
        ("57.0 d", 2.0, "114.0 d"), ("1e-05 d", 2.0, "2e-05 d"),
        ({"kind": "lognormal", "mean": "2.0 d", "cv": 0.8}, 2.0,
         {"kind": "lognormal", "mean": "4.0 d", "cv": 0.8}),
        ({"kind": "table", "quantiles": {0.0: "1.0 d", 1.0: "3.0 d"}}, 2.0,
         {"kind": "table", "quantiles": {0.0: "2.0 d", 1.0: "6.0 d"}}),
        (True, 2.0, None), ("always", 2.0, None), (None, 2.0, None), ({"x": 1}, 2.0, None),
    ],
)  # fmt: skip
def test_what_scales_and_what_does_not(value, times, expected):
    assert scaled(value, times) == expected


def test_units_survive_writing_and_reading():
    data = yaml.safe_load("""
        name: test
        outcomes: {far: capability_at(time=0.5 y)}
        factors:
          a: {path: assistants.adoption, lever: [10 d, 40 d]}
          b: {path: initial_training, unit: d}
        design: {kind: list, points: [{a: 10 d, b: 30 d}, {a: 40, b: 60}]}
    """)
    study = Study.from_dict(data)
    assert study.to_dict()["factors"] == {
        "a": {"path": "assistants.adoption", "lever": ["10 d", "40 d"]},
        "b": {"path": "initial_training", "unit": "d"},
    }
    assert study.to_dict()["outcomes"] == {"far": "capability_at(time=0.5 y)"}
    assert list(points_of(study)["b"]) == [30, 60]


def test_what_is_set_must_be_there_in_every_scenario(base):
    other = sim.load("scenario=mmc").to_dict()
    study = Study.from_dict({
        "name": "test", "outcomes": ["visits"], "set": {"pools.engineers.capacity": 9},
        "factors": {"lab": {"scenario": ["gpt53_codex", "mmc"]}},
    })
    with pytest.raises(InputError, match=r"study: set: unknown path .* in scenario 'mmc'"):
        bases_of(study, {"gpt53_codex": base, "mmc": other})
