"""What limits a lab: the two levers, the three labs they tell apart, and claims that must fail."""

import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.model import catalogue
from sim.model.capacity import initial_units, unit_steps

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "experiments" / "02_what_limits"
sys.path.insert(0, str(FOLDER))
limits = importlib.import_module("limits")

README = (FOLDER / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
FRESH = 2000
"""A seed that chose no parameter (tuning: 1; the table in the README: 3000)."""
COMPUTE, REVIEW = limits.LEVERS


def changed(model, other):
    """Paths of the values that differ between two models."""
    values, others = (catalogue.leaves(m.to_dict()) for m in (model, other))
    return {path for path in {*values, *others} if values.get(path) != others.get(path)}


# --- the levers -------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", limits.SCENARIOS)
def test_more_compute_is_more_for_experiments_alone(scenario):
    model = sim.load(f"scenario={scenario}")
    more = limits.more_compute(model)
    shares = {f"pools.{name}.share" for name in ("experiments", "training", "agents")}
    assert changed(more, model) == {"compute.units", *shares}
    before, after = initial_units(model), initial_units(more)
    assert after == before | {"experiments": 2 * before["experiments"]}
    steps = list(zip(unit_steps(model), unit_steps(more), strict=True))
    assert len(steps) > 50
    for (time, pool, units), (same_time, same_pool, now) in steps:
        assert (time, pool) == (same_time, same_pool)
        if pool == "experiments":
            assert abs(now - 2 * units) <= 2  # one unit rounded away, doubled
        elif pool in ("training", "agents"):
            assert abs(now - units) <= 1
        else:
            assert now == units


@pytest.mark.parametrize("scenario", limits.SCENARIOS)
def test_faster_review_halves_the_work_of_reviews_alone(scenario):
    model = sim.load(f"scenario={scenario}")
    faster = limits.faster_review(model)
    policy = "oversight.standard."
    assert changed(faster, model) == {policy + "review_work", policy + "review_fraction"}
    before, after = model.oversight["standard"], faster.oversight["standard"]
    assert before.review_work.kind == after.review_work.kind == "deterministic"
    assert after.review_work.mean() == before.review_work.mean() / 2 > 0
    assert after.review_fraction == before.review_fraction / 2 > 0


# --- the scenarios ----------------------------------------------------------------------------


def test_balanced_is_both_differences_at_once():
    default, *labs = (sim.load(f"scenario={s}") for s in ("gpt53_codex", *limits.SCENARIOS))
    compute, loop, both = (changed(lab, default) for lab in labs)
    assert compute and loop and not compute & loop
    assert both == compute | loop
    assert [changed(labs[2], lab) for lab in labs[:2]] == [loop, compute]
    assert labs[2].skills == labs[1].skills != default.skills
    assert [lab.name for lab in labs] == list(limits.SCENARIOS)


@pytest.mark.parametrize("scenario", limits.SCENARIOS)
def test_no_scenario_adds_a_value_that_the_catalogue_does_not_know(scenario):
    assert catalogue.missing(sim.load(f"scenario={scenario}").to_dict()) == []


# --- effects and claims on numbers that are known ---------------------------------------------


def sample(percent, noise=0.02, seed=4):
    """Log ratios of 24 replications around an effect of so many percent."""
    scatter = np.random.default_rng(seed).normal(0.0, 1.0, 24)
    return np.log1p(percent / 100) + noise * (scatter - scatter.mean())


def found(**effects):
    """Effects of (compute, review), in percent, by scenario."""
    return {
        name: {COMPUTE: sample(compute, seed=5), REVIEW: sample(review, seed=6)}
        for name, (compute, review) in effects.items()
    }


def test_effect_of_known_numbers():
    # Logs 0, ln 1.1, ln 1.21: mean ln 1.1, standard error ln 1.1 / sqrt(3), t(0.975, 2) = 4.3027.
    step = np.log(1.1)
    shown = limits.effect(np.array([0.0, step, 2 * step]))
    assert shown.mean == pytest.approx(0.1)
    assert shown.low == pytest.approx(np.expm1(step * (1 - 4.30265 / np.sqrt(3))), rel=1e-5)
    assert shown.high == pytest.approx(np.expm1(step * (1 + 4.30265 / np.sqrt(3))), rel=1e-5)


@pytest.mark.parametrize(
    ("percent", "noise", "word"),
    [(12, 0.02, "clearly"), (12, 0.1, "helps"), (8, 0.02, "helps"), (8, 0.3, "unclear"),
     (0, 0.02, "hardly"), (0, 0.3, "unclear"), (-4.9, 0.02, "unclear"), (-20, 0.02, "unclear")],
)  # fmt: skip
def test_words_go_by_the_ends_of_the_interval(percent, noise, word):
    assert limits.word(limits.effect(sample(percent, noise))) == word


RIGHT = {"compute_limited": (40, 0), "loop_limited": (0, 40), "balanced": (12, 12)}


def test_claims_hold_where_they_should():
    assert limits.missed(found(**RIGHT)) == []
    assert limits.report(found(**RIGHT)).endswith("of 9 claims missed: none")


@pytest.mark.parametrize(
    ("wrong", "number"),
    [
        ({"compute_limited": (0, 40), "loop_limited": (40, 0)}, 6),
        ({"compute_limited": (40, 12)}, 1),
        ({"loop_limited": (12, 40)}, 1),
        ({"compute_limited": (3, 0), "loop_limited": (3, 40)}, 2),
        ({"balanced": (40, 0)}, 2),
        ({"balanced": (12, 40)}, 1),
        ({"balanced": (2, 2)}, 2),
    ],
)
def test_wrong_claims_are_rejected(wrong, number):
    assert len(limits.missed(found(**RIGHT | wrong))) == number


# --- the labs themselves ----------------------------------------------------------------------


def measured(record_property, replications, *scenarios):
    """Effects in these labs, which are recorded."""
    effects = limits.samples(scenarios, replications=replications, seed=FRESH)
    record_property(f"what limits a lab, {replications} pairs", "\n" + limits.report(effects))
    return effects


def test_compute_or_the_loop_holds_a_lab_back(record_property):
    labs = ("compute_limited", "loop_limited")
    effects = measured(record_property, 12, *labs)
    assert limits.missed(effects) == []
    exchanged = dict(zip(labs, (effects[name] for name in labs[::-1]), strict=True))
    assert len(limits.missed(exchanged)) == 6


def test_both_hold_back_the_balanced_lab(record_property):
    effects = measured(record_property, 32, "balanced")
    assert limits.missed(effects) == []
    for lab in ("compute_limited", "loop_limited"):
        assert limits.missed({lab: effects["balanced"]}), lab


# --- the README -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(command, capsys):
    python, script, *arguments = shlex.split(command)
    assert (python, ROOT / script) == (".venv/bin/python", FOLDER / "limits.py")
    shorter = [*arguments, "horizon=60 d"]
    shorter[shorter.index("--replications") + 1] = "2"
    assert limits.main(["--workers", "1", *shorter]) == 0
    assert "%): " in capsys.readouterr().out


@pytest.mark.verify
def test_the_first_command_prints_the_table_of_the_readme():
    _, *arguments = shlex.split(COMMANDS[0])
    printed = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    ).stdout
    assert printed.endswith("of 9 claims missed: none\n")
    assert printed in README
