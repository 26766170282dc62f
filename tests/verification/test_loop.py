"""Delegation: Amdahl's law, and attempts, takeovers and escapes; batches that join."""

import numpy as np
import pytest

from . import theory
from .theory import check


def route_times(run, flow, count):
    """Time from first request to last end of the first items of a flow, all of which ended."""
    rows = run.visits[run.visits["flow"] == flow]
    times = rows.groupby("item").agg(begin=("requested", "min"), end=("finished", "max"))
    times["open"] = rows["finished"].isna().groupby(rows["item"]).any()
    times = times.sort_values("begin").head(count)
    assert len(times) == count
    assert not times["open"].any()
    return (times["end"] - times["begin"]).to_numpy()


AMDAHL = {
    "all coding delegated": (1.0, 5.0, 0.6),
    "half of it": (0.5, 5.0, 0.3),
    "no faster": (1.0, 1.0, 0.6),
    "at once": (1.0, 1e6, 0.6),
}


@pytest.mark.parametrize("case", AMDAHL)
def test_the_speedup_of_the_whole_is_amdahls(case, replications):
    """Ratio of mean times: old - speedup * new has mean 0, in runs on the same work."""
    delegated, speedup, share = AMDAHL[case]
    laws = [f"feedback.share={delegated}", f"feedback.speedup={speedup}"]
    new = replications(20, "scenario=amdahl", "horizon=500d", *laws)
    old = replications(20, "scenario=amdahl", "horizon=500d", "assistants.source=none")
    times = [
        (route_times(a, "task", 400).mean(), route_times(b, "task", 400).mean())
        for a, b in zip(old, new, strict=True)
    ]

    def difference(factor):
        return [before - factor * after for before, after in times]

    assert check([before for before, _ in times], 5.0)
    assert check(difference(theory.amdahl(share, speedup)), 0.0)
    # The speed-up 10% off; the share of stages (one of two), not of work.
    assert not check(difference(1.1 * theory.amdahl(share, speedup)), 0.0)
    if speedup > 1:
        assert not check(difference(theory.amdahl(delegated / 2, speedup)), 0.0)


@pytest.fixture(scope="module")
def tried(replications):
    """Attempts, takeovers and escapes per task, one mean for each replication.

    A task takes at most 3 * (0.5 + 0.1) + 1 = 2.8 d: the first 1000 have all ended.
    """
    found = {"attempts": [], "takeovers": [], "escapes": []}
    for run in replications(20, "scenario=delegation"):
        rows = run.visits[run.visits["item"] < 1000]
        assert rows["finished"].notna().all()
        agents = rows[rows["executor"] == "agent"]
        found["attempts"].append(len(agents) / 1000)
        found["takeovers"].append((rows["activity"] == "takeover").sum() / 1000)
        found["escapes"].append((agents["outcome"] == "escaped").sum() / 1000)
    return found


@pytest.mark.parametrize("what", ["attempts", "takeovers", "escapes"])
def test_delegation_with_retries(what, tried):
    right = theory.delegation(quality=0.4, review=0.8, catch=0.9, tries=3)
    assert check(tried[what], right[what])
    more = theory.delegation(quality=0.4, review=0.8, catch=0.9, tries=4)
    assert not check(tried[what], more[what])  # three further attempts instead of three in all
    blind = theory.delegation(quality=0.4, review=0.8, catch=1.0, tries=3)
    assert not check(tried[what], blind[what])  # every review catches
    better = theory.delegation(quality=0.44, review=0.8, catch=0.9, tries=3)
    assert not check(tried[what], better[what])


def test_people_try_again_by_the_same_rule(replications):
    """People's own output, reviewed by chance 0.8: nobody is delegated to."""
    attempts = []
    for run in replications(
        20, "scenario=delegation", "horizon=510d", "assistants.source=none",
        "+oversight.checked.human_review=0.8", "+skills.code.human_quality=0.4",
    ):
        rows = run.visits[(run.visits["item"] < 490) & (run.visits["activity"] == "work")]
        assert (rows["executor"] == "human").all()
        attempts.append(len(rows) / 490)
    assert check(attempts, theory.delegation(0.4, 0.8, 0.9, 3)["attempts"])
    assert not check(attempts, theory.delegation(0.4, 0.8, 0.9, 4)["attempts"])


@pytest.mark.parametrize("count", [1, 3, 10])
def test_a_batch_ends_with_its_last_task(count, replications):
    """The last 60 d of suites are left out: exp(-30) of tasks are longer."""
    runs = replications(20, "scenario=batch_join", f"flows.suite.stages.tests.count={count}")
    means = [route_times(run, "suite", 340).mean() for run in runs]
    assert check(means, 2.0 * theory.harmonic(count))
    assert not check(means, 2.2 * theory.harmonic(count))
    assert not check(means, 2.0 * theory.harmonic(count + 1))
    assert not check(means, 2.0 * (1 + np.log(count + 1)))
