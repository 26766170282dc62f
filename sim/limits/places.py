"""Where labs lie on a phase map of another: by what they answer to, not by what they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.limits.local_lines import Array
from sim.limits.map_axes import COMPUTE, LOOP, SAME
from sim.limits.phase_map import OUTPUT, logs_of
from sim.limits.surface import LEVEL, Phases, regimes
from sim.study.statistics.intervals import student

if TYPE_CHECKING:
    from sim.study.results import Results

LABS = (
    "gpt53_codex", "openai_like", "anthropic_like", "deepmind_like", "compute_limited",
    "loop_limited", "balanced",
)
"""Shipped labs that maps show."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What holds a lab back, and where it lies on a map of another."""

    lab: str
    compute: float
    """Elasticity of its output to its compute."""
    loop: float
    """Elasticity to its loop speed."""
    difference: float
    """The first minus the second."""
    low: float
    """Lower end of the 90% interval of the difference."""
    high: float
    """Upper end."""
    errors: tuple[float, float]
    """Standard errors of the two elasticities."""
    regime: str
    """As of a cell of a map."""

    def on(self, found: Phases) -> tuple[float, float] | None:
        """Return where a map answers to compute and loop speed as this lab does.

        Logarithms of compute and loop speed of the cell whose two elasticities are nearest to those
        of the lab, counted in the errors of both; `None` if even they differ more than these allow
        (90%).
        """
        off = np.zeros_like(found.difference)
        for name, own, error in zip(
            ("compute", "loop"), (self.compute, self.loop), self.errors, strict=True
        ):
            there = np.asarray(getattr(found, name))
            variance = found.errors[name] ** 2 + error**2
            # without any, only what is equal up to rounding agrees
            off += (there - own) ** 2 / np.maximum(variance, SAME**2)
        i, j = np.unravel_index(np.argmin(off), off.shape)
        if off[i, j] > _AGREE:
            return None
        return float(found.surface.compute[i]), float(found.surface.loop[j])


_AGREE = float(-2 * np.log(1 - LEVEL))
"""Quantile of chi-squared with two degrees of freedom."""


def place(results: Results) -> Place | None:
    """Return what holds a lab back, from its `cross`; `None` if that cannot be told."""
    wide = results.runs.pivot(index="replication", columns="point", values=OUTPUT).dropna()
    points = results.points
    output = wide.to_numpy(float)
    if len(output) < 2 or not (output > 0).all():
        return None
    steps = []
    for name, up, down in ((COMPUTE, 1, 2), (LOOP, 3, 4)):
        logs = logs_of(results, name)
        steps.append(logs[points[name].iat[up]] - logs[points[name].iat[down]])
    return placed(results.study.scenario, output, (steps[0], steps[1]))


def placed(lab: str, output: Array, steps: tuple[float, float]) -> Place:
    """Return what holds a lab back.

    Parameters
    ----------
    lab
        Its name.
    output
        Replications × (the lab itself, more compute, less, faster loop, slower): on the same random
        numbers.
    steps
        Logarithms of more over less compute, and of the faster loop over the slower.
    """
    number = len(output)

    def elasticities(mean: Array) -> Array:
        log = np.log(mean)
        compute = (log[..., 1] - log[..., 2]) / steps[0]
        loop = (log[..., 3] - log[..., 4]) / steps[1]
        return np.stack([compute, loop, compute - loop], axis=-1)

    compute, loop, difference = elasticities(output.mean(axis=0)).tolist()
    without = elasticities((output.sum(axis=0) - output) / (number - 1))
    error = np.sqrt((number - 1) * without.var(axis=0))
    half = student(error, number - 1, LEVEL).tolist()
    low, high = difference - half[2], difference + half[2]
    regime = str(regimes(low, high, compute - half[0], loop - half[1]))
    return Place(
        lab=lab, compute=compute, loop=loop, difference=difference, low=low, high=high,
        errors=(float(error[0]), float(error[1])), regime=regime,
    )
