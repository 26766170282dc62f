"""Stylised facts: their formulas on logs small enough to check by hand, and the default lab."""

import importlib
import math
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import sim
from sim.log import CHANGES, GENERATIONS, VISITS, tables_of

FOLDER = Path(__file__).parents[2] / "experiments" / "01_stylised_facts"
sys.path.insert(0, str(FOLDER))
facts, observed, simulated = map(importlib.import_module, ("facts", "observed", "simulated"))

FRESH = 2000
"""A seed that chose no parameter (tuning: 1 and 1000; the table in the README: 3000)."""


@pytest.fixture(scope="module")
def model():
    return sim.load()


@pytest.fixture
def log(model):
    """Make a log of the default lab from rows as dictionaries; what is not said is empty."""
    names = tables_of(model)

    def table(columns, rows):
        data = {}
        for column in columns:
            category = column.dtype.startswith("category:")
            values = [row.get(column.name, None if category else 0) for row in rows]
            if category:
                choices = list(names[column.dtype.removeprefix("category:")])
                assert {*values} <= {*choices, None}
                data[column.name] = pd.Categorical(values, categories=choices)
            else:
                data[column.name] = np.array(values, dtype=column.dtype)
        return pd.DataFrame(data)

    def log(visits=(), generations=(), changes=()):
        return SimpleNamespace(
            model=model, visits=table(VISITS, visits),
            generations=table(GENERATIONS, generations), changes=table(CHANGES, changes),
        )

    return log


def released(*times, gain=0.5):
    """Generation 0 and those released at these times, each better by `gain`, then an open one."""
    rows = [
        {"generation": i, "item": i, "released": t, "capability": gain * i, "outcome": "released"}
        for i, t in enumerate([0.0, *times])
    ]
    last = {"generation": len(rows), "released": math.nan, "capability": 9.0, "outcome": "open"}
    return [*rows, last]


# --- formulas: generations and compute --------------------------------------------------------


def test_gaps_and_doubling_time(log):
    run = log(generations=released(100.0, 200.0, 400.0, 450.0))
    assert simulated.first_gap(run) == 100
    assert simulated.later_gaps(run) == (200 + 50) / 2 / 100
    assert simulated.horizon_doubling(run) == 450 / (2 * 2.0)
    other = {"metr_horizon": {"at_zero": "6 h", "doublings_per_oom": 2.5}}
    run.model = run.model.replace(readouts=other)
    assert simulated.horizon_doubling(run) == 450 / (2 * 2.5)
    run.model = run.model.replace(readouts={})
    assert math.isnan(simulated.horizon_doubling(run))
    nothing = log(generations=released())
    assert math.isnan(simulated.first_gap(nothing))
    assert math.isnan(simulated.later_gaps(nothing))
    assert math.isnan(simulated.horizon_doubling(nothing))


def test_algorithmic_progress_counts_the_first_year(log):
    levels = [(-5.0, "algorithms", 0.1), (9.0, "infrastructure", 7.0),
              (100.0, "algorithms", 0.6), (400.0, "algorithms", 0.9)]
    changes = [{"time": t, "kind": "stock", "name": n, "after": x} for t, n, x in levels]
    assert simulated.algorithmic_progress(log(changes=changes)) == pytest.approx(math.exp(0.5))
    assert simulated.algorithmic_progress(log()) == 1


def train(item, start, end, outcome, worked, activity="run"):
    return {"flow": "generation", "item": item, "stage": "train", "activity": activity,
            "pool": "training", "executor": "compute", "units": 4, "requested": start,
            "started": start, "finished": end, "outcome": outcome, "worked": worked}


def job(start, end, outcome="done", *, units=2, asked=None, flow="experiment", stage="run"):
    return {"flow": flow, "item": 50, "stage": stage, "activity": "run", "pool": "experiments",
            "executor": "compute", "units": units, "requested": start if asked is None else asked,
            "started": start, "finished": end, "outcome": outcome, "worked": end - start}


def test_interruptions_and_effective_time_of_the_first_training(log):
    rows = [
        train(1, 10.0, 20.0, "interrupted", 9.0),
        train(1, 20.0, 21.0, "done", 1.0, "repair"),
        train(1, 21.0, 30.0, "done", 9.0),
        train(1, 30.0, 40.0, "done", 0.0, "hold"),
        train(2, 50.0, 90.0, "interrupted", 1.0),
    ]
    run = log(rows, released(100.0, 200.0))
    assert simulated.interruptions(run) == pytest.approx(50_000 / (20 * 24 * 4 * 128))
    assert simulated.effective_time(run) == pytest.approx(18 / 20)


