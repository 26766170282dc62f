"""`sim.load`: overrides, own files, threads; and the keys that Hydra would not let through."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

import sim
from sim.config import opened
from sim.model import InputError
from sim.paths import configs
from sim.settings import split


def test_overrides_reach_the_model():
    model = sim.load("scenario=people_only", "pools.engineers.capacity=60", "horizon=1 w")
    assert model.name == "people_only"
    assert model.assistants.source == "none"
    assert model.pools["engineers"].capacity == 60
    assert model.horizon == 7


def test_a_key_that_no_file_mentions_can_be_set():
    assert sim.load("end.capability=2.5").end.capability == 2.5


def test_a_distribution_is_replaced_whole_by_a_call():
    model = sim.load("flows.experiment.stages.run.work=lognormal(median=2 d, p95=9 d)")
    work = model.flows["experiment"].stages["run"].work
    assert work.parameters == {"median": 2.0, "p95": 9.0}


def test_groups_and_prefixed_overrides_pass_unchanged():
    given = ["scenario=mm1", "+a.b=1", "~c", "hydra.verbose=true", "seed=3"]
    assert opened(given, [configs()]) == [*given[:4], "++_given_.seed=3"]


def test_own_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("defaults: [config, _self_]\nname: mine\nhorizon: 3 d\n")
    assert sim.load("seed=1", config=file).horizon == 3


def test_own_file_where_the_package_lies_in_an_awkward_folder(tmp_path, monkeypatch):
    awkward = tmp_path / "Program Files (x86), [a]"
    shutil.copytree(configs(), awkward)
    monkeypatch.setattr("sim.config.configs", lambda: awkward)
    test_own_file(tmp_path)


def test_missing_file_is_named():
    with pytest.raises(InputError, match=r"file not found, got 'nowhere\.yaml'"):
        sim.load(config="nowhere.yaml")


def test_threads_may_load_at_once():
    with ThreadPoolExecutor(4) as pool:
        capacities = list(pool.map(lambda n: _engineers(n), range(1, 9)))
    assert capacities == list(range(1, 9))


def _engineers(count):
    return sim.load(f"pools.engineers.capacity={count}").pools["engineers"].capacity


def test_settings_are_split_from_the_model():
    settings, data = split({"seed": 4, "replications": 2, "name": "x"})
    assert (settings.seed, settings.replications, settings.engine) == (4, 2, "auto")
    assert data == {"name": "x"}


@pytest.mark.parametrize("seed", [None, -1, 2**64, 1.5, True, "3"])
def test_seed_must_be_a_whole_number(seed):
    with pytest.raises(InputError, match="seed must be a whole number"):
        split({"seed": seed})


def test_a_number_of_thousands_of_digits_is_bad_input():
    with pytest.raises(InputError, match=r"^config: .*digits"):
        sim.load("horizon=" + "9" * 5000)


@pytest.mark.parametrize("text", [b"name: caf\xe9\n", "name: x\n".encode("utf-16")])
def test_a_file_that_is_not_utf8_is_bad_input(tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_bytes(text)
    with pytest.raises(InputError, match="is not text in UTF-8"):
        sim.load(config=file)
