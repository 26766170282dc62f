"""What a discovery says of its boxes holds on points that did not choose them."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from sim.model import InputError
from sim.study.discovery import Box, Limit, discover, held_out
from sim.study.discovery.discover import _one
from sim.study.discovery.held_out import Happened, rated
from sim.study.statistics.intervals import wilson

from ... import studies

FACTORS = "abcdefgh"


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Fewer parts, halves and bootstrap samples than are usual: tests are quick."""
    with pytest.MonkeyPatch.context() as patch:
        for name, less in (("TIMES", 1), ("HALVES", 4), ("DRAWS", 400)):
            patch.setattr(held_out, name, less)
        yield


def happened(chance, replications=4, seed=0, common=False, points=None):
    rng = np.random.default_rng(seed)
    size = (len(chance), replications)
    luck = np.broadcast_to(rng.random(replications), size) if common else rng.random(size)
    yes = (luck < np.asarray(chance)[:, None]).astype(float)
    return Happened(share=yes.mean(axis=1), yes=yes, known=np.ones(size), common=common,
                    draws=np.arange(len(chance)) if points is None else points)


def sample(points, seed):
    rng = np.random.default_rng([seed, 1])
    return {name: rng.random(points) for name in FACTORS}


def smooth(points):
    """A chance that depends on three of eight factors, and on no box."""
    a, b, c = (points[name] - 0.5 for name in "abc")
    return 1 / (1 + np.exp(3.5 + 5 * a - 4 * b + 2 * c))


def found(points, what, seed=0):
    return _one(points, what, what, 0.6, set(), np.random.default_rng(seed))


# --- what is expected on other points ---------------------------------------------------------


def test_shuffled_runs_have_no_box():
    points = sample(200, 0)
    what = happened(smooth(points))
    rng = np.random.default_rng(8)
    for _ in range(2):
        order = rng.permutation(200)
        one = found(points, replace(what, share=what.share[order], yes=what.yes[order]))
        assert not one.sure
        assert one.expected.density.low <= one.rate <= one.expected.density.high
    assert found(points, what).sure  # in their right places they have


def test_a_box_looks_better_on_its_own_points():
    points = sample(250, 3)
    one = found(points, happened(smooth(points), replications=1, seed=3))
    assert 0 < one.held.left < 1
    assert one.rate < one.expected.density.value < one.own.density.value
    # The same runs are counted in density and coverage.
    ratio = one.expected.density.value / one.own.density.value
    assert one.expected.coverage.value == pytest.approx(ratio * one.own.coverage.value)
    parts = one.expected.density.value * one.own.mass / one.rate
    assert one.expected.coverage.value == pytest.approx(parts)


@pytest.mark.verify
def test_intervals_hold_what_other_points_show():
    """90% intervals of the density: in 32 of 40 studies at least (k = 2), once corrected."""
    held = own = 0
    for seed in range(40):
        points, others = sample(250, seed), sample(40_000, 1000 + seed)
        one = found(points, happened(smooth(points), replications=1, seed=seed))
        true = smooth(others)[one.box.holds(others)].mean()
        ends, naive = one.expected.density, one.own.density
        held += ends.low <= true <= ends.high
        own += naive.low <= true <= naive.high
    assert held >= 40 * 0.9 - 2 * np.sqrt(40 * 0.9 * 0.1)
    assert own < held  # what is not corrected holds less often


# --- the bootstrap ----------------------------------------------------------------------------


def width(what, inside=None):
    inside = np.ones(len(what.share)) if inside is None else inside
    one = rated(inside, what, np.random.default_rng(0)).density
    return one.high - one.low


def test_the_interval_of_a_share_is_that_of_the_binomial():
    what = happened(np.full(400, 0.3), replications=1)
    share = what.share.mean()
    expected = 2 * 1.645 * np.sqrt(share * (1 - share) / 400)
    assert width(what) == pytest.approx(expected, rel=0.1)


def test_luck_that_all_points_share_widens_intervals():
    points = np.random.default_rng(0).random(400)
    assert width(happened(points, 6, common=True)) > 2 * width(happened(points, 6))


def test_points_that_share_a_draw_count_once():
    chance = np.repeat(np.random.default_rng(0).random(100), 4)
    apart, together = happened(chance), happened(chance, points=np.repeat(np.arange(100), 4))
    assert width(together) > 1.5 * width(apart)


# --- of a study -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results():
    return studies.planted(points=240, factors=5)


