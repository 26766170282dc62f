"""Results: what an item that ends adds to the lab's know-how, to the last digit."""

import pytest

from sim.laws import insight as laws
from sim.laws.portable import exp, power

from .tiny import (
    closed,
    compute,
    delay,
    draw,
    every,
    flow,
    job,
    lab,
    labour,
    people,
    rows,
)

INSIGHT = {
    "hit": 0.6, "noise": {"kind": "lognormal", "mean": 1.0, "cv": 1.0},
    "targets": {"algorithms": 0.7, "infrastructure": 0.3},
    "taste": "taste", "parallel": 0.5, "n_ref": 3.0, "size_gain": 0.25,
}
STOCKS = {"algorithms": {"gain": 0.02, "beta": 5.0},
          "infrastructure": {"gain": 0.05, "beta": 3.0}}


def _research(**more):
    """Four experiments at a time on two machines; sizes follow the machines there are."""
    parts = {
        "horizon": "60 d",
        "pools": {"machines": compute(2)},
        "feedback": {"taste": 1.25},
        "stocks": STOCKS,
        "flows": {"experiment": flow(closed(4), {
            "plan": delay("0.25 d", next="run"),
            "run": job("machines", "lognormal(median=1 d, sigma=0.5)", next="write",
                       sizing={"omega": 0.5, "reference": 2.0}),
            "write": delay("0.5 d"),
        }, insight=INSIGHT)},
    }
    return lab(**(parts | more))


def _holding(runs, now):
    """How many of the (started, finished) services are under way."""
    return sum(
        start is not None and start <= now and (end is None or now < end) for start, end in runs
    )


def _level(changes, stock, now):
    """Level of a stock at a time, from (time, stock, before, after)."""
    return next((c[3] for c in reversed(changes) if c[1] == stock and c[0] <= now), 0.0)


def test_every_result_and_every_rise_follows_the_insight_law_exactly(run):
    model = _research()
    log = run(model)
    noise = model.flows["experiment"].insight.noise
    runs = rows(log.visits, "started finished", activity="run")
    entered = dict(rows(log.visits, "item_key requested", activity="run"))
    levels = {"algorithms": 0.0, "infrastructure": 0.0}
    outputs, changes = [], []
    for now, key in rows(log.visits, "finished item_key", activity="result"):
        if draw(key, None, "hit") >= 0.6:
            outputs.append(("miss", 0.0))
            continue
        name = "algorithms" if draw(key, None, "target") < 0.7 else "infrastructure"
        luck = noise.distribution.quantile(draw(key, None, "noise"), *noise.law)
        n = float(max(1, _holding(runs, now)))
        # Two machines, as good as they were on entry, for four in progress; reference 2.
        infrastructure = _level(changes, "infrastructure", entered[key])
        size = power(2 * exp(infrastructure) / 4 / 2.0, 0.5)
        rest = (1.25, n, 3.0, 0.5, size, 0.25)
        stock = STOCKS[name]
        outputs.append(("success", laws.insight_output(stock["gain"], luck, *rest)))
        level = levels[name]
        levels[name] += outputs[-1][1] * laws.ideas_left(stock["beta"], level)
        changes.append((now, name, level, levels[name]))
    assert {outcome for outcome, _ in outputs} == {"success", "miss"}
    assert {name for _, name, *_ in changes} == set(STOCKS)
    assert rows(log.visits, "outcome value", activity="result") == outputs
    assert rows(log.changes, "time name before after", kind="stock") == changes


def test_a_stock_stops_at_its_ceiling(run):
    stocks = {"algorithms": {"gain": 0.5, "ceiling": 0.75}, "infrastructure": {"gain": 0.0}}
    sure = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}}
    flows = {"idea": flow(closed(), {"think": delay("1 d")}, insight=sure)}
    log = run(_research(stocks=stocks, flows=flows, horizon="4.5 d"))
    assert rows(log.changes, "time after", kind="stock") == [(1.0, 0.5), (2.0, 0.75)]
    # Output is what was found, whether or not there was room for it.
    assert rows(log.visits, "value", activity="result") == [0.5] * 4


def test_a_miss_changes_nothing(run):
    flows = {"idea": flow(closed(), {"think": delay("1 d")}, insight=INSIGHT | {"hit": 0.0})}
    log = run(_research(flows=flows, horizon="2.5 d"))
    assert rows(log.visits, "outcome value", activity="result") == [("miss", 0.0)] * 2
    assert rows(log.changes, "time", kind="stock") == []


@pytest.mark.parametrize(
    ("quality", "harm", "outcome"),
    [(0.0, 1.0, "invalid"), (0.0, 0.0, "success"), (1.0, 1.0, "success")],
)
def test_an_escaped_defect_may_void_an_experiment(run, quality, harm, outcome):
    # The harmed experiment runs and costs all the same.
    sure = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}, "harm": harm}
    model = _research(
        horizon="2.5 d",
        pools={"desk": people(), "machines": compute(2)},
        skills={"build": {"pool": "desk", "human_quality": quality}},
        flows={"experiment": flow(closed(), {
            "build": labour("build", "1 d", next="run"), "run": job("machines", "1 d"),
        }, insight=sure)},
    )
    log = run(model)
    assert rows(log.visits, "requested outcome value", activity="result") == [
        (2.0, outcome, 0.02 if outcome == "success" else 0.0),
    ]
    assert rows(log.visits, "outcome", stage="run", activity="run") == ["done"]
    assert len(rows(log.changes, "time", kind="stock")) == (outcome == "success")


def test_a_caught_defect_harms_nothing(run):
    sure = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}, "harm": 1.0}
    model = _research(
        horizon="9 d",
        pools={"desk": people()},
        oversight={"strict": {"human_review": 1.0, "catch": 1.0}},
        skills={"build": {"pool": "desk", "human_quality": 0.0, "oversight": "strict"}},
        flows={"experiment": flow(every("5 d"), {"build": labour("build", "1 d")},
                                  insight=sure)},
    )
    assert rows(run(model).visits, "outcome", activity="result") == ["success"]


def test_an_item_without_compute_counts_one_experiment(run):
    # n is at least 1: with n_ref 4 and parallel 0.5 the factor is (1 / 4) ** -0.5 = 2.
    sure = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}, "parallel": 0.5,
            "n_ref": 4.0}
    flows = {"idea": flow(closed(), {"think": delay("1 d")}, insight=sure)}
    log = run(_research(flows=flows, horizon="1.5 d"))
    expected = laws.insight_output(0.02, 1.0, 1.0, 1.0, 4.0, 0.5, 1.0, 0.0)
    assert rows(log.visits, "value", activity="result") == [expected]
