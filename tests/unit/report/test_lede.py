"""What a reader who knows nothing of it is told first, and warned of."""

import math

import sim
from sim.plots import Frames
from sim.report.differences import zeros
from sim.report.lede import OOM, lede


def test_the_size_of_the_lab_is_told():
    model = sim.load()
    people = sum(p.capacity for p in model.pools.values() if p.kind == "human")
    said, capability = lede(model, 20)
    # The default lab: a share of the compute goes to assistants' slots.
    share = math.fsum(p.share for p in model.pools.values() if p.kind == "compute" and p.share)
    accelerators = round(share * model.compute.units) * model.accelerators_per_unit
    assert f"with {people * model.people_per_unit:,.0f} people and {accelerators:,.0f} acc" in said
    assert said.endswith("on 2026-02-05: 2 years, played out 20 times with different luck.")
    assert capability == OOM


def test_a_queue_is_no_lab():
    (said,) = lede(sim.load("scenario=mm1"), 1)
    assert said.startswith("Simulation of a queue with 1 person at the start, on ")
    assert said.endswith("played out once.")


def frames_of(*overrides):
    run = sim.simulate(sim.load("prehistory=0", "horizon=5 d", *overrides), seed=0)
    return Frames(
        visits=run.visits, generations=run.generations, changes=run.changes, model=run.model
    )


def test_another_zero_of_capability_is_warned_of():
    usual = frames_of()
    units = 2 * usual.model.compute.units
    twice = frames_of(f"compute.units={units}")
    (warning,) = zeros({"usual": usual, "twice": twice})
    assert "generation 0 of twice was trained with 2 times the compute of usual's" in warning
    assert warning.endswith(f"{math.log10(2):.2f} OOM higher.")
    assert list(zeros({"usual": usual, "more people": frames_of("pools.leads.capacity=3")})) == []
