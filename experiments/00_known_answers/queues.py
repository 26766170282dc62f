"""Queues and networks of queues."""

from __future__ import annotations

from typing import Any

import numpy as np
from panels import Curve, Panel, Series, point, replicate, theory

RUNS = 40


def waits(run: Any, flow: str, first: int, last: int) -> Any:
    """Waits of the items first … last - 1 of a flow, all of which have begun."""
    rows = run.visits[run.visits["flow"] == flow].sort_values("requested")
    wait = (rows["started"] - rows["requested"]).to_numpy()[first:last]
    assert len(wait) == last - first and wait.min() >= 0, "the run is too short"
    return wait


def horizon_for(load: float) -> int:
    """Days, of which the first sixth is at least six relaxation times of one server."""
    return 3000 if load < 0.8 else 5000


def many_servers() -> Panel:
    """Wait in M/M/c by load."""
    series = []
    grid = np.linspace(0.25, 0.87, 100)
    for servers in (1, 2, 8):
        points = []
        for load in (0.3, 0.5, 0.7, 0.85):
            work = load * servers
            horizon = horizon_for(load) * (12 if servers == 8 else 1)  # few have to wait
            runs = replicate(
                RUNS, "scenario=mmc", f"horizon={horizon}d", f"pools.machines.capacity={servers}",
                f'flows.job.stages.run.work="exponential(mean={work}d)"',
            )
            means = [waits(run, "job", horizon // 6, horizon * 9 // 10).mean() for run in runs]
            points.append(point(load, means, theory.mmc_wait(1.0, work, servers)))
        line = [theory.mmc_wait(1.0, load * servers, servers) for load in grid]
        series.append(Series(f"{servers} server{'s'[:servers > 1]}", points, (grid, line)))
    return Panel(
        "Waits by load", "M/M/c, one arrival a day (mmc); Erlang's formula",
        "load per server", "mean wait (days)", series, log="y",
    )


def tails() -> Panel:
    """Chance of waits longer than t."""
    series = []
    times = np.arange(0.0, 13.0, 2.0)
    for name, flow, servers, work in (("mm1", "task", 1, 0.7), ("mmc", "job", 3, 2.1)):
        label = f"{servers} server{'s'[:servers > 1]}"
        found = []
        for run in replicate(RUNS, f"scenario={name}", "horizon=4000d"):
            wait = waits(run, flow, 500, 3500)
            found.append([(wait > t).mean() for t in times])
        columns = zip(times, np.transpose(found), strict=True)
        points = [point(t, column, theory.mmc_tail(1.0, work, servers, t)) for t, column in columns]
        series.append(Series(label, points))
    return Panel(
        "Long waits", "M/M/1 and M/M/3 at load 0.7 (mm1, mmc)",
        "t (days)", "P(wait > t)", series, log="y",
    )


def general_work() -> Panel:
    """Wait in M/G/1 by the scatter of the work."""
    series = []
    for mean in (0.5, 0.7):
        median = mean * np.exp(-0.32)
        kinds = [
            ("deterministic", {"value": mean}),
            ("uniform", {"low": 0.0, "high": 2 * mean}),
            ("gamma", {"shape": 4.0, "scale": mean / 4}),
            ("gamma", {"shape": 1.5, "scale": mean / 1.5}),
            ("lognormal", {"median": median, "sigma": 0.8}),
            ("gamma", {"shape": 0.5, "scale": mean / 0.5}),
        ]
        points = []
        for kind, given in kinds:
            first, second = theory.moments(kind, **given)
            plain = ("shape", "sigma")
            written = ", ".join(f"{k}={v}{'' if k in plain else ' d'}" for k, v in given.items())
            runs = replicate(
                RUNS, "scenario=mg1", "horizon=3500d",
                f'flows.task.stages.do.work="{kind}({written})"',
            )
            means = [waits(run, "task", 500, 3100).mean() for run in runs]
            answer = theory.pollaczek_khinchine(1.0, first, second)
            points.append(point(second / first**2 - 1, means, answer))
        series.append(Series(f"load {mean}", points))
    return Panel(
        "Waits by the scatter of the work",
        "M/G/1, work of four distributions (mg1); Pollaczek and Khinchine",
        "squared coefficient of variation of the work", "mean wait (days)", series,
    )


def priorities() -> Panel:
    """Waits of two priorities by load."""
    names = {"urgent": [], "routine": []}
    grid = np.linspace(0.35, 0.87, 60)

    def answers(load: float) -> list[float]:
        first, second = 0.5 * load / 0.75, 1.0 * load / 0.75
        return theory.cobham([0.5, 0.5], [first, second], [2 * first**2, 2 * second**2])

    for load in (0.4, 0.6, 0.75, 0.85):
        horizon = horizon_for(load)
        runs = replicate(
            RUNS, "scenario=priorities", f"horizon={horizon}d",
            f"flows.urgent.stages.fix.work.mean={0.5 * load / 0.75}d",
            f"flows.routine.stages.build.work.mean={load / 0.75}d",
        )
        means = [
            [waits(run, name, horizon // 12, horizon * 9 // 20).mean() for name in names]
            for run in runs
        ]
        columns = zip(names.values(), np.transpose(means), answers(load), strict=True)
        for points, column, answer in columns:
            points.append(point(load, column, answer))
    lines = np.transpose([answers(load) for load in grid])
    series = [
        Series(name, points, (grid, line))
        for (name, points), line in zip(names.items(), lines, strict=True)
    ]
    fifo = [0.5 * a / 1.5 + b / 1.5 for a, b in lines.T]  # weights: work of each
    return Panel(
        "Urgent before routine", "M/M/1 with two non-preemptive priorities (priorities); Cobham",
        "load", "mean wait (days)", series,
        [Curve("first come, first served", grid, fifo)], log="y",
    )


# --- networks ---------------------------------------------------------------------------------


def mean_number(run: Any, stage: str, begin: float) -> float:
    """Mean number of requests at a stage, waiting or served, from a time on."""
    end = run.end.time
    rows = run.visits[run.visits["stage"] == stage]
    left = rows["finished"].fillna(end).clip(begin, end)
    return float((left - rows["requested"].clip(begin, end)).sum() / (end - begin))


def rework() -> Panel:
    """Numbers at the stations of an open network by the chance of rework."""

    def answers(again: float) -> list[float]:
        rates = theory.traffic([1.0, 0.0], [[0.0, 1.0], [again, 0.0]])
        return theory.jackson(rates, [0.5, 0.9], [1, 2])

    stations: dict[str, list[Any]] = {"build": [], "test": []}
    for again in (0.0, 0.1, 0.2, 0.3, 0.4):
        runs = replicate(
            RUNS, "scenario=jackson", "horizon=4000d",
            f"flows.change.stages.test.next.build={again}",
            f"flows.change.stages.test.next.end={1 - again}",
        )
        found = [[mean_number(run, name, 800) for name in stations] for run in runs]
        columns = zip(stations.values(), np.transpose(found), answers(again), strict=True)
        for points, column, answer in columns:
            points.append(point(again, column, answer))
    grid = np.linspace(0, 0.41, 60)
    lines = np.transpose([answers(again) for again in grid])
    labels = ("build: one person", "test: two machines")
    every = zip(labels, stations.values(), lines, strict=True)
    return Panel(
        "Rework crowds", "an open network, one change a day (jackson); product form",
        "chance that a change is sent back", "mean number there",
        [Series(label, points, (grid, line)) for label, points, line in every],
    )


ITEMS = (1, 3, 6, 10, 16, 26, 50)
DELAY, DEMANDS = 5.0, (1.0, 0.7)


def _closed(servers: tuple[int, int]) -> dict[str, list[Any]]:
    """Points of throughput and mean numbers, by the number of items."""
    found: dict[str, list[Any]] = {"rate": [], "design": [], "run": [], "analyze": []}
    for items in ITEMS:
        rows = []
        runs = replicate(
            RUNS, "scenario=closed_network", "horizon=1600d",
            f"flows.experiment.source.workstreams={items}",
            f"pools.machines.capacity={servers[0]}", f"pools.analysts.capacity={servers[1]}",
        )
        for run in runs:
            ends = run.visits["finished"][run.visits["stage"] == "analyze"]
            numbers = [mean_number(run, stage, 400) for stage in list(found)[1:]]
            rows.append([(ends > 400).sum() / 1200, *numbers])
        rate, (running, analyzed) = theory.mean_values(items, DELAY, DEMANDS, servers)[-1]
        answers = (rate, items - running - analyzed, running, analyzed)
        for points, column, answer in zip(found.values(), np.transpose(rows), answers, strict=True):
            points.append(point(items, column, answer))
    return found


def closed() -> list[Panel]:
    """Throughput and mean numbers of closed networks, by the number of items."""
    throughput, curves = [], []
    grid = np.arange(1, 51)
    for servers, label in (((1, 1), "1 machine, 1 analyst"), ((3, 2), "3 machines, 2 analysts")):
        found = _closed(servers)
        exact = theory.mean_values(50, DELAY, DEMANDS, servers)
        throughput.append(Series(label, found["rate"], (grid, [rate for rate, _ in exact])))
        most = min(c / demand for c, demand in zip(servers, DEMANDS, strict=True))
        bound = np.minimum(grid / (DELAY + sum(DEMANDS)), most)
        curves.append(Curve("" if curves else "bounds", grid, bound))
    run, analyze = np.transpose([numbers for _, numbers in exact])
    lines = {"design": grid - run - analyze, "run": run, "analyze": analyze}
    return [
        Panel(
            "Workstreams share machines", "a closed network (closed_network); exact mean values",
            "workstreams", "experiments per day", throughput, curves, ylim=(0.0, None),
        ),
        Panel(
            "Where the workstreams are",
            "3 machines, 2 analysts (closed_network); load-dependent mean values",
            "workstreams", "mean number there",
            [Series(name, found[name], (grid, line)) for name, line in lines.items()],
        ),
    ]


PANELS = (many_servers, tails, general_work, priorities, rework, closed)
