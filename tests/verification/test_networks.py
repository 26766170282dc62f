"""Networks of queues: rework (Jackson), fixed numbers of items (mean values), the review ceiling.

Mean numbers are averages over time from the log. Networks start empty, or with all items at
the first stage, so the beginning is left out. The relaxation times (from the second eigenvalue
of each network's rate matrix) are 19 d for jackson, at most 18 d for closed networks here and
39 d in the heavy test: with at least ten of them left out, the bias is below 1e-4 of the start's.
"""

import numpy as np
import pytest
from scipy.stats import poisson

import sim

from . import theory
from .theory import check


def mean_number(run, stage, begin, end, activity=None):
    """Mean number of requests at a stage, waiting or served, between two times."""
    rows = run.visits[run.visits["stage"] == stage]
    if activity:
        rows = rows[rows["activity"] == activity]
    left = rows["finished"].fillna(np.inf).clip(begin, end)
    return (left - rows["requested"].clip(begin, end)).sum() / (end - begin)


def throughput(run, stage, begin, end):
    """Ends of work at a stage per day, between two times."""
    finished = run.visits["finished"][run.visits["stage"] == stage]
    return ((finished > begin) & (finished <= end)).sum() / (end - begin)


# --- rework: an open network ------------------------------------------------------------------

STATIONS = ("build", "test")
SERVICES, SERVERS = (0.5, 0.9), (1, 2)


def product_form(rate=1.0, again=0.25, servers=SERVERS):
    rates = theory.traffic([rate, 0.0], [[0.0, 1.0], [again, 0.0]])
    return theory.jackson(rates, SERVICES, servers)


@pytest.fixture(scope="module")
def reworked(replications):
    return replications(20, "scenario=jackson", "horizon=2700d")


@pytest.mark.parametrize("station", STATIONS)
def test_numbers_in_an_open_network_are_those_of_the_product_form(station, reworked):
    means = [mean_number(run, station, 300, 2700) for run in reworked]
    which = STATIONS.index(station)
    assert check(means, product_form()[which])
    assert not check(means, product_form(rate=1.1)[which])
    assert not check(means, product_form(again=0.0)[which])  # nothing comes back
    assert not check(means, product_form(again=0.3)[which])
    assert not check(means, product_form(servers=(2, 1))[which])


def test_time_in_an_open_network_is_by_littles_law(reworked):
    """Of the changes 300 … 2200: all end before the horizon, for the last have 500 d left."""
    means = []
    for run in reworked:
        items = run.visits.groupby("item")
        times = items["finished"].max() - items["requested"].min()
        means.append(times[300:2200].mean())
        assert run.visits["finished"][run.visits["item"] < 2200].notna().all()
    assert check(means, sum(product_form()))
    assert not check(means, sum(product_form(rate=1.1)) / 1.1)
    assert not check(means, 4 / 3 * sum(product_form(again=0.0)))  # visits, but no crowding


@pytest.mark.parametrize("visits", [1, 2, 3])
def test_visits_are_geometric(visits, reworked):
    """Chance of at least so many further visits."""
    more = []
    for run in reworked:
        rows = run.visits[(run.visits["stage"] == "build") & (run.visits["item"] < 2200)]
        more.append((rows.groupby("item").size() > visits).mean())
    assert check(more, 0.25**visits)
    assert not check(more, 0.3**visits)
    assert not check(more, poisson.sf(visits - 1, 1 / 3))  # the same mean


def test_work_is_drawn_anew_at_each_visit(reworked):
    """The work of the second visit does not depend on that of the first."""
    together = []
    for run in reworked:
        rows = run.visits[run.visits["stage"] == "test"]
        first, second = (rows[rows["visit"] == n].set_index("item")["value"] for n in (0, 1))
        together.append(((first.reindex(second.index) - 0.9) * (second - 0.9)).mean())
    assert check(together, 0.0)
    assert not check(together, 0.9**2)  # the same work again
    assert not check(together, 0.1 * 0.9**2)


# --- a fixed number of items: closed networks -------------------------------------------------

DELAY, DEMANDS = 5.0, (1.0, 0.7)  # the run takes 0.75 d, 4/3 times


def overrides(items, servers, horizon):
    machines, analysts = servers
    return (
        "scenario=closed_network", f"horizon={horizon}d",
        f"flows.experiment.source.workstreams={items}",
        f"pools.machines.capacity={machines}", f"pools.analysts.capacity={analysts}",
    )


def observed(run, begin):
    """Throughput and mean numbers from a time on."""
    end = run.end.time
    stages = ("design", "run", "analyze")
    numbers = [mean_number(run, stage, begin, end) for stage in stages]
    return throughput(run, "analyze", begin, end), *numbers


def compare(observations, items, servers):
    """Assert that they meet exact mean values and that neighbours are rejected."""
    rates, inside, *queues = zip(*observations, strict=True)
    rate, numbers = theory.mean_values(items, DELAY, DEMANDS, servers)[-1]
    assert check(rates, rate)
    assert not check(rates, 1.1 * rate)
    assert not check(rates, 0.9 * rate)
    bound = min(items / (DELAY + sum(DEMANDS)), servers[0] / DEMANDS[0], servers[1] / DEMANDS[1])
    if bound > 1.05 * rate:
        assert not check(rates, bound)  # of balanced flows, without any queueing by chance
    assert check(inside, items - sum(numbers))
    assert not check(inside, 1.2 * (items - sum(numbers)))
    twice = theory.mean_values(items, DELAY, DEMANDS, (2 * servers[0], servers[1]))[-1]
    for found, number, wrong in zip(queues, numbers, twice[1], strict=True):
        assert check(found, number)
        if abs(wrong / number - 1) > 0.3:
            assert not check(found, wrong)  # with twice the machines


