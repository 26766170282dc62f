"""The shared network in recursim, on either engine."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pandas as pd
from networks import shared_network

from programs import COLUMNS, Program
from sim import Run, simulate
from sim.log import tables_of

_model = cache(shared_network)
"""A model is made once and run with many seeds."""


def run(days: float, seed: int, engine: str) -> Run:
    """Simulate; the log is in columns of codes and numbers."""
    return simulate(_model(days), seed=seed, engine=engine)


def visits(log: Run) -> pd.DataFrame:
    """Return the finished visits."""
    raw = log.raw["visits"]
    stations = np.array(tables_of(log.model)["stages"])[raw["stage"]]
    columns = (raw["item"], stations, raw["requested"], raw["started"], raw["finished"])
    table = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    return table[table["finished"].notna()]


def program(engine: str) -> Program:
    """Return the program that runs one of the engines."""
    return Program(f"recursim, {engine}", partial(run, engine=engine), visits)
