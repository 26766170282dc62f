from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from sim.metrics.kinds import KINDS
from sim.plots import cycle_time, kinds, style

from . import tables


def stacks(ax):
    """Containers of the kinds, by kind; without the bar of the unfinished generation."""
    return {bars.get_label(): bars for bars in ax.containers if bars.get_label() in KINDS}


def heights(ax):
    """Height of each part of each bar: one row per kind."""
    return np.array([[bar.get_height() for bar in bars] for bars in stacks(ax).values()])


def ticks(ax):
    return [label.get_text() for label in ax.get_xticklabels()]


def test_bars_are_stacked_to_the_cycle_time(one):
    ax = cycle_time.figure(one).axes[0]
    done = one.generations[one.generations["cycle_time"].notna()]
    assert len(done) >= 2 and len(stacks(ax)) >= 3
    assert heights(ax).sum(axis=0) == pytest.approx(done["cycle_time"].to_numpy())
    parts = list(stacks(ax).values())
    for lower, upper in pairwise(parts):
        for below, above in zip(lower, upper, strict=True):
            assert above.get_y() == pytest.approx(below.get_y() + below.get_height())


def test_each_part_is_what_the_table_says(lab_one):
    drawn = stacks(cycle_time.figure(lab_one).axes[0])
    assert list(drawn) == list(KINDS)
    table = lab_one.cycle.pivot(index="generation", columns="kind", values="days")
    for kind, bars in drawn.items():
        assert [bar.get_height() for bar in bars] == pytest.approx(table[kind].to_numpy())


def test_the_legend_names_the_kinds_as_they_are_stacked(lab_one):
    ax = cycle_time.figure(lab_one).axes[0]
    labels = [text.get_text().split(" (")[0] for text in ax.get_legend().get_texts()]
    assert labels == [kind.label for kind in KINDS.values()][::-1]


def test_a_part_too_thin_to_see_says_how_long_it_is(one):
    table = tables.path(
        (0, 1, "gate", "generation", "gate", "knowhow", 50),
        (0, 1, "train", "generation", "train", "computing", 0.125),
    )
    frames = tables.with_paths(one, table)
    legend = cycle_time.figure(frames).axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == [
        "computing (at most 0.1 days)", "waiting for know-how",
    ]


def test_waiting_is_hatched_each_in_its_own_way(lab_one):
    drawn = stacks(cycle_time.figure(lab_one).axes[0])
    hatches = {kind: bars[0].get_hatch() for kind, bars in drawn.items()}
    assert {kind for kind, hatch in hatches.items() if hatch} == {
        name for name, kind in KINDS.items() if kind.waiting
    }
    assert len({hatch for hatch in hatches.values() if hatch}) == len(style.KIND_HATCHES)


def test_the_unfinished_generation_is_an_open_bar_so_far(one):
    ax = cycle_time.figure(one).axes[0]
    assert one.generations["outcome"].iloc[-1] == "open"
    assert ticks(ax)[-1].endswith("so far") and ticks(ax)[0] == "1"
    (bar,) = next(bars for bars in ax.containers if bars.get_label() == "so far")
    last = one.model.horizon - one.generations["started"].iloc[-1]
    assert bar.get_height() == pytest.approx(last)
    assert bar.get_linestyle() == "--" and bar.get_hatch()


def test_axes_and_words_say_what_is_seen(lab_one):
    ax = cycle_time.figure(lab_one).axes[0]
    assert ax.get_ylabel() == "cycle time (days)" and ax.get_xlabel() == "generation"
    # As `lab_path` says for generation 1; generation 7 takes 1/sqrt(7) of it.
    total = 20 + 3 + 5 + 9 + 6 + 0.5 + 1.5 + 0.5 + 2 + 2 + 40 * 0.52 + 1 + 2 + 1 + 0.25
    share = (6 + 20) / total
    assert cycle_time.words(lab_one)[0] == (
        f"Generation 1 takes {total:.0f} days, generation 7 takes {total / 7**0.5:.0f}; "
        f"its largest part: computing, {share:.0%}"
    )


