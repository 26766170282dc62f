"""Sources: where items come from (pull, closed, open, poisson)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.engines.reference import generations
from sim.engines.reference.clock import ARRIVAL, Alarm
from sim.engines.reference.draws import law_of, sampler
from sim.engines.reference.items import Flow, Item, root_word
from sim.engines.reference.routes import begin
from sim.laws import arrivals as laws
from sim.laws.compiled import compiled
from sim.log import NONE
from sim.model.flow import MOST_STREAMS, descendants

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

OnEnd = Callable[[Item, int], None]

_arrival_rate = compiled(laws.arrival_rate)
_threshold = compiled(laws.threshold)
_threshold_left = compiled(laws.threshold_left)
_time_to_arrival = compiled(laws.time_to_arrival)


class Source:
    """Starts the items of one flow that come from outside."""

    def __init__(self, lab: Lab, flow: Flow) -> None:
        self.lab, self.flow = lab, flow
        skill = getattr(flow.first.model, "skill", None)
        self.pool = lab.skills[skill].pool if skill else None
        self.bind()

    def bind(self) -> None:
        """Take over the settings of the lab's present model."""
        self.spec: Any = self.flow.model.source

    @property
    def paused(self) -> bool:
        """Whether the flow starts no items now."""
        return "" in self.flow.paused

    def begin(self) -> None:
        """Called when the flow's clock starts."""

    def adjust(self) -> None:
        """Called after a release, every change of capacity, and new defects of what is deployed."""

    def hopeful(self) -> bool:
        """Return whether this source may still move things that are stuck now."""
        return False

    def start(self, key: tuple[int, ...], word: int, last: int, on_end: OnEnd) -> None:
        """Start an item known by its structural key and its word in the random numbers' key."""
        item = self.lab.new_item(self.flow, key, word, None, on_end)
        if self.lab.generation_flow is self.flow:
            generations.begin(self.lab, item)
        begin(self.lab, item, last)


class PullSource(Source):
    """A new item starts when a person of its first stage has nothing else to do (O4d)."""

    begun = False
    started = 0

    def begin(self) -> None:
        """The flow may start items from now on."""
        self.begun = True

    def settle(self) -> bool:
        """Start one item if the rule allows; return whether it did."""
        pool = self.pool
        assert pool is not None
        if not (self.begun and pool.idle()) or self.paused:
            return False
        limit = self.spec.limit + math.floor(self.spec.limit_per_person * pool.capacity + 1e-9)
        if self.flow.waiting >= limit:
            return False
        number = self.started
        self.started += 1
        self.start((number,), root_word(self.flow, 0, number), NONE, _nothing)
        return True

    def hopeful(self) -> bool:
        """Return whether an item may start when the people come back to work."""
        return self.pool is not None and not self.pool.open


class ClosedSource(Source):
    """Workstreams; a surplus one stops after its item, more start at once."""

    def __init__(self, lab: Lab, flow: Flow) -> None:
        super().__init__(lab, flow)
        self.begun = False
        self.held: list[tuple[int, int]] = []
        """Workstreams that would start an item if the flow were not paused, and their cause."""
        self.sequence: dict[int, int] = {}
        """Items started so far by each workstream."""
        self.active: set[int] = set()

    def bind(self) -> None:
        """Take over the settings of the lab's present model."""
        super().bind()
        span = self.spec.span
        self.span = law_of(self.lab.model.feedback[span]) if span else None

    def begin(self) -> None:
        """Start all workstreams."""
        self.begun = True
        self.adjust()

    def adjust(self) -> None:
        """Start the workstreams that are wanted and not active, or were held by a pause."""
        if not self.begun or self.paused:
            return
        held, self.held = self.held, []
        for stream, last in held:
            self._ended(stream, last)
        for stream in range(self._wanted()):
            if stream not in self.active:
                self.active.add(stream)
                self._schedule(stream, NONE)

    def _wanted(self) -> int:
        spec = self.spec
        if spec.per_person == 0:
            return spec.workstreams
        assert self.pool is not None
        span = self.span(self.lab.assistants.newest) if self.span else 1.0
        more = spec.per_person * self.pool.capacity * span
        if not more <= MOST_STREAMS:  # also NaN: 0 * inf
            self.lab.stop("blow_up", f"{more:.4g} workstreams of flow '{self.flow.name}'")
            return 0
        return spec.workstreams + math.floor(more + 1e-9)

    def _schedule(self, stream: int, last: int) -> None:
        clock = self.lab.clock
        number = self.sequence.setdefault(stream, 0)
        alarm = clock.alarm(clock.now, ARRIVAL, (self.flow.index, (stream, number)))
        alarm.callbacks.append(lambda _: self._next(stream, number, last))

    def _next(self, stream: int, number: int, last: int) -> None:
        if self.paused:
            self.held.append((stream, last))
            return
        self.sequence[stream] = number + 1
        self.start(
            (stream, number), root_word(self.flow, stream, number), last,
            lambda item, last: self._ended(stream, last),
        )

    def _ended(self, stream: int, last: int) -> None:
        if stream < self._wanted():
            self._schedule(stream, last)
        else:
            self.active.discard(stream)


