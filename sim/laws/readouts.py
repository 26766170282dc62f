"""Readouts: what a model of some capability would score in tests that others publish."""

from .formulas import formula
from .portable import exp, power


@formula("at_zero * 2 ** (doublings_per_oom * c)")
def metr_horizon(c: float, at_zero: float, doublings_per_oom: float) -> float:
    """Length of the tasks that a model gets right half the time, in the unit of `at_zero`.

    Parameters
    ----------
    c : float
        Capability of the model, OOM above generation 0.
    at_zero : float
        Horizon of generation 0: time that people with the needed skills take for such a task.
    doublings_per_oom : float
        Doublings of the horizon for each OOM of effective compute.

    References
    ----------
    T. Kwa et al., Measuring AI Ability to Complete Long Tasks, 2025, https://arxiv.org/abs/2503.14499
    """
    return at_zero * power(2.0, doublings_per_oom * c)


@formula("ceiling / (1 + (ceiling / at_zero - 1) * exp(-slope * c))")
def benchmark_score(c: float, at_zero: float, slope: float, ceiling: float) -> float:
    """Share of a benchmark's tasks that a model solves: logistic in its capability.

    With a ceiling of 1 the log-odds of a solution are ``log(at_zero / (1 - at_zero)) + slope * c``.

    Parameters
    ----------
    c : float
        Capability of the model, OOM above generation 0.
    at_zero : float
        Score of generation 0, below the ceiling.
    slope : float
        Rise of the log-odds with each OOM of effective compute.
    ceiling : float
        Share of the tasks that can be solved at all, at most 1.

    References
    ----------
    Y. Ruan, C. J. Maddison, T. Hashimoto, Observational Scaling Laws and the Predictability of
    Language Model Performance, 2024, https://arxiv.org/abs/2405.10938
    """
    return ceiling / (1.0 + (ceiling / at_zero - 1.0) * exp(-slope * c))
