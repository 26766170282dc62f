"""Forethought's software intelligence explosion: how doubling times of software shrink or stretch.

From t = 0 on AI does all research on software, with compute fixed. The first doubling takes the
recent doubling time over the speed-up f. As software nears its limit, N doublings away, the returns
r to research fall linearly to 0; they are lowered before the next doubling time is set:

    DT_0 = doubling time / f,    r_i = r (1 − i / N),    N = limit_years · doublings per year
    DT_(i+1) = DT_i · 2^q,       q = p (1 / r_(i+1) − 1)

Progress speeds up while r_i > 1. A year of progress at the recent rate is (12 months / doubling
time) / share doublings of software, as software brought but a share of progress: 8 by default.

Variants of the authors' tool:

- *retraining*: part of what is gained is spent on shorter training runs, q / (1 + |q|) in place of
  q, so that software doubles once more before the pace has doubled. It damps any change of pace,
  also the slowing down near the limit, and so may bring more progress in a window. (The tool's
  Monte Carlo has q / |1 + q|, the same unless q < 0; its single run and mathematical note have
  this form.)
- *gradual*: the speed-up grows exponentially from `first` to f within five years, the tool's sign
  of growing compute. The pace goes with 1 + f(t): DT_0 = doubling time / (1 + first).
- *constant returns*: r_i = r up to the limit.

T. Davidson, T. Houlden, "How quick and big would a software intelligence explosion be?",
Forethought, 2025,
https://www.forethought.org/research/how-quick-and-big-would-a-software-intelligence-explosion-be

T. Davidson, "Will the need to retrain AI models from scratch block a software intelligence
explosion?", Forethought, 2025, https://www.forethought.org/research/will-the-need-to-retrain-ai-models

T. Houlden, T. Davidson, "Accelerated AI progress" (the tool), 2025–26,
https://thoulden.github.io/Accelerated_AI_Progress/
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.growth.curve import Floats, require, since_start

if TYPE_CHECKING:
    from pandas import DataFrame

RAMP = 60.0
"""Months within which a gradual speed-up grows to its full size."""

SPEEDUP, RETURNS, PARALLEL, LIMIT = (2.0, 32.0), (0.4, 3.6), (0.15, 0.6), (6.0, 16.0)
"""Published ranges of f, r, p (log-uniform) and of the limit in years of progress (uniform)."""

HORIZON = 48.0
"""Months after which a run of the published Monte Carlo ends."""

CASES = ((3.0, 12.0), (3.0, 4.0), (10.0, 12.0), (10.0, 4.0))
"""(years of progress, months) whose chances were published: 57, 41, 18 and 12 %."""

_CHUNK = 20_000
"""Draws that are worked on at once, to bound memory."""


@dataclass(frozen=True)
class Rules:
    """What all draws of a Monte Carlo have in common, and which variant is meant."""

    share: float = 0.5
    """Share of recent progress that came from software; > 0, at most 1."""
    doubling_months: float = 3.0
    """Recent doubling time of software, months; > 0."""
    retraining: bool = False
    """Whether part of the gain is spent on shorter training runs."""
    constant_returns: bool = False
    """Whether r stays as it is until the limit."""
    first: float | None = None
    """Speed-up at t = 0 if it is gradual, > 0 (the tool's Monte Carlo: 0.1); None: f at once."""

    def __post_init__(self) -> None:
        """Check the parameters."""
        name = "software explosion"
        require(name, "share", "must be > 0 and <= 1", self.share, 0 < self.share <= 1)
        holds = 0 < self.doubling_months < math.inf
        require(name, "doubling_months", "must be > 0 and finite", self.doubling_months, holds)
        holds = self.first is None or 0 < self.first < math.inf
        require(name, "first", "must be > 0 and finite", self.first, holds)

    @property
    def doublings_per_year(self) -> float:
        """Doublings of software that are worth a year of progress at the recent rate."""
        return 12 / self.doubling_months / self.share


@dataclass(frozen=True, kw_only=True)
class SoftwareExplosion:
    """One run of the model."""

    title: ClassVar[str] = "software intelligence explosion"

    speedup: float
    """f: speed-up of software progress once AI does the research; > 0."""
    r: float
    """Returns at t = 0: doublings of software per doubling of cognitive inputs to research; > 0."""
    p: float
    """How well research runs in parallel: doublings of the pace per doubling of inputs; > 0."""
    limit_years: float
    """Distance to the limit of software, in years of progress at the recent rate; > 0."""
    rules: Rules = field(default_factory=Rules)
    """Units and variant."""

    def __post_init__(self) -> None:
        """Check the parameters."""
        for name in ("speedup", "r", "p", "limit_years"):
            value = getattr(self, name)
            holds = 0 < value < math.inf
            require("software explosion", name, "must be > 0 and finite", value, holds)

    @classmethod
    def matched(
        cls, rate: float, *, r: float, p: float, limit_years: float, share: float = 0.5,
        doubling_months: float = 3.0, retraining: bool = False, constant_returns: bool = False,
    ) -> Self:
        """Return the curve with this slope at t = 0 (per year).

        DT_0 = ln 2 / rate years, that is f = rate · doubling time / ln 2; r, p and the limit, a
        number of doublings, stay what they are.
        """
        rules = Rules(share, doubling_months, retraining, constant_returns)
        speedup = rate * doubling_months / 12 / math.log(2)
        return cls(speedup=speedup, r=r, p=p, limit_years=limit_years, rules=rules)

    @property
    def initial_rate(self) -> float:
        """Slope at t = 0, per year: ln 2 / DT_0."""
        return float(12 * math.log(2) / self._times[1])

    @property
    def limit(self) -> float:
        """N: doublings up to the limit."""
        return self.limit_years * self.rules.doublings_per_year

    @cached_property
    def _times(self) -> Floats:
        """Months at which each doubling ends, from 0 on, up to the limit; inf if beyond bounds."""
        one = np.ones(1)
        return doubling_dates(
            self.speedup * one, self.r * one, self.p * one, self.limit * one, self.rules, math.inf
        )[0]

    def doublings(self) -> DataFrame:
        """Return a row per doubling: number, r, months that it takes, when it begins and ends.

        Months since t = 0. r is the one that set the doubling time, but for the first, whose
        time f sets.
        """
        from pandas import DataFrame

        number = np.arange(1, len(self._times))
        fall = 0.0 if self.rules.constant_returns else 1 / self.limit
        return DataFrame({
            "doubling": number, "r": self.r * (1 - (number - 1) * fall),
            "months": np.diff(self._times), "begin": self._times[:-1], "end": self._times[1:],
        })

    def path(self, years: ArrayLike) -> Floats:
        """Return ln software at so many years since t = 0; flat once the limit is reached.

        Within a doubling growth is exponential.
        """
        return math.log(2) * self._doubled(12 * since_start(years))

    def years_of_progress(self, within: float) -> float:
        """Return the most progress of any window of so many months, in years at the recent rate."""
        require("software explosion", "within", "must be > 0", within, within > 0)
        knots = self._times[np.isfinite(self._times)]
        # Along a piecewise linear path the best window begins or ends at a knot.
        begins = np.concatenate([knots, np.maximum(knots - within, 0.0)])
        most = (self._doubled(begins + within) - self._doubled(begins)).max()
        return float(most / self.rules.doublings_per_year)

    def _doubled(self, months: Floats) -> Floats:
        """Return how often software has doubled by then."""
        finite = self._times[np.isfinite(self._times)]
        done = np.interp(months, finite, np.arange(len(finite), dtype=np.float64))
        return np.minimum(done, self.limit)


def doubling_dates(
    speedup: Floats, r: Floats, p: Floats, limit: Floats, rules: Rules, horizon: float = HORIZON
) -> Floats:
    """Return months at which each doubling ends: a row per draw, the first column 0.

    Inf after the limit, and after the first doubling that ends at the horizon or later.

    Parameters
    ----------
    speedup, r, p, limit
        A value per draw; `limit` in doublings.
    """
    dates = [np.zeros(len(r))]
    pace = np.zeros(len(r))  # log2 of how much slower than at first
    for i in range(math.ceil(limit.max())):
        now = dates[-1]
        if rules.first is None:
            faster = speedup
        else:
            faster = 1 + rules.first * (speedup / rules.first) ** np.minimum(now / RAMP, 1.0)
        with np.errstate(over="ignore"):
            end = now + rules.doubling_months / faster * np.exp2(pace)
        dates.append(np.where((i < limit) & (now < horizon), end, np.inf))
        left = np.ones(len(r)) if rules.constant_returns else 1 - (i + 1) / limit
        alive = left > 0
        q = p * (1 / (r * np.where(alive, left, 1.0)) - 1)
        if rules.retraining:
            q = q / (1 + np.abs(q))
        pace += np.where(alive, q, 0.0)
    return np.array(dates).T


def monte_carlo(
    draws: int = 200_000,
    seed: int = 0,
    cases: Sequence[tuple[float, float]] = CASES,
    rules: Rules | None = None,
    *,
    speedup: tuple[float, float] = SPEEDUP,
    returns: tuple[float, float] = RETURNS,
    parallel: tuple[float, float] = PARALLEL,
) -> DataFrame:
    """Return the chances that so many years of progress fit in so many months, over the prior.

    In any window of whole doublings within 48 months, as published. The prior is f, r, p
    log-uniform within `speedup`, `returns`, `parallel`, and the limit uniform within `LIMIT`.

    Returns
    -------
    DataFrame
        years, months, chance, error (standard error of the Monte Carlo).
    """
    from pandas import DataFrame

    require("software explosion", "draws", "must be >= 1", draws, draws >= 1)
    rules = rules or Rules()
    generator = np.random.default_rng(seed)
    f, r, p = (
        np.exp(generator.uniform(math.log(low), math.log(high), draws))
        for low, high in (speedup, returns, parallel)
    )
    limit = generator.uniform(*LIMIT, draws) * rules.doublings_per_year
    hits = np.zeros(len(cases))
    for begin in range(0, draws, _CHUNK):
        some = slice(begin, begin + _CHUNK)
        dates = doubling_dates(f[some], r[some], p[some], limit[some], rules)
        for i, (years, months) in enumerate(cases):
            hits[i] += _fits(dates, int(years * rules.doublings_per_year), months).sum()
    chance = hits / draws
    years_of, months_of = zip(*cases, strict=True)
    return DataFrame({
        "years": years_of, "months": months_of, "chance": chance,
        "error": np.sqrt(chance * (1 - chance) / draws),
    })


def _fits(dates: Floats, doublings: int, months: float) -> NDArray[np.bool_]:
    """Return whether so many doublings fit in a window, for each draw."""
    if doublings >= dates.shape[1]:
        return np.zeros(len(dates), dtype=np.bool_)
    ends, begins = dates[:, doublings:], dates[:, : dates.shape[1] - doublings]
    with np.errstate(invalid="ignore"):  # inf − inf, which is no window
        return np.asarray((ends - begins < months).any(axis=1))
