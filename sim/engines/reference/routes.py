"""Routes: how an item walks from stage to stage, splits, joins and ends (O3)."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sim.engines.reference import hostages, tools
from sim.engines.reference.compute import compute
from sim.engines.reference.draws import pick
from sim.engines.reference.generations import drop, gate, release
from sim.engines.reference.insight import result
from sim.engines.reference.items import Item, Stage, Visit
from sim.engines.reference.labour import labour
from sim.engines.reference.training import let_go, training
from sim.model.stage import END

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

Steps = Generator[Any, Any, Any]


def begin(lab: Lab, item: Item, last: int) -> None:
    """Let an item begin: it asks for its hostages and sets off from its first stage."""
    if item.flow.model.hostages:
        hostages.take(lab, item, last)
    set_off(lab, item, item.flow.first, last)


def set_off(lab: Lab, item: Item, stage: Stage, last: int) -> None:
    """Send an item (or one more track of it) on its way from a stage."""
    item.tracks += 1
    lab.clock.process(_walk(lab, item, stage, last))


def _walk(lab: Lab, item: Item, stage: Stage | None, last: int) -> Steps:
    """One track of an item, to the end of its route."""
    while stage is not None:
        visit = item.visit(stage, last)
        _enter(lab, visit)
        failed = False if visit.spared else (yield from PERFORM[stage.kind](lab, visit))
        _leave(lab, visit, failed)
        last = visit.last
        for name in stage.followers:
            follower = item.flow.stages[name]
            if _ready(item, follower):
                set_off(lab, item, follower, last)
        stage = _next(lab, visit, failed)
    item.tracks -= 1
    if item.tracks == 0:
        let_go(lab, item)  # of what was held for stages that this item's route never came to
        drop(item)
        if item.hostages:
            hostages.give_back(lab, item)
        if item.flow.model.tool:
            tools.finished(lab, item.flow)
        item.flow.in_progress -= 1
        result(lab, visit)
        item.on_end(item, visit.last)


def _enter(lab: Lab, visit: Visit) -> None:
    made = visit.item.made
    if made:
        made.entered.setdefault(visit.stage.name, lab.clock.now)


def _leave(lab: Lab, visit: Visit, failed: bool) -> None:
    item, stay = visit.item, visit.stay
    stay.running -= 1
    stay.passed = not failed
    if item.made:
        item.made.left[visit.stage.name] = lab.clock.now
    if item.held:
        let_go(lab, item, until=visit.stage.name)


def _ready(item: Item, stage: Stage) -> bool:
    """Return whether all stages that `stage` comes after have passed and none runs again."""
    stays = [item.stays.get(name) for name in stage.model.after]
    return all(stay and stay.passed and not stay.running for stay in stays)


def _next(lab: Lab, visit: Visit, failed: bool) -> Stage | None:
    """Return the next stage of this track, or None at its end."""
    stage, stages = visit.stage, visit.item.flow.stages
    if failed:
        return stages[stage.on_failure]
    if stage.chances:
        name = pick(stage.chances, lab.draws.visit(visit, "route"))
        return None if name == END else stages[name]
    return stages[stage.next] if stage.next else None


def subroutine(lab: Lab, visit: Visit, name: str) -> Steps:
    """Perform a labour stage inside another one (a repair, a diagnosis) and come back."""
    inner = visit.item.visit(visit.item.flow.stages[name], visit.last)
    _enter(lab, inner)
    failed = False if inner.spared else (yield from labour(lab, inner))
    _leave(lab, inner, failed)
    visit.last = inner.last


def batch(lab: Lab, visit: Visit) -> Steps:
    """Spawn the batch and wait until all of it has ended."""
    spec = visit.stage.model
    row = lab.log.request(lab.clock.now, visit, "batch", value=float(spec.count))
    lab.log.start(row, lab.clock.now, visit.last)
    all_ended = lab.clock.event()
    left = spec.count

    def ended(child: Item, last: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            all_ended.succeed(last)

    for index in range(spec.count):
        lab.spawn(visit, spec.flow, index, ended)
    visit.last = yield all_ended
    lab.log.finish(row, lab.clock.now, "done")
    return False


def delay(lab: Lab, visit: Visit) -> Steps:
    """Let time pass."""
    row = lab.log.request(lab.clock.now, visit, "delay")
    lab.log.start(row, lab.clock.now, visit.last)
    duration = visit.stage.sample(lab.draws.visit(visit, "duration"))
    yield lab.hold(duration, visit)
    lab.log.finish(row, lab.clock.now, "done", worked=duration)
    visit.last = row
    return False


PERFORM = {
    "labour": labour,
    "compute": compute,
    "training": training,
    "gate": gate,
    "batch": batch,
    "delay": delay,
    "release": release,
}
"""How each kind of stage is performed."""
