"""The answer: what a run or an ensemble came to, and what takes the time, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.metrics import bottleneck, cycle_time, queues, ranks, utilisation
from sim.metrics.kinds import KINDS
from sim.model.training import Gate, Training
from sim.plots import words
from sim.plots.cycle_time import length
from sim.plots.frames import Frames
from sim.report import phrases

if TYPE_CHECKING:
    import pandas as pd

NEARLY = 0.05
"""A part must lead by this share to replace the one that led before."""
SMALLEST_STEP = 0.1
"""A gain per generation (OOM) from which on capability visibly moves in steps."""
SIDES = {
    "compute": "compute-limited", "loop": "loop-limited", "both": "limited by both sides",
}
QUEUES = (
    "A queue shows which limit binds now; what more of it would bring is another question, as the "
    "next limit may be near: compare two labs (task=compare)."
)


@dataclass(frozen=True)
class Answer:
    """What there is to say first."""

    sentence: str
    """What came out and what takes the time, with the spread over replications."""
    details: tuple[str, ...] = ()
    """Further sentences, most important first."""


def answer(frames: Frames) -> Answer:
    """Return what a log says, in words.

    Spreads are over the replications (luck alone): the middle 80 %.
    """
    if frames.model.generation_flow is None:
        return _of_queues(frames)
    steps = frames.steps
    if not (steps["generation"] > 0).any():
        return _without_release(frames)
    return _of_generations(frames, steps)


# --- generations ------------------------------------------------------------------------------


def _of_generations(frames: Frames, steps: pd.DataFrame) -> Answer:
    by_replication = steps.groupby("replication")
    releases = by_replication["generation"].count().to_numpy() - 1
    gains = by_replication["capability"].last().to_numpy()
    factor = 10.0 ** float(ranks.of_levels(gains, 0.5))
    noun = "model" if ranks.of_levels(releases, 0.5) == 1 else "models"
    what = (
        f"{phrases.span(frames)} {frames.model.name} releases "
        f"{phrases.spread(releases, '{:,.0f}', noun, ranks.of_levels)} and gains "
        f"{phrases.spread(gains, '{:.2f}', 'OOM', ranks.of_levels)} of effective compute "
        f"({words.times(factor)})"
    )
    parts = [what, _longest(frames), *_limit(frames)]
    sentence = "; ".join(parts) + phrases.sample(frames)
    details = (*_cycle_times(frames), *_research(frames), QUEUES, *_step(frames))
    return Answer(f"{sentence}.", details)


def _longest(frames: Frames) -> str:
    """Say which part of the critical path is longest, and from when on another one is."""
    phases = frames.phases
    part = phases["kind"].astype(str) + " " + phases["phase"].astype(str)
    days = phases["days"].groupby([phases["replication"], phases["generation"], part]).sum()
    shares = days.unstack(fill_value=0.0)
    shares = shares.div(shares.sum(axis=1), axis=0)
    leaders = _leaders(_common(shares, frames))
    first, last, since = leaders.iloc[0], leaders.iloc[-1], _since(leaders)
    if since == leaders.index[0]:
        share = shares[first].groupby("replication").mean()
        most = "most" if share.mean() > 0.5 else "the largest part"
        return f"{most} of a generation's time, {phrases.percent(share)}, is {_part(frames, first)}"
    earlier = leaders[(leaders.index < since)]
    before = " or ".join(dict.fromkeys(_part(frames, name) for name in earlier))
    late = shares[last][shares.index.get_level_values("generation") >= since]
    return (
        f"the largest part of a generation's time is {before} at first, from generation {since} on "
        f"{_part(frames, last)}, {phrases.percent(late.groupby('replication').mean())}"
    )


def _limit(frames: Frames) -> list[str]:
    """Say what research waits for most, and from when on it is something else."""
    days = frames.queueing
    total = days.sum()
    if not total.sum() > 0:
        return []
    by_run = days.groupby("replication").sum()
    overall = bottleneck.side(total)
    of_runs = by_run.apply(bottleneck.side, axis=1)
    if 2 * (of_runs == overall).sum() <= len(of_runs):
        overall = "both"
    agree = int((of_runs == overall).sum())
    sure = "" if len(by_run) == 1 else f" in {phrases.of(agree, len(by_run))} runs"
    shares = by_run.div(by_run.sum(axis=1), axis=0).dropna()
    ranked = list(total.sort_values(ascending=False).index)
    named = [
        f"{phrases.percent(shares[kind])} is for {bottleneck.label(kind)}"
        for kind in ranked[: 2 if overall == "both" else 1]
    ]
    most = " and ".join(named)
    text = f"by its queues research is {SIDES[overall]}{sure}: of its queueing {most}"
    common = _common(days, frames)
    common = common[(common.sum(axis=1) > 0).to_numpy()]
    if common.empty:
        return [text]
    sides = common.apply(bottleneck.side, axis=1)
    since = _since(sides)
    if since != sides.index[0] and sides.iloc[-1] != overall:
        late = bottleneck.label(str(common.iloc[-1].idxmax()))
        text += f", but from generation {since} on {SIDES[sides.iloc[-1]]} ({late})"
    return [text]


def _common(values: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Return the means over runs for the generations that at least half of the runs come to."""
    by_generation = values.groupby("generation")
    means, counts = by_generation.mean(), by_generation.size()
    known = means[(counts >= (frames.replications + 1) // 2).to_numpy()]
    return known if len(known) else means


def _leaders(means: pd.DataFrame) -> pd.Series:
    """Return the largest part of each generation; the one before stays if it is close."""
    leaders: list[str] = []
    for _, row in means.iterrows():
        top = str(row.idxmax())
        if leaders and row[leaders[-1]] > row[top] - NEARLY:
            top = leaders[-1]
        leaders.append(top)
    import pandas as pd

    return pd.Series(leaders, index=means.index)


def _since(values: pd.Series) -> int:
    """Return the generation from which on the last value holds."""
    other = values.index[(values != values.iloc[-1]).to_numpy()]
    later = values.index if other.empty else values.index[values.index > other[-1]]
    return int(later[0])


def _part(frames: Frames, name: str) -> str:
    """Return a part of the critical path as words: 'its training run', 'review in approve'."""
    kind, _, phase = name.partition(" ")
    model = frames.model
    stage = model.flows[str(model.generation_flow)].stages[phase]
    if kind == "computing" and isinstance(stage, Training):
        return "its training run"
    if isinstance(stage, Gate):
        where = "" if kind == "knowhow" else ", before the gate opens"
        return KINDS[kind].label + where
    return f"{KINDS[kind].label} in {words.plain(phase)}"


def _cycle_times(frames: Frames) -> list[str]:
    done = frames.generations[(frames.generations["outcome"] == "released").to_numpy()]
    done = done[(done["generation"] > 0).to_numpy()]
    by_generation = done.groupby("generation")["cycle_time"]
    counts = by_generation.size()
    common = counts[counts == frames.replications].index
    if not len(common):
        return []
    first, last = (by_generation.get_group(g) for g in (common[0], common[-1]))
    text = f"Generation {common[0]} takes {length(first, ' days')} from its gate to its release"
    if common[-1] != common[0]:
        text += f", generation {common[-1]} takes {length(last)}"
    return [text + (" (means)." if frames.replications > 1 else ".")]


def _step(frames: Frames) -> list[str]:
    """Say what a release gains at least, where that makes capability move in steps."""
    stages = frames.model.flows[str(frames.model.generation_flow)].stages.values()
    least = max((stage.min_gain for stage in stages if isinstance(stage, Gate)), default=0.0)
    if least < SMALLEST_STEP:
        return []
    return [f"Training begins for a gain of {least:g} OOM: capability moves in steps."]


def _research(frames: Frames) -> list[str]:
    sums = frames.flow_time.groupby("kind", observed=True)["days"].sum()
    count = frames.flow_time.drop_duplicates(["replication", "generation"])["items"].sum()
    if not sums.sum() > 0:
        return []
    parts = (sums / sums.sum()).sort_values(ascending=False).head(3)
    text = ", ".join(f"{KINDS[kind].label} {share:.0%}" for kind, share in parts.items() if share)
    mean = words.duration(sums.sum() / count)
    return [f"In research, a result comes {mean} after its idea: {text}."]


def _without_release(frames: Frames) -> Answer:
    parts = {part.name: part.label for part in cycle_time.milestones(frames.model)}
    table = cycle_time.by_milestone(
        frames.visits, frames.generations, frames.model, ends=frames.ends
    )
    what = f"{phrases.span(frames)} {frames.model.name} releases no model"
    if table.empty:
        return Answer(f"{what}: no generation is begun{phrases.sample(frames)}.")
    # The part that a generation is in is the last one it has spent time on.
    spent = table[(table["days"] > 0).to_numpy()]
    now = spent.groupby("replication", sort=True).last()
    place = now["milestone"].astype(str).mode().iloc[0]
    same = (now["milestone"] == place).to_numpy()
    days = now.loc[same, "days"].to_numpy()
    where = f"its first is still at '{parts[place]}', for {phrases.days(days)}"
    if not same.all():
        where += f", in {phrases.of(int(same.sum()), len(same))} runs"
    said = "; ".join([what, where, *_limit(frames)])
    return Answer(f"{said}{phrases.sample(frames)}.", tuple(_research(frames)))


# --- models without generations ---------------------------------------------------------------


def _of_queues(frames: Frames) -> Answer:
    model = frames.model
    what = f"{phrases.span(frames)} {frames.model.name}"
    if not model.pools:
        return Answer(f"{what} has no pools: nobody waits for anything.")
    used = utilisation.over_time(
        frames.visits, frames.changes, model, model.horizon, ends=frames.ends
    )
    busy = used.groupby("pool", observed=True)["utilisation"].mean()
    waits = queues.waiting_time(frames.visits, model)
    waits = waits[(waits["requests"] > 0).to_numpy()]
    longest = waits.loc[waits["mean_wait"].idxmax()] if waits["mean_wait"].notna().any() else None
    said = []
    if busy.max() > 0:
        pool = busy.idxmax()
        share = used.loc[(used["pool"] == pool).to_numpy(), "utilisation"]
        said.append(f"keeps {words.plain(pool)} busiest ({phrases.percent(share)} of its capacity)")
    if longest is None or not longest["mean_wait"] > 0:
        said.append("lets nobody wait")
    else:
        said.append(
            f"lets {words.plain(longest['stage'])} wait longest, "
            f"{words.number(longest['mean_wait'])} days on average"
        )
    return Answer(f"{what} {' and '.join(said)}{phrases.sample(frames)}.")