@pytest.mark.parametrize(
    ("items", "servers", "horizon"),
    [
        (1, (1, 1), 3600), (5, (1, 1), 900), (12, (1, 1), 900), (30, (1, 1), 900),
        (16, (2, 3), 700),
    ],
)
def test_closed_networks_meet_exact_mean_values(items, servers, horizon, replications):
    runs = replications(20, *overrides(items, servers, horizon))
    compare([observed(run, 200) for run in runs], items, servers)


FEW = (1, 2, 3, 4, 6, 8, 11, 15, 20, 25, 30, 40, 50)


@pytest.mark.verify
@pytest.mark.parametrize(
    ("items", "servers"), [(n, (1, 1)) for n in range(1, 51)] + [(n, (3, 2)) for n in FEW]
)
def test_every_closed_network_up_to_50_items(items, servers):
    # All these cases share their random numbers, and means of few replications are skewed: with 40
    # of them one unlucky seed misses several cases by 4 standard errors. 600 others show no bias.
    model = sim.load(*overrides(items, servers, 1000))
    runs = (sim.simulate(model, seed=0, replication=i) for i in range(120))
    compare([observed(run, 200) for run in runs], items, servers)


# --- everything delegated and reviewed: the review ceiling --------------------------------------

REVIEW, TRIES = 0.15625, 3
PER_ITEM = theory.reviews_per_item(0.4, TRIES)
OPEN = 40 / 168  # mon-fri 09:00-17:00
OFFICE = "+pools.reviewers.hours='mon-fri 09:00-17:00'"


def ceiling(reviewers=2, share=1.0, reviews=PER_ITEM):
    """Tasks per day."""
    return reviewers * share / (REVIEW * reviews)


def finished_tasks(run, begin, end):
    """Tasks done per day: those whose last review ended between two times."""
    rows = run.visits[run.visits["activity"] == "review"]
    ends = rows.groupby("item")["finished"].max()
    done = ends[~rows.groupby("item")["outcome"].last().isin(["open", "rejected"])]
    taken = run.visits["finished"][run.visits["activity"] == "takeover"]
    return sum(((t > begin) & (t <= end)).sum() for t in (done, taken)) / (end - begin)


def reviewed(replications, streams, *overrides, days=182):
    return replications(
        20, "scenario=review_ceiling", f"horizon={days}d",
        f"flows.task.source.workstreams={streams}", *overrides,
    )


def test_reviews_of_a_task(replications):
    """Of the first 900 tasks, all of which ended."""
    means = []
    for run in reviewed(replications, 40):
        rows = run.visits[run.visits["item"] < 900]
        assert rows["finished"].notna().all()
        means.append((rows["activity"] == "review").sum() / 900)
    assert check(means, PER_ITEM)
    assert not check(means, theory.reviews_per_item(0.4, TRIES + 1))
    assert not check(means, theory.reviews_per_item(0.44, TRIES))
    assert not check(means, 1 / 0.4)  # tried until right


@pytest.mark.parametrize("streams", [4, 16, 40])
def test_throughput_under_the_review_ceiling(streams, replications):
    """Exact mean values for each number of assistants; the ceiling is reached as they grow."""
    demand = REVIEW * PER_ITEM
    exact = theory.mean_values(streams, PER_ITEM, [demand], [2])[-1][0]
    found = [finished_tasks(run, 28, 182) for run in reviewed(replications, streams)]
    assert check(found, exact)
    assert not check(found, theory.mean_values(streams, PER_ITEM, [demand], [4])[-1][0]) or (
        streams == 4  # whom two reviewers hardly delay
    )
    assert not check(found, 1.1 * exact)
    assert check(found, ceiling()) == (streams == 40)
    assert not check(found, ceiling(reviews=1))  # were all work right
    assert not check(found, ceiling(reviewers=3))


@pytest.mark.parametrize(("streams", "reached"), [(4, False), (40, True)])
def test_the_ceiling_in_office_hours(streams, reached, replications):
    """Whole weeks; assistants work at night, and forty leave no reviewer without work.

    At first all tasks are in their first attempt, and forty reviews take 13 d: the six rounds
    left out are twice as long as a task can last.
    """
    runs = reviewed(replications, streams, OFFICE, days=364)
    found = [finished_tasks(run, 84, 364) for run in runs]
    assert check(found, ceiling(share=OPEN)) == reached
    assert np.mean(found) < 1.02 * ceiling(share=OPEN)
    assert not check(found, ceiling(share=OPEN * 1.1))
    assert not check(found, ceiling(share=5 / 7))


def test_no_more_reviews_than_open_hours_allow(replications):
    """Reviews of 3.75 h each: the reviewers finish what fits into their hours, to the unit."""
    week = 5 * 8 * 2 / 3.75  # 21.33 reviews
    (run,) = replications(
        1, "scenario=review_ceiling", "flows.task.source.workstreams=100", OFFICE,
        "oversight.all.review_work='0.15625 d'",
    )
    rows = run.visits[run.visits["activity"] == "review"]
    done = (rows["finished"] <= 364).sum() - (rows["finished"] <= 28).sum()
    assert 0 <= 48 * week - done + 2 <= 4  # one begun per reviewer at either end
    assert not 0 <= 48 * 1.01 * week - done + 2 <= 4


def test_few_assistants_are_a_ceiling_of_their_own(replications):
    """Four slots, forty workstreams: the slots never rest, the reviewers do."""
    runs = reviewed(replications, 40, "pools.agents.capacity=4", "assistants.balk=false")
    found = [finished_tasks(run, 28, 182) for run in runs]
    assert check(found, 4 / PER_ITEM)
    assert not check(found, 4.4 / PER_ITEM)
    assert not check(found, 4.0)  # were all work right
    assert np.mean(found) < ceiling()
