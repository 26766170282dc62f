"""Elasticities of queues whose throughput is known in closed form."""

import numpy as np
import pytest

from sim.limits import steps
from sim.limits.elasticities import elasticity
from sim.limits.jackknife import jackknife
from sim.model import Model
from sim.study.replace import put_all
from sim.study.summaries import summaries

PAIRS = 24
ERRORS = 4.0
"""Standard errors, fixed beforehand."""


def queue(machines, workstreams):
    """Items that think for 3 days each, on people without limit, then run for a day."""
    return Model.from_dict({
        "name": "queue", "horizon": "400 d", "hours_per_person_day": 24,
        "pools": {
            "people": {"kind": "human", "capacity": "inf"},
            "machines": {"kind": "compute", "capacity": machines},
        },
        "skills": {"think": {"pool": "people"}},
        "flows": {"task": {
            "source": {"kind": "closed", "workstreams": workstreams},
            "stages": {
                "think": {
                    "kind": "labour", "skill": "think", "work": "exponential(mean=3 d)",
                    "next": "run",
                },
                "run": {
                    "kind": "compute", "pool": "machines", "work": "exponential(mean=1 d)",
                },
            },
        }},
    })


def measured(model, driver):
    """The elasticity of throughput to a driver, and its standard error."""
    data = model.to_dict()
    both = steps.steps(data, driver)
    values = []
    for one in (both.up, both.down):
        lab = Model.from_dict(put_all(data, one.changes))
        flows = summaries(lab, replications=PAIRS, seed=1).flows
        values.append(flows["ended"].to_numpy(float) / lab.horizon)
    length = both.up.dlog - both.down.dlog
    found = jackknife(lambda means: elasticity(means, length), np.array(values))
    return float(found.value), float(found.half) / 1.714  # t of 23 degrees of freedom, 90%


def near(found, truth, bias):
    value, error = found
    return abs(value - truth) <= ERRORS * error + bias


@pytest.mark.parametrize(("machines", "workstreams", "compute", "loop"), [
    # Far more work than machines: throughput is machines / 1 d, whatever people do.
    (8, 80, 1.0, 0.0),
    # Machines without limit: throughput is n / (3 d + 1 d), three quarters of which are people's.
    ("inf", 12, None, 0.75),
])
def test_elasticities_of_queues_are_the_derivatives(machines, workstreams, compute, loop):
    """Central differences err by the third derivative, with steps of 0.18 by less than 0.002."""
    model, bias = queue(machines, workstreams), 0.002
    if compute is not None:
        found = measured(model, "compute")
        assert near(found, compute, bias)
        assert not near(found, compute - 0.2, bias)
    found = measured(model, "loop")
    assert near(found, loop, bias)
    assert not near(found, loop + 0.1, bias)
