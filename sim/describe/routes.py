"""Routes of a flow as a diagram in text: chains of stages joined by arrows."""

from __future__ import annotations

from collections.abc import Iterator

from sim.describe.words import days, number, percent
from sim.model.flow import Flow
from sim.model.stage import END, ComputeJob, Labour
from sim.model.training import Gate, Training

ARROW = " → "
BACK = "back to where it was called"


def routes(flow: Flow) -> Iterator[str]:
    """Return the routes of a flow as lines: a chain of stages, and one for each thing else."""
    assert flow.first is not None
    told: set[str] = set()
    starts = [flow.first]
    while starts:
        start = starts.pop(0)
        if start in told:
            continue
        chain, others, more = _chain(flow, start, told)
        if len(chain) > 1:
            yield ARROW.join(chain)
        yield from others
        starts += more
    for name in flow.stages:
        if name not in told:
            yield f"{name}{ARROW}{BACK}"


def _chain(flow: Flow, start: str, told: set[str]) -> tuple[list[str], list[str], list[str]]:
    """Return stages in a row, the lines on what else may happen there, and where those lead."""
    chain, others, more = [_joined(flow, start)], [], []
    name = start
    while True:
        told.add(name)
        lines, leads = _otherwise(flow, name)
        others += lines
        more += leads
        targets = flow.stages[name].next
        if len(targets) != 1:
            break
        (name,) = targets
        chain.append(name)
        if name in told:
            return chain, others, more
    alone, joins = _followers(flow, name)
    if targets:
        chain.append(", ".join(f"{target} {percent(p)}" for target, p in targets.items()))
        more += [target for target in targets if target != END]
    elif alone or joins:
        chain += [" beside ".join(alone)] if alone else []
        more += [*alone, *joins]
    else:
        chain.append(BACK if _inside(flow, name) else END)
    return chain, others, more


def _followers(flow: Flow, name: str) -> tuple[list[str], list[str]]:
    """Return the stages that come after a stage alone, and those that wait for others too."""
    later = {other: len(s.after) for other, s in flow.stages.items() if name in s.after}
    return (
        [other for other, number in later.items() if number == 1],
        [other for other, number in later.items() if number > 1],
    )


def _joined(flow: Flow, name: str) -> str:
    """Name a stage, with those it comes after if there are several."""
    after = flow.stages[name].after
    return f"{' + '.join(after)}{ARROW}{name}" if len(after) > 1 else name


def _otherwise(flow: Flow, name: str) -> tuple[list[str], list[str]]:
    """Return lines on failures, interruptions and side branches of a stage; and where they lead."""
    stage = flow.stages[name]
    lines, leads = [], []
    if isinstance(stage, Labour) and stage.failure and stage.on_failure:
        more = f", + {number(stage.failure.per_defect)} per defect" * bool(stage.failure.per_defect)
        lines.append(
            f"{name}, failed {percent(stage.failure.chance)}{more}{ARROW}{stage.on_failure}"
        )
        leads.append(stage.on_failure)
    if isinstance(stage, ComputeJob) and stage.failure:
        through = f"{stage.repair}{ARROW}" if stage.repair else ""
        lines.append(f"{name}, failed {percent(stage.failure)}{ARROW}{through}{name} again")
    if isinstance(stage, Training) and stage.interruptions:
        spec = stage.interruptions
        by_people = (
            f" ({percent(spec.manual)} of times after {spec.diagnosis})" if spec.diagnosis else ""
        )
        lines.append(f"{name}, interrupted{ARROW}restart{by_people}{ARROW}{name} again")
    if isinstance(stage, Training) and stage.evaluations:
        every = days(stage.evaluations.every)
        lines.append(f"{name}, every {every}{ARROW}an item of flow {stage.evaluations.flow}")
    if isinstance(stage, Training) and stage.hold_until:
        lines.append(f"{name} keeps its units until the end of {stage.hold_until}")
    if isinstance(stage, Gate) and stage.max_wait is not None:
        lines.append(f"{name}, after {days(stage.max_wait)}: opens for any gain")
    alone, joins = _followers(flow, name)
    if stage.next:
        lines += [f"{name}, passed{ARROW}{other}" for other in alone]
        leads += [*alone, *joins]
    return lines, leads


def _inside(flow: Flow, name: str) -> bool:
    """Return whether a stage is performed inside another: a repair, a diagnosis."""
    for stage in flow.stages.values():
        interruptions = getattr(stage, "interruptions", None)
        if name in (getattr(stage, "repair", None), getattr(interruptions, "diagnosis", None)):
            return True
    return False
