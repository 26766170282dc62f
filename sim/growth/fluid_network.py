"""The equations of the fluid limit, as stated in `sim.growth.fluid`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.growth.fluid_rules import reviewed
from sim.laws.capability import adoption_chance
from sim.model import Model
from sim.model.flow import Closed, Open
from sim.model.stage import END, ComputeJob, Delay, Labour, Stage

Floats = NDArray[np.float64]
Key = tuple[str, ...]
"""A part of the state: ("stock", name), or (what, flow, stage) with people, review, jobs, speed and
delay; ("assistants", flow, stage, release)."""
NONE = 1e-10
"""Jobs below which none run."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """Stations and stocks of a model that `sim.growth.fluid_rules` lets pass."""

    model: Model
    """The lab of scale n = 1."""
    keys: tuple[Key, ...]
    """What the state holds, in order."""

    def start(self) -> Floats:
        """All workstreams enter their first stage at t = 0; all else is 0."""
        entered = dict.fromkeys(self.keys, 0.0)
        for name, flow in self.model.flows.items():
            if isinstance(flow.source, Closed):
                assert flow.first
                self._enter(entered, name, flow.first, flow.source.workstreams, 0.0, 0.0)
        for key in self.keys:
            if key[0] == "speed":
                jobs = min(entered[("jobs", *key[1:])], self.servers(key))
                entered[key] = jobs * self._speed(key, 0.0)
        return np.array(list(entered.values()))

    def rates(self, time: float, state: Floats, began: float) -> Floats:
        """Return the derivative; the last release came at `began`."""
        now = dict(zip(self.keys, state, strict=True))
        change = dict.fromkeys(self.keys, 0.0)
        ends = dict.fromkeys(self.model.flows, 0.0)
        arrive: dict[Key, float] = dict.fromkeys(self.keys, 0.0)
        for key in self.keys:
            done = self._done(key, now)
            if done is None:
                continue
            change[key] -= done
            _, flow, name, *_ = key
            onward = self._review(key, done, arrive)
            stage = self.model.flows[flow].stages[name]
            routed = 0.0
            for target, chance in stage.next.items():
                if target != END:
                    routed += chance
                    self._enter(arrive, flow, target, onward * chance, time, began)
            ends[flow] += onward * (1.0 - routed)
        for name, whole in self.model.flows.items():
            assert whole.first
            rate = ends[name]
            if isinstance(whole.source, Open):
                rate = 1.0 / whole.source.interval.mean()
            self._enter(arrive, name, whole.first, rate, time, began)
            self._learn(name, ends[name], now, change)
        for key, rate in arrive.items():
            change[key] += rate
        for key in self.keys:
            if key[0] == "speed":
                change[key] = self._granted(key, now, arrive[("jobs", *key[1:])])
        return np.array(list(change.values()))

    def _done(self, key: Key, now: dict[Key, float]) -> float | None:
        """Return the rate at which services of this kind end; `None`: it is none."""
        what = key[0]
        if what in ("stock", "speed"):
            return None
        if what == "jobs":
            return now[("speed", *key[1:])]
        stage = self.model.flows[key[1]].stages[key[2]]
        if what == "delay":
            assert isinstance(stage, Delay)
            return now[key] / stage.duration.mean()
        assert isinstance(stage, Labour)
        day = self.model.hours_per_person_day / 24.0
        skill = self.model.skills[stage.skill]
        if what == "review":
            assert skill.oversight
            work = self.model.oversight[skill.oversight].review_work.mean() * day
            return min(now[key], self.servers(key)) / work
        work = stage.work.mean() * day
        if what == "people":
            return min(now[key], self.servers(key)) / work
        c = self.releases()[1][int(key[3])]
        faster = self.model.feedback[skill.speedup].at(c) if skill.speedup else 1.0
        return now[key] * faster / work

    def _review(self, key: Key, done: float, arrive: dict[Key, float]) -> float:
        """Send a part of what is done to review; return the rate of the rest."""
        review = ("review", *key[1:3])
        if key[0] not in ("people", "assistants") or review not in arrive:
            return done
        stage = self.model.flows[key[1]].stages[key[2]]
        assert isinstance(stage, Labour)
        policy = self.model.oversight[self.model.skills[stage.skill].oversight or ""]
        part = policy.human_review if key[0] == "people" else policy.review
        arrive[review] += done * part
        return done * (1.0 - part)

    def _enter(
        self, arrive: dict[Key, float], flow: str, name: str, rate: float, time: float, began: float
    ) -> None:
        """Items come to a stage: to people, assistants, compute, or to nobody."""
        stage = self.model.flows[flow].stages[name]
        if not isinstance(stage, Labour):
            arrive[("jobs" if isinstance(stage, ComputeJob) else "delay", flow, name)] += rate
            return
        left = rate
        for number, chance in self._used(time, began):
            key = ("assistants", flow, name, str(number))
            if key in arrive:
                skill = self.model.skills[stage.skill]
                c = self.releases()[1][number] - (skill.difficulty or 0.0)
                given = rate * chance * self.model.feedback[skill.share or ""].at(c)
                arrive[key] += given
                left -= given
        arrive[("people", flow, name)] += left

    def _used(self, time: float, began: float) -> list[tuple[int, float]]:
        """Return the releases that a task may use now, with their chances."""
        newest = self.releases()[0].index(began)
        if newest == 0:
            return [(0, 1.0)]
        helpers = self.model.assistants
        chance = adoption_chance(time - began, helpers.adoption, helpers.access)
        return [(newest, chance), (newest - 1, 1.0 - chance)]

    def _granted(self, key: Key, now: dict[Key, float], arrive: float) -> float:
        """Return the change of the total speed of the jobs that run."""
        jobs, total = now[("jobs", *key[1:])], now[key]
        servers = self.servers(key)
        running = min(jobs, servers)
        speed = self._speed(key, now.get(("stock", "infrastructure"), 0.0))
        each = total / running if running > NONE else speed
        granted = total if jobs > servers else arrive
        return granted * speed - total * each

    def _learn(
        self, flow: str, ends: float, now: dict[Key, float], change: dict[Key, float]
    ) -> None:
        """Results raise stocks."""
        insight = self.model.flows[flow].insight
        if insight is None or ends <= 0.0:
            return
        keys = [key for key in self.keys if key[0] == "jobs" and key[1] == flow]
        holding = sum(min(now[key], self.servers(key)) for key in keys)
        factor = ends * insight.hit * insight.noise.mean()
        if insight.parallel != 1.0:
            factor *= (max(holding, NONE) / insight.n_ref) ** (insight.parallel - 1.0)
        for name, chance in insight.targets.items():
            stock, key = self.model.stocks[name], ("stock", name)
            change[key] += factor * chance * stock.gain * math.exp(-stock.beta * now[key])

    def releases(self) -> tuple[list[float], list[float]]:
        """Return times of release and capabilities of the models that help."""
        return releases(self.model)

    def servers(self, key: Key) -> float:
        """Return how many items the pool of a station can serve."""
        stage = self.model.flows[key[1]].stages[key[2]]
        capacity = self.model.pools[pool_of(self.model, key)].capacity
        assert capacity is not None
        return capacity / stage.units if isinstance(stage, ComputeJob) else float(capacity)

    def _speed(self, key: Key, infrastructure: float) -> float:
        """Return the speed of a job that is granted now, jobs per day."""
        stage = self.model.flows[key[1]].stages[key[2]]
        assert isinstance(stage, ComputeJob)
        return stage.units * math.exp(infrastructure) / stage.work.mean()


def keys_of(model: Model) -> tuple[Key, ...]:
    """Return what the state of a model holds."""
    keys: list[Key] = []
    for flow, whole in model.flows.items():
        for name, stage in whole.stages.items():
            keys += _stations(model, flow, name, stage)
    keys += [("stock", name) for name in model.stocks]
    return tuple(keys)


def _stations(model: Model, flow: str, name: str, stage: Stage) -> list[Key]:
    """Return the parts of the state that a stage has."""
    if isinstance(stage, Delay):
        return [("delay", flow, name)]
    if not isinstance(stage, Labour):
        return [("jobs", flow, name), ("speed", flow, name)]
    skill = model.skills[stage.skill]
    found: list[Key] = [("people", flow, name)]
    if skill.share and model.assistants.source != "none":
        found += [("assistants", flow, name, str(n)) for n in range(len(releases(model)[0]))]
    return [*found, ("review", flow, name)] if reviewed(model, skill) else found


def releases(model: Model) -> tuple[list[float], list[float]]:
    """Return times of release (days) and capabilities (OOM) of the models that help."""
    external = model.assistants.external if model.assistants.source == "external" else {}
    return [0.0, *external], [0.0, *external.values()]


def pool_of(model: Model, key: Key) -> str:
    """Return the pool of a station."""
    stage = model.flows[key[1]].stages[key[2]]
    if isinstance(stage, ComputeJob):
        return stage.pool
    assert isinstance(stage, Labour)
    skill = model.skills[stage.skill]
    if key[0] == "assistants":
        return model.assistants.pool or ""
    return (skill.review_pool or skill.pool) if key[0] == "review" else skill.pool
