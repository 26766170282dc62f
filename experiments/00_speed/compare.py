"""Comparisons: the engines with each other and other frameworks, and with a long queue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from agreement import EXACT, Score, batch_sums, broken_rule, scores
from networks import queue_of
from programs import Program, in_recursim, in_simpy, installed
from ratios import Spread, in_turns, ratio, seconds

from sim import Model, load, simulate

DAYS = 40_000.0
"""Horizon of the shared network: some 107,000 visits."""
SHORT, LONG, SERVED = 100, 10_000, 10_000
"""Requests in a short and in a long queue, and how many are served."""


def visits_of(model: Model, seed: int, engine: str) -> int:
    """Run an engine; return the visits."""
    return len(simulate(model, seed=seed, engine=engine).raw["visits"]["item"])


def engines(repeats: int) -> None:
    """Print the speed of the compiled engine beside the reference engine's, default lab."""
    model = load()
    costs = in_turns(
        {name: partial(visits_of, model, engine=name) for name in ("reference", "compiled")},
        repeats,
    )
    print("speed on the default lab, full log")
    print(f"  compiled / reference: {ratio(costs['reference'], costs['compiled'])}", flush=True)


def peers(repeats: int) -> None:
    """Print the speeds of our engines beside other frameworks', and compare the results."""
    compiled, reference = map(in_recursim.program, ("compiled", "reference"))
    textbook = Program("simpy as in tutorials", in_simpy.textbook, in_simpy.visits)
    found, missing = installed()
    programs = {program.name: program for program in (compiled, reference, textbook, *found)}
    costs, sums = measured(programs, repeats)
    _show_means({name: scores(sums[name]) for name in programs})
    print("speed on the shared network, as a multiple")
    ratios = {p.name: ratio(costs[p.name], costs[compiled.name]) for p in (reference, *found)}
    for name, spread in ratios.items():
        print(f"  compiled / {name}: {spread}")
    fastest = min(found, key=lambda program: ratios[program.name].median)
    print(f"  compiled / the fastest framework, {fastest.name}: {ratios[fastest.name]}")
    for name in (textbook.name, found[0].name):
        print(f"  reference / {name}: {ratio(costs[name], costs[reference.name])}")
    for package in missing:
        print(f"  {package} is not installed: python -m pip install -c constraints.txt {package}")
    print(end="", flush=True)


def measured(
    programs: Mapping[str, Program], repeats: int, days: float = DAYS
) -> tuple[dict[str, list[float]], dict[str, dict[str, np.ndarray]]]:
    """Return the costs per visit and the batches of each program; stop if one breaks a rule."""
    batches: dict[str, list[dict[str, np.ndarray]]] = {name: [] for name in programs}

    def visits(name: str, log: Any) -> int:
        table = programs[name].visits(log)
        if fault := broken_rule(table, days):
            raise SystemExit(f"{name} does not simulate the shared network: {fault}")
        batches[name].append(batch_sums(table, days))
        return len(table)

    runs = {name: partial(program.run, days) for name, program in programs.items()}
    costs = in_turns(runs, repeats, visits)
    joined = {
        name: {key: np.concatenate([run[key] for run in runs]) for key in runs[0]}
        for name, runs in batches.items()
    }
    return costs, joined


def _show_means(means: Mapping[str, Mapping[str, Score]]) -> None:
    print("the shared network, means and standard errors (times in days)")
    print(" " * 24 + "".join(f"{quantity:>18}" for quantity in EXACT))
    print(f"  {'theory':<22}" + "".join(f"{exact:>10.4f}        " for exact in EXACT.values()))
    for name, row in means.items():
        cells = "".join(f"{score.mean:>10.4f} ({score.error:.3f})" for score in row.values())
        print(f"  {name:<22}{cells}", flush=True)
    for name, row in means.items():
        if wrong := [quantity for quantity, score in row.items() if not score.agrees]:
            raise SystemExit(
                f"{name} does not simulate the shared network: {', '.join(wrong)} beyond chance"
            )


def queue(repeats: int) -> None:
    """Print what a request costs the reference engine in a long queue beside a short one."""
    ratios = []
    for _ in range(repeats):
        cost = {}
        for length in (SHORT, LONG):
            # Filling the queue is not serving it: take the difference of two runs.
            few, many = queue_of(length, SERVED), queue_of(length, 2 * SERVED)
            first, _ = seconds(partial(visits_of, few, 0, "reference"))
            both, _ = seconds(partial(visits_of, many, 0, "reference"))
            cost[length] = both - first
        ratios.append(cost[LONG] / cost[SHORT])
    print("a long queue, reference engine")
    print(f"  cost of a request, {LONG:,} / {SHORT} waiting: {Spread(tuple(ratios))}", flush=True)
