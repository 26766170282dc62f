"""Training runs: interruptions, checkpoints, restarts, diagnosis, evaluations, held units."""

import pytest

from sim.laws.portable import log as ln
from sim.laws.portable import power

from .tiny import (
    SPAWNED,
    closed,
    compute,
    delay,
    draw,
    flow,
    item_key,
    job,
    lab,
    labour,
    people,
    rows,
    seed_where,
    spans,
    training_flow,
)

RUN = {"flow": "generation", "activity": "run"}
HOURLY = {"mtbf": 24, "restart": "0.5 d"}  # of 1 accelerator: one interruption per day


def _lab(train=None, *, capacity=1, gate=None, stages=None, flows=None, **more):
    """Generation 1 trains for four days, from t = 0 on."""
    plan = {"kind": "fixed_duration", "days": "4 d", "max_days": "4 d"}
    parts = {
        "horizon": "40 d",
        "initial_training": "1 d",
        "end": {"generations": 1},
        "pools": {"cluster": compute(capacity), "desk": people()},
        "skills": {"plain": {"pool": "desk"}},
        "flows": (flows or {}) | {
            "generation": training_flow(plan, gate=gate, train=train, **(stages or {})),
        },
    }
    return lab(**(parts | more))


def _after(seed, attempt, rate=1.0):
    """Running time after which this attempt would be interrupted."""
    u = draw(item_key("generation", 0), "train", "interruption", seed=seed, attempt=attempt)
    return -ln(1 - u) / rate


def test_an_undisturbed_run_takes_its_time(run):
    log = run(_lab())
    assert rows(log.visits, "pool units started finished worked outcome value", **RUN) == [
        ("cluster", 1, 0.0, 4.0, 4.0, "done", 4.0),
    ]


def test_checkpoints_cost_time_but_the_last_segment_writes_none(run):
    log = run(_lab({"checkpoints": {"interval": "1 d", "cost": "0.25 d"}}))
    assert spans(log, **RUN) == [(0.0, 4.75)]


# The first attempt ends with two checkpoints written, the second one is not interrupted.
INTERRUPTED_ONCE = seed_where(
    lambda s: 2 * 1.25 < _after(s, 1) < 3 * 1.25 and _after(s, 2) > 2 + 0.25
)


def test_an_interruption_loses_the_work_since_the_last_checkpoint(run):
    log = run(
        _lab({"interruptions": HOURLY, "checkpoints": {"interval": "1 d", "cost": "0.25 d"}}),
        seed=INTERRUPTED_ONCE,
    )
    broke = _after(INTERRUPTED_ONCE, 1)
    again = broke + 0.5
    story = rows(log.visits, "activity attempt started finished worked outcome", stage="train")
    assert story == [
        ("run", 1, 0.0, broke, 2.0, "interrupted"),  # 2 of 4 d are safe
        ("repair", 1, broke, again, 0.5, "done"),
        ("run", 2, again, again + 2.25, 2.0, "done"),  # 2 d and one checkpoint
    ]
    assert rows(log.generations, "interruptions", generation=1) == [1]


def test_without_checkpoints_all_work_is_lost(run):
    seed = seed_where(lambda s: 1 < _after(s, 1) < 4 and _after(s, 2) > 4)
    log = run(_lab({"interruptions": HOURLY}), seed=seed)
    again = _after(seed, 1) + 0.5
    assert rows(log.visits, "finished worked", **RUN) == [
        (_after(seed, 1), 0.0), (again + 4.0, 4.0),
    ]


def test_the_clock_of_interruptions_stands_still_while_the_run_is_idle(run):
    # The restart takes ten days, ten times the mean time between interruptions: the second
    # attempt still runs for exactly what its own draw says.
    seed = seed_where(lambda s: _after(s, 1) < 4 and _after(s, 2) < 4 < _after(s, 3))
    log = run(_lab({"interruptions": HOURLY | {"restart": "10 d"}}), seed=seed)
    second = _after(seed, 1) + 10.0
    assert spans(log, **RUN)[1] == (second, second + _after(seed, 2))


def test_people_diagnose_while_the_units_are_held_idle(run):
    model = _lab(
        {"interruptions": HOURLY | {"manual": 1.0, "diagnosis": "diagnose"}},
        stages={"diagnose": labour("plain", "1 d", priority=0)},
    )
    seed = seed_where(lambda s: 1 < _after(s, 1) < 4 and _after(s, 2) > 4)
    broke = _after(seed, 1)
    story = rows(run(model, seed=seed).visits, "stage activity started finished worked")
    assert story[1:5] == [
        ("train", "run", 0.0, broke, 0.0),
        ("train", "repair", broke, broke + 1.0 + 0.5, 0.5),
        ("diagnose", "work", broke, broke + 1.0, 1.0),
        ("train", "run", broke + 1.0 + 0.5, broke + 1.0 + 0.5 + 4.0, 4.0),
    ]


