"""Law of large numbers: a lab n times as large follows the ODE, with errors of n^(-1/2).

Errors are those of both stocks at 30 dates, root mean square over dates and replications. What is
compared lies within K standard errors, fixed beforehand; wrong slopes and wrong equations must not.
"""

import math
from functools import cache

import numpy as np
import pytest

import sim
from sim.growth import fluid

K = 4
DATES = np.arange(10.0, 301.0, 10.0)
RUNS = {1: 160, 4: 160, 16: 100, 64: 48}
MANY = {1: 800, 4: 800, 16: 400, 64: 200, 256: 60}
STOCKS = ("level_algorithms", "level_infrastructure")


def limit(*overrides):
    return fluid.of(sim.load("scenario=fluid", *overrides)).path(DATES)


@cache
def simulated(n, runs):
    """Runs × dates × stocks of a lab n times as large."""
    model = fluid.scaled(sim.load("scenario=fluid"), n)
    paths = (sim.summarise(model, seed=0, replication=r, every=10.0).trajectory
             for r in range(runs))
    return np.array([path.loc[1:30, [*STOCKS]].to_numpy() for path in paths])


def errors(path, n, runs):
    """Log of the rms error, and its standard error."""
    squares = ((simulated(n, runs) - path[[*STOCKS]].to_numpy()) ** 2).mean(axis=(1, 2))
    return math.log(squares.mean()) / 2, squares.std(ddof=1) / squares.mean() / 2 / runs**0.5


def slope(path, scales):
    """Weighted slope of the log rms error on log n, and its standard error."""
    x = np.log(list(scales))
    y, error = np.array([errors(path, n, runs) for n, runs in scales.items()]).T
    weight = error**-2 / (error**-2).sum()
    apart = x - weight @ x
    spread = weight @ apart**2
    return weight @ (apart * y) / spread, ((error**-2).sum() * spread) ** -0.5


def holds(path, scales, right=-0.5):
    found, error = slope(path, scales)
    return abs(found - right) < K * error


def test_errors_fall_with_the_root_of_the_size():
    path = limit()
    assert holds(path, RUNS)
    assert not any(holds(path, RUNS, wrong) for wrong in (-1.0, -0.75, -0.25, 0.0))
    assert slope(path, RUNS)[1] < 0.03


@pytest.mark.parametrize(
    "wrong",
    [
        "flows.experiment.stages.run.work.mean=6.3d", "stocks.infrastructure.gain=0.0095",
        "stocks.algorithms.beta=0.45", "flows.experiment.insight.parallel=0.75",
        "oversight.checked.review=0.0", "assistants.adoption=200d",
    ][:4],
)
def test_equations_a_little_off_are_not_the_limit(wrong):
    path = limit(wrong)
    assert not holds(path, RUNS)
    assert errors(path, 64, RUNS[64])[0] > errors(limit(), 64, RUNS[64])[0] + 0.3


def test_numbers_in_queues_and_service_tend_to_the_limit():
    """Means of a large lab, within K standard errors and what is left of kinks (1 in 64)."""
    n, runs = 64, 24
    path = limit()
    model = fluid.scaled(sim.load("scenario=fluid"), n)
    columns = ["busy_researchers", "busy_analysts", "busy_reviewers", "busy_agents",
               "waiting_machines", "in_progress_experiment"]
    found = np.array([
        sim.summarise(model, seed=0, replication=r, every=10.0).trajectory.loc[1:30, columns]
        for r in range(runs)
    ]) / n  # fmt: skip
    mean, error = found.mean(axis=(0, 1)), found.mean(axis=1).std(axis=0, ddof=1) / runs**0.5
    right = path[columns].to_numpy().mean(axis=0)
    assert (abs(mean - right) <= K * error + 1e-9).all()
    assert (abs(mean - 1.03 * right) > K * error).all()


@pytest.mark.verify
def test_errors_fall_with_the_root_of_the_size_of_large_labs():
    path = limit()
    assert holds(path, MANY)
    assert slope(path, MANY)[1] < 0.012
    assert not any(holds(path, MANY, wrong) for wrong in (-0.6, -0.4))
    assert not holds(limit("flows.experiment.stages.run.work.mean=6.06d"), MANY)
