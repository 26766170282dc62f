"""Visit ratios and offered load against what queueing theory says of known cases."""

import math

import pytest

from sim import Model
from sim.describe import load
from sim.describe.demand import of_flow
from sim.describe.visits import endless, visits


def lab(**parts):
    return Model.from_dict(
        {"horizon": "100 d", "hours_per_person_day": 24, "pools": PEOPLE, "skills": CRAFT} | parts
    )


PEOPLE = {"people": {"kind": "human", "capacity": 1}, "cluster": {"kind": "compute", "capacity": 4}}
CRAFT = {"craft": {"pool": "people"}}
DAILY = {"kind": "open", "interval": "1 d"}


def labour(work="0.25 d", **more):
    return {"kind": "labour", "skill": "craft", "work": work} | more


def flow(stages, source=DAILY):
    return {"source": source, "stages": stages}


@pytest.mark.parametrize(
    ("name", "rho"),
    [
        ("jackson", {"people": 0.5 / 0.75, "machines": 0.9 / 0.75 / 2}),
        ("mmc", {"machines": 2.1 / 3}),
        ("mm1", {"people": 0.7}),
        ("priorities", {"people": 0.5 / 2 + 1.0 / 2}),
    ],
)
def test_the_load_of_known_queues(models, name, rho):
    assert load.offered(models(name)) == pytest.approx(rho, rel=1e-12)


def test_the_most_that_reviewers_let_through(models):
    """Two reviewers, a mean of 1 + 0.6 + 0.36 reviews of 0.15625 days: 6.531 tasks a day."""
    [review] = [x for x in load.loads(models("review_ceiling")) if x.pool == "reviewers"]
    assert review.most == pytest.approx(2 / (1.96 * 0.15625), rel=1e-12)


def test_people_work_in_office_hours():
    hours = {"kind": "human", "capacity": 3, "hours": "mon-fri 09:00-17:00"}
    model = lab(
        pools={"people": hours}, hours_per_person_day=8, flows={"task": flow({"do": labour("1 d")})}
    )
    assert load.daily(model, "people") == pytest.approx(3 * 5 / 7)
    assert load.offered(model)["people"] == pytest.approx(7 / 15)


def test_visits_solve_the_traffic_equations():
    """build -> test; a third goes back, a sixth goes to fix and then to test again."""
    stages = {
        "build": labour(next="test"),
        "test": labour(next={"build": 1 / 3, "fix": 1 / 6, "end": 1 / 2}),
        "fix": labour(next="test"),
    }
    model = lab(flows={"task": flow(stages)})
    found = visits(model, model.flows["task"])
    assert found == pytest.approx({"build": 1 + 2 / 3, "test": 2.0, "fix": 1 / 3})


def test_a_failed_approval_repeats_what_it_leads_to():
    failing = labour(failure={"chance": 0.2}, on_failure="mend", after=["left", "right"])
    stages = {
        "begin": labour(), "left": labour(after="begin"), "right": labour(after="begin"),
        "approve": failing, "mend": labour(next="right"),
    }  # fmt: skip
    model = lab(flows={"task": flow(stages)})
    found = visits(model, model.flows["task"])
    assert found == pytest.approx(
        {"begin": 1, "left": 1, "right": 1.25, "approve": 1.25, "mend": 0.25}
    )


def test_a_failed_job_costs_half_and_goes_through_its_repair():
    job = {"kind": "compute", "pool": "cluster", "work": "2 d", "failure": 0.6, "repair": "mend"}
    model = lab(flows={"task": flow({"run": job, "mend": labour()})})
    assert visits(model, model.flows["task"])["mend"] == pytest.approx(1.5)
    assert of_flow(model, "task") == pytest.approx(
        {("cluster", "run"): 2 * (1 + 1.5 / 2), ("people", "work"): 1.5 * 0.25}
    )


def test_what_an_item_spawns_counts():
    stages = {"suite": {"kind": "batch", "flow": "test", "count": 3, "next": "end"}}
    flows = {"task": flow(stages), "test": flow({"do": labour()}, {"kind": "batch"})}
    model = lab(flows=flows)
    assert load.offered(model)["people"] == pytest.approx(0.75)
    assert [x.flow for x in load.loads(model)] == ["task"]


def test_a_route_in_circles_never_ends():
    stages = {
        "begin": labour(next={"a": 0.5, "end": 0.5}), "a": labour(next="b"), "b": labour(next="a"),
    }  # fmt: skip
    model = lab(flows={"task": flow(stages)})
    assert endless(model, model.flows["task"])
    assert load.offered(model)["people"] == math.inf


def test_no_shipped_route_is_endless(scenario):
    assert not [name for name, one in scenario.flows.items() if endless(scenario, one)]


def test_a_generation_asks_for_its_training(models, default):
    """57 d at first, 0.33 OOM more by compute alone: more than the 70 d it may take."""
    found = {x.pool: x for x in load.loads(default) if x.flow == "generation"}
    assert found["training"].work == pytest.approx(10 * 70)
    assert found["training"].rate is None
    # 20 evaluations of 4.6 unit-days, and 13 of checkpoints, each dearer as the model is larger.
    dearer = (70 / 57) ** 0.65
    assert found["experiments"].work == pytest.approx((20 + 13) * 4.6 * dearer)


def test_what_is_known_is_told(models):
    text = " ".join(load.section(models("jackson")).lines)
    assert "pool people: arrivals ask for 66.7% of 1 units" in text
    assert "pool reviewers is full first" in " ".join(load.section(models("review_ceiling")).lines)


@pytest.mark.parametrize(("least", "tests"), [(0.5, 0.0), (0.05, 3 * 0.25)])
def test_a_safeguard_costs_only_strong_models(least, tests):
    """Training 4 days more than the 16 of generation 0 gains 0.097 OOM."""
    plan = {"kind": "fixed_duration", "days": "20 d", "max_days": "20 d"}
    stages = {
        "gate": {"kind": "gate", "pool": "cluster", "plan": plan, "min_gain": 0.0, "next": "train"},
        "train": {"kind": "training", "pool": "cluster", "next": "safety"},
        "safety": {
            "kind": "batch", "flow": "test", "count": 3, "from_capability": least,
            "next": "release",
        },
        "release": {"kind": "release"},
    }  # fmt: skip
    flows = {
        "model": flow(stages, {"kind": "closed", "workstreams": 1}),
        "test": flow({"do": labour()}, {"kind": "batch"}),
    }
    demand = of_flow(lab(flows=flows, initial_training="16 d"), "model")
    assert demand.get(("people", "work"), 0.0) == pytest.approx(tests)
    assert demand["cluster", "training"] == pytest.approx(4 * 20)


def test_arrivals_at_a_rate_that_follows_capability():
    source = {"kind": "poisson", "rate": 0.5, "law": "more"}
    law = {"kind": "power", "base": 2.0, "exponent": 1.0}
    model = lab(flows={"task": flow({"do": labour()}, source)}, feedback={"more": law})
    assert load.offered(model)["people"] == pytest.approx(0.5 * 2 * 0.25)
