"""Designs: which points, and how well they are spread and correlated."""

import numpy as np
import pytest
from scipy import stats

from sim import InputError
from sim.study.correlation import matrix
from sim.study.designs import DESIGNS
from sim.study.points import points_of
from sim.study.study import Study

LEVER = {"path": "compute.units", "lever": [20, 40, 80]}
WORDS = {"lever": {"as_it_is": {}, "light": {"oversight.standard.review": 0.1}}}


def study(design, correlations=None, *, seed=0, unknowns="abc", **levers):
    """A study of some uncertainties in [0, 1], and of levers."""
    factors = {n: {"path": f"x.{n}", "uncertainty": "uniform(low=0, high=1)"} for n in unknowns}
    return Study.from_dict({
        "name": "test", "factors": {**levers, **factors}, "design": design, "seed": seed,
        "correlations": correlations, "outcomes": ["capability"],
    })


DRAWN = ["latin_hypercube(points=32)", "sobol(points=32)", "morris(trajectories=8)"]


@pytest.mark.parametrize("design", DRAWN)
def test_points_depend_on_the_seed_and_on_nothing_else(design):
    first = points_of(study(design, seed=1))
    np.random.seed(1)
    np.random.random(3)
    assert points_of(study(design, seed=1)).equals(first)
    assert not points_of(study(design, seed=2)).equals(first)


def test_a_grid_is_every_combination_the_last_factor_fastest():
    points = points_of(study("grid(levels=2)", unknowns="a", units=LEVER, oversight=WORDS))
    assert list(points["units"]) == [20] * 4 + [40] * 4 + [80] * 4
    assert list(points["oversight"]) == ["as_it_is", "as_it_is", "light", "light"] * 3
    assert list(points["a"]) == [0.25, 0.75] * 6
    assert points["units"].dtype == "int64"
    assert list(points.index) == list(range(12)) and points.index.name == "point"


@pytest.mark.parametrize("design", ["latin_hypercube(points=64)", "sobol(points=64)"])
def test_each_class_of_a_factor_has_one_point(design):
    for seed in range(5):
        points = points_of(study(design, seed=seed))
        for name in "abc":
            assert sorted(np.floor(64 * points[name])) == list(range(64))


def test_classes_may_have_two_points_where_they_are_drawn_alone():
    drawn = np.random.default_rng(0).random(64)
    assert sorted(np.floor(64 * drawn)) != list(range(64))


def test_a_sequence_fills_squares_too():
    for seed in range(5):
        points = points_of(study("sobol(points=64)", seed=seed))
        squares = set(zip(np.floor(8 * points["a"]), np.floor(8 * points["b"]), strict=True))
        assert len(squares) == 64


def test_levers_are_crossed_with_a_sample():
    crossed = study("latin_hypercube(points=8)", units=LEVER, oversight=WORDS)
    points = points_of(crossed)
    assert len(points) == crossed.size == 48
    alone = points_of(study("latin_hypercube(points=8)"))
    assert points.iloc[::6][["a", "b", "c"]].reset_index(drop=True).equals(
        alone.reset_index(drop=True)
    )
    assert (points.groupby(["units", "oversight"]).size() == 8).all()


@pytest.mark.parametrize("design", ["latin_hypercube(points=12, levers=sample)",
                                    "sobol(points=16, levers=sample)"])  # fmt: skip
def test_levers_are_sampled(design):
    sampled = study(design, units=LEVER, oversight=WORDS)
    points = points_of(sampled)
    assert len(points) == sampled.size < 20
    counts = points.groupby("units").size()
    assert list(counts.index) == [20, 40, 80] and np.ptp(counts) <= 1
    assert (points.groupby("oversight").size() == len(points) / 2).all()


def test_a_trajectory_moves_one_factor_at_a_time_by_half_of_its_levels():
    points = points_of(study("morris(trajectories=50, levels=6)")).to_numpy()
    assert set(np.round(points.ravel() * 12)) == {1, 3, 5, 7, 9, 11}
    steps = np.diff(points.reshape(50, 4, 3), axis=1)
    moved = steps != 0
    assert (moved.sum(axis=2) == 1).all()
    assert (moved.sum(axis=1) == 1).all()
    assert np.allclose(np.abs(steps[moved]), 0.5)
    assert 0.3 < (steps[moved] > 0).mean() < 0.7
    assert len({tuple(np.argmax(walk, axis=1)) for walk in moved}) == 6  # all orders


