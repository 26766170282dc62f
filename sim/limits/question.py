"""The study that a limits analysis is: one lab, changed in one way at a time.

All levels draw the same random numbers, so they differ by what was changed. Limits are lifted in
the lab whose experiments keep their sizes (`held`), beside a base of its own; small steps are taken
from the lab as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from sim.limits import held, lifts, steps
from sim.limits.editing import difference
from sim.model import InputError, Model
from sim.study.plan import Plan, plan
from sim.study.replace import put_all
from sim.study.results import Results
from sim.study.study import Study
from sim.study.summaries import summaries

FACTOR = "changed"
"""Name of the factor whose levels are the changes."""
OWN = "own"
"""The level at which the lab is as it is."""
BASE = "base"
"""The level at which no limit is lifted and sizes are held."""
FROZEN, NONE = "frozen assistants", "no assistants"
"""Levels at which generation 0 helps for ever, and nobody does."""
LIFT, FURTHER = 10, 20
"""How many times as much of a limit there is; at FURTHER the effect should be the same."""
GROUPED = ("all_people", "all_compute", "all_waiting", "oversight")
"""Groups of limits that are lifted."""
PAIRED = ("experiment_compute", "training_compute", "all_people", "review", "approvals")
"""Limits that are also lifted two at a time."""
SIZE = 2**0.5 - 1
"""Relative size of a step, so that there is twice as much after one up as after one down; the half
steps are half as long in logs."""
WINDOWS = 12
"""Parts of the run over each of which research output is counted."""
PILOTS = 8
"""Replications that say which generations and capability are mostly reached."""
MOSTLY = 0.75
"""Share of the pilots that release a generation whose cycle time is asked for, and share of the
horizon within which all reach the capability that is."""
TARGETS = tuple(0.25 * i for i in range(1, 9))
"""Capabilities of which the largest that is reached is asked for, OOM."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """A part of the run."""

    name: str
    """Name of its outcome."""
    begin: float
    """Days."""
    end: float
    """Days."""

    @property
    def middle(self) -> float:
        """Days."""
        return (self.begin + self.end) / 2


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked about the limits of a lab.

    It follows from the model, the seed and the settings alone, and so can be had again from the
    study that holds the runs.
    """

    model: Model = field(repr=False)
    limits: tuple[str, ...]
    """Limits that the lab has."""
    groups: tuple[str, ...]
    """Groups of them that hold two or more."""
    pairs: tuple[tuple[str, str], ...]
    """Limits that are lifted together."""
    drivers: Mapping[str, tuple[steps.Steps, steps.Steps]] = field(repr=False)
    """Steps of each driver, and half steps."""
    generations: tuple[int, ...]
    """Generations whose cycle time is asked for."""
    target: float | None
    """Capability whose date is asked for, OOM; absent: none is reached."""
    windows: tuple[Window, ...]
    """Parts of the run over which research output is counted; none without research."""
    dates: tuple[float, ...]
    """When capability is asked for, days."""
    study: Study = field(repr=False)
    """The study that answers."""
    same: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Further levels, which are the same model as one of the study's."""
    unheld: str = ""
    """Why sizes of experiments are not held; empty if they are, or there are none."""

    @property
    def main(self) -> str:
        """The outcome by which limits are compared: the date of the target, or the next best."""
        return next(iter(self.study.outcomes))

    @property
    def cycles(self) -> dict[int, str]:
        """Outcomes by generation."""
        return {g: f"cycle_{g}" for g in self.generations}

    def plan(self) -> Plan:
        """Return the plan of its runs."""
        return plan(self.study, {self.study.scenario: self.model})


