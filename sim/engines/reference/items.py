"""Items and their visits to stages; flows and stages as the engine sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sim.engines.reference.draws import Function, sampler
from sim.laws import random
from sim.laws.compiled import compiled
from sim.laws.random import name_key
from sim.log import NONE
from sim.model import Model
from sim.model.flow import Flow as FlowModel
from sim.model.stage import ComputeJob, Delay, Labour
from sim.model.training import Training

_child_key = compiled(random.child_key)


class Stage:
    """One stage of one flow, with its samplers bound; a visit keeps the one it entered."""

    def __init__(self, index: int, code: int, name: str, flow: FlowModel) -> None:
        self.index, self.code, self.name = index, code, name
        model: Any = flow.stages[name]
        self.model = model
        self.kind: str = model.KIND
        self.word = name_key(name)
        self.from_capability: float | None = getattr(model, "from_capability", None)
        self.followers = [other for other, spec in flow.stages.items() if name in spec.after]
        """Stages that wait, among others, for this one."""
        self.next = next(iter(model.next), None)
        """The stage that is next, if no chance decides."""
        self.on_failure: str = getattr(model, "on_failure", None) or name
        """Where a failed item goes: a skipped gate is entered again."""
        self.chances = model.next if len(model.next) > 1 else None
        self.sample: Function = lambda u: 0.0
        """Work, size or duration from a uniform number."""
        if isinstance(model, Labour | ComputeJob):
            self.sample = sampler(model.work)
        elif isinstance(model, Delay):
            self.sample = sampler(model.duration)
        elif isinstance(model, Training) and model.interruptions:
            self.sample = sampler(model.interruptions.restart)


class Flow:
    """One flow and the state of its items as a whole."""

    def __init__(self, index: int, name: str, model: FlowModel, codes: dict[str, int]) -> None:
        self.index, self.name, self.codes = index, name, codes
        self.word = name_key(name)
        self.paused: set[str] = set()
        """Stages that are granted nothing now; an empty name: the flow starts no items."""
        self.bind(model)
        self.waiting = 0
        """Requests of the flow that wait in queues."""
        self.in_progress = 0
        """Items that have started and not ended."""
        self.holding = 0
        """Items that hold compute."""
        self.tools: list[float] = []
        """Until when each tool of the flow is fresh, days."""

    def bind(self, model: FlowModel) -> None:
        """Take over the settings of a model; visits in progress keep those they entered with."""
        self.model = model
        self.stages = {
            name: Stage(i, self.codes[name], name, model) for i, name in enumerate(model.stages)
        }
        assert model.first is not None
        self.first = self.stages[model.first]
        self.noise = sampler(model.insight.noise) if model.insight else None


class Item:
    """One item on its way; several of its stages may run side by side."""

    defects = 0
    """Escaped defects in the work on it so far."""
    hostages: Sequence[Any] = ()
    """Requests for units that it holds, or would hold, to its end."""

    def __init__(
        self, flow: Flow, key: tuple[Any, ...], word: int, number: int, parent: Item | None,
        generation: int, on_end: Callable[[Item, int], None],
    ) -> None:
        self.flow, self.key, self.word, self.number = flow, key, word, number
        self.parent = parent
        self.parent_number = parent.number if parent else NONE
        self.generation = generation
        self.on_end = on_end
        """Called with the item and its last row when the item ends."""
        self.stays: dict[str, Stay] = {}
        """What became of the item in each stage it has entered."""
        self.tracks = 0
        """Routes of the item that are still going."""
        self.harmed = False
        self.size = 1.0
        """Size of the experiment relative to that at t = 0."""
        self.taste = 1.0
        self.made: Any = None
        """The generation that this item builds, if it is an item of the generation flow."""
        self.held: list[tuple[str, Any, int, int]] = []
        """Units to release at the end of a stage: (stage, pool, units, row)."""

    @property
    def root(self) -> Item:
        """The item from outside that this one descends from, or itself."""
        return self.parent.root if self.parent else self

    def visit(self, stage: Stage, last: int) -> Visit:
        """Enter a stage; `last` is the row whose end led to it."""
        stay = self.stays.get(stage.name)
        if stay is None:
            stay = self.stays[stage.name] = Stay()
        return Visit(self, stage, stay, last)


class Stay:
    """What became of an item in one stage."""

    __slots__ = ("passed", "running", "visits")

    def __init__(self) -> None:
        self.visits = 0
        """Visits begun so far."""
        self.running = 0
        """Visits going on."""
        self.passed = False
        """Whether the last visit to end did so without failure."""


class Visit:
    """One visit of an item to a stage."""

    __slots__ = ("item", "key", "last", "number", "stage", "stay")

    def __init__(self, item: Item, stage: Stage, stay: Stay, last: int) -> None:
        self.item, self.stage, self.stay = item, stage, stay
        self.last = last
        """Row whose end led to what happens now."""
        self.number = stay.visits
        stay.visits += 1
        stay.running += 1
        self.key = (item.flow.index, item.key, stage.index, self.number)
        """Structural key (O2)."""

    @property
    def spared(self) -> bool:
        """Whether it is to a safeguard that the generation in the making is too weak for (O3)."""
        least, made = self.stage.from_capability, self.item.made
        return least is not None and made is not None and made.capability < least

    @property
    def paused(self) -> bool:
        """Whether the stage is granted nothing now."""
        paused = self.item.flow.paused
        return bool(paused) and self.stage.name in paused


def root_word(flow: Flow, first: int, second: int) -> int:
    """Return the 64-bit key of an item from outside: (workstream, sequence) or (0, number)."""
    return int(_child_key(flow.word, 0, first, second))


def child_word(visit: Visit, index: int) -> int:
    """Return the 64-bit key of an item spawned by a visit."""
    return int(_child_key(visit.item.word, visit.stage.word, visit.number, index))


def flows_of(model: Model, codes: dict[str, int]) -> dict[str, Flow]:
    """Return the flows of a model by name, in model order."""
    return {
        name: Flow(i, name, flow, codes) for i, (name, flow) in enumerate(model.flows.items())
    }
