"""Critical path: what the cycle of a generation was spent on, day by day, from gate to release.

The path is the longest chain of work and waits without slack: of stages side by side the one that
ended last, of a batch the item that ended last. It is read from the log, back from the release:
each row names the one before it on its route (`sim.metrics.routes`). Kelley & Walker (1959),
https://doi.org/10.1145/1460299.1460318, find it in a plan; here it is that of what happened.

The wait at the gate ends with the result of research that raised the stock far enough, if one
did. So the path goes through the making of that result, as far as it lies in the wait; before
that it is `knowhow`: earlier results were missing, too. All of this is in the phase of the gate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from sim.log import NONE, tables_of
from sim.metrics import totals
from sim.metrics.kinds import KINDS
from sim.metrics.routes import ACTIVITY, Routes, columns, item_key, place, routes
from sim.metrics.segments import KIND, Segments, segments
from sim.metrics.timeline import Ints
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd


def path(visits: pd.DataFrame, generations: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return the critical path of each generation that was released after t = 0.

    Its segments tile the cycle to the bit: the first starts when the generation did, each starts
    when the one before finishes, the last one finishes at the release. A generation that took no
    time at all has none.

    Parameters
    ----------
    visits, generations
        Tables of a run or an ensemble.
    model
        The model that was run.

    Returns
    -------
    DataFrame
        One row per segment, in order of replication, generation and time: `start`, `finish`
        (days), `kind` (see `sim.metrics.kinds`; how rows give kinds: `sim.metrics.segments`),
        `off_hours` (days in it during which the people who are waited for, or work, are off),
        `phase` (stage of the generation flow that is under way), and of the row of the log that
        it belongs to `flow`, `item`, `stage`, `visit`, `attempt`, `activity`, `executor`, `pool`
        and `row`. `behind`, for a wait: the row whose end let it start, or -1.

    Raises
    ------
    ValueError
        If the log is not whole: rows that led to a release are missing, or overlap.
    """
    import pandas as pd

    v = columns(visits, model)
    made, ends = _releases(v, generations)
    main = routes(v, model, ends)
    gates = np.flatnonzero(v.activity[main.rows] == ACTIVITY["gate"])
    parts = [_main(v, model, main), *_at_gates(v, model, main.of[gates], main.rows[gates])]
    table = pd.concat(parts, ignore_index=True).sort_values(["of", "start"], ignore_index=True)
    _check(table, made)
    return _described(v, model, table, made)


def by_kind(path: pd.DataFrame) -> pd.DataFrame:
    """Return how many days each kind of time took of each generation's cycle.

    Parameters
    ----------
    path
        Result of `path`.

    Returns
    -------
    DataFrame
        `replication`, `generation`, `kind`, `days`: all kinds, in order of `KINDS`. Nights and
        weekends count as `off_hours` and for no other kind; so days sum to the cycle time.
    """
    return _summed(path, ["replication", "generation"])


def by_phase(path: pd.DataFrame) -> pd.DataFrame:
    """Return the same for each phase that a generation went through.

    Returns
    -------
    DataFrame
        `replication`, `generation`, `phase`, `kind`, `days`.
    """
    return _summed(path, ["replication", "generation", "phase"])


def length(path: pd.DataFrame) -> pd.Series:
    """Return the length of each path, days: it is the cycle time, to the bit.

    Returns
    -------
    Series
        Indexed by replication and generation; finishes minus starts, rounded once, at the end.
    """
    import pandas as pd

    keys = [path["replication"].to_numpy(), path["generation"].to_numpy()]
    groups = path.groupby(keys, sort=True).indices
    start, finish = path["start"].to_numpy(), path["finish"].to_numpy()
    values = [math.fsum([*finish[rows], *-start[rows]]) for rows in groups.values()]
    index = pd.MultiIndex.from_tuples(list(groups), names=["replication", "generation"])
    return pd.Series(values, index=index, name="days", dtype=float)


