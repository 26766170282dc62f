"""Differences between two labs on the same random numbers, and claims about their direction."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

import sim

LEVEL = 0.99
"""Of the intervals, fixed before anything was measured."""


@dataclass(frozen=True)
class Difference:
    """A mean of paired differences and its interval (Student's t)."""

    mean: float
    low: float
    high: float
    pairs: int

    def __str__(self):
        return (
            f"{self.mean:.3g}, {LEVEL:.0%} interval [{self.low:.3g}, {self.high:.3g}], "
            f"{self.pairs} pairs"
        )


def difference(changed, base):
    """The interval of `changed - base`, pair by pair."""
    values = np.asarray(changed, dtype=float) - np.asarray(base, dtype=float)
    n, mean = len(values), values.mean()
    half = t.ppf(0.5 + LEVEL / 2, n - 1) * values.std(ddof=1) / np.sqrt(n)
    return Difference(mean, mean - half, mean + half, n)


def more(found, than=0.0):
    """Whether the claim holds that the change adds more than so much."""
    return found.low > than


def less(found, than=0.0):
    """Whether the claim holds that the change takes away more than so much."""
    return found.high < -than


def runs(number, seed, *overrides):
    """Replications 0 … number-1 of a lab."""
    model = sim.load(*overrides)
    return [sim.simulate(model, seed=seed, replication=i) for i in range(number)]


def compare(measure, changed, base):
    """The difference of a measure between two lists of runs on the same random numbers."""
    return difference([measure(run) for run in changed], [measure(run) for run in base])


# --- what is measured of a run ------------------------------------------------------------------


def between(visits, start, end):
    """Rows that ended in a window, days."""
    return visits[(visits["finished"] >= start) & (visits["finished"] < end)]


def results(run, start=0.0, end=np.inf):
    """Experiments that ended in a window."""
    ended = between(run.visits, start, end)
    return ended[(ended["activity"] == "result") & (ended["flow"] == "experiment")]


def passage(run, start=0.0, end=np.inf):
    """Mean days from the design of an experiment to its result, for results in a window."""
    v = run.visits
    begun = v[(v["flow"] == "experiment") & (v["stage"] == "design")]
    begun = begun.groupby("item")["requested"].min()
    return (results(run, start, end).set_index("item")["finished"] - begun).mean()


def waiting(run, executor):
    """Days that an experiment waits for people, or for compute, once it has been decided on."""
    v = run.visits
    here = (v["flow"] == "experiment") & (v["stage"] != "decide") & (v["executor"] == executor)
    rows = between(v[here & v["started"].notna()], 0.0, np.inf)
    return (rows["started"] - rows["requested"]).sum() / len(results(run))


def escaped(run):
    """Wrong outputs that no review caught."""
    return (between(run.visits, 0.0, np.inf)["outcome"] == "escaped").sum()


def wasted(run):
    """Compute of experiments that turned out to be worthless, unit-days."""
    ended = results(run)
    invalid = ended.loc[ended["outcome"] == "invalid", "item"]
    v = run.visits
    jobs = v[(v["flow"] == "experiment") & (v["activity"] == "run") & v["item"].isin(invalid)]
    return (jobs["worked"] * jobs["units"]).sum()


def training_days(run):
    """Days from the start of the training of generation 1 to its end."""
    row = run.generations.iloc[1]
    assert row["left_train"] < run.end.time, "the run is too short"  # false for NaN, too
    return row["left_train"] - row["entered_train"]


def diagnoses(run):
    """Diagnoses of faults in the training of generation 1 that were asked for."""
    v = run.visits
    return ((v["stage"] == "diagnose") & (v["generation"] == 1) & (v["attempt"] == 1)
            & (v["activity"] == "work")).sum()  # fmt: skip


AFTER = 60.0
"""Days after the first release in which a surge is looked at."""


def first_release(run):
    """When generation 1 was released, days."""
    time = run.generations["released"].iloc[1]
    assert time + AFTER <= run.end.time, "the run is too short"  # false for NaN, too
    return time


def given_away(run):
    """Unit-days that serve users instead of experiments after the first release."""
    c = run.changes
    c = c[(c["kind"] == "capacity") & (c["name"] == "serving")]
    end = first_release(run) + AFTER
    c = c[c["time"] < end]
    return (c["after"] * np.diff(np.append(c["time"], end))).sum()


def results_after(run):
    """Experiments that ended soon after the first release."""
    return len(results(run, first_release(run), first_release(run) + AFTER))


def passage_after(run):
    """Mean days from design to result of those."""
    return passage(run, first_release(run), first_release(run) + AFTER)


def stock(run, name, time):
    """A stock at a time."""
    c = run.changes
    c = c[(c["kind"] == "stock") & (c["name"] == name) & (c["time"] <= time)]
    return float(c["after"].iloc[-1]) if len(c) else 0.0


def growth(run, name, start, end):
    """How much a stock grows between two parts of the run's time."""
    last = run.end.time
    return stock(run, name, end * last) - stock(run, name, start * last)
