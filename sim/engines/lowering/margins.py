"""Margins: the room that is always kept for whatever one step of the kernel may take."""

from __future__ import annotations

from collections.abc import Iterator

from sim.engines.room import check_room, fits
from sim.model import Model
from sim.model.flow import MOST_STREAMS, Closed, Flow
from sim.model.release import Release
from sim.model.stage import Batch

WORDS_OF_A_DATE = 32
"""What an alarm takes that is set before the first step."""


def margins(model: Model) -> tuple[int, int]:
    """Return words, and rows of the log, enough for whatever one step of the kernel may take.

    A step starts at most the items of one batch (or relief), each with its hostages, and all
    workstreams. What is set before the first step, an alarm for whatever has a date, comes on top.
    """
    stages = max(len(flow.stages) for flow in model.flows.values())
    item = 256 + 8 * stages
    starts = [(1, max(_hostages(flow) for flow in model.flows.values()))]
    starts += [
        (count + 1, _hostages(model.flows[child]))
        for flow in model.flows.values() for _, child, count in _starts(flow)
    ]
    streams = sum(_streams(flow) for flow in model.flows.values())
    words = 20_000 + max(count * (item + 64 * held) for count, held in starts) + 64 * streams
    return words, 1000 + max(count * (held + 1) for count, held in starts)


def check_margins(model: Model, size: int) -> None:
    """Raise `TooLarge` if the bytes that a run begins with would not fit in memory."""
    if fits(size):
        return
    most, culprit, remedy = 0, "what happens at once", "lower its counts"
    for name, flow in model.flows.items():
        if _streams(flow) > most:
            most = _streams(flow)
            culprit = f"{most:,} workstreams of flow '{name}'"
            remedy = f"lower flows.{name}.source"
        for stage, child, count in _starts(flow):
            held = _hostages(model.flows[child])
            if count * (1 + held) > most:
                most = count * (1 + held)
                culprit = f"up to {count:,} items that start at once"
                remedy = f"lower flows.{name}.stages.{stage}"
                if held:
                    culprit += f", and {held:,} hostages of each,"
                    remedy += f" or flows.{child}.hostages.units"
    check_room(size, f"room for {culprit}", remedy)


def _starts(flow: Flow) -> Iterator[tuple[str, str, int]]:
    """Yield what starts items at once: the setting that says how many, their flow, how many."""
    for name, stage in flow.stages.items():
        if isinstance(stage, Batch):
            yield f"{name}.count", stage.flow, stage.count
        elif isinstance(stage, Release) and stage.surge and stage.surge.relief:
            relief = stage.surge.relief
            yield f"{name}.surge.relief.count", relief.flow, relief.count


def _hostages(flow: Flow) -> int:
    return flow.hostages.units if flow.hostages else 0


def _streams(flow: Flow) -> int:
    source = flow.source
    if not isinstance(source, Closed):
        return 0
    return source.workstreams + (MOST_STREAMS if source.per_person else 0)
