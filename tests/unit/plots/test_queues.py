import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from sim.metrics import queues as metric
from sim.plots import Frames, queues


def panels(figure):
    return {ax.get_ylabel().replace("\n", " "): ax for ax in figure.axes}


def outline(ax):
    """Values of the step line that is not filled."""
    steps = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    (values,) = [patch.get_data().values for patch in steps if not patch.get_fill()]
    return values


def lengths(frames, pool):
    table = metric.over_time(frames.visits, frames.model, frames.step, ends=frames.ends)
    rows = table[table["pool"] == pool]
    return rows.pivot(index="start", columns="replication", values="waiting")


def test_a_panel_for_each_pool_with_a_queue(one):
    drawn = panels(queues.figure(one))
    longest = {name: lengths(one, name)[0].max() for name in one.model.pools}
    assert list(drawn) == [
        name.replace("_", " ") for name, most in longest.items() if most >= queues.LEAST
    ]
    assert "experiments" in drawn and "spare" not in drawn
    assert outline(drawn["experiments"]).tolist() == lengths(one, "experiments")[0].tolist()
    assert "\nHardly a queue:" in queues.words(one)[1] and "spare" in queues.words(one)[1]


def test_an_ensemble_is_the_mean_and_a_band(many):
    ax = panels(queues.figure(many))["experiments"]
    values = lengths(many, "experiments")
    assert outline(ax) == pytest.approx(values.mean(axis=1).to_numpy())
    (band,) = [patch for patch in ax.patches if patch.get_fill()]
    assert band.get_data().values == pytest.approx(values.quantile(0.9, axis=1).to_numpy())
    assert band.get_data().baseline == pytest.approx(values.quantile(0.1, axis=1).to_numpy())


def test_the_headline_names_the_longest_queue(one):
    means = {name: lengths(one, name)[0].mean() for name in one.model.pools}
    longest = max(means, key=means.get)
    assert queues.words(one)[0].startswith(
        f"Longest queue on average: {longest}, with {means[longest]:.2g} requests waiting"
    )


def test_a_peak_is_dated(one):
    """One request waits on the tenth day, three on the twentieth: 4 in 100 days of one bin each."""
    rows = one.visits.iloc[:4].assign(
        pool="experiments", activity="run", requested=[9.0, 19.0, 19.0, 19.0],
        started=[10.0, 20.0, 20.0, 20.0],
    )
    pool = rows["pool"].astype(one.visits["pool"].dtype)
    frames = dataclasses.replace(one, visits=rows.assign(pool=pool))
    assert queues.words(frames)[0] == (
        "Longest queue on average: experiments, with 0.04 requests waiting; "
        "at its longest 3 (24 Jan 2026)"
    )


def test_the_words_say_whether_nights_count(one):
    assert queues.words(one)[1].split("\n")[0].endswith("1 day, nights and weekends included.")
    pools = one.model.to_dict()["pools"]
    pools["research_staff"] |= {"hours": None}
    always = dataclasses.replace(one, model=one.model.replace(pools=pools))
    assert queues.words(always)[1].split("\n")[0].endswith("in bins of 1 day.")


def test_without_queues_there_is_a_note(one):
    empty = Frames(one.visits.iloc[:0], one.generations, one.changes, one.model)
    assert not queues.shows(empty) and queues.shows(one)
    ax = queues.figure(empty).axes[0]
    assert not ax.axison and "Hardly anything waits" in ax.texts[-1].get_text()


def test_axes_outside_a_grid_are_refused(one):
    ax = Figure().add_axes((0.1, 0.1, 0.8, 0.8))
    with pytest.raises(ValueError, match="must belong to a grid of subplots"):
        queues.figure(one, ax)


def test_the_chart_has_a_panel_for_each_queue_too(many):
    chart = queues.chart(many)
    names = [note["text"] for note in chart["layout"]["annotations"]]
    assert names == [f"waiting for {name}" for name in panels(queues.figure(many))]
    layout = chart["layout"]
    spans = sorted(axis["domain"] for key, axis in layout.items() if key.startswith("yaxis"))
    assert len(spans) == len(names)
    assert all(low[1] < high[0] for low, high in pairwise(spans))
    (mean,) = [t for t in chart["data"] if t.get("name") == "mean" and "experiments" in str(t)]
    expected = lengths(many, "experiments").mean(axis=1).to_numpy()
    assert np.array(mean["y"][:-1]) == pytest.approx(expected, rel=1e-2)
    assert mean["y"][-1] == mean["y"][-2] and len(mean["x"]) == len(mean["y"])
