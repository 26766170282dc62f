"""Shortfall: where the speed-up of tasks goes on the way to that of the lab, in days.

With T0 the time that something takes without assistants, and S the speed-up of the tasks that are
given to them, it would take T0 / S if all of it were as much quicker. It takes T1. With k the kinds
of time, the difference is, exactly,

    T1 - T0 / S = sum over k of (T1_k - T0_k / S):

each kind stands for the days that it did not shrink as the tasks did, and the bars of a kind that
shrank even more are negative. In which kind days are missed is a convention only for the work that
people do without assistants, T0_people: the share d of own work that assistants are given counts
against what is spent on such tasks (its parts as they are in S), the rest against people's work.
G. M. Amdahl, "Validity of the single processor approach", 1967,
https://doi.org/10.1145/1465482.1465560, is the case in which all of the shortfall is such work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.log import ACTIVITY, EXECUTOR, OUTCOME
from sim.metrics import critical_path, flow_time
from sim.metrics.kinds import KINDS
from sim.metrics.parts import by_parts
from sim.metrics.speedup.lab import Log, cycle_times
from sim.metrics.speedup.tasks import tasks
from sim.metrics.timeline import Floats
from sim.model import InputError, Model
from sim.model.errors import unknown_name
from sim.model.stage import Labour
from sim.model.training import Training

if TYPE_CHECKING:
    import pandas as pd

GROUPS = {
    "not_delegated": "work that people still do",
    "assistants": "assistants at work, and waits for them",
    "review": "review and steering, and waits for review",
    "rework": "rework: further attempts, takeovers",
    "computing": "computing and failed runs",
    "wait_compute": "waiting for compute",
    "wait_people": "waiting for people, nights",
    "knowhow": "waiting for know-how at the gate",
    "training": "training",
    "approvals": "approvals and what they send back",
    "other": "set delays and other waiting",
}
"""What the shortfall is told of, in order; training and approvals only of generations."""
GROUP_OF = {
    "knowhow": "knowhow", "wait_compute": "wait_compute", "computing": "computing",
    "failures": "computing", "wait_people": "wait_people", "people": "not_delegated",
    "wait_review": "review", "review": "review", "steering": "review",
    "wait_slots": "assistants", "assistants": "assistants", "rework": "rework",
    "off_hours": "wait_people", "delay": "other", "other": "other",
}
"""Group of each kind of time."""

SPENT: dict[str, dict[str, tuple[str, ...]]] = {
    "felt": {"review": ("steering", "reviewing"), "rework": ("mended_by_people",)},
    "elapsed": {
        "assistants": ("first",), "review": ("steering", "reviewing", "checking"),
        "rework": ("mended_by_people", "mended_by_assistants"),
    },
    "attempt": {"assistants": ("first",)},
}
"""Speed-ups of tasks, own work over the time spent, and what counts as spent, by group: people's
time (`felt`), that of people and assistants (`elapsed`), the assistants' first attempts alone."""
TERMS = ("first", "steering", "reviewing", "checking", "mended_by_people", "mended_by_assistants")


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """From the time without assistants, by the speed-up of tasks, to the time with them."""

    of: str
    """`research`: an item, from idea to result; `cycle`: a generation, from gate to release."""
    measure: str
    """Which speed-up of tasks (key of `SPENT`)."""
    speedup: float
    """S, of research's tasks that are given to assistants."""
    without: float
    """T0, mean without assistants, days."""
    ideal: float
    """T0 / S, days."""
    achieved: float
    """T1, mean with them, days; T0 / T1 is the speed-up achieved."""
    table: pd.DataFrame
    """A row per group: `group`, `label`, `without` (T0_k, people's own work split as said above),
    `ideal` (T0_k / S), `achieved` (T1_k), `shortfall` (their difference) and its `low_90` and
    `high_90`; days. The shortfalls sum to `achieved - ideal`."""
    pairs: int
    """Replications that both logs have."""


