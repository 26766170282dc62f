r"""CES: output of people and compute with a constant elasticity of substitution, and its estimator.

.. math::

    Y = A \left[ s (L/L_0)^\rho + (1-s) (K/K_0)^\rho \right]^{v/\rho},
    \qquad \rho = \frac{\sigma - 1}{\sigma}

L people and K compute; sigma is how many per cent the ratio K/L rises where compute gets one per
cent cheaper relative to people and as much is produced: 0 they are used in fixed proportions
(Leontief), 1 each has a fixed share (Cobb-Douglas), infinite one replaces the other. At the units
L_0 and K_0 the elasticities of output have the shares s and 1 - s; without them s would mean
something else for every sigma.

References
----------
K. J. Arrow, H. B. Chenery, B. S. Minhas, R. M. Solow, "Capital-Labor Substitution and Economic
Efficiency", Review of Economics and Statistics 43, 1961, https://doi.org/10.2307/1927286

R. Klump, O. de La Grandville, "Economic Growth and the Elasticity of Substitution: Two Theorems and
Some Suggestions", American Economic Review 90, 2000, https://doi.org/10.1257/aer.90.1.282 (units)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model import InputError

Floats = NDArray[np.float64]

LOWEST, HIGHEST = 0.02, 20.0
"""Elasticities between which the estimator looks: beyond them isoquants hardly differ."""
STARTS = (0.1, 0.4, 1.0, 2.5, 8.0)
"""Elasticities at which it starts to look."""
NEAR_A_BOUND = 1.01
"""Factor within which a fit counts as at a bound."""
NEAR = 1e-4
"""|rho ln(L/K)| below which the first terms of a series are used."""


@dataclass(frozen=True, kw_only=True)
class CES:
    """A production function."""

    share: float
    """Share s of people at the units, in (0, 1)."""
    sigma: float
    """Elasticity of substitution, >= 0; 0 and infinity are the limits."""
    scale: float = 1.0
    """Output A at the units, > 0."""
    returns: float = 1.0
    """Returns to scale v: twice of everything gives 2^v of output, > 0."""
    people: float = 1.0
    """Unit L_0 of people."""
    compute: float = 1.0
    """Unit K_0 of compute."""

    def __post_init__(self) -> None:
        if not 0.0 < self.share < 1.0:
            raise InputError(f"CES: share must be in (0, 1), got {self.share}; set share=0.5")
        if not self.sigma >= 0.0:
            raise InputError(f"CES: sigma must be >= 0, got {self.sigma}; set sigma=1")
        for name in ("scale", "returns", "people", "compute"):
            value = getattr(self, name)
            if not 0.0 < value < math.inf:
                raise InputError(f"CES: {name} must be > 0, got {value}; set {name}=1")

    def output(self, people: Any, compute: Any) -> Floats:
        """Return the output of people and compute, both > 0."""
        log_people, log_compute = self._logs(people, compute)
        mean, _ = _mean(log_people, log_compute, self.share, self.sigma)
        return np.asarray(self.scale * np.exp(self.returns * mean))

    def elasticities(self, people: Any, compute: Any) -> tuple[Floats, Floats]:
        """Return by what per cent output rises with 1% more people, and with 1% more compute."""
        _, part = _mean(*self._logs(people, compute), self.share, self.sigma)
        return self.returns * part, self.returns * (1.0 - part)

    def _logs(self, people: Any, compute: Any) -> tuple[Floats, Floats]:
        return logs("people", people, self.people), logs("compute", compute, self.compute)


def logs(name: str, values: Any, unit: float = 1.0) -> Floats:
    """Return logs of values in a unit; `InputError` unless all are > 0."""
    found = np.asarray(values, dtype=float)
    if not (found > 0.0).all() or not np.isfinite(found).all():
        raise InputError(f"CES: {name} must be > 0 everywhere; leave out what is not")
    return np.log(found / unit)


def _rho(sigma: float) -> float:
    return 1.0 - 1.0 / sigma if sigma > 0.0 else -math.inf


def _mean(people: Floats, compute: Floats, share: float, sigma: float) -> tuple[Floats, Floats]:
    """Return the log of the CES mean of two inputs given as logs, and the part that is people's."""
    rho, apart = _rho(sigma), people - compute
    if sigma == 0.0:
        ties = np.where(apart == 0.0, share, 0.0)
        return np.minimum(people, compute), np.where(apart < 0.0, 1.0, ties)
    scaled = rho * apart
    with np.errstate(over="ignore"):
        if np.abs(scaled).max(initial=0.0) < 1.0 and abs(rho) > 1e-12:
            mean = compute + np.log1p(share * np.expm1(scaled)) / rho
        elif abs(rho) <= 1e-12:
            mean = compute + share * apart
        else:
            sums = np.logaddexp(math.log(share) + scaled, math.log1p(-share))
            mean = compute + sums / rho
        part = share / (share + (1.0 - share) * np.exp(-scaled))
    return mean, part


