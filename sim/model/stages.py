"""The kinds of stages that a flow may have."""

from __future__ import annotations

from sim.model.release import Release
from sim.model.stage import Batch, ComputeJob, Delay, Labour
from sim.model.training import Gate, Training

# A new kind of stage needs: a class (a `Step` if weak models may skip it), listed here; rules in
# `rules.stages` (in `Flow.spawns` and `rules.flows` too, if it names flows or stages); its
# performance in `routes.PERFORM`; its activity in `sim.log`; its equations in
# `equations_of_stages`, words and load in `sim.describe`; and what it conserves in
# `sim.invariants`.
STAGES: dict[str, type] = {
    cls.KIND: cls for cls in (Labour, ComputeJob, Training, Gate, Batch, Delay, Release)
}
"""Stage classes by kind."""
