"""Stylised facts: what was observed of such labs beside what the simulated lab shows.

    python experiments/01_stylised_facts/facts.py --replications 48 --seed 3000
    python experiments/01_stylised_facts/facts.py --facts 1,4,5 pools.engineers.capacity=12

Prints one row per fact and names the facts that are missed. Any further arguments override the
configuration, as on the command line of recursim.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import observed
import simulated

import sim
from sim.model import Model

OPENAI = "OpenAI, Research acceleration, 2026 (self-reported)"
LABS = ("default", "people_doubled", "without_assistants")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One row of the table."""

    number: int
    text: str
    """What is compared, with its unit."""
    measure: Callable[[Any], float]
    """Number of one replication."""
    observed: Callable[[], observed.Range]
    labs: tuple[str, ...] = ("default",)
    """With two: the fact is the measure in the first over that in the second, paired."""

    def sample(self, measured: dict[str, float]) -> float:
        """Return the fact's value in one replication."""
        first, *second = (measured[lab] for lab in self.labs)
        return first / second[0] if second else first


def _cited(low: float, high: float, source: str) -> Callable[[], observed.Range]:
    return lambda: observed.cited(low, high, source)


FACTS = (
    Fact(number=1, text="first gap between releases, days",
         measure=simulated.first_gap, observed=observed.release_gap),
    Fact(number=1, text="gaps of the second year / first gap",
         measure=simulated.later_gaps, observed=observed.later_gap),
    Fact(number=2, text="METR horizon doubles in, days",
         measure=simulated.horizon_doubling, observed=observed.horizon_doubling),
    Fact(number=3, text="algorithmic progress, factor in the first year",
         measure=simulated.algorithmic_progress,
         observed=_cited(2.5, 10, "Ho et al. 2024, arXiv:2403.05812; Gundlach et al. 2025")),
    Fact(number=4, text="research output, people doubled / as they are",
         measure=simulated.research_output, observed=_cited(1.15, 1.30, OPENAI),
         labs=("people_doubled", "default")),
    Fact(number=5, text="task speed-up as felt (own work / people's time)",
         measure=simulated.felt_speedup,
         observed=_cited(1.4, 4, "METR usage survey 2026; Anthropic staff 2025")),
    Fact(number=6, text="lab speed-up (research output, own / no assistants)",
         measure=simulated.research_output,
         observed=_cited(1.1, 1.6, "Anthropic system cards 2026: below 2 (self-reported)"),
         labs=("default", "without_assistants")),
    Fact(number=7, text="share of work that touches an assistant",
         measure=simulated.touched, observed=_cited(0.50, 0.75, "Anthropic staff 2025: 0.59")),
    Fact(number=7, text="share of work fully delegated",
         measure=simulated.fully_delegated,
         observed=_cited(0.05, 0.20, "Anthropic staff 2025: 0-0.2")),
    Fact(number=8, text="median turn-round of a review, hours",
         measure=simulated.review_time,
         observed=_cited(4, 24, "Sadowski et al. 2018, doi:10.1145/3183519.3183525")),
    Fact(number=9, text="compute jobs that fail, by number",
         measure=simulated.failed_by_count, observed=observed.failed_by_count),
    Fact(number=9, text="compute jobs that fail, by time",
         measure=simulated.failed_by_time, observed=observed.failed_by_time),
    Fact(number=10, text="interruptions per 50,000 accelerator-hours",
         measure=simulated.interruptions, observed=_cited(0.8, 1.2, "Llama 3, arXiv:2407.21783")),
    Fact(number=10, text="effective time of training",
         measure=simulated.effective_time, observed=_cited(0.9, 1, "Llama 3, arXiv:2407.21783")),
    Fact(number=11, text="training runs' share of research compute",
         measure=simulated.training_share,
         observed=_cited(0.10, 0.30, "Epoch AI 2026: OpenAI, MiniMax, Z.ai")),
    Fact(number=12, text="wait of evaluations / of research, in training",
         measure=simulated.evaluations_wait,
         observed=_cited(1, np.inf, "Hu et al. 2024, arXiv:2403.07648")),
    Fact(number=13, text="people's time, engineering / hypotheses",
         measure=simulated.engineering,
         observed=_cited(1, np.inf, "Epoch AI, interviews with researchers 2024")),
    Fact(number=14, text="long delegated tasks that needed intervention",
         measure=simulated.interventions, observed=_cited(0.5, 1, OPENAI)),
)

CORE = (1, 4, 5, 6, 8, 9, 10, 14)
"""Facts that the default has to show at once."""


