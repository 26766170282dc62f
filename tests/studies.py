"""Small studies to draw and to report: run here, with tables as the folder of a study holds them.

Labs of the default scenario over a year: a grid of two levers, a sample of four uncertainties,
six scenarios, and a named lever crossed with a sample.
"""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd

import sim
from sim.model import Model
from sim.study.points import bases_of, model_data, points_of
from sim.study.study import Study
from sim.study.summaries import each

DAYS = 365.25
SCENARIOS = (
    "gpt53_codex", "people_only", "frozen_assistants", "light_oversight", "balanced",
    "compute_limited",
)


DATA = {
    "scenario": "gpt53_codex", "set": {"horizon": "1 y", "prehistory": 0}, "seed": 7,
    "outcomes": {
        "capability": "capability", "one_oom": "time_to_capability(oom=0.98)",
        "research_output": "research_output",
    },
}
ENGINEERS = {"path": "pools.engineers.capacity", "lever": [4, 8, 16]}
COMPUTE = {"path": "compute.units", "lever": [20, 40, 80]}
UNKNOWN = {
    "harder_ideas": {"path": "stocks.algorithms.beta", "uncertainty": "uniform(low=0.1, high=0.6)"},
    "gain": {"path": "stocks.algorithms.gain", "uncertainty": "uniform(low=0.008, high=0.02)"},
    "speedup": {"path": "feedback.speedup.base", "uncertainty": "uniform(low=2, high=6)"},
    "review": {"path": "oversight.standard.review", "uncertainty": "uniform(low=0.2, high=0.8)"},
}
OVERSIGHT = {"lever": {
    "as_it_is": {}, "light": {"oversight.standard.review": 0.1},
    "all_is_looked_at": {"oversight.standard.review": 0.9},
}}


def study(name, factors, design, replications, **more):
    """A study of labs over a year."""
    return Study.from_dict(DATA | {
        "name": name, "factors": factors, "design": design, "replications": replications,
    } | more)


@cache
def base(scenario):
    return sim.load(*(f"scenario={scenario}".split())).to_dict()


def models(about):
    """The model of each point, by its row."""
    bases = bases_of(about, {name: base(name) for name in about.scenarios})
    return lambda row: Model.from_dict(model_data(about, bases, row))


def conducted(about):
    """Run a study; return its results, with what plots and report take from them."""
    points, at = points_of(about), models(about)
    rows = []
    for point, row in zip(points.index, points.to_dict("records"), strict=True):
        for found in each(at(row), replications=about.replications, seed=about.seed):
            rows.append({
                "point": point, "replication": np.int32(found.replication),
                "end_reason": found.end.reason, "end_time": found.end.time,
                **{name: o.of(found) for name, o in about.outcomes.items()}, "error": "",
            })
    return results(about, points, pd.DataFrame(rows))


def results(about, points, runs):
    """Results from tables that are there."""
    manifest = {
        "kind": "study", "status": "finished", "plan_hash": "0123abcd", "seed": about.seed,
        "points": len(points), "runs": len(runs), "recursim": sim.__version__,
        "python": "3.11.2", "platform": "Linux", "packages": {"numpy": "2.0"},
        "started": "2026-01-01T00-00-00", "overrides": [],
    }
    return SimpleNamespace(
        study=about, points=points, runs=runs, manifest=manifest, horizon=DAYS,
        model=lambda point: models(about)(points.loc[point]),
    )


@cache
def grid(replications=4):
    """A grid of two levers."""
    return conducted(study(
        "two_levers", {"engineers": ENGINEERS, "compute": COMPUTE}, "grid", replications,
        question="Do more engineers help when compute is scarce?",
    ))


@cache
def unknowns(points=24, replications=2):
    """A sample of four uncertainties."""
    design = f"latin_hypercube(points={points})"
    return conducted(study("four_unknowns", UNKNOWN, design, replications,
                           question="Which of four guesses decide most?"))