# --- the estimator ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A CES fitted to outputs."""

    ces: CES
    """The function of least squares; its units are the geometric means of the inputs."""
    errors: Mapping[str, float]
    """Standard errors of `share`, `sigma`, `scale`, `returns`, and of `inverse` = 1 / sigma."""
    points: int
    """Outputs that were fitted."""
    r_squared: float
    """Share of the variance of ln output that is explained."""
    residuals: Floats = field(repr=False)
    """ln output less that of the function."""
    proportional: bool = False
    """Whether people and compute are in proportion at all points, so that sigma is not known."""

    @property
    def note(self) -> str:
        """Why sigma is not known, if it is not; else empty."""
        if self.proportional:
            return "not identified: inputs proportional"
        if self.ces.sigma < LOWEST * NEAR_A_BOUND:
            return f"at its lower bound, {LOWEST:g}: fixed proportions fit no worse"
        if self.ces.sigma > HIGHEST / NEAR_A_BOUND:
            return f"at its upper bound, {HIGHEST:g}: perfect substitutes fit no worse"
        return ""

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Return the interval of sigma: Student's t about 1 / sigma, which scatters evenly."""
        from scipy.special import stdtrit

        half = stdtrit(max(self.points - 4, 1), 0.5 + level / 2) * self.errors["inverse"]
        return self.between(float(half))

    def between(self, half: float) -> tuple[float, float]:
        """Return the ends of sigma if 1 / sigma is known to ± half.

        An end that a bound of the fit hides is open: 0, or infinity.
        """
        if self.proportional or not math.isfinite(half):
            return 0.0, math.inf
        inverse = 1.0 / self.ces.sigma
        low, least = 1.0 / (inverse + half), inverse - half
        high = 1.0 / least if least > 0.0 else math.inf
        return (
            0.0 if low < LOWEST * NEAR_A_BOUND else low,
            math.inf if high > HIGHEST / NEAR_A_BOUND else high,
        )


def fit(people: Any, compute: Any, output: Any, weights: Any = None) -> Fit:
    """Return the CES that fits outputs best: least squares of their logarithms.

    Parameters
    ----------
    people, compute, output
        Arrays of one length, all > 0.
    weights
        Weights of the squares, > 0; absent: all alike.

    Returns
    -------
    Fit
        sigma lies between `LOWEST` and `HIGHEST`; a note says so where it is at one of them, or
        where people and compute were always in the same proportion, which tells nothing of sigma.

    Raises
    ------
    InputError
        If lengths differ, fewer than five outputs are given, some are not > 0, or all are alike.
    """
    data = Data.of(people, compute, output, weights)
    if np.ptp(data.output) == 0:
        raise InputError(
            f"CES: output is the same at all {len(data.output)} points, so that it tells nothing "
            "of people and compute; choose an output that they move"
        )
    first = data.cobb_douglas()
    found = min((data.solve(first, sigma) for sigma in STARTS), key=lambda one: float(one.cost))
    return data.fit(found)


