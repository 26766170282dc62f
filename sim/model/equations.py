"""All equations of a model, by the class whose settings appear in them."""

from __future__ import annotations

from typing import Any

from sim.laws.arrivals import arrival_rate
from sim.laws.capability import adoption_chance, growth
from sim.laws.formulas import stated
from sim.laws.insight import ideas_left, insight_output
from sim.laws.people import team_efficiency
from sim.laws.readouts import benchmark_score, metr_horizon
from sim.laws.serving import waiting
from sim.laws.tooling import tooled_work
from sim.model.allocation import Adaptive
from sim.model.equation import PERSON_DAY, Equation
from sim.model.equations_of_stages import OF_STAGES
from sim.model.flow import Closed, Insight, Poisson, Pull, Tool
from sim.model.lab import Model
from sim.model.pool import Growth, Newcomers, Pool
from sim.model.readouts import Benchmark, MetrHorizon
from sim.model.safeguards import Trusted
from sim.model.skill import Assistants, Oversight, Skill
from sim.model.stock import Stock

_REVIEW = {
    "reviewed": "review of an assistant's output, human_review of a person's",
    "found": "chance that a review finds a mistake",
}
_REVIEWED = {"reviewed": "oversight.*.*review"}
_ITS_OWN = {"c": "capability of the generation, OOM above generation 0"}


def _by_assistants(policy: Any, model: Model) -> bool:
    return policy.reviewer == "agent" and model.assistants.source != "none"


def _delegated(skill: Any, model: Model) -> bool:
    return skill.share is not None and model.assistants.source != "none"


