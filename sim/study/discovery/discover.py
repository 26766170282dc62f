"""Scenario discovery: under which of the values that were varied something happens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import InputError
from sim.study.discovery import condition as conditions
from sim.study.discovery.box import Box, Columns, Limit, columns_of
from sim.study.discovery.condition import Condition
from sim.study.discovery.held_out import (
    Happened,
    HeldOut,
    Interval,
    Rated,
    corrected,
    held_out,
    rated,
)
from sim.study.discovery.prim import Step, choose, paste, peel
from sim.study.discovery.quasi_p import quasi_p, without_weak

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.plan import Plan
    from sim.study.results import Results

COVERAGE = 0.6
"""Share of what happened that a box is to hold, if nothing is said."""
BOXES = 2
"""Boxes that are looked for at most, if nothing is said."""
SELDOM = 0.2
"""A factor that comes back in fewer of the halves is let free."""
FEWEST_POINTS = 40
"""Points of a study that are enough to be cut into halves."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A box, how it was found, and how good it is."""

    box: Box
    """The box."""
    dropped: Mapping[str, Limit]
    """Limits of factors that seldom came back in halves; the box was then found without these."""
    steps: list[Step] = field(repr=False)
    """The way of peeling."""
    chosen: int
    """Which box of it was chosen, from which weak ends were then dropped."""
    own: Rated
    """How well it does on the points that chose it: too well."""
    held: HeldOut
    """What held-out points say of the procedure."""
    weak: dict[tuple[str, str], float] = field(repr=False)
    """Quasi-p of each end, by factor and end."""
    rate: float
    """Share of the runs in which it happened among the points that it was looked for in."""
    overall: float
    """The same among all points of the study, for a further box; 0 for the first."""
    left: float
    """Share of all that happened which happened at these points: 1 for the first box."""
    points: int
    """Number of these points."""

    @property
    def sure(self) -> bool:
        """Whether it surely happens more often inside: also than in the study as a whole."""
        expected = self.expected
        return (
            bool(self.box.limits) and expected.gain.low > 0
            and expected.density.low > self.overall
        )

    @property
    def expected(self) -> Rated:
        """How well it is expected to do on other points: this is to be quoted."""
        return corrected(self.own, self.held.left)

    @property
    def coverage(self) -> Interval:
        """Share of all that happened which happened inside, as it is expected on other points."""
        return self.expected.coverage.changed(factor=self.left)


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """What was found."""

    results: Results = field(repr=False)
    """The study."""
    condition: Condition
    """What was looked for."""
    target: float
    """Share of it that a box was to hold."""
    most: int
    """Boxes that were asked for at most."""
    points: pd.DataFrame = field(repr=False)
    """The points of which something is known; the factors that differ."""
    happened: Happened = field(repr=False)
    """In which of their runs it happened."""
    rate: Interval
    """Share of the runs in which it happened, each point alike."""
    boxes: tuple[Found, ...]
    """The boxes, each found among the points outside those before; maybe none."""
    tried: Found
    """The first box, sure or not."""
    unknown: int
    """Runs of which it is not known whether it happened."""

    @property
    def runs(self) -> int:
        """Runs of which that is known."""
        return int(self.happened.known.sum())

    @property
    def factors(self) -> list[str]:
        """The factors that differ between points."""
        return list(self.points)


def discover(
    results: Results, when: str | None = None, *, coverage: float = COVERAGE, boxes: int = BOXES,
    seed: int = 0,
) -> Discovery:  # fmt: skip
    """Find the boxes in which something happens often.

    Parameters
    ----------
    results
        A study that is finished.
    when
        What is looked for, `"two_oom <= 1 y"` (`sim.study.discovery.condition`); absent: the
        highest 20% of the first outcome, of a date the earliest.
    coverage
        Share of all that happened which a box is to hold. Of the boxes on the way of peeling the
        densest that holds as much is taken; then ends that may be noise are dropped.
    boxes
        Boxes at most; each further one is looked for among the points outside those before.
    seed
        Of the halves and of the bootstrap.

    Raises
    ------
    InputError
        If there are too few points, or it happens always or never.
    """
    if not 0 < coverage <= 1:
        raise InputError(f"discover: coverage must be in (0, 1], got {coverage:g}; set coverage")
    if boxes < 1:
        raise InputError(f"discover: boxes must be >= 1, got {boxes}; set boxes=1")
    study, longest = results.study, float(np.max(results.horizon))
    asked = conditions.read(when, study.outcomes, longest).resolved(results.runs)
    points, happened, unknown = _cases(results, asked)
    steps = {name for name in points if study.factors[name].kind != "uncertainty"}
    rng = np.random.default_rng([seed, 0xD15C])
    whole, found = rated(np.ones(len(points)), happened, rng).density, list[Found]()
    outside, tried = np.ones(len(points), dtype=bool), None
    while len(found) < boxes and outside.sum() >= FEWEST_POINTS:
        here = happened.only(outside)
        if not 0 < here.share.mean() < 1:
            break
        one = _one(columns_of(points[outside]), here, happened, coverage, steps, rng)
        tried = tried or one
        if not one.sure:
            break
        found.append(one)
        outside &= ~one.box.holds(points)
    assert tried is not None
    return Discovery(
        results=results, condition=asked, target=coverage, most=boxes, points=points,
        happened=happened, rate=whole, boxes=tuple(found), tried=tried, unknown=unknown,
    )


