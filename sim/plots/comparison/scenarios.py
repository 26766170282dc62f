"""What figures of comparisons are drawn from: the logs of several scenarios, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from sim.metrics import speedup
from sim.plots import style
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd

COLOURS = (
    style.BLUE, style.ORANGE, style.GREEN, style.PURPLE, style.RED, style.SKY, "#5E5E5E",
    style.YELLOW,
)
"""Colour of each scenario, in order."""
DASHES = ("solid", "dashed", "dotted", "dashdot")
"""Line of each scenario, in turn, so that they are told apart in grey."""
CHART_DASHES = ("solid", "dash", "dot", "dashdot")
"""The same in plotly's words."""


class Scenarios(dict[str, Frames]):
    """Logs by name of the scenario; the others are compared with the first.

    Parameters
    ----------
    frames
        Logs run with the same seed.
    differences
        As in `sim.study.compare.Comparison`, or as `sim.store.open_comparison` reads it; without
        it no differences are shown.
    """

    def __init__(
        self, frames: Mapping[str, Frames], differences: pd.DataFrame | None = None
    ) -> None:
        super().__init__(frames)
        self.differences = differences

    @cached_property
    def levels(self) -> dict[str, pd.DataFrame]:
        """From a task's speed-up to the lab's, for each scenario that has assistants.

        Against the first scenario without assistants (`sim.metrics.speedup.levels`); empty if
        there is none, or nothing in common.
        """
        alone = self._alone
        if not alone:
            return {}
        found = {
            name: speedup.levels(frames, self[alone[0]])
            for name, frames in self.items()
            if _is_lab(frames) and frames.model.assistants.source != "none"
        }
        return {name: table for name, table in found.items() if len(table) > 1}

    @property
    def without(self) -> str:
        """Name of the scenario that the levels are against."""
        return self._alone[0]

    @property
    def _alone(self) -> list[str]:
        """Names of the labs without assistants."""
        return [
            name for name, frames in self.items()
            if _is_lab(frames) and frames.model.assistants.source == "none"
        ]

    @property
    def pairs(self) -> int:
        """Number of replications that all have."""
        numbers = (set(found.visits["replication"].unique()) for found in self.values())
        return len(set.intersection(*numbers))


def _is_lab(frames: Frames) -> bool:
    """Return whether there is research that could be done faster; queues have none."""
    return bool(frames.model.research_flows)


def scenarios(frames: Mapping[str, Frames]) -> Scenarios:
    """Return logs by name as `Scenarios`; what is one stays as it is."""
    return frames if isinstance(frames, Scenarios) else Scenarios(frames)
