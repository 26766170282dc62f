"""What `task=sensitivity` is to do: the unknowns of a study, at points that suit a method."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim import store
from sim.model import InputError
from sim.model.errors import show
from sim.settings import Settings, is_of_the_model
from sim.study.plan import Plan
from sim.study.plan import read as read_plan
from sim.study.study import Study
from sim.tasks.studies import home_of, is_of_the_study, planned, study_of

SHIPPED = "10_what_matters"
"""The study that is meant when none is named."""
DESIGNS = {"sobol": ("saltelli", "rows", 512), "morris": ("morris", "trajectories", 64)}
"""Design of a method, the name of its size, and how large it is when nothing is said."""
REPLICATIONS = 2
"""Of each point of a new design: the fewest that tell luck from parameters. Beyond them a run is
spent better on another row."""
LONGEST = 80
"""Letters of a study's name that its folder keeps."""


def plan_for(settings: Settings, overrides: Sequence[str]) -> tuple[Plan, Path]:
    """Return the plan of a sensitivity analysis and its folder.

    Raises
    ------
    InputError
        If the study is unknown, the method does not suit it, or anything in it is wrong.
    """
    given = Path(settings.study or "")
    if settings.study and store.studies.is_study(given):
        return _begun(given, settings, overrides), given
    name = settings.study or SHIPPED
    study = study_of(name)
    instead = _instead(study, settings, overrides)
    others = [text for text in overrides if _key(text) != "scenario"]
    plan = planned(name, others, instead=instead)
    return plan, home_of(plan, settings)


def _begun(folder: Path, settings: Settings, overrides: Sequence[str]) -> Plan:
    """Return the plan of a study that was begun, which is taken as it is."""
    for text in overrides:
        if _key(text) in ("scenario", "method", "rows") or is_of_the_model(text) or (
            is_of_the_study(text)
        ):
            raise InputError(
                f"study: '{folder}' is analysed as it was planned, got {text}; leave it out, or "
                "name the study's file"
            )
    plan = read_plan(folder)
    _check_unknowns(plan.study, "sample")
    return plan


def _instead(study: Study, settings: Settings, overrides: Sequence[str]) -> dict[str, Any]:
    """Return what stands in the study instead: name, scenario, and design if it is a new one."""
    known = {kind: method for method, (kind, _, _) in DESIGNS.items()}
    own = known.get(study.design.kind)
    method = settings.method or own or "sobol"
    _check_unknowns(study, method)
    instead: dict[str, Any] = {"name": f"{study.name[:LONGEST]}_sensitivity"}
    scenario = next((_value(text) for text in overrides if _key(text) == "scenario"), None)
    if scenario is not None:
        instead["scenario"] = _other(study, scenario)
    if method == "sample":
        _check_sample(study, own, settings)
    elif method != own or settings.rows is not None:
        _check_independent(study, method)
        instead |= _design(study, method, settings)
    return instead


def _design(study: Study, method: str, settings: Settings) -> dict[str, Any]:
    """Return what a study says with the design of a method."""
    kind, size, usual = DESIGNS[method]
    design: dict[str, Any] = {"kind": kind, size: settings.rows or usual}
    if any(factor.kind != "uncertainty" for factor in study.factors.values()):
        design["levers"] = "sample"
    same = study.design.kind == kind
    often = study.replications if same else REPLICATIONS
    return {
        "design": design, "replications": often, "random_numbers": "rows", "stop": None,
    }  # fmt: skip


def _other(study: Study, scenario: str) -> str:
    """Return the scenario that takes the place of the study's."""
    for name, factor in study.factors.items():
        if factor.kind == "scenario":
            raise InputError(
                f"study: factor '{name}' lists the scenarios of '{study.name}', got "
                f"{show(f'scenario={scenario}')}; leave it out"
            )
    return scenario


def _check_unknowns(study: Study, method: str) -> None:
    """Raise `InputError` if nothing in a study is not known."""
    stated = method == "sample"
    if not any(f.kind == "uncertainty" or (stated and f.stated) for f in study.factors.values()):
        raise InputError(
            f"study: task=sensitivity needs uncertainties, and '{study.name}' has none, but "
            f"{', '.join(study.factors)}; give a factor an uncertainty, or choose another study: "
            f"study={SHIPPED}"
        )


def _check_independent(study: Study, method: str) -> None:
    for (first, second), rho in study.correlations.items():
        raise InputError(
            f"study: method={method} needs factors that are independent, and '{study.name}' "
            f"correlates {first} with {second} ({rho:g}); set method=sample, or leave "
            "correlations out of a copy of its file"
        )


def _check_sample(study: Study, own: str | None, settings: Settings) -> None:
    """Raise `InputError` if a study is no plain sample, or a number of rows is given for one."""
    if own is not None:
        raise InputError(
            f"study: method=sample takes the design of a study as it is, and that of "
            f"'{study.name}' is {study.design.kind}, got method=sample; set method={own}"
        )
    if settings.rows is not None:
        raise InputError(
            f"study: rows is for method=sobol or method=morris, got rows={settings.rows} with "
            "method=sample; leave it out, or set the study's design"
        )


def _key(override: str) -> str:
    return override.lstrip("+~").partition("=")[0]


def _value(override: str) -> str:
    return override.partition("=")[2]
