"""The fluid limit: small cases by hand, and what it refuses, by name."""

import numpy as np
import pytest

import sim
from sim import InputError, Model
from sim.growth import fluid

FLUID = sim.load("scenario=fluid")


def small(**changes):
    """Two machines do jobs of a day, for eight workstreams that think for a day."""
    return Model.from_dict({
        "horizon": "10 d", "hours_per_person_day": 24,
        "pools": {"people": {"kind": "human", "capacity": "inf"},
                  "machines": {"kind": "compute", "capacity": 2}},
        "skills": {"think": {"pool": "people"}},
        "flows": {"job": {
            "source": {"kind": "closed", "workstreams": 8},
            "stages": {
                "think": {"kind": "labour", "skill": "think", "work": "exponential(mean=1 d)",
                          "next": "run"},
                "run": {"kind": "compute", "pool": "machines", "work": "exponential(mean=1 d)"},
            }}},
    } | changes)  # fmt: skip


def test_a_closed_network_by_hand():
    """First all think: 8 exp(-t) until two run; later 2 a day run, so that two think."""
    path = fluid.of(small()).path([0.0, 0.1, 50.0])
    # dx/dt = -x + (8 - x): x = 4 + 4 exp(-2 t), while fewer than two run.
    assert path["at_job.think"][1] == pytest.approx(4 + 4 * np.exp(-0.2), rel=1e-6)
    assert path.iloc[2][["busy_people", "busy_machines", "waiting_machines"]].tolist() == (
        pytest.approx([2.0, 2.0, 4.0], rel=1e-6)
    )
    assert path["in_progress_job"].tolist() == pytest.approx([8.0] * 3, rel=1e-8)


def test_arrivals_fill_unlimited_people():
    """M/M/inf: rate (1 - exp(-t / work)) work."""
    model = small(flows={"job": {
        "source": {"kind": "open", "interval": "exponential(mean=0.5 d)"},
        "stages": {"think": {"kind": "labour", "skill": "think", "work": "exponential(mean=3 d)",
                             "next": "wait"},
                   "wait": {"kind": "delay", "duration": "exponential(mean=1 d)"}},
    }})  # fmt: skip
    path = fluid.of(model).path([2.0, 40.0])
    assert path["busy_people"].tolist() == pytest.approx(
        [6 * (1 - np.exp(-2 / 3)), 6 * (1 - np.exp(-40 / 3))], rel=1e-6
    )
    assert path["at_job.wait"][1] == pytest.approx(2.0, rel=1e-4)


def test_the_state_at_the_start_is_known():
    path = fluid.of(FLUID).path([0.0])
    assert path["in_progress_experiment"].tolist() == [24.0]
    assert path["level_algorithms"].tolist() == [0.0]


def test_scaling_multiplies_what_is_counted():
    large = fluid.scaled(FLUID, 10)
    assert large.pools["researchers"].capacity == 30
    assert large.flows["experiment"].source.workstreams == 240
    assert large.flows["experiment"].insight.n_ref == 30.0
    assert large.stocks["algorithms"].gain == pytest.approx(0.001)
    assert fluid.scaled(FLUID, 1) == FLUID
    one, ten = (fluid.of(m).path([120.0]).iloc[0] for m in (FLUID, large))
    assert ten["level_algorithms"] == pytest.approx(one["level_algorithms"], rel=1e-6)
    assert ten["busy_machines"] == pytest.approx(10 * one["busy_machines"], rel=1e-6)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("flows.experiment.stages.run.failure=0.1", "stage 'run' of flow 'experiment': failure"),
        ("flows.experiment.stages.design.work='3 d'", "must be exponential, got deterministic"),
        ("pools.agents.capacity=5", "set pools.agents.capacity=inf"),
        ("pools.machines.capacity=7", "must divide the 7 units of pool 'machines'"),
        ("skills.analysis.pool=researchers", "pool 'researchers': does 2 kinds of work"),
        ("stocks.infrastructure.ceiling=2", "stock 'infrastructure': ceiling must be inf"),
        ("skills.analysis.human_quality=0.9", "skill 'analysis': human_quality must be 1"),
        ("prehistory=10d", "set prehistory=0"),
        ("oversight.checked.review_fraction=0.5", "oversight policy 'checked'"),
        ("+interventions.a={at: 3 d, capacity: {machines: {to: 4}}}", "intervention 'a'"),
        ("+pools.researchers.hours=mon-fri 09:00-17:00", "always open"),
        ("+flows.experiment.stages.run.sizing={omega: 0.3, reference: 1.0}", "sizing.omega"),
    ],
)
def test_what_it_cannot_treat_is_named(override, words):
    with pytest.raises(InputError) as error:
        fluid.of(sim.load("scenario=fluid", override))
    assert str(error.value).startswith("fluid limit: ")
    assert words in str(error.value)
    assert ";" in str(error.value)


def test_a_lab_with_generations_is_refused():
    with pytest.raises(InputError, match="stage 'gate' of flow 'generation': is a gate"):
        fluid.of(sim.load())
    with pytest.raises(InputError, match="is a gate"):
        fluid.of(sim.load("scenario=recursion"))


@pytest.mark.parametrize("times", [[-1.0], [3.0, 2.0], []])
def test_times_ascend_from_zero(times):
    with pytest.raises(InputError, match="ascending"):
        fluid.of(FLUID).path(times)


def test_a_scale_is_a_whole_number():
    with pytest.raises(InputError, match="whole number"):
        fluid.scaled(FLUID, 1.5)
