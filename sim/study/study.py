"""A study: a question asked of a model at many points, as data."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.engines import check_seed
from sim.model import InputError
from sim.study import correlation, designs, factors, outcomes
from sim.study.designs import Design
from sim.study.factors import Factor
from sim.study.outcomes import Outcome
from sim.study.refusals import check_keys, check_names, mapping_of, refused

RANDOM_NUMBERS = ("common", "independent")
"""Whether replication n draws the same random numbers at every point."""
LOGS = ("none", "all")
"""Whether runs leave their full logs."""
MOST_POINTS, MOST_RUNS = 10_000_000, 100_000_000
"""Largest study: more is taken for a mistake."""
NOT_A_FACTOR = ("name", "horizon", "readouts")
"""Keys of the model that no factor may change: all points of a base run equally long, and what is
read out of them has one meaning."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """When enough replications of a point have been run."""

    outcome: str
    """Outcome whose mean is to be known."""
    half_width: float
    """Half width of its confidence interval that is enough, in the outcome's unit."""
    at_most: int
    """Replications of a point, at most."""
    level: float = 0.90
    """Level of the interval."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """What is asked, of which model, at which points, and how often.

    Build one with `Study.from_dict`. It knows no base model: `sim.study.checks.check` judges it
    together with them.
    """

    name: str
    """Name; results are stored under it."""
    question: str
    """What is asked, in a sentence."""
    scenario: str
    """Base scenario, perhaps with overrides."""
    set: Mapping[str, Any]
    """Further changes of every base, by path."""
    factors: Mapping[str, Factor]
    """What differs between points, in the order of their columns."""
    correlations: correlation.Correlations
    """Rank correlations of pairs of uncertainties."""
    design: Design
    """Which points there are."""
    replications: int
    """Replications of each point (with `stop`: at first)."""
    seed: int
    """Seed of the design and of all runs."""
    random_numbers: str
    """One of `RANDOM_NUMBERS`."""
    outcomes: Mapping[str, Outcome]
    """What is measured of each run."""
    stop: Stop | None
    """When to stop adding replications; absent: their number is fixed."""
    logs: str
    """One of `LOGS`."""
    folder: Path = field(default=Path(), compare=False)
    """Where files that the design names are: the folder of the study's own file."""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The bases: those of the factor that lists scenarios, or the one of the study."""
        for factor in self.factors.values():
            if factor.kind == "scenario":
                return tuple(str(level) for level in factor.levels)
        return (self.scenario,)

    @property
    def size(self) -> int:
        """The number of points; to count them takes no time."""
        return self.design.size(list(self.factors.values()))

    @property
    def most_runs(self) -> int:
        """The number of runs, or with `stop` the largest number there may be."""
        return self.size * (self.stop.at_most if self.stop else self.replications)

    @staticmethod
    def from_dict(data: Mapping[str, Any], folder: Path | str = ".") -> Study:
        """Return the study that plain data describes.

        Parameters
        ----------
        data
            As in a study's YAML file.
        folder
            Where files that it names are.

        Raises
        ------
        InputError
            If anything is unknown, missing or inconsistent. The message names the thing, the value,
            the rule and the remedy.
        """
        data = mapping_of(data, "study", "write name: …, factors: …, outcomes: …")
        check_keys(data, [*_DEFAULTS, "name", "factors", "outcomes"], "study")
        given = _DEFAULTS | {key: item for key, item in data.items() if item is not None}
        found_factors = _factors(given)
        found_outcomes = _outcomes(given, found_factors)
        design = designs.read(given["design"])
        study = Study(
            name=_name(given.get("name")),
            question=_text("question", given["question"]),
            scenario=_text("scenario", given["scenario"]),
            set=_paths_set(given["set"]),
            factors=found_factors,
            correlations=_correlations(given["correlations"], found_factors, design),
            design=design,
            replications=_count("replications", given["replications"]),
            seed=_seed(given["seed"]),
            random_numbers=_word("random_numbers", given["random_numbers"], RANDOM_NUMBERS),
            outcomes=found_outcomes,
            stop=_stop(given["stop"], found_outcomes),
            logs=_word("logs", given["logs"], LOGS),
            folder=Path(folder),
        )
        _check_paths(study)
        _check_size(study)
        return study

    def to_dict(self) -> dict[str, Any]:
        """Return the study as plain data; `from_dict` of it is an equal study."""
        rows: dict[str, dict[str, float]] = {}
        for (first, second), rho in self.correlations.items():
            rows.setdefault(first, {})[second] = rho
        return {
            "name": self.name,
            "question": self.question,
            "scenario": self.scenario,
            "set": dict(self.set),
            "factors": {name: factor.to_dict() for name, factor in self.factors.items()},
            "correlations": rows,
            "design": {"kind": self.design.kind, **self.design.parameters()},
            "replications": self.replications,
            "seed": self.seed,
            "random_numbers": self.random_numbers,
            "outcomes": {name: outcome.text() for name, outcome in self.outcomes.items()},
            "stop": dict(vars(self.stop)) if self.stop else None,
            "logs": self.logs,
        }


_DEFAULTS: dict[str, Any] = {
    "question": "", "scenario": "gpt53_codex", "set": {}, "correlations": {}, "design": "grid",
    "replications": 5, "seed": 0, "random_numbers": "common", "stop": None, "logs": "none",
}


