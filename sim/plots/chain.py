"""The critical path of one generation, laid out in rows of stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import Model
from sim.model.training import Gate
from sim.plots.frames import Frames
from sim.plots.words import plain

if TYPE_CHECKING:
    import pandas as pd

SHORTEST = 1 / 500
"""Share of the cycle below which neighbouring segments are drawn as one."""
MOST_HIDDEN = 0.05
"""Share of a bar that slivers of other kinds may take without being drawn."""
MOST_ROWS = 30
"""Beyond this number of stages there is a row per phase only."""


@dataclass(frozen=True)
class Chain:
    """The critical path of one generation of one replication."""

    replication: int
    generation: int
    same: int
    """Number of replications that released the generation."""
    rows: tuple[str, ...]
    """Names of the rows, in order of time."""
    segments: pd.DataFrame
    """Rows of `critical_path.path`, with `place`: the row in which each stands."""

    @property
    def begin(self) -> float:
        """Start of the cycle, days."""
        return float(self.segments["start"].iloc[0])

    @property
    def end(self) -> float:
        """Release, days."""
        return float(self.segments["finish"].iloc[-1])

    @property
    def totals(self) -> Any:
        """Days in each row."""
        days = (self.segments["finish"] - self.segments["start"]).to_numpy()
        return np.bincount(self.segments["place"], weights=days, minlength=len(self.rows))


def typical(frames: Frames) -> Chain:
    """Return the critical path that is most telling.

    Of the last generation that at least half of the replications released: the one whose cycle
    time is the median (of two in the middle the shorter, of equal ones the first).
    """
    ends = frames.path.groupby(["replication", "generation"]).agg(
        start=("start", "first"), finish=("finish", "last")
    )
    lengths = (ends["finish"] - ends["start"]).rename("days").reset_index()
    counts = lengths.groupby("generation").size()
    common = counts[(counts >= (frames.replications + 1) // 2).to_numpy()]
    number = int((common if len(common) else counts).index[-1])
    there = lengths[(lengths["generation"] == number).to_numpy()]
    there = there.sort_values("days", kind="stable")
    replication = int(there["replication"].iloc[(len(there) - 1) // 2])
    chosen = (frames.path["generation"] == number) & (frames.path["replication"] == replication)
    return _laid_out(frames, frames.path[chosen.to_numpy()], len(there))


@dataclass
class Block:
    """What is drawn as one bar: a segment, or several that are too short to be told apart."""

    place: int
    """Row in which it stands."""
    start: float
    finish: float
    first: int
    """Position of its first segment in the chain."""
    days: dict[str, float]
    """Days of each kind in it."""
    count: int = 1
    """Number of its segments."""
    newest: float = 0.0
    """Length of the segment that was put in last."""

    @property
    def kind(self) -> str:
        """Kind that takes most of it: its colour."""
        return max(self.days, key=self.days.__getitem__)

    def takes(self, place: int, start: float, kind: str, length: float, shortest: float) -> bool:
        """Return whether the next segment of the row is drawn as part of this block."""
        if place != self.place or start != self.finish:
            return False
        so_far = self.finish - self.start
        if length < shortest:  # pieces become one, and slivers vanish in what they interrupt
            main = self.days[self.kind]
            return so_far < shortest or kind == self.kind or (
                so_far - main + length < MOST_HIDDEN * (so_far + length)
            )
        return self.newest < shortest <= so_far and kind == self.kind

    def add(self, finish: float, kind: str, length: float) -> None:
        """Put a segment in."""
        self.finish, self.newest = finish, length
        self.count += 1
        self.days[kind] = self.days.get(kind, 0.0) + length


def blocks(chain: Chain) -> list[Block]:
    """Return what is drawn: the segments, those too short to be seen together with others.

    Neighbours in a row that are each shorter than `SHORTEST` of the cycle become one block, and
    such slivers within a long segment vanish in it as long as they are less than `MOST_HIDDEN`
    of it. A block has the colour of the kind that takes most of it and knows the days of each.
    """
    shortest = SHORTEST * (chain.end - chain.begin)
    rows = chain.segments
    order = np.lexsort((rows["start"], rows["place"]))
    columns = ("place", "start", "finish", "kind")
    found: list[Block] = []
    for i, place, start, finish, kind in zip(
        order.tolist(), *(rows[name].to_numpy()[order].tolist() for name in columns), strict=True
    ):
        length = finish - start
        if not length > 0:
            continue
        if found and found[-1].takes(place, start, kind, length, shortest):
            found[-1].add(finish, kind, length)
        else:
            found.append(Block(place, start, finish, i, {kind: length}, newest=length))
    return found


def _laid_out(frames: Frames, segments: pd.DataFrame, same: int) -> Chain:
    names = _names(segments, frames.model, by_phase=False)
    if len(set(names)) > MOST_ROWS:
        names = _names(segments, frames.model, by_phase=True)
    rows = tuple(dict.fromkeys(names))
    places = {name: place for place, name in enumerate(rows)}
    return Chain(
        int(segments["replication"].iloc[0]), int(segments["generation"].iloc[0]), same, rows,
        segments.assign(place=[places[name] for name in names]),
    )


def _names(segments: pd.DataFrame, model: Model, *, by_phase: bool) -> list[str]:
    """Return the name of the row of each segment: 'train', 'experiment: run'."""
    own = model.generation_flow
    stages = model.flows[own].stages if own else {}
    found = []
    columns = (segments[name].astype(object) for name in ("phase", "flow", "stage"))
    for phase, flow, stage in zip(*columns, strict=True):
        if by_phase or not isinstance(stage, str) or (flow == own and stage == phase):
            name = phase
        elif flow != own and isinstance(stages.get(phase), Gate):
            name = f"{flow}: {stage}"
        else:
            name = f"{phase}: {stage}"
        found.append(plain(name))
    return found
