"""Metrics: pure functions of the log and the model, one idea per file.

All accept the tables of one run or of an ensemble (the tables of its runs, concatenated) and
return tidy DataFrames in days. Outputs begin at t = 0: the pre-history only fills the queues.
"""

from sim.metrics import (
    bottleneck,
    censored,
    compute_use,
    critical_path,
    cycle_time,
    delegation,
    dividend,
    flow_time,
    growth,
    latency,
    leverage,
    oversight,
    queues,
    readouts,
    release_dates,
    slack,
    speedup,
    stocks,
    throughput,
    utilisation,
    waits,
)

__all__ = [
    "bottleneck",
    "censored",
    "compute_use",
    "critical_path",
    "cycle_time",
    "delegation",
    "dividend",
    "flow_time",
    "growth",
    "latency",
    "leverage",
    "oversight",
    "queues",
    "readouts",
    "release_dates",
    "slack",
    "speedup",
    "stocks",
    "throughput",
    "utilisation",
    "waits",
]
