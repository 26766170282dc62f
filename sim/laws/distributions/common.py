"""Parameters that several distributions share."""

from ..parameters import Parameter

MEAN = Parameter(name="mean", meaning="mean", unit="value", low=0.0)
CV = Parameter(
    name="cv", meaning="coefficient of variation: sd / mean", unit="pure", low=0.0, high=30.0
)
LOW = Parameter(name="low", meaning="smallest value", unit="value", low=0.0)
HIGH = Parameter(name="high", meaning="largest value", unit="value", low=0.0)
