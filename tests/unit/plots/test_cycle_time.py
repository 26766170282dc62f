import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from sim.metrics import cycle_time as metric
from sim.plots import Frames, cycle_time


def heights(ax):
    """Height of each part of each bar: one row per part."""
    return np.array([[bar.get_height() for bar in bars] for bars in ax.containers])


def ticks(ax):
    return [label.get_text() for label in ax.get_xticklabels()]


def test_bars_are_stacked_to_the_cycle_time(one):
    ax = cycle_time.figure(one).axes[0]
    done = one.generations[one.generations["cycle_time"].notna()]
    assert len(done) >= 2
    assert heights(ax).sum(axis=0)[: len(done)] == pytest.approx(done["cycle_time"].to_numpy())
    for lower, upper in zip(ax.containers, ax.containers[1:], strict=False):
        for below, above in zip(lower, upper, strict=True):
            assert above.get_y() == pytest.approx(below.get_y() + below.get_height())


def test_the_legend_names_the_milestones_as_they_are_stacked(one):
    ax = cycle_time.figure(one).axes[0]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    expected = [part.label for part in metric.milestones(one.model)]
    shown = [label.removesuffix(" (< 1 day)") for label in labels[::-1]]
    assert shown == [label for label in expected if label in shown]
    assert {"train", "ship"} <= set(shown)


def test_the_unfinished_generation_is_hatched_so_far(one):
    ax = cycle_time.figure(one).axes[0]
    assert one.generations["outcome"].iloc[-1] == "open"
    assert ticks(ax)[-1].endswith("so far") and ticks(ax)[0] == "1"
    for bars in ax.containers:
        assert [bool(bar.get_hatch()) for bar in bars] == [False] * (len(bars) - 1) + [True]
    last = one.model.horizon - one.generations["started"].iloc[-1]
    assert heights(ax)[:, -1].sum() == pytest.approx(last)


def test_axes_and_title_say_what_is_seen(one):
    ax = cycle_time.figure(one).axes[0]
    assert ax.get_ylabel() == "cycle time (days)" and ax.get_xlabel() == "generation"
    first = one.generations["cycle_time"].dropna().iloc[0]
    assert ax.get_title(loc="left").startswith(f"Generation 1 takes {first:.0f} days, generation")


def test_an_ensemble_shows_means_and_how_many_released(many):
    rows = many.generations.copy()
    last = rows.index[(rows["replication"] == 4) & rows["cycle_time"].notna()][-1]
    rows.loc[last, ["released", "cycle_time"]] = np.nan
    rows.loc[last, "outcome"] = "open"
    ax = cycle_time.figure(Frames(many.visits, rows, many.changes, many.model)).axes[0]
    done = rows[rows["cycle_time"].notna()]
    means = done.groupby("generation")["cycle_time"].agg(["mean", "size"])
    assert heights(ax).sum(axis=0) == pytest.approx(means["mean"].to_numpy())
    assert ticks(ax) == [f"{g}\n{n}" for g, n in means["size"].items()]
    pale = (means["size"] < 5).tolist()
    assert any(pale) and not all(pale)
    for bars in ax.containers:
        assert [bar.get_alpha() is not None for bar in bars] == pale
    last_full = means.index[means["size"] == 5][-1]
    assert f"generation {last_full} takes" in ax.get_title(loc="left")


def test_neighbouring_colours_differ_in_grey(twenty):
    ax = cycle_time.figure(twenty).axes[0]
    greys = [
        np.dot(to_rgba(bars[0].get_facecolor())[:3], (0.299, 0.587, 0.114))
        for bars in ax.containers
    ]
    assert len(greys) == 3 and all(abs(np.diff(greys)) > 0.1)


def test_many_generations_have_fewer_labels(twenty):
    ax = cycle_time.figure(twenty).axes[0]
    assert len(ticks(ax)) == 21
    assert sum(text.get_text() == "4" for text in ax.texts) == 20
    rows = twenty.generations
    later = [
        rows.iloc[1:21].assign(
            generation=rows["generation"].iloc[1:21] + 20 * k, item=rows["item"].iloc[1:21] + 99 * k
        )
        for k in range(3)
    ]
    frames = Frames(twenty.visits, pd.concat(later), twenty.changes, twenty.model)
    ax = cycle_time.figure(frames).axes[0]
    assert len(ax.containers[0]) == 60 and len(ticks(ax)) == 20


def test_nothing_released_yet(early):
    alone, several = (cycle_time.figure(frames).axes[0] for frames in early)
    assert alone.get_title(loc="left") == "No generation is complete yet"
    assert ticks(alone) == ["1\nso far"]
    assert not several.containers
    assert several.texts[-1].get_text() == "No generation was released in this time."


def test_without_a_generation_flow_there_is_a_note(toy):
    ax = cycle_time.figure(toy).axes[0]
    assert not ax.axison and not ax.containers
    assert ax.texts[-1].get_text() == "This model releases no generations."
