"""What the tests of the laws share: bit equality and valid parameters for any law."""

import math
import random
import struct

import pytest


def _bits(value):
    if isinstance(value, tuple):
        return tuple(_bits(part) for part in value)
    if isinstance(value, float):
        # Every NaN is the same to us; -0.0 and 0.0 are not.
        return "nan" if math.isnan(value) else struct.pack("<d", value)
    return value


@pytest.fixture(scope="session")
def bits():
    """The exact identity of a result, for comparing the two forms of a law."""
    return _bits


def _draw(rng, parameter):
    low = max(parameter.low, -3.0)
    high = min(parameter.high, low + 5.0)
    if parameter.keys is not None:
        key_low = max(parameter.keys.low, -3.0)
        key_high = min(parameter.keys.high, key_low + 5.0)
        inner = [rng.uniform(key_low, key_high) for _ in range(rng.randrange(5))]
        keys = sorted({key_low, key_high, *inner})
        return dict(zip(keys, sorted(rng.uniform(low, high) for _ in keys), strict=True))
    value = rng.uniform(low, high)
    return float(math.ceil(value)) if rng.random() < 0.3 else value


def _examples(parameters, law_parameters, count, seed=0):
    rng = random.Random(seed)
    found = []
    for _ in range(100 * count):
        given = {parameter.name: _draw(rng, parameter) for parameter in parameters}
        try:
            found.append((given, law_parameters(given)))
        except ValueError:
            continue  # parameters that contradict each other, such as high < low
        if len(found) == count:
            return found
    raise AssertionError("no valid parameters found; widen the draw")


@pytest.fixture(scope="session")
def examples():
    """Random valid parameters of a form: `examples(parameters, law_parameters, count)`."""
    return _examples
