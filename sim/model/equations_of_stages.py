"""Equations of stages and of what belongs to them, by the class whose settings appear in them."""

from __future__ import annotations

from sim.laws.capability import capability, compute_for_gain, generation_gain
from sim.laws.defects import failure_chance, interruption_rate
from sim.laws.formulas import stated
from sim.laws.serving import back_after
from sim.laws.training import optimal_interval, run_time
from sim.model.equation import PERSON_DAY, Equation
from sim.model.release import Surge
from sim.model.stage import ComputeJob, Failure, Labour, Sizing
from sim.model.training import (
    Checkpoints,
    FixedDuration,
    FixedScaleUp,
    Gate,
    Interruptions,
    TargetGain,
    Training,
)

OF_STAGES: dict[type, tuple[Equation, ...]] = {
    Labour: (
        Equation(
            name="a person's time, in working hours", result="time", unit="days",
            formula="work * hours_per_person_day / 24", elsewhere=PERSON_DAY,
        ),
    ),
    Failure: (
        Equation(
            name="done, yet it fails", result="failure", unit="chance",
            formula=stated(failure_chance), law=failure_chance,
        ),
    ),
    ComputeJob: (
        Equation(
            name="time of a compute job", result="time", unit="days",
            formula="work * size * (F / F_0) ** frontier_cost / (units * exp(infrastructure))",
        ),
        Equation(
            name="an attempt at a compute job fails", result="chance", unit="chance",
            formula=stated(failure_chance, per_defect="failure_per_defect", chance="failure"),
            law=failure_chance, when=lambda job, model: job.failure_per_defect is not None,
        ),
        Equation(
            name="mean attempts of a compute job", result="attempts", unit="count",
            formula="1 / (1 - failure)", when=lambda job, model: job.failure > 0,
        ),
    ),
    Sizing: (
        Equation(
            name="relative size of a compute job", result="size", unit="ratio",
            formula="(max(1, capacity) * exp(infrastructure)"
            " / (max(1, in_progress) * (F / F_0) ** frontier_cost) / reference) ** omega",
            elsewhere={"frontier_cost": "flows.*.stages.*.frontier_cost"},
        ),
    ),
    Gate: (
        Equation(
            name="the gate opens if", result="opens", unit="yes or no", law=generation_gain,
            formula=f"{stated(generation_gain)} >= min_gain",
        ),
        Equation(
            name="capability of the next generation", result="c", unit="OOM", law=capability,
            formula=stated(capability, compute_ratio="F_next / F_0"),
        ),
    ),
    TargetGain: (
        Equation(
            name="training compute that meets the target", result="needed",
            unit="effective unit-days", law=compute_for_gain,
            formula=stated(compute_for_gain, gain="min_gain"),
            elsewhere={"min_gain": "flows.*.stages.*.min_gain"},
        ),
        Equation(
            name="planned training compute", result="F_next", unit="effective unit-days",
            formula="min(max(needed, strength * min_days), strength * max_days)",
            where={"needed": "compute that meets the target"},
        ),
    ),
    FixedDuration: (
        Equation(
            name="planned training compute", result="F_next", unit="effective unit-days",
            formula="strength * days",
        ),
    ),
    FixedScaleUp: (
        Equation(
            name="planned training compute, 0 if over strength * max_days", result="F_next",
            unit="effective unit-days", formula="F_now * factor",
        ),
    ),
    Training: (
        Equation(
            name="training time", result="time", unit="days",
            formula="F_next / (units * exp(infrastructure))",
            where={"units": "units frozen at the gate"},
        ),
        Equation(
            name="training compute of generation 0", result="F_0", unit="effective unit-days",
            formula="units * initial_training", where={"units": "units of the pool at t = 0"},
            elsewhere={"initial_training": "initial_training"},
        ),
    ),
    Interruptions: (
        Equation(
            name="interruptions of a training", result="rate", unit="per day of running",
            formula=stated(interruption_rate), law=interruption_rate,
            elsewhere={"accelerators": "accelerators_per_unit"},
        ),
    ),
    Checkpoints: (
        Equation(
            name="time to the end of a training, if not interrupted", result="time", unit="days",
            formula=stated(run_time, tau="interval"), law=run_time,
            where={"work": "training time without checkpoints", "saved": "work in the last one"},
        ),
        Equation(
            name="optimal interval between checkpoints", result="interval", unit="days of running",
            formula=stated(optimal_interval, mtbf="between"), law=optimal_interval,
            where={"between": "mean time between interruptions: 1 / rate"},
            when=lambda saved, model: saved.interval == "optimal",
        ),
    ),
    Surge: (
        Equation(
            name="units that serve a surge", result="units", unit="units",
            formula="floor(share * planned)", where={"planned": "planned units of the donor"},
        ),
        Equation(
            name="the k-th of them is back", result="time", unit="days after the release",
            formula=stated(back_after), law=back_after,
            where={"units": "units that serve the surge", "k": "1, 2, … units"},
        ),
    ),
}
"""Equations by the class on whose settings they depend."""
