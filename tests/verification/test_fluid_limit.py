"""Law of large numbers: a lab n times as large follows the ODE, with errors of n^(-1/2).

Errors are those of both stocks at 24 dates, root mean square over dates and replications. What is
compared lies within K standard errors, fixed beforehand; wrong slopes and wrong equations must not.
"""

import math
from functools import cache

import numpy as np
import pytest

import sim
from sim.growth import fluid

K = 4
DATES = np.arange(10.0, 241.0, 10.0)
RUNS = {1: 120, 4: 120, 16: 80, 64: 30}
MANY = {4: 800, 16: 400, 64: 200, 256: 60}
"""Without n = 1: so many runs would tell that the smallest lab errs by some per cent more."""
STOCKS = ["level_algorithms", "level_infrastructure"]
NUMBERS = ["busy_researchers", "waiting_researchers", "busy_analysts", "busy_reviewers",
           "busy_agents", "busy_machines", "in_progress_experiment"]  # fmt: skip


@cache
def limit(*overrides):
    path = fluid.of(sim.load("scenario=fluid", *overrides)).path(DATES)
    return path[STOCKS].to_numpy(), path[NUMBERS].to_numpy()


@cache
def simulated(n, runs):
    """Runs × dates × stocks, and × numbers, of a lab n times as large."""
    model = fluid.scaled(sim.load("scenario=fluid"), n)
    raw = [sim.summarise(model, seed=0, replication=r, every=10.0).raw["trajectory"]
           for r in range(runs)]  # fmt: skip
    return [np.array([[one[name][1:] for name in names] for one in raw]).swapaxes(1, 2)
            for names in (STOCKS, NUMBERS)]  # fmt: skip


def errors(right, n, runs):
    """Log of the rms error, and its standard error."""
    squares = ((simulated(n, runs)[0] - right[0]) ** 2).mean(axis=(1, 2))
    return math.log(squares.mean()) / 2, squares.std(ddof=1) / squares.mean() / 2 / runs**0.5


def slope(right, scales):
    """Weighted slope of the log rms error on log n, and its standard error."""
    x = np.log(list(scales))
    y, error = np.array([errors(right, n, runs) for n, runs in scales.items()]).T
    weight = error**-2 / (error**-2).sum()
    apart = x - weight @ x
    spread = weight @ apart**2
    return weight @ (apart * y) / spread, ((error**-2).sum() * spread) ** -0.5


def holds(right, scales, expected=-0.5):
    found, error = slope(right, scales)
    return abs(found - expected) < K * error


def test_errors_fall_with_the_root_of_the_size():
    assert holds(limit(), RUNS)
    assert not any(holds(limit(), RUNS, wrong) for wrong in (-1.0, -0.7, -0.3, 0.0))


@pytest.mark.parametrize(
    "wrong",
    [
        "flows.experiment.stages.design.work.mean=3.15 d", "feedback.share.midpoint=0.4",
        "stocks.infrastructure.gain=0.009", "stocks.algorithms.beta=0.4",
        "flows.experiment.insight.parallel=0.5", "assistants.adoption=50 d",
    ],
)
def test_equations_a_little_off_are_not_the_limit(wrong):
    assert not holds(limit(wrong), RUNS)
    assert errors(limit(wrong), 64, RUNS[64])[0] > errors(limit(), 64, RUNS[64])[0] + 0.2


def test_numbers_in_queues_and_service_tend_to_the_limit():
    """Means over dates of a large lab, within K standard errors."""
    found = simulated(64, RUNS[64])[1].mean(axis=1) / 64
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / len(found) ** 0.5
    right = limit()[1].mean(axis=0)
    assert (abs(mean - right) <= K * error + 1e-9).all()
    assert (abs(mean - 1.03 * right) > K * error).all()


@pytest.mark.verify
def test_errors_fall_with_the_root_of_the_size_of_large_labs():
    assert holds(limit(), MANY)
    assert slope(limit(), MANY)[1] < 0.02
    assert not any(holds(limit(), MANY, wrong) for wrong in (-0.6, -0.4))
    assert not holds(limit("flows.experiment.stages.design.work.mean=3.09 d"), MANY)
