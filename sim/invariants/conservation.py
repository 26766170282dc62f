"""Conservation: no item is lost, doubled, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.invariants.columns import Log, broken, items_of, read_visits, sequential
from sim.invariants.routes import ending, new_values, safeguards
from sim.log import ACTIVITY, NONE, OUTCOME
from sim.model import Model
from sim.model.flow import Spawned
from sim.model.release import Release
from sim.model.stage import Batch
from sim.model.training import Training

if TYPE_CHECKING:
    from types import SimpleNamespace

    Array = np.ndarray[Any, Any]


def conservation(run: Log) -> list[str]:
    """Return violations of the conservation of items.

    Items are numbered without gaps and keep their flow, key and parent; visits to a stage are
    counted without gaps (but for safeguards, which leave no row where they do not apply); an item
    is always in some row from its first request to its end, ends once, at a stage that may end the
    route, and gives one result if its flow has insight; an item that has not ended has an open row;
    a batch has all its children and ends with the last one; a generation is released once.
    """
    v = read_visits(run.visits)
    if not len(v.item):
        return []
    items = items_of(v)
    found = _identities(run, v, items)
    stay = np.lexsort((np.arange(len(v.item)), v.requested, v.item))
    hostage = v.activity == ACTIVITY["hostage"]
    reach = np.where(hostage, v.requested, _open_as_inf(v.finished))[stay]
    latest = _running_max(v.item[stay], reach)
    same = v.item[stay][1:] == v.item[stay][:-1]
    found += broken(same & (v.requested[stay][1:] > latest[:-1]), "item nowhere before", stay[1:])
    found += _ends(run, v, items)
    found += _children(run, v, items)
    return found + _released(run, v)


def _identities(run: Log, v: SimpleNamespace, items: SimpleNamespace) -> list[str]:
    """Return violations of what an item is: number, key, flow, parent, visits counted."""
    found = []
    if len(items.first) != v.item.max() + 1:
        found.append("items are not numbered without gaps")
    at = items.index
    for name in ("flow", "item_key", "parent", "generation"):
        column = getattr(v, name)
        found += broken(column != column[items.row][at], f"{name} of the item changed")
    if len(np.unique(v.item_key[items.row])) != len(items.row):
        found.append("two items have the same key")
    spawned = np.array([isinstance(f.source, Spawned) for f in run.model.flows.values()])
    found += broken((v.parent >= 0) != spawned[v.flow], "parent missing, or not to be expected")
    found += broken(v.parent >= v.item, "parent younger than its child")
    order = np.lexsort((v.visit, v.stage, v.item))
    new = np.diff(v.item[order], prepend=-1) != 0
    new |= np.diff(v.stage[order], prepend=-1) != 0
    step = np.diff(v.visit[order], prepend=0)
    missing = np.where(new, v.visit[order] != 0, (step != 0) & (step != 1))
    skippable = safeguards(run.model, run.visits["stage"].cat.categories)
    missing &= ~skippable[v.flow[order], v.stage[order]]
    return found + broken(missing, "visits to the stage are not counted without gaps", order)


def _ends(run: Log, v: SimpleNamespace, items: SimpleNamespace) -> list[str]:
    """Return violations of how items end, and of how one row leads to the next."""
    flows = list(run.model.flows.values())
    may_end = ending(run.model, run.visits["stage"].cat.categories)
    last = items.last_row
    going = items.open > 0
    excused = (items.end >= run.end.time) & (run.end.reason != "horizon")
    result = v.activity == ACTIVITY["result"]
    lost = ~going & ~excused & ~(may_end[v.flow[last], v.stage[last]] | result[last])
    found = broken(lost, "item neither open nor at the end of its route", last)
    results = np.bincount(items.index[result], minlength=len(items.row))
    insight = np.array([flow.insight is not None for flow in flows])[v.flow[items.row]]
    wrong = results != (insight & ~going)
    found += broken(wrong & ~excused, "results of the item are not one for one end", last)
    chained = np.array([sequential(flow) for flow in flows])[v.flow]
    chained &= ~np.isin(v.activity, [ACTIVITY["steering"], ACTIVITY["hostage"]])
    chained &= (v.outcome != OUTCOME["balked"]) | (v.finished > v.requested)
    row = np.flatnonzero(chained)
    before = v.previous[row]
    inside = (before >= 0) & (before < len(v.item))
    before = np.where(inside, before, 0)
    from_child = inside & _descends(v, v.item[before], v.item[row])
    inside &= v.item[before] == v.item[row]
    firsts = np.bincount(items.index[row[~inside & ~from_child]], minlength=len(items.row))
    single = np.array([sequential(flow) for flow in flows])[v.flow[items.row]]
    unbegun = excused & (items.steps == 0)
    found += broken(single & (firsts != 1) & ~unbegun, "item does not start once", items.row)
    followers = np.bincount(before[inside], minlength=len(v.item))
    found += broken(followers > 1, "followed by several rows of the same item")
    at_once = np.bincount(items.index[chained & np.isnan(v.finished)], minlength=len(items.row))
    return found + broken(single & (at_once > 1), "item is in two places", last)


def _descends(v: SimpleNamespace, item: Array, ancestor: Array) -> Array:
    """Return where an item was spawned by the ancestor, at whatever remove."""
    parent = np.full(int(v.item.max(initial=0)) + 1, NONE)
    parent[v.item] = v.parent
    found = np.zeros(len(item), dtype=bool)
    above = parent[item]
    while (above >= 0).any():
        found |= above == ancestor
        above = np.where(above >= 0, parent[above], NONE)
    return found


def _children(run: Log, v: SimpleNamespace, items: SimpleNamespace) -> list[str]:
    """Return violations of batches: the number of children, and when the last one ends."""
    import pandas as pd

    key = ["parent", "flow", "time"]
    flow_code = {name: code for code, name in enumerate(run.model.flows)}
    stage_code = {name: i for i, name in enumerate(run.visits["stage"].cat.categories)}
    least, most = np.zeros((2, len(flow_code), len(stage_code)), dtype=int)
    child = np.full(least.shape, NONE)
    free = set()  # flows of which other stages spawn more, or that nobody waits for
    for flow, stage, spec in _stages(run.model):
        at, path = (flow_code[flow], stage_code[stage]), ("flows", flow, "stages", stage)
        if isinstance(spec, Batch):
            counts = [spec.count, *new_values(run.model, (*path, "count"))]
            least[at], most[at], child[at] = min(counts), max(counts), flow_code[spec.flow]
        elif isinstance(spec, Release) and spec.surge and spec.surge.relief:
            relief = spec.surge.relief
            counts = [
                relief.count, *new_values(run.model, (*path, "surge", "relief", "count"))
            ]
            least[at], most[at], child[at] = min(counts), max(counts), flow_code[relief.flow]
            free.add(flow_code[spec.surge.relief.flow])
        elif isinstance(spec, Training) and spec.evaluations:
            free.add(flow_code[spec.evaluations.flow])
    spawns = np.isin(v.activity, [ACTIVITY["batch"], ACTIVITY["release"]])
    rows = np.flatnonzero(spawns & (child[v.flow, v.stage] != NONE))
    place = (v.flow[rows], v.stage[rows])
    spawned = np.flatnonzero(v.parent[items.row] >= 0)
    told = {
        "parent": v.item[rows], "flow": child[place], "time": v.started[rows],
        "least": least[place], "most": most[place], "last": _open_as_inf(v.finished[rows]),
    }
    born = {
        "parent": v.parent[items.row][spawned], "flow": v.flow[items.row][spawned],
        "time": items.first[spawned], "born": 1,
        "end": np.where(items.open > 0, np.inf, items.end)[spawned],
    }
    batches = pd.DataFrame(told).groupby(key).agg(
        {"least": "sum", "most": "sum", "last": "max"}
    )
    children = pd.DataFrame(born).groupby(key).agg({"born": "sum", "end": "max"})
    both = batches.join(children, how="outer").reset_index()
    if run.end.reason != "horizon":
        both = both[(both["time"] < run.end.time) & ~(both["end"] == run.end.time)]
    more = both["flow"].isin(free)
    number = both["born"].fillna(0)
    wrong = (number < both["least"].fillna(0)) | ((number > both["most"].fillna(0)) & ~more)
    found = broken(wrong.to_numpy(), "children of a batch missing or too many", of="batches")
    late = both["least"].notna() & ~more & (both["last"] != both["end"])
    return found + broken(late.to_numpy(), "does not end with its last child", of="batches")


def _released(run: Log, v: SimpleNamespace) -> list[str]:
    """Return violations of releases: one row in visits for each released generation but 0."""
    made = run.generations
    made = made[(made["outcome"] == "released") & (made["generation"] > 0)]
    rows = np.flatnonzero(v.activity == ACTIVITY["release"])
    logged = sorted(zip(v.generation[rows], v.item[rows], v.finished[rows], strict=True))
    stated = sorted(zip(made["generation"], made["item"], made["released"], strict=True))
    if logged != stated:
        return ["releases in visits and in generations differ"]
    numbers = [number for number, _, _ in stated]
    return [] if numbers == list(range(1, len(numbers) + 1)) else ["a generation is missing"]


def _open_as_inf(times: Array) -> Array:
    return np.where(np.isnan(times), np.inf, times)


def _running_max(group: Array, values: Array) -> Array:
    """Return the maximum so far within each group; groups stand together."""
    import pandas as pd

    return pd.Series(values).groupby(group).cummax().to_numpy()


def _stages(model: Model) -> list[tuple[str, str, Any]]:
    return [(f, s, spec) for f, flow in model.flows.items() for s, spec in flow.stages.items()]
