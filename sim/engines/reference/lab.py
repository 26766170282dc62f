"""The lab: the state of one replication, what stages may ask of it and change in it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import simpy

from sim.engines.reference import generations, routes
from sim.engines.reference.allocation import Allocation
from sim.engines.reference.assistants import Assistants
from sim.engines.reference.capacity import Capacity
from sim.engines.reference.clock import CAPACITY, COMPLETION, POOLS, Clock
from sim.engines.reference.draws import Draws, law_of
from sim.engines.reference.interventions import Interventions
from sim.engines.reference.items import Flow, Item, Visit, child_word, flows_of
from sim.engines.reference.pools import Pool
from sim.engines.reference.recorder import Recorder
from sim.engines.reference.skills import Skill
from sim.engines.reference.sources import SOURCES, PullSource, Source
from sim.laws import portable
from sim.laws.compiled import compiled
from sim.log import NONE
from sim.model import Model
from sim.model.safeguards import Trusted

_exp = compiled(portable.exp)
_power = compiled(portable.power)

LARGEST_STOCK = 500.0
"""Level of a stock (natural log) beyond which growth counts as a blow-up."""

LARGEST_SPEEDUP = 1e6
"""Speed-up beyond which growth counts as a blow-up."""


class Lab:
    """Everything that changes while one replication runs."""

    def __init__(self, model: Model, seed: int, replication: int) -> None:
        self.original = model
        self.clock = Clock(0.0 - model.prehistory)
        self.log = Recorder(model, replication)
        self.draws = Draws(seed, replication)
        self.person_day = model.hours_per_person_day / 24
        """Clock days in a person-day."""
        self.ended: tuple[str, str] | None = None
        """Reason and detail, once the run is over."""
        self.stocks = dict.fromkeys(model.stocks, 0.0)
        self._efficiency = 1.0
        first_day = model.start_date.weekday()
        self.pools = {
            name: Pool(self.clock, self.log, i, name, pool, first_day, model.horizon)
            for i, (name, pool) in enumerate(model.pools.items())
        }
        self.slots: Any = self.pools.get(model.assistants.pool or "")
        self.flows = flows_of(model, self.log.stage)
        self.sources: dict[str, Source] = {}
        self.bind(model)
        self.items = 0
        self.generation_flow = self.flows.get(model.generation_flow or "")
        self.capacity = Capacity(self)
        self.initial_compute = self._initial_compute()
        self.deployed = generations.initial(self)
        self.generations = [self.deployed]
        self.assistants = Assistants(self)
        self.gate = generations.GateKeeper(self)
        self.allocation = Allocation(self)
        self.interventions = Interventions(self)
        self._start_sources()

    def bind(self, model: Model) -> None:
        """Take over the settings of a model; what is entered or granted keeps the old (O11)."""
        self.model = model
        self.skills = {name: Skill(self, name, skill) for name, skill in model.skills.items()}
        self.taste = {
            name: law_of(model.feedback[flow.insight.taste])
            for name, flow in model.flows.items()
            if flow.insight and flow.insight.taste
        }
        for name, flow in self.flows.items():
            flow.bind(model.flows[name])
        for source in self.sources.values():
            source.bind()

    # --- what the stages ask --------------------------------------------------------------

    def hold(self, duration: float, visit: Visit) -> simpy.Event:
        """Return the end of a service of this length that begins now."""
        return self.until(self.clock.now + duration, duration, visit)

    def until(self, time: float, duration: float, visit: Visit) -> simpy.Event:
        """Return the end, at `time`, of a service of this length."""
        if duration > 0 and time <= self.clock.now:
            self.stop("blow_up", f"a service of {duration:.3g} d is too short for the clock")
        return self.clock.alarm(time, COMPLETION, visit.key)

    def subroutine(self, visit: Visit, name: str) -> Generator[Any, Any, Any]:
        """Perform a labour stage inside another one (here, as `routes` imports those that ask)."""
        return routes.subroutine(self, visit, name)

    def efficiency(self) -> float:
        """Return what a unit of compute does now, relative to the recipe of generation 0."""
        return self._efficiency

    @property
    def algorithms(self) -> float:
        """The stock of algorithms."""
        return self.stocks.get("algorithms", 0.0)

    def frontier_factor(self, item: Item, exponent: float) -> float:
        """Return how much dearer a job is than at t = 0: (F / F_0) ** exponent."""
        if exponent == 0:
            return 1.0
        made = item.root.made or self.deployed
        return float(_power(made.compute / self.initial_compute, exponent))

    def defects(self, item: Item) -> int:
        """Return the escaped defects of the generation that an item helps to build."""
        return item.root.made.defects if item.root.made else 0

    # --- what the stages change -----------------------------------------------------------

    def new_item(
        self, flow: Flow, key: tuple[Any, ...], word: int, parent: Item | None,
        on_end: Callable[[Item, int], None],
    ) -> Item:
        """Create an item of a flow: it gets its number, and is an event (O9)."""
        generation = parent.root.generation if parent else self.deployed.index + 1
        item = Item(flow, key, word, self.items, parent, generation, on_end)
        self.items += 1
        self.clock.events += 1
        flow.in_progress += 1
        if flow.name in self.taste:
            helper = self.assistants.choose(self.draws.item(word, "generation"))
            item.taste = self.taste[flow.name](self.assistants.capability(helper))
        return item

    def spawn(
        self, visit: Visit, flow_name: str, index: int, on_end: Callable[[Item, int], None]
    ) -> None:
        """Start a child item of a visit."""
        flow = self.flows[flow_name]
        key = (visit.item.flow.index, visit.item.key, visit.stage.index, visit.number, index)
        item = self.new_item(flow, key, child_word(visit, index), visit.item, on_end)
        routes.begin(self, item, visit.last)

    def escape(self, visit: Visit) -> None:
        """Count a defect that no review caught, and what it does."""
        insight = visit.item.flow.model.insight
        if insight and self.draws.chance(visit, "harm", insight.harm):
            visit.item.harmed = True
        visit.item.defects += 1
        made = visit.item.root.made
        if made:
            made.defects += 1
            if made is self.deployed:  # a late one: in an evaluation that outlasted the release
                self.adjust_sources()

    def raise_stock(self, name: str, level: float, row: int) -> None:
        """Set a stock; the gate looks again."""
        if not level <= LARGEST_STOCK:
            self.stop("blow_up", f"stock {name} at {level:.4g}")
        self.log.change(self.clock.now, "stock", name, self.stocks[name], level)
        self.stocks[name] = level
        if name == "infrastructure":
            self._efficiency = float(_exp(level))
        self.gate.touch(row)

    def capacity_changed(self) -> None:
        """A planned capacity changed: the gate looks again, workstreams follow the people."""
        self.gate.touch(NONE)
        self.adjust_sources()

    def deploy(self, made: generations.Generation, trusted: Trusted | None) -> None:
        """Make a released generation the assistant: its slots, its workstreams."""
        self.deployed = made
        self.capacity.update()
        if self.assistants.source == "own":
            self.assistants.release(made.capability, trusted)
        self.adjust_sources()

    def adjust_sources(self) -> None:
        """Something that sources depend on changed: what is deployed, capacities, settings."""
        for source in self.sources.values():
            source.adjust()

    def check_targets(self) -> None:
        """End the run if the model that was just released is what the run was to reach."""
        end, made = self.model.end, self.deployed
        if end.capability is not None and made.capability >= end.capability:
            self.stop("capability_target", f"c = {made.capability:.4g}")
        elif end.generations is not None and made.index >= end.generations:
            self.stop("generation_target", f"generation {made.index}")

    def _initial_compute(self) -> float:
        """Return F_0 = training units at t = 0 times the initial training; 1 without training."""
        pool = self.model.training_pool
        if pool is None:
            return 1.0
        assert self.model.initial_training is not None
        return self.pools[pool].planned * self.model.initial_training

    # --- beginning and end ----------------------------------------------------------------

    def _start_sources(self) -> None:
        self.sources = {
            name: SOURCES[flow.model.source.KIND](self, flow) for name, flow in self.flows.items()
        }
        self.pulls = [s for s in self.sources.values() if isinstance(s, PullSource)]
        for source in self.sources.values():
            if source.flow is not self.generation_flow or self.clock.now == 0:
                source.begin()
        if self.clock.now < 0:
            alarm = self.clock.alarm(0.0, CAPACITY, (POOLS, len(self.pools)))
            alarm.callbacks.append(lambda _: self._begin_history())

    def _begin_history(self) -> None:
        """At t = 0 generation 0 is deployed, and the next one begins (O10)."""
        self.allocation.reset()
        if self.generation_flow:
            self.sources[self.generation_flow.name].begin()

    def stop(self, reason: str, detail: str = "") -> None:
        """End the run at once; the first reason stands."""
        self.ended = self.ended or (reason, detail)
        self.clock.stopped = True

    def watch_speedups(self) -> None:
        """End the run if assistants have become unboundedly fast."""
        c = self.assistants.newest
        for skill in self.skills.values():
            if skill.model.speedup and skill.speedup(c) > LARGEST_SPEEDUP:
                self.stop("blow_up", f"speed-up of skill '{skill.name}' at c = {c:.4g}")
