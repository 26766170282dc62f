"""Distributions, one per file: durations, work, sizes, noise.

Every one samples by inversion of a single uniform number, so draws that share a key
stay synchronised between scenarios. To add one, write a file that defines its quantile
function and a `DISTRIBUTION`, and export it here in one line.
"""

from ..registry import Distribution, Registry
from .deterministic import DISTRIBUTION as deterministic
from .erlang import DISTRIBUTION as erlang
from .exponential import DISTRIBUTION as exponential
from .gamma import DISTRIBUTION as gamma
from .lognormal import DISTRIBUTION as lognormal
from .table import DISTRIBUTION as table
from .triangular import DISTRIBUTION as triangular
from .uniform import DISTRIBUTION as uniform
from .weibull import DISTRIBUTION as weibull

__all__ = [
    "DISTRIBUTIONS",
    "deterministic",
    "erlang",
    "exponential",
    "gamma",
    "lognormal",
    "table",
    "triangular",
    "uniform",
    "weibull",
]

DISTRIBUTIONS: Registry[Distribution] = Registry(
    "distribution", [entry for entry in list(globals().values()) if isinstance(entry, Distribution)]
)