def test_failed_jobs_by_number_and_by_time(log):
    rows = [job(-9.0, -1.0, "failed"), job(1.0, 2.0, "failed", units=6), job(1.0, 4.0),
            job(2.0, 4.0, units=3), job(2.0, 3.0), train(1, 5.0, 9.0, "done", 4.0)]
    run = log(rows)
    assert simulated.failed_by_count(run) == 1 / 4
    assert simulated.failed_by_time(run) == 6 / (6 + 6 + 6 + 2)


def test_training_share_leaves_out_what_was_before_and_what_idles(log):
    rows = [job(-2.0, 3.0), job(4.0, 7.0), train(1, 5.0, 8.0, "done", 3.0),
            train(1, 8.0, 20.0, "done", 0.0, "hold")]
    assert simulated.training_share(log(rows)) == 12 / (6 + 6 + 12)


def test_waits_count_while_training_holds_its_units(log):
    evaluation = {"flow": "evaluation", "stage": "evaluate"}
    rows = [train(1, 10.0, 20.0, "done", 10.0), train(1, 20.0, 25.0, "done", 0.0, "hold"),
            job(13.0, 14.0, asked=12.0), job(19.0, 20.0, asked=16.0), job(99.0, 100.0, asked=30.0),
            job(28.0, 30.0, asked=24.0, **evaluation), job(60.0, 61.0, asked=25.0, **evaluation)]
    assert simulated.evaluations_wait(log(rows)) == 4 / 2


# --- formulas: people and assistants ----------------------------------------------------------


def part(item, activity, worked, *, executor="human", outcome="done", attempt=1, value=0.0,
         requested=1.0, stage="build"):
    """One service in a task; `worked` in person-days of 8 hours."""
    return {"flow": "experiment", "item": item, "stage": stage, "visit": 1, "attempt": attempt,
            "activity": activity, "skill": stage, "executor": executor, "outcome": outcome,
            "value": value, "worked": worked * 8 / 24, "requested": requested,
            "started": requested, "finished": requested + worked}


def agent(item, worked, outcome, value, **more):
    return part(item, "work", worked, executor="agent", outcome=outcome, value=value, **more)


@pytest.fixture
def delegation(log):
    """A task with help, one taken over, one alone, one by a person, and some that do not count."""
    rows = [
        agent(1, 0.2, "right", 0.8), part(1, "steering", 0.1), part(1, "steering", 0.1),
        agent(2, 0.5, "caught", 2.0), part(2, "review", 0.3, outcome="rejected"),
        part(2, "takeover", 1.5, outcome="right", attempt=2),
        agent(3, 0.3, "right", 0.6),
        part(4, "work", 0.6, outcome="right", value=0.6), part(4, "review", 0.5),
        agent(5, 0.0, "balked", 0.9), part(5, "work", 0.9, outcome="right", value=0.9),
        agent(6, 0.1, "done", 0.7),  # its review is open
        agent(7, 0.1, "right", 0.7, requested=-1.0),
        agent(8, 0.1, "right", 0.7, requested=100.0),
        part(9, "work", 0.5, outcome="right", value=0.5, stage="approval") | {"stage": "approve"},
        agent(10, 0.2, "escaped", 0.9), part(10, "steering", 0.1),
    ]
    return log(rows, released(100.0))


def test_task_speedup(delegation):
    work, human, assistant = 0.8 + 2.0 + 0.6 + 0.9, 0.2 + 1.8 + 0.1, 0.2 + 0.5 + 0.3 + 0.2
    assert simulated.felt_speedup(delegation) == pytest.approx(work / human)
    assert simulated.elapsed_speedup(delegation) == pytest.approx(work / (human + assistant))


def test_shares_of_delegated_work(delegation):
    everything = 0.8 + 2.0 + 0.6 + 0.9 + 0.6 + 0.9
    assert simulated.touched(delegation) == pytest.approx((0.8 + 2.0 + 0.6 + 0.9) / everything)
    assert simulated.fully_delegated(delegation) == pytest.approx(0.6 / everything)