def shortfall(
    with_: Log, without: Log, *, of: str = "research", measure: str = "elapsed"
) -> Shortfall:
    """Return where the speed-up of tasks goes.

    Times are means: of all results of research at t >= 0 (`flow_time.by_kind`), or of the
    generations that both labs released in the replication (`critical_path.by_phase`; there all that
    happens in stages of approval, and in what they send back to, counts as `approvals`, and runs of
    training as `training`). S is that of research's tasks in either case, so that both begin with
    what people feel; the share d that is given to assistants is of research's own work, or of all.

    Intervals are of the jackknife over replications, with Student's t: B. Efron and C. Stein, "The
    jackknife estimate of variance", 1981, https://doi.org/10.1214/aos/1176345462. They count that
    both labs met the same luck, as a replication is left out of both.

    Parameters
    ----------
    with_, without
        Logs of the same lab with assistants and without, run with the same seed.
    of
        `research` or `cycle`.
    measure
        `elapsed`, `felt` or `attempt` (see `SPENT`).

    Raises
    ------
    InputError
        If nothing was delegated, or a lab had no result or no shared release.
    """
    for name, given, known in (("of", of, _TIMES), ("measure", measure, SPENT)):
        if given not in known:
            raise InputError(f"shortfall: {unknown_name(name, given, known)}")
    sums = _sums(with_, without, of)
    whole, half = estimated(sums, measure)
    if not (np.isfinite(whole[:4]).all() and whole[0] > 0):
        raise InputError(
            f"shortfall: the speed-up of tasks ({measure}) or the time of {of} cannot be told; "
            "take logs with delegated tasks, and with results or shared releases in both"
        )
    return Shortfall(
        of=of, measure=measure, speedup=whole[0], without=whole[1], ideal=whole[2],
        achieved=whole[3], table=_table(whole, half), pairs=len(sums),
    )


