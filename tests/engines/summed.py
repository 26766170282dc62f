"""What the metrics make of the full log, beside the summary of the same run."""

import numpy as np

import sim
from sim.metrics import growth, queues, stocks, throughput, utilisation
from sim.metrics.items import items
from sim.metrics.timeline import open_time

MIDST = ("capability_target", "generation_target", "blow_up", "zero_time_loop")
"""Ends in the midst of an instant: some items are then between two services."""


def difference(model, *, seed=0, replication=0, every=7.0):
    """The first difference between a summary and the log of the same run; empty if none."""
    run = sim.simulate(model, seed=seed, replication=replication, engine="compiled")
    summary = sim.summarise(model, seed=seed, replication=replication, every=every)
    return parted(run, expected(run, every), summary)


def expected(run, every):
    """What the metrics make of the log of a run, by table and column."""
    tables = (totals, pools, flows, skills, trajectory)
    return {table.__name__: table(run, every) for table in tables}


def parted(run, tables, summary):
    """The first difference between a run, with what was made of it, and a summary, as text."""
    if run.end != summary.end:
        return f"ends: {run.end} and {summary.end}"
    for name, column in run.raw["generations"].items():
        other = summary.raw["generations"][name]
        if column.dtype != other.dtype or column.tobytes() != other.tobytes():
            return f"generations, {name}"
    for table, columns in tables.items():
        for name, values in columns.items():
            found = np.asarray(summary.raw[table][name])
            values = np.asarray(values)
            if found.shape != values.shape or not same(found, values):
                return f"{table}, {name}: {values} and {found}"
    return ""


def same(found, values):
    """Whether whole numbers are equal, and sums within 1e-9."""
    if found.dtype.kind in "iu":
        return np.array_equal(found, values)
    return np.allclose(found, values, rtol=1e-9, atol=1e-9, equal_nan=True)


def totals(run, every):
    levels = stocks.trajectory(run.changes, run.model)
    last = {
        name: levels["level"][levels["stock"] == name].iloc[-1]
        for name in run.model.stocks if len(levels)
    }
    return {"visits": len(run.visits), **last}


def pools(run, every):
    """Of `queues` and `utilisation`, over the whole run as one bin."""
    model, visits, ends = run.model, run.visits, ends_of(run)
    names, whole = list(model.pools), model.horizon
    days = max(run.end.time, 0.0)
    opened = np.array([
        float(np.diff(open_time([0.0, days], pool.hours, model.start_date.weekday()))[0])
        for pool in model.pools.values()
    ])
    waits = queues.waiting_time(visits, model)
    waits["wait"] = (waits["mean_wait"] * waits["served"]).fillna(0.0)
    of_pools = waits.groupby("pool", observed=False)[
        ["requests", "served", "balked", "still_waiting", "wait"]
    ].sum().reindex(names)
    waiting = np.zeros(len(names))
    if len(visits):
        waiting = queues.over_time(visits, model, whole, ends=ends)["waiting"].fillna(0.0) * days
    use = utilisation.over_time(visits, run.changes, model, whole, ends=ends)
    return {
        "pool": np.arange(len(names)),
        **{name: of_pools[name].to_numpy() for name in of_pools},
        "waiting": waiting, "days": np.full(len(names), days), "open_days": opened,
        "busy": use["busy"].fillna(0.0) * opened,
        "capacity": use["capacity"].fillna(0.0) * np.where(opened > 0, opened, 1.0),
        "utilisation": use["utilisation"],
    }


def flows(run, every):
    """Of `items` and `throughput`."""
    names = list(run.model.flows)
    results = run.visits[(run.visits["activity"] == "result") & (run.visits["finished"] >= 0)]
    found = {"flow": np.arange(len(names))} | {
        column: np.array([
            ((results["flow"] == name) & (results["outcome"] == outcome)).sum() for name in names
        ])
        for column, outcome in (("successes", "success"), ("misses", "miss"), ("invalid",) * 2)
    }
    if run.end.time > 0 and len(run.visits):
        whole = throughput.over_time(run.visits, run.model, run.model.horizon, ends=ends_of(run))
        found["output"] = whole["output"] * run.end.time
    if run.end.reason not in MIDST:
        known = items(run.visits)
        for column, chosen in (
            ("begun", known["begin"] >= 0), ("ended", known["end"] >= 0),
            ("in_progress", known["end"].isna()),
        ):
            found[column] = np.array([((known["flow"] == name) & chosen).sum() for name in names])
    return found


def skills(run, every):
    """By counting rows of the log."""
    rows = run.visits[run.visits["skill"].notna() & ~(run.visits["finished"] < 0)]
    keys = ["skill", "executor", "activity", "outcome"]
    table = rows.groupby(keys, observed=True, sort=True).agg(
        number=("worked", "size"), worked=("worked", "sum")
    ).reset_index()
    return {
        **{key: table[key].cat.codes.to_numpy() for key in keys},
        "number": table["number"].to_numpy(), "worked": table["worked"].to_numpy(),
    }


def trajectory(run, every):
    """Of `growth`, of `changes`, and by counting rows that are open at the time of a sample."""
    model, visits, changes = run.model, run.visits, run.changes
    steps = int(model.horizon / every) + 1
    times = np.arange(steps) * float(every)
    times = times[times <= run.end.time]
    found = {"time": times}
    if not len(times):
        return found
    deployed = growth.trajectory(run.generations, model)
    for column in ("generation", "capability"):
        found[column] = growth.sample(deployed, times, column=column)[0]
    for kind, what in (("stock", "level"), ("capacity", "capacity")):
        for name in model.stocks if kind == "stock" else model.pools:
            here = changes[(changes["kind"] == kind) & (changes["name"] == name)]
            at = np.searchsorted(here["time"].to_numpy(), times, side="right")
            found[f"{what}_{name}"] = np.concatenate([[0.0], here["after"].to_numpy()])[at]
    for name in model.pools:
        rows = visits[visits["pool"] == name]
        begun = rows[rows["started"].notna()]
        found[f"busy_{name}"] = standing(begun["started"], begun["finished"], times, begun["units"])
        asked = rows[rows["activity"] != "hostage"]
        until = asked["started"].fillna(asked["finished"])
        found[f"waiting_{name}"] = standing(asked["requested"], until, times)
    known = items(visits)
    if run.end.reason not in MIDST or run.end.time > times[-1]:
        for name in model.flows:
            here = known[known["flow"] == name]
            found[f"in_progress_{name}"] = standing(here["begin"], here["end"], times)
    made = visits[(visits["activity"] == "result") & (visits["outcome"] == "success")]
    made = made[made["finished"] >= 0]
    for name in model.flows:
        here = made[made["flow"] == name]
        by_then = here["finished"].to_numpy()[None, :] <= times[:, None]
        found[f"output_{name}"] = by_then @ here["value"].to_numpy()
    return found


def standing(begin, end, times, weights=None):
    """The number (or weight) of the spans [begin, end) at each time."""
    weights = np.ones(len(begin)) if weights is None else weights.to_numpy("float64")
    begun = begin.to_numpy()[None, :] <= times[:, None]
    over = end.fillna(np.inf).to_numpy()[None, :] <= times[:, None]
    return (begun & ~over) @ weights


def ends_of(run):
    return {run.replication: run.end.time} if run.end.reason != "horizon" else {}
