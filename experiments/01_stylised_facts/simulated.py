"""What the simulated lab shows: each measure is one number of one replication's log.

A measure takes a run (`visits`, `generations`, `changes`, `model`) and returns a float, NaN where
the log cannot tell. *At t = 0* is: asked for between t = 0 and the first release, so that
generation 0 helps. Work is in person-days.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd

from sim.metrics import speedup
from sim.model import Model
from sim.model.training import Training

YEAR = 365.25


class Log(Protocol):
    """What is needed of a run."""

    @property
    def visits(self) -> pd.DataFrame: ...
    @property
    def generations(self) -> pd.DataFrame: ...
    @property
    def changes(self) -> pd.DataFrame: ...
    @property
    def model(self) -> Model: ...


# --- generations ------------------------------------------------------------------------------


def releases(log: Log) -> np.ndarray:
    """Return when generations 1, 2, … were released, days."""
    table = log.generations
    made = table[(table["outcome"] == "released") & (table["generation"] > 0)]
    return made.sort_values("generation")["released"].to_numpy()


def first_gap(log: Log) -> float:
    """Fact 1: days from t = 0 to the first release."""
    return float(next(iter(releases(log)), np.nan))


def later_gaps(log: Log) -> float:
    """Fact 1: mean gap that ends in the second year over the first gap."""
    times = np.concatenate([[0.0], releases(log)])
    late = np.diff(times)[times[1:] >= YEAR]
    return float(late.mean() / first_gap(log)) if len(late) else np.nan


def horizon_doubling(log: Log) -> float:
    """Fact 2: days in which METR's horizon would double, from t = 0 to the last release."""
    times = releases(log)
    table = log.generations
    gained = table.loc[table["outcome"] == "released", "capability"].max()
    readout = log.model.readouts.metr_horizon
    if readout is None or not len(times) or not gained > 0:
        return np.nan
    return float(times[-1] / (readout.doublings_per_oom * gained))


def algorithmic_progress(log: Log) -> float:
    """Fact 3: factor by which algorithms cut the compute needed, in the first year."""
    table = log.changes
    rows = table[(table["name"] == "algorithms") & (table["kind"] == "stock")]
    at = [rows.loc[rows["time"] <= when, "after"] for when in (0.0, YEAR)]
    first, last = (float(levels.iloc[-1]) if len(levels) else 0.0 for levels in at)
    return float(np.exp(last - first))


def training_run(log: Log) -> pd.DataFrame:
    """Return the rows of the training of generation 1: runs and repairs, finished ones."""
    stages = log.model.flows[str(log.model.generation_flow)].stages
    stage = next(name for name, stage in stages.items() if isinstance(stage, Training))
    table = log.visits
    item = log.generations.loc[log.generations["generation"] == 1, "item"].iloc[-1]
    rows = table[(table["item"] == item) & (table["stage"] == stage)]
    return rows[rows["activity"].isin(["run", "repair"])]


def interruptions(log: Log) -> float:
    """Fact 10: interruptions of generation 1's training per 50,000 accelerator-hours."""
    rows = training_run(log)
    hours = 24 * (rows["finished"].max() - rows["started"].min())
    accelerators = rows["units"].iloc[0] * log.model.accelerators_per_unit
    return float(50_000 * (rows["outcome"] == "interrupted").sum() / (hours * accelerators))


def effective_time(log: Log) -> float:
    """Fact 10: share of the time of generation 1's training that made progress."""
    rows = training_run(log)
    progress = rows.loc[rows["activity"] == "run", "worked"].sum()
    return float(progress / (rows["finished"].max() - rows["started"].min()))


# --- compute ----------------------------------------------------------------------------------


def jobs(log: Log) -> pd.DataFrame:
    """Return the attempts at compute jobs that ended after t = 0: completed and failed ones."""
    table, training = log.visits, log.model.training_pool
    return table[
        (table["activity"] == "run") & (table["finished"] >= 0) & (table["pool"] != training)
    ]


