import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from sim.engines import simulate
from sim.metrics import queues
from sim.metrics import utilisation as metric
from sim.model import Model
from sim.plots import Frames, utilisation


@pytest.fixture(scope="module")
def panels(one):
    """(left, right) by pool."""
    return by_pool(utilisation.figure(one), one.model)


def by_pool(figure, model):
    axes = iter(figure.axes)
    return dict(zip(model.pools, zip(axes, axes, strict=True), strict=True))


def outlines(ax):
    """Values of the step lines that are not filled."""
    steps = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    return [patch.get_data().values for patch in steps if not patch.get_fill()]


def test_two_panels_for_each_pool(one):
    assert len(utilisation.figure(one).axes) == 2 * len(one.model.pools)


def test_one_run_shows_the_metrics(one, panels):
    step = utilisation.step_for(one.end)
    used = metric.over_time(one.visits, one.changes, one.model, step)
    waiting = queues.over_time(one.visits, one.model, step)
    for name, column in (
        ("experiments", "utilisation"), ("crowd", "busy"), ("training", "busy"),
        ("research_staff", "utilisation"),
    ):
        left, right = panels[name]
        expected = used.loc[used["pool"] == name, column].to_numpy()
        assert expected[~np.isnan(expected)].max() > 0
        (values,) = outlines(left)
        assert np.array_equal(values, expected, equal_nan=True)
        if waiting.loc[waiting["pool"] == name, "waiting"].max() > 0:
            (values,) = outlines(right)
            assert values.tolist() == waiting.loc[waiting["pool"] == name, "waiting"].tolist()
    assert outlines(panels["experiments"][1])


def test_rows_name_the_pool_and_its_capacity(panels):
    labels = {name: left.get_ylabel() for name, (left, _) in panels.items()}
    most = math.floor(4 * 20 ** (90 / 365.25))  # on the last day of delivery, lent or not
    assert labels == {
        "research_staff": "research staff\n10 to 15 people",  # a unit stands for 5 people
        "experiments": "experiments\n2 own units\nplus borrowed ones",
        "training": f"training\nunits in use\nof 4 to {most},\nlent when idle",
        "crowd": "crowd\npeople in use;\nunlimited",
        "spare": "spare\n5 people",
    }


def test_a_pool_that_only_serves_users_shows_what_it_has(model):
    """Half of the experiments' units serve users after each release; nobody asks for them."""
    data = model.to_dict()
    surge = {"donor": "experiments", "to": "serving", "share": 0.5, "decay": "5 d"}
    data["pools"]["serving"] = {"kind": "compute", "capacity": 0}
    data["flows"]["generation"]["stages"]["release"]["surge"] = surge
    for given in (0.5, 0.0):
        surge["share"] = given
        surging = Model.from_dict(data)
        run = simulate(surging, seed=0)
        frames = Frames(run.visits, run.generations, run.changes, surging)
        left, _ = by_pool(utilisation.figure(frames), surging)["serving"]
        (values,) = outlines(left)
        assert (max(values) > 0) == bool(given)
        assert [text.get_text() for text in left.texts] == ([] if given else ["never in use"])
        assert left.get_ylabel() == "serving\nunits that serve users\nafter releases"
        if given:
            used = metric.over_time(run.visits, run.changes, surging, utilisation.step_for(100.0))
            expected = used.loc[used["pool"] == "serving", "capacity"]
            assert values.tolist() == expected.tolist()
            left, _ = by_pool(utilisation.figure(frames), surging)["experiments"]
            assert left.get_ylabel().endswith("plus borrowed ones,\nless those serving users")


def test_capacities_are_those_of_the_two_ends_not_means(one):
    changes = one.changes.iloc[:0]
    rows = [(0, 0, 6), (99.9, 6, 26)]
    jumps = pd.DataFrame([
        {"replication": number, "time": time, "kind": "capacity", "name": "research_staff",
         "before": before, "after": after + 2 * number * (time > 0)}
        for number in range(2) for time, before, after in rows
    ])
    changes = pd.concat([changes.astype({"kind": object, "name": object}), jumps])
    alone = changes[changes["replication"] == 0]
    for table, people in ((alone, "30 to 130 people"), (changes, "30 to ~135 people")):
        figure = utilisation.figure(Frames(one.visits, one.generations, table, one.model))
        left, _ = by_pool(figure, one.model)["research_staff"]
        assert left.get_ylabel() == f"research staff\n{people}"


def test_what_is_not_used_says_so(panels):
    left, right = panels["spare"]
    assert [text.get_text() for text in left.texts] == ["never in use"]
    assert [text.get_text() for text in right.texts] == ["never a queue"]


def test_a_pool_without_capacity_says_so(toy):
    pools = toy.model.to_dict()["pools"]
    model = toy.model.replace(pools=pools | {"spare": {"kind": "human", "capacity": 0}})
    changes = toy.changes[toy.changes["name"] != "spare"]
    frames = Frames(toy.visits, toy.generations, changes, model)
    left, _ = by_pool(utilisation.figure(frames), model)["spare"]
    assert [text.get_text() for text in left.texts] == ["no capacity"]
    assert not outlines(left)