EQUATIONS: dict[type, tuple[Equation, ...]] = {
    Growth: (
        Equation(
            name="planned capacity", result="capacity", unit="units", law=growth,
            formula=f"floor({stated(growth, factor_per_year='factor', elapsed_days='last')})",
            where={
                "start": "capacity at t = 0",
                "last": "date of the last delivery: every * floor(t / every)",
            },
            elsewhere={"last": "*.plan.every"},
        ),
    ),
    Pool: (
        Equation(
            name="compute of a pool, by largest remainders", result="units", unit="compute units",
            formula="share * K", when=lambda pool, model: pool.share is not None,
        ),
        Equation(
            name="assistants' slots", result="slots", unit="slots",
            formula="floor(units * slots_per_unit * exp(elasticity * infrastructure))",
            where={"units": "compute units of the pool by plan"},
            when=lambda pool, model: pool.kind == "agent" and pool.share is not None,
        ),
    ),
    Newcomers: (
        Equation(
            name="efficiency of a pool that newcomers join", result="efficiency", unit="ratio",
            formula=stated(team_efficiency), law=team_efficiency,
            where={
                "people": "units of the pool", "new": "those who joined within `assimilation`",
            },
            elsewhere={"new": "pools.*.newcomers.assimilation"},
        ),
    ),
    Adaptive: (
        Equation(
            name="waiting for compute, by which shares adapt", result="w", unit="ratio",
            formula=stated(waiting, queued="queued", capacity="capacity"), law=waiting,
            where={
                "queued": "units asked for and not granted, over the time since the last release",
                "capacity": "units, over that time",
            },
        ),
    ),
    Assistants: (
        Equation(
            name="a delegated task uses the newest model", result="chance", unit="chance",
            formula=stated(adoption_chance), law=adoption_chance,
            when=lambda own, model: own.source in ("own", "external"),
        ),
    ),
    Trusted: (
        Equation(
            name="a delegated task uses the newest model while only a trusted few may",
            result="chance", unit="chance", law=adoption_chance,
            formula=stated(adoption_chance, access="min(usual, access)"),
            where={"usual": "access of assistants"},
            elsewhere={"usual": "assistants.access", "adoption": "assistants.adoption"},
        ),
    ),
    Skill: (
        Equation(
            name="a task is delegated", result="chance", unit="chance",
            formula="share(c - difficulty)", when=_delegated,
        ),
        Equation(
            name="time of an assistant's attempt", result="time", unit="days",
            formula="task * hours_per_person_day / 24 / speedup(c)", when=_delegated,
            elsewhere=PERSON_DAY,
        ),
        Equation(
            name="an assistant's attempt is right", result="q", unit="chance",
            formula="quality(c)", when=_delegated,
        ),
        Equation(
            name="a person's attempt is right", result="q", unit="chance", formula="human_quality"
        ),
        Equation(
            name="interventions in an attempt: Poisson, mean", result="N", unit="count",
            formula="steering(c) * task",
            when=lambda skill, model: skill.steering is not None and _delegated(skill, model),
        ),
    ),
    Oversight: (
        Equation(
            name="work of a review", result="work", unit="person-days",
            formula="review_work + review_fraction * task",
        ),
        Equation(
            name="a review by a person finds a mistake", result="found", unit="chance",
            formula="catch", when=lambda policy, model: not _by_assistants(policy, model),
        ),
        Equation(
            name="a review by an assistant, or the audit after it, finds a mistake",
            result="found", unit="chance", when=_by_assistants,
            formula="agent_catch(c) + (1 - agent_catch(c)) * audit * catch",
        ),
        Equation(
            name="a wrong output is sent back", result="chance", unit="chance",
            formula="reviewed * found", where=_REVIEW, elsewhere=_REVIEWED,
        ),
        Equation(
            name="a mistake escapes", result="chance", unit="chance per attempt",
            formula="(1 - q) * (1 - reviewed * found)", where=_REVIEW, elsewhere=_REVIEWED,
        ),
        Equation(
            name="work of a further attempt", result="work", unit="person-days",
            formula="retry_fraction * task",
        ),
        Equation(
            name="a person takes over after all attempts", result="chance", unit="chance",
            formula="((1 - q) * reviewed * found) ** max_attempts", where=_REVIEW,
            elsewhere=_REVIEWED,
        ),
        Equation(
            name="work of taking over", result="work", unit="person-days",
            formula="takeover_fraction * task",
        ),
    ),
    Pull: (
        Equation(
            name="an item may start if fewer requests of its flow wait than", result="most",
            unit="requests", formula="limit + floor(limit_per_person * people)",
        ),
    ),
    Closed: (
        Equation(
            name="workstreams that follow the people", result="streams", unit="count",
            formula="workstreams + floor(per_person * people * span(c))",
            when=lambda source, model: source.per_person > 0,
        ),
    ),
    Poisson: (
        Equation(
            name="arrivals from outside", result="arrivals", unit="per day", law=arrival_rate,
            formula=stated(arrival_rate, factor="law(c)"),
            where={"c": "capability of the deployed generation, whoever's model helps"},
        ),
    ),
    Tool: (
        Equation(
            name="work with fresh tools", result="work", unit="person-days", law=tooled_work,
            formula=stated(tooled_work, work="task", fresh="tools"),
            where={
                "tools": "tools of the flow not older than `fresh`, on entry into a stage that "
                "uses them",
            },
        ),
    ),
    Insight: (
        Equation(
            name="research output of a success", result="output", unit="natural-log units",
            formula=stated(insight_output, taste="taste(c)"), law=insight_output,
            elsewhere={"gain": "stocks.*.gain"},
        ),
        Equation(
            name="escaped defects make an item worthless", result="chance", unit="chance",
            formula="1 - (1 - harm) ** defects",
        ),
    ),
    Stock: (
        Equation(
            name="a success raises the stock; ideas get harder", result="stock",
            unit="natural-log units", law=ideas_left,
            formula=f"min(ceiling, stock + output * {stated(ideas_left)})",
        ),
    ),
    MetrHorizon: (
        Equation(
            name="METR horizon of a generation (readout)", result="horizon",
            unit="hours of a person's work", law=metr_horizon, formula=stated(metr_horizon),
            where=_ITS_OWN,
        ),
    ),
    Benchmark: (
        Equation(
            name="benchmark score of a generation (readout)", result="score",
            unit="share of tasks", law=benchmark_score, formula=stated(benchmark_score),
            where=_ITS_OWN,
        ),
    ),
    **OF_STAGES,
}
"""Equations by the class on whose settings they depend."""