def doubled_people(model: Model) -> Model:
    """Return the lab with twice the people and limits on work in progress; compute as it is."""
    data = model.to_dict()
    for name, pool in model.pools.items():
        if pool.kind == "human":
            data["pools"][name]["capacity"] = 2 * pool.capacity
    for flow in data["flows"].values():
        if flow["source"]["kind"] == "pull":
            flow["source"]["limit"] *= 2  # limit_per_person follows the people
    return Model.from_dict(data)


@cache
def lab(name: str, overrides: tuple[str, ...]) -> Model:
    """Return one of the labs that are compared."""
    if name == "without_assistants":
        return sim.load(*overrides, "assistants.source=none")
    model = sim.load(*overrides)
    return doubled_people(model) if name == "people_doubled" else model


def replicate(job: tuple[tuple[int, ...], int, int, tuple[str, ...]]) -> list[float]:
    """Return the value of each fact in one replication: (rows of FACTS, seed, number, …)."""
    rows, seed, number, overrides = job
    facts = [FACTS[row] for row in rows]
    measured: list[dict[str, float]] = [{} for _ in facts]
    for name in LABS:
        wanted = [i for i, fact in enumerate(facts) if name in fact.labs]
        if wanted:
            run = sim.simulate(lab(name, overrides), seed=seed, replication=number)
            for i in wanted:
                measured[i][name] = facts[i].measure(run)
    return [fact.sample(values) for fact, values in zip(facts, measured, strict=True)]


def samples(
    facts: Iterable[int] | None = None, *, replications: int, seed: int, workers: int = 1,
    overrides: Sequence[str] = (),
) -> dict[Fact, np.ndarray]:
    """Return each fact's values, one per replication.

    Parameters
    ----------
    facts
        Numbers of facts; absent: all.
    replications, seed, workers
        As in `sim.ensemble`. All labs share their random numbers.
    overrides
        Changes of the configuration, as on the command line.
    """
    chosen = set(facts) if facts is not None else {fact.number for fact in FACTS}
    rows = tuple(row for row, fact in enumerate(FACTS) if fact.number in chosen)
    lab("default", tuple(overrides))  # bad input is an error here, not in a worker
    tasks = [(rows, seed, number, tuple(overrides)) for number in range(replications)]
    if workers == 1:
        values = [replicate(task) for task in tasks]
    else:
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            values = list(pool.map(replicate, tasks))
    return dict(zip((FACTS[row] for row in rows), np.array(values).T, strict=True))


def holds(fact: Fact, values: np.ndarray) -> bool:
    """Return whether the mean over the replications lies in the observed range."""
    return fact.observed().holds(float(np.mean(values)))


def report(found: dict[Fact, np.ndarray]) -> str:
    """Return the table as Markdown, then the facts that are missed."""
    lines = [
        "| # | fact | observed (source) | simulated mean | 90% interval | inside |",
        "|---|---|---|---|---|---|",
    ]
    for fact, values in found.items():
        span = fact.observed()
        # Quantiles of the replications: what luck alone does to one lab.
        low, high = np.quantile(values, [0.05, 0.95])
        bounds = f"> {span.low:.3g}" if span.high == np.inf else f"{span.low:.3g}–{span.high:.3g}"
        lines.append(
            f"| {fact.number} | {fact.text} | {bounds} ({span.source}) | {np.mean(values):.3g} "
            f"| {low:.3g}–{high:.3g} | {'yes' if holds(fact, values) else 'no'} |"
        )
    missed = sorted({fact.number for fact, values in found.items() if not holds(fact, values)})
    lines += ["", "missed: " + (", ".join(map(str, missed)) or "none")]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=48)
    parser.add_argument("--seed", type=int, default=3000)
    parser.add_argument("--facts", help="numbers, such as 1,4,5 (absent: all)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("overrides", nargs="*", help="such as pools.engineers.capacity=12")
    given = parser.parse_args(arguments)
    known = {fact.number for fact in FACTS}
    try:
        chosen = {int(number) for number in given.facts.split(",")} if given.facts else known
    except ValueError:
        chosen = {0}
    if not chosen <= known or given.replications < 1 or given.workers < 1:
        parser.error("--facts takes numbers from 1 to 14, the others whole numbers >= 1")
    try:
        found = samples(
            chosen, replications=given.replications, seed=given.seed, workers=given.workers,
            overrides=given.overrides,
        )
    except sim.InputError as error:
        parser.error(str(error))
    print(report(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
