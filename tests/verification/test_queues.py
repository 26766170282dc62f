"""Waits of one queue: M/M/1, M/M/c, M/G/1 and non-preemptive priorities.

Queues start empty. The first items are left out: 300 d are more than eleven relaxation times
of mm1, 1 / (sqrt(mu) - sqrt(lambda))**2 = 26 d, so that the bias left is about exp(-11) of the
wait, far below its standard error of some percent. Items are chosen by number, not by date:
means over a fixed number of items have no bias from busy replications counting more of them.
"""

import numpy as np
import pytest

from . import theory
from .theory import check

MEAN_WORK = {"mm1": 0.7, "mmc": 2.1}
SERVERS = {"mm1": 1, "mmc": 3}
FLOW = {"mm1": "task", "mmc": "job"}


@pytest.fixture(scope="module", params=["mm1", "mmc"])
def markov(request, replications, waits):
    """A toy with exponential intervals (mean 1 d) and work, and the waits in it."""
    name = request.param
    runs = replications(20, f"scenario={name}")
    return name, [waits(run, FLOW[name], 300, 2700) for run in runs]


def test_mean_wait_is_erlangs(markov):
    name, waited = markov
    work, servers = MEAN_WORK[name], SERVERS[name]
    means = [w.mean() for w in waited]
    assert check(means, theory.mmc_wait(1.0, work, servers))
    assert not check(means, theory.mmc_wait(1.1, work, servers))
    assert not check(means, theory.mmc_wait(1 / 1.1, work, servers))
    # Neighbours: constant work (M/D/1, M/D/c nearly), and one server for three.
    assert not check(means, theory.mmc_wait(1.0, work, servers) / 2)
    if servers > 1:
        assert not check(means, theory.mmc_wait(1.0, work / servers))


@pytest.mark.parametrize("t", [0.0, 1.0, 4.0])
def test_waits_have_an_exponential_tail(markov, t):
    name, waited = markov
    work, servers = MEAN_WORK[name], SERVERS[name]
    longer = [(w > t).mean() for w in waited]
    assert check(longer, theory.mmc_tail(1.0, work, servers, t))
    assert not check(longer, theory.mmc_tail(1.1, work, servers, t))
    assert not check(longer, theory.mmc_tail(1.0, 0.9 * work, servers, t))


WORK = {
    "deterministic": {"value": 0.7},
    "uniform": {"low": 0.2, "high": 1.2},
    "gamma": {"shape": 4.0, "scale": 0.175},
    "weibull": {"shape": 2.0, "scale": 0.8},
    "lognormal": {"median": 0.5, "sigma": 0.8},
}


def written(kind, given):
    """The distribution as on the command line."""
    days = {"value", "low", "high", "scale", "median"}
    parts = [f"{name}={value}{' d' if name in days else ''}" for name, value in given.items()]
    return f'flows.task.stages.do.work="{kind}({", ".join(parts)})"'


def neighbour(kind, first):
    """The wait with exponential work or, for work with much the same scatter, constant work."""
    if kind == "lognormal":
        return theory.pollaczek_khinchine(1.0, first, first**2)
    return theory.mmc_wait(1.0, first)


@pytest.mark.parametrize("kind", WORK)
def test_any_distribution_of_work_waits_by_pollaczek_and_khinchine(kind, replications, waits):
    given = WORK[kind]
    runs = replications(20, "scenario=mg1", "horizon=1900d", written(kind, given))
    means = [waits(run, "task", 200, 1650).mean() for run in runs]
    first, second = theory.moments(kind, **given)
    assert check(means, theory.pollaczek_khinchine(1.0, first, second))
    assert not check(means, theory.pollaczek_khinchine(1.1, first, second))
    assert not check(means, neighbour(kind, first))


PRIORITY_WORK = {
    "exponential": ("exponential", {"mean": 0.5}, "exponential", {"mean": 1.0}),
    "general": ("deterministic", {"value": 0.5}, "gamma", {"shape": 0.5, "scale": 2.0}),
}


@pytest.mark.parametrize("case", PRIORITY_WORK)
def test_two_priorities_wait_by_cobham(case, replications, waits):
    kind1, given1, kind2, given2 = PRIORITY_WORK[case]
    overrides = []
    if case == "general":
        overrides = [
            written(kind1, given1).replace("task.stages.do", "urgent.stages.fix"),
            written(kind2, given2).replace("task.stages.do", "routine.stages.build"),
        ]
    runs = replications(20, "scenario=priorities", *overrides)
    urgent = [waits(run, "urgent", 200, 1750).mean() for run in runs]
    routine = [waits(run, "routine", 200, 1750).mean() for run in runs]
    firsts, seconds = zip(
        theory.moments(kind1, **given1), theory.moments(kind2, **given2), strict=True
    )
    high, low = theory.cobham([0.5, 0.5], firsts, seconds)
    assert check(urgent, high)
    assert check(routine, low)
    # Rates 10% higher; first come, first served; priorities that interrupt service.
    worse_high, worse_low = theory.cobham([0.55, 0.55], firsts, seconds)
    assert not check(urgent, worse_high)
    assert not check(routine, worse_low)
    fifo = theory.pollaczek_khinchine(1.0, np.mean(firsts), np.mean(seconds))
    assert not check(urgent, fifo)
    assert not check(routine, fifo)
    alone = theory.pollaczek_khinchine(0.5, firsts[0], seconds[0])
    assert not check(urgent, alone)


@pytest.mark.verify
@pytest.mark.parametrize("load", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("servers", [1, 2, 8])
def test_erlangs_wait_at_other_loads(servers, load, replications, waits):
    work = load * servers
    runs = replications(
        40, "scenario=mmc", "horizon=12000d", f"pools.machines.capacity={servers}",
        f'flows.job.stages.run.work="exponential(mean={work}d)"',
    )
    waited = [waits(run, "job", 2000, 11000) for run in runs]
    means = [w.mean() for w in waited]
    assert check(means, theory.mmc_wait(1.0, work, servers))
    assert not check(means, theory.mmc_wait(1.1, work, servers))
    longer = [(w > 1.0).mean() for w in waited]
    assert check(longer, theory.mmc_tail(1.0, work, servers, 1.0))
    assert not check(longer, theory.mmc_tail(1.1, work, servers, 1.0))


@pytest.mark.verify
@pytest.mark.parametrize("kind", WORK)
def test_pollaczek_and_khinchine_in_long_runs(kind, replications, waits):
    given = WORK[kind]
    runs = replications(60, "scenario=mg1", "horizon=9000d", written(kind, given))
    means = [waits(run, "task", 500, 8400).mean() for run in runs]
    first, second = theory.moments(kind, **given)
    assert check(means, theory.pollaczek_khinchine(1.0, first, second))
    assert not check(means, theory.pollaczek_khinchine(1.05, first, second))
    assert not check(means, neighbour(kind, first))
