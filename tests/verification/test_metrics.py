"""Metrics of toys with known answers, and what is a law on any log."""

import pytest

import sim
from sim import Model
from sim.metrics import latency, oversight, throughput, waits
from sim.metrics.items import items

from . import theory
from .theory import check

# --- waits ------------------------------------------------------------------------------------

WORK, SERVERS = {"mm1": 0.7, "mmc": 2.1}, {"mm1": 1, "mmc": 3}


@pytest.fixture(scope="module", params=["mm1", "mmc"])
def markov(request, replications):
    """P(W > t) at 0, 1 and 4 d, for each replication; the first 300 requests are left out.

    By number and not by date, as in `test_queues`.
    """
    name, found = request.param, []
    for run in replications(20, f"scenario={name}"):
        rows = run.visits[run.visits["activity"].isin(["work", "run"])].iloc[300:2700]
        found.append(waits.distribution(rows, run.model, [0, 1, 4])["longer"].to_numpy())
        levels = waits.quantiles(rows, run.model, ())
        assert levels["requests"].item() == 2400 and levels["still_waiting"].item() == 0
        assert levels["at_once"].item() == pytest.approx(1 - found[-1][0])
    return name, list(zip(*found, strict=True))


@pytest.mark.parametrize(("at", "time"), list(enumerate([0, 1, 4])))
def test_share_that_waits_longer_is_erlangs(markov, at, time):
    name, longer = markov
    work, servers = WORK[name], SERVERS[name]
    assert check(longer[at], theory.mmc_tail(1.0, work, servers, time))
    assert not check(longer[at], theory.mmc_tail(1.1, work, servers, time))
    assert not check(longer[at], theory.mmc_tail(1.0, 0.9 * work, servers, time))


# --- latency ----------------------------------------------------------------------------------

THINK, COMPUTE, WRITE, REPAIR, FAIL = 1.0, 2.0, 0.5, 0.75, 0.4
IDEAS = 400


def _exponential(mean):
    return {"kind": "exponential", "mean": f"{mean} d"}


LOOP = {
    "horizon": "4000 d",
    "hours_per_person_day": 24,
    "pools": {"people": {"kind": "human", "capacity": "inf"},
              "machines": {"kind": "compute", "capacity": "inf"}},
    "skills": {"think": {"pool": "people"}},
    "stocks": {"algorithms": {"gain": 0.01}},
    "flows": {"idea": {
        "source": {"kind": "closed", "workstreams": 1},
        "insight": {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}},
        "stages": {
            "think": {"kind": "labour", "skill": "think", "work": _exponential(THINK),
                      "next": "run"},
            "run": {"kind": "compute", "pool": "machines", "work": _exponential(COMPUTE),
                    "failure": FAIL, "repair": "mend", "next": "write"},
            "mend": {"kind": "labour", "skill": "think", "work": _exponential(REPAIR)},
            "write": {"kind": "labour", "skill": "think", "work": _exponential(WRITE)},
        },
    }},
}
"""Stages of exponential length, one after the other, and nobody waits."""


@pytest.fixture(scope="module")
def loop():
    """Mean latencies of the first ideas of each replication, all of which have ended."""
    model, found = Model.from_dict(LOOP), {measure: [] for measure in latency.MEASURES}
    for i in range(20):
        rows = sim.simulate(model, seed=0, replication=i).visits
        table = latency.by_generation(rows[rows["item"] < IDEAS], model)
        assert (table["open"] == 0).all() and len(table) == 2
        for measure, mean in zip(table["measure"], table["mean"], strict=True):
            found[measure].append(mean)
    return found


def test_from_idea_to_result_is_the_sum_of_the_stages(loop):
    """Failures come after half the time on average; there are p / (1 - p) of them."""
    failures = FAIL / (1 - FAIL)

    def known(compute=COMPUTE, each=COMPUTE / 2 + REPAIR):
        return THINK + compute + failures * each + WRITE

    assert check(loop["idea to result"], known())
    assert not check(loop["idea to result"], known(compute=1.2 * COMPUTE))
    assert not check(loop["idea to result"], known(each=REPAIR))  # failed runs take no time
    assert not check(loop["idea to result"], known(each=COMPUTE + REPAIR))  # the whole time


def test_from_failure_to_fix_is_the_repair(loop):
    assert check(loop["failure to fix"], REPAIR)
    assert not check(loop["failure to fix"], 1.15 * REPAIR)
    assert not check(loop["failure to fix"], REPAIR + COMPUTE)  # to the end of the next attempt


