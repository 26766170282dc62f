"""Outcomes by date: what a run had come to at a time, of samples of its trajectory.

A sample holds the state after all that happens at its time. A study samples its runs exactly when
its outcomes ask for it, so nothing is interpolated. After a deadlock nothing changes any more: what
stands at the end holds for all later times.
"""

from __future__ import annotations

import math

import numpy as np

from sim.engines.summary import Summary
from sim.model import InputError

WHOLE = ("horizon", "deadlock")
"""Reasons for the end of runs that are known up to the horizon."""


def output_between(summary: Summary, *, begin: float, end: float) -> float:
    """Return what research's successes after `begin`, up to and with `end`, are worth.

    Their outputs as they are before ideas get harder to find, natural-log units; from t = 0 it
    begins with those at t = 0, so that windows that follow each other add up to `research_output`.
    """
    names = list(summary.model.flows)
    ends = summary.raw["flows"]["output"]
    return math.fsum(
        _at(summary, f"output_{flow}", end, ends[names.index(flow)])
        - (_at(summary, f"output_{flow}", begin, ends[names.index(flow)]) if begin > 0 else 0.0)
        for flow in summary.model.research_flows
    )


def level_at(summary: Summary, *, stock: str, time: float) -> float:
    """Return a stock at a time, natural-log units."""
    return _at(summary, f"level_{stock}", time, summary.raw["totals"].get(stock, 0.0))


def _at(summary: Summary, column: str, time: float, last: float) -> float:
    """Return a column of the trajectory at a time; `last` where the run has stopped for ever."""
    if time > summary.end.time:
        return float(last) if summary.end.reason in WHOLE else math.nan
    trajectory = summary.raw["trajectory"]
    here = np.flatnonzero(trajectory["time"] == time)
    if not len(here):
        raise InputError(f"run: the state at {time:g} d was not sampled; set every={time:g}")
    return float(trajectory[column][here[0]])
