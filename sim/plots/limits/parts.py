"""Figures that are drawn from one table of what a study of limits found.

`shortfall`, `dividend` and `slack` are drawn from a table, or a log, wherever it comes from; here
each is given the one of a study, so that all figures of limits are called alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sim.limits.question import OWN
from sim.plots import charts
from sim.plots.frames import Frames
from sim.plots.limits import dividend, shortfall, slack

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Part:
    """A figure of one table, called with all that was found."""

    module: ModuleType
    """The figure."""
    given: Callable[[Any], tuple[Any, ...] | None] = field(repr=False)
    """What it is drawn from, of what was found; `None` if there is no such thing."""

    def __post_init__(self) -> None:
        # The report says beneath a figure how it is measured: as its module does.
        object.__setattr__(self, "__doc__", self.module.__doc__)

    def shows(self, found: Any) -> bool:
        """Return whether there is something to draw."""
        given = self.given(found)
        if given is None:
            return False
        return bool(self.module.shows(given[0])) if hasattr(self.module, "shows") else True

    def words(self, found: Any) -> tuple[str, str]:
        """Return what the figure says, and how to read it."""
        text: tuple[str, str] = self.module.words(*self._given(found))
        return text

    def figure(self, found: Any, ax: Axes | None = None) -> Figure:
        """Draw it; `ax` as in `sim.plots`."""
        drawn: Figure = self.module.figure(*self._given(found), ax=ax)
        return drawn

    def chart(self, found: Any) -> charts.Chart:
        """Return the same for the report."""
        made: charts.Chart = self.module.chart(*self._given(found))
        return made

    def _given(self, found: Any) -> tuple[Any, ...]:
        given = self.given(found)
        assert given is not None
        return given


def _shortfall(of: str) -> Callable[[Any], tuple[Any, ...] | None]:
    def given(found: Any) -> tuple[Any, ...] | None:
        return (found.shortfalls[of],) if of in found.shortfalls else None

    return given


def _dividend(found: Any) -> tuple[Any, ...] | None:
    return None if found.dividend is None else (found.dividend, found.model)


def _slack(found: Any) -> tuple[Any, ...] | None:
    if found.slack is None:
        return None
    own = found.logs[OWN]
    frames = Frames(
        visits=own.visits, generations=own.generations, changes=own.changes, model=found.model,
        ends=own.ends,
    )
    vars(frames)["slack"] = found.slack  # what was computed once need not be again
    return (frames,)


RESEARCH = Part(shortfall, _shortfall("research"))
"""Where the speed-up of an experiment goes."""
GENERATIONS = Part(shortfall, _shortfall("cycle"))
"""Where that of a generation goes."""
DIVIDEND = Part(dividend, _dividend)
SLACK = Part(slack, _slack)