@cache
def labs(replications=3):
    """Scenarios."""
    return conducted(study("six_labs", {"lab": {"scenario": list(SCENARIOS)}}, "grid", replications,
                           question="Which lab is fastest?"))


@cache
def crossed(points=8, replications=2):
    """A named lever, crossed with a sample of two uncertainties."""
    factors = {"oversight": OVERSIGHT} | dict(list(UNKNOWN.items())[:2])
    design = f"latin_hypercube(points={points})"
    return conducted(study("oversight_in_doubt", factors, design, replications))


def planted(points=1500, replications=2, factors=8, seed=0, design="latin_hypercube"):
    """A sample of many uncertainties whose outcomes are a formula and noise, not simulated.

    capability = 2 a + b² - 0.5 c + noise, with a, b, c, … uniform from 0 to 1; one_oom is 100 days
    times 4 - capability, censored at a year; research_output does not depend on anything.
    """
    paths = ["stocks.algorithms.beta", "stocks.algorithms.gain", "feedback.speedup.base",
             "oversight.standard.review", "oversight.standard.catch", "assistants.access",
             "oversight.standard.human_review", "feedback.quality.start"]
    about = study(
        "planted",
        {name: {"path": path, "uncertainty": "uniform(low=0, high=1)"}
         for name, path in list(zip("abcdefgh", paths, strict=True))[:factors]},
        f"{design}(points={points})", replications,
    )
    table, rng = points_of(about), np.random.default_rng(seed)
    of = np.repeat(table.index.to_numpy(), replications)
    a, b, c = (table[name].to_numpy()[of] for name in "abc")
    capability = 2 * a + b**2 - 0.5 * c + 0.3 * rng.standard_normal(len(of))
    date = np.maximum(100 * (4 - capability), 1.0)
    return results(about, table, pd.DataFrame({
        "point": of, "replication": np.tile(np.arange(replications, dtype=np.int32), points),
        "end_reason": "horizon", "end_time": DAYS, "capability": capability,
        "one_oom": np.where(date <= DAYS, date, np.nan),
        "research_output": rng.standard_normal(len(of)), "error": "",
    }))


def named(effects, replications=5, draws=0, noise=0.05, seed=0):
    """Named levers whose outcomes are stated, with noise: not simulated.

    Parameters
    ----------
    effects
        By outcome, a function of a point (its values by factor): worlds `a` and `b`, a policy
        `none`, `less` or `more`, and if there are draws of them `gain` and `ideas` from 0 to 1.
    """
    factors = {
        "world": {"lever": {"a": {}, "b": {"assistants.access": 0.1}}},
        "policy": {"lever": {"none": {}, "less": {"oversight.standard.review": 0.1},
                             "more": {"oversight.standard.review": 0.9}}},
    }
    if draws:
        factors |= {
            name: {"path": UNKNOWN[like]["path"], "uncertainty": "uniform(low=0, high=1)"}
            for name, like in (("gain", "gain"), ("ideas", "harder_ideas"))
        }
    about = study("named", factors, f"latin_hypercube(points={draws})" if draws else "grid",
                  replications)
    points, rng = points_of(about), np.random.default_rng(seed)
    rows = []
    for point, row in zip(points.index, points.to_dict("records"), strict=True):
        for number in range(replications):
            values = {n: effect(row) + noise * rng.standard_normal()
                      for n, effect in effects.items()}
            rows.append({"point": point, "replication": np.int32(number), "end_reason": "horizon",
                         "end_time": DAYS, **values, "error": ""})
    found = results(about, points, pd.DataFrame(rows))
    return with_outcomes(found, *effects)


def changed(found, **columns):
    """The same results with other columns in the table of runs."""
    return results(found.study, found.points, found.runs.assign(**columns))


def with_outcomes(found, *names):
    """The same results with some of the outcomes only."""
    some = {name: found.study.outcomes[name] for name in names}
    return results(replace(found.study, outcomes=some), found.points, found.runs)
