"""What the tests of the engines share: every test runs on every engine."""

import pytest

import sim
from sim.engines import ENGINES


@pytest.fixture(params=[name for name in ENGINES if name != "auto"])
def run(request):
    """Simulate a model: `run(model, seed=0, replication=0)`."""

    def simulate(model, *, seed=0, replication=0):
        return sim.simulate(model, seed=seed, replication=replication, engine=request.param)

    return simulate