def test_a_study_says_where_capability_is_high(results):
    one = discover(results, "capability >= 2", boxes=1)
    assert one.rate.value == pytest.approx((results.runs["capability"] >= 2).mean())
    (box,) = one.boxes
    assert {"a"} <= set(box.box.limits) <= {"a", "b", "c"}
    assert box.box.of("a").low > 0.5 and box.coverage.value > 0.5
    assert box.expected.gain.low > 0.1
    assert discover(results, "capability >= 2", boxes=1).rate == one.rate  # again the same


def test_what_seldom_comes_back_in_halves_is_dropped(results, monkeypatch):
    """Four halves: a factor of none of them is no limit of the box, however it looks there."""
    module = import_module("sim.study.discovery.discover")
    own = module.procedure

    def with_noise(points, weights, **more):
        """Limit also what tells nothing, among all points only."""
        steps, chosen, box = own(points, weights, **more)
        if len(weights) == 240 and "e" in points:
            box = box.limited("e", Limit(low=0.1))
        return steps, chosen, box

    monkeypatch.setattr(module, "procedure", with_noise)
    one = discover(results, "capability >= 2", boxes=1).tried
    assert one.held.returned["e"] < module.SELDOM <= one.held.returned["a"]
    assert one.dropped["e"] == Limit(low=0.1) and "e" not in one.box.limits
    assert not one.dropped.keys() & one.box.limits.keys()


def test_a_date_is_looked_for_like_its_cause(results):
    early = discover(results, "one_oom <= 200 d", boxes=1)  # 100 (4 - capability)
    assert early.boxes[0].box.of("a").low > 0.5
    late = discover(results, "one_oom > 200 d", boxes=1)  # those not reached are
    assert late.boxes[0].box.of("a").high < 0.8
    assert late.rate.value == pytest.approx(1 - early.rate.value)


def test_an_outcome_that_depends_on_nothing_has_no_box(results):
    one = discover(results, "research_output >= top 30%")
    assert not one.boxes and not one.tried.sure


def test_a_second_box_is_outside_the_first():
    results = studies.planted(points=400, factors=4)
    points = results.points.loc[results.runs["point"]]
    first = Box(limits={"a": Limit(low=0.5), "b": Limit(low=0.6)})
    second = Box(limits={"c": Limit(high=0.3), "d": Limit(high=0.35)})
    chance = np.where(first.holds(points) | second.holds(points), 0.95, 0.03)
    yes = (np.random.default_rng(1).random(len(chance)) < chance).astype(float)
    found = discover(studies.changed(results, capability=yes), "capability >= 1", coverage=0.5)
    assert [set(one.box.limits) for one in found.boxes] == [{"a", "b"}, {"c", "d"}]
    assert 0.7 < sum(one.coverage.value for one in found.boxes) <= 1
    one = discover(studies.changed(results, capability=yes), "capability >= 1", boxes=1)
    assert len(one.boxes) == 1


@pytest.mark.parametrize(("when", "message"), [
    ("capability >= 9", r"never happens in 480 runs: capability is .* OOM \(median .*\); choose"),
    ("capability >= -9", r"always happens in 480 runs"),
    ("one_oom <= 1 d", r"never happens .* where it is reached, in \d+ runs; .*earliest 20%"),
])
def test_what_always_or_never_happens_is_refused(results, when, message):
    with pytest.raises(InputError, match=message):
        discover(results, when)


def test_too_few_points_are_refused():
    with pytest.raises(InputError, match="at least 40 points that differ, got 30; set design"):
        discover(studies.planted(points=30), "capability >= 2")


@pytest.mark.parametrize("wrong", [{"coverage": 0.0}, {"coverage": 1.5}, {"boxes": 0}])
def test_other_targets_are_refused(results, wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        discover(results, "capability >= 2", **wrong)


def test_what_was_seen_few_times_is_not_certain():
    points = 200
    share = np.zeros(points)
    share[:4] = 1.0
    inside = (np.arange(points) < 20) * 1.0
    happened = Happened(
        share=share, yes=share[:, None], known=np.ones((points, 1)), draws=np.arange(points),
        common=False,
    )
    found = rated(inside, happened, np.random.default_rng(0))
    assert found.coverage.value == found.coverage.high == 1.0
    assert found.coverage.low == pytest.approx(float(wilson(1.0, 4)[0]))
    assert found.coverage.low < 0.7
