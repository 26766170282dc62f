"""The study behind an overlay: one lab, with and without what curves leave out.

One factor, `changed`: its levels draw the same random numbers, so they differ by what was changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from sim.curves.holding import Held, hold
from sim.curves.removed import STEPS, without
from sim.limits.editing import difference
from sim.limits.question import FACTOR, FROZEN, told_apart
from sim.model import InputError, Model
from sim.study.plan import Plan, plan
from sim.study.results import Results
from sim.study.study import Study

BASE = "base"
"""The level at which the lab is as it is."""
HELD = "held"
"""The level at which sizes and prices of experiments are held, and nothing is removed."""
UNHELD = "no_retraining, not held"
"""Retraining removed from the lab as it is: experiments must follow the larger models."""
LENDLESS = "held, nothing lent"
"""Experiments held, and compute for training that stands idle is not lent to experiments."""
UNLENT = "no_retraining, nothing lent"
"""The same without retraining: what it does where nothing is lent, before or after."""
STOCK = "algorithms"
"""What is compared with the software of curves."""
WINDOW = 91.0
"""Days after t = 0 over which curves and lab have the same growth: a quarter. The default lab grows
more slowly for some weeks before its first release, which a shorter window would overrate."""
DATES = 25
"""Dates over the horizon at which software and capability are asked for."""
NEAR = 2.0
"""Days within which a date is as good as one that is asked for anyway."""
PARTS = 8
"""Parts of the run over each of which research output is counted."""
PREFIX = "curves_"
"""What names of these studies begin with."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a lab beside curves; it follows from the model and the settings."""

    model: Model = field(repr=False)
    dates: tuple[float, ...]
    """When software and capability are asked for, days: 0, `WINDOW`, half the horizon and its end
    are among them."""
    parts: tuple[tuple[float, float], ...]
    """Begin and end of each part of the run, days."""
    steps: tuple[str, ...]
    """What is removed (`sim.curves.removed.STEPS`), in this order."""
    study: Study = field(repr=False)
    """The study that answers."""
    same: Mapping[str, str] = field(repr=False)
    """Further levels, which are the same model as one of the study's."""
    unheld: str = ""
    """Why sizes and prices of experiments are not held; empty if they are."""

    @property
    def releases(self) -> bool:
        """Whether the lab releases generations, so that capability is known."""
        return self.model.generation_flow is not None

    @property
    def cumulative(self) -> tuple[str, ...]:
        """The levels at which ever more is removed, from the one at which nothing is."""
        return (HELD, *(named(self.steps[: i + 1]) for i in range(len(self.steps))))

    def plan(self) -> Plan:
        """Return the plan of its runs."""
        return plan(self.study, {self.study.scenario: self.model})


def named(steps: tuple[str, ...]) -> str:
    """Return the level at which so much is removed: 'no_retraining + no_review'."""
    return " + ".join(f"no_{step}" for step in steps) or HELD


def software(number: int) -> str:
    """Return the outcome: software at one of the dates."""
    return f"software_{number}"


def capability(number: int) -> str:
    """Return the outcome: capability of the model deployed at one of the dates."""
    return f"capability_{number}"


def output(number: int) -> str:
    """Return the outcome: research output of one of the parts of the run."""
    return f"output_{number}"


def ask(model: Model, *, seed: int, replications: int) -> Question:
    """Return what is asked of a lab; pilot runs say what is held.

    Parameters
    ----------
    model
        The lab.
    seed, replications
        Of all levels.

    Raises
    ------
    InputError
        If it learns nothing that could be compared with software, or runs too short.
    """
    _check(model)
    steps = tuple(STEPS)
    held = hold(model, seed=seed)
    levels, same = told_apart(model.to_dict(), _levels(model, held, steps))
    if len(levels) == 1:
        raise InputError(
            f"curves: the lab '{model.name}' must have something that curves leave out: "
            "retraining, review, waiting, or models of its own that help; choose another scenario"
        )
    dates = _dates(model.horizon)
    edges = np.linspace(0.0, model.horizon, PARTS + 1).tolist()
    parts = tuple(pairwise(edges))
    study = Study.from_dict({
        "name": f"{PREFIX}{model.name}",
        "question": f"How far from the field's curves is {model.name}, and why?",
        "scenario": model.name or "model", "set": {},
        "factors": {FACTOR: {"lever": levels}},
        "design": "grid", "replications": replications, "seed": seed,
        "outcomes": _outcomes(model, dates, parts),
    })
    return Question(
        model=model, dates=dates, parts=parts, steps=steps, study=study, same=same,
        unheld=held.unheld,
    )


def asked(results: Results) -> Question:
    """Return the question that a study answers.

    Raises
    ------
    InputError
        If it is another kind of study.
    """
    study = results.study
    if list(study.factors) != [FACTOR] or not study.name.startswith(PREFIX):
        raise InputError(
            f"curves: '{results.folder}' is no study of curves; run recursim task=curves"
        )
    model = Model.from_dict(results.plan.bases[study.scenario])
    return ask(model, seed=study.seed, replications=study.replications)


def _check(model: Model) -> None:
    """Raise `InputError` unless the lab has software, research that adds to it, and time."""
    learns = any(
        flow.insight and flow.insight.targets.get(STOCK) for flow in model.flows.values()
    )
    if STOCK not in model.stocks or not learns:
        raise InputError(
            f"curves: the lab '{model.name}' must have a stock '{STOCK}' that research adds to, as "
            "it is what software of curves is compared with; choose another scenario"
        )
    if model.horizon < 2 * WINDOW:
        raise InputError(
            f"curves: horizon must be >= {2 * WINDOW:g} d, got {model.horizon:g} d, as curves are "
            f"matched over the first {WINDOW:g} d; set a longer one"
        )


def _dates(horizon: float) -> tuple[float, ...]:
    asked = {0.0, WINDOW, horizon / 2, horizon}
    even = [t for t in np.linspace(0.0, horizon, DATES).tolist()
            if min(abs(t - one) for one in asked) > NEAR]  # fmt: skip
    return tuple(sorted([*asked, *even]))


def _levels(model: Model, held: Held, steps: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return the changes of each level, by path."""
    data = model.to_dict()
    alone = [(step,) for step in steps]
    together = [steps[: i + 1] for i in range(1, len(steps))]
    levels: dict[str, dict[str, Any]] = {BASE: {}, HELD: difference(data, held.data)}
    for names in (*alone, *together):
        levels[named(names)] = difference(data, without(held.data, names, held))
    if "retraining" in steps:
        levels[UNHELD] = difference(data, without(data, ("retraining",), held))
        if data["allocation"]["kind"] == "priority":
            for level, other in ((LENDLESS, HELD), (UNLENT, named(("retraining",)))):
                levels[level] = {**levels[other], "allocation": {"kind": "fixed"}}
    if model.assistants.source == "own":
        levels[FROZEN] = {"assistants.source": "frozen"}
    return levels


def _outcomes(
    model: Model, dates: tuple[float, ...], parts: tuple[tuple[float, float], ...]
) -> dict[str, str]:
    found = {
        software(i): f"level_at(stock={STOCK}, time={t!r} d)" for i, t in enumerate(dates)
    }
    if model.generation_flow is not None:
        found |= {capability(i): f"capability_at(time={t!r} d)" for i, t in enumerate(dates)}
    found |= {
        output(i): f"output_between(begin={begin!r} d, end={end!r} d)"
        for i, (begin, end) in enumerate(parts)
    }
    return found
