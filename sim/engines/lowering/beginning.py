"""The memory of a run before its first instant: globals, pools, flows, dates, settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from operator import is_
from typing import Any

import numpy as np

from sim.engines.lowering import layout as L
from sim.engines.lowering.accounts import Floats, with_accounts
from sim.engines.lowering.margins import WORDS_OF_A_DATE, check_margins, margins
from sim.engines.lowering.settings import lowered_settings
from sim.engines.lowering.stages import Names
from sim.engines.lowering.words import Words
from sim.model import Model
from sim.model.allocation import AtReleases, Priority
from sim.model.capacity import shares_of, split
from sim.model.flow import Pull
from sim.model.intervention import CapacityChange

HELPERS = {"none": L.NO_HELPER, "own": L.OWN_MODEL, "frozen": L.FROZEN_MODEL,
           "external": L.EXTERNAL_MODEL}
"""Whose model helps (`layout.HELPER`), by the source of assistants."""


class Lowered:
    """A model as words, and what its last run came to; many runs of one model are the rule.

    Attributes
    ----------
    words
        What the memory of every run begins with.
    rows
        Rows of the log of the last run that kept one.
    """

    def __init__(self, model: Model) -> None:
        self.parts = _parts(model)
        self.words = _words(model)
        self.rows = 0

    def of(self, model: Model) -> bool:
        """Return whether this is that model, with nothing in it replaced."""
        parts = _parts(model)
        return len(parts) == len(self.parts) and all(map(is_, parts, self.parts))


def _parts(model: Model) -> list[Any]:
    found: list[Any] = [model, *vars(model).values()]
    for value in vars(model).values():
        if isinstance(value, Mapping):
            found += value.values()
    for flow in model.flows.values():
        found += flow.stages.values()
    return found


_latest: Lowered | None = None


def latest(model: Model) -> Lowered:
    """Return a model as words: those of the model that was asked for last are kept."""
    global _latest
    known = _latest
    if known is None or not known.of(model):
        known = _latest = Lowered(model)
    return known


def lowered(model: Model, seed: int, replication: int, times: Floats | None = None) -> Any:
    """Return the memory of a run of a model as int64 words; its free part is arbitrary.

    With `times` it has accounts for a summary, sampled then.
    """
    words = latest(model).words
    if times is not None:
        words = with_accounts(words, model, times)
    size = 4 * len(words) + 2 * int(words[L.MARGIN])
    check_margins(model, 8 * (size + L.log_words(4 * int(words[L.ROW_MARGIN]))))
    memory = np.empty(size, dtype=np.int64)
    memory[: len(words)] = words
    memory.view(np.uint64)[L.SEED] = seed
    memory[L.REPLICATION], memory[L.SIZE] = replication, len(memory)
    return memory


def _words(model: Model) -> Any:
    """Return what the memory of every run of a model begins with."""
    words, names = Words(0), Names(model)
    words.record(L.GLOBALS)
    _globals(words, model, names)
    _pools(words, model, names)
    _flows(words, model)
    _stated(words, model)
    _interventions(words, model, names)
    external = words.record(len(model.assistants.external) * L.EXTERNAL_WORDS)
    words.puts(0, {L.EXTERNAL_N: len(model.assistants.external), L.EXTERNAL_AT: external})
    for i, (time, c) in enumerate(model.assistants.external.items()):
        words.puts(external + i * L.EXTERNAL_WORDS, {
            L.EX_TIME: float(time), L.EX_CAPABILITY: float(c)
        })
    room, rows = margins(model)
    words.puts(0, {L.VERSION: words.used, L.MARGIN: room, L.ROW_MARGIN: rows})
    memory = np.concatenate([words.array(), lowered_settings(model, words.used)])
    dated = (L.DELIVERIES_N, L.INTERVENTIONS_N, L.EXTERNAL_N, L.POOLS_N, L.FLOWS_N)
    memory[L.MARGIN] += WORDS_OF_A_DATE * sum(int(memory[count]) for count in dated)
    memory[L.TOP] = len(memory)
    return memory


def _globals(words: Words, model: Model, names: Names) -> None:
    stocks, allocation, end = names.stocks, model.allocation, model.end
    generation = model.generation_flow
    lending = allocation if isinstance(allocation, Priority) else None
    count = len(model.pools)
    words.puts(0, {
        L.NOW: 0.0 - model.prehistory, L.BEGAN: 0.0 - model.prehistory,
        L.HORIZON: float(model.horizon), L.BUDGET: end.events,
        L.FLOWS_N: len(model.flows), L.POOLS_N: count,
        L.STOCKS_N: len(stocks), L.SKILLS_N: len(model.skills),
        L.PERSON_DAY: model.hours_per_person_day / 24, L.EFFICIENCY: 1.0,
        L.GENERATION_FLOW: names.flows[generation] if generation else None,
        L.STAGES_N: len(model.flows[generation].stages) if generation else 0,
        L.HELPER: HELPERS[model.assistants.source],
        L.SLOTS: names.pools[model.assistants.pool] if model.assistants.pool else None,
        L.LENDER: names.pools[lending.lender] if lending else None,
        L.BORROWER: names.pools[lending.borrower] if lending else None,
        L.LENT: 0.0, L.ALGORITHMS: stocks.get("algorithms"),
        L.INFRASTRUCTURE: stocks.get("infrastructure"),
        L.TRAINING_POOL: names.pools[model.training_pool] if model.training_pool else None,
        L.INITIAL_TRAINING: float(model.initial_training or 0.0),
        L.ALLOCATION: isinstance(allocation, AtReleases),
        L.END_CAPABILITY_ON: end.capability is not None,
        L.END_CAPABILITY: float(end.capability or 0.0), L.END_GENERATIONS: end.generations or 0,
        L.ACCELERATORS: float(model.accelerators_per_unit), L.GATE_CAUSE: None,
        L.FREE_ROW: None, L.SAMPLE_TIME: math.inf,
    })
    words.puts(0, {
        L.STOCKS_AT: words.record(len(stocks)), L.OWED_AT: words.record(count * count),
    })
    pulls = [i for i, flow in enumerate(model.flows.values()) if isinstance(flow.source, Pull)]
    words.table(L.PULLS_N, [(i,) for i in pulls])


def _pools(words: Words, model: Model, names: Names) -> None:
    first = words.record(len(model.pools) * L.POOL_WORDS)
    words.puts(0, {L.POOLS_AT: first, L.FIRST_CHANGED: first})
    lending = model.allocation if isinstance(model.allocation, Priority) else None
    lends = (lending.lender, lending.borrower) if lending else ()
    meters = model.allocation.pools if isinstance(model.allocation, AtReleases) else ()
    shares = shares_of(model)
    parts = split(shares, model.compute.units) if model.compute else {}
    for i, (name, pool) in enumerate(model.pools.items()):
        at = first + i * L.POOL_WORDS
        words.puts(at, {
            L.PL_LAST_FREED: None, L.PL_EFFICIENCY: 1.0, L.PL_OPEN: True,
            L.PL_METER_MODEL: name in meters, L.PL_SHARED: name in shares,
            L.PL_SHARE: float(shares.get(name, 0.0)), L.PL_PART: float(parts.get(name, 0)),
            L.PL_LENDS: name in lends, L.PL_AGENT: pool.kind == "agent",
            L.PL_SLOTS_PER_UNIT: float(pool.slots_per_unit),
            L.PL_ELASTICITY: float(pool.elasticity),
        })
        if pool.hours:
            words.puts(at, {
                L.PL_HOURS: True, L.PL_OPENS: float(pool.hours.opens),
                L.PL_CLOSES: float(pool.hours.closes), L.PL_WEEKDAYS: pool.hours.weekdays,
                L.PL_FIRST_DAY: model.start_date.weekday(),
            })
        if pool.newcomers:
            words.puts(at, {
                L.PL_NEW_MODEL: True, L.PL_SPEED: float(pool.newcomers.speed),
                L.PL_DRAG: float(pool.newcomers.drag),
                L.PL_ASSIMILATION: float(pool.newcomers.assimilation),
            })


def _flows(words: Words, model: Model) -> None:
    first = words.record(len(model.flows) * L.FLOW_STATE_WORDS)
    words.put(L.FLOWS_AT, first)
    for i, flow in enumerate(model.flows.values()):
        paused = words.record(len(flow.stages))
        words.put(first + i * L.FLOW_STATE_WORDS + L.FS_PAUSED_AT, paused)


def _stated(words: Words, model: Model) -> None:
    """Write stated capacities, that of all shared compute last, and their deliveries."""
    count = len(model.pools)
    first = words.record((count + 1) * L.STATED_WORDS)
    words.put(L.STATED_AT, first)
    plans: list[tuple[int, int, Any, Any]] = []  # pool, stated, plan, units at t = 0
    shares = list(shares_of(model))
    for i, (name, pool) in enumerate(model.pools.items()):
        if pool.capacity is not None:
            plans.append((i, i, pool.plan, pool.capacity))
        elif model.compute and name == shares[0]:
            plans.append((i, count, model.compute.plan, model.compute.units))
    deliveries = []
    for pool_number, stated, plan, start in plans:
        words.puts(first + stated * L.STATED_WORDS, {
            L.SD_BASE: float(start), L.SD_FACTOR: 1.0, L.SD_OFFSET: 0.0, L.SD_PLANNED: True
        })
        if isinstance(start, int):
            deliveries += [
                (float(time), pool_number, stated, float(units))
                for time, units in plan.steps(start, model.horizon)
            ]
    words.table(L.DELIVERIES_N, deliveries)


def _interventions(words: Words, model: Model, names: Names) -> None:
    first = words.record(len(model.interventions) * L.INTERVENTION_WORDS)
    words.puts(0, {L.INTERVENTIONS_N: len(model.interventions), L.INTERVENTIONS_AT: first})
    for i, (name, change) in enumerate(model.interventions.items()):
        at = first + i * L.INTERVENTION_WORDS
        words.puts(at, {
            L.IV_AT: change.at is not None,
            L.IV_TIME: 0.0 if change.at is None else float(change.at),
            L.IV_GENERATION: change.generation, L.IV_SET: bool(change.set),
            L.IV_NAME: names.changing[name],
        })
        words.table(at + L.IV_CAPACITY, [
            (names.pools.get(pool, len(names.pools)), *_how(step))
            for pool, step in change.capacity.items()
        ])
        for place, targets in ((L.IV_PAUSE, change.pause), (L.IV_RESUME, change.resume)):
            words.table(at + place, [_target(model, names, target) for target in targets])


def _how(step: CapacityChange) -> tuple[int, float]:
    if step.scale is not None:
        return L.SCALE, float(step.scale)
    if step.add is not None:
        return L.ADD, float(step.add)
    return (L.HOLD, 0.0) if step.to is None else (L.TO, float(step.to))


def _target(model: Model, names: Names, target: str) -> tuple[int, int, int]:
    flow, _, stage = target.partition(".")
    number = list(model.flows[flow].stages).index(stage) if stage else L.NONE
    return names.flows[flow], number, names.changing[target]
