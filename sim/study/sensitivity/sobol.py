"""Sobol' indices of an expected outcome: which share of its variance each factor makes.

With f(x) = E[Y | x], the expected outcome of a lab with parameters x, and V = Var f(x):

    first order  S_i = Var E[f | x_i] / V      alone; what knowing x_i would take off V
    total        T_i = E Var[f | x_others] / V  alone and in interactions

A run is f(x) and luck. Luck must not count as an effect, so that no value is multiplied by itself:
over r replications n, m of one row of the design

    <p, q> = mean over n != m of p_n q_m

whose expectation is that of f_p f_q, whatever luck is and whether the points of a row share it (a
U-statistic). With values less their overall mean, a row of A, B and AB_i (A with x_i from B) gives

    V: (<A, A> + <B, B>) / 2      S_i V: <B, AB_i - A>      T_i V: <A - AB_i, A - AB_i> / 2

(Saltelli et al. 2010 and Jansen 1999). Three more means over rows are 0 whatever f is, <A, B>,
<A, A> - <B, B> and <A, A> - <AB_i, AB_i>, and errors of the indices go along with them: each index
is corrected by its regression on these (control variates). That joins what is good about known
estimators: Jansen's first order is this with coefficients chosen beforehand; as <A, B> comes off
V, so does luck that A and B share.

With one replication n = m is all there is: of a function without luck that is right. Else shared
luck counts like one more factor that is held, independent luck as an interaction of all.

I. M. Sobol', Mathematics and Computers in Simulation 55, 2001,
https://doi.org/10.1016/S0378-4754(00)00270-6

M. J. W. Jansen, Computer Physics Communications 117, 1999,
https://doi.org/10.1016/S0010-4655(98)00154-4

A. Saltelli et al., Computer Physics Communications 181, 2010,
https://doi.org/10.1016/j.cpc.2009.09.018

Control variates: A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 11.4
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.model import InputError
from sim.study.designs.saltelli import ENDS
from sim.study.sensitivity.resampling import Interval, ratios
from sim.study.statistics.intervals import LEVEL
from sim.study.statistics.sample import Floats

FEWEST = 8
"""Rows, at least."""
MOST_OWN = 0.9
"""Weight of a row in its own fit, beyond which its error would be a division by nothing."""


@dataclass(frozen=True, kw_only=True)
class Indices:
    """Sobol' indices of one outcome. Estimates below 0 are left as they are: they say 'about 0'."""

    first: Interval
    """S_i of each factor."""
    total: Interval
    """T_i of each factor."""
    with_others: Interval
    """T_i - S_i of each factor: what it does in interactions."""
    sum_first: Interval
    """Sum of S_i: 1 if factors do not interact."""
    interactions: Interval
    """1 - sum of S_i."""
    mean: float
    """Mean of the outcome over the factors' ranges."""
    parameters: float
    """V: variance of the expected outcome."""
    luck: float
    """Variance between replications at a point, on average over the points; NaN if r = 1."""
    share: Interval
    """V / (V + luck); NaN if r = 1."""
    rows: int
    """Rows that count."""
    dropped: int
    """Rows left out, as a value is not known."""


