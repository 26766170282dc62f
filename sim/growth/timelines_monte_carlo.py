"""Monte Carlo of METR's simpler timelines model over its published distributions.

T. Kwa, "A simpler AI timelines model predicts 99% AI R&D automation in ~2032", METR, 2026,
https://metr.org/notes/2026-02-10-simpler-ai-timelines-model/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.growth.curve import Floats, require
from sim.growth.timelines import Equation, Timelines, logit

if TYPE_CHECKING:
    from pandas import DataFrame

Ints = NDArray[np.intp]

PRIOR: Mapping[str, tuple[float, float]] = {
    "folds": (1.5, 4.2), "f0": (0.25, 0.5), "labour_share": (0.12, 0.35), "returns": (0.8, 1.0),
    "beta": (0.3, 1.0),
}
"""Published ranges; distributions are triangular with the mode in the middle."""


def draw(draws: int, seed: int = 0) -> dict[str, Floats]:
    """Return parameters drawn from the published distributions: an array each, of `PRIOR`."""
    require("timelines", "draws", "must be >= 1", draws, draws >= 1)
    generator = np.random.default_rng(seed)
    return {
        name: generator.triangular(low, (low + high) / 2, high, draws)
        for name, (low, high) in PRIOR.items()
    }


def dates(
    parameters: Mapping[str, Floats], share: float = 0.99, *, step: float = 0.1,
    until: float = 2076.0,
) -> Floats:
    """Return when the automated share reaches `share`, a date per draw; inf if not by `until`.

    All draws go through time together, by the classical Runge–Kutta method of order 4 with a fixed
    step that meets the turns of years; the last step of each is halved until it ends at the share.

    Parameters
    ----------
    parameters
        As `draw` returns them.
    step
        Years, of which a whole number makes a year.
    """
    require("timelines", "share", "must be > 0 and < 1", share, 0 < share < 1)
    model = Timelines()
    goal = logit(share)
    given = {name: np.asarray(values, dtype=np.float64) for name, values in parameters.items()}

    def of(some: Ints) -> Equation:
        return replace(model.equation, **{name: values[some] for name, values in given.items()})  # type: ignore[arg-type]

    reached = given["f0"] >= share
    times = np.where(reached, 0.0, np.inf)  # after which the step begins that reaches it
    level = np.zeros(len(reached))  # there, and before that now
    for n in range(round((until - model.start) / step)):
        some = np.flatnonzero(np.isinf(times))
        if not len(some):
            break
        equation, time = of(some), n * step
        after = _advance(equation, time, step, level[some])
        arrived = equation.odds(time + step, after) >= goal
        times[some[arrived]] = time
        level[some[~arrived]] = after[~arrived]
    some = np.flatnonzero(np.isfinite(times) & ~reached)
    times[some] += _within(of(some), times[some], step, level[some], goal)
    return model.start + times


def monte_carlo(
    draws: int = 40_000, seed: int = 0, share: float = 0.99,
    quantiles: Sequence[float] = (0.1, 0.5, 0.9),
) -> DataFrame:
    """Return quantiles of the date when the automated share reaches `share`, over the prior.

    Returns
    -------
    DataFrame
        quantile, date (years A.D.; inf if so many draws do not reach it), error (standard error
        of the Monte Carlo, from the order statistics a standard deviation of their rank to either
        side; NaN with a date of inf).
    """
    return quantiles_of(dates(draw(draws, seed), share), quantiles)


def quantiles_of(dates: Floats, quantiles: Sequence[float]) -> DataFrame:
    """Return quantiles of independent draws, with their standard errors: see `monte_carlo`."""
    from pandas import DataFrame

    level = np.asarray(quantiles, dtype=np.float64)
    spread = np.sqrt(level * (1 - level) / len(dates))
    # Dates that were drawn: nothing can lie between one and inf.
    low, date, high = (
        np.quantile(dates, np.clip(level + side * spread, 0, 1), method="inverted_cdf")
        for side in (-1, 0, 1)
    )
    with np.errstate(invalid="ignore"):
        error = (high - low) / 2
    return DataFrame({"quantile": level, "date": date, "error": error})


def _advance(equation: Equation, time: Any, step: Any, level: Floats) -> Floats:
    """Return x a step later."""
    half = time + step / 2
    k1 = equation.slope(time, level)
    k2 = equation.slope(half, level + step / 2 * k1)
    k3 = equation.slope(half, level + step / 2 * k2)
    k4 = equation.slope(time + step, level + step * k3)
    return np.asarray(level + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4))


def _within(
    equation: Equation, time: Floats, step: float, level: Floats, goal: float
) -> Floats:
    """Return how long into the step f reaches the goal."""
    early, late = np.zeros(len(level)), np.full(len(level), step)
    for _ in range(20):  # to a millionth of the step
        middle = (early + late) / 2
        there = equation.odds(time + middle, _advance(equation, time, middle, level)) >= goal
        early, late = np.where(there, early, middle), np.where(there, middle, late)
    return (early + late) / 2
