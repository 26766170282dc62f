"""Oversight: how much people look at, what they catch, and what it costs where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.metrics.items import incident_flows, items
from sim.metrics.rows import Mask
from sim.metrics.timeline import Ends, Floats
from sim.metrics.windows import Windows, windows
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd

MEANING = {
    "replication": "number of the replication",
    "generation": "generation that was being built: from the release before it to its own",
    "start": "when that began, days",
    "days": "how long it took, or has taken by the end of the run",
    "review_requests": "reviews and audits that people were asked for, per day",
    "review_load": "people's work on reviews and audits that ended, person-days per day",
    "review_share": "share of people's working time that went into reviews and audits",
    "steering_share": "share of people's working time that went into steering assistants",
    "outputs": "outputs of assistants whose fate was decided: right, caught or escaped",
    "reviewed": "share of those that a person or an assistant reviewed",
    "caught": "share of those that were wrong and caught by a review",
    "escaped": "share of those that were wrong and not caught",
    "escaped_defects": "wrong outputs that no review caught, of people and of assistants",
    "incidents": "incidents that began",
    "compute": "unit-days of the jobs, training runs and repairs that ended",
    "failed": "of these: unit-days of jobs that failed",
    "interrupted": "of these: unit-days of progress that interruptions of training lost (with "
    "the checkpoints written in between), and of repairs, the units idle",
    "invalid": "of these: unit-days of the jobs of experiments that came to be invalid",
    "wasted": "share of compute that was failed, interrupted or invalid",
}
"""The columns of `by_generation`. A unit of a pool counts as the people that it stands for; shares
are missing where there is nothing to share."""


def by_generation(
    visits: pd.DataFrame, generations: pd.DataFrame, model: Model, *, ends: Ends | None = None
) -> pd.DataFrame:
    """Return the measures in `MEANING`: a row for each replication and generation.

    Work counts when it ends, a request when it is made, an output when the attempt ended.

    Parameters
    ----------
    visits, generations
        Tables of a run or an ensemble, whole: rows refer to others by their place.
    model
        The model that was run.
    ends
        When replications ended that ended before the horizon, days.
    """
    while_built = windows(generations, model, ends)
    columns = {
        **_people(visits, model, while_built),
        **_outputs(visits, while_built),
        **_incidents(visits, model, while_built),
        **_compute(visits, model, while_built),
    }
    return while_built.table(columns)[list(MEANING)]


def _people(visits: pd.DataFrame, model: Model, while_built: Windows) -> dict[str, Floats]:
    """Return what people's time goes into."""
    columns = ["replication", "activity", "requested", "finished", "worked"]
    people = visits[columns][(visits["executor"] == "human").to_numpy()]
    looks = people["activity"].isin(["review", "audit"]).to_numpy()
    asked = while_built.of(people["replication"][looks], people["requested"][looks])
    ended = while_built.of(people["replication"], people["finished"])
    work = people["worked"].to_numpy() * 24 / model.hours_per_person_day * model.people_per_unit

    def spent(which: Mask) -> Floats:
        return while_built.sums(ended[which], work[which])

    everything = spent(np.ones(len(people), dtype=bool))
    return {
        "review_requests": _ratio(while_built.sums(asked), while_built.days),
        "review_load": _ratio(spent(looks), while_built.days),
        "review_share": _ratio(spent(looks), everything),
        "steering_share": _ratio(spent((people["activity"] == "steering").to_numpy()), everything),
    }


def _outputs(visits: pd.DataFrame, while_built: Windows) -> dict[str, Floats]:
    """Return what became of outputs. A review follows on the work that it is about."""
    reviews = np.flatnonzero(visits["activity"] == "review")
    place = reviews - visits["row"].to_numpy()[reviews] + visits["previous"].to_numpy()[reviews]
    reviewed = np.zeros(len(visits), dtype=bool)
    reviewed[place] = True
    wrong = visits["outcome"].isin(["caught", "escaped"]).to_numpy()
    decided = np.flatnonzero(wrong | (visits["outcome"] == "right").to_numpy())
    rows = visits[["replication", "executor", "activity", "finished", "outcome"]].iloc[decided]
    at = while_built.of(rows["replication"], rows["finished"])
    assistants = ((rows["executor"] == "agent") & (rows["activity"] == "work")).to_numpy()
    outputs = while_built.sums(at[assistants])

    def share(which: Mask) -> Floats:
        return _ratio(while_built.sums(at[which & assistants]), outputs)

    escaped = (rows["outcome"] == "escaped").to_numpy()
    return {
        "outputs": outputs,
        "reviewed": share(reviewed[decided]),
        "caught": share((rows["outcome"] == "caught").to_numpy()),
        "escaped": share(escaped),
        "escaped_defects": while_built.sums(at[escaped]),
    }


def _incidents(visits: pd.DataFrame, model: Model, while_built: Windows) -> dict[str, Floats]:
    """Return how many incidents began."""
    found = items(visits[visits["flow"].isin(incident_flows(model)).to_numpy()])
    return {"incidents": while_built.sums(while_built.of(found["replication"], found["begin"]))}


def _compute(visits: pd.DataFrame, model: Model, while_built: Windows) -> dict[str, Floats]:
    """Return the compute that was used, and what of it was for nothing."""
    invalid = visits.loc[(visits["outcome"] == "invalid").to_numpy(), ["replication", "item"]]
    columns = [
        *("replication", "item", "activity", "units", "started", "finished", "worked", "outcome"),
    ]
    rows = visits[columns][visits["activity"].isin(["run", "repair"]).to_numpy()]
    at = while_built.of(rows["replication"], rows["finished"])
    units, held = rows["units"].to_numpy(), (rows["finished"] - rows["started"]).to_numpy()
    used = units * held
    lost = units * (held - rows["worked"].to_numpy())
    outcome, repair = rows["outcome"], (rows["activity"] == "repair").to_numpy()
    most = visits["item"].max() + 1  # items are numbered anew in each replication
    of_invalid = np.isin(
        rows["replication"].to_numpy("int64") * most + rows["item"],
        invalid["replication"].to_numpy("int64") * most + invalid["item"],
    ) & (outcome == "done").to_numpy()

    def sums(weights: Floats, which: Mask) -> Floats:
        return while_built.sums(at[which], weights[which])

    interrupted = (outcome == "interrupted").to_numpy()
    total = while_built.sums(at, used)
    waste = {
        "failed": sums(used, (outcome == "failed").to_numpy()),
        "interrupted": sums(lost, interrupted) + sums(used, repair),
        "invalid": sums(used, of_invalid),
    }
    wasted = waste["failed"] + waste["interrupted"] + waste["invalid"]
    return {"compute": total, **waste, "wasted": _ratio(wasted, total)}


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole; NaN where the whole is nothing."""
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
