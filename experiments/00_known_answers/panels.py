"""What a panel shows: simulated points beside the theory they must meet."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import sim

FORMULAS = Path(__file__).resolve().parents[2] / "tests" / "verification"
if not (FORMULAS / "theory.py").exists():
    sys.exit(f"This study needs the repository: the formulas stand in {FORMULAS / 'theory.py'}.")
sys.path.insert(0, str(FORMULAS))
import theory  # noqa: E402 - found only now

__all__ = ["Curve", "K", "Panel", "Point", "Series", "point", "replicate", "simulate", "theory"]

K = 4
"""Half length of error bars in standard errors, as in the tests."""


@dataclass(frozen=True)
class Point:
    """A simulated mean, its standard error (0: no chance in it), and the known answer."""

    x: float
    mean: float
    error: float
    theory: float


@dataclass(frozen=True)
class Series:
    """Points of one quantity; drawn in one colour, its theory as a line of the same colour."""

    label: str
    points: list[Point]
    line: tuple[Any, Any] | None = None
    """Theory between the points: x and y; absent: straight from point to point."""


@dataclass(frozen=True)
class Curve:
    """A bound or neighbouring model, for comparison only."""

    label: str
    x: Any
    y: Any


@dataclass(frozen=True)
class Panel:
    """One panel."""

    title: str
    subtitle: str
    xlabel: str
    ylabel: str
    series: list[Series]
    curves: list[Curve] = field(default_factory=list)
    log: str = ""
    """Which axes are logarithmic: x, y or xy."""
    bars: list[tuple[str, float, float]] | None = None
    """Instead of lines, a plan: what, from, to."""
    ylim: tuple[float, float | None] | None = None


def point(x: float, samples: Any, answer: float) -> Point:
    """Return the mean of independent replications as a point."""
    samples = np.asarray(samples, dtype=float)
    error = samples.std(ddof=1) / math.sqrt(len(samples))
    return Point(x, float(samples.mean()), float(error), float(answer))


def simulate(*overrides: str, replication: int = 0) -> Any:
    """Return one run of a scenario."""
    return sim.simulate(sim.load(*overrides), seed=0, replication=replication)


def replicate(count: int, *overrides: str) -> Iterator[Any]:
    """Yield runs 0 … count - 1 of a scenario, one at a time."""
    model = sim.load(*overrides)
    for number in range(count):
        yield sim.simulate(model, seed=0, replication=number)