def indices(y: Floats, *, level: float = LEVEL, seed: int = 0) -> Indices:
    """Return the Sobol' indices.

    Parameters
    ----------
    y
        Outcomes, N rows × (k + 2) points × r replications: of A, B, AB_1, …, AB_k (design
        `saltelli`). A row in which one is NaN is left out.
    level
        Level of the intervals, of a studentised bootstrap over rows (`resampling`). Of 256 rows
        that are drawn one by one they cover about as often as they say, also if luck is half of
        the variance (`tests/verification/test_sensitivity.py`); of few, or where luck is most of
        the variance, less often (`notes`). Rows of a Sobol' sequence know more, so that intervals
        are wide rather than narrow.
    seed
        Of the bootstrap.

    Raises
    ------
    InputError
        If fewer than `FEWEST` rows are left.
    """
    known = ~np.isnan(y).any(axis=(1, 2))
    rows, dropped = int(known.sum()), int((~known).sum())
    if rows < FEWEST:
        raise InputError(
            f"sensitivity: needs {FEWEST} rows or more in which all outcomes are known, got "
            f"{rows} of {len(y)}; set more rows, or choose an outcome that all runs have"
        )
    y = y[known]
    replications, factors = y.shape[2], y.shape[1] - ENDS
    mean = float(y.mean())
    luck = y.var(axis=2, ddof=1).mean(axis=1) if replications > 1 else np.full(rows, np.nan)
    columns = _columns(_exact(y, mean))
    over, under, alone = columns[:, :-2], columns[:, -2], columns[:, -1]
    k = factors
    found = ratios(over, under, level=level, seed=seed)
    sum_first = found.part(3 * k)
    split = ratios(alone[:, None], alone + luck, level=level, seed=seed).part(0)
    return Indices(
        first=found.part(slice(k)), total=found.part(slice(k, 2 * k)),
        with_others=found.part(slice(2 * k, 3 * k)), sum_first=sum_first,
        interactions=Interval(
            value=1.0 - sum_first.value, low=1.0 - sum_first.high, high=1.0 - sum_first.low
        ),
        mean=mean, parameters=float(alone.mean()), luck=float(luck.mean()),
        share=Interval(**{end: np.clip(x, 0.0, 1.0) for end, x in vars(split).items()}),
        rows=rows, dropped=dropped,
    )  # fmt: skip


def _exact(y: Floats, mean: float) -> Floats:
    """Return values less their mean; where all are the same exactly 0, whatever rounding does."""
    return np.zeros_like(y) if np.ptp(y) == 0 else y - mean


def _columns(y: Floats) -> Floats:
    """Return what is averaged over rows.

    S_i V, T_i V and (T_i - S_i) V of each factor, the sum of S_i V, their V, and V by itself.
    """
    a, b = y[:, 0], y[:, 1]
    aa, bb, ab = product(a, a), product(b, b), product(a, b)
    variance = (aa + bb) / 2
    firsts, totals = [], []
    for i in range(ENDS, y.shape[1]):
        mixed = y[:, i]
        controls = np.stack([ab, aa - bb, aa - product(mixed, mixed)], axis=1)
        firsts.append(_corrected(product(b, mixed - a), variance, controls))
        totals.append(_corrected(product(a - mixed, a - mixed) / 2, variance, controls))
    alone = _corrected(variance, None, ab[:, None])
    first, total = np.stack(firsts, axis=1), np.stack(totals, axis=1)
    return np.column_stack([first, total, total - first, first.sum(axis=1), variance, alone])


def product(p: Floats, q: Floats) -> Floats:
    """Return, row by row, the mean of p_n q_m over replications n != m; of one, p q."""
    number = p.shape[1]
    if number == 1:
        return np.asarray(p[:, 0] * q[:, 0])
    both = p.sum(axis=1) * q.sum(axis=1) - (p * q).sum(axis=1)
    return np.asarray(both / (number * (number - 1)))


def _corrected(over: Floats, under: Floats | None, controls: Floats) -> Floats:
    """Return a column less what controls, of mean 0, tell of its error (as a ratio, if `under`).

    What a row's own weight in the regression has taken off its error is put back (leverage, as in
    HC3 of J. G. MacKinnon, H. White, Journal of Econometrics 29, 1985,
    https://doi.org/10.1016/0304-4076(85)90158-7), so that the spread is that of other rows.
    """
    error = over
    if under is not None and under.mean() > 0:
        error = over - over.mean() / under.mean() * under
    apart = controls - controls.mean(axis=0)
    inverse = np.linalg.pinv(apart)
    error = error - error.mean()
    slopes = inverse @ error
    own = np.minimum((apart * inverse.T).sum(axis=1), MOST_OWN)
    left = error - apart @ slopes
    more = left * own / (1.0 - own)
    return np.asarray(over - controls @ slopes + more - more.mean())
