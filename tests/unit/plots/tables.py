"""Small exact tables of critical paths and flow times, put in the place of computed ones."""

import dataclasses

import numpy as np
import pandas as pd

from sim.metrics.kinds import KINDS

OFF = "off_hours"
FACTS = ("replication", "generation", "phase", "flow", "stage", "kind")
NO = {"item": 1, "visit": 0, "attempt": 1, "activity": "work", "executor": None, "pool": None,
      "row": -1, "behind": -1, "off_hours": 0.0}


def path(*segments, begin=0.0):
    """A table of critical paths; a segment says (replication, generation, phase, flow, stage,
    kind, days) and perhaps more columns. Each begins where the one before it ended."""
    rows, at, last = [], begin, None
    for *facts, days, more in (s if isinstance(s[-1], dict) else (*s, {}) for s in segments):
        row = dict(zip(FACTS, facts, strict=True))
        at = begin if last is not None and row["replication"] != last else at
        last = row["replication"]
        rows.append(NO | row | {"start": at, "finish": at + days} | more)
        at += days
    found = pd.DataFrame(rows, columns=[*FACTS, *NO, "start", "finish"])
    found["kind"] = pd.Categorical(found["kind"], categories=list(KINDS))
    return found


def by_kind(table):
    """What `critical_path.by_kind` says of it."""
    rows = []
    for (replication, generation), mine in table.groupby(["replication", "generation"]):
        days = (mine["finish"] - mine["start"] - mine[OFF]).groupby(mine["kind"].astype(str)).sum()
        days = days.to_dict()
        days[OFF] = days.get(OFF, 0.0) + mine[OFF].sum()
        rows += [(replication, generation, kind, days.get(kind, 0.0)) for kind in KINDS]
    return pd.DataFrame(rows, columns=["replication", "generation", "kind", "days"])


def generations(table, end, replications=None):
    """A table of generations that agrees with the paths, the next one open since the last."""
    rows = []
    for replication in replications or sorted(set(table["replication"])):
        mine = table[table["replication"] == replication]
        common = {"replication": replication}
        rows.append(common | {
            "generation": 0, "outcome": "released", "released": 0.0, "capability": 0.0,
        })
        number, finish = 0, 0.0
        for number, segments in mine.groupby("generation"):
            start, finish = segments["start"].iloc[0], segments["finish"].iloc[-1]
            rows.append(common | {
                "generation": number, "outcome": "released", "started": start,
                "released": finish, "cycle_time": finish - start, "capability": 0.3 * number,
            })
        if finish < end:
            rows.append(common | {"generation": number + 1, "outcome": "open", "started": finish})
    return pd.DataFrame(rows)


def put(frames, **computed):
    """Put tables in the place of those that the frames would compute; they are changed."""
    if "path" in computed:
        computed["cycle"] = by_kind(computed["path"])
    frames.__dict__.update(computed)
    return frames


def with_paths(frames, table, **computed):
    """Frames with these critical paths (and other computed tables), and generations to match."""
    made = generations(table, frames.model.horizon, list(frames.ends))
    frames = dataclasses.replace(frames, generations=made, visits=frames.visits.iloc[:0])
    return put(frames, path=table, **computed)


def lab_path(replication, count, pace, rename):
    """Generations as the default lab makes them: every kind of time, and a training with many
    interruptions."""
    for number in range(1, count + 1):
        scale = pace / number**0.5

        def segment(phase, flow, stage, kind, days, number=number, scale=scale, **more):
            names = (rename(name) for name in (phase, flow, stage))
            return (replication, number, *names, kind, days * scale, {
                name: value * scale if name == OFF else value for name, value in more.items()
            })

        person = {"executor": "human", "pool": "research_staff"}
        yield segment("gate", "generation", "gate", "knowhow", 20)
        yield segment("gate", "study", "ask", "wait_people", 3, off_hours=1.5, pool="crowd")
        yield segment("gate", "study", "ask", "people", 5, off_hours=3, **person)
        yield segment("gate", "study", "run", "wait_compute", 9)
        yield segment("gate", "study", "run", "computing", 6, pool="experiments")
        yield segment("gate", "study", "ask", "wait_slots", 0.5)
        yield segment("gate", "study", "ask", "assistants", 1.5, executor="agent")
        yield segment("gate", "study", "ask", "steering", 0.5, **person)
        yield segment("gate", "study", "ask", "rework", 2)
        yield segment("train", "generation", "train", "wait_compute", 2)
        for _ in range(40):
            yield segment("train", "generation", "train", "computing", 0.5)
            yield segment("train", "generation", "train", "failures", 0.02)
        yield segment("ship", "generation", "ship", "delay", 1)
        yield segment("ship", "generation", "ship", "wait_review", 2, off_hours=1)
        yield segment("ship", "generation", "ship", "review", 1, off_hours=0.5, **person)
        yield segment("ship", "generation", "release", "other", 0.25)


def flow_time(*rows):
    """Flow times; a row says (replication, generation, items, {kind: days})."""
    found = [
        {"replication": replication, "generation": generation, "kind": kind,
         "days": float(days.get(kind, 0.0)), "items": items}
        for replication, generation, items, days in rows for kind in KINDS
    ]
    table = pd.DataFrame(found)
    table["kind"] = pd.Categorical(table["kind"], categories=list(KINDS))
    return table


def lab_flow_time(replication, count, pace):
    """Every kind of time, shorter from generation to generation."""
    for number in range(1, count + 1):
        items = 40 // number
        days = pace * np.linspace(4, 1, len(KINDS)) / number**0.5
        yield replication, number, items, dict(zip(KINDS, items * days, strict=True))


CAUSES = ("research", "failed run", "interruption", "incident")


def latency(*rows):
    """Latencies over all replications; a row says (generation, cause, count, replications, p10,
    p50, p90)."""
    columns = ["generation", "cause", "count", "replications", "p10", "p50", "p90"]
    table = pd.DataFrame(rows, columns=columns)
    table["cause"] = pd.Categorical(table["cause"], categories=CAUSES)
    return table


def lab_latency(counts, paces):
    """Failures of every kind, fixed sooner from generation to generation, of replications with so
    many generations and such a pace."""
    for number in range(1, max(counts) + 1):
        there = [pace for count, pace in zip(counts, paces, strict=True) if count >= number]
        for cause, days in zip(CAUSES, (20, 2, 1 / 120, 0.6), strict=True):
            median = np.mean(there) * days / number**0.5
            cases = len(there) * (50 - number)
            yield number, cause, cases, len(there), median / 4, median, 3 * median