def test_reviews_and_rejections_count_if_they_are_by_people(log):
    """1: reviewed by an assistant; 2: audited; 3: sent back by an assistant; 4: by a person."""
    review = {"executor": "agent", "outcome": "accepted"}
    rows = [
        *(agent(i, 0.2, "right", 0.8) for i in (1, 2)),
        *(agent(i, 0.2, "caught", 0.8) for i in (3, 4)),
        *(agent(i, 0.2, "right", 0.8, attempt=2) for i in (3, 4)),
        part(1, "review", 0.1, **review), part(2, "review", 0.1, **review),
        part(2, "audit", 0.3, outcome="accepted"),
        part(3, "review", 0.1, **review | {"outcome": "rejected"}),
        part(4, "review", 0.0, **review | {"outcome": "balked"}),  # so a person looks at it
        part(4, "review", 0.3, outcome="rejected"),
    ]
    run = log(rows, released(100.0))
    assert simulated.fully_delegated(run) == 2 / 4
    assert simulated.interventions(run) == 1 / 4
    assert simulated.review_time(run) == pytest.approx(24 * 0.3)
    assert simulated.felt_speedup(run) == pytest.approx(4 * 0.8 / (0.3 + 0.3))


def test_hostages_and_the_lessons_of_incidents_are_no_research(log):
    """Of training's compute, of failed jobs, of waits, of output: all as without them."""
    rows = [train(1, 10.0, 20.0, "done", 10.0), job(13.0, 14.0, asked=12.0),
            job(18.0, 20.0, "failed", asked=16.0),
            job(28.0, 30.0, asked=14.0, flow="evaluation", stage="evaluate"),
            {"flow": "experiment", "activity": "result", "outcome": "success", "finished": 30.0,
             "value": 2.0}]
    incident = {"flow": "incident", "stage": "diagnose_incident"}
    lesson = {"activity": "result", "outcome": "success", "finished": 90.0, "value": 4.0}
    others = [job(11.0, 90.0, **incident) | {"activity": "hostage"}, lesson | incident]
    as_work = [job(11.0, 90.0, **incident), lesson | {"flow": "experiment"}]
    measures = [simulated.training_share, simulated.failed_by_count, simulated.failed_by_time,
                simulated.evaluations_wait, simulated.research_output]
    for measure in measures:
        known = measure(log(rows))
        assert known == measure(log([*rows, *others])), measure
        assert known != measure(log([*rows, *as_work])), measure


def test_interventions_in_long_tasks_that_assistants_got_right(delegation, log):
    assert simulated.interventions(delegation) == 1 / 2  # tasks 1 and 3
    rejected = [agent(1, 0.2, "caught", 0.5), agent(1, 0.2, "right", 0.5, attempt=2),
                part(1, "review", 0.1, outcome="rejected"), agent(2, 0.2, "right", 1.0),
                agent(3, 0.2, "right", 1.1), agent(4, 0.2, "right", 0.4)]
    assert simulated.interventions(log(rejected, released(100.0))) == 1 / 2


def test_review_time_is_the_median_of_the_clock(log):
    reviews = [part(i, "review", 0.1, requested=t) | {"finished": t + wait} for i, (t, wait)
               in enumerate([(1.0, 0.25), (2.0, 0.5), (3.0, 4.0), (-1.0, 9.0), (100.0, 9.0)])]
    assert simulated.review_time(log(reviews, released(100.0))) == 12


def test_engineering_over_hypotheses(log):
    rows = [part(1, "work", 3.0), part(1, "work", 1.0, stage="debug"), agent(1, 9.0, "right", 9.0),
            part(1, "work", 0.5, stage="decide"), part(1, "review", 1.5, stage="design")]
    assert simulated.engineering(log(rows)) == pytest.approx(4 / 2)


def test_research_output_is_that_of_successes_in_the_window(log):
    results = [("success", -0.1, 1.0), ("success", 0.0, 2.0), ("miss", 5.0, 4.0),
               ("success", 9.0, 8.0), ("success", 10.0, 16.0)]
    rows = [{"flow": "experiment", "activity": "result", "outcome": outcome, "finished": t,
             "value": x} for outcome, t, x in results]
    assert simulated.research_output(log(rows), 0.0, 10.0) == 10
    assert simulated.research_output(log(rows)) == 26


# --- what was observed ------------------------------------------------------------------------