@dataclass(frozen=True)
class Data:
    """Logs of what is fitted, inputs relative to their geometric means."""

    people: Floats
    compute: Floats
    output: Floats
    roots: Floats
    units: tuple[float, float]

    @staticmethod
    def of(people: Any, compute: Any, output: Any, weights: Any) -> Data:
        """Return the logs of what is given, checked."""
        given = [logs(name, values).ravel() for name, values in
                (("people", people), ("compute", compute), ("output", output))]  # fmt: skip
        if len({len(one) for one in given}) > 1 or len(given[0]) < 5:
            raise InputError(
                "CES: people, compute and output must be of one length, of at least 5, got "
                f"{[len(one) for one in given]}; give one output for each pair"
            )
        means = [float(one.mean()) for one in given[:2]]
        roots = np.ones(len(given[0])) if weights is None else np.exp(logs("weights", weights) / 2)
        return Data(
            given[0] - means[0], given[1] - means[1], given[2], roots / np.sqrt((roots**2).mean()),
            (math.exp(means[0]), math.exp(means[1])),
        )

    @property
    def proportional(self) -> bool:
        """Whether people and compute were always in the same proportion."""
        return float(np.ptp(self.people - self.compute)) < 1e-6

    def cobb_douglas(self) -> Floats:
        """Return ln A, v and the logit of s by the linear regression that holds at sigma = 1."""
        design = np.column_stack([np.ones_like(self.people), self.people, self.compute])
        roots = self.roots
        level, *slopes = np.linalg.lstsq(design * roots[:, None], self.output * roots)[0]
        returns = min(max(sum(slopes), 0.05), 5.0)
        share = min(max(slopes[0] / returns, 0.05), 0.95)
        return np.array([level, returns, math.log(share / (1.0 - share))])

    def model(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return ln output and its derivatives to ln A, v, logit s and 1 / sigma."""
        level, returns, logit, inverse = theta
        share, rho = 1.0 / (1.0 + math.exp(-logit)), 1.0 - inverse
        apart = self.people - self.compute
        mean, part = _mean(self.people, self.compute, share, 1.0 / inverse)
        with np.errstate(divide="ignore", invalid="ignore"):
            small = np.abs(rho * apart) < NEAR
            by_share = np.where(small, share * (1.0 - share) * apart, (part - share) / rho)
            by_rho = (part * apart - (mean - self.compute)) / rho
            by_rho = np.where(small, share * (1.0 - share) * apart**2 / 2.0, by_rho)
        columns = [np.ones_like(mean), mean, returns * by_share, -returns * by_rho]
        return level + returns * mean, np.column_stack(columns)

    def solve(self, first: Floats, sigma: float) -> Any:
        """Return scipy's least squares from a start."""
        from scipy.optimize import least_squares

        roots = self.roots
        return least_squares(
            lambda theta: (self.model(theta)[0] - self.output) * roots, [*first, 1.0 / sigma],
            jac=lambda theta: self.model(theta)[1] * roots[:, None],
            bounds=([-np.inf, 1e-3, -12.0, 1 / HIGHEST], [np.inf, 20.0, 12.0, 1 / LOWEST]),
            xtol=1e-10, ftol=1e-12, gtol=1e-12,
        )

    def fit(self, found: Any) -> Fit:
        """Return what a solution says."""
        level, returns, logit, inverse = (float(value) for value in found.x)
        share, sigma, count = 1.0 / (1.0 + math.exp(-logit)), 1.0 / inverse, len(self.output)
        values, slopes = self.model(found.x)
        residuals = self.output - values
        squares = float(((residuals * self.roots) ** 2).sum())
        whole = self.roots * (self.output - np.average(self.output, weights=self.roots**2))
        errors = np.full(4, math.inf)
        if not self.proportional:
            weighted = slopes * self.roots[:, None]
            covariance = np.linalg.pinv(weighted.T @ weighted) * squares / max(count - 4, 1)
            errors = np.sqrt(np.diag(covariance))
        scale = math.exp(level)
        return Fit(
            ces=CES(share=share, sigma=sigma, scale=scale, returns=returns,
                    people=self.units[0], compute=self.units[1]),
            errors={"scale": scale * errors[0], "returns": errors[1],
                    "share": share * (1 - share) * errors[2], "inverse": errors[3],
                    "sigma": sigma**2 * errors[3]},
            points=count, r_squared=1.0 - squares / float((whole**2).sum()), residuals=residuals,
            proportional=self.proportional,
        )  # fmt: skip