def test_an_ensemble_shows_means_and_how_many_released(lab_many):
    ax = cycle_time.figure(lab_many).axes[0]
    done = lab_many.generations.dropna(subset="cycle_time")
    means = done.groupby("generation")["cycle_time"].agg(["mean", "size"])
    assert means["size"].tolist() == [5, 5, 5, 4, 3, 2, 1]
    assert heights(ax).sum(axis=0) == pytest.approx(means["mean"].to_numpy())
    assert ticks(ax) == [f"{g}\n{n}" for g, n in means["size"].items()]
    for bars in ax.containers:
        assert [bar.get_alpha() is not None for bar in bars] == [False] * 3 + [True] * 4
    headline, how = cycle_time.words(lab_many)
    third = done[done["generation"] == 3]["cycle_time"]  # of five: the first and the last
    low, high = third.min(), third.max()
    assert f"generation 3 takes {means['mean'][3]:.0f} ({low:.0f} to {high:.0f});" in headline
    assert "pale: not all released it in time" in how


def test_many_generations_have_fewer_labels(twenty, one):
    ax = cycle_time.figure(twenty).axes[0]
    assert len(ticks(ax)) == 21
    assert sum(text.get_text() == "4.0" for text in ax.texts) == 20
    table = tables.path(*(
        (0, g, "gate", "generation", "gate", "knowhow", 1) for g in range(1, 61)
    ))
    ax = cycle_time.figure(tables.with_paths(one, table)).axes[0]
    assert len(stacks(ax)["knowhow"]) == 60 and len(ticks(ax)) == 21


def test_nothing_released_yet(early):
    alone, several = early
    ax = cycle_time.figure(alone).axes[0]
    assert ax.get_title(loc="left") == "No generation is complete yet"
    assert ticks(ax) == ["1\nso far"]
    ax = cycle_time.figure(several).axes[0]
    assert not ax.containers
    expected = "No generation was released in this time. 3 replications."
    assert ax.texts[-1].get_text() == expected


def test_without_a_generation_flow_there_is_a_note(toy):
    ax = cycle_time.figure(toy).axes[0]
    assert not ax.axison and not ax.containers
    assert ax.texts[-1].get_text() == "This model releases no generations. One run."


def test_the_chart_shows_the_same(lab_many):
    chart = cycle_time.chart(lab_many)
    bars = {trace["name"]: trace for trace in chart["data"] if trace["type"] == "bar"}
    drawn = stacks(cycle_time.figure(lab_many).axes[0])
    assert list(bars) == [KINDS[kind].label for kind in drawn]
    for kind, trace in zip(drawn, bars.values(), strict=True):
        assert trace["y"] == pytest.approx([bar.get_height() for bar in drawn[kind]], rel=1e-3)
        assert trace["marker"]["opacity"] == [1.0] * 3 + [kinds.PALE] * 4
        assert ("pattern" in trace["marker"]) == KINDS[kind].waiting
    assert bars["rework"]["hovertext"][6] == (
        "Generation 7, mean of 1 replication<br>rework: 0.8 of 28 days (3%)"
    )


def test_the_chart_has_the_unfinished_generation(lab_one):
    *_, so_far, above = cycle_time.chart(lab_one)["data"]
    days = 350 - lab_one.path["finish"].iloc[-1]
    assert so_far["name"] == "so far" and so_far["y"] == pytest.approx([days], rel=1e-3)
    assert above["text"] == [f"{days:.0f}"]


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "0"), (0.0521, "0.05"), (0.94, "0.9"), (0.96, "1.0"), (9.94, "9.9"), (9.96, "10"),
     (1234.5, "1,234")],
)
def test_days_are_short(days, text):
    assert kinds.in_days(days) == text


def test_kinds_of_other_replications_count():
    """The sum over replications of what one has and another has not."""
    table = pd.DataFrame({
        "replication": [0, 0, 1], "generation": [1, 1, 1], "kind": ["people", "delay", "people"],
        "days": [1.0, 2.0, 4.0],
    })
    sums = kinds.wide(table)
    assert sums.loc[1, ["people", "delay", "rework"]].tolist() == [5.0, 2.0, 0.0]
