"""Tools: items that end leave one behind; while fresh it saves work (`reference.tools`)."""

from __future__ import annotations

from sim.engines.compiled.draws import flow_settings, flow_state
from sim.engines.compiled.memory import extended
from sim.engines.lowering import layout as L
from sim.laws.tooling import tooled_work


def tool_finished(S, flow):
    """An item of the flow ends: its tool is fresh from now on (O7)."""
    F = S.F
    at = extended(S, flow_state(S, flow) + L.FS_TOOLS, 1)
    F[at] = F[L.NOW] + F[flow_settings(S, flow) + L.FL_FRESH]


def saved(S, flow, work):
    """Return what is left of a task's work with the tools of a flow that are fresh now (O7)."""
    M, F = S.M, S.F
    tools, settings = flow_state(S, flow) + L.FS_TOOLS, flow_settings(S, flow)
    fresh = 0
    for i in range(M[tools + 2]):
        end = F[M[tools] + i]
        if end > F[L.NOW]:
            F[M[tools] + fresh] = end
            fresh += 1
    M[tools + 2] = fresh
    return tooled_work(
        work, F[settings + L.FL_BOOST], float(fresh), float(M[settings + L.FL_MOST])
    )
