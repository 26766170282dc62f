import numpy as np
import pytest
from matplotlib.patches import StepPatch

from sim.engines import simulate
from sim.metrics import compute_use as metric
from sim.model import Model
from sim.plots import Frames, compute_use


def areas(ax):
    """(bottom, top) of each area, in bins, by the first word of its label."""
    patches = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    return {
        patch.get_label().rpartition(" ")[0]: (patch.get_data().baseline, patch.get_data().values)
        for patch in patches
    }


def units_of(frames):
    table = metric.over_time(
        frames.visits, frames.changes, frames.model, frames.step, ends=frames.ends
    )
    return table.groupby(["start", "use"], observed=True)["units"].mean().unstack("use")


@pytest.mark.parametrize("sample", ["one", "many"])
def test_areas_are_the_shares_of_the_metric_and_fill_all(sample, request):
    frames = request.getfixturevalue(sample)
    upper, _ = compute_use.figure(frames).axes
    units = units_of(frames)
    drawn = areas(upper)
    named = {label: use for use, (label, _) in compute_use.LOOKS.items()}
    used = [name for name in units if units[name].sum() > 0]  # in order of the stack
    assert [named.get(label, label) for label in drawn] == used and len(used) >= 3
    below = 0.0
    for name, (bottom, top) in zip(used, drawn.values(), strict=True):
        assert bottom == pytest.approx(below)
        assert top - bottom == pytest.approx((units[name] / units.sum(axis=1)).to_numpy())
        below = top
    assert below == pytest.approx(np.ones(len(units))) and upper.get_ylim() == (0, 1)


def test_all_compute_stands_below_in_accelerators(one):
    _, lower = compute_use.figure(one).axes
    (total,) = lower.patches
    assert total.get_data().values == pytest.approx(units_of(one).sum(axis=1).to_numpy())
    assert lower.get_ylabel() == "all\nunits"
    model = one.model.replace(accelerators_per_unit=128)
    frames = Frames(one.visits, one.generations, one.changes, model)
    _, lower = compute_use.figure(frames).axes
    (scaled,) = lower.patches
    assert scaled.get_data().values == pytest.approx(128 * total.get_data().values)
    assert lower.get_ylabel() == "all\naccelerators"
    assert "all compute: 768 accelerators at first" in compute_use.words(frames)[1]


def test_the_headline_gives_the_largest_shares_of_all_unit_days(one):
    units = units_of(one)
    widths = np.diff([*units.index, 100.0])
    unit_days = units.mul(widths, axis=0).sum().sort_values(ascending=False)
    shares = unit_days / unit_days.sum()
    labels = {use: label for use, (label, _) in compute_use.LOOKS.items()}
    parts = [f"{labels.get(use, use)} {share:.0%}" for use, share in shares.items()][:3]
    assert compute_use.words(one)[0] == f"Compute by use: {', '.join(parts)} of all unit-days"


def test_of_many_flows_the_small_ones_stand_together():
    """Six flows with a job of a day every 2, 3, … 7 days."""
    run = {"kind": "compute", "pool": "cluster", "work": "1 d"}
    flows = {
        f"study_{days}": {
            "source": {"kind": "open", "interval": f"{days} d"}, "stages": {"run": run},
        }
        for days in range(2, 8)
    }
    model = Model.from_dict({
        "horizon": "84 d", "pools": {"cluster": {"kind": "compute", "capacity": 2}},
        "flows": flows,
    })
    run = simulate(model, seed=0)
    frames = Frames(run.visits, run.generations, run.changes, model)
    drawn = areas(compute_use.figure(frames).axes[0])
    assert list(drawn) == ["study 2", "study 3", "study 4", "other jobs", "idle"]
    units = units_of(frames)
    rest = units[["study_5", "study_6", "study_7"]].sum(axis=1)
    bottom, top = drawn["other jobs"]
    assert top - bottom == pytest.approx((rest / 2).to_numpy())


def test_without_compute_there_is_a_note(toy):
    data = {
        "horizon": "9 d", "pools": {"people": {"kind": "human", "capacity": 1}},
        "flows": {"idle": {
            "source": {"kind": "closed", "workstreams": 1},
            "stages": {"wait": {"kind": "delay", "duration": "1 d"}},
        }},
    }
    frames = Frames(
        toy.visits.iloc[:0], toy.generations, toy.changes.iloc[:0], Model.from_dict(data)
    )
    assert not compute_use.shows(frames) and compute_use.shows(toy)
    ax = compute_use.figure(frames).axes[0]
    assert not ax.axison and ax.texts[-1].get_text() == "This model has no compute."


def test_the_chart_stacks_the_same_shares(many):
    chart = compute_use.chart(many)
    stacked = [trace for trace in chart["data"] if trace.get("stackgroup")]
    drawn = areas(compute_use.figure(many).axes[0])
    assert [trace["name"] for trace in stacked] == list(drawn)
    for trace, (bottom, top) in zip(stacked, drawn.values(), strict=True):
        assert trace["y"][:-1] == pytest.approx(top - bottom, abs=2e-3)
    total = np.sum([trace["y"] for trace in stacked], axis=0)
    assert total == pytest.approx(np.ones(len(total)), abs=5e-3)
