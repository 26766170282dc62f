"""Instructions give the bits of the laws they stand for."""

import random

import pytest

from sim.laws.compiled import compiled
from sim.laws.random import _high_product

EDGES = (0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1)


def test_the_upper_half_of_a_product():
    fast = compiled(_high_product)
    draw = random.Random(0)
    pairs = [(a, b) for a in EDGES for b in EDGES]
    pairs += [(draw.getrandbits(64), draw.getrandbits(64)) for _ in range(1000)]
    for a, b in pairs:
        assert fast(a, b) == _high_product(a, b) == (a * b) >> 64


@pytest.mark.parametrize("a", EDGES[1:])
def test_it_is_not_the_lower_half(a):
    assert compiled(_high_product)(a, 2**64 - 1) == a - 1