def test_trajectories_are_what_salib_analyses():
    morris = pytest.importorskip("SALib.analyze.morris")
    points = points_of(study("morris(trajectories=20)")).to_numpy()
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.125, 0.875]] * 3}
    effects = morris.analyze(problem, points, points @ [1.0, -2.0, 0.0], num_levels=4)
    assert np.allclose(np.asarray(effects["mu"]) / effects["mu"][0], [1, -2, 0])
    assert np.allclose(effects["sigma"], 0, atol=1e-9)


# --- correlations -----------------------------------------------------------------------------

RHO = 0.6


@pytest.mark.parametrize("design", ["latin_hypercube(points=500)", "sobol(points=512)"])
def test_rank_correlations_are_those_asked_for(design):
    found = []
    for seed in range(25):
        points = points_of(study(design, {"a": {"b": RHO, "d": -0.3}}, seed=seed, unknowns="abcd"))
        ranks = stats.spearmanr(points.to_numpy()).statistic
        found.append((ranks[0, 1], ranks[0, 3], ranks[0, 2], ranks[1, 3]))
        for name in "abcd":  # each class still has its one point
            assert sorted(np.floor(len(points) * points[name])) == list(range(len(points)))
    mean = np.mean(found, axis=0)
    error = np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
    assert (np.abs(mean - [_of_sample(rho, len(points)) for rho in (RHO, -0.3, 0, 0)])
            < 4 * error).all()  # fmt: skip
    # Had rank correlations been taken for Pearson's, they would be weaker.
    weaker = _of_sample(6 / np.pi * np.arcsin(RHO / 2), len(points))
    assert abs(mean[0] - weaker) > 6 * error[0]


def _of_sample(rho, n):
    """Mean rank correlation of n normal pairs: P. A. P. Moran, Biometrika 35, 1948."""
    pearson = 2 * np.sin(np.pi * rho / 6)
    return 6 / np.pi / (n + 1) * (np.arcsin(pearson) + (n - 2) * np.arcsin(pearson / 2))


def test_a_few_points_can_be_correlated():
    points = points_of(study("latin_hypercube(points=3)", {"a": {"b": 0.9}}))
    assert sorted(np.floor(3 * points["b"])) == [0, 1, 2]


def test_the_matrix_is_of_pearson_correlations_of_normal_numbers():
    assert np.allclose(matrix(["a", "b"], {("a", "b"): RHO})[0, 1], 2 * np.sin(np.pi * RHO / 6))


# --- points from elsewhere --------------------------------------------------------------------

STATED = {
    "name": "test", "outcomes": ["capability"],
    "factors": {
        "engineers": {"path": "pools.engineers.capacity"},
        "training": {"path": "initial_training", "uncertainty": "uniform(low=30 d, high=90 d)"},
        "oversight": WORDS,
    },
}


def test_a_table_is_read_beside_the_study(tmp_path):
    (tmp_path / "points.csv").write_text(
        "oversight,engineers,training\nlight, 4,60\n\nas_it_is,8,30.5 d\n"
    )
    data = STATED | {"design": "csv(file=points.csv)"}
    points = points_of(Study.from_dict(data, tmp_path))
    listed = {"kind": "list", "points": [
        {"engineers": 4, "training": "60 d", "oversight": "light"},
        {"engineers": "8", "training": 30.5, "oversight": "as_it_is"},
    ]}  # fmt: skip
    assert points_of(Study.from_dict(STATED | {"design": listed})).equals(points)
    assert list(points.columns) == ["engineers", "training", "oversight"]
    assert list(points["engineers"]) == [4, 8] and points["engineers"].dtype == "int64"
    assert list(points["training"]) == [60, 30.5]


def test_a_study_is_read_without_its_table(tmp_path):
    found = Study.from_dict(STATED | {"design": "csv(file=points.csv)"}, tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        points_of(found)


def test_every_design_is_in_the_registry():
    assert set(DESIGNS) == {"grid", "latin_hypercube", "sobol", "morris", "saltelli", "list", "csv"}
    assert all(design.__doc__ and design.kind == name for name, design in DESIGNS.items())


