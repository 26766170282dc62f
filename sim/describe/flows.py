"""Flows: where items come from, the routes they take, and what each stage asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.describe.routes import routes
from sim.describe.sections import Section, Table
from sim.describe.visits import visits
from sim.describe.walk import extras
from sim.describe.words import amount, number, percent, rough, settings
from sim.model import Model
from sim.model.flow import Closed, Flow, Open, Poisson, Pull, Spawned
from sim.model.release import Release
from sim.model.stage import Batch, ComputeJob, Delay, Labour, Stage
from sim.model.training import Gate, Training


def sections(model: Model) -> Iterator[Section]:
    """Return a section for each flow."""
    for name, flow in model.flows.items():
        often = visits(model, flow)
        yield Section(
            title=f"Flow {name}",
            lines=(_source(model, name), *_insight(flow), *_more(flow)),
            routes=tuple(routes(flow)),
            tables=(
                Table(
                    columns=("stage", "kind", "visits", "who", "work: mean ± sd"),
                    rows=tuple(
                        (stage, getattr(spec, "KIND", "stage"), rough(often[stage]),
                         *_does(model, spec))
                        for stage, spec in flow.stages.items()
                    ),
                ),
            ),
        )  # fmt: skip


def _source(model: Model, name: str) -> str:
    source: Any = model.flows[name].source
    if isinstance(source, Pull):
        return (
            "pull: an item starts when a person of the first stage is free and fewer than "
            f"{_limit(source)} of the flow's requests wait"
        )
    if isinstance(source, Closed):
        per = f" + {number(source.per_person)} per person" if source.per_person else ""
        per += f" × {source.span}(c)" if source.span else ""
        return f"closed: {source.workstreams}{per} at a time, the next starts when one ends"
    if isinstance(source, Open):
        return f"open: an item arrives every {amount(source.interval, 'd')}"
    if isinstance(source, Poisson):
        rate = number(source.rate) + (f" × {source.law}(c)" if source.law else "")
        more = f" + {number(source.per_defect)} per escaped defect" if source.per_defect else ""
        return f"poisson: items arrive at random, {rate}{more} a day"
    if isinstance(source, Spawned):
        spawners = [f"flow {other}" for other, flow in model.flows.items() if name in flow.spawns()]
        return f"batch: spawned by {', '.join(spawners)}"
    return f"{source.KIND}: {settings(source)}"


def _limit(source: Pull) -> str:
    parts = [f"{source.limit}"] if source.limit or not source.limit_per_person else []
    if source.limit_per_person:
        parts.append(f"{number(source.limit_per_person)} per person")
    return " + ".join(parts)


def _insight(flow: Flow) -> Iterator[str]:
    insight = flow.insight
    if insight is None:
        return
    aims = ", ".join(f"{stock} {percent(chance)}" for stock, chance in insight.targets.items())
    yield (
        f"an item that ends valid succeeds with chance {number(insight.hit)} and raises a stock: "
        f"{aims}"
    )
    if insight.harm:
        yield f"each escaped defect makes it worthless with chance {number(insight.harm)}"


_TOLD = {"source", "first", "insight", "stages"}
_TOLD_OF_STAGES = {
    *("next", "after", "on_failure", "failure", "repair", "diagnosis", "hold_until"),
    *("skill", "work", "priority", "units", "pool", "frontier_cost", "sizing", "duration"),
    *("plan", "min_gain", "max_wait", "interruptions", "evaluations", "flow", "count"),
}
"""Settings of stages that routes and the table of stages tell."""


def _more(flow: Flow) -> Iterator[str]:
    """Say what else is set for a flow and its stages."""
    yield from extras(flow, _TOLD)
    for name, stage in flow.stages.items():
        if isinstance(stage, KNOWN):
            yield from (f"{name}, {more}" for more in extras(stage, _TOLD_OF_STAGES))


_COMMON = {"next", "after"}
KNOWN = (Labour, ComputeJob, Training, Gate, Batch, Delay, Release)
"""Kinds of stage with words of their own; of others the settings are told as they are."""


def _does(model: Model, stage: Stage) -> tuple[str, str]:
    """Say who performs a stage and how much work it is."""
    if isinstance(stage, Labour):
        pool = model.skills[stage.skill].pool
        return f"skill {stage.skill} ({pool}), priority {stage.priority}", amount(
            stage.work, "person-days"
        )
    if isinstance(stage, ComputeJob):
        work = amount(stage.work, "unit-days")
        if stage.frontier_cost:
            work += f" × (F / F_0)^{number(stage.frontier_cost)}"
        if stage.sizing:
            work += " × size"
        return f"{number(stage.units)} × {stage.pool}, priority {stage.priority}", work
    if isinstance(stage, Training):
        return f"all of {stage.pool}, priority {stage.priority}", "as the gate planned"
    if isinstance(stage, Gate):
        plan = f"; {stage.plan.KIND} ({settings(stage.plan)})" if stage.plan else ""
        return stage.pool or "–", f"until the gain is {number(stage.min_gain)} OOM{plan}"
    if isinstance(stage, Batch):
        return f"{stage.count} × flow {stage.flow}", "all of them"
    if isinstance(stage, Delay):
        return "nobody", amount(stage.duration, "d")
    if isinstance(stage, Release):
        return "–", "none"
    return "–", "; ".join(extras(stage, _COMMON)) or "–"
