"""Scenarios that state numbers derived from the default's: they are those numbers still."""

import pytest

import sim
from sim.paths import configs

DEFAULT = sim.load()


def scenario(name):
    return sim.load(f"scenario={name}")


@pytest.mark.parametrize("law", ["share", "speedup", "quality", "steering"])
@pytest.mark.parametrize("c", [0.0, 0.5, 2.0])
def test_next_model_s_laws_are_the_default_s_one_step_further(law, c):
    step = DEFAULT.flows["generation"].stages["gate"].min_gain
    found = scenario("next_model").feedback[law].at(c)
    assert found == pytest.approx(DEFAULT.feedback[law].at(c + step), rel=1e-3)
    assert found != pytest.approx(DEFAULT.feedback[law].at(c + 2 * step), rel=1e-3)


def test_the_shock_takes_59_percent_from_assistants_and_all_of_it_returns():
    model = scenario("allocation_shock")
    before = {name: pool.share for name, pool in DEFAULT.pools.items() if pool.share is not None}
    changes = [
        {name: pool["share"] for name, pool in change.set["pools"].items()}
        for change in model.interventions.values()
    ]
    shock, recovery = changes
    assert sum(shock.values()) == pytest.approx(1.0)
    assert shock["agents"] == pytest.approx((1 - 0.592) * before["agents"], abs=1e-3)
    others = shock["experiments"] / before["experiments"], shock["training"] / before["training"]
    assert others == pytest.approx([1.197, 1.197], abs=2e-3)
    assert recovery == before


def test_the_vendor_goes_on_like_the_record():
    """Two doublings of the horizon per OOM, a doubling in 128.7 days."""
    for time, capability in scenario("external_assistants").assistants.external.items():
        assert capability == pytest.approx(time / 128.7 / 2, abs=0.006)


@pytest.mark.parametrize("name", ["openai_like", "anthropic_like"])
def test_labs_combine_agent_review_and_safeguards(name):
    lab, review, safe = scenario(name), scenario("agent_review"), scenario("safeguards")
    assert lab.oversight == review.oversight != DEFAULT.oversight
    assert lab.feedback["review_catch"] == review.feedback["review_catch"]
    assert [*lab.flows] == [*safe.flows] != [*DEFAULT.flows]
    assert lab.flows["adversarial_test"] == safe.flows["adversarial_test"]
    assert [*lab.flows["generation"].stages] == [*safe.flows["generation"].stages]


@pytest.mark.parametrize("name", sorted(p.stem for p in (configs() / "scenario").glob("*.yaml")))
def test_a_scenario_s_name_is_its_file_s(name):
    assert scenario(name).name == name