def ask(
    model: Model, *, seed: int, replications: int, target: float | None = None
) -> Question:
    """Return what is asked about the limits of a lab; pilot runs choose what can be known.

    Parameters
    ----------
    model
        The lab.
    seed, replications
        Of all levels.
    target
        Capability whose date is asked for, OOM; absent: the largest of `TARGETS`, up to 1, that all
        pilots reach in time.

    Raises
    ------
    InputError
        If there is nothing that could be lifted, or interventions stand in the way.
    """
    data = model.to_dict()
    limits = tuple(lifts.applicable(model))
    if not limits:
        raise InputError(
            f"limits: the lab '{model.name}' has no limit that could be lifted: no pool of people "
            "or compute that is limited, no review, no failures; choose another scenario"
        )
    groups = tuple(name for name in GROUPED if _several(model, name, limits))
    paired = dict.fromkeys(_paired_name(model, name, groups) for name in PAIRED)
    pairs = tuple(
        pair for pair in combinations([n for n in paired if _has(model, n, limits)], 2)
        if not set(lifts.members(model, pair[0])) & set(lifts.members(model, pair[1]))
    )
    drivers = {
        name: (steps.steps(data, name, SIZE), steps.steps(data, name, (1 + SIZE) ** 0.5 - 1))
        for name in steps.applicable(model)
    }
    pilots = summaries(model, replications=PILOTS, seed=seed)
    generations, reached = _reached(pilots, model)
    if target is not None:
        _check_target(pilots, model, target)
    target = target if target is not None else reached
    windows = _windows(model)
    dates = tuple(window.end for window in windows) if generations else ()
    still, unheld = _still(model, seed)
    levels, same = told_apart(
        data, _levels(model, still, (*limits, *groups), pairs, drivers)
    )
    study = Study.from_dict({
        "name": f"limits_{model.name}", "question": f"What holds {model.name} back, and when?",
        "scenario": model.name or "model", "set": {},
        "factors": {FACTOR: {"lever": levels}},
        "design": "grid", "replications": replications, "seed": seed,
        "outcomes": _outcomes(model, generations, target, windows, dates),
    })
    return Question(
        model=model, limits=limits, groups=groups, pairs=pairs, drivers=drivers,
        generations=generations, target=target, windows=windows, dates=dates, study=study,
        same=same, unheld=unheld,
    )


def asked(results: Results) -> Question:
    """Return the question that a study of limits answers.

    Raises
    ------
    InputError
        If it is another kind of study.
    """
    study = results.study
    if list(study.factors) != [FACTOR] or not study.name.startswith("limits_"):
        raise InputError(
            f"limits: '{results.folder}' is no study of limits; run recursim task=limits"
        )
    model = Model.from_dict(results.plan.bases[study.scenario])
    oom = study.outcomes["to_target"].parameters["oom"] if "to_target" in study.outcomes else None
    return ask(model, seed=study.seed, replications=study.replications, target=oom)


# --- levels -----------------------------------------------------------------------------------


def _has(model: Model, name: str, limits: Sequence[str]) -> bool:
    return bool(set(lifts.members(model, name)) & set(limits))


def _several(model: Model, name: str, limits: Sequence[str]) -> bool:
    return len(set(lifts.members(model, name)) & set(limits)) > 1


def _paired_name(model: Model, name: str, groups: Sequence[str]) -> str:
    """Return the name of what is lifted together with others: of a group of one, its member."""
    whole = name not in lifts.GROUPS or name in groups
    return name if whole else next(iter(lifts.members(model, name)), name)


def _levels(
    model: Model, still: dict[str, Any], single: Sequence[str],
    pairs: Sequence[tuple[str, str]], drivers: Mapping[str, tuple[steps.Steps, steps.Steps]],
) -> dict[str, dict[str, Any]]:
    """Return the changes of each level, by path; `still` are those that hold sizes."""
    data = model.to_dict()
    base = Model.from_dict(put_all(data, still)).to_dict() if still else data

    def lifted(names: Sequence[str], k: float) -> dict[str, Any]:
        return difference(data, put_all(base, lifts.changes(base, names, k)))

    levels: dict[str, dict[str, Any]] = {OWN: {}, BASE: still}
    for name in single:
        levels[name] = lifted([name], LIFT)
        levels[further(name)] = lifted([name], FURTHER)
    for one, other in pairs:
        levels[joint(one, other)] = lifted([one, other], LIFT)
    for name, both in drivers.items():
        for found, half in zip(both, (False, True), strict=True):
            for step, up in ((found.up, True), (found.down, False)):
                levels[stepped(name, up=up, half=half)] = dict(step.changes) if step else {}
    if model.assistants.source == "own":
        levels[FROZEN] = {"assistants.source": "frozen"}
        levels[NONE] = {"assistants.source": "none"}
    return levels