def estimated(sums: Floats, measure: str) -> tuple[Floats, Floats]:
    """Return what sums over replications tell, and half the width of its 90% intervals.

    Parameters
    ----------
    sums
        A row per replication, columns as in `_told`.
    measure
        As in `shortfall`.
    """
    whole, count = _told(sums.sum(axis=0), measure), len(sums)
    if count < 2:
        return whole, np.full(len(whole), np.nan)
    from scipy.special import stdtrit

    left = np.array([_told(sums.sum(axis=0) - row, measure) for row in sums])
    error = np.sqrt((count - 1) / count * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    return whole, stdtrit(count - 1, 0.95) * error


def _told(sums: Floats, measure: str) -> Floats:
    """Return S, T0, T0 / S, T1, then by group T0_k, T1_k and the shortfall.

    `sums` are, one after the other: with assistants the days by group and the number of items,
    without them the same; own work of delegated tasks; own work given, and all of it; `TERMS`.
    """
    groups = list(GROUPS)
    size = len(groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        helped, alone = sums[:size] / sums[size], sums[size + 1 : 2 * size + 1] / sums[2 * size + 1]
        given, own, work, *spent = sums[2 * size + 2 :]
        term = dict(zip(TERMS, spent, strict=True))
        parts = {g: sum(term[name] for name in names) for g, names in SPENT[measure].items()}
        total = sum(parts.values())
        speedup = given / total
        moved = alone[0] * own / work  # of people's own work, what assistants are given
        alone = alone.copy()
        alone[0] -= moved
        for group, part in parts.items():
            alone[groups.index(group)] += moved * part / total
        ideal = alone / speedup
        return np.concatenate([
            [speedup, alone.sum(), alone.sum() / speedup, helped.sum()], alone, helped,
            helped - ideal,
        ])


def _table(whole: Floats, half: Floats) -> pd.DataFrame:
    import pandas as pd

    size = len(GROUPS)
    alone, helped, short = (whole[4 + i * size : 4 + (i + 1) * size] for i in range(3))
    error = half[4 + 2 * size :]
    return pd.DataFrame({
        "group": list(GROUPS), "label": list(GROUPS.values()), "without": alone,
        "ideal": alone / whole[0], "achieved": helped, "shortfall": short,
        "low_90": short - error, "high_90": short + error,
    })


def _sums(with_: Log, without: Log, of: str) -> Floats:
    """Return what is summed over replications: a row for each that both logs have."""
    helped, alone = _TIMES[of](with_, without)
    both = [n for n in helped.index if n in set(alone.index)]
    flows = list(with_.model.research_flows)
    everywhere = flows if of == "research" else list(with_.model.flows)
    work = _own_work(with_, everywhere).reindex(both, fill_value=0.0)
    spent = _spent(with_, flows).reindex(both, fill_value=0.0)
    parts = [helped.loc[both], alone.loc[both], spent[["given"]], work, spent[list(TERMS)]]
    return np.hstack([part.to_numpy(dtype=float) for part in parts])


def _research(with_: Log, without: Log) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return days by group, and the number of items, of each replication of both logs."""
    return _items(with_), _items(without)


def _items(log: Log) -> pd.DataFrame:
    table = by_parts(lambda visits: flow_time.by_kind(visits, log.model), log.visits)
    group = table["kind"].astype(str).map(GROUP_OF)
    found = _wide(table["days"].groupby([table["replication"], group]).sum())
    each = table[(table["kind"] == next(iter(KINDS))).to_numpy()]
    return found.assign(count=each.groupby("replication")["items"].sum())


def _cycle(with_: Log, without: Log) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the same of the generations that both released."""
    shared = cycle_times(with_, without).index
    return _generations(with_, shared), _generations(without, shared)


def _generations(log: Log, shared: Any) -> pd.DataFrame:
    path = by_parts(
        lambda visits, generations: critical_path.path(visits, generations, log.model),
        log.visits, log.generations,
    )
    table = critical_path.by_phase(path).set_index(["replication", "generation"])
    table = table[table.index.isin(shared)].reset_index()
    kind, phase = table["kind"].astype(str), table["phase"].astype(str)
    group = kind.map(GROUP_OF)
    training, approval = _stages(log.model)
    group[phase.isin(training) & kind.isin(["computing", "failures"])] = "training"
    group[phase.isin(approval)] = "approvals"
    found = _wide(table["days"].groupby([table["replication"], group]).sum())
    count = shared.to_frame().groupby(level=0).size()
    return found.assign(count=count.reindex(found.index))


_TIMES: dict[str, Callable[[Log, Log], tuple[pd.DataFrame, pd.DataFrame]]] = {
    "research": _research, "cycle": _cycle,
}


def _wide(days: pd.Series) -> pd.DataFrame:
    """Return days with a column for each group."""
    return days.unstack(fill_value=0.0).reindex(columns=list(GROUPS), fill_value=0.0)


def _stages(model: Model) -> tuple[set[str], set[str]]:
    """Return the stages of the generation flow that train, and those of approval."""
    stages = model.flows[model.generation_flow].stages if model.generation_flow else {}
    training = {name for name, stage in stages.items() if isinstance(stage, Training)}
    approval = {
        name: stage.on_failure for name, stage in stages.items()
        if isinstance(stage, Labour) and stage.failure
    }
    return training, {*approval, *filter(None, approval.values())}


def _own_work(log: Log, flows: list[str]) -> pd.DataFrame:
    """Return, by replication, the own work that assistants were given and all of it."""
    import pandas as pd

    v = log.visits
    codes = {name: v[name].cat.codes.to_numpy() for name in ("activity", "executor", "outcome")}
    first = (codes["activity"] == ACTIVITY["work"]) & (v["attempt"].to_numpy() == 1)
    first &= ~np.isin(codes["outcome"], [OUTCOME["balked"], OUTCOME["open"]])
    first &= (v["requested"].to_numpy() >= 0) & v["flow"].isin(flows).to_numpy()
    work = v["value"].to_numpy()[first]
    given = np.where(codes["executor"][first] == EXECUTOR["agent"], work, 0.0)
    table = pd.DataFrame({"own": given, "work": work})
    return table.groupby(v["replication"].to_numpy()[first]).sum()


def _spent(log: Log, flows: list[str]) -> pd.DataFrame:
    """Return, by replication, the own work of research's delegated tasks, and time on them."""
    done = by_parts(lambda visits: tasks(visits, log.model), log.visits)
    done = done[(done["delegated"] & done["flow"].isin(flows)).to_numpy()]
    people = done["human"] - done["steering"] - done["reviewing"]
    assistants = done["assistant"] - done["first"] - done["checking"]
    done = done.assign(
        given=done["work"], mended_by_people=people, mended_by_assistants=assistants
    )
    return done.groupby("replication")[["given", *TERMS]].sum()
