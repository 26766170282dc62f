"""Margins: the room that is always kept for whatever one step of the kernel may take."""

from __future__ import annotations

from sim.engines.room import check_room, fits
from sim.model import Model
from sim.model.flow import Closed, Flow
from sim.model.release import Release
from sim.model.stage import Batch

MOST_STREAMS = 200_000
"""Workstreams of a flow whose number follows the people, at most."""


def margins(model: Model) -> tuple[int, int]:
    """Return words, and rows of the log, enough for whatever one step of the kernel may take."""
    children = max((_children(flow)[0] for flow in model.flows.values()), default=0)
    hostages = max((_hostages(flow) for flow in model.flows.values()), default=0)
    streams = sum(_streams(flow) for flow in model.flows.values())
    stages = max(len(flow.stages) for flow in model.flows.values())
    item = 256 + 8 * stages
    words = 20_000 + (children + 1) * (item + 64 * hostages) + 64 * streams
    return words, 1000 + (children + 1) * (hostages + 1)


def check_margins(model: Model, size: int) -> None:
    """Raise `TooLarge` if the bytes that a run begins with would not fit in memory."""
    if fits(size):
        return
    flows = model.flows.items()
    count, place = max((_children(flow), f"flows.{name}") for name, flow in flows)
    hostages, keeper = max((_hostages(flow), name) for name, flow in flows)
    streams, source = max((_streams(flow), name) for name, flow in flows)
    what, remedy = f"{streams:,} workstreams of flow '{source}'", f"lower flows.{source}.source"
    if (count[0] + 1) * (1 + hostages) > streams:
        what = f"up to {count[0]:,} items that start at once"
        remedy = f"lower {place}.stages.{count[1]}"
        if hostages:
            what += f", and {hostages:,} hostages of each,"
            remedy += f" or flows.{keeper}.hostages.units"
    check_room(size, f"room for {what}", remedy)


def _children(flow: Flow) -> tuple[int, str]:
    """Return how many items a stage of a flow starts at once, at most, and what says so."""
    counts = [(0, "")]
    for name, stage in flow.stages.items():
        if isinstance(stage, Batch):
            counts.append((stage.count, f"{name}.count"))
        elif isinstance(stage, Release) and stage.surge and stage.surge.relief:
            counts.append((stage.surge.relief.count, f"{name}.surge.relief.count"))
    return max(counts)


def _hostages(flow: Flow) -> int:
    return flow.hostages.units if flow.hostages else 0


def _streams(flow: Flow) -> int:
    source = flow.source
    if not isinstance(source, Closed):
        return 0
    return MOST_STREAMS if source.per_person else source.workstreams
