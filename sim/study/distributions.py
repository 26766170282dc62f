"""Distributions of uncertain parameters: quantile functions of arrays, and how they are stated.

Those of a model's amounts (`sim.laws.distributions`) draw durations, which are never negative, one
at a time and the same on every machine; these draw any parameter, a whole design at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.laws.parameters import Form, Parameter

Floats = NDArray[np.float64]

Z95 = 1.6448536269514722
"""95th percentile of the standard normal distribution."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of distribution."""

    summary: str
    """What it is good for."""
    formula: str
    """Its quantile function, or what it is made of."""
    forms: tuple[Form, ...]
    """The ways to state its parameters; those in the unit of the values have unit `value`."""
    quantile: Callable[..., Floats]
    """`quantile(u, *parameters)` of an array u in [0, 1]."""
    whole: bool = False
    """Whether its values are whole numbers."""


def _uniform(u: Floats, low: float, high: float) -> Floats:
    return low + (high - low) * u


def _log_uniform(u: Floats, low: float, high: float) -> Floats:
    return low * (high / low) ** u


def _integers(u: Floats, low: float, high: float) -> Floats:
    return np.minimum(low + np.floor(u * (high - low + 1.0)), high)


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    width = high - low
    left = low + np.sqrt(u * width * (mode - low))
    right = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(u * width < mode - low, left, right)


def _normal(u: Floats, mean: float, sd: float, low: float, high: float) -> Floats:
    from scipy.special import ndtr, ndtri

    begin, end = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    return np.clip(mean + sd * ndtri(begin + u * (end - begin)), low, high)


def _lognormal(u: Floats, median: float, sigma: float, low: float, high: float) -> Floats:
    ends = (math.log(end / median) if end > 0 else -math.inf for end in (low, high))
    return np.clip(median * np.exp(_normal(u, 0.0, sigma, *ends)), max(low, 0.0), high)


def _beta(u: Floats, a: float, b: float, low: float, high: float) -> Floats:
    from scipy.special import betaincinv

    return low + (high - low) * betaincinv(a, b, u)


def _ordered(**values: float) -> None:
    """Raise ValueError unless there is room between `low` and `high`."""
    if not values["low"] < values["high"]:
        raise ValueError(f"low must be < high {values['high']:g}, got {values['low']:g}")


def _range(low: float, high: float) -> tuple[float, ...]:
    _ordered(low=low, high=high)
    return low, high


def _whole_range(low: float, high: float) -> tuple[float, ...]:
    _ordered(low=low, high=high)
    for name, value in (("low", low), ("high", high)):
        if value != math.floor(value) or abs(value) > 2**53:
            raise ValueError(f"{name} must be a whole number, got {value:g}")
    return low, high


def _with_mode(low: float, mode: float, high: float) -> tuple[float, ...]:
    _ordered(low=low, high=high)
    if not low <= mode <= high:
        raise ValueError(f"mode must be in [{low:g}, {high:g}], got {mode:g}")
    return low, mode, high


def _pert(low: float, mode: float, high: float, shape: float) -> tuple[float, ...]:
    _with_mode(low, mode, high)
    width = high - low
    return 1.0 + shape * (mode - low) / width, 1.0 + shape * (high - mode) / width, low, high


def _beta_law(a: float, b: float, low: float, high: float) -> tuple[float, ...]:
    _ordered(low=low, high=high)
    return a, b, low, high


def _normal_law(mean: float, sd: float, low: float, high: float) -> tuple[float, ...]:
    _ordered(low=low, high=high)
    if not (low < mean + 5 * sd and high > mean - 5 * sd):
        raise ValueError(f"low and high must be near the mean {mean:g}, got {low:g}, {high:g}")
    return mean, sd, low, high


def _lognormal_law(median: float, sigma: float, low: float, high: float) -> tuple[float, ...]:
    _ordered(low=low, high=high)
    if high <= median * math.exp(-5 * sigma) or low >= median * math.exp(5 * sigma):
        raise ValueError(f"low and high must be near the median {median:g}, got {low:g}, {high:g}")
    return median, sigma, low, high


def _from_p95(median: float, p95: float, low: float, high: float) -> tuple[float, ...]:
    if p95 <= median:
        raise ValueError(f"p95 must be > median {median:g}, got {p95:g}")
    return _lognormal_law(median, math.log(p95 / median) / Z95, low, high)


def _from_sd(mean: float, sd: float, low: float, high: float) -> tuple[float, ...]:
    variance = math.log1p((sd / mean) ** 2)
    return _lognormal_law(mean * math.exp(-variance / 2), math.sqrt(variance), low, high)


