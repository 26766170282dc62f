"""Intervals: the few formulas that all statistics of a study share."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.study.paired import LEVELS
from sim.study.statistics.sample import Floats

LEVEL = LEVELS[0]
"""Level of the intervals that come at one level only."""


def student(error: Any, freedom: Any, level: float = LEVEL) -> Floats:
    """Return the half width of a confidence interval: Student's t times the standard error.

    Parameters
    ----------
    error
        Standard error of the mean; NaN gives NaN.
    freedom
        Degrees of freedom; below 1/2 nothing is known, NaN.
    level
        Of confidence.

    References
    ----------
    A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 4.5.
    """
    from scipy.special import stdtrit

    freedom = np.asarray(freedom, dtype=float)
    with np.errstate(invalid="ignore"):
        some = np.where(freedom >= 0.5, freedom, np.nan)
    return np.asarray(stdtrit(some, (1.0 + level) / 2.0) * error, dtype=float)


def intervals(middle: Any, error: Any, freedom: Any) -> dict[str, Floats]:
    """Return columns `low_90`, `high_90`, … of middle ± t times the standard error."""
    found: dict[str, Floats] = {}
    for level in LEVELS:
        half = student(error, freedom, level)
        found |= {name("low", level): middle - half, name("high", level): middle + half}
    return found


def name(end: str, level: float) -> str:
    """Return the name of a column, as `low_90`."""
    return f"{end}_{100 * level:.0f}"


def wilson(share: Any, number: Any, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the Wilson interval of a share of `number` independent trials.

    With p the share, n the number and z the normal quantile:
    (p + z²/2n ± z sqrt(p(1 - p)/n + z²/4n²)) / (1 + z²/n).

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22, 1927, https://doi.org/10.1080/01621459.1927.10502953
    """
    from scipy.special import ndtri

    z = ndtri((1.0 + level) / 2.0)
    share, number = np.asarray(share, dtype=float), np.asarray(number, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        over = 1.0 + z * z / number
        middle = (share + z * z / (2.0 * number)) / over
        half = z * np.sqrt(share * (1.0 - share) / number + (z / (2.0 * number)) ** 2) / over
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def satterthwaite(variances: Any, freedoms: Any) -> float:
    """Return the degrees of freedom of a sum of estimated variances.

    (sum v)² / sum(v² / f), with f the degrees of freedom of each; infinite if all are 0.

    References
    ----------
    F. E. Satterthwaite, "An approximate distribution of estimates of variance components",
    Biometrics Bulletin 2, 1946, https://doi.org/10.2307/3002019
    """
    v, f = np.asarray(variances, dtype=float), np.asarray(freedoms, dtype=float)
    some = v > 0
    if not some.any():
        return float(f.min()) if len(f) else np.nan
    return float(v[some].sum() ** 2 / (v[some] ** 2 / f[some]).sum())
