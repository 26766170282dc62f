"""Metrics: pure functions of the log and the model, one idea per file.

All accept the tables of one run or of an ensemble (the tables of its runs, concatenated) and
return tidy DataFrames in days. Outputs begin at t = 0: the pre-history only fills the queues.
"""

from sim.metrics import cycle_time, delegation, growth, queues, utilisation

__all__ = ["cycle_time", "delegation", "growth", "queues", "utilisation"]
