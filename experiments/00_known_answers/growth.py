"""Growth and plans: no chance in them, so points must lie on their answers."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from panels import Curve, Panel, Point, Series, simulate, theory


def results(run: Any) -> tuple[Any, Any]:
    """Times and levels of algorithms after each result."""
    rows = run.changes[(run.changes["kind"] == "stock") & (run.changes["name"] == "algorithms")]
    return rows["time"].to_numpy(), rows["after"].to_numpy()


def exactly(run: Any, gain: float, beta: float, phi: float, rate: float = 1.0) -> list[Point]:
    """Some results as points, with the level that the recursion gives; all must be met."""
    times, levels = results(run)
    right = itertools.islice(theory.learning(gain, beta, phi, rate), len(times))
    right_times, right_levels = np.array(list(right)).T
    assert np.allclose(times, right_times, rtol=1e-9, atol=0)
    chosen = np.unique(np.searchsorted(levels, np.linspace(levels[0], levels[-1], 12)))
    return [Point(times[i], levels[i], 0.0, right_levels[i]) for i in chosen]


def harder() -> Panel:
    """Level of algorithms by time while ideas get harder."""
    series = []
    for gain, rate in ((0.01, 2.0), (0.1, 0.2), (0.5, 0.04)):
        run = simulate(
            "scenario=ideas_get_harder", f"stocks.algorithms.gain={gain}",
            f"flows.experiment.stages.research.work='{1 / rate} d'",
        )
        points = exactly(run, gain, 1.0, 0.0, rate)
        right = itertools.islice(theory.learning(gain, 1.0, 0.0, rate), len(results(run)[0]))
        series.append(Series(f"gain {gain:g}", points, np.array(list(right)).T))
    grid = np.geomspace(5, 1000, 200)
    limit = [theory.level_at(t, 0.01, 1.0, rate=2.0) for t in grid]
    return Panel(
        "Ideas get harder", "the larger the gain, the fewer results (ideas_get_harder)",
        "time (days)", "algorithms (natural log)", series,
        [Curve("limit of small gains", grid, limit)], log="x",
    )


PAIRS = {"slower": (0.5, 2.0, 400), "as fast": (0.5, 0.5, 150), "faster": (2.0, 0.5, 400)}
GAIN = 0.02


def recursion() -> list[Panel]:
    """Level by time, and how far it is ahead of the limit of small gains."""
    series, curves = [], []
    for _name, (phi, beta, horizon) in PAIRS.items():
        run = simulate(
            "scenario=recursion", f"feedback.speedup.exponent={phi}",
            f"stocks.algorithms.beta={beta}", f"horizon={horizon}d",
        )
        assert (run.end.reason == "blow_up") == (phi > beta)
        times, levels = results(run)
        label = f"phi = {phi:g}, beta = {beta:g}"
        if phi > beta:
            end = f"{run.end.time:.1f} d"
        points = exactly(run, GAIN, beta, phi)
        series.append(Series(label, points, (times, levels_by(times, beta, phi))))
        grid = np.linspace(0, min(levels[-1], 3.0), 200)
        limit = [theory.time_of(level, GAIN, beta, phi) for level in grid]
        curves.append(Curve("" if curves else "limit of small gains", limit, grid))
    return [
        Panel(
            "Recursion without waiting",
            f"each result speeds up the next (recursion); blow-up at {end}",
            "time (days)", "algorithms (natural log)", series, curves, ylim=(0, 3.1),
        ),
        Panel(
            "Ahead of the limit", f"phi < beta, at gain {GAIN:g} (recursion); line: the bias to "
            "first order", "algorithms (natural log)", "excess / gain",
            [excess(phi, 2.0, GAIN, f"phi = {phi:g}, beta = 2") for phi in (0.0, 0.5)],
        ),
        Panel(
            "Behind the limit", "phi = 2, beta = 0.5 (recursion); line: the bias to first order",
            "algorithms (natural log)", "excess / gain",
            [excess(2.0, 0.5, gain, f"gain {gain:g}") for gain in (0.02, 0.01, 0.005)],
        ),
    ]


def levels_by(times: Any, beta: float, phi: float, gain: float = GAIN) -> Any:
    """Return the recursion's levels after as many results."""
    right = itertools.islice(theory.learning(gain, beta, phi), len(times))
    return [level for _, level in right]


def excess(phi: float, beta: float, gain: float, label: str) -> Series:
    """Return the excess over the limit; the bias that theory gives is its line.

    What lies between them is of second order in the gain: the answer of a point is the
    recursion's own excess, which it must meet to rounding.
    """
    run = simulate(
        "scenario=recursion", f"feedback.speedup.exponent={phi}", "horizon=400d",
        f"stocks.algorithms.beta={beta}", f"stocks.algorithms.gain={gain}",
    )
    times, levels = results(run)
    right = levels_by(times, beta, phi, gain)
    points = []
    for i in np.searchsorted(levels, np.linspace(0.1, min(levels[-1], 1.6), 12)):
        limit = theory.level_at(times[i], gain, beta, phi)
        points.append(
            Point(limit, (levels[i] - limit) / gain, 0.0, (right[i] - limit) / gain)
        )
    grid = np.linspace(0.0, max(p.x for p in points), 100)
    bias = [theory.level_bias(limit, gain, beta, phi) / gain for limit in grid]
    return Series(label, points, (grid, bias))


# --- plans ------------------------------------------------------------------------------------


def plan() -> Panel:
    """The plan of the first generation, stage by stage."""
    run = simulate("scenario=critical_path")
    row = run.generations.iloc[1]
    durations = {
        "gate": 20.0, "train": 10.0, "post_train": 7.0, "evaluate": 12.0, "safety": 3.0,
        "report": 2.0, "harness": 4.0, "approve": 1.0, "deploy": 1.0, "release": 0.0,
    }
    after = {
        "train": ["gate"], "post_train": ["train"], "evaluate": ["train"], "safety": ["train"],
        "report": ["safety"], "harness": ["post_train"],
        "approve": ["post_train", "evaluate", "report"], "deploy": ["approve"],
        "release": ["deploy", "harness"],
    }
    ends = theory.critical_path(durations, after)
    bars = [
        (name.replace("_", "-"), row[f"entered_{name}"], row[f"left_{name}"]) for name in durations
    ]
    points = [
        Point(row[f"left_{name}"], row[f"left_{name}"], 0.0, ends[name]) for name in durations
    ]
    return Panel(
        "A plan of fixed times", "first generation (critical_path); joins wait for the last",
        "time (days)", "", [Series("ends by hand", points)], bars=bars,
    )


def hours() -> Panel:
    """Tasks of five hours in office hours: the first nine."""
    run = simulate("scenario=working_hours")
    right = theory.shifts(9, 300, 540, 1020, range(5), 0)
    rows = run.visits.head(9)
    bars = [
        (f"task {i + 1}", begin, end)
        for i, (begin, end) in enumerate(zip(rows["started"], rows["finished"], strict=True))
    ]
    points = [
        Point(end, end, 0.0, answer / 1440)
        for (_, _, end), (_, answer) in zip(bars, right, strict=True)
    ]
    return Panel(
        "Office hours", "tasks of 5 h, open Mon–Fri 9–17, day 0 is a Monday (working_hours)",
        "time (days)", "", [Series("ends by hand", points)], bars=bars,
    )


PANELS = (harder, recursion, plan, hours)
