"""Growth: what a visit costs the compiled engine with horizon, size of the lab, replications.

Without what the system takes to hand out memory (`ratios.own_time`).
"""

from __future__ import annotations

from functools import partial

from networks import VISITS_PER_DAY, lab_of, shared_network
from ratios import Timed, flatness, in_turns, own_time, ratio

from sim import Model, ensemble, load, simulate

VISITS = (10_000, 100_000, 1_000_000, 10_000_000)
"""Lengths of the shared network, in visits."""
SIZES = (1, 2, 4, 8, 16)
"""The default lab with so many times the people and the compute."""
REPLICATIONS = (1, 10, 100)
"""Of the default lab, all logs kept."""


def visits_of(model: Model, seed: int) -> int:
    """Run the compiled engine; return the visits."""
    return len(simulate(model, seed=seed, engine="compiled").raw["visits"]["item"])


def visits_of_all(model: Model, count: int, seed: int) -> int:
    """Run so many replications on the compiled engine; return the visits."""
    done = ensemble(model, replications=count, seed=seed, engine="compiled")
    return sum(len(run.raw["visits"]["item"]) for run in done.runs)


def horizons() -> dict[str, Timed]:
    """Return the shared network, ever longer."""
    return {
        f"{visits:,} visits": partial(visits_of, shared_network(visits / VISITS_PER_DAY))
        for visits in VISITS
    }


def sizes() -> dict[str, Timed]:
    """Return the default lab, ever larger, named after its visits."""
    labs = {size: lab_of(size) for size in SIZES}
    return {
        f"{size} x the lab ({visits_of(lab, 0):,} visits)": partial(visits_of, lab)
        for size, lab in labs.items()
    }


def replications() -> dict[str, Timed]:
    """Return ever larger ensembles of the default lab, in one process."""
    lab = load()
    return {f"{count} replications": partial(visits_of_all, lab, count) for count in REPLICATIONS}


SERIES = {"horizon": horizons, "size of the lab": sizes, "replications": replications}


def show(repeats: int) -> None:
    """Print the cost of a visit at each size beside the first, and how flat it is."""
    for title, programs in SERIES.items():
        costs = in_turns(programs(), repeats, clock=own_time)
        first, *others = costs
        print(f"own time of a visit with {title}, compiled engine, beside {first}")
        for name in others:
            print(f"  {name}: {ratio(costs[name], costs[first])}")
        print(f"  the largest median / the smallest: {flatness(costs):.2f}", flush=True)
