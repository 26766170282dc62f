"""Large labs: the ODE they tend to, and how fast."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from panels import Curve, Panel, Point, Series, point

import sim
from sim.growth import fluid

RUNS = {1: 800, 4: 800, 16: 400, 64: 200, 256: 60}
"""Replications by how many times as large the lab is."""
EVERY = 10.0
STOCKS = ("algorithms", "infrastructure")
SLOWER = "flows.experiment.stages.design.work.mean=3.15 d"


@cache
def levels(n: int) -> Any:
    """Replications × dates × stocks of a lab n times as large."""
    model = fluid.scaled(sim.load("scenario=fluid"), n)
    runs = [sim.summarise(model, seed=0, replication=number, every=EVERY).raw["trajectory"]
            for number in range(RUNS[n])]  # fmt: skip
    found = np.array([[run[f"level_{stock}"][1:] for stock in STOCKS] for run in runs])
    return found.swapaxes(1, 2)


def limit(*overrides: str) -> tuple[Any, Any]:
    """Dates, and stocks of the limit."""
    model = sim.load("scenario=fluid", *overrides)
    times = np.arange(EVERY, model.horizon + EVERY / 2, EVERY)
    path = fluid.of(model).path(times)
    return times, path[[f"level_{stock}" for stock in STOCKS]].to_numpy()


def law() -> list[Panel]:
    """Root mean square error by size, and stocks by time."""
    times, right = limit()
    sizes = np.array(list(RUNS))
    squares = [((levels(n) - right) ** 2).mean(axis=(1, 2)) for n in RUNS]
    rms = np.array([each.mean() ** 0.5 for each in squares])
    error = np.array([each.std(ddof=1) / (2 * each.mean() ** 0.5 * len(each) ** 0.5)
                      for each in squares])  # fmt: skip
    # One number is not known from theory, the error at n = 1: it is that which fits all sizes best.
    weight = (rms / error) ** 2
    scale = np.exp(weight @ np.log(rms * sizes**0.5) / weight.sum())
    answers = scale * sizes**-0.5
    points = [Point(*each) for each in zip(sizes, rms, error, answers, strict=True)]
    grid = np.geomspace(1, sizes[-1], 100)
    off = ((limit(SLOWER)[1] - right) ** 2).mean()
    wrong = Curve("about an ODE whose researchers are 5% slower", grid,
                  (scale**2 / grid + off) ** 0.5)  # fmt: skip
    largest = int(sizes[-1])
    found = levels(largest)
    series = [
        Series(
            stock,
            [point(times[i], found[:, i, s], right[i, s]) for i in range(1, len(times), 2)],
            (np.concatenate([[0.0], times]), np.concatenate([[0.0], right[:, s]])),
        )
        for s, stock in enumerate(STOCKS)
    ]
    return [
        Panel(
            "Law of large numbers", "all that is counted times n, gains by 1/n (fluid); line: "
            "n^(-1/2)", "n", "rms error of the stocks (natural log)",
            [Series("about the ODE", points, (grid, scale * grid**-0.5))], [wrong], log="xy",
        ),
        Panel(
            "What a large lab comes to", f"n = {largest} (fluid); lines: the ODE", "time (days)",
            "stock (natural log)", series,
        ),
    ]


PANELS = (law,)