def _from_cv(mean: float, cv: float, low: float, high: float) -> tuple[float, ...]:
    return _from_sd(mean, cv * mean, low, high)


def _value(name: str, meaning: str, **rules: Any) -> Parameter:
    return Parameter(name=name, meaning=meaning, unit="value", **rules)


def _pure(name: str, meaning: str, **rules: Any) -> Parameter:
    return Parameter(name=name, meaning=meaning, unit="pure", low=0.0, low_open=True, **rules)


_ABOVE: dict[str, Any] = {"low": 0.0, "low_open": True}
_LOW, _HIGH = _value("low", "smallest value"), _value("high", "largest value")
_BOUNDS = (
    _value("low", "smallest value", infinite=True, default=-math.inf),
    _value("high", "largest value", infinite=True, default=math.inf),
)
_MODE = _value("mode", "likeliest value")
_MEAN = _value("mean", "mean without bounds", **_ABOVE)
_MEDIAN = _value("median", "median without bounds", **_ABOVE)
_SD = _value("sd", "standard deviation without bounds", **_ABOVE)

KINDS: dict[str, Kind] = {
    "uniform": Kind(
        summary="Anything between two values, all equally likely.",
        formula="low + (high - low) u",
        forms=(Form(parameters=(_LOW, _HIGH), to_law=_range),), quantile=_uniform,
    ),
    "log_uniform": Kind(
        summary="Anything between two values, all orders of magnitude equally likely.",
        formula="low (high / low)**u",
        forms=(
            Form(
                parameters=(_value("low", "smallest value", **_ABOVE), _HIGH), to_law=_range
            ),
        ),
        quantile=_log_uniform,
    ),
    "integers": Kind(
        summary="Whole numbers, both ends included, all equally likely.",
        formula="low + floor(u (high - low + 1))",
        forms=(Form(parameters=(_LOW, _HIGH), to_law=_whole_range),), quantile=_integers,
        whole=True,
    ),
    "triangular": Kind(
        summary="An expert's smallest, likeliest and largest value.",
        formula="S. Kotz and J. R. van Dorp, Beyond Beta, 2004, doi:10.1142/5720",
        forms=(Form(parameters=(_LOW, _MODE, _HIGH), to_law=_with_mode),), quantile=_triangular,
    ),
    "pert": Kind(
        summary="The same three, less weight in the tails.",
        formula="beta with a = 1 + shape (mode - low) / (high - low) and b likewise; "
        "D. G. Malcolm et al., Operations Research 7, 1959, https://doi.org/10.1287/opre.7.5.646",
        forms=(
            Form(
                parameters=(_LOW, _MODE, _HIGH, _pure("shape", "weight of the mode", default=4.0)),
                to_law=_pert,
            ),
        ),
        quantile=_beta,
    ),
    "beta": Kind(
        summary="Shares, and anything else between two ends.",
        formula="low + (high - low) times the beta distribution of a and b",
        forms=(
            Form(
                parameters=(
                    _pure("a", "first shape"), _pure("b", "second shape"),
                    _value("low", "smallest value", default=0.0),
                    _value("high", "largest value", default=1.0),
                ),
                to_law=_beta_law,
            ),
        ),
        quantile=_beta,
    ),
    "normal": Kind(
        summary="Near a mean, errors to both sides; cut off at low and high, if given.",
        formula="mean + sd z(u)",
        forms=(
            Form(
                parameters=(_value("mean", "mean without bounds"), _SD, *_BOUNDS),
                to_law=_normal_law,
            ),
        ),
        quantile=_normal,
    ),
    "lognormal": Kind(
        summary="Near a median, by factors to both sides; cut off at low and high, if given.",
        formula="median exp(sigma z(u)); sigma = log(p95 / median) / z(0.95); "
        "sigma**2 = log(1 + (sd / mean)**2)",
        forms=(
            Form(parameters=(_MEDIAN, _value("p95", "95th percentile"), *_BOUNDS),
                 to_law=_from_p95),
            Form(
                parameters=(_MEDIAN, _pure("sigma", "sd of the logarithm", high=10.0), *_BOUNDS),
                to_law=_lognormal_law,
            ),
            Form(parameters=(_MEAN, _SD, *_BOUNDS), to_law=_from_sd),
            Form(parameters=(_MEAN, _pure("cv", "sd / mean"), *_BOUNDS), to_law=_from_cv),
        ),
        quantile=_lognormal,
    ),
}
"""Kinds of distributions by name; `choice` (values with weights) is beside them."""
