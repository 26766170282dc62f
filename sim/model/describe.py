"""What a model assumes, in words and tables, without running it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sim.model.capacity import initial_units, unit_steps
from sim.model.flow import Closed, Flow, Open, Pull
from sim.model.lab import Model
from sim.model.pool import Constant, Growth, Pool
from sim.model.stage import Batch, ComputeJob, Delay, Gate, Labour, Stage, Training
from sim.model.units import DAYS_PER_YEAR
from sim.model.variate import Variate


@dataclass(frozen=True, kw_only=True)
class Section:
    """A titled table, with lines of text before it."""

    title: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def describe(model: Model) -> list[Section]:
    """Return the sections that describe a model."""
    parts = [_lab(model), _pools(model), _skills(model), _oversight(model), *_flows(model)]
    return [part for part in parts if part.lines or part.rows]


def _lab(model: Model) -> Section:
    lines = [
        f"from {model.start_date} (t = 0) for {_days(model.horizon)}; "
        f"the clock starts {_days(model.prehistory)} earlier",
        f"one unit of a human pool stands for {model.people_per_unit:g} people, "
        f"one compute unit for {model.accelerators_per_unit:g} accelerators",
        f"a person-day has {model.hours_per_person_day:g} working hours",
        f"assistants: {_assistants(model)}; allocation of compute: {model.allocation.KIND}",
    ]
    for name, stock in model.stocks.items():
        ceiling = "" if math.isinf(stock.ceiling) else f", ceiling {stock.ceiling:g}"
        lines.append(f"stock {name}: gain {stock.gain:g}, beta {stock.beta:g}{ceiling}")
    return Section(title=model.name, lines=tuple(lines))


def _assistants(model: Model) -> str:
    words = {
        "own": "the lab's own last release (recursive)",
        "frozen": "generation 0 for ever",
        "none": "none",
    }
    return words[model.assistants.source]


def _pools(model: Model) -> Section:
    first = initial_units(model)
    last = dict(first)
    for _, name, units in unit_steps(model):
        last[name] = units
    rows = tuple(
        (
            name, pool.kind, *(_capacity(pool, units[name]) for units in (first, last)),
            _real(model, pool, first[name]), _grows(model, pool),
            pool.hours.text if pool.hours else "always",
        )
        for name, pool in model.pools.items()
    )
    columns = ("pool", "kind", "units at t = 0", "at the end", "stands for", "grows", "hours")
    return Section(title="Pools", columns=columns, rows=rows)


def _capacity(pool: Pool, units: float) -> str:
    if pool.kind == "agent" and pool.share is not None:
        return f"{int(units * pool.slots_per_unit + 1e-9)} slots"
    return "unlimited" if math.isinf(units) else f"{units:g}"


def _grows(model: Model, pool: Pool) -> str:
    """Say how the capacity changes."""
    plan = model.compute.plan if pool.share is not None and model.compute else pool.plan
    if isinstance(plan, Growth):
        return f"× {plan.factor:g} a year"
    return "–" if isinstance(plan, Constant) else "by a table"


def _real(model: Model, pool: Pool, units: float) -> str:
    if math.isinf(units):
        return "–"
    if pool.kind == "human":
        return f"{units * model.people_per_unit:,.0f} people"
    if pool.kind == "agent" and pool.share is None:
        return f"{units:g} slots"
    return f"{units * model.accelerators_per_unit:,.0f} accelerators"


def _skills(model: Model) -> Section:
    rows = []
    for name, skill in model.skills.items():
        share, speed, quality = (
            _at(model, law, difficulty)
            for law, difficulty in (
                (skill.share, skill.difficulty or 0.0), (skill.speedup, 0.0), (skill.quality, 0.0)
            )
        )
        if skill.share is None:
            share = speed = quality = "–"
        rows.append((name, skill.pool, share, speed, quality, skill.oversight or "–"))
    columns = (
        "skill", "people", "tasks delegated", "speed-up", "quality", "oversight",
    )
    if model.assistants.source == "none":
        people = tuple((name, skill.pool) for name, skill in model.skills.items())
        return Section(title="Skills", columns=columns[:2], rows=people)
    lines = ("what assistants do at capability c = 0 → c = 2 OOM",) if rows else ()
    return Section(title="Skills", lines=lines, columns=columns, rows=tuple(rows))


def _oversight(model: Model) -> Section:
    rows = tuple(
        (
            name, f"{policy.review:.0%}", f"{policy.human_review:.0%}", f"{policy.catch:.0%}",
            _amount(policy.review_work, "person-d") + f" + {policy.review_fraction:g} × the task",
            str(policy.max_attempts), _amount(policy.steering_work, "person-d"),
        )
        for name, policy in model.oversight.items()
    )
    columns = (
        "oversight", "assistants' work reviewed", "people's", "mistakes caught", "work of a review",
        "attempts", "work of a steer",
    )
    return Section(title="Oversight", columns=columns, rows=rows)


def _at(model: Model, name: str | None, difficulty: float) -> str:
    if name is None:
        return "1"
    law = model.feedback[name]
    return " → ".join(f"{law.at(c - difficulty):.2g}" for c in (0.0, 2.0))


def _flows(model: Model) -> Iterator[Section]:
    for name, flow in model.flows.items():
        yield Section(
            title=f"Flow {name}",
            lines=(_source(flow), *_insight(flow)),
            columns=("stage", "kind", "who", "work: mean ± sd", "then"),
            rows=tuple(
                (stage, spec.KIND, *_does(model, spec), _then(flow, stage))  # type: ignore[attr-defined]
                for stage, spec in flow.stages.items()
            ),
        )


def _insight(flow: Flow) -> Iterator[str]:
    insight = flow.insight
    if insight is None:
        return
    aims = ", ".join(f"{stock} {chance:.0%}" for stock, chance in insight.targets.items())
    yield f"an item that ends valid succeeds with chance {insight.hit:g} and raises a stock: {aims}"
    yield (
        "gain × noise × exp(-beta × stock) × taste × "
        f"(n / {insight.n_ref:g})^({insight.parallel:g} - 1) × size^{insight.size_gain:g}, "
        "n items holding compute"
    )


def _source(flow: Flow) -> str:
    source = flow.source
    if isinstance(source, Pull):
        return (
            "pull: an item starts when a person of the first stage is free and fewer than "
            f"{_limit(source)} of its requests wait"
        )
    if isinstance(source, Closed):
        per = f" + {source.per_person:g} per person" if source.per_person else ""
        return f"closed: {source.workstreams}{per} at a time, the next starts when one ends"
    if isinstance(source, Open):
        return f"open: arrivals every {_days(source.interval.mean())} on average"
    return "batch: spawned by a stage of another flow"


def _limit(source: Pull) -> str:
    parts = [f"{source.limit}"] if source.limit or not source.limit_per_person else []
    if source.limit_per_person:
        parts.append(f"{source.limit_per_person:g} per person")
    return " + ".join(parts)


def _does(model: Model, stage: Stage) -> tuple[str, str]:
    if isinstance(stage, Labour):
        return f"{stage.skill} ({model.skills[stage.skill].pool})", _amount(stage.work, "person-d")
    if isinstance(stage, ComputeJob):
        return f"{stage.units} × {stage.pool}", _amount(stage.work, "unit-d")
    if isinstance(stage, Training):
        return f"all of {stage.pool}", "as the gate planned"
    if isinstance(stage, Gate):
        return stage.pool or "–", f"until the gain is {stage.min_gain:g} OOM"
    if isinstance(stage, Batch):
        return f"{stage.count} × flow {stage.flow}", "–"
    if isinstance(stage, Delay):
        return "–", _amount(stage.duration, "d")
    return "–", "–"


def _then(flow: Flow, name: str) -> str:
    stage = flow.stages[name]
    parts = [
        target if chance == 1 else f"{target} {chance:.0%}" for target, chance in stage.next.items()
    ]
    followers = [n for n, other in flow.stages.items() if name in other.after]
    for follower in followers:
        others = len(flow.stages[follower].after) - 1
        parts.append(f"{follower}{f' (with {others} more)' if others else ''}")
    if isinstance(stage, Labour) and stage.failure:
        parts.append(f"failed ({stage.failure.chance:.0%}): {stage.on_failure}")
    if isinstance(stage, Training) and stage.interruptions and stage.interruptions.diagnosis:
        spec = stage.interruptions
        parts.append(f"interrupted, {spec.manual:.0%} of times: {spec.diagnosis}")
    if isinstance(stage, ComputeJob) and stage.failure:
        parts.append(f"failed ({stage.failure:.0%}): {stage.repair or 'again'}")
    if not parts and any(name in _called(other) for other in flow.stages.values()):
        return "back to where it was called"
    return ", ".join(parts) or "end"


def _called(stage: Stage) -> tuple[str | None, ...]:
    """Return the labour stages performed inside a stage."""
    if isinstance(stage, ComputeJob):
        return (stage.repair,)
    if isinstance(stage, Training) and stage.interruptions:
        return (stage.interruptions.diagnosis,)
    return ()


def _amount(variate: Variate, unit: str) -> str:
    sd = variate.sd()
    return f"{variate.mean():.3g}{f' ± {sd:.3g}' if sd else ''} {unit}"


def _days(days: float) -> str:
    if days >= DAYS_PER_YEAR and math.isclose(days % (DAYS_PER_YEAR / 2), 0, abs_tol=1e-9):
        return f"{days / DAYS_PER_YEAR:g} y"
    return f"{days:.4g} d"
