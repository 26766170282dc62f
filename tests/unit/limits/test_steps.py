"""Small steps of drivers: how far they go, and that they move what they say."""

import math

import pytest

import sim
from sim.limits import steps
from sim.limits.steps import DRIVERS, step
from sim.model import InputError, Model
from sim.model.capacity import initial_units, unit_steps
from sim.study.replace import put_all

DEFAULT = sim.load()
DATA = DEFAULT.to_dict()


def stepped(model, driver, f):
    data = model.to_dict()
    return Model.from_dict(put_all(data, step(data, driver, f)[0]))


def mean_units(model, pool):
    """Planned units of a pool, averaged over the run the slow way: hour by hour."""
    times = [0.0, *(t for t, name, _ in unit_steps(model) if name == pool)]
    units = [initial_units(model)[pool], *(n for _, name, n in unit_steps(model) if name == pool)]
    ends = [*times[1:], model.horizon]
    return sum(n * (b - a) for n, a, b in zip(units, times, ends, strict=True)) / model.horizon


def test_the_default_lab_has_all_drivers_and_others_those_of_their_own():
    assert steps.applicable(DEFAULT) == list(DRIVERS)
    assert steps.applicable(sim.load("scenario=mmc")) == ["compute"]
    found = steps.applicable(sim.load("scenario=people_only"))
    assert found == ["compute", "people", "review", "loop"]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("f", [1.2, 1 / 1.2])
def test_a_step_is_a_model_and_is_about_as_long_as_asked(driver, f):
    changes, dlog = step(DATA, driver, f)
    assert Model.from_dict(put_all(DATA, changes)) != DEFAULT
    assert dlog == pytest.approx(math.log(f), abs=0.02)
    if DRIVERS[driver].counts is None:
        assert dlog == math.log(f)


@pytest.mark.parametrize("f", [1.2, 1 / 1.2, 1.07])
def test_the_length_of_a_step_is_that_of_the_units_over_the_run(f):
    after = stepped(DEFAULT, "people", f)
    people = ("researchers", "engineers", "leads")
    before, now = (sum(mean_units(m, name) for name in people) for m in (DEFAULT, after))
    assert step(DATA, "people", f)[1] == pytest.approx(math.log(now / before))
    after = stepped(DEFAULT, "compute", f)
    pools = ("experiments", "training", "agents")
    before, now = (sum(mean_units(m, name) for name in pools) for m in (DEFAULT, after))
    assert step(DATA, "compute", f)[1] == pytest.approx(math.log(now / before))


def test_generation_0_is_the_same_with_more_compute():
    after = stepped(DEFAULT, "compute", 1.2)
    initial = [initial_units(m)["training"] * m.initial_training for m in (DEFAULT, after)]
    assert initial[0] == pytest.approx(initial[1])
    assert initial_units(after)["training"] > initial_units(DEFAULT)["training"]


def test_people_bring_their_own_limit_of_work_in_progress():
    assert stepped(DEFAULT, "people", 1.2).flows == DEFAULT.flows


def test_a_speedup_is_so_many_times_as_large_at_all_capabilities():
    faster = stepped(DEFAULT, "assistant_speed", 1.3)
    before, after = (model.feedback["speedup"] for model in (DEFAULT, faster))
    for c in (0.0, 1.0, 30.0):  # capped by then
        assert after.at(c) == pytest.approx(1.3 * before.at(c))


@pytest.mark.parametrize("scenario", ["gpt53_codex", "openai_like"])
@pytest.mark.parametrize("f", [1.25, 0.8])
def test_a_faster_loop_is_a_person_day_of_fewer_hours(scenario, f):
    """What hands do takes so many hours: the log is the same, but for what it calls their work."""
    model = sim.load(f"scenario={scenario}", "horizon=60 d", "pools.engineers.capacity=5")
    fewer_hours = model.replace(hours_per_person_day=8 / f)
    columns = ["item", "activity", "executor", "started", "finished", "outcome"]
    one, other = (
        sim.simulate(m, seed=5, engine="compiled").visits[columns]
        for m in (stepped(model, "loop", f), fewer_hours)
    )
    assert len(one) == len(other) > 1000
    for name in columns[:3] + columns[5:]:
        assert one[name].tolist() == other[name].tolist()
    assert one["finished"].to_numpy() == pytest.approx(other["finished"].to_numpy(), nan_ok=True)
    unchanged = sim.simulate(model, seed=5, engine="compiled").visits
    assert len(unchanged) != len(one)


# --- whole units ------------------------------------------------------------------------------


def test_the_nearest_step_that_moves_whole_units_is_taken():
    data = sim.load("scenario=mmc").to_dict()  # three machines
    for size in (0.02, 0.1, 0.2):
        found = steps.steps(data, "compute", size)
        assert found.up.changes == {"pools.machines.capacity": 4}
        assert found.down.changes == {"pools.machines.capacity": 2}
        assert found.up.dlog == pytest.approx(math.log(4 / 3))
        assert found.down.dlog == pytest.approx(math.log(2 / 3))
        assert found.central and not found.note


def test_one_unit_can_only_become_more():
    found = steps.steps(sim.load("scenario=mmc", "pools.machines.capacity=1").to_dict(), "compute")
    assert found.up.dlog == pytest.approx(math.log(2)) and found.down is None
    assert not found.central and found.note == "one-sided: more only"


def test_a_pool_that_rounding_leaves_as_it_is_is_named():
    model = sim.load("pools.leads.plan=null")
    found = steps.steps(model.to_dict(), "people")
    assert found.central and found.unmoved == ("leads",)
    assert found.note == "too few to be moved: leads"
    assert steps.steps(DATA, "people").unmoved == ()  # that grows, and is rounded date by date


def test_what_is_not_there_cannot_be_moved():
    found = steps.steps(sim.load("scenario=mmc").to_dict(), "people")
    assert (found.up, found.down, found.note) == (None, None, "cannot be moved")


def test_a_step_that_the_model_refuses_is_absent():
    """Jobs of three units on three machines: there cannot be fewer."""
    model = sim.load("scenario=mmc", "flows.job.stages.run.units=3")
    found = steps.steps(model.to_dict(), "compute")
    assert found.up is not None and found.down is None


def test_interventions_are_stepped_too():
    model = DEFAULT.replace(
        interventions={"hire": {"at": "9 d", "capacity": {"engineers": {"add": 10}}}}
    )
    assert stepped(model, "people", 1.2).interventions["hire"].capacity["engineers"].add == 12


def test_an_unknown_driver_is_refused():
    with pytest.raises(InputError, match="unknown driver 'peple'; did you mean 'people'"):
        step(DATA, "peple", 1.2)
