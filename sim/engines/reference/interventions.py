"""Interventions at work: what somebody changes in the lab, at a date or at a release."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

import simpy

from sim.engines.reference.clock import CAPACITY, LAB
from sim.log import NONE
from sim.model import Model
from sim.model.capacity import shares_of
from sim.model.intervention import Intervention, merged

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab


class Interventions:
    """The interventions of a model, carried out when their time has come."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.settings: dict[str, Any] = {}
        """All settings made so far, nested as in the model."""
        first = len(lab.model.assistants.external)
        for number, (name, change) in enumerate(lab.model.interventions.items()):
            if change.at is not None:
                alarm = lab.clock.alarm(change.at, CAPACITY, (LAB, first + number))
                alarm.callbacks.append(partial(self._at, name, change))

    def released(self, generation: int) -> None:
        """Carry out what is to happen at the release of a generation."""
        for name, change in self.lab.model.interventions.items():
            if change.generation == generation:
                self._carry_out(name, change)

    def _at(self, name: str, change: Intervention, _: simpy.Event) -> None:
        self._carry_out(name, change)

    def _carry_out(self, name: str, change: Intervention) -> None:
        """Carry out an intervention, in the order of O11."""
        lab = self.lab
        lab.log.change(lab.clock.now, "intervention", name, 0.0, 1.0)
        if change.set:
            self._set(change.set)
        for pool, step in change.capacity.items():
            lab.capacity.intervene(pool, step)
        for target in change.pause:
            self._pause(target, True)
        for target in change.resume:
            self._pause(target, False)
        lab.gate.touch(NONE)
        lab.adjust_sources()

    def _set(self, change: dict[str, Any]) -> None:
        """Make a new model of the lab; what has been entered or granted keeps the old one (O11)."""
        lab = self.lab
        self.settings = merged(self.settings, change)
        plain = dataclasses.replace(lab.original, interventions={}).to_dict()
        model = Model.from_dict(merged(plain, self.settings))
        lab.bind(dataclasses.replace(model, interventions=lab.original.interventions))
        lab.watch_speedups()
        if "pools" in change:
            lab.capacity.share(shares_of(model))

    def _pause(self, target: str, paused: bool) -> None:
        """Pause or resume a flow, or a stage (`flow.stage`)."""
        name, _, stage = target.partition(".")
        flow = self.lab.flows[name]
        was = stage in flow.paused
        self.lab.log.change(self.lab.clock.now, "pause", target, float(was), float(paused))
        (flow.paused.add if paused else flow.paused.discard)(stage)
        pauses = any(flow.paused for flow in self.lab.flows.values())
        for pool in self.lab.pools.values():
            pool.heed(pauses)