def _name(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\w[\w\-]*", value) or len(value) > 100:
        raise refused(
            "study: name", "must be a name of letters, digits, _ and -", value,
            "set name: it is the folder of its results",
        )
    return value


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise refused(f"study: {key}", "must be text", value, f"set {key}")
    return " ".join(value.split())


def _word(key: str, value: Any, words: tuple[str, ...]) -> str:
    if value not in words:
        raise refused(f"study: {key}", f"must be {' or '.join(words)}", value, f"set {key}")
    return str(value)


def _count(key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_RUNS:
        rule = f"must be a whole number in [1, {MOST_RUNS}]"
        raise refused(f"study: {key}", rule, value, f"set {key}")
    return value


def _seed(value: Any) -> int:
    check_seed(value)
    return int(value)


def _paths_set(value: Any) -> dict[str, Any]:
    found = mapping_of(value, "study: set", "write for example {horizon: 1 y}")
    if "name" in found:
        raise InputError("study: set must not change the name of the model; leave name out")
    return found


def _factors(given: Mapping[str, Any]) -> dict[str, Factor]:
    remedy = "write for example {compute: {path: compute.units, lever: [20, 40]}}"
    data = mapping_of(given.get("factors", {}), "study: factors", remedy)
    data = {name: item for name, item in data.items() if item is not None}
    if not data:
        raise InputError(f"study: factors must not be empty; {remedy}")
    check_names(data, "factor", {})
    found = {name: factors.read(name, item) for name, item in data.items()}
    lists = [name for name, factor in found.items() if factor.kind == "scenario"]
    if len(lists) > 1:
        raise InputError(
            f"study: only one factor can be the scenario, got {' and '.join(lists)}; join them"
        )
    return found


def _outcomes(given: Mapping[str, Any], known: Mapping[str, Factor]) -> dict[str, Outcome]:
    data = given.get("outcomes", {})
    remedy = "write for example {capability: capability}"
    if isinstance(data, list) and all(isinstance(name, str) for name in data):
        data = {name: name for name in data}
    data = mapping_of(data, "study: outcomes", remedy)
    data = {name: item for name, item in data.items() if item is not None}
    if not data:
        raise InputError(f"study: outcomes must not be empty; {remedy}")
    check_names(data, "outcome", {name.lower(): f"factor '{name}'" for name in known})
    return {name: outcomes.read(name, item) for name, item in data.items()}


def _correlations(
    value: Any, known: Mapping[str, Factor], design: Design
) -> correlation.Correlations:
    drawn = [name for name, factor in known.items() if factor.kind == "uncertainty"]
    found = correlation.read(value, drawn, [name for name in known if name not in drawn])
    if found and not design.takes_correlations:
        able = " or ".join(n for n, d in designs.DESIGNS.items() if d.takes_correlations)
        raise InputError(
            f"study: design {design.kind} cannot hold correlations; leave them out, or choose "
            f"{able}"
        )
    return found


def _stop(value: Any, known: Mapping[str, Outcome]) -> Stop | None:
    if value is None:
        return None
    remedy = "write for example {outcome: capability, half_width: 0.02, at_most: 100}"
    data = mapping_of(value, "study: stop", remedy)
    check_keys(data, ("outcome", "half_width", "at_most", "level"), "study: stop")
    if missing := [key for key in ("outcome", "half_width", "at_most") if data.get(key) is None]:
        raise InputError(f"study: stop needs {missing[0]}; {remedy}")
    outcome, width = data["outcome"], data["half_width"]
    if outcome not in known:
        raise InputError(f"study: stop: {factors_unknown(outcome, known)}")
    if known[outcome].date:
        raise InputError(
            f"study: stop needs an outcome with a mean, and {outcome} is a date that some runs may "
            "not reach; name another outcome"
        )
    if not _positive(width):
        raise refused("study: stop: half_width", "must be a number > 0", width, remedy)
    level = data.get("level", 0.90)
    if not (_positive(level) and 0.5 <= level <= 0.999):
        raise refused("study: stop: level", "must be a number in [0.5, 0.999]", level, remedy)
    return Stop(
        outcome=outcome, half_width=float(width), at_most=_count("stop.at_most", data["at_most"]),
        level=float(level),
    )


def factors_unknown(name: Any, known: Mapping[str, Outcome]) -> str:
    """Return the sentence that says an outcome is none of the study's."""
    from sim.model.errors import unknown_name

    return unknown_name("outcome", name, known)


def _positive(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
    )


def _check_paths(study: Study) -> None:
    """Raise `InputError` if two factors change one value, or one that is the same for all."""
    taken = {path: "set" for path in study.set}
    for name, factor in study.factors.items():
        if len(set(factor.paths)) < len(factor.paths):
            raise InputError(f"factor '{name}': names a path twice; leave one out")
        for path in factor.paths:
            if path.split(".")[0] in NOT_A_FACTOR:
                raise InputError(
                    f"factor '{name}': must not change {path}, which is the same at all points; "
                    "leave it out, or put it under set"
                )
            for other, owner in taken.items():
                same = path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.")
                if same and owner != "set":
                    raise InputError(
                        f"factor '{name}': changes {path}, and factor '{owner}' changes {other}; "
                        "leave one out, or join them as a lever with values by path"
                    )
        taken |= dict.fromkeys(factor.paths, name)


def _check_size(study: Study) -> None:
    """Raise `InputError` for more points or runs than anybody can mean."""
    if study.stop and study.stop.at_most < study.replications:
        raise InputError(
            f"study: stop.at_most must be >= replications, {study.replications}, got "
            f"{study.stop.at_most}; set stop.at_most"
        )
    if study.size > MOST_POINTS:
        raise InputError(
            f"study: must have at most {MOST_POINTS:,} points, got {study.size:,}; choose fewer "
            "levels, or a sample of them: design latin_hypercube(points=1000, levers=sample)"
        )
    if study.most_runs > MOST_RUNS:
        raise InputError(
            f"study: must have at most {MOST_RUNS:,} runs, got {study.most_runs:,} ({study.size:,} "
            "points); set fewer replications or points"
        )