class Arrivals(Source):
    """Items that arrive from outside, one after the other."""

    def begin(self) -> None:
        """Wait for the first arrival."""
        self._await(0)

    def hopeful(self) -> bool:
        """Return whether an arrival may raise a stock, and so open the gate."""
        flows = self.lab.model.flows
        reached = [self.flow.name, *descendants(flows, self.flow.name)]
        return not self.paused and any(flows[name].insight for name in reached)

    def _await(self, number: int) -> None:
        """Wait for the arrival of this number, the last one having come now."""
        raise NotImplementedError

    def _alarm(self, time: float, number: int, word: int) -> Alarm:
        """Let an item arrive at this time."""
        alarm = self.lab.clock.alarm(time, ARRIVAL, (self.flow.index, (number,)), idle=True)
        alarm.callbacks.append(lambda _: self._arrive(number, word))
        return alarm

    def _arrive(self, number: int, word: int) -> None:
        if not self.paused:
            self.start((number,), word, NONE, _nothing)
        self._await(number + 1)


class OpenSource(Arrivals):
    """Arrivals with independent intervals."""

    def bind(self) -> None:
        """Take over the settings of the lab's present model."""
        super().bind()
        self.interval = sampler(self.spec.interval)

    def _await(self, number: int) -> None:
        word = root_word(self.flow, 0, number)
        interval = self.interval(self.lab.draws.item(word, "interval"))
        self._alarm(self.lab.clock.now + interval, number, word)


class PoissonSource(Arrivals):
    """Arrivals at a rate that changes with releases: each reaches a threshold of its own (O7)."""

    def __init__(self, lab: Lab, flow: Flow) -> None:
        super().__init__(lab, flow)
        self.rate = self._present_rate()
        self.number, self.word = 0, 0
        """The arrival waited for."""
        self.since = self.left = 0.0
        """When the present rate began for it, and what its threshold then lacked."""
        self.due = math.inf
        self.alarm: Alarm | None = None

    def bind(self) -> None:
        """Take over the settings of the lab's present model."""
        super().bind()
        law = self.spec.law
        self.factor = law_of(self.lab.model.feedback[law]) if law else lambda c: 1.0

    def adjust(self) -> None:
        """Put off or forward the arrival to come if the rate changed, unless it is due (O7)."""
        before, self.rate = self.rate, self._present_rate()
        now = self.lab.clock.now
        if self.rate == before or self.due <= now:
            return
        self.left = _threshold_left(self.left, before, now - self.since)
        if self.alarm:
            self.alarm.cancel()
        self._schedule()

    def hopeful(self) -> bool:
        """Return whether an arrival will come, and may raise a stock."""
        return self.rate > 0 and super().hopeful()

    def _present_rate(self) -> float:
        """Return arrivals per day, by what is deployed."""
        spec, deployed = self.spec, self.lab.deployed
        factor = self.factor(deployed.capability)
        rate = float(_arrival_rate(spec.rate, factor, spec.per_defect, deployed.defects))
        if not rate < math.inf:
            self.lab.stop("blow_up", f"arrivals of flow '{self.flow.name}': {rate:g} per day")
            return 0.0
        return rate

    def _await(self, number: int) -> None:
        self.number, self.word = number, root_word(self.flow, 0, number)
        self.left = _threshold(self.lab.draws.item(self.word, "interval"))
        self._schedule()

    def _schedule(self) -> None:
        """Set the alarm for the arrival waited for; none while the rate is 0."""
        now = self.lab.clock.now
        self.since, self.due = now, now + _time_to_arrival(self.left, self.rate)
        self.alarm = None
        if self.due < math.inf:
            self.alarm = self._alarm(self.due, self.number, self.word)


def _nothing(item: Item, last: int) -> None:
    """Nobody waits for the end of an item."""


SOURCES: dict[str, type[Source]] = {
    "pull": PullSource,
    "closed": ClosedSource,
    "open": OpenSource,
    "poisson": PoissonSource,
    "batch": Source,
}
