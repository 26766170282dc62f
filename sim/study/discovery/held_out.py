"""How good boxes are on points that did not choose them, and how surely.

On its own points a box looks too good: its ends were put where luck was kind. So the points are cut
at random into ten parts, twice; the whole procedure finds a box on nine of them, and the tenth
measures it. What is left there of the gain (density less that of all points) that these boxes have
on their own points, a share s, is taken to be left of the gain of the box that all points found:
corrected gain = s × gain on its own points. Coverage falls with density: the same runs are counted
in both. (The boxes of the parts differ from that of all points, and so does how much they hold:
their own coverage is not to be quoted for it.)

That what is chosen on data is measured anew and its optimism taken off: B. Efron, "How biased is
the apparent error rate of a prediction rule?", Journal of the American Statistical Association 81,
1986, https://doi.org/10.1080/01621459.1986.10478291; by a factor of shrinkage: J. C. van
Houwelingen, S. le Cessie, "Predictive value of statistical models", Statistics in Medicine 9, 1990,
https://doi.org/10.1002/sim.4780091109. How often the intervals hold in simulated studies is tested
in `tests/unit/study/test_discovery_held_out.py`; those of the coverage are somewhat too narrow.

How reproducible a box is, halves tell: the procedure is repeated on halves drawn at random, and it
is counted in how many of them a factor is restricted again. A factor that matters less may not be
found with half of the points, so this is a strict measure. If the box restricts a factor that
seldom comes back (`discover.SELDOM`), it is found again without such factors; s is that of boxes
that may still restrict them, and so rather too low.

Intervals are of the pigeonhole bootstrap: draws of the design are drawn anew, and if replication n
has the same random numbers at every point, replications as well, as then luck is common to all
points. The boxes themselves are held. A. B. Owen, "The pigeonhole bootstrap", Annals of Applied
Statistics 1, 2007, https://doi.org/10.1214/07-AOAS122
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.study.discovery.box import Box, Columns, Measured, measure
from sim.study.discovery.prim import Step, choose
from sim.study.statistics.intervals import wilson

Floats = NDArray[np.float64]
PARTS, TIMES = 10, 2
"""Parts into which the points are cut, and how often."""
HALVES = 10
"""Halves on which the procedure is repeated."""
DRAWS = 1000
"""Bootstrap samples."""
LEVEL = 0.9
"""Of intervals."""
TARGETS = tuple(round(0.05 * i, 2) for i in range(19, 0, -1))
"""Coverages at which the way of peeling is measured on held-out points."""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """In which runs the thing happened, by point."""

    share: Floats
    """Of each point, the share of its known runs in which it did: the weight of the case."""
    yes: Floats
    """A row per point, a column per replication: 1 where it did."""
    known: Floats
    """The same: 1 where it is known."""
    draws: NDArray[np.int64]
    """Number of the draw of each point, from 0: points that differ in levers only share one."""
    common: bool
    """Whether replication n has the same random numbers at every point."""

    def only(self, rows: Any) -> Happened:
        """Return the points chosen."""
        return Happened(
            share=self.share[rows], yes=self.yes[rows], known=self.known[rows],
            draws=np.unique(self.draws[rows], return_inverse=True)[1], common=self.common,
        )


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A number with its interval."""

    value: float
    """The estimate."""
    low: float
    """Low end."""
    high: float
    """High end."""

    def changed(self, *, factor: float = 1.0, less: float = 0.0) -> Interval:
        """Return the number and its ends times a factor, less something."""
        value, low, high = (factor * x - less for x in (self.value, self.low, self.high))
        return Interval(value=value, low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class Rated:
    """How well a box does, with intervals."""

    coverage: Interval
    """As in `Measured`."""
    density: Interval
    """As in `Measured`."""
    mass: float
    """As in `Measured`."""
    gain: Interval
    """Density less the mean weight of all points."""


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """What held-out points say of the procedure that found a box."""

    others: Measured
    """How well the boxes of the parts do on points that did not choose them."""
    rate: float
    """Mean weight of all points."""
    fitted: Measured
    """How well they do on the points that chose them."""
    returned: Mapping[str, float]
    """Of each factor, the share of the halves whose box restricts it."""
    curve: tuple[Measured, ...] = field(repr=False)
    """Boxes on the way of peeling, measured on held-out points."""

    @property
    def left(self) -> float:
        """Share of the gain on a box's own points that is left on others, from 0 to 1."""
        own, others = self.fitted.density - self.rate, self.others.density - self.rate
        return min(max(others / own, 0.0), 1.0) if own > 0 else 0.0


def corrected(own: Rated, left: float) -> Rated:
    """Return how well a box is expected to do on other points than those that chose it.

    Parameters
    ----------
    own
        How well it does on its own points.
    left
        Share of its gain that is left (`HeldOut.left`). Intervals keep their width, those of the
        coverage in proportion.
    """
    lost = (1.0 - left) * own.gain.value
    factor = 1.0 - lost / own.density.value if own.density.value > 0 else 1.0
    return Rated(
        coverage=own.coverage.changed(factor=factor), density=own.density.changed(less=lost),
        gain=own.gain.changed(less=lost), mass=own.mass,
    )


Procedure = Callable[[Columns, Any], tuple[list[Step], int, Box]]
"""Finds a box among points with weights: the way of peeling, the one chosen of it, the box."""


def held_out(
    points: Columns, happened: Happened, find: Procedure, rng: np.random.Generator
) -> HeldOut:
    """Return what held-out points say of a procedure."""
    share, draws = happened.share, int(happened.draws.max()) + 1
    inside, sums = np.zeros(len(share)), np.zeros((len(TARGETS), len(share)))
    fitted = np.zeros(len(share))
    for _ in range(TIMES):
        part = (rng.permutation(draws) % PARTS)[happened.draws]
        for test in (part == i for i in range(PARTS)):
            steps, _, box = find(_only(points, ~test), share[~test])
            here = box.holds(points)
            fitted += np.where(test, False, here)
            inside += np.where(test, here, False)
            others = _only(points, test)
            for i, target in enumerate(TARGETS):
                sums[i, test] += steps[choose(steps, target)].box.holds(others)
    returned = Counter[str]()
    for _ in range(HALVES):
        half = (rng.permutation(draws) < (draws + 1) // 2)[happened.draws]
        returned.update(find(_only(points, half), share[half])[2].limits.keys())
    return HeldOut(
        others=measure(inside / TIMES, share), rate=float(share.mean()),
        fitted=measure(fitted / (TIMES * (PARTS - 1)), share),
        returned={name: returned[name] / HALVES for name in points},
        curve=tuple(measure(row / TIMES, share) for row in sums),
    )


def _only(points: Columns, rows: Any) -> Columns:
    return {name: values[rows] for name, values in points.items()}


def rated(
    inside: Any, happened: Happened, rng: np.random.Generator, *, level: float = LEVEL
) -> Rated:
    """Return how well a box does, with intervals.

    Parameters
    ----------
    inside
        Which points are inside, or by how much of each, from 0 to 1.
    happened
        In which runs it happened.
    """
    inside = np.asarray(inside, dtype=float)
    found = measure(inside, happened.share)
    replications = happened.yes.shape[1]
    count, rows = int(happened.draws.max()) + 1, list[tuple[float, float, float]]()
    for _ in range(DRAWS):
        often = np.bincount(rng.integers(count, size=count), minlength=count)[happened.draws]
        share = happened.share
        if happened.common and replications > 1:
            drawn = rng.integers(replications, size=replications)
            times = np.bincount(drawn, minlength=replications).astype(float)
            known = happened.known @ times
            with np.errstate(invalid="ignore"):
                share = happened.yes @ times / known
            often = np.where(known > 0, often, 0)
            share = np.where(known > 0, share, 0.0)
        total, here = often @ share, often @ inside
        held = often @ (inside * share)
        if total > 0 and here > 0:
            rows.append((held / total, held / here, held / here - total / often.sum()))
    ends = (1.0 - level) / 2.0
    came = len(np.unique(happened.draws[happened.share > 0]))
    within = len(np.unique(happened.draws[inside > 0]))
    table = np.array(rows) if rows else np.full((1, 3), np.nan)
    low, high = np.quantile(table, [ends, 1.0 - ends], axis=0)
    values = (found.coverage, found.density, found.density - float(happened.share.mean()))
    coverage, density, gain = (
        Interval(value=value, low=float(a), high=float(b))
        for value, a, b in zip(values, low, high, strict=True)
    )
    return Rated(
        coverage=_not_too_sure(coverage, came, level),
        density=_not_too_sure(density, within, level), mass=found.mass, gain=gain,
    )


def _not_too_sure(found: Interval, draws: int, level: float) -> Interval:
    """Return the interval of a share, Wilson's if less than one draw is on the other side.

    Then no resample has other draws, and the bootstrap takes for certain what was seen few times.
    """
    if not draws or 1.0 <= found.value * draws <= draws - 1.0:
        return found
    low, high = wilson(found.value, draws, level)
    return Interval(
        value=found.value, low=min(found.low, float(low)), high=max(found.high, float(high))
    )
