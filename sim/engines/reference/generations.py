"""Generations: the gate that freezes a recipe, the release that deploys it (O4a)."""

from __future__ import annotations

from collections.abc import Generator
from math import nan
from typing import TYPE_CHECKING, Any

import simpy

from sim.engines.reference.clock import TIMER
from sim.engines.reference.items import Item, Visit
from sim.engines.reference.surges import Surge
from sim.laws import capability as laws
from sim.laws.compiled import compiled
from sim.log import GENERATION_OUTCOMES, GENERATIONS, NONE
from sim.model.training import FixedDuration, FixedScaleUp, Gate, TargetGain

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_capability = compiled(laws.capability)
_generation_gain = compiled(laws.generation_gain)
_compute_for_gain = compiled(laws.compute_for_gain)


class Generation:
    """One generation, planned, in the making, or released."""

    def __init__(self, index: int, item: int, started: float) -> None:
        self.index, self.item, self.started = index, item, started
        self.outcome = "open"
        self.released = nan
        self.compute = nan
        self.capability = nan
        self.units = 0
        self.algorithms = nan
        self.infrastructure = nan
        self.defects = 0
        self.interruptions = 0
        self.entered: dict[str, float] = {}
        self.left: dict[str, float] = {}

    def row(self, replication: int, stages: list[str]) -> dict[str, Any]:
        """Return the row of the log."""
        values = {column.name: getattr(self, column.name, None) for column in GENERATIONS}
        values |= {
            "replication": replication, "generation": self.index,
            "outcome": GENERATION_OUTCOMES.index(self.outcome),
            "cycle_time": self.released - self.started,
        }
        for stage in stages:
            values[f"entered_{stage}"] = self.entered.get(stage, nan)
            values[f"left_{stage}"] = self.left.get(stage, nan)
        return values


class GateKeeper:
    """Decides when the next generation's recipe is frozen."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.visit: Visit | None = None
        self.opened: simpy.Event | None = None
        self.deadline: float | None = None
        self.changed = False
        """Whether something the gate depends on changed."""
        self.cause = NONE
        """Row whose end brought that change, if one did."""

    def wait(self, visit: Visit) -> simpy.Event:
        """Enter the gate; the event succeeds with True if it opened, False if skipped."""
        lab, gate = self.lab, visit.stage.model
        self.visit, self.opened, self.deadline = visit, lab.clock.event(), None
        self.touch(visit.last)
        if gate.max_wait is not None:
            self.deadline = lab.clock.now + gate.max_wait
            alarm = lab.clock.alarm(self.deadline, TIMER, visit.key, idle=True)
            alarm.callbacks.append(lambda _: self.touch(NONE))
        return self.opened

    def touch(self, cause: int) -> None:
        """Something the gate depends on changed, by the end of row `cause` or by no row's."""
        self.changed, self.cause = True, cause

    def settle(self) -> bool:
        """Try the gate; return whether it let the item through or skipped it."""
        self.changed = False
        if self.visit is None:
            return False
        gate = self.visit.stage.model
        if self.visit.stage.name in self.visit.item.flow.paused:
            return False
        overdue = self.deadline is not None and self.lab.clock.now >= self.deadline
        compute = self._planned_compute(gate)
        if not self._worth(compute, gate.min_gain, strict=False):
            if not overdue:
                return False
            if not self._worth(compute, 0.0, strict=True):
                compute = self._longest_compute(gate)
                if not self._worth(compute, 0.0, strict=True):
                    self._leave(False)
                    return True
        self._freeze(compute)
        self._leave(True)
        return True

    def _leave(self, opened: bool) -> None:
        assert self.opened
        self.opened.succeed(opened)
        self.visit = self.opened = None

    def _worth(self, compute: float, least: float, *, strict: bool) -> bool:
        """Return whether a model with this F gains enough."""
        lab, last = self.lab, self.lab.deployed
        gain = _generation_gain(compute, last.compute, lab.algorithms, last.algorithms)
        # Target plans aim at the gain exactly; one part in 10^12 absorbs the rounding.
        return gain > 0 and (strict or gain > least - 1e-12)

    def _strength(self, gate: Any) -> float:
        """Return effective unit-days per day of training, on planned units."""
        return float(max(0, self.lab.pools[gate.pool].planned) * self.lab.efficiency())

    def _planned_compute(self, gate: Gate) -> float:
        """Return F_next by the training plan; models without training keep F."""
        last, plan = self.lab.deployed, gate.plan
        if plan is None:
            return last.compute
        strength = self._strength(gate)
        if isinstance(plan, FixedDuration):
            return strength * plan.days
        if isinstance(plan, FixedScaleUp):
            compute = last.compute * plan.factor
            return compute if compute <= strength * plan.max_days else 0.0
        assert isinstance(plan, TargetGain)
        needed = _compute_for_gain(
            last.compute, gate.min_gain, self.lab.algorithms, last.algorithms
        )
        return min(max(needed, strength * plan.min_days), strength * plan.max_days)

    def _longest_compute(self, gate: Gate) -> float:
        if gate.plan is None:
            return self.lab.deployed.compute
        return self._strength(gate) * gate.plan.max_days

    def _freeze(self, compute: float) -> None:
        """Freeze units, F_next and algorithms into the recipe."""
        assert self.visit
        lab, made = self.lab, self.visit.item.made
        pool = self.visit.stage.model.pool
        made.units = int(lab.pools[pool].planned) if pool else 0
        made.compute = compute
        made.algorithms = lab.algorithms
        made.infrastructure = lab.stocks.get("infrastructure", 0.0)
        made.capability = _capability(compute / lab.initial_compute, made.algorithms)