def test_release_gaps_of_2025():
    gaps = observed.gaps_between_releases()
    of_2025 = gaps[gaps["year"] == 2025].groupby("developer")["gap"].apply(sorted)
    assert of_2025["OpenAI"] == [48, 113, 126, 168]
    assert of_2025["Anthropic"] == [56, 87, 125, 130]
    assert of_2025["Google"] == [104, 238]
    span = observed.release_gap()
    assert (span.low + span.high) / 2 == pytest.approx(119.5)
    # Standard deviation 54.8, Student's t(0.95, 9) = 1.833.
    assert span.high - span.low == pytest.approx(2 * 1.8331 * 54.83 / math.sqrt(10), rel=1e-3)


def test_doubling_time_agrees_with_what_metr_publishes():
    assert observed.doubling_time("2023-01-01")[0] == pytest.approx(128.7, abs=0.1)
    span = observed.horizon_doubling()
    assert 105 < span.low < 128.7 < span.high < 190


def test_readouts_begin_with_what_was_published_of_generation_0(model):
    table = observed._read("metr_time_horizon_1_1.csv")
    (minutes,) = table.loc[table["model_key"] == "gpt_5_3_codex", "p50_min"]
    assert 60 * model.readouts.metr_horizon.at_zero == pytest.approx(minutes, abs=0.5)
    scores = observed._read("benchmark_scores.csv")
    last = scores[scores["model"] == "GPT-5.3-Codex"].set_index("benchmark")["score"]
    found = {name: test.at_zero for name, test in model.readouts.benchmarks.items()}
    assert found == last.to_dict()


@pytest.mark.parametrize(
    ("benchmark", "developer"), [("terminal_bench_2", "OpenAI"), ("osworld_verified", "Anthropic")]
)
def test_slopes_of_benchmarks_follow_the_published_scores(benchmark, developer, model):
    psi = model.readouts.metr_horizon.doublings_per_oom
    slope = model.readouts.benchmarks[benchmark].slope
    assert slope == pytest.approx(observed.benchmark_slope(benchmark, developer, psi), abs=0.05)
    # Twice the compute in the same time: half the slope.
    assert slope / 2 == pytest.approx(
        observed.benchmark_slope(benchmark, developer, psi / 2), abs=0.025
    )


def test_failed_jobs_of_the_clusters():
    span = observed.failed_by_count()
    assert span.low == pytest.approx(0.155 / (0.155 + 0.624))  # Helios
    assert span.high == pytest.approx(0.429 / (0.429 + 0.497))  # Seren
    assert observed.failed_by_time().high == pytest.approx(0.386 / (0.386 + 0.321))  # Philly


# --- the table --------------------------------------------------------------------------------


def test_a_fact_that_is_missed_is_named():
    first = facts.FACTS[0]
    hit, miss = np.full(4, 120.0), np.full(4, 20.0)
    assert facts.holds(first, hit)
    assert not facts.holds(first, miss)
    assert not facts.holds(first, np.array([120.0, math.nan]))
    assert facts.report({first: hit}).endswith("missed: none")
    assert facts.report({first: miss}).endswith("missed: 1")


def test_every_fact_has_a_row():
    assert [*dict.fromkeys(fact.number for fact in facts.FACTS)] == [*range(1, 15)]


def test_people_and_limits_double_and_compute_stays(model):
    limited = model.replace(flows=model.to_dict()["flows"] | {
        "experiment": model.to_dict()["flows"]["experiment"]
        | {"source": {"kind": "pull", "limit": 3, "limit_per_person": 1.5}}
    })
    double = facts.doubled_people(limited)
    for name, pool in model.pools.items():
        times = 2 if pool.kind == "human" else 1
        assert double.pools[name].capacity == (pool.capacity and times * pool.capacity)
    source = double.flows["experiment"].source
    assert (source.limit, source.limit_per_person) == (6, 1.5)
    assert double.compute == model.compute


def test_the_default_lab_in_short():
    """The facts that one generation shows."""
    chosen, short = [5, 8, 9, 10, 14], ["horizon=160 d"]
    found = facts.samples(chosen, replications=3, seed=FRESH, overrides=short)
    assert len(found) == 7
    for fact, values in found.items():
        assert facts.holds(fact, values), (fact.text, values)


@pytest.mark.verify
def test_the_default_lab_shows_the_core_facts(record_property):
    found = facts.samples(facts.CORE, replications=48, seed=FRESH, workers=2)
    record_property("facts", "\n" + facts.report(found))
    missed = [fact.text for fact, values in found.items() if not facts.holds(fact, values)]
    assert not missed, facts.report(found)