def failed_by_count(log: Log) -> float:
    """Fact 9: share of compute jobs that fail, by number."""
    return float((jobs(log)["outcome"] == "failed").mean())


def failed_by_time(log: Log) -> float:
    """Fact 9: share of the compute of completed and failed jobs that failed ones took."""
    rows = jobs(log)
    used = rows["units"] * rows["worked"]
    return float(used[rows["outcome"] == "failed"].sum() / used.sum())


def training_share(log: Log) -> float:
    """Fact 11: training runs' share of the compute that training runs and jobs used, t >= 0."""
    table = log.visits
    rows = table[table["activity"].isin(["run", "repair"]) & (table["executor"] == "compute")]
    end = rows["finished"].fillna(log.model.horizon)
    used = rows["units"] * (end - rows["started"].clip(lower=0)).clip(lower=0)
    generation = rows["flow"] == log.model.generation_flow
    return float(used[generation].sum() / used.sum())


def evaluations_wait(log: Log) -> float:
    """Fact 12: mean wait of evaluations over that of research while training holds its units."""
    table, training = log.visits, log.model.training_pool
    held = table[(table["pool"] == training) & (table["flow"] == log.model.generation_flow)]
    begin = held.groupby("item")["started"].min()
    end = held.groupby("item")["finished"].max().fillna(log.model.horizon)
    rows = table[(table["activity"] == "run") & (table["pool"] != training)]
    rows = rows[rows["started"].notna() & (rows["requested"] >= 0)]
    asked = rows["requested"].to_numpy()
    busy = np.zeros(len(rows), dtype=bool)
    for first, last in zip(begin, end, strict=True):
        busy |= (asked >= first) & (asked < last)
    research = rows["flow"].isin(log.model.research_flows).to_numpy()
    wait = rows["started"].to_numpy() - asked
    return float(wait[busy & ~research].mean() / wait[busy & research].mean())


# --- people and assistants --------------------------------------------------------------------


def tasks(log: Log) -> pd.DataFrame:
    """Return the finished tasks of t = 0 (`sim.metrics.speedup.tasks`), a row each."""
    done = speedup.tasks(log.visits, log.model)
    return done[done["requested"] < first_gap(log)]


def felt_speedup(log: Log) -> float:
    """Fact 5: own work / people's time spent on delegated tasks."""
    return speedup.felt(tasks(log))


def elapsed_speedup(log: Log) -> float:
    """Beside fact 5: own work / time spent on delegated tasks, people's and assistants'."""
    return speedup.elapsed(tasks(log))


def touched(log: Log) -> float:
    """Fact 7: share of the work that is given to an assistant."""
    return speedup.touched(tasks(log))


def fully_delegated(log: Log) -> float:
    """Fact 7: share of the work that assistants do without people's steering, review, takeover."""
    return speedup.fully_delegated(tasks(log))


def interventions(log: Log) -> float:
    """Fact 14: share of the long tasks assistants got right that people steered or rejected."""
    return speedup.intervened(tasks(log))


def review_time(log: Log) -> float:
    """Fact 8: median hours from the request of a person's review or audit to its end, at t = 0."""
    table = log.visits
    by_people = table["activity"].isin(["review", "audit"]) & (table["executor"] == "human")
    rows = table[by_people & (table["requested"] >= 0)]
    rows = rows[rows["requested"] < first_gap(log)]
    return float(24 * (rows["finished"] - rows["requested"]).median())


def engineering(log: Log) -> float:
    """Fact 13: people's time on building and mending over that on deciding and designing."""
    table = log.visits
    rows = table[(table["executor"] == "human") & (table["finished"] >= 0)]
    time = rows.groupby(rows["stage"].astype(str))["worked"].sum()
    return float((time["build"] + time["debug"]) / (time["decide"] + time["design"]))


def research_output(log: Log, begin: float = 0.0, end: float = YEAR) -> float:
    """Return the output of research from `begin` to `end` days, before ideas get harder."""
    return float(speedup.research_output(log.visits, log.model, begin, end).sum())
