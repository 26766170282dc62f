"""Keyed random numbers against numpy's Philox and scipy's quantiles."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from sim.laws.compiled import compiled
from sim.laws.random import child_key, name_key, normal_quantile, philox, poisson, turn, uniform

WORDS = st.integers(0, 2**64 - 1)


@settings(max_examples=300, deadline=None)
@given(key=st.tuples(WORDS, WORDS), counter=st.tuples(WORDS, WORDS, WORDS, WORDS))
def test_philox_is_numpys(key, counter):
    # numpy counts up, over all 256 bits, before its first block.
    whole = (sum(word << (64 * i) for i, word in enumerate(counter)) - 1) % 2**256
    before = [(whole >> (64 * i)) % 2**64 for i in range(4)]
    oracle = np.random.Philox(
        key=np.array(key, dtype=np.uint64), counter=np.array(before, dtype=np.uint64)
    )
    expected = int(oracle.random_raw())
    assert philox(*key, *counter) == expected
    assert int(compiled(philox)(*key, *counter)) == expected


def test_uniform_is_the_hash_as_a_fraction():
    for item in range(20):
        word = philox(1, 2, item, 4, 5, 6)
        assert uniform(1, 2, item, 4, 5, 6) == ((word >> 12) + 0.5) / 2**52


def test_uniform_numbers_are_uniform_and_independent():
    twin = compiled(uniform)
    numbers = np.array([twin(0, 0, item, 0, 0, 0) for item in range(50_000)])
    assert stats.kstest(numbers, "uniform").pvalue > 1e-4
    pairs, _, _ = np.histogram2d(numbers[0::2], numbers[1::2], bins=10)
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


def test_every_part_of_the_name_of_a_draw_counts():
    names = itertools.product((0, 1), repeat=6)
    assert len({uniform(*name) for name in names}) == 64


def test_child_keys_differ_by_parent_stage_visit_and_index():
    keys = {child_key(*parts) for parts in itertools.product((0, 1, 2**63), repeat=4)}
    assert len(keys) == 81
    assert child_key(1, 2, 3, 4) == philox(0, 0, 1, 2, 3, 4)


def test_name_key_is_fixed_for_ever():
    # A change here would change every result ever published.
    assert name_key("experiment") == 0x7CA8D15B07FBC59A
    assert name_key("experiment") != name_key("Experiment")
    assert 0 <= name_key("") < 2**64


def test_turn_packs_visit_and_attempt():
    assert turn(3, 2) == 3 * 2**32 + 2
    assert int(compiled(turn)(2**32 - 1, 2**32 - 1)) == 2**64 - 1


def test_normal_quantile_is_scipys():
    rng = np.random.default_rng(1)
    u = np.concatenate([rng.uniform(0, 1, 5_000), 10.0 ** rng.uniform(-300, 0, 5_000)])
    ours = np.array([normal_quantile(float(x)) for x in u])
    np.testing.assert_allclose(ours, special.ndtri(u), rtol=3e-15, atol=1e-16)
    assert normal_quantile(0.5) == 0.0
    assert (normal_quantile(0.0), normal_quantile(1.0)) == (-math.inf, math.inf)


@pytest.mark.parametrize("mean", [1e-3, 0.5, 4.0, 60.0, 499.0, 700.5, 1000.0, 1e4, 9.9e4])
def test_poisson_is_scipys(mean):
    u = np.concatenate([np.random.default_rng(2).uniform(0, 1, 300), [1e-9, 1 - 1e-9]])
    twin = compiled(poisson)
    ours = [twin(float(x), mean) for x in u]
    np.testing.assert_array_equal(ours, stats.poisson.ppf(u, mean))


@pytest.mark.parametrize("form", [lambda law: law, compiled], ids=["python", "compiled"])
def test_poisson_always_ends(form):
    law = form(poisson)
    last = 1.0 - 2.0**-53
    assert [law(0.5, mean) for mean in (0.0, -1.0, math.nan)] == [0, 0, 0]
    assert law(last, 1e4) < 12_000 and law(last, 0.1) < 30
    assert law(0.5, 1e6) == 1_000_000
    assert law(0.5, math.inf) == 2**62


def test_poisson_never_decreases_in_u():
    u = np.linspace(2.0**-53, 1.0 - 2.0**-53, 2_000)
    for mean in (0.3, 30.0, 800.0):
        counts = [compiled(poisson)(float(x), mean) for x in u]
        assert counts == sorted(counts)
