import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from sim.metrics import queues
from sim.metrics import utilisation as metric
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
    assert labels == {
        "research_staff": "research staff\n10 to 15 people",  # a unit stands for 5 people
        "experiments": labels["experiments"],
        "training": "training\nunits in use;\nlent when idle",
        "crowd": "crowd\npeople in use;\nunlimited",
        "spare": "spare\n5 people",
    }
    assert labels["experiments"].endswith("units,\nborrowed included")


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
    assert titles[0] == f"Busiest: {means.idxmax().replace('_', ' ')}, {means.max():.0%}"
    assert titles[1].startswith("Longest queue: ")


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
