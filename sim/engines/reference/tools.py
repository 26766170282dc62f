"""Tools: items that end leave one behind; while fresh it saves work in the stages that use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.reference.items import Flow
from sim.laws import tooling
from sim.laws.compiled import compiled

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_tooled_work = compiled(tooling.tooled_work)


def finished(lab: Lab, flow: Flow) -> None:
    """An item of the flow ends: its tool is fresh from now on (O7)."""
    assert flow.model.tool
    flow.tools.append(lab.clock.now + flow.model.tool.fresh)


def saved(lab: Lab, name: str, work: float) -> float:
    """Return what is left of a task's work with the tools of a flow that are fresh now (O7)."""
    flow = lab.flows[name]
    tool, until = flow.model.tool, flow.tools
    assert tool
    until[:] = [end for end in until if end > lab.clock.now]
    return float(_tooled_work(work, tool.boost, len(until), tool.most))
