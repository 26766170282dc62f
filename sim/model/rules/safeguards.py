"""Rules for stages that only strong models have to go through."""

from __future__ import annotations

from sim.model.errors import invalid, problem
from sim.model.flow import Flow
from sim.model.lab import Model
from sim.model.stage import Step


def validate_safeguards(model: Model, name: str, flow: Flow) -> None:
    """Raise `InputError` at the first rule that a `from_capability` of the flow breaks."""
    for stage_name, stage in flow.stages.items():
        if not _is_safeguard(flow, stage_name):
            continue
        path = ("flows", name, "stages", stage_name)
        assert isinstance(stage, Step)
        if name != model.generation_flow:
            raise invalid(
                (*path, "from_capability"), "is for stages of the flow that releases generations",
                stage.from_capability, f"set {'.'.join(path)}.from_capability=null",
            )
        if stage_name in _passed_with(flow, stage_name):
            raise problem(
                (*path, "from_capability"),
                "would send weak models round for ever: all stages on the way back are passed at "
                "once, too",
                f"set {'.'.join(path)}.from_capability=null",
            )


def _is_safeguard(flow: Flow, name: str) -> bool:
    return getattr(flow.stages[name], "from_capability", None) is not None


def _passed_with(flow: Flow, name: str) -> set[str]:
    """Return the stages that a model which skips this one may skip straight after it."""
    found: set[str] = set()
    todo = [name]
    while todo:
        here = todo.pop()
        onward = {*flow.stages[here].next}
        onward |= {other for other, later in flow.stages.items() if here in later.after}
        for other in onward - found:
            if other in flow.stages and _is_safeguard(flow, other):
                found.add(other)
                todo.append(other)
    return found
