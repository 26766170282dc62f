"""The offered load that `describe` states is the work that simulated items ask for."""

import copy
from functools import cache

import pytest

from sim import Model, simulate
from sim.describe import load
from sim.describe.demand import of_flow

from .theory import check

AMPLE = {"capacity": "inf"}
LAB = {
    "horizon": "3900 d",
    "hours_per_person_day": 8,
    "pools": {
        "people": {"kind": "human"} | AMPLE,
        "reviewers": {"kind": "human"} | AMPLE,
        "slots": {"kind": "agent"} | AMPLE,
        "cluster": {"kind": "compute"} | AMPLE,
    },
    "assistants": {"source": "frozen", "pool": "slots"},
    "feedback": {
        "share": {"kind": "logistic", "ceiling": 0.9, "midpoint": -0.5, "width": 1.0},
        "speedup": 2.5, "quality": 0.4, "steering": 1.5,
    },
    "oversight": {
        "some": {
            "review": 0.9, "human_review": 0.6, "catch": 0.95, "review_work": "0.1 d",
            "review_fraction": 0.2, "max_attempts": 3, "retry_fraction": 0.5,
            "takeover_fraction": 0.8, "steering_work": {"kind": "exponential", "mean": "0.05 d"},
        }
    },
    "skills": {
        "craft": {
            "pool": "people", "review_pool": "reviewers", "difficulty": 0.3, "share": "share",
            "speedup": "speedup", "quality": "quality", "steering": "steering",
            "human_quality": 0.5, "oversight": "some",
        },
        "mend": {"pool": "people"},
    },
    "flows": {
        "task": {
            "source": {"kind": "open", "interval": "0.5 d"},
            "stages": {
                "write": {
                    "kind": "labour", "skill": "craft", "next": "run",
                    "work": {"kind": "uniform", "low": "0.5 d", "high": "1.5 d"},
                },
                "run": {
                    "kind": "compute", "pool": "cluster", "units": 2, "failure": 0.3,
                    "repair": "debug", "work": {"kind": "exponential", "mean": "3 d"},
                    "next": {"write": 0.25, "check": 0.75},
                },
                "debug": {"kind": "labour", "skill": "mend", "work": "0.4 d"},
                "check": {"kind": "batch", "flow": "test", "count": 3, "next": "approve"},
                "approve": {
                    "kind": "labour", "skill": "mend", "work": "0.2 d", "on_failure": "run",
                    "failure": {"chance": 0.2},
                },
            },
        },
        "test": {
            "source": {"kind": "batch"},
            "stages": {"do": {"kind": "labour", "skill": "mend", "work": "0.1 d"}},
        },
    },
}  # fmt: skip
"""Everything at once, and never a queue: delegation, review, rework, failures, batches, loops."""

MEASURED = 100
ITEMS = 7200
"""Items, 72 per sample; those that arrive in the last 300 days are left out."""


def lab(reviewer):
    """The lab with people, or assistants whom people audit, as reviewers."""
    data = copy.deepcopy(LAB)
    if reviewer == "agent":
        data["oversight"]["some"] |= {"reviewer": "agent", "agent_catch": "keen", "audit": 0.4}
        data["feedback"]["keen"] = 0.8
    return Model.from_dict(data)


CASES = [(who, *key) for who in ("human", "agent") for key in sorted(of_flow(lab(who), "task"))]


@cache
def run(reviewer):
    return simulate(lab(reviewer), seed=0)


@cache
def samples(reviewer):
    """Work per item by (pool, activity), in the pool's own days, of independent samples."""
    rows = run(reviewer).visits.set_index("row")
    root = rows["item"].where(rows["parent"] < 0, rows["parent"])
    order = {item: i for i, item in enumerate(sorted(set(root)))}
    number = root.map(order)
    days = rows["finished"] - rows["started"]
    work = days.where(rows["executor"] != "human", days * 24 / 8) * rows["units"]
    kept = (number < ITEMS) & rows["pool"].notna()
    return {
        key: work[kept & (rows["pool"] == key[0]) & (rows["activity"] == key[1])]
        .groupby(number % MEASURED).sum().reindex(range(MEASURED), fill_value=0.0)
        / (ITEMS / MEASURED)
        for key in of_flow(lab(reviewer), "task")
    }  # fmt: skip


def test_all_kinds_of_work_are_measured():
    activities = {activity for _, _, activity in CASES}
    assert activities == {"work", "review", "audit", "takeover", "steering", "run"}
    assert ("agent", "slots", "review") in CASES and ("agent", "reviewers", "review") not in CASES


@pytest.mark.parametrize(("reviewer", "pool", "activity"), CASES)
def test_the_work_of_an_item_is_what_was_estimated(reviewer, pool, activity, record_property):
    expected = of_flow(lab(reviewer), "task")[pool, activity]
    found = samples(reviewer)[pool, activity]
    name = f"{activity} of {pool}, {reviewer} reviewers"
    record_property(name, f"{found.mean():.4f}, estimated {expected:.4f}")
    assert check(found, expected)
    assert not check(found, 0.75 * expected)
    assert not check(found, 1.25 * expected)


def test_an_unlimited_pool_tells_how_many_are_busy():
    model = lab("human")
    busy = {row[1]: row[-1] for row in load.section(model).tables[0].rows}
    [people] = [x for x in load.loads(model) if x.pool == "people"]
    assert busy["people"] == f"{2 * people.work / 3:.3g} busy"  # 3 person-days a day of 24 h
