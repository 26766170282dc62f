"""Instructions give the bits of the laws they stand for."""

import math
import random

import pytest

from sim.laws.compiled import compiled
from sim.laws.portable import SQRT_HALF, _scaled, _split
from sim.laws.random import _product

EDGES = (0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1)


def test_both_halves_of_a_product():
    fast = compiled(_product)
    draw = random.Random(0)
    pairs = [(a, b) for a in EDGES for b in EDGES]
    pairs += [(draw.getrandbits(64), draw.getrandbits(64)) for _ in range(1000)]
    for a, b in pairs:
        assert fast(a, b) == _product(a, b) == divmod(a * b, 2**64)


@pytest.mark.parametrize("a", EDGES[1:])
def test_the_halves_are_in_order(a):
    assert compiled(_product)(a, 2**64 - 1) == divmod(a * (2**64 - 1), 2**64)


@pytest.mark.parametrize("k", [-1000, -1, 0, 1, 1000])
def test_a_product_with_a_power_of_two(k):
    fast = compiled(_scaled)
    draw = random.Random(1)
    for x in (0.7, 1.0, 1.5, *(draw.uniform(0.7, 1.5) for _ in range(100))):
        assert fast(x, k) == _scaled(x, k) == x * 2.0**k
    assert fast(0.7, k) != _scaled(0.7, k + 1)


def test_mantissa_and_exponent():
    fast = compiled(_split)
    draw = random.Random(2)
    edges = [5e-324, 2.0**-1022, math.nextafter(2.0**-1022, 0.0), 1.7976931348623157e308]
    for x in (0.5, 1.0, SQRT_HALF, math.nextafter(SQRT_HALF, 0.0), 2.0 * SQRT_HALF):
        edges += [x * 2.0**k for k in (-1021, -1, 0, 1, 1000)]
    for x in (*edges, *(math.exp(draw.uniform(-740.0, 700.0)) for _ in range(1000))):
        mantissa, k = fast(x)
        assert (mantissa, k) == _split(x)
        assert SQRT_HALF <= mantissa < 2.0 * SQRT_HALF
        assert math.ldexp(mantissa, k) == x
