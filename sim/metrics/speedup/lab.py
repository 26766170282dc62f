"""Speed-up of the lab: research output of two scenarios on the same random numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from sim.log import ACTIVITY, OUTCOME
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd


class Log(Protocol):
    """What is needed of an ensemble."""

    @property
    def visits(self) -> pd.DataFrame:
        """One row per service."""
    @property
    def generations(self) -> pd.DataFrame:
        """One row per generation."""
    @property
    def model(self) -> Model:
        """The model that was run."""
    @property
    def ends(self) -> Mapping[int, float]:
        """When those replications ended that ended before the horizon, days."""


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """The ratio of two means over the same replications."""

    ratio: float
    """Mean of the first over mean of the second; missing if there is none."""
    low: float
    """Lower end of the confidence interval; missing with fewer than two pairs."""
    high: float
    """Upper end of it."""
    pairs: int
    """Replications that both sides have."""


def research_output(
    visits: pd.DataFrame, model: Model, begin: float = 0.0, end: float = math.inf
) -> pd.Series:
    """Return the output of research in [begin, end), by replication.

    The sum of the outputs of the successes of the flows that the lab starts in order to learn,
    as they are before ideas get harder to find; natural-log units.

    Parameters
    ----------
    visits
        Table of a run or an ensemble.
    model
        The model that was run.
    begin, end
        Window of time, days.
    """
    import pandas as pd

    flows = [list(model.flows).index(name) for name in model.research_flows]
    code = {name: visits[name].cat.codes.to_numpy() for name in ("activity", "outcome", "flow")}
    finished = visits["finished"].to_numpy()
    chosen = (finished >= begin) & (finished < end)
    chosen &= code["activity"] == ACTIVITY["result"]
    chosen &= code["outcome"] == OUTCOME["success"]
    chosen &= np.isin(code["flow"], flows)
    replication = visits["replication"].to_numpy()
    numbers = pd.Index(pd.unique(replication), name="replication").sort_values()
    place = np.searchsorted(numbers, replication[chosen])
    sums = np.bincount(place, visits["value"].to_numpy()[chosen], len(numbers))
    return pd.Series(sums, numbers, name="research_output")


def lab(
    with_: Log, without: Log, *, begin: float = 0.0, end: float | None = None, level: float = 0.9
) -> Ratio:
    """Return how much faster research goes in one lab than in another.

    speed-up = mean research output of the one / that of the other, over [begin, end) and the
    replications that both have and that ran through the window. The interval is that of
    `ratio_of_means`.

    Parameters
    ----------
    with_, without
        Logs of the two scenarios, run with the same seed.
    begin, end
        Window of time, days; to the shorter of the two horizons if no end is given.
    level
        Level of the confidence interval.
    """
    last = min(with_.model.horizon, without.model.horizon) if end is None else end
    one, other = (
        _whole(research_output(log.visits, log.model, begin, last), log, last)
        for log in (with_, without)
    )
    both = one.index.intersection(other.index)
    return ratio_of_means(one[both], other[both], level=level)


def cycle_times(first: Log, second: Log) -> pd.DataFrame:
    """Return the cycle times of the generations that two labs both released.

    Of late generations only the quick are known, and the slower lab has fewer: to compare all
    that each has released would compare early with late ones.

    Returns
    -------
    DataFrame
        `first` and `second`, days, by `replication` and `generation` (the index).
    """
    import pandas as pd

    columns = {}
    for name, log in (("first", first), ("second", second)):
        table = log.generations
        released = (table["outcome"] == "released").to_numpy()
        made = table[released & (table["generation"] > 0).to_numpy()]
        columns[name] = made.set_index(["replication", "generation"])["cycle_time"]
    return pd.concat(columns, axis=1, join="inner").sort_index()


def ratio_of_means(first: ArrayLike, second: ArrayLike, *, level: float = 0.9) -> Ratio:
    """Return mean(first) / mean(second) of paired values > 0, with a confidence interval.

    The interval is symmetric on the log scale, by the delta method for paired samples: with
    r = mean(x) / mean(y), log r has the variance of x_i / mean(x) - y_i / mean(y), over n;
    Student's t with n - 1 degrees of freedom.

    References
    ----------
    G. Casella, R. L. Berger, *Statistical Inference*, 2nd ed., 2002, section 5.5.4.
    """
    x, y = (np.asarray(values, dtype=float) for values in (first, second))
    count = len(x)
    if not count or not y.mean() > 0:
        return Ratio(ratio=math.nan, low=math.nan, high=math.nan, pairs=count)
    ratio = float(x.mean() / y.mean())
    if count < 2 or not ratio > 0:
        return Ratio(ratio=ratio, low=math.nan, high=math.nan, pairs=count)
    from scipy.special import stdtrit

    error = float(np.std(x / x.mean() - y / y.mean(), ddof=1)) / math.sqrt(count)
    factor = math.exp(float(stdtrit(count - 1, (1 + level) / 2)) * error)
    return Ratio(ratio=ratio, low=ratio / factor, high=ratio * factor, pairs=count)


def _whole(values: Any, log: Log, end: float) -> Any:
    """Return the values of those replications that did not end before the window did."""
    early = [number for number, time in log.ends.items() if time < end]
    return values[~values.index.isin(early)]
