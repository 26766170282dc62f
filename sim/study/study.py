"""A study: a question asked of a model at many points, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.study import designs, reading
from sim.study.correlation import Correlations
from sim.study.designs import Design
from sim.study.factors import Factor
from sim.study.outcomes import Outcome
from sim.study.stop import Stop

RANDOM_NUMBERS = ("common", "independent", "rows")
"""Where replication n draws the same random numbers: at every point, at none but its own, or at the
points of a row of the design."""
LOGS = ("none", "all")
"""Whether runs leave their full logs."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """What is asked, of which model, at which points, and how often.

    Build one with `Study.from_dict`. It knows no base model: `sim.study.checks.check` judges it
    together with them, and `sim.study.points` makes the points and the model at each.
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
    correlations: Correlations
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

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The bases: those of the factor that lists scenarios, or the one of the study."""
        for factor in self.factors.values():
            if factor.kind == "scenario":
                return tuple(str(level) for level in factor.levels)
        return (self.scenario,)

    @property
    def size(self) -> int:
        """The number of points, counted without making them."""
        return self.design.size(list(self.factors.values()))

    @property
    def row_length(self) -> int | None:
        """The number of points of a row of the design; None if it has no rows."""
        return self.design.row_length(list(self.factors.values()))

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
            Where files that it names are: the folder of that file. They are not read yet.

        Raises
        ------
        InputError
            If anything is unknown, missing or inconsistent. The message names the thing, the value,
            the rule and the remedy.
        """
        given = reading.given(data)
        factors = reading.factors(given["factors"])
        outcomes = reading.outcomes(given["outcomes"], factors)
        design = designs.read(given["design"], Path(folder))
        replications = reading.count("replications", given["replications"])
        random_numbers = reading.word("random_numbers", given["random_numbers"], RANDOM_NUMBERS)
        stop = reading.stop(given["stop"], outcomes, replications)
        if random_numbers == "rows":
            reading.check_rows(design, factors, stop)
        study = Study(
            name=reading.name(given["name"]),
            question=reading.text("question", given["question"]),
            scenario=reading.text("scenario", given["scenario"]),
            set=reading.changes(given["set"]),
            factors=factors,
            correlations=reading.correlations(given["correlations"], factors, design),
            design=design,
            replications=replications,
            seed=reading.seed(given["seed"]),
            random_numbers=random_numbers,
            outcomes=outcomes,
            stop=stop,
            logs=reading.word("logs", given["logs"], LOGS),
        )
        reading.check_paths(study.factors)
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
