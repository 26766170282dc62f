"""Random flows: routes of every kind of stage, and what feeds them."""

from dataclasses import dataclass
from itertools import pairwise

from .amounts import amounts, durations, present, rarely
from .choices import booleans, composite, fixed, integers, just, lists, none, one_of, pick

CHANCES = (0.5, 0.25, 0.1)


@dataclass(frozen=True)
class Ground:
    """What a flow may refer to."""

    grid: bool
    skills: dict[str, str]
    """Human pool of each skill."""
    pulled: tuple[str, ...]
    """Skills of limited pools: they can begin a flow that people pull."""
    limited: dict[str, float]
    """Most units that each limited pool ever has, of those that ever have one."""
    compute: dict[str, float]
    """Most units that each compute pool ever has, of those that ever have one."""
    finite: tuple[str, ...]
    """Compute pools that are limited."""
    trained: tuple[str, ...]
    """Compute pools that have a unit at t = 0."""
    stocks: tuple[str, ...]
    laws: tuple[str, ...]
    releases: bool = False
    """Whether there is a flow of generations."""
    tooling: bool = False
    """Whether there is a flow of tools, named `tooling`."""


# --- stages -------------------------------------------------------------------------------------


@composite
def labour(draw, ground, skills=()):
    return present({
        "kind": "labour",
        "skill": draw(pick(skills or tuple(ground.skills))),
        "work": draw(amounts(ground.grid, 0.5)),
        "priority": draw(rarely(integers(0, 9))),
        "tools": draw(rarely(just("tooling"), 2)) if ground.tooling else None,
    })


@composite
def job(draw, ground):
    pool = draw(pick(sorted(ground.compute)))
    most = ground.compute[pool]
    sizing = fixed({"omega": pick([0.5, 1.0, 0.0]), "reference": pick([1.0, 0.5])})
    return present({
        "kind": "compute",
        "pool": pool,
        "units": draw(integers(1, int(min(most, 3)))),
        "work": draw(amounts(ground.grid)),
        "priority": draw(rarely(integers(0, 9))),
        "failure": draw(rarely(pick(CHANCES), 2)),
        "failure_per_defect": draw(rarely(pick([0.25, 0.1]))),
        "frontier_cost": draw(rarely(pick([0.5, 1.0, -1.0]))),
        "sizing": draw(rarely(sizing)) if most < float("inf") else None,
    })


def delay(ground):
    return fixed({"kind": just("delay"), "duration": amounts(ground.grid)})


def batch(spawned):
    return fixed(
        {"kind": just("batch"), "flow": pick(spawned), "count": integers(1, 3)}
    )


def stage(ground, spawned):
    """Any stage that may stand anywhere; `spawned`: the flows it may spawn."""
    kinds = [delay(ground)]
    kinds += [labour(ground), labour(ground)] * bool(ground.skills)
    kinds += [job(ground)] * bool(ground.compute)
    kinds += [batch(spawned)] * bool(spawned)
    return one_of(kinds)


# --- routes -------------------------------------------------------------------------------------


@composite
def route(draw, ground, spawned, first=None):
    """Stages in a row, with chances, loops, failures, repairs, and stages side by side.

    Parameters
    ----------
    ground
        What the stages may refer to.
    spawned
        The flows they may spawn.
    first
        Strategy of the first stage, if it is not to be just any.
    """
    rest = draw(lists(stage(ground, spawned), int(first is None), 3))
    row = ([] if first is None else [draw(first)]) + rest
    stages = {name: spec for name, spec in zip("abcd", row, strict=False)}
    names = list(stages)
    for name, following in pairwise(names):
        stages[name]["next"] = following
    if ground.skills:
        _failures(draw, ground, stages, names)
    if draw(integers(1, 3)) == 3:
        _chances(draw, stages, names)
    if draw(integers(1, 3)) == 3:
        _fork(draw, ground, spawned, stages, names)
    return stages


def _failures(draw, ground, stages, names):
    """Let stages fail: jobs are repaired, labour goes to `mend` or back."""
    for i, name in enumerate(names):
        spec = stages[name]
        if spec.get("failure") and draw(integers(1, 4)) > 1:
            spec["repair"] = "fix"
            stages.setdefault("fix", draw(labour(ground)))
        elif spec["kind"] == "labour" and draw(integers(1, 4)) == 4:
            spec["failure"] = {"chance": draw(pick(CHANCES))}
            if draw(booleans()):
                spec["failure"]["per_defect"] = 0.1
            spec["on_failure"] = draw(pick(["mend", *names[: i + 1]]))
            if spec["on_failure"] == "mend" and "mend" not in stages:
                back = draw(pick([None, *names[: i + 1]]))
                stages["mend"] = present({**draw(stage(ground, ())), "next": back})