def test_manual_diagnosis_is_drawn_for_each_interruption(run):
    def manual(seed, attempt):
        return draw(
            item_key("generation", 0), "train", "manual", seed=seed, attempt=attempt
        ) < 0.5

    seed = seed_where(
        lambda s: _after(s, 1) < 4 and _after(s, 2) < 4 < _after(s, 3)
        and manual(s, 1) and not manual(s, 2)
    )
    model = _lab(
        {"interruptions": HOURLY | {"manual": 0.5, "diagnosis": "diagnose"}},
        stages={"diagnose": labour("plain", "1 d")},
    )
    log = run(model, seed=seed)
    story = rows(log.visits, "stage activity", stage=["train", "diagnose"])
    assert story == [
        ("train", "run"), ("train", "repair"), ("diagnose", "work"),
        ("train", "run"), ("train", "repair"), ("train", "run"),
    ]


def test_the_rate_grows_with_a_power_of_the_accelerators(run):
    # 4 units of 2 accelerators, reference 2: rate 24 * 8 / 96 * (8 / 2) ** -0.5 per day.
    spec = {"mtbf": 96, "reference": 2, "exponent": 0.5, "restart": "0.5 d"}
    rate = 24 * 8.0 / 96 * power(8.0 / 2, 0.5 - 1)
    assert rate == 1.0
    seed = seed_where(lambda s: _after(s, 1) < 4)
    log = run(_lab({"interruptions": spec}, capacity=4, accelerators_per_unit=2), seed=seed)
    assert spans(log, **RUN)[0] == (0.0, _after(seed, 1))


def test_training_runs_on_all_its_units_and_on_better_infrastructure(run):
    # F = 3 units * 4 d * exp(0): 12 unit-days take 4 d.
    log = run(_lab(capacity=3))
    assert rows(log.visits, "units started finished value", **RUN) == [(3, 0.0, 4.0, 12.0)]


def test_units_are_held_to_the_end_of_a_later_stage(run):
    model = _lab(
        {"hold_until": "tune", "next": "tune"},
        stages={"tune": delay("2 d", next="rest"), "rest": delay("1 d", next="release")},
    )
    log = run(model)
    assert rows(log.visits, "stage activity started finished", pool="cluster") == [
        ("train", "run", 0.0, 4.0), ("train", "hold", 4.0, 6.0),
    ]


def test_held_units_are_not_lent(run):
    model = _lab(
        {"hold_until": "tune", "next": "tune"},
        stages={"tune": delay("2 d", next="rest"), "rest": delay("9 d", next="release")},
        allocation={"kind": "priority", "lender": "cluster", "borrower": "machines"},
        pools={"cluster": compute(1), "machines": compute(1)},
        skills={},
        horizon="8 d",
    )
    log = run(model)
    assert rows(log.changes.query("before != 0"), "time name after") == [
        (6.0, "cluster", 0.0), (6.0, "machines", 2.0),
    ]


@pytest.mark.parametrize(("every", "times"), [("1.5 d", [1.5, 3.0]), ("2 d", [2.0])])
def test_checkpoint_evaluations_come_at_intervals_while_the_run_goes_on(run, every, times):
    # 4 d of training, then 3 d of other things: from its end on there is none.
    log = run(_lab(
        {"evaluations": {"flow": "check", "every": every}, "next": "rest"},
        stages={"rest": delay("3 d", next="release")},
        flows={"check": flow(SPAWNED, {"look": delay("9 d")})},
    ))
    assert rows(log.visits, "requested parent generation", flow="check") == [
        (t, 0, 1) for t in times
    ]


def test_nobody_waits_for_checkpoint_evaluations(run):
    log = run(_lab(
        {"evaluations": {"flow": "check", "every": "1.5 d"}},
        flows={"check": flow(SPAWNED, {"look": delay("30 d")})},
    ))
    assert rows(log.generations, "released", generation=1) == [4.0]


def test_defects_of_the_generation_make_its_training_less_reliable(run):
    # One escaped defect before training doubles the rate.
    model = _lab(
        {"interruptions": HOURLY | {"per_defect": 1.0}},
        gate={"next": "prepare"},
        stages={"prepare": labour("sloppy", "0 d", next="train")},
        skills={"sloppy": {"pool": "desk", "human_quality": 0.0}},
    )
    seed = seed_where(lambda s: _after(s, 1, rate=2.0) < 4 < _after(s, 2, rate=2.0))
    log = run(model, seed=seed)
    assert rows(log.generations, "defects", generation=1) == [1]
    assert spans(log, **RUN)[0] == (0.0, _after(seed, 1, rate=2.0))


def test_the_queue_for_the_cluster_is_waited_out(run):
    # Another job holds the cluster until 3.
    other = {"run": job("cluster", "3 d", priority=0, next="rest"), "rest": delay("90 d")}
    log = run(_lab(flows={"other": flow(closed(), other)}))
    assert rows(log.visits, "requested started finished", **RUN) == [(0.0, 3.0, 7.0)]
