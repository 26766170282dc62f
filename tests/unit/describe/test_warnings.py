"""Each warning has a toy that triggers it and no other; the default lab triggers none."""

import copy

import pytest

from sim import Model
from sim.describe import describe, warnings


def labour(**more):
    return {"kind": "labour", "skill": "craft", "work": "0.5 d"} | more


TOY = {
    "horizon": "100 d",
    "hours_per_person_day": 24,
    "pools": {"people": {"kind": "human", "capacity": 1}},
    "skills": {"craft": {"pool": "people"}},
    "flows": {
        "task": {"source": {"kind": "open", "interval": "1 d"}, "stages": {"do": labour()}},
    },
}
SLOTS = {"slots": {"kind": "agent", "capacity": 1}}
HELPED = {
    "pools": SLOTS,
    "assistants": {"source": "frozen", "pool": "slots"},
    "feedback": {"half": 0.5},
    "skills": {"craft": {"share": "half"}},
}
CLUSTER = {"cluster": {"kind": "compute", "capacity": 2}}


def with_insight(stock, **more):
    insight = {"hit": 1.0, "noise": 1.0, "targets": {stock: 1.0}}
    return {"flows": {"task": {"insight": insight}}, "stocks": {stock: {"gain": 0.1} | more}}


def generation(plan, train=None, horizon="100 d", **gate):
    whole = {"kind": "gate", "pool": "cluster", "plan": plan, "min_gain": 0.5, "next": "train"}
    stages = {
        "gate": whole | gate,
        "train": {"kind": "training", "pool": "cluster", "next": "release"} | (train or {}),
        "release": {"kind": "release"},
    }
    return {
        "horizon": horizon, "initial_training": "10 d", "pools": CLUSTER,
        "flows": {"model": {"source": {"kind": "closed", "workstreams": 1}, "stages": stages}},
    }  # fmt: skip


TARGET = {"kind": "target_gain", "min_days": "1 d", "max_days": "20 d"}
"""At most twice the 10 days of generation 0: 0.30 OOM."""
LONG = {"kind": "target_gain", "min_days": "1 d", "max_days": "90 d"}
INTERRUPTED = {"interruptions": {"mtbf": 48, "restart": "1 h"}}
"""Two accelerators: one interruption a day."""

CASES = {
    "overloaded": ({"flows": {"task": {"source": {"interval": "0.4 d"}}}}, "ask for 125%"),
    "endless_routes": (
        {"flows": {"task": {
            "source": {"kind": "closed", "interval": None, "workstreams": 1},
            "stages": {
                "do": {"next": {"a": 0.5, "end": 0.5}},
                "a": labour(next="b"), "b": labour(next="a"),
            },
        }}},
        "flow task: some route never ends",
    ),
    "unused_pools": ({"pools": CLUSTER}, "pool cluster is never used"),
    "unused_names": ({"skills": {"art": {"pool": "people"}}}, "skill art is never used"),
    "unused_names: law": ({"feedback": {"luck": 0.5}}, "feedback.luck is never used"),
    "unused_names: policy": ({"oversight": {"strict": {}}}, "oversight.strict is never used"),
    "stocks": ({"stocks": {"algorithms": {"gain": 0.1}}}, "stock algorithms never rises"),
    "stocks: ceiling": (with_insight("algorithms", ceiling=0.0), "stock algorithms never rises"),
    "stocks: unused": (with_insight("infrastructure"), "stock infrastructure is never used"),
    "no_slots": (
        {**HELPED, "pools": {"slots": {"kind": "agent", "capacity": 0}}}, "assistants have no slot",
    ),
    "nothing_delegated": (
        {"pools": SLOTS, "assistants": HELPED["assistants"]}, "assistants are never asked",
    ),
    "closed_gate": (generation(TARGET), "the gate hardly opens: it asks for 0.5 OOM"),
    "closed_gate: wait": (generation(TARGET, max_wait="30 d"), "only after max_wait (30 d)"),
    "too_late": (
        generation({**LONG, "min_days": "50 d"}, horizon="40 d"), "no generation is released",
    ),
    "endless_training": (generation(LONG, INTERRUPTED), "training starts over at every"),
    "review_limit": (
        {**HELPED, "oversight": {"all": {"review": 1.0, "catch": 0.5, "review_fraction": 2.5}},
         "skills": {"craft": {"share": "half", "oversight": "all"}},
         "flows": {"task": {"source": {
             "kind": "closed", "workstreams": 3, "interval": None}}}},
        "of the time it asks of pool people is review and steering",
    ),
    "idle_reviews": (
        {"oversight": {"all": {"human_review": 1.0}}, "skills": {"craft": {"oversight": "all"}}},
        "oversight all: reviews catch nothing",
    ),
    "flat_laws": (
        {**HELPED, "feedback": {"half": {"kind": "logistic", "ceiling": 0.5, "midpoint": -9.0,
                                         "width": 1.0}}},
        "feedback.half is at 0.5 already at c = 0",
    ),
    "large_requests": (
        {"pools": {"cluster": {"kind": "compute", "capacity": 2,
                               "plan": {"kind": "steps", "steps_at": {"9 d": 4}}}},
         "flows": {"task": {"stages": {
             "do": {"next": "run"},
             "run": {"kind": "compute", "pool": "cluster", "units": 3, "work": "1 d"},
         }}}},
        "stage run of flow task needs 3 units of pool cluster, which has 2",
    ),
}  # fmt: skip


def merged(base, change):
    if not (isinstance(base, dict) and isinstance(change, dict)):
        return copy.deepcopy(change)
    return {**base, **{key: merged(base.get(key), value) for key, value in change.items()}}


def test_the_toy_itself_gives_no_warning():
    assert warnings.warnings(Model.from_dict(TOY)) == []
    assert warnings.warnings(Model.from_dict(merged(TOY, HELPED))) == []
    assert warnings.warnings(Model.from_dict(merged(TOY, generation(LONG)))) == []


@pytest.mark.parametrize("name", CASES)
def test_a_toy_triggers_the_warning_and_no_other(name):
    change, words = CASES[name]
    model = Model.from_dict(merged(TOY, change))
    [sentence] = warnings.warnings(model)
    assert words in sentence
    check = next(c for c in warnings.CHECKS if c.__name__ == name.split(":")[0])
    assert list(check(model)) == [sentence]


def test_every_check_has_its_toy():
    assert {name.split(":")[0] for name in CASES} == {c.__name__ for c in warnings.CHECKS}


def test_the_default_lab_gives_no_warning(default):
    assert warnings.warnings(default) == []
    assert "Warnings" not in [section.title for section in describe(default)]


TRUE = {
    "people_only": ["pool agents is never used"],
    "loop_limited": ["100% of the time it asks of pool leads is review"],
    "review_ceiling": ["100% of the time it asks of pool reviewers is review"],
    "only_review": ["of the time it asks of pool engineers is review"],
    "pert_limits": ["reviews catch nothing"],
    "ideas_get_harder": ["stock algorithms is never used"],
    "fluid": ["stock algorithms is never used", "reviews catch nothing"],
}
"""What shipped scenarios are warned of, and rightly."""


def test_shipped_scenarios_give_only_the_warnings_that_are_true(scenario):
    found = warnings.warnings(scenario)
    words = TRUE.get(scenario.name, [])
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_warnings_come_first():
    model = Model.from_dict(merged(TOY, CASES["overloaded"][0]))
    titles = [section.title for section in describe(model)]
    assert titles[1] == "Warnings"
