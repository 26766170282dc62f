"""What is drawn on entry into a stage and what is read at the grant (O7)."""

import math

from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.portable import exp, power

from .tiny import (
    agents,
    closed,
    compute,
    delay,
    draw,
    every,
    flow,
    item_key,
    job,
    lab,
    labour,
    people,
    releases,
    rows,
    seed_where,
    spans,
    study,
    training_flow,
)


def test_the_assistants_generation_is_drawn_on_entry(run):
    # Generation 1 is released at 1. The second task entered at 0 and waits for the slot.
    flows, stocks = releases("1 d")
    task = flow(closed(2), {"do": labour("code", "1.5 d")})
    model = lab(
        horizon="1.9 d",
        pools={"desk": people(), "slots": agents(1)},
        assistants={"source": "own", "pool": "slots", "balk": False},
        feedback={"always": 1.0},
        skills={"code": {"pool": "desk", "share": "always"}},
        stocks=stocks,
        flows=flows | {"task": task},
    )
    log = run(model)
    columns = "started assistant_generation"
    assert rows(log.visits, columns, flow="task", requested=0.0) == [(0.0, 0), (1.5, 0)]
    assert rows(log.visits, columns, flow="task", requested=1.5) == [(None, 1)]


def test_delegation_and_quality_hold_for_all_attempts(run):
    # Generation 0 is never right, generation 1 (from 1 on) always and is fast. What entered
    # at 0 stays with generation 0, attempt by attempt, across the release.
    flows, stocks = releases("1 d")
    step = {"kind": "threshold", "at": 0.05}
    model = lab(
        horizon="3 d",
        pools={"desk": people(), "slots": agents()},
        assistants={"source": "own", "pool": "slots"},
        feedback={
            "always": 1.0,
            "speed": step | {"below": 2.0, "above": 4.0},
            "quality": step | {"below": 0.0, "above": 1.0},
        },
        oversight={"strict": {"review": 1.0, "catch": 1.0, "max_attempts": 3}},
        skills={"code": {"pool": "desk", "share": "always", "speedup": "speed",
                         "quality": "quality", "oversight": "strict"}},
        stocks=stocks,
        flows=flows | {"task": flow(closed(), {"do": labour("code", "1 d")})},
    )
    done = rows(
        run(model).visits, "attempt assistant_generation started finished outcome",
        flow="task", activity="work", item=2,
    )
    assert done == [
        (1, 0, 0.0, 0.5, "caught"), (2, 0, 0.5, 1.0, "caught"), (3, 0, 1.0, 1.5, "caught"),
    ]


def test_the_amount_of_work_is_that_of_the_entry_whoever_does_it(run):
    work = {"kind": "exponential", "mean": "1 d"}

    def model(source):
        return lab(
            horizon="9 d",
            pools={"desk": people(), "slots": agents()},
            assistants={"source": source, "pool": "slots"},
            feedback={"half": 0.5, "speed": 3.0},
            skills={"code": {"pool": "desk", "share": "half", "speedup": "speed"}},
            flows={"task": flow(every("1 d"), {"do": labour("code", work)})},
        )

    alone = rows(run(model("none")).visits, "item_key value executor")
    helped = rows(run(model("frozen")).visits, "item_key value executor")
    assert {executor for *_, executor in alone} == {"human"}
    assert {executor for *_, executor in helped} == {"human", "agent"}
    assert [x[:2] for x in alone] == [x[:2] for x in helped]
    exponential = DISTRIBUTIONS.lookup("exponential").quantile
    assert alone[0][1] == exponential(draw(item_key("task", 0), "do", "work"), 1.0)


def test_every_visit_draws_anew(run):
    # The work always fails and is done again: another visit, another amount.
    work = {"kind": "exponential", "mean": "1 d"}
    model = lab(
        horizon="20 d",
        pools={"desk": people()},
        skills={"plain": {"pool": "desk"}},
        flows={"task": flow(closed(), {
            "do": labour("plain", work, failure={"chance": 1.0}, on_failure="rest"),
            "rest": delay("1 d", next="do"),
        })},
    )
    exponential = DISTRIBUTIONS.lookup("exponential").quantile
    values = rows(run(model).visits, "visit value", stage="do", activity="work")
    assert len(values) > 3
    assert values == [
        (n, exponential(draw(item_key("task", 0), "do", "work", visit=n), 1.0))
        for n in range(len(values))
    ]