def _still(model: Model, seed: int) -> tuple[dict[str, Any], str]:
    """Return the changes that hold sizes; or, where interventions set sizes, none and why."""
    try:
        return held.held(model, seed=seed), ""
    except InputError as error:
        return {}, str(error).removeprefix("limits: ").partition(";")[0]


def told_apart(
    data: Mapping[str, Any], levels: Mapping[str, dict[str, Any]]
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Return levels that are different models, and of the others the name of the one they equal.

    In small labs a step may be rounded away, or nothing is there to be held.
    """
    kept: dict[str, dict[str, Any]] = {}
    models: list[tuple[str, dict[str, Any]]] = []
    same: dict[str, str] = {}
    for name, changes in levels.items():
        changed = put_all(data, changes)
        alike = next((other for other, known in models if known == changed), None)
        if alike is not None:
            same[name] = alike
            continue
        kept[name] = changes
        models.append((name, changed))
    return kept, same


def further(name: str) -> str:
    """Return the level at which a limit is lifted twice as far."""
    return f"{name} x{FURTHER}"


def joint(one: str, other: str) -> str:
    """Return the level at which two limits are lifted."""
    return f"{one} + {other}"


def stepped(driver: str, *, up: bool, half: bool = False) -> str:
    """Return the level at which a driver is moved by a step."""
    return f"{driver} {'half ' if half else ''}{'up' if up else 'down'}"


# --- outcomes ---------------------------------------------------------------------------------


def _windows(model: Model) -> tuple[Window, ...]:
    if not model.research_flows:
        return ()
    edges = np.linspace(0.0, model.horizon, WINDOWS + 1).tolist()
    return tuple(
        Window(name=f"output_{i}", begin=begin, end=end)
        for i, (begin, end) in enumerate(pairwise(edges), 1)
    )


def _outcomes(
    model: Model, generations: Sequence[int], target: float | None, windows: Sequence[Window],
    dates: Sequence[float],
) -> dict[str, str]:
    """Return the outcomes as a study's file writes them; the first one ranks limits."""
    found = {}
    if target is not None:
        found["to_target"] = f"time_to_capability(oom={target!r})"
    elif generations:
        found["cycle_1"] = "cycle_time_of(generation=1)"
    if windows:
        found["research_output"] = "research_output"
    found |= {f"cycle_{g}": f"cycle_time_of(generation={g})" for g in generations}
    if model.generation_flow:
        found["capability"] = "capability"
    found |= {
        w.name: f"output_between(begin={w.begin!r} d, end={w.end!r} d)" for w in windows
    }
    found |= {f"capability_{i}": f"capability_at(time={t!r} d)" for i, t in enumerate(dates, 1)}
    if not found:
        found = {f"throughput_{name}": f"throughput(flow={name})" for name in model.flows}
    return found


def _check_target(pilots: Any, model: Model, target: float) -> None:
    """Raise `InputError` unless half of the pilots reach a capability."""
    if model.generation_flow is None:
        raise InputError(
            f"limits: target needs releases, and no flow of '{model.name}' has any; leave it out"
        )
    best = pilots.outcomes["capability"].max()
    there = int((pilots.outcomes["capability"] >= target - 1e-9).sum())
    if there < PILOTS / 2:
        raise InputError(
            f"limits: target must be reached in half of the runs, got {target:g} OOM, reached in "
            f"{there} of {PILOTS} pilots within {model.horizon:g} d (the best has {best:.2f} OOM); "
            "set a smaller target, or a longer horizon"
        )


def _reached(pilots: Any, model: Model) -> tuple[tuple[int, ...], float | None]:
    """Return the generations that most pilots release, and the target that all reach in time."""
    if model.generation_flow is None:
        return (), None
    table = pilots.generations
    out = table[(table["outcome"] == "released").to_numpy() & (table["generation"] > 0).to_numpy()]
    counts = out.groupby("generation")["replication"].nunique()
    generations = tuple(int(g) for g, n in counts.items() if n >= MOSTLY * PILOTS)
    early = out[(out["released"] <= MOSTLY * model.horizon).to_numpy()]
    best = early.groupby("replication")["capability"].max()
    least = float(best.min()) if len(best) == PILOTS else 0.0
    known = [oom for oom in TARGETS if oom <= min(least + 1e-9, 1.0)]
    return generations, (known[-1] if known else None)
