"""What limits a lab: the effect of two levers on research in three constructed labs.

    python experiments/02_what_limits/limits.py --replications 48 --seed 3000
    python experiments/02_what_limits/limits.py --scenarios gpt53_codex horizon=2y

Prints the effect of each lever with its 95% interval, and names the claims that are missed. Any
further arguments override the configuration, as on the command line of recursim.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

import sim
from sim.limits.lifts import changes
from sim.model import Model
from sim.study.replace import put_all

SCENARIOS = ("compute_limited", "loop_limited", "balanced")
WINDOW = "horizon=1 y"
HARDLY, CLEARLY, EQUAL = 0.05, 0.10, 0.10
"""Bounds on effects, and on the difference of two (of logs): see `word` and `CLAIMS`."""


# --- levers -----------------------------------------------------------------------------------


def lifted(model: Model, limit: str) -> Model:
    """Return the lab with twice as much of a limit; see `sim.limits.lifts`."""
    data = model.to_dict()
    return Model.from_dict(put_all(data, changes(data, [limit], 2)))


def more_compute(model: Model) -> Model:
    """Return the lab with twice the compute for experiments, all other pools as they are."""
    return lifted(model, "experiment_compute")


def faster_review(model: Model) -> Model:
    """Return the lab where every review takes half the work, and catches as much."""
    return lifted(model, "review")


LEVERS: dict[str, Callable[[Model], Model]] = {
    "experiment compute × 2": more_compute,
    "review work ÷ 2": faster_review,
}
COMPUTE, REVIEW = LEVERS


# --- effects ----------------------------------------------------------------------------------

Found = dict[str, dict[str, np.ndarray]]
"""By scenario and lever: log of the research output with it over that without, by replication."""


def samples(
    scenarios: Iterable[str] = SCENARIOS, *, replications: int, seed: int, workers: int = 1,
    overrides: Sequence[str] = (),
) -> Found:
    """Return the effects of both levers; all labs share their random numbers.

    Parameters
    ----------
    scenarios
        Names of scenarios.
    replications, seed, workers
        As in `sim.ensemble`.
    overrides
        Changes of the configuration, as on the command line.
    """

    def output(model: Model) -> np.ndarray:
        found = sim.ensemble(model, replications=replications, seed=seed, workers=workers)
        return np.log(found.outcomes["research_output"].to_numpy())

    effects = {}
    for name in scenarios:
        model = sim.load(f"scenario={name}", WINDOW, *overrides)
        without = output(model)
        effects[name] = {text: output(lever(model)) - without for text, lever in LEVERS.items()}
    return effects


@dataclass(frozen=True)
class Interval:
    """A mean over the replications with its 95% interval (Student's t)."""

    mean: float
    low: float
    high: float

    def within(self, bound: float) -> bool:
        """Return whether all of it lies between -bound and bound."""
        return -bound < self.low and self.high < bound


def interval(values: np.ndarray) -> Interval:
    """Return the mean of the values and its interval."""
    mean = float(np.mean(values))
    half = float(t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return Interval(mean, mean - half, mean + half)


def effect(logs: np.ndarray) -> Interval:
    """Return the relative effect: 0.1 is 10% more research output."""
    found = interval(logs)
    return Interval(*(float(np.expm1(x)) for x in (found.mean, found.low, found.high)))


def word(found: Interval) -> str:
    """Say how much a lever helps, by the ends of its interval."""
    if found.low > CLEARLY:
        return "clearly"
    if found.low > HARDLY:
        return "helps"
    return "hardly" if found.within(HARDLY) else "unclear"


# --- claims -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """What must be shown."""

    text: str
    scenarios: tuple[str, ...]
    """The labs it speaks of."""
    holds: Callable[..., bool]
    """Takes the effects of each of them, by lever."""


def _helps(scenario: str, lever: str, *words: str) -> Claim:
    text = f"{lever} in {scenario}: {' or '.join(words)}"
    return Claim(text, (scenario,), lambda lab: word(effect(lab[lever])) in words)


def _differs(lever: str, more: str, less: str) -> Claim:
    """The interval of the paired difference lies above 0."""
    return Claim(
        f"{lever}: more in {more} than in {less}", (more, less),
        lambda lab, other: interval(lab[lever] - other[lever]).low > 0,
    )


CLAIMS = (
    _helps("compute_limited", COMPUTE, "clearly"),
    _helps("compute_limited", REVIEW, "hardly"),
    _helps("loop_limited", COMPUTE, "hardly"),
    _helps("loop_limited", REVIEW, "clearly"),
    _differs(COMPUTE, "compute_limited", "loop_limited"),
    _differs(REVIEW, "loop_limited", "compute_limited"),
    _helps("balanced", COMPUTE, "helps", "clearly"),
    _helps("balanced", REVIEW, "helps", "clearly"),
    Claim(
        "balanced: both levers about equally", ("balanced",),
        lambda lab: interval(lab[COMPUTE] - lab[REVIEW]).within(EQUAL),
    ),
)


def about(found: Found) -> list[Claim]:
    """Return the claims that speak of the labs found and no others."""
    return [claim for claim in CLAIMS if set(claim.scenarios) <= set(found)]


def missed(found: Found) -> list[str]:
    """Return those claims about the labs found that do not hold."""
    return [c.text for c in about(found) if not c.holds(*(found[name] for name in c.scenarios))]


def report(found: Found) -> str:
    """Return the table as Markdown, then the claims that are missed."""
    lines = ["| scenario | " + " | ".join(LEVERS) + " |", "|---|" + "---|" * len(LEVERS)]
    for scenario, levers in found.items():
        cells = []
        for logs in levers.values():
            e = effect(logs)
            cells.append(f"{e.mean:+.1%} ({e.low:+.1%} to {e.high:+.1%}): {word(e)}")
        lines.append(f"| `{scenario}` | " + " | ".join(cells) + " |")
    names = "; ".join(missed(found)) or "none"
    return "\n".join([*lines, "", f"of {len(about(found))} claims missed: {names}"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=48)
    parser.add_argument("--seed", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scenarios", default=",".join(SCENARIOS), help="names, with commas")
    parser.add_argument("overrides", nargs="*", help="such as assistants.source=frozen")
    given = parser.parse_args(arguments)
    if given.replications < 2:
        parser.error("--replications takes a whole number >= 2: an interval needs two")
    try:
        found = samples(
            given.scenarios.split(","), replications=given.replications,
            seed=given.seed, workers=given.workers, overrides=given.overrides,
        )
    except sim.InputError as error:
        parser.error(str(error))
    print(report(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
