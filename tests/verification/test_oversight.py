"""Oversight: what two reviews in a row let through; how many use a release of a trusted few."""

import math

import pytest

import sim
from sim import Model

from . import theory
from .theory import check

AGENT, AUDIT, HUMAN = 0.6, 0.8, 0.6
"""Chances that an assistant's review catches, that people audit it, and that they catch."""

TASKS = 1000


@pytest.fixture(scope="module")
def reviewed(replications):
    """Attempts, takeovers, escapes and audits per task, one mean for each replication.

    A task takes at most 3 * (0.5 + 0.05 + 0.1) + 1 < 3 d: the first 1000 have all ended.
    """
    found = {"attempts": [], "takeovers": [], "escapes": [], "audits": []}
    for run in replications(
        20, "scenario=delegation", f"oversight.checked.catch={HUMAN}", f"+feedback.inspect={AGENT}",
        "+oversight.checked.reviewer=agent", "+oversight.checked.agent_catch=inspect",
        f"+oversight.checked.audit={AUDIT}",
    ):
        rows = run.visits[run.visits["item"] < TASKS]
        assert rows["finished"].notna().all()
        work, audits = rows[rows["activity"] == "work"], rows[rows["activity"] == "audit"]
        assert (rows.loc[rows["activity"] == "review", "executor"] == "agent").all()
        assert (audits["executor"] == "human").all()
        found["attempts"].append(len(work) / TASKS)
        found["takeovers"].append((rows["activity"] == "takeover").sum() / TASKS)
        found["escapes"].append((work["outcome"] == "escaped").sum() / TASKS)
        found["audits"].append(len(audits) / TASKS)
    return found


def both(agent=AGENT, audit=AUDIT, human=HUMAN):
    """Chance that either catches it."""
    return 1 - (1 - agent) * (1 - audit * human)


@pytest.mark.parametrize("what", ["attempts", "takeovers", "escapes"])
def test_two_reviews_let_through_what_both_miss(what, reviewed):
    """A wrong output that is looked at escapes with chance (1 - a)(1 - r k)."""

    def known(catch):
        return theory.delegation(quality=0.4, review=0.8, catch=catch, tries=3)[what]

    assert check(reviewed[what], known(both()))
    assert not check(reviewed[what], known(AGENT))  # nobody audits
    assert not check(reviewed[what], known(both(audit=1.0)))  # all is audited
    assert not check(reviewed[what], known(both(human=1.0)))  # audits catch everything
    assert not check(reviewed[what], known((1 - AUDIT) * AGENT + AUDIT * HUMAN))  # one or the other
    assert not check(reviewed[what], known(both(agent=1.2 * AGENT)))


def test_people_audit_what_the_assistant_accepted(reviewed):
    attempts = theory.delegation(0.4, 0.8, both(), 3)["attempts"]
    accepted = 1 - (1 - 0.4) * AGENT
    assert check(reviewed["audits"], attempts * 0.8 * accepted * AUDIT)
    assert not check(reviewed["audits"], attempts * 0.8 * AUDIT)  # also what it rejected
    assert not check(reviewed["audits"], attempts * accepted * AUDIT)  # also what it did not see


# --- trusted access -------------------------------------------------------------------------

USUAL, FEW, DAYS, ADOPTION, RELEASED = 0.5, 0.2, 30.0, 20.0, 10.0
STEP, END = 0.0625, 70.0

RESTRICTED = {
    "horizon": f"{END} d",
    "pools": {"people": {"kind": "human", "capacity": "inf"},
              "slots": {"kind": "agent", "capacity": "inf"}},
    "assistants": {"source": "own", "pool": "slots", "access": USUAL,
                   "adoption": f"{ADOPTION} d"},
    "feedback": {"all": 1.0},
    "skills": {"code": {"pool": "people", "share": "all"}},
    "stocks": {"algorithms": {"gain": 1.0, "ceiling": 1.0}},
    "flows": {
        "idea": {
            "source": {"kind": "open", "interval": f"{RELEASED} d"},
            "insight": {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}},
            "stages": {"think": {"kind": "delay", "duration": "0 d"}},
        },
        "generation": {
            "source": {"kind": "closed", "workstreams": 1},
            "stages": {
                "gate": {"kind": "gate", "min_gain": 0.4, "next": "release"},
                "release": {
                    "kind": "release",
                    "trusted": {"from_capability": 0.4, "access": FEW, "days": f"{DAYS} d"},
                },
            },
        },
        "task": {
            "source": {"kind": "open", "interval": f"{STEP} d"},
            "stages": {"code": {"kind": "labour", "skill": "code", "work": "1 h"}},
        },
    },
}
"""Generation 1, of c = 0.43, comes out at 10 d and is the last; tasks all the time."""


def users(access):
    """Mean number of tasks that use generation 1, from the share that may at a time."""
    elapsed = [i * STEP - RELEASED for i in range(1, round(END / STEP))]
    return sum(access(t) * -math.expm1(-t / ADOPTION) for t in elapsed if t > 0)


def test_a_trusted_few_take_up_a_release_at_first():
    model, counts = Model.from_dict(RESTRICTED), []
    for i in range(20):
        run = sim.simulate(model, seed=0, replication=i)
        counts.append((run.visits["assistant_generation"] == 1).sum())
        assert run.generations["released"].max() == RELEASED
    few = users(lambda t: FEW if t < DAYS else USUAL)
    assert check(counts, few)
    assert not check(counts, users(lambda t: USUAL))  # never restricted
    assert not check(counts, users(lambda t: FEW))  # always
    assert not check(counts, users(lambda t: FEW * USUAL if t < DAYS else USUAL))  # share of share
    assert not check(counts, users(lambda t: FEW if t < 1.2 * DAYS else USUAL))