def test_efficiency_is_read_at_the_grant(run):
    # Infrastructure doubles the machine at 1. The second job, requested at 0, is granted at
    # 3 and profits; the first one, granted at 0, does not.
    research, stocks = study("1 d", math.log(2.0), "infrastructure")
    model = lab(
        horizon="4.9 d",
        pools={"machines": compute(1)},
        stocks={"infrastructure": stocks["infrastructure"] | {"ceiling": math.log(2.0)}},
        flows={"research": research, "job": flow(closed(2), {"run": job("machines", "3 d")})},
    )
    second = 3.0 / exp(math.log(2.0))
    assert spans(run(model), flow="job")[:3] == [(0.0, 3.0), (3.0, 3.0 + second), (4.5, None)]


def test_frontier_cost_is_read_at_the_grant(run):
    # F_0 = 1 unit-day; generation 1 has F = 2, released at 2. Cost goes with F ** 0.5.
    model = lab(
        horizon="8 d",
        initial_training="1 d",
        pools={"machines": compute(1), "cluster": compute(1)},
        flows={
            "generation": training_flow({"kind": "fixed_duration", "days": "2 d",
                                         "max_days": "9 d"}),
            "job": flow(closed(2), {"run": job("machines", "3 d", frontier_cost=0.5)}),
        },
    )
    second = 3.0 * power(2.0, 0.5)
    assert spans(run(model), flow="job")[:2] == [(0.0, 3.0), (3.0, 3.0 + second)]


def test_a_jobs_cost_follows_the_model_that_is_being_built(run):
    # An evaluation spawned by generation 1, before its release, pays for F_1 = 2.
    model = lab(
        horizon="9 d",
        initial_training="1 d",
        pools={"machines": compute(), "cluster": compute(1)},
        flows={
            "generation": training_flow(
                {"kind": "fixed_duration", "days": "2 d", "max_days": "2 d"},
                train={"next": "evaluate"},
                evaluate={"kind": "batch", "flow": "evaluation", "count": 1, "next": "release"},
            ),
            "evaluation": flow({"kind": "batch"}, {
                "run": job("machines", "1 d", frontier_cost=1.0),
            }),
        },
    )
    assert spans(run(model), flow="evaluation") == [(2.0, 4.0)]


def test_experiments_are_sized_on_entry_to_the_compute_there_is(run):
    # 8 units, 2 experiments in progress: 4 each, against a reference of 1: size 4 ** 0.5.
    run_stage = job("machines", "3 d", sizing={"omega": 0.5, "reference": 1.0})
    model = lab(
        horizon="1 d",
        pools={"machines": compute(8)},
        flows={"job": flow(closed(2), {"wait": delay("0.5 d", next="run"), "run": run_stage})},
    )
    assert rows(run(model).visits, "value", stage="run") == [3.0 * power(4.0, 0.5)] * 2


def test_the_share_is_that_of_capability_minus_difficulty(run):
    # c = 0.1 floor(t): above 0.55 from t = 6 on, above 0.55 + 0.1 from t = 7 on. The task of
    # 6.0 arrives just before that release: gates come after the events of their instant.
    flows, stocks = releases("1 d")
    skill = {"pool": "desk", "share": "able"}
    model = lab(
        horizon="8 d",
        pools={"desk": people(), "slots": agents()},
        assistants={"source": "own", "pool": "slots"},
        feedback={"able": {"kind": "threshold", "at": 0.55, "below": 0.0, "above": 1.0}},
        skills={"easy": skill, "hard": skill | {"difficulty": 0.1}},
        stocks=stocks,
        flows=flows | {
            name: flow(every("0.75 d"), {"do": labour(name, "0 d")}) for name in ("easy", "hard")
        },
    )
    log = run(model)

    def delegated(name):
        return rows(log.visits, "requested", flow=name, executor="agent")

    assert delegated("easy") == [6.75, 7.5]
    assert delegated("hard") == [7.5]


def test_seeds_decide_delegation_by_the_draw(run):
    seed = seed_where(
        lambda s: draw(item_key("task", 0), "do", "delegate", seed=s) < 0.25
        < draw(item_key("task", 1), "do", "delegate", seed=s)
    )
    model = lab(
        horizon="2.5 d",
        pools={"desk": people(), "slots": agents()},
        assistants={"source": "frozen", "pool": "slots"},
        feedback={"quarter": 0.25},
        skills={"code": {"pool": "desk", "share": "quarter"}},
        flows={"task": flow(every("1 d"), {"do": labour("code", "0.5 d")})},
    )
    assert rows(run(model, seed=seed).visits, "executor") == ["agent", "human"]
