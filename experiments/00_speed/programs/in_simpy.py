"""The shared network in SimPy, on its own resources.

`run` is the fast form; `textbook` is the one that tutorials teach: a request in a `with` statement,
and a process for the part that is used twice. Both make the same log.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pandas as pd
import simpy
from networks import AGAIN, ARRIVALS_PER_DAY, MEAN_SERVICE, SERVERS

from programs import COLUMNS


def run(days: float, seed: int) -> list[tuple]:
    """Simulate; one tuple per finished visit."""
    draw = random.Random(seed)
    env = simpy.Environment()
    one, two = simpy.Resource(env, SERVERS["one"]), simpy.Resource(env, SERVERS["two"])
    log = []

    def job(number):
        name, station = "one", one
        while True:
            requested = env.now
            request = station.request()
            yield request
            started = env.now
            yield env.timeout(draw.expovariate(1 / MEAN_SERVICE))
            station.release(request)
            log.append((number, name, requested, started, env.now))
            if station is two and draw.random() >= AGAIN:
                return
            name, station = "two", two

    _simulate(env, days, draw, job)
    return log


def textbook(days: float, seed: int) -> list[tuple]:
    """Do the same in the style of tutorials."""
    draw = random.Random(seed)
    env = simpy.Environment()
    one, two = simpy.Resource(env, SERVERS["one"]), simpy.Resource(env, SERVERS["two"])
    log = []

    def serve(number, name, station):
        requested = env.now
        with station.request() as request:
            yield request
            started = env.now
            yield env.timeout(draw.expovariate(1 / MEAN_SERVICE))
        log.append((number, name, requested, started, env.now))

    def job(number):
        yield from serve(number, "one", one)
        while True:
            yield from serve(number, "two", two)
            if draw.random() >= AGAIN:
                return

    _simulate(env, days, draw, job)
    return log


def _simulate(
    env: simpy.Environment, days: float, draw: random.Random, job: Callable[[int], Any]
) -> None:
    def arrivals():
        number = 0
        while True:
            yield env.timeout(draw.expovariate(ARRIVALS_PER_DAY))
            env.process(job(number))
            number += 1

    env.process(arrivals())
    env.run(until=days)


def visits(log: list[tuple]) -> pd.DataFrame:
    """Return the finished visits."""
    return pd.DataFrame(log, columns=COLUMNS)