def _chances(draw, stages, names):
    """Let the route branch: end early, skip ahead or go back."""
    place = draw(integers(0, len(names) - 1))
    spec, chance = stages[names[place]], draw(pick(CHANCES))
    onward = spec.get("next", "end")
    other = draw(pick(["end", *names]))
    if other != onward:
        spec["next"] = {onward: 1 - chance, other: chance}


def _fork(draw, ground, spawned, stages, names):
    """Two stages side by side after one of these, and one that waits for both."""
    name = draw(pick(names))
    onward = stages[name].pop("next", None)
    for side in ("left", "right"):
        stages[side] = draw(stage(ground, spawned)) | {"after": [name]}
    stages["join"] = present(
        draw(stage(ground, spawned)) | {"after": ["left", "right"], "next": onward}
    )


# --- flows --------------------------------------------------------------------------------------


@composite
def insight(draw, ground):
    """What items that end add to the stocks."""
    part = draw(pick([1.0, 0.75]))
    targets = dict(zip(ground.stocks, [part, 1 - part], strict=False))
    if len(ground.stocks) == 1:
        targets = {ground.stocks[0]: 1.0}
    return present({
        "hit": draw(pick([1.0, 0.5])),
        "noise": draw(amounts(ground.grid, unit="", zero=False)),
        "targets": targets,
        "taste": "taste" if "taste" in ground.laws and draw(booleans()) else None,
        "parallel": draw(rarely(pick([0.5, 0.0]))),
        "harm": draw(rarely(pick([0.5, 1.0]), 2)),
        "n_ref": draw(rarely(pick([2.0, 0.5]))),
        "size_gain": draw(rarely(pick([0.5, 2.0]))),
    })


@composite
def research(draw, ground, spawned):
    """A flow whose items come from outside: pulled, in workstreams, or arriving."""
    kind = draw(pick([*(["pull"] if ground.pulled else []), "open", "closed", "poisson"]))
    first = None
    if kind == "pull":
        first = labour(ground, ground.pulled)
        source = {"kind": "pull", "limit": draw(integers(1, 3))}
        if draw(booleans()):
            source |= {"limit": 0, "limit_per_person": draw(pick([1.0, 0.5, 2.0]))}
    elif kind == "open":
        source = {"kind": "open", "interval": draw(amounts(ground.grid, zero=False))}
    elif kind == "poisson":
        source = draw(poisson(ground))
    else:
        source = {"kind": "closed", "workstreams": draw(integers(1, 3))}
        if ground.pulled and draw(integers(1, 4)) > 1:
            first = labour(ground, ground.pulled)
            source["per_person"] = draw(pick([1.0, 0.5]))
            if "span" in ground.laws:
                source["span"] = "span"
    ends = draw(insight(ground)) if ground.stocks and draw(integers(1, 4)) > 1 else None
    stages = draw(route(ground, spawned, first))
    begin = None
    if draw(integers(1, 4)) == 4:  # the first stage need not be written first
        begin, stages = next(iter(stages)), dict(reversed(stages.items()))
    return present({
        "source": source, "first": begin, "insight": ends, "stages": stages,
        "hostages": draw(hostages(ground, stages)),
    })


@composite
def poisson(draw, ground):
    """Arrivals at a rate, for each defect too where there are releases."""
    return present({
        "kind": "poisson",
        "rate": draw(pick([0.5, 1.0, 0.2])),
        "per_defect": draw(rarely(pick([1.0, 0.2]), 2)) if ground.releases else None,
        "law": "exposure" if "exposure" in ground.laws else None,
    })


def hostages(ground, stages):
    """Now and then, units of a limited pool: as many as leave what the item needs itself."""
    left = dict(ground.limited)
    for spec in stages.values():
        pool = ground.skills.get(spec.get("skill"), spec.get("pool"))
        if pool in left:
            left[pool] = min(left[pool], ground.limited[pool] - spec.get("units", 1))
    choices = [
        {"pool": pool, "units": units}
        for pool in sorted(left) for units in (1, 2, 3) if units <= left[pool]
    ]
    return rarely(pick(choices)) if choices else none()


@composite
def tooling(draw, ground):
    """A flow whose items are tools."""
    source = draw(one_of([poisson(ground), just({"kind": "closed", "workstreams": 1})]))
    tool = {
        "boost": draw(pick([0.5, 0.1, 1.0])), "most": draw(integers(1, 3)),
        "fresh": draw(durations(3.0)),
    }
    return {"source": source, "tool": tool, "stages": draw(route(ground, ()))}


@composite
def spawned_flow(draw, ground, spawned):
    """A flow whose items are spawned by stages of others."""
    ends = draw(rarely(insight(ground))) if ground.stocks else None
    stages = draw(route(ground, spawned))
    return present({"source": {"kind": "batch"}, "insight": ends, "stages": stages})
