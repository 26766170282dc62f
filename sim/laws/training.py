"""Long runs with checkpoints: how long they take and what an interruption costs.

A run of `work` days writes a checkpoint, which takes `cost` days, after every full `tau`
days of work since the last one; the last segment writes none. `tau` = inf (or <= 0)
means no checkpoints.
"""

import math

from .formulas import formula
from .portable import INFINITY, expm1
from .special import lambert_w_offset

ROUNDING = 1e-9
"""Share of a segment that counts as rounding: 0.3 d in steps of 0.1 d are three."""


def checkpoints_left(saved: float, work: float, tau: float) -> int:
    """How many checkpoints a run still writes from the saved work to its end."""
    if tau <= 0.0 or tau == INFINITY or saved >= work:
        return 0
    segments = math.ceil((work - saved) / tau - ROUNDING)
    return segments - 1 if segments > 1 else 0


@formula("(work - saved) + (ceil((work - saved) / tau) - 1) * cost")
def run_time(saved: float, work: float, tau: float, cost: float) -> float:
    """Time to finish from the saved work, without interruption; days.

    Parameters
    ----------
    saved : float
        Work in the last checkpoint.
    work : float
        Work of the whole run.
    tau : float
        Work between checkpoints.
    cost : float
        Time to write one.
    """
    if saved >= work:
        return 0.0
    return (work - saved) + checkpoints_left(saved, work, tau) * cost


def saved_after(saved: float, work: float, tau: float, cost: float, ran: float) -> float:
    """Work that is safe when a run is interrupted; days.

    Only what a finished checkpoint holds is: a segment and its checkpoint, both complete.

    Parameters
    ----------
    saved : float
        Work in the checkpoint the run started from.
    work, tau, cost : float
        As for `run_time`.
    ran : float
        Running time since that start, below `run_time`.
    """
    most = checkpoints_left(saved, work, tau)
    if most == 0 or ran <= 0.0:
        return saved
    ratio = ran / (tau + cost) + ROUNDING
    written = most if ratio >= most else math.floor(ratio)
    return saved + written * tau


def young_daly(mtbf: float, cost: float) -> float:
    """Work between checkpoints that loses least, to first order: ``sqrt(2 cost mtbf)``.

    Parameters
    ----------
    mtbf : float
        Mean time between interruptions, days.
    cost : float
        Time to write a checkpoint, days.

    References
    ----------
    J. W. Young, Communications of the ACM 17, 1974, doi:10.1145/361147.361115; J. T.
    Daly, Future Generation Computer Systems 22, 2006, doi:10.1016/j.future.2004.11.016.
    """
    return math.sqrt(2.0 * cost * mtbf)


@formula("mtbf * (1 + W(-exp(-1 - cost / mtbf)))")
def optimal_interval(mtbf: float, cost: float) -> float:
    """Work between checkpoints that loses least, exactly, for exponential interruptions.

    The minimum over tau of the expected time per work
    ``(exp((tau + cost) / mtbf) - 1) / tau``. Parameters as for `young_daly`.
    """
    # 1 + e * (-exp(-1 - r)) = 1 - exp(-r), computed without loss for small r.
    return mtbf * lambert_w_offset(-expm1(-cost / mtbf))
