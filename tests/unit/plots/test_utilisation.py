import dataclasses
import math
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

from sim.engines import simulate
from sim.metrics import utilisation as metric
from sim.metrics.timeline import edges_of
from sim.model import Model
from sim.plots import Frames, utilisation


def cells(figure):
    """What is drawn: a row of shares for each pool that has a label."""
    ax = figure.axes[0]
    meshes = [drawn for drawn in ax.collections if isinstance(drawn, QuadMesh)]
    names = [label.get_text().split("\n")[0] for label in ax.get_yticklabels()]
    rows = [mesh.get_array().filled(np.nan).ravel() for mesh in meshes]
    return dict(zip(names, rows, strict=True))


def labels(figure):
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def beside(figure):
    """The means at the right of the rows."""
    (right,) = figure.axes[0].child_axes
    return [label.get_text() for label in right.get_yticklabels()]


def said(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_cells_are_the_metric(one):
    drawn = cells(utilisation.figure(one))
    assert list(drawn) == ["research staff", "experiments", "training", "crowd", "spare"]
    used = metric.over_time(one.visits, one.changes, one.model, one.step)
    for name in ("research_staff", "experiments", "spare"):
        expected = used.loc[used["pool"] == name, "utilisation"].to_numpy()
        assert np.array_equal(drawn[name.replace("_", " ")], expected, equal_nan=True)
    assert np.nanmax(drawn["experiments"]) > 0.9 and set(drawn["spare"]) == {0.0}


def test_the_lender_is_shown_by_what_it_is_planned_to_have(one):
    drawn = cells(utilisation.figure(one))["training"]
    used = metric.over_time(one.visits, one.changes, one.model, one.step)
    busy = used.loc[used["pool"] == "training", "busy"].to_numpy()
    # 4 units grow by 20 a year in deliveries every 10 days: nothing before day 10.
    assert drawn[:10] == pytest.approx(busy[:10] / 4)
    days = np.arange(one.step / 2, 100, one.step)
    planned = np.floor(4 * 20 ** (10 * np.floor(days / 10) / 365.25))
    assert drawn == pytest.approx(busy / planned)
    assert drawn.min() == 0 and drawn.max() == 1


def test_bins_stand_at_their_dates(one):
    ax = utilisation.figure(one).axes[0]
    mesh = ax.collections[0]
    first, second = mesh.get_coordinates()[0, :2, 0]
    assert (first, second - first) == (ax.get_xlim()[0], one.step)
    assert mesh.get_clim() == (0, 1)


def test_rows_name_the_pool_and_its_capacity(one):
    most = math.floor(4 * 20 ** (90 / 365.25))  # on the last day of delivery, lent or not
    assert labels(utilisation.figure(one)) == [
        "research staff\n10 to 15 people",  # a unit stands for 5 people
        "experiments\n2 units + borrowed",
        f"training\n4 to {most} units, lent when idle",
        "crowd\npeople without limit",
        "spare\n5 people",
    ]


def test_a_pool_that_only_serves_users_is_left_out(model):
    """Half of the experiments' units serve users after each release; nobody asks for them."""
    data = model.to_dict()
    surge = {"donor": "experiments", "to": "serving", "share": 0.5, "decay": "5 d"}
    data["pools"]["serving"] = {"kind": "compute", "capacity": 0}
    data["flows"]["generation"]["stages"]["release"]["surge"] = surge
    surging = Model.from_dict(data)
    run = simulate(surging, seed=0)
    frames = Frames(run.visits, run.generations, run.changes, surging)
    assert "serving" not in cells(utilisation.figure(frames))
    beneath = utilisation.words(frames)[1]
    assert "not shown: serving, for users only" in beneath
    assert "experiments: without units that serve users" in beneath


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
        assert labels(figure)[0] == f"research staff\n{people}"


def test_blank_rows_say_why(toy):
    pools = toy.model.to_dict()["pools"]
    model = toy.model.replace(pools=pools | {"spare": {"kind": "human", "capacity": 0}})
    changes = toy.changes[toy.changes["name"] != "spare"]
    figure = utilisation.figure(Frames(toy.visits, toy.generations, changes, model))
    assert np.isnan(cells(figure)["spare"]).all() and "no capacity" in said(figure)
    assert np.isnan(cells(figure)["crowd"]).all()
    used = metric.over_time(toy.visits, toy.changes, toy.model, toy.step)
    busy = used.loc[used["pool"] == "crowd", "busy"].mean()
    assert f"no limit; {busy:.2g} units busy on average" in said(figure)
    assert figure.axes[0].patch.get_hatch()


def test_the_headline_names_the_busiest_and_the_least_busy(one):
    used = metric.over_time(one.visits, one.changes, one.model, one.step)
    means = used[used["pool"] != "training"].groupby("pool", observed=True)["utilisation"].mean()
    assert utilisation.words(one)[0] == (
        f"Busiest on average: {means.idxmax().replace('_', ' ')}, {means.max():.0%} in use; "
        "least busy: spare, 0%"
    )
    assert utilisation.figure(one).axes[0].get_title(loc="left").replace(";\n", "; ") == (
        utilisation.words(one)[0]
    )


def test_the_words_say_whether_nights_count(one):
    assert "in bins of 1 day, open hours only." in utilisation.words(one)[1]
    pools = one.model.to_dict()["pools"]
    pools["research_staff"] |= {"hours": None}
    always = dataclasses.replace(one, model=one.model.replace(pools=pools))
    assert "in bins of 1 day." in utilisation.words(always)[1]


def test_without_limited_pools_there_is_a_note(toy):
    wait = {"wait": {"kind": "delay", "duration": "1 d"}}
    source = {"kind": "closed", "workstreams": 1}
    for pools, text in (({}, "no pools."), ({"all": {"kind": "human", "capacity": "inf"}}, "use")):
        model = Model.from_dict({
            "horizon": "9 d", "pools": pools,
            "flows": {"idle": {"source": source, "stages": wait}},
        })
        frames = Frames(toy.visits.iloc[:0], toy.generations, toy.changes.iloc[:0], model)
        assert not utilisation.shows(frames) and utilisation.shows(toy)
        ax = utilisation.figure(frames).axes[0]
        assert text in ax.texts[-1].get_text() and not ax.axison


def test_an_ensemble_is_the_mean_and_the_spread_stands_beside(many, one):
    figure = utilisation.figure(many)
    used = metric.over_time(many.visits, many.changes, many.model, many.step)
    values = used[used["pool"] == "experiments"].pivot(
        index="start", columns="replication", values="utilisation"
    )
    assert cells(figure)["experiments"] == pytest.approx(values.mean(axis=1).to_numpy())
    means = values.mean()
    low, high = means.quantile([0.1, 0.9])
    assert beside(figure)[1] == f"{means.mean():.0%} ({100 * low:.0f}–{100 * high:.0f})"
    assert all(re.fullmatch(r"\d+%|", text) for text in beside(utilisation.figure(one)))


def test_use_beyond_capacity_is_marked(one):
    def ends(frames):
        bar = utilisation.figure(frames).axes[1]
        return bar._colorbar.extend

    changes = one.changes.copy()
    here = (changes["name"] == "experiments") & (changes["kind"] == "capacity")
    changes.loc[here, ["before", "after"]] /= 100
    assert ends(one) == "neither"
    assert ends(Frames(one.visits, one.generations, changes, one.model)) == "max"


def test_the_chart_holds_the_same_cells(many):
    chart = utilisation.chart(many)
    (trace,) = chart["data"]
    drawn = np.array(list(cells(utilisation.figure(many)).values()))
    z = np.array(trace["z"], dtype=float)
    assert np.array_equal(np.isnan(z), np.isnan(drawn))
    assert z == pytest.approx(drawn, abs=1e-3, nan_ok=True)
    assert len(trace["x"]) == len(edges_of(many.model, many.step)) == z.shape[1] + 1
    assert trace["y"][0].replace("<br>", " ").startswith("research staff ")
    assert trace["y"][0].endswith("%")  # the mean beside the row
