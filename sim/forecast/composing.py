"""The study that a forecast is: a lab as it is, or a study's draws of what is not known of it."""

from __future__ import annotations

import dataclasses

from sim.forecast.start import start
from sim.forecast.thresholds import thresholds
from sim.model import InputError, Model
from sim.study import reading
from sim.study.plan import Plan, plan
from sim.study.study import Study

LAB = "people_per_unit"
"""A value that all labs have. A study has a factor: that of luck alone sets it to what it is."""
SAMPLES = ("latin_hypercube", "sobol", "grid", "list", "csv")
"""Designs whose points, each counted alike, stand for how likely values are."""


def of_luck(model: Model, *, replications: int, seed: int) -> Plan:
    """Return the plan of a forecast that takes all values of a lab as known."""
    study = Study.from_dict({
        "name": f"forecast_{model.name}", "question": f"When does {model.name} come to what?",
        "scenario": model.name, "seed": seed, "replications": replications,
        "factors": {LAB: {"path": LAB}},
        "design": {"kind": "list", "points": [{LAB: getattr(model, LAB)}]},
        "outcomes": _asked(model, seed),
    })
    return plan(study, {model.name: model})


def of_study(given: Plan) -> Plan:
    """Return the plan of a forecast over the points of a study, each as likely as another.

    Raises
    ------
    InputError
        If points are choices, or no sample.
    """
    study = given.study
    for name, factor in study.factors.items():
        if factor.kind != "uncertainty" and not factor.stated:
            raise InputError(
                f"forecast: factor '{name}' of study '{study.name}' is a choice, and how likely "
                "that is nobody says; set it under set, or give it an uncertainty"
            )
    if study.design.kind not in SAMPLES:
        raise InputError(
            f"forecast: the points of study '{study.name}' must be a sample of what is not known, "
            f"got design {study.design.kind}; set design: latin_hypercube(points=200)"
        )
    models = {name: Model.from_dict(data) for name, data in given.bases.items()}
    model = models[study.scenario]
    new = dataclasses.replace(
        study, name=f"forecast_{study.name}"[:100], stop=None, logs="none",
        random_numbers="independent",  # points are not compared: luck of their own tells more
        question=f"When does {model.name} come to what, given what nobody knows of it?",
        outcomes=reading.outcomes(_asked(model, study.seed), study.factors),
    )
    return plan(new, models)


def is_luck_alone(study: Study) -> bool:
    """Return whether a forecast takes all values of its lab as known."""
    return study.size == 1


def _asked(model: Model, seed: int) -> dict[str, str]:
    """Return the outcomes; what progress is measured by stands in them."""
    return {one.name: one.asked for one in thresholds(model, start(model, seed=seed))}