def gate(lab: Lab, visit: Visit) -> Generator[Any, Any, bool]:
    """Wait at the gate; return whether the attempt was skipped: then the gate is entered again."""
    entered = lab.clock.now
    row = lab.log.request(entered, visit, "gate")
    opened = yield lab.gate.wait(visit)
    lab.log.start(row, lab.clock.now, lab.gate.cause)
    lab.log.finish(row, lab.clock.now, "done" if opened else "failed")
    visit.last = row
    if not opened:
        skipped = Generation(visit.item.made.index, visit.item.number, entered)
        skipped.outcome = "skipped"
        skipped.entered[visit.stage.name], skipped.left[visit.stage.name] = entered, lab.clock.now
        lab.generations.append(skipped)
    return not opened


def release(lab: Lab, visit: Visit) -> Generator[Any, Any, bool]:
    """Deploy the new model, in the order of O11."""
    made = visit.item.made
    if made.outcome == "released":  # another track of the item came first
        return False
    visit.last = lab.log.instant(lab.clock.now, visit, "release", "done", made.capability)
    made.outcome, made.released = "released", lab.clock.now
    lab.deploy(made, visit.stage.model.trusted)
    if visit.stage.model.surge:
        Surge(lab, visit)
    lab.allocation.step()
    lab.interventions.released(made.index)
    lab.check_targets()
    return False
    yield  # a generator, as all stages are


def begin(lab: Lab, item: Item) -> None:
    """Open the record of the generation that an item of the generation flow builds."""
    item.made = Generation(lab.deployed.index + 1, item.number, lab.clock.now)
    item.generation = item.made.index
    lab.generations.append(item.made)


def drop(item: Item) -> None:
    """Close the record of a generation whose item ended without a release."""
    if item.made and item.made.outcome == "open":
        item.made.outcome = "dropped"


def initial(lab: Lab) -> Generation:
    """Return generation 0: recipe frozen when the clock starts, deployed at t = 0."""
    first = Generation(0, NONE, nan)
    first.outcome, first.released = "released", 0.0
    first.compute, first.capability = lab.initial_compute, 0.0
    first.algorithms = first.infrastructure = 0.0
    if lab.model.training_pool:
        first.units = int(lab.pools[lab.model.training_pool].planned)
    return first
