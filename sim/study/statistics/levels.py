"""Levels of factors: what points are compared by, and what of a design is drawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import InputError
from sim.model.errors import unknown_name
from sim.study.statistics.contrast import Design
from sim.study.statistics.sample import Bools, Sample

if TYPE_CHECKING:
    import pandas as pd

BINS = 5
"""Bins of a drawn number: quintiles."""


@dataclass(frozen=True)
class Level:
    """Points that are alike in one factor."""

    level: Any
    """The value that they share; of a bin its range, as `0.2 to 0.4`."""
    value: float
    """That value, or the bin's mean; NaN if it is no number."""
    low: float
    """Least value."""
    high: float
    """Greatest value."""
    of: Bools
    """Which points."""


def levels_of(values: pd.Series, bins: int = BINS) -> list[Level]:
    """Return the levels of a factor, in order of numbers, of texts as they come first.

    Numbers of more than `bins` different values are put into bins with equally many points (equal
    values stay together).

    Parameters
    ----------
    values
        The factor at each point.
    """
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values):
        array = values.to_numpy(dtype=object)
        nan = float("nan")
        return [Level(x, nan, nan, nan, array == x) for x in dict.fromkeys(array)]
    array = values.to_numpy()
    different = np.unique(array)
    if len(different) <= bins:
        return [Level(x.item(), float(x), float(x), float(x), array == x) for x in different]
    first = np.searchsorted(np.sort(array), array)  # rank from 0; equal values share the lowest
    bin_of = first * bins // len(array)
    return [_bin(array, bin_of == number) for number in np.unique(bin_of)]


def _bin(array: Any, of: Bools) -> Level:
    low, high = float(array[of].min()), float(array[of].max())
    return Level(f"{low:.4g} to {high:.4g}", float(array[of].mean()), low, high, of)


def design_of(
    points: pd.DataFrame, sample: Sample, sampled: Collection[str], random_numbers: str,
    rows: int | None = None,
) -> Design:
    """Return what is random in a design, for the points of a sample.

    Of a design with rows (`rows`: points of each) a row is one draw: its points have values in
    common, and perhaps luck.

    Raises
    ------
    InputError
        If `sampled` names a factor that is not there.
    """
    for name in sampled:
        if name not in points:
            raise InputError(f"statistics: {unknown_name('factor', name, points.columns)}")
    common = random_numbers == "common"
    if rows:
        return Design(common, sample.points // rows)
    if not sampled:
        return Design(common, None)
    draws = points.groupby(list(sampled), sort=False, dropna=False).ngroup()
    return Design(common, draws.loc[sample.points].to_numpy())


def runs_of(points: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs of these points."""
    here = runs["point"].isin(points.index).to_numpy()
    return runs if here.all() else runs[here]