def test_titles_name_the_busiest_pool_and_the_longest_queue(one):
    figure = utilisation.figure(one)
    step = utilisation.step_for(one.end)
    used = metric.over_time(one.visits, one.changes, one.model, step)
    means = used[used["pool"] != "training"].groupby("pool", observed=True)["utilisation"].mean()
    titles = [ax.get_title(loc="left") for ax in figure.axes[:2]]
    busiest = f"Busiest on average: {means.idxmax().replace('_', ' ')}, {means.max():.0%}"
    waiting = queues.over_time(one.visits, one.model, step)
    waits = waiting.groupby("pool", observed=True)["waiting"].mean()
    longest = f"Longest queue on average: {waits.idxmax().replace('_', ' ')}, {waits.max():.1f}"
    assert titles == [busiest, longest]


def test_the_subtitles_say_whether_nights_count(one):
    def subtitles(frames):
        panels = utilisation.figure(frames).axes[:2]
        return [ax.texts[-1].get_text().split("\n")[0] for ax in panels]

    assert subtitles(one) == [
        "share of capacity in use, open hours only",
        "requests waiting, nights and weekends included",
    ]
    pools = one.model.to_dict()["pools"]
    pools["research_staff"] |= {"hours": None}
    always = dataclasses.replace(one, model=one.model.replace(pools=pools))
    assert subtitles(always) == ["share of capacity in use", "requests waiting"]


def test_without_pools_there_is_a_note(toy):
    wait = {"wait": {"kind": "delay", "duration": "1 d"}}
    source = {"kind": "closed", "workstreams": 1}
    model = Model.from_dict({
        "horizon": "9 d", "pools": {}, "flows": {"idle": {"source": source, "stages": wait}},
    })
    frames = Frames(toy.visits.iloc[:0], toy.generations, toy.changes.iloc[:0], model)
    assert not utilisation.shows(frames) and utilisation.shows(toy)
    ax = utilisation.figure(frames).axes[0]
    assert "no pools" in ax.texts[-1].get_text() and not ax.axison


def test_an_ensemble_is_the_mean_and_a_band(many):
    left, _ = by_pool(utilisation.figure(many), many.model)["experiments"]
    used = metric.over_time(many.visits, many.changes, many.model, utilisation.step_for(many.end))
    values = used[used["pool"] == "experiments"].pivot(
        index="start", columns="replication", values="utilisation"
    )
    (mean,) = outlines(left)
    assert mean == pytest.approx(values.mean(axis=1).to_numpy())
    (band,) = [patch for patch in left.patches if patch.get_fill()]
    assert band.get_data().values == pytest.approx(values.quantile(0.9, axis=1).to_numpy())
    assert band.get_data().baseline == pytest.approx(values.quantile(0.1, axis=1).to_numpy())


def test_use_beyond_capacity_is_visible(one):
    changes = one.changes.copy()
    here = (changes["name"] == "experiments") & (changes["kind"] == "capacity")
    changes.loc[here, ["before", "after"]] /= 100
    frames = Frames(one.visits, one.generations, changes, one.model)
    left, _ = by_pool(utilisation.figure(frames), one.model)["experiments"]
    assert left.get_ylim()[1] >= np.nanmax(outlines(left)[0]) > 2


@pytest.mark.parametrize(
    ("horizon", "step", "words"),
    [
        (4, 1 / 24, "1 hour"), (20, 0.25, "6 hours"), (100, 1, "1 day"), (730.5, 7, "1 week"),
        (3000, 28, "4 weeks"), (100_000, 840, "120 weeks"),
    ],
)
def test_bins_suit_the_horizon(horizon, step, words):
    assert utilisation.step_for(horizon) == step and utilisation._words(step) == words


def test_axes_outside_a_grid_are_refused(one):
    ax = Figure().add_axes((0.1, 0.1, 0.8, 0.8))
    with pytest.raises(ValueError, match="must belong to a grid of subplots"):
        utilisation.figure(one, ax)


def test_long_names_of_pools_stay_on_the_page(one):
    long = "people_who_are_asked_for_advice_from_elsewhere"
    data = one.model.to_dict()
    data["pools"] = {
        long if name == "research_staff" else name: pool for name, pool in data["pools"].items()
    }
    data["skills"]["think"] = {"pool": long}
    tables = [
        table.assign(**{column: table[column].cat.rename_categories({"research_staff": long})})
        for table, column in ((one.visits, "pool"), (one.changes, "name"))
    ]
    capacity = tables[1]["name"] == long
    tables[1].loc[capacity, ["before", "after"]] /= 100  # so it is the busiest
    frames = Frames(tables[0], one.generations, tables[1], Model.from_dict(data))
    figure = utilisation.figure(frames)
    figure.draw_without_rendering()
    left, right = (ax._left_title for ax in figure.axes[:2])
    assert "people who are asked" in left.get_text() and "\n" in left.get_text()
    assert left.get_window_extent().x1 < right.get_window_extent().x0
    assert right.get_window_extent().x1 <= figure.bbox.x1
    assert left.get_window_extent().y1 <= figure.bbox.y1
