"""How fast the engines are: beside a bare SimPy program and each other, and with a long queue.

    python experiments/00_speed/bench.py

Both programs are timed in turns in one process (processor time), so that a noisy machine
slows both alike; ratios are printed with their spread.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable

import simpy

from sim import Model, load, simulate

ARRIVALS_PER_DAY = 1.1
MEAN_SERVICE = 2.0
AGAIN = 0.3
"""Chance that the second stage is repeated."""


def shared_network(days: float) -> Model:
    """Two stages with 3 and 4 servers, the second repeated with chance 0.3."""
    work = f"exponential(mean={MEAN_SERVICE} d)"
    return Model.from_dict(
        {
            "horizon": f"{days} d",
            "hours_per_person_day": 24,
            "pools": {
                "first": {"kind": "human", "capacity": 3},
                "second": {"kind": "compute", "capacity": 4},
            },
            "skills": {"task": {"pool": "first"}},
            "flows": {
                "job": {
                    "source": {
                        "kind": "open",
                        "interval": f"exponential(mean={1 / ARRIVALS_PER_DAY} d)",
                    },
                    "stages": {
                        "one": {"kind": "labour", "skill": "task", "work": work, "next": "two"},
                        "two": {
                            "kind": "compute", "pool": "second", "work": work,
                            "next": {"two": AGAIN, "end": 1 - AGAIN},
                        },
                    },
                }
            },
        }
    )


def bare_simpy(days: float) -> int:
    """The same network, written by hand on SimPy's own resources; return the visits."""
    draw = random.Random(0)
    env = simpy.Environment()
    first, second = simpy.Resource(env, 3), simpy.Resource(env, 4)
    log: list[tuple[int, str, float, float, float]] = []

    def serve(number, name, pool):
        requested = env.now
        with pool.request() as request:
            yield request
            started = env.now
            yield env.timeout(draw.expovariate(1 / MEAN_SERVICE))
        log.append((number, name, requested, started, env.now))

    def job(number):
        yield from serve(number, "one", first)
        while True:
            yield from serve(number, "two", second)
            if draw.random() >= AGAIN:
                return

    def arrivals():
        number = 0
        while True:
            yield env.timeout(draw.expovariate(ARRIVALS_PER_DAY))
            env.process(job(number))
            number += 1

    env.process(arrivals())
    env.run(until=days)
    return len(log)


def ours(model: Model) -> int:
    """Run the reference engine; return the visits."""
    return len(simulate(model, seed=0, engine="reference").raw["visits"]["item"])


def queue_of(length: int, served: int) -> Model:
    """One server and so many requests at once; each that is served joins the queue again."""
    return Model.from_dict(
        {
            "horizon": "1000000 d",
            "pools": {"server": {"kind": "compute", "capacity": 1}},
            "flows": {
                "job": {
                    "source": {"kind": "closed", "workstreams": length},
                    "stages": {
                        "run": {
                            "kind": "compute", "pool": "server", "work": "exponential(mean=1 d)",
                        }
                    },
                }
            },
            # An item counts three events: its workstream's start, itself, its completion.
            "end": {"events": 3 * served + 2 * length},
        }
    )


def seconds_each(program: Callable[[], int]) -> float:
    """Return the processor time per visit of one run of a program."""
    begin = time.process_time()
    visits = program()
    return (time.process_time() - begin) / visits


def beside_bare_simpy(days: float, repeats: int) -> list[float]:
    """Return our visits per second as multiples of the bare program's, one per repeat."""
    model = shared_network(days)
    ours(model)  # compiled laws are loaded before the clock runs
    return [
        seconds_each(lambda: bare_simpy(days)) / seconds_each(lambda: ours(model))
        for _ in range(repeats)
    ]


def beside_reference(model: Model, repeats: int) -> list[float]:
    """Return the compiled engine's speed as multiples of the reference engine's."""
    def run(engine: str) -> int:
        return len(simulate(model, seed=0, engine=engine).raw["visits"]["item"])

    run("compiled")  # it is compiled, or its machine code read, before the clock runs
    run("reference")
    return [
        seconds_each(lambda: run("reference")) / seconds_each(lambda: run("compiled"))
        for _ in range(repeats)
    ]


def long_queue(short: int, long: int, served: int, repeats: int) -> list[float]:
    """Return the cost per request with a long queue as multiples of that with a short one."""
    ratios = []
    ours(queue_of(short, 10))
    for _ in range(repeats):
        cost = {}
        for length in (short, long):
            # Filling the queue is not serving it: take the difference of two runs.
            few, many = queue_of(length, served), queue_of(length, 2 * served)
            begin = time.process_time()
            ours(few)
            middle = time.process_time()
            ours(many)
            cost[length] = (time.process_time() - middle) - (middle - begin)
        ratios.append(cost[long] / cost[short])
    return ratios


def main() -> None:
    """Print both ratios with their spread."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    network = shared_network(20_000)
    for title, ratios in (
        ("visits per second, reference engine / bare SimPy", beside_bare_simpy(20_000, repeats)),
        ("compiled / reference engine, that network", beside_reference(network, repeats)),
        ("compiled / reference engine, default lab", beside_reference(load(), repeats)),
        ("cost per request, queue of 10,000 / of 100", long_queue(100, 10_000, 10_000, repeats)),
    ):
        print(
            f"{title}: median {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f} in {repeats} repeats)"
        )


if __name__ == "__main__":
    main()
