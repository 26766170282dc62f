"""Erlang: a sum of equal, independent exponential stages."""

from ..parameters import Form, Parameter
from ..registry import Distribution
from .common import MEAN
from .gamma import gamma_mean, gamma_quantile, gamma_sd, law_of_shape


def _to_law(mean: float, stages: float) -> tuple[float, ...]:
    if stages != int(stages):
        raise ValueError(f"stages must be a whole number, got {stages:g}")
    return law_of_shape(mean, stages)


DISTRIBUTION = Distribution(
    name="erlang",
    summary="A sum of equal exponential stages: the queueing theorist's cv below 1.",
    formula="gamma with shape = stages, scale = mean / stages",
    source="A. K. Erlang, 1917; NIST Digital Library of Mathematical Functions 8.4.10, "
    "https://dlmf.nist.gov/8.4",
    forms=(
        Form(
            parameters=(
                MEAN,
                Parameter(name="stages", meaning="number of stages", unit="pure", low=1.0),
            ),
            to_law=_to_law,
        ),
    ),
    quantile=gamma_quantile,
    mean=gamma_mean,
    sd=gamma_sd,
)
