"""The analysis of a study: which method, of which runs, and what is said with it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim import InputError
from sim.study.sensitivity import analyse, notes
from sim.study.sensitivity.layout import layout_of

from .planted import runs_of


class Planted:
    """The results of a planned study whose outcomes are given by a function of the points."""

    def __init__(self, plan, of, luck=0.1, seed=0):
        self.plan, self.study, self.points = plan, plan.study, plan.points
        self.horizon = plan.horizon
        random, number = np.random.default_rng(seed), plan.study.replications
        right = of(plan.points).to_numpy()[:, None]
        y = right + luck * random.normal(size=(len(right), number))
        self.runs = runs_of(y, wait=y, busy=1 + 0 * y).drop(columns="y")


def one_person_more(points):
    """Twice as much for a person more as for the whole range of work."""
    return (points["people"] - 1) + (points["work"] - 0.5) / 0.4


UNKNOWN = {
    "work": {"path": "flows.task.stages.do.work.mean",
             "uncertainty": "uniform(low=0.5 d, high=0.7 d)"},
    "people": {"path": "pools.people.capacity", "lever": [1, 2]},
}  # fmt: skip


def planted_study(planned, design, of=one_person_more, **changes):
    data = {"factors": UNKNOWN, "design": design} | changes
    return Planted(planned(**data), of)


def test_rows_have_sobol_indices(planned):
    results = planted_study(
        planned, "saltelli(rows=64, levers=sample)", random_numbers="rows"
    )
    found = analyse(results, ["wait"])
    assert (found.method, found.factors, found.morris) == ("sobol", ("work", "people"), None)
    table = found.first_and_total.set_index("factor")
    right = np.array([1 / 48, 1 / 4]) / (1 / 48 + 1 / 4)  # variances of u / 2 and of a coin
    assert ((table["first_low"] <= right) & (right <= table["first_high"])).all()
    row = found.variance.iloc[0]
    assert row["luck"] == pytest.approx(0.01, rel=0.2)
    assert row["share_low"] < 0.2708 / 0.2808 < row["share_high"]
    assert (row["rows"], row["points"], row["runs"]) == (64, 256, 768)
    assert found.measure == {"wait": "value"}
    # One person and half of the work's range: 0 to 1.5 days, evenly in two halves.
    assert (row["p10"], row["p90"]) == (pytest.approx(0.1, abs=0.1), pytest.approx(1.4, abs=0.1))


def test_a_first_index_above_its_total_is_said_to_be_an_error_of_the_sample(planned):
    results = planted_study(planned, "saltelli(rows=16, levers=sample)", random_numbers="rows")
    found = analyse(results, ["wait"])
    above = found.first_and_total.query("first - total > 0.01")
    assert "work" in set(above["factor"])
    few, note = found.notes
    assert "16 rows are few" in few and "set rows=" in few
    assert note.startswith("No first index can be above its total")
    for row in found.first_and_total.itertuples():
        text = f"{row.factor} for wait ({row.first:.2f} above {row.total:.2f})"
        assert (text in note) == (row.factor in set(above["factor"]))
    within = found.first_and_total.assign(total=1.0)
    assert notes.of_table(within) == []


def test_of_trajectories_no_range_of_runs_is_told(planned):
    results = planted_study(planned, "morris(trajectories=12)", random_numbers="rows")
    row = analyse(results, ["wait"]).variance.iloc[0]
    assert np.isfinite(row["mean"]) and np.isnan(row[["p10", "p90"]].astype(float)).all()


def test_what_is_the_same_everywhere_is_said(planned):
    results = planted_study(planned, "saltelli(rows=16, levers=sample)", random_numbers="rows")
    found = analyse(results)
    assert set(found.variance["outcome"]) == {"wait", "busy"}
    assert "busy: is the same at all points; nothing can be told." in found.notes


def test_luck_that_all_rows_share_and_single_replications_are_said(planned):
    results = planted_study(planned, "saltelli(rows=16, levers=sample)", replications=1)
    common, single, *_ = analyse(results, ["wait"]).notes
    assert "set random_numbers: rows" in common and "One replication" in single


def test_values_that_are_drawn_together_are_named():
    def said(correlations):
        study = SimpleNamespace(random_numbers="common", correlations=correlations)
        return notes.of_layout(SimpleNamespace(
            results=SimpleNamespace(study=study), method="sample", replications=2
        ))

    assert said({}) == []
    (note,) = said({("hit", "gain"): -0.5})
    assert note.startswith("hit and gain are drawn together (-0.5): the distance")


def test_rows_that_are_not_done_are_left_out(planned):
    results = planted_study(planned, "saltelli(rows=16, levers=sample)", random_numbers="rows")
    results.runs = results.runs[results.runs["point"] < 50]
    found = analyse(results, ["wait"])
    assert tuple(found.variance[["rows", "dropped"]].iloc[0]) == (12, 4)
    assert "4 of 16 rows are left out" in found.notes[0]


def test_trajectories_have_elementary_effects_on_average_over_crossed_levers(planned):
    results = planted_study(planned, "morris(trajectories=12)", random_numbers="rows")
    found = analyse(results, ["wait"])
    row = found.morris.set_index("factor").loc["work"]
    assert list(found.morris["factor"]) == ["work"] and found.method == "morris"
    assert row["mu_low"] < 0.5 < row["mu_high"]  # of 0.2 days: 0.2 / 0.4
    assert row["luck"] == pytest.approx(np.sqrt(2 * 0.01 / 3 / 2) / 0.5, rel=0.3)
    assert set(found.pawn["factor"]) == {"work", "people"}
    assert found.variance["rows"].iloc[0] == 12 and found.first_and_total is None


@pytest.mark.parametrize("design", ["latin_hypercube(points=30)", "sobol(points=32, levers=sample)",
                                    "grid(levels=6)"])  # fmt: skip
def test_other_designs_have_distances_ranks_and_a_share(planned, design):
    found = analyse(planted_study(planned, design), ["wait"])
    assert (found.method, found.first_and_total, found.morris) == ("sample", None, None)
    pawn = found.pawn.set_index("factor")
    assert pawn.loc["people", "median"] > pawn.loc["people", "dummy"]
    ranks = found.rank_correlations.set_index("factor")["correlation"]
    assert ranks["people"] > ranks["work"] > 0
    row = found.variance.iloc[0]
    assert row["share"] > 0.9 and np.isnan(row["sum_first"]) and row["rows"] == 0


def test_dates_count_as_the_horizon_where_they_are_not_reached(planned):
    """And a run that ended early without the date tells nothing: its row is left out."""
    results = planted_study(planned, "saltelli(rows=16, levers=sample)", random_numbers="rows")
    results.study = replace(results.study, outcomes={"wait": SimpleNamespace(date=True)})
    late = (results.points["people"] == 2).to_numpy()[results.runs["point"]]
    results.runs.loc[late, "wait"] = np.nan
    found = analyse(results)
    array = layout_of(results).array("wait")
    assert array.shape == (16, 4, 3) and (array == results.horizon).mean() == late.mean()
    assert found.measure == {"wait": "min(date, horizon)"}
    first = int(np.flatnonzero(late)[0])
    results.runs.loc[first, ["end_reason", "end_time"]] = ["budget", 3.0]
    assert analyse(results).variance["dropped"].iloc[0] == 1


def test_unknown_outcomes_are_refused(planned):
    with pytest.raises(InputError, match="unknown outcome 'z'"):
        analyse(planted_study(planned, "latin_hypercube(points=8)"), ["z"])

