import math

import pytest

from sim.metrics import oversight
from sim.model import Model

NAN = math.nan

ASK = {"flow": "research", "stage": "ask", "pool": "crowd", "executor": "human"}
RUN = {"flow": "research", "stage": "run", "activity": "run", "pool": "cluster",
       "executor": "compute"}
TRAIN = RUN | {"flow": "generation", "stage": "train", "units": 2}
DAY = 1 / 3
"""A person-day of 8 hours."""


@pytest.fixture(scope="module")
def overseen(lab):
    """The lab with slots for assistants, and incidents."""
    fix = {"kind": "labour", "skill": "help", "work": "1 d"}
    incident = {"source": {"kind": "poisson", "rate": 0.1}, "stages": {"fix": fix}}
    pools = lab["pools"] | {"slots": {"kind": "agent", "capacity": 3}}
    flows = lab["flows"] | {"incident": incident}
    return Model.from_dict(lab | {"pools": pools, "flows": flows, "people_per_unit": 4})


@pytest.fixture
def table(overseen, visits_of, generations):
    """One generation released on day 10, the next one open; rows numbered as in a log."""
    agent = ASK | {"executor": "agent", "pool": "slots"}
    look = ASK | {"activity": "review", "worked": 0.25 * DAY}
    rows = [
        # Three outputs of assistants: right; wrong and caught; wrong, not looked at, escaped.
        agent | {"item": 0, "at": (0, 0, 1), "outcome": "right"},
        look | {"item": 0, "at": (1, 1, 2), "outcome": "accepted", "previous": 0},
        agent | {"item": 1, "at": (0, 0, 1), "outcome": "caught"},
        look | {"item": 1, "at": (1, 1, 2), "outcome": "rejected", "previous": 2},
        agent | {"item": 1, "attempt": 2, "at": (2, 2, 3), "outcome": "escaped", "previous": 3},
        # One whose review asked for a slot in vain, then a person; the review ends on day 12.
        agent | {"item": 2, "at": (8, 8, 9), "outcome": "right"},
        agent | {"item": 2, "activity": "review", "at": (9, NAN, 9), "outcome": "balked",
                 "previous": 5},
        look | {"item": 2, "at": (9, 9, 12), "outcome": "accepted", "previous": 6},
        # A person's output, wrong and not looked at; a day of work. Steering takes another half.
        ASK | {"item": 3, "at": (0, 0, 4), "worked": DAY, "outcome": "escaped"},
        ASK | {"item": 3, "activity": "steering", "at": (0, 0, 4), "worked": 0.5 * DAY},
        # Before t = 0, and not decided yet.
        agent | {"item": 4, "at": (-3, -3, -1), "outcome": "escaped"},
        agent | {"item": 4, "at": (9, 9, NAN), "outcome": "open"},
        # Compute: 4 unit-days fail, 3 + 1 are interrupted, 2 made for an invalid experiment.
        RUN | {"item": 5, "units": 4, "at": (0, 0, 1), "outcome": "failed"},
        RUN | {"item": 5, "at": (1, 1, 3), "attempt": 2},
        RUN | {"item": 5, "activity": "result", "at": (4, 4, 4), "outcome": "invalid"},
        RUN | {"item": 6, "at": (0, 0, 5)},
        TRAIN | {"item": 7, "at": (0, 0, 4), "worked": 2.5, "outcome": "interrupted"},
        TRAIN | {"item": 7, "activity": "repair", "at": (4, 4, 4.5), "worked": 0.5},
        TRAIN | {"item": 7, "attempt": 2, "at": (4.5, 4.5, 11)},
        {"flow": "incident", "stage": "fix", "item": 8, "at": (3, 3, 4)},
        {"flow": "incident", "stage": "fix", "item": 9, "at": (15, NAN, NAN), "outcome": "open"},
        {"flow": "incident", "stage": "fix", "item": 10, "at": (-1, -1, 2)},
    ]
    made = generations(
        {"generation": 0, "outcome": "released", "released": 0.0},
        {"generation": 1, "outcome": "released", "released": 10.0},
    )
    visits = visits_of(overseen)(*({"row": i} | row for i, row in enumerate(rows)))
    return oversight.by_generation(visits, made, overseen)


def test_every_column_has_a_meaning(table):
    assert table.columns.tolist() == list(oversight.MEANING)
    assert table[["generation", "start", "days"]].to_numpy().tolist() == [[1, 0, 10], [2, 10, 18]]


def test_people_review_and_steer(table):
    first, second = table.to_dict("records")
    assert first["review_requests"] == 0.3 and second["review_requests"] == 0
    assert first["review_load"] == pytest.approx(4 * 0.5 / 10)
    assert second["review_load"] == pytest.approx(4 * 0.25 / 18)
    assert first["review_share"] == pytest.approx(0.5 / 2)
    assert first["steering_share"] == pytest.approx(0.5 / 2)
    assert second["review_share"] == 1 and second["steering_share"] == 0


def test_what_becomes_of_assistants_outputs(table):
    first, second = table.to_dict("records")
    assert first["outputs"] == 4 and first["reviewed"] == 0.75
    assert first["caught"] == 0.25 and first["escaped"] == 0.25
    assert first["escaped_defects"] == 2  # a person's, too
    assert second["outputs"] == 0 and math.isnan(second["reviewed"])


def test_incidents_that_begin(table):
    assert table["incidents"].tolist() == [1, 1]


def test_compute_for_nothing(table):
    first, second = table.to_dict("records")
    used = 4 + 2 + 5 + 8 + 1
    columns = ("compute", "failed", "interrupted", "invalid", "wasted")
    assert [first[c] for c in columns] == pytest.approx([used, 4, 4, 2, 10 / used])
    assert [second[c] for c in columns] == [13, 0, 0, 0, 0]


def test_replications_are_kept_apart(overseen, visits_of, generations):
    """Rows refer to others by their number within the replication, and so do items."""
    agent = ASK | {"executor": "agent", "pool": "slots", "at": (0, 0, 1), "outcome": "right"}
    look = ASK | {"activity": "review", "outcome": "accepted", "at": (1, 1, 2)}
    visits = visits_of(overseen)(
        agent | {"row": 0, "item": 0},
        RUN | {"row": 1, "item": 0, "activity": "result", "at": (5, 5, 5), "outcome": "invalid"},
        agent | {"row": 0, "item": 0, "replication": 1},
        agent | {"row": 1, "item": 1, "replication": 1},
        look | {"row": 2, "item": 1, "replication": 1, "previous": 1},
        RUN | {"row": 3, "item": 0, "replication": 1, "at": (2, 2, 3)},
    )
    made = generations(*(
        {"generation": 0, "outcome": "released", "released": 0.0, "replication": r}
        for r in (0, 1)
    ))
    table = oversight.by_generation(visits, made, overseen)
    assert table["reviewed"].tolist() == [0, 0.5]
    assert table["invalid"].tolist() == [0, 0] and table["compute"].tolist() == [0, 1]