def check_condition(plan: Plan, when: str | None) -> None:
    """Raise `InputError` if a study that is to be run cannot tell what is looked for."""
    conditions.read(when, plan.study.outcomes, float(np.max(plan.horizon)))


def procedure(
    points: Columns, weights: Any, *, coverage: float, stepped: Collection[str] = ()
) -> tuple[list[Step], int, Box]:
    """Return the way of peeling, the box chosen of it, and this without weak ends and pasted."""
    steps = peel(points, weights, stepped=stepped)
    chosen = choose(steps, coverage)
    box = without_weak(steps[chosen].box, points, weights)
    return steps, chosen, paste(box, points, weights, stepped=stepped)


def _one(
    points: Columns, here: Happened, every: Happened, coverage: float, stepped: set[str],
    rng: np.random.Generator,
) -> Found:  # fmt: skip
    """Return the box found among some of the points."""
    find = partial(procedure, coverage=coverage, stepped=stepped)
    steps, chosen, box = find(points, here.share)
    held = held_out(points, here, find, rng)
    kept = {name: points[name] for name in points if held.returned[name] >= SELDOM}
    dropped = {name: limit for name, limit in box.limits.items() if name not in kept}
    if dropped:
        steps, chosen, box = find(kept, here.share) if kept else (steps[:1], 0, Box())
    left = float(here.share.sum() / every.share.sum())
    return Found(
        box=box, dropped=dropped, steps=steps, chosen=chosen, points=len(here.share),
        own=rated(box.holds(points), here, rng), held=held,
        weak=quasi_p(box, points, here.share), rate=float(here.share.mean()), left=left,
        overall=float(every.share.mean()) if len(here.share) < len(every.share) else 0.0,
    )


def _cases(results: Results, asked: Condition) -> tuple[pd.DataFrame, Happened, int]:
    """Return the points of which something is known, what happened there, and unknown runs."""
    runs, points = results.runs, results.points
    moved = [name for name in points if points[name].nunique() > 1]
    if len(points) < FEWEST_POINTS or not moved:
        raise InputError(
            f"discover: needs a study of at least {FEWEST_POINTS} points that differ, got "
            f"{len(points)}; set design: latin_hypercube(points=200)"
        )
    number = runs["point"].to_numpy()
    horizon = results.horizon
    days = horizon if np.ndim(horizon) == 0 else np.asarray(horizon)[number]
    found = asked.holds(runs, days)
    known = ~np.isnan(found)
    _check_that_it_differs(asked, runs, found[known])
    columns, of = np.unique(runs["replication"].to_numpy(), return_inverse=True)
    yes = np.zeros((len(points), len(columns)))
    seen = np.zeros_like(yes)
    yes[number[known], of[known]] = found[known]
    seen[number[known], of[known]] = 1.0
    kept = seen.sum(axis=1) > 0
    draws = _draws(results, points[moved])
    happened = Happened(
        share=yes[kept].sum(axis=1) / seen[kept].sum(axis=1), yes=yes[kept], known=seen[kept],
        draws=np.unique(draws[kept], return_inverse=True)[1],
        common=results.study.random_numbers == "common",
    )
    if len(happened.share) < FEWEST_POINTS:
        raise InputError(
            f"discover: '{asked.text}' is known at {len(happened.share)} points only, of "
            f"{FEWEST_POINTS} that are needed; name another outcome, or see why runs ended early"
        )
    return points.loc[kept, moved].reset_index(drop=True), happened, int((~known).sum())


def _draws(results: Results, points: pd.DataFrame) -> Any:
    """Return the number of the draw of each point.

    Points of a row of the design are one draw, and so are levers that are crossed with one.
    """
    if results.study.row_length:
        return np.arange(len(points)) // results.study.row_length
    factors, levers = results.study.factors, getattr(results.study.design, "levers", None)
    drawn = [name for name in points if factors[name].kind == "uncertainty"]
    if levers is None or levers == "sample" or not drawn:
        return np.arange(len(points))
    return points.groupby(drawn, sort=False, dropna=False).ngroup().to_numpy()


def _check_that_it_differs(asked: Condition, runs: Any, found: Any) -> None:
    """Raise `InputError` if it always happens, or never."""
    if 0 < found.sum() < len(found):
        return
    often = "always" if len(found) and found.all() else "never"
    term = asked.terms[0]
    name, unit = term.outcome.name, term.outcome.unit
    values = runs[name].to_numpy(float)
    values = values[~np.isnan(values)]
    if len(values):
        low, middle, high = (f"{x:.4g}" for x in np.quantile(values, [0, 0.5, 1]))
        seen = f"{name} is {low} to {high} {unit} (median {middle})"
        if term.outcome.date or term.outcome.never:
            seen += f" where it is reached, in {_runs(len(values))}"
    elif term.outcome.date or term.outcome.never:
        seen = f"{name} is not reached in any"
    else:
        seen = f"{name} is not known"
    remedy = "ask for another outcome, or run the study with a longer horizon"
    if len(np.unique(values)) > 1:
        remedy = "choose a value in between"
        if term.quantile is None:
            best = conditions.read(None, {name: term.outcome}, np.inf).text
            remedy += f', or when="{best}"'
    raise InputError(
        f"condition '{asked.text}' {often} happens in {_runs(len(found))}: {seen}; {remedy}"
    )


def _runs(number: int) -> str:
    return "1 run" if number == 1 else f"{number:,} runs"