def _releases(v: SimpleNamespace, generations: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """Return the generations that were built and released, in order, and their release rows."""
    done = (generations["outcome"] == "released") & (generations["item"] >= 0)
    made = generations[done.to_numpy()].sort_values(["replication", "generation"])
    rows = np.flatnonzero(v.activity == ACTIVITY["release"])
    keys = item_key(v, rows, v.item[rows])
    order = np.argsort(keys)
    wanted = (made["replication"].to_numpy("int64") << 40) + made["item"].to_numpy("int64")
    if not np.isin(wanted, keys).all():
        raise ValueError("visits: the release of some generation is missing; give whole logs")
    return made, rows[order][np.searchsorted(keys[order], wanted)]


def _main(v: SimpleNamespace, model: Model, main: Routes) -> pd.DataFrame:
    """Return the segments of the paths, but for the waits at gates."""
    found = segments(v, model, main)
    phase = np.where(main.container >= 0, v.stage[main.container], v.stage[main.rows])
    inside = np.flatnonzero(main.host >= 0)
    for _ in range(2):  # steering of a diagnosis of a training run
        phase[inside] = phase[main.host[inside]]
    table = _rows(found, main, phase[found.at])
    return table[v.activity[table["place"]] != ACTIVITY["gate"]]


def _at_gates(v: SimpleNamespace, model: Model, of: Ints, gates: Ints) -> Iterator[pd.DataFrame]:
    """Yield the segments of the waits at gates: the making of the last result, what was before."""
    import pandas as pd

    entered, opened, cause = v.requested[gates], v.started[gates], place(v, gates, v.cause)
    known = (cause >= 0) & (opened > entered)
    begun = opened.copy()
    if known.any():
        since = entered[known]
        making = routes(v, model, cause[known], since)
        first = np.full(len(since), np.inf)
        np.minimum.at(first, making.of, v.requested[making.rows])
        begun[known] = np.maximum(first, since)
        found = segments(v, model, making, since)
        table = _rows(found, making, v.stage[gates[known]][making.of[found.at]])
        table["of"] = of[known][table["of"]]
        yield table
    before = np.flatnonzero(begun > entered)
    yield pd.DataFrame({
        "of": of[before], "place": gates[before], "start": entered[before],
        "finish": begun[before], "kind": KIND["knowhow"], "waiting": True, "off_hours": 0.0,
        "phase": v.stage[gates[before]],
    })


def _rows(found: Segments, on: Routes, phase: Ints) -> pd.DataFrame:
    """Return segments as a table of numbers."""
    import pandas as pd

    return pd.DataFrame({
        "of": on.of[found.at], "place": on.rows[found.at], "start": found.start,
        "finish": found.finish, "kind": found.kind, "waiting": found.waiting,
        "off_hours": found.off_hours, "phase": phase,
    })


def _check(table: pd.DataFrame, made: pd.DataFrame) -> None:
    """Raise `ValueError` unless the segments tile each cycle to the bit."""
    of, start, finish = (table[name].to_numpy() for name in ("of", "start", "finish"))
    started, released = made["started"].to_numpy(), made["released"].to_numpy()
    new = np.append(True, np.diff(of) != 0)[: len(of)]
    begins, ends = of[new], of[np.roll(new, -1)]
    good = np.ones(len(made), dtype=bool)
    good[np.setdiff1d(np.arange(len(made)), begins)] = False
    good |= started == released
    good[begins[start[new] != started[begins]]] = False
    good[ends[finish[np.roll(new, -1)] != released[ends]]] = False
    good[of[1:][~new[1:] & (start[1:] != finish[:-1])]] = False
    if not good.all():
        bad = made.iloc[np.flatnonzero(~good)[0]]
        raise ValueError(
            f"visits: the rows that led to the release of generation {bad['generation']:.0f} in "
            f"replication {bad['replication']:.0f} do not fill its cycle; give whole logs"
        )


def _described(
    v: SimpleNamespace, model: Model, table: pd.DataFrame, made: pd.DataFrame
) -> pd.DataFrame:
    """Return the table with what is known of each segment's row, codes as categories."""
    import pandas as pd

    names = tables_of(model)
    place, of = table["place"].to_numpy(), table["of"].to_numpy()

    def category(codes: Ints, categories: Iterable[str]) -> pd.Categorical:
        return pd.Categorical.from_codes(codes, categories=list(categories))

    return pd.DataFrame({
        "replication": made["replication"].to_numpy()[of],
        "generation": made["generation"].to_numpy()[of],
        "start": table["start"],
        "finish": table["finish"],
        "kind": category(table["kind"], KINDS),
        "off_hours": table["off_hours"],
        "phase": category(table["phase"], names["stages"]),
        "flow": category(v.flow[place], names["flows"]),
        "item": v.item[place],
        "stage": category(v.stage[place], names["stages"]),
        "visit": v.visit[place],
        "attempt": v.attempt[place],
        "activity": category(v.activity[place], names["activities"]),
        "executor": category(v.executor[place], names["executors"]),
        "pool": category(v.pool[place], names["pools"]),
        "row": v.row[place],
        "behind": np.where(table["waiting"], v.cause[place], NONE),
    })


def _summed(path: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the days of each kind, by what the columns `by` say."""
    of = path.groupby(by, observed=True, sort=True).ngroup().to_numpy()
    groups = path[by].iloc[np.unique(of, return_index=True)[1]].reset_index(drop=True)
    days = (path["finish"] - path["start"]).to_numpy()
    kind = path["kind"].cat.codes.to_numpy().astype("int64")
    return totals.by_kind(groups, of, kind, days, path["off_hours"].to_numpy())
