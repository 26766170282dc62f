r"""What elasticity of substitution simulated output shows: with luck, and without a CES.

The estimator is `sim.growth.ces.fit`. Where the same replications were run at all points, on the
same random numbers, their luck is shared: `fit_replications` resamples replications whole.

As a check there is the translog: near one point CES and all else that is smooth looks like it. With
l, k the logs of people and compute relative to that point,

.. math::

    \ln Y = a + e_L l + e_K k + \tfrac12 g_{LL} l^2 + g_{LK} l k + \tfrac12 g_{KK} k^2, \qquad
    \sigma = \frac{e_L + e_K}{e_L + e_K - g_{LL} e_K / e_L + 2 g_{LK} - g_{KK} e_L / e_K}

there (by definition: d ln(K/L) / d ln(Y_L/Y_K) along the isoquant). Kmenta's expansion of the CES
has one term of second order, :math:`c (l - k)^2` with :math:`c = v \rho s (1 - s) / 2`, so that
:math:`\rho = 2 c v / (e_L e_K)`.

References
----------
J. Kmenta, "On Estimation of the CES Production Function", International Economic Review 8, 1967,
https://doi.org/10.2307/2525380

L. R. Christensen, D. W. Jorgenson, L. J. Lau, "Transcendental Logarithmic Production Frontiers",
Review of Economics and Statistics 55, 1973, https://doi.org/10.2307/1927992
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.growth.ces import Data, Fit, Floats, fit, logs
from sim.model import InputError


@dataclass(frozen=True, kw_only=True)
class Replicated:
    """A CES fitted to means over replications, with how far luck moves it."""

    fit: Fit
    """The fit to the means of all replications; its own errors take luck for independent."""
    draws: Floats = field(repr=False)
    """1 / sigma of fits to resampled replications; luck only."""
    replications: int
    """Replications of each point."""

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Return the interval of sigma: Student's t about 1 / sigma, errors of the bootstrap."""
        from scipy.special import stdtrit

        error = self.draws.std(ddof=1)
        return self.fit.between(float(stdtrit(self.replications - 1.0, 0.5 + level / 2) * error))


def fit_replications(
    people: Any, compute: Any, outputs: Any, *, times: int = 200, seed: int = 0
) -> Replicated:
    """Return the CES fitted to the means of replications that all points share.

    Parameters
    ----------
    people, compute
        Inputs of each point.
    outputs
        Points × replications, means over replications > 0; replication n drew the same random
        numbers at all points.
    times
        How often replications are resampled, whole: the same ones at all points.
    seed
        The same numbers draw the same.

    Raises
    ------
    InputError
        As `fit`, and for fewer than two replications.
    """
    values = np.asarray(outputs, dtype=float)
    if values.ndim != 2 or values.shape[1] < 2:
        raise InputError(
            f"CES: outputs must be points × at least 2 replications, got {values.shape}; run more"
        )
    count = values.shape[1]
    found = fit(people, compute, values.mean(axis=1))
    rng = np.random.default_rng([seed, count])
    shares = rng.multinomial(count, np.full(count, 1.0 / count), size=times) / count
    log_mean = np.log(values.mean(axis=1))
    # Means of n drawn with replacement vary by (n - 1) / n less than the mean does.
    stretch = math.sqrt(count / (count - 1.0))
    ces = found.ces
    start = np.array([math.log(ces.scale), ces.returns, math.log(ces.share / (1.0 - ces.share))])
    draws = np.empty(times)
    for number, drawn in enumerate(shares):
        means = logs("means of resampled outputs", values @ drawn)
        again = np.exp(log_mean + stretch * (means - log_mean))
        draws[number] = Data.of(people, compute, again, None).solve(start, ces.sigma).x[-1]
    return Replicated(fit=found, draws=draws, replications=count)


# --- without a CES ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Local:
    """The elasticity of substitution near one point, the geometric mean of the inputs."""

    sigma: float
    """Its value; negative or infinite where isoquants are not convex there."""
    error: float
    """Its standard error, of the regression (to first order)."""
    people: float
    """Elasticity of output to people there."""
    compute: float
    """Elasticity of output to compute there."""


def kmenta(people: Any, compute: Any, output: Any) -> Local:
    """Return sigma by Kmenta's expansion of the CES about sigma = 1.

    Exact at sigma = 1 and for inputs near each other; else it errs by terms of third order.
    """
    hands, chips, y = _centred(people, compute, output)
    columns = [np.ones_like(y), hands, chips, (hands - chips) ** 2]
    return _local(np.column_stack(columns), y, _of_kmenta)


def translog(people: Any, compute: Any, output: Any) -> Local:
    """Return sigma at the middle of the inputs by a regression of second order.

    Parameters
    ----------
    people, compute, output
        Arrays of one length, at least seven, all > 0: a part of the plane of inputs.
    """
    hands, chips, y = _centred(people, compute, output)
    columns = [np.ones_like(y), hands, chips, hands**2 / 2.0, hands * chips, chips**2 / 2.0]
    return _local(np.column_stack(columns), y, _of_translog)


def _centred(people: Any, compute: Any, output: Any) -> tuple[Floats, Floats, Floats]:
    data = Data.of(people, compute, output, None)
    return data.people, data.compute, data.output


def _of_kmenta(b: Floats) -> float:
    _, e_l, e_k, c = b
    return float(1.0 / (1.0 - 2.0 * c * (e_l + e_k) / (e_l * e_k)))


def _of_translog(b: Floats) -> float:
    _, e_l, e_k, g_ll, g_lk, g_kk = b
    both = e_l + e_k
    return float(both / (both - g_ll * e_k / e_l + 2.0 * g_lk - g_kk * e_l / e_k))


def _local(design: Floats, output: Floats, sigma: Callable[[Floats], float]) -> Local:
    """Return sigma of the coefficients of a regression; its error by the delta method."""
    count, size = design.shape
    if count <= size or np.linalg.matrix_rank(design) < size:
        raise InputError(
            f"CES: {count} outputs do not determine {size} coefficients; vary people and compute "
            "apart from each other, at more points"
        )
    b = np.asarray(np.linalg.lstsq(design, output, rcond=None)[0], dtype=np.float64)
    variance = ((output - design @ b) ** 2).sum() / (count - size)
    covariance = variance * np.linalg.inv(design.T @ design)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = 1e-6 * np.eye(size)
        slopes = np.array([(sigma(b + step) - sigma(b - step)) / 2e-6 for step in steps])
        found = sigma(b)
    error = math.sqrt(max(float(slopes @ covariance @ slopes), 0.0))
    return Local(sigma=found, error=error, people=float(b[1]), compute=float(b[2]))
