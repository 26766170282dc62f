"""The shared network in salabim, without trace, monitors and standby.

Processes are generators (`yieldless=False`): a tenth faster than salabim's default, greenlets. Most
of the time goes into making a component per job, as the framework looks at the signatures of its
methods each time; it knows no lighter thing that can request a resource.
"""

from __future__ import annotations

import random

import pandas as pd
import salabim
from networks import AGAIN, ARRIVALS_PER_DAY, MEAN_SERVICE, SERVERS

from programs import COLUMNS


def run(days: float, seed: int) -> list[tuple]:
    """Simulate; one tuple per finished visit."""
    draw = random.Random(seed)
    env = salabim.Environment(trace=False, yieldless=False)
    one, two = (
        salabim.Resource(name, capacity, honor_only_first=True, monitor=False)
        for name, capacity in SERVERS.items()
    )
    log = []

    class Job(salabim.Component):
        def setup(self, number):
            self.number = number

        def process(self):
            name, station = "one", one
            while True:
                requested = env.now()
                yield self.request(station)
                started = env.now()
                yield self.hold(draw.expovariate(1 / MEAN_SERVICE))
                self.release(station)
                log.append((self.number, name, requested, started, env.now()))
                if station is two and draw.random() >= AGAIN:
                    return
                name, station = "two", two

    class Arrivals(salabim.Component):
        def process(self):
            number = 0
            while True:
                yield self.hold(draw.expovariate(ARRIVALS_PER_DAY))
                Job(number=number, skip_standby=True)
                number += 1

    Arrivals(skip_standby=True)
    env.run(till=days)
    return log


def visits(log: list[tuple]) -> pd.DataFrame:
    """Return the finished visits."""
    return pd.DataFrame(log, columns=COLUMNS)