# --- throughput -------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["mm1", "mmc"])
def test_items_in_progress_are_throughput_times_flow_time(scenario, replications):
    """L = lambda * W, with W of Erlang; the first 300 d are left out."""
    numbers, rates = [], []
    for run in replications(20, f"scenario={scenario}"):
        table = throughput.over_time(run.visits, run.model, 300)
        settled = table[table["start"] >= 300]
        numbers.append(settled["in_progress"].mean())
        rates.append(settled["ended"].mean())
    work, servers = WORK[scenario], SERVERS[scenario]
    stay = theory.mmc_wait(1.0, work, servers) + work
    assert check(rates, 1.0)
    assert check(numbers, stay)
    assert not check(rates, 1.1)
    assert not check(numbers, 1.2 * stay)
    assert not check(numbers, stay - work)  # only those that wait


def test_littles_law_holds_to_the_last_digit(replications):
    """Over the whole run, open items counted to its end, for each flow of the default lab."""
    (run,) = replications(1, "horizon=150 d")
    known = items(run.visits)
    begin, end = known["begin"].clip(lower=0), known["end"].fillna(150.0)
    stays = (end - begin).clip(lower=0).groupby(known["flow"], observed=False).sum()
    table = throughput.over_time(run.visits, run.model, 7)
    days = table["end"] - table["start"]
    number = (table["in_progress"] * days).groupby(table["flow"], observed=False).sum()
    assert (number > 0).sum() > 8
    assert number.to_numpy() == pytest.approx(stays.to_numpy(), rel=1e-9, abs=1e-9)


# --- oversight --------------------------------------------------------------------------------

TASKS, REVIEW_WORK, TAKEOVER_WORK = 1000, 0.1, 1.0
"""Of `delegation`: tasks that have all ended; person-days per review and takeover."""


@pytest.fixture(scope="module")
def overseen(replications):
    """What the metric says of the first tasks, one number for each replication."""
    found = {}
    for run in replications(20, "scenario=delegation"):
        rows = run.visits[run.visits["item"] < TASKS]
        work = rows[rows["activity"] == "work"]
        assert rows["finished"].notna().all() and (work["executor"] == "agent").all()
        rows = rows.assign(row=range(len(rows)), previous=_renumbered(rows))
        (row,) = oversight.by_generation(rows, run.generations, run.model).to_dict("records")
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return found


def _renumbered(rows):
    """`previous` as places in a table from which rows were left out."""
    place = dict(zip(rows["row"], range(len(rows)), strict=True))
    return [place.get(row, -1) for row in rows["previous"]]


def test_reviews_catch_and_miss_as_they_should(overseen):
    """Of attempts: r are reviewed, (1 - q) r k caught, (1 - q) (1 - r k) escape."""
    known = theory.delegation(quality=0.4, review=0.8, catch=0.9, tries=3)
    assert check([n / TASKS for n in overseen["outputs"]], known["attempts"])
    assert not check([n / TASKS for n in overseen["outputs"]], 1.03 * known["attempts"])
    assert check(overseen["reviewed"], 0.8)
    assert not check(overseen["reviewed"], 0.8 * 0.9)
    assert check(overseen["caught"], 0.6 * 0.8 * 0.9)
    assert not check(overseen["caught"], 0.6 * 0.8)  # reviews that catch all
    assert check(overseen["escaped"], 0.6 * (1 - 0.8 * 0.9))
    assert not check(overseen["escaped"], 0.6 * (1 - 0.8))
    assert check([n / TASKS for n in overseen["escaped_defects"]], known["escapes"])
    assert not check([n / TASKS for n in overseen["escaped_defects"]], 1.1 * known["escapes"])


def test_review_is_what_people_spend_their_time_on(overseen):
    """One task comes a day: the load is the reviews of a task times the work of each."""
    known = theory.delegation(quality=0.4, review=0.8, catch=0.9, tries=3)
    reviews, takeovers = 0.8 * known["attempts"], known["takeovers"]
    days = overseen["days"][0]
    assert check([n * days / TASKS for n in overseen["review_requests"]], reviews)
    assert not check([n * days / TASKS for n in overseen["review_requests"]], known["attempts"])
    load = [x * days / TASKS for x in overseen["review_load"]]
    assert check(load, REVIEW_WORK * reviews)
    assert not check(load, 1.1 * REVIEW_WORK * reviews)
    # All of people's time, as the share says.
    people = [x / share for x, share in zip(load, overseen["review_share"], strict=True)]
    assert check(people, REVIEW_WORK * reviews + TAKEOVER_WORK * takeovers)
    assert not check(people, REVIEW_WORK * reviews)
    assert not check(people, 1.1 * (REVIEW_WORK * reviews + TAKEOVER_WORK * takeovers))
