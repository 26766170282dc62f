"""Speed-up: tasks on a log by hand, labs whose ratios are known, Amdahl's law."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import sim
from sim.log import VISITS, tables_of
from sim.metrics import leverage, speedup
from sim.model import Model
from sim.study.ensemble import ensemble


def lab(assisted=True, **more):
    """Experiments one after another: think (people, 2 d), code (3 d, 5 times as fast), run 1 d."""
    data = {
        "horizon": "100 d", "hours_per_person_day": 24,
        "pools": {
            "people": {"kind": "human", "capacity": 1}, "agents": {"kind": "agent", "capacity": 9},
            "cluster": {"kind": "compute", "capacity": 1},
        },
        "assistants": {"source": "frozen" if assisted else "none", "pool": "agents"},
        "feedback": {"share": 1.0, "speedup": 5.0},
        "skills": {
            "think": {"pool": "people"},
            "code": {"pool": "people", "share": "share", "speedup": "speedup"},
        },
        "stocks": {"algorithms": {"gain": 0.1, "beta": 0}},
        "flows": {"research": {
            "source": {"kind": "closed", "workstreams": 1},
            "insight": {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}},
            "stages": {
                "think": {"kind": "labour", "skill": "think", "work": "2 d", "next": "code"},
                "code": {"kind": "labour", "skill": "code", "work": "3 d", "next": "run"},
                "run": {"kind": "compute", "pool": "cluster", "work": "1 d"},
            },
        }},
    }
    return Model.from_dict(data | more)


@pytest.fixture(scope="module")
def pair():
    return tuple(ensemble(lab(assisted), replications=2, seed=0) for assisted in (True, False))


# --- tasks --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def visits():
    """A log of the lab from rows as dictionaries."""
    names = tables_of(lab())

    def build(*rows):
        data = {}
        for column in VISITS:
            category = column.dtype.startswith("category:")
            values = [row.get(column.name, None if category else 0) for row in rows]
            data[column.name] = (
                pd.Categorical(values, list(names[column.dtype.removeprefix("category:")]))
                if category else np.array(values, dtype=column.dtype)
            )
        return pd.DataFrame(data)

    return build


def part(item, activity, worked, **more):
    return {"flow": "research", "item": item, "stage": "code", "attempt": 1, "skill": "code",
            "generation": 1, "activity": activity, "executor": "human", "outcome": "done",
            "worked": worked, "requested": 1.0, "finished": 2.0} | more


def agent(item, worked, value, **more):
    return part(item, "work", worked, executor="agent", outcome="right", value=value) | more


def test_tasks_by_generation(visits):
    rows = [
        agent(1, 0.2, 0.8), part(1, "steering", 0.1), part(1, "steering", 0.1),
        agent(2, 0.3, 0.6),
        part(3, "work", 0.6, outcome="right", value=0.6),
        agent(1, 0.1, 2.0, replication=1),  # the same item's number, another replication
        agent(4, 0.1, 3.0, generation=2), part(4, "review", 0.5, generation=2),
        agent(5, 0.1, 9.0, requested=-1.0),  # pre-history
        agent(6, 0.1, 9.0, outcome="done"),  # its review is open
        agent(7, 0.0, 9.0, outcome="balked"),
        part(8, "work", 1.0, skill="think", stage="think", outcome="right", value=9.0),
    ]
    table = speedup.by_generation(visits(*rows), lab()).set_index(["replication", "generation"])
    assert list(table.index) == [(0, 1), (0, 2), (1, 1)]
    first = table.loc[(0, 1)]
    assert (first["tasks"], first["delegated"]) == (3, 2)
    assert first["felt"] == pytest.approx(1.4 / 0.2)
    assert first["elapsed"] == pytest.approx(1.4 / (0.2 + 0.5))
    assert first["touched"] == pytest.approx(1.4 / 2.0)
    assert first["fully_delegated"] == pytest.approx(0.6 / 2.0)
    assert first["intervened"] == pytest.approx(1 / 2)
    assert table.loc[(0, 2), "felt"] == pytest.approx(3.0 / 0.5)
    assert math.isinf(table.loc[(1, 1), "felt"])
    assert set(speedup.MEANING) <= set(table.columns)


def test_a_task_is_one_visit(visits):
    """The item comes to the stage again; another stage of it is another task."""
    rows = [agent(1, 0.1, 1.0), agent(1, 0.2, 2.0, visit=1), part(1, "review", 0.5, visit=1)]
    done = speedup.tasks(visits(*rows), lab())
    assert list(done["work"]) == [1.0, 2.0]
    assert list(done["human"]) == [0.0, 0.5]


def test_nothing_to_measure(visits):
    assert speedup.tasks(visits(), lab()).empty
    assert speedup.by_generation(visits(), lab()).empty
    alone = speedup.tasks(visits(part(1, "work", 1.0, outcome="right", value=1.0)), lab())
    assert math.isnan(speedup.felt(alone)) and speedup.touched(alone) == 0


# --- the lab ------------------------------------------------------------------------------------


def test_ratio_of_means_and_its_interval():
    x, y = np.array([3.0, 5.0, 4.0]), np.array([1.0, 2.0, 3.0])
    found = speedup.ratio_of_means(x, y)
    assert (found.ratio, found.pairs) == (2.0, 3)
    error = math.sqrt(np.var(x / 4 - y / 2, ddof=1) / 3)
    assert found.high == pytest.approx(2 * math.exp(2.919986 * error))  # t of 2, 95 %
    assert found.low * found.high == pytest.approx(4)
    exact = speedup.ratio_of_means(2 * y, y)
    assert (exact.low, exact.high) == (2, 2)
    assert math.isnan(speedup.ratio_of_means([1.0], [2.0]).low)
    assert math.isnan(speedup.ratio_of_means([], []).ratio)


def test_the_interval_holds_the_true_ratio_as_often_as_it_says():
    """2000 samples of 20 pairs: coverage within 4 standard errors; that of half the width not."""
    rng = np.random.default_rng(7)
    inside = narrow = 0
    for _ in range(2000):
        common = rng.gamma(20, size=20)
        x, y = 1.5 * common * rng.gamma(50, size=20), common * rng.gamma(50, size=20)
        found = speedup.ratio_of_means(x, y)
        inside += found.low <= 1.5 <= found.high
        narrow += abs(math.log(found.ratio / 1.5)) <= math.log(found.high / found.ratio) / 2
    error = 4 * math.sqrt(0.9 * 0.1 / 2000)
    assert inside / 2000 == pytest.approx(0.9, abs=error)
    assert narrow / 2000 != pytest.approx(0.9, abs=error)


def test_research_output_is_summed_by_replication_and_in_the_window(pair):
    """Without assistants a result every 6 days, 16 in 100; in [12, 24) those of days 12 and 18."""
    alone = pair[1]
    output = speedup.research_output(alone.visits, alone.model)
    assert list(output.index) == [0, 1]
    each = output[0] / 16
    window = speedup.research_output(alone.visits, alone.model, 12.0, 24.0)
    assert list(window) == pytest.approx([2 * each, 2 * each])


def test_lab_speedup_leaves_out_replications_that_ended_early(pair):
    helped, alone = pair
    whole = speedup.lab(helped, alone)
    # A result every 3.6 days against 6: 27 to 16 in 100 days.
    assert (whole.ratio, whole.pairs) == (pytest.approx(27 / 16), 2)
    parts = {n: getattr(alone, n) for n in ("visits", "generations", "model")}
    early = SimpleNamespace(**parts, ends={1: 50.0})
    assert speedup.lab(helped, early).pairs == 1
    assert speedup.lab(helped, early, end=50.0).pairs == 2


def test_leverage_of_a_person_day(pair):
    """With assistants people only think: 2 of 3.6 days; without them 5 of 6."""
    helped, alone = (leverage.by_replication(e.visits, e.model) for e in pair)
    assert list(alone["person_days"]) == [17 * 2 + 16 * 3] * 2  # the 17th coding is under way
    assert list(helped["person_days"]) == [28 * 2] * 2
    team = leverage.by_replication(pair[0].visits, pair[0].model.replace(people_per_unit=20.0))
    assert list(team["person_days"]) == [20 * 28 * 2] * 2
    each = alone["research_output"][0] / 16
    assert helped["output_per_person_day"][0] == pytest.approx(27 * each / 56)


# --- levels -------------------------------------------------------------------------------------


def test_levels_of_a_lab_by_hand(pair):
    """People spend no time on tasks given to assistants, so the first level cannot be told."""
    table = speedup.levels(*pair).set_index("level")
    expected = {
        "elapsed": 5, "labour": 5 / 2.6, "waiting": 5 / 2.6, "research": 6 / 3.6, "output": 27 / 16,
    }
    assert table["speedup"].to_dict() == pytest.approx(expected)
    assert table["factor"]["labour"] == pytest.approx(1 / 2.6)
    assert table["factor"]["waiting"] == pytest.approx(1)


def test_the_factors_multiply_to_the_speedup_of_the_lab():
    short = ["horizon=200 d"]
    helped, alone = (
        ensemble(sim.load(*short, *more), replications=2, seed=3)
        for more in ([], ["assistants.source=none"])
    )
    table = speedup.levels(helped, alone)
    assert list(table["level"]) == ["felt", "elapsed", "labour", "waiting", "research", "output",
                                    "cycle"]
    assert table["factor"].prod() == pytest.approx(table["speedup"].iloc[-1], rel=1e-12)
    upto = table[table["level"] != "cycle"]
    assert upto["factor"].prod() == pytest.approx(speedup.lab(helped, alone).ratio, rel=1e-12)
    done = speedup.tasks(helped.visits, helped.model)
    done = done[(done["flow"] == "experiment").to_numpy()]
    assert table["speedup"][0] == speedup.felt(done) > 2


def test_amdahls_law():
    """3 of 5 days five times as fast: the whole 1 / (0.4 + 0.6 / 5) times as fast."""
    scenario = sim.load("scenario=amdahl", "horizon=10000 d").to_dict()
    scenario["stocks"] = {"algorithms": {"gain": 0.1, "beta": 0}}
    scenario["flows"]["task"] |= {
        "source": {"kind": "closed", "workstreams": 1},
        "insight": {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}},
    }
    both = [
        ensemble(Model.from_dict(scenario | {"assistants": scenario["assistants"] | how}),
                 replications=1, seed=0)
        for how in ({}, {"source": "none"})
    ]
    found = speedup.levels(*both).set_index("level")["speedup"]
    assert found["elapsed"] == pytest.approx(5)
    # Some 2000 tasks without and 3850 with, the first ones the same; of 5 d with standard
    # deviation sqrt(1 + 1.5²): a standard error of 0.36 sqrt(1 / 2000 - 1 / 3850) = 0.56 %.
    error = 4 * 0.0056
    law = 1 / (0.4 + 0.6 / 5)
    assert found["research"] == pytest.approx(law, rel=error)
    assert found["output"] == pytest.approx(law, rel=error)
    assert found["research"] != pytest.approx(5 / 3, rel=error)
