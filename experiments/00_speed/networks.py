"""What is simulated: the network that every framework can express, one long queue, larger labs.

Jobs come at random, are served at `one` and then at `two`; a visit to `two` is repeated with chance
`AGAIN` (rework). All times are exponential, so that the stations behave, in the mean, like M/M/c
queues of their own (Jackson, J. R., 1957: Networks of waiting lines, Operations Research 5,
518-521, doi:10.1287/opre.5.4.518), and every mean that the programs print has an exact value.
"""

from __future__ import annotations

from math import factorial

from sim import Model, load

ARRIVALS_PER_DAY = 1.1
MEAN_SERVICE = 2.0
"""Days, at both stations."""
AGAIN = 0.3
"""Chance that a visit to the second station is followed by another one."""
SERVERS = {"one": 3, "two": 4}
ROUNDS = {"one": 1.0, "two": 1 / (1 - AGAIN)}
"""Visits of a job to each station, in the mean."""
VISITS_PER_DAY = ARRIVALS_PER_DAY * sum(ROUNDS.values())

PEOPLE = ("researchers", "engineers", "leads")
"""Pools of the default lab that have a capacity of their own."""


def shared_network(days: float) -> Model:
    """Return the network as a model of ours."""
    work = f"exponential(mean={MEAN_SERVICE} d)"
    return Model.from_dict(
        {
            "horizon": f"{days} d",
            "hours_per_person_day": 24,
            "pools": {
                "first": {"kind": "human", "capacity": SERVERS["one"]},
                "second": {"kind": "compute", "capacity": SERVERS["two"]},
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
            "end": {"events": 10**9},
        }
    )


def exact_wait(station: str) -> float:
    """Return the mean wait at a station, days: Erlang's C formula."""
    servers = SERVERS[station]
    load_ = ARRIVALS_PER_DAY * ROUNDS[station] * MEAN_SERVICE
    terms = [load_**n / factorial(n) for n in range(servers + 1)]
    full = terms[-1] * servers / (servers - load_)
    return full / (sum(terms[:-1]) + full) * MEAN_SERVICE / (servers - load_)


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


def lab_of(size: int) -> Model:
    """Return the default lab with so many times the people and the compute."""
    lab = load()
    people = [f"pools.{name}.capacity={size * lab.pools[name].capacity}" for name in PEOPLE]
    return load(*people, f"compute.units={size * lab.compute.units}")
