"""From the speed-up that people feel to that of the lab, level by level."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.metrics import flow_time
from sim.metrics.kinds import KINDS
from sim.metrics.speedup.lab import Log, cycle_times, lab
from sim.metrics.speedup.tasks import elapsed, felt, tasks

if TYPE_CHECKING:
    import pandas as pd

LABELS = {
    "felt": "tasks given to assistants: people's time",
    "elapsed": "and the assistants' own time",
    "labour": "and the tasks that people do themselves",
    "waiting": "and waiting for people, review and slots; nights",
    "research": "and computing, failures, waiting for compute: an experiment",
    "output": "and how many run at once, succeed, and what they bring: research",
    "cycle": "and know-how, training, tests, approval: a generation",
}
"""The levels, from a task to the lab; each says what is counted besides what came before."""

LABOUR = ("people", "assistants", "steering", "review", "rework")
"""Kinds of time in which a task is worked on."""
AROUND = ("wait_people", "wait_review", "wait_slots", "off_hours")
"""Kinds of time in which nobody is there to work on it."""


def levels(with_: Log, without: Log) -> pd.DataFrame:
    """Return the speed-up at each level from a task to the lab, as a waterfall.

    At each level the speed-up is a ratio, of the lab without assistants over the one with them,
    of the time that the level counts; a factor is what the level changes, so the factors up
    to a level multiply to its speed-up, whatever the order. The order is a convention: from the
    task outwards. Another would give other factors, and the same speed-ups of research and the lab.

    - `felt`: own work of research's tasks that assistants are given / people's time on them, which
      includes steering, review and takeovers (`tasks`). What the work would take people is known
      from the same log, so no other lab is needed.
    - `elapsed`: own work / time of people and assistants on these tasks.
    - `labour`: mean days per result in which research is worked on at all (`LABOUR` in
      `flow_time.by_kind`), without / with.
    - `waiting`: the same, with waits for people, review and slots, and people's nights and
      weekends (`AROUND`).
    - `research`: mean flow time of research, all of it, without / with.
    - `output`: research output, with / without, up to the shorter horizon (`lab`).
    - `cycle`: mean cycle time, without / with, over the generations that both labs released in the
      replication: the first ones, as of late ones only the quick are known.

    Means are those of all results at t >= 0, over all replications together. Levels that cannot be
    told (nothing was delegated, people spent no time, no result, no release) are left out, but
    for a level that others come after the factor is told from the last one known.

    Parameters
    ----------
    with_, without
        Logs of the same lab with assistants and without, run with the same seed.

    Returns
    -------
    DataFrame
        One row per level: `level` (key in `LABELS`), `label`, `speedup` and `factor` (no unit).
    """
    import pandas as pd

    done = tasks(with_.visits, with_.model)
    done = done[done["flow"].isin(with_.model.research_flows).to_numpy()]
    helped, alone = _days(with_), _days(without)
    research, around = list(LABOUR), [*LABOUR, *AROUND]
    cycles = cycle_times(with_, without).sum()
    speedups = {
        "felt": felt(done),
        "elapsed": elapsed(done),
        "labour": _ratio(alone[research].sum(), helped[research].sum()),
        "waiting": _ratio(alone[around].sum(), helped[around].sum()),
        "research": _ratio(alone.sum(), helped.sum()),
        "output": lab(with_, without).ratio,
        "cycle": _ratio(cycles["second"], cycles["first"]),
    }
    known = {name: value for name, value in speedups.items() if 0 < value < math.inf}
    values = np.array(list(known.values()))
    return pd.DataFrame({
        "level": list(known), "label": [LABELS[name] for name in known], "speedup": values,
        "factor": values / np.concatenate([np.ones(1), values])[: len(values)],
    })


def _days(log: Log) -> pd.Series:
    """Return mean days per result of research, by kind of time; NaN without results."""
    table = flow_time.by_kind(log.visits, log.model)
    sums = table.groupby(table["kind"].astype(str))[["days", "items"]].sum()
    return (sums["days"] / sums["items"]).reindex(sorted(KINDS))


def _ratio(over: float, under: float) -> float:
    return over / under if under > 0 else math.nan
