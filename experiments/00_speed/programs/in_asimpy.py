"""The shared network in asimpy.

With `async with station` in place of `acquire` and `release` it takes a fifth longer.
"""

from __future__ import annotations

import random

import asimpy
import pandas as pd
from networks import AGAIN, ARRIVALS_PER_DAY, MEAN_SERVICE, SERVERS

from programs import COLUMNS


def run(days: float, seed: int) -> list[tuple]:
    """Simulate; one tuple per finished visit."""
    draw = random.Random(seed)
    env = asimpy.Environment()
    one, two = asimpy.Resource(env, SERVERS["one"]), asimpy.Resource(env, SERVERS["two"])
    log = []

    class Job(asimpy.Process):
        def init(self, number):
            self.number = number

        async def run(self):
            name, station = "one", one
            while True:
                requested = env.now
                await station.acquire()
                started = env.now
                await env.timeout(draw.expovariate(1 / MEAN_SERVICE))
                station.release()
                log.append((self.number, name, requested, started, env.now))
                if station is two and draw.random() >= AGAIN:
                    return
                name, station = "two", two

    class Arrivals(asimpy.Process):
        async def run(self):
            number = 0
            while True:
                await env.timeout(draw.expovariate(ARRIVALS_PER_DAY))
                Job(env, number)
                number += 1

    Arrivals(env)
    env.run(until=days)
    return log


def visits(log: list[tuple]) -> pd.DataFrame:
    """Return the finished visits."""
    return pd.DataFrame(log, columns=COLUMNS)
