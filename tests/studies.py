"""Small studies to draw and to report: run here, with tables as the folder of a study holds them.

Labs of the default scenario over a year: a grid of two levers, a sample of four uncertainties,
six scenarios, and a named lever crossed with a sample.
"""

from dataclasses import dataclass, field
from functools import cache
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd

import sim
from sim.metrics.outcomes import outcomes_of_summary
from sim.model import Model
from sim.study.replace import put
from sim.study.summaries import each

DAYS = 365.25
SCENARIOS = (
    "gpt53_codex", "people_only", "frozen_assistants", "light_oversight", "balanced",
    "compute_limited",
)


@dataclass(frozen=True, kw_only=True)
class Factor:
    """A factor, as in `sim.study.study`."""

    name: str
    kind: str
    paths: tuple = ()
    levels: tuple = ()
    distribution: str | None = None
    is_number: bool = True
    changes: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An outcome, as in `sim.study.study`."""

    name: str
    unit: str
    meaning: str
    of: object = field(repr=False)
    date: bool = False


def one_oom(summary):
    """When the lab is out with one order of magnitude, days."""
    table = summary.generations
    good = (table["outcome"] == "released").to_numpy() & (table["capability"] >= 0.98).to_numpy()
    return float(table["released"][good].min()) if good.any() else np.nan


OUTCOMES = {
    outcome.name: outcome for outcome in (
        Outcome(
            name="capability", unit="OOM", meaning="capability of the model deployed at the end",
            of=lambda s: outcomes_of_summary(s)["capability"],
        ),
        Outcome(
            name="one_oom", unit="days", meaning="time until the capability is 0.98 OOM",
            of=one_oom, date=True,
        ),
        Outcome(
            name="research_output", unit="natural-log units",
            meaning="sum of the outputs of research's successes",
            of=lambda s: outcomes_of_summary(s)["research_output"],
        ),
    )
}


def lever(name, path, *levels):
    return Factor(name=name, kind="lever", paths=(path,), levels=levels)


def unknown(name, path, low, high):
    text = f"uniform(low={low:g}, high={high:g})"
    return Factor(name=name, kind="uncertainty", paths=(path,), distribution=text)


ENGINEERS = lever("engineers", "pools.engineers.capacity", 4, 8, 16)
COMPUTE = lever("compute", "compute.units", 20, 40, 80)
UNKNOWN = (
    unknown("harder_ideas", "stocks.algorithms.beta", 0.1, 0.6),
    unknown("gain", "stocks.algorithms.gain", 0.008, 0.02),
    unknown("speedup", "feedback.speedup.base", 2.0, 6.0),
    unknown("review", "oversight.standard.review", 0.2, 0.8),
)
OVERSIGHT = Factor(
    name="oversight", kind="lever", levels=("as_it_is", "light", "all_is_looked_at"),
    is_number=False, changes={
        "as_it_is": {}, "light": {"oversight.standard.review": 0.1},
        "all_is_looked_at": {"oversight.standard.review": 0.9},
    },
)
LAB = Factor(name="lab", kind="scenario", levels=SCENARIOS, is_number=False)


@cache
def base(scenario="gpt53_codex"):
    """The plain data of a scenario, run for a year."""
    return sim.load(f"scenario={scenario}", "horizon=1 y", "prehistory=0").to_dict()


def model(study, row):
    """The model of one point."""
    data = base()
    for name, value in row.items():
        factor = study.factors[name]
        if factor.kind == "scenario":
            data = base(value)
        for path, to in factor.changes.get(value, {}).items():
            data = put(data, path, to)
        for path in factor.paths:
            data = put(data, path, value)
    return Model.from_dict(data)


def sample(factors, count, seed=0):
    """A Latin hypercube of uncertainties that are uniform."""
    rng = np.random.default_rng(seed)
    table = {}
    for factor in factors:
        words = factor.distribution.removeprefix("uniform(").rstrip(")").split(", ")
        low, high = (float(word.split("=")[1]) for word in words)
        table[factor.name] = low + (high - low) * (rng.permutation(count) + 0.5) / count
    return pd.DataFrame(table)


def study(name, factors, design, replications, question="", **more):
    return SimpleNamespace(**{
        "name": name, "question": question, "scenario": "gpt53_codex", "set": {"horizon": "1 y"},
        "factors": {factor.name: factor for factor in factors}, "correlations": {},
        "design": design, "replications": replications, "seed": 7, "random_numbers": "common",
        "outcomes": OUTCOMES, "stop": None, "logs": "none", **more,
    })


def conducted(about, points):
    """Run a study; return its results, with what plots and report take from them."""
    points = points.rename_axis("point")
    rows = []
    for point, row in zip(points.index, points.to_dict("records"), strict=True):
        for found in each(model(about, row), replications=about.replications, seed=about.seed):
            rows.append({
                "point": point, "replication": np.int32(found.replication),
                "end_reason": found.end.reason, "end_time": found.end.time,
                **{name: float(o.of(found)) for name, o in about.outcomes.items()}, "error": "",
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
        model=lambda point: model(about, points.loc[point].to_dict()),
    )


@cache
def grid(replications=8):
    """A grid of two levers."""
    about = study("two_levers", (ENGINEERS, COMPUTE), "grid", replications,
                  "Do more engineers help when compute is scarce?")
    points = pd.DataFrame(product(ENGINEERS.levels, COMPUTE.levels), columns=["engineers", "compute"])
    return conducted(about, points)


@cache
def unknowns(points=48, replications=3):
    """A sample of four uncertainties."""
    about = study("four_unknowns", UNKNOWN, f"latin_hypercube(points={points})", replications,
                  "Which of four guesses decide most?")
    return conducted(about, sample(UNKNOWN, points))


@cache
def labs(replications=6):
    """Scenarios."""
    about = study("six_labs", (LAB,), "grid", replications, "Which lab is fastest?")
    return conducted(about, pd.DataFrame({"lab": SCENARIOS}))


@cache
def crossed(points=12, replications=3):
    """A named lever, crossed with a sample of two uncertainties."""
    factors = (OVERSIGHT, *UNKNOWN[:2])
    about = study("oversight_in_doubt", factors, f"latin_hypercube(points={points})", replications)
    few = sample(UNKNOWN[:2], points)
    return conducted(about, pd.concat(
        [few.assign(oversight=level)[[f.name for f in factors]] for level in OVERSIGHT.levels],
        ignore_index=True,
    ))


def changed(found, **columns):
    """The same results with other columns in the table of runs."""
    return results(found.study, found.points, found.runs.assign(**columns))


def with_outcomes(found, *names):
    """The same results with some of the outcomes only."""
    about = SimpleNamespace(**vars(found.study) | {"outcomes": {n: OUTCOMES[n] for n in names}})
    return results(about, found.points, found.runs)
