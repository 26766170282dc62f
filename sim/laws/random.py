"""Keyed random numbers: every draw is a pure function of what it is for.

There is no generator state. A draw is named by (seed, replication, item, stage, turn,
purpose), and the hash of that name is the draw, so draws do not depend on the order of
events, scenarios share them, and any replication can run alone.

The hash is Philox4x64-10: J. K. Salmon et al., "Parallel random numbers: as easy as
1, 2, 3", SC11, 2011, doi:10.1145/2063384.2063405.
"""

import hashlib
import math

from .portable import INFINITY, exp, log
from .types import Word

# Masks and multipliers are module globals on purpose: above 2**63 numba types them as
# uint64, while a small literal is an int64 and would turn a uint64 product into a float.
MASK64 = 0xFFFFFFFFFFFFFFFF
MULTIPLIER_0 = 0xD2E7470EE14C6C93
MULTIPLIER_1 = 0xCA5A826395121157
WEYL_0 = 0x9E3779B97F4A7C15
WEYL_1 = 0xBB67AE8584CAA73B
TWO_TO_MINUS_52 = 2.0**-52

POISSON_SEARCH_LIMIT = 1e5


def _product(a: Word, b: Word) -> tuple[Word, Word]:
    """Upper and lower 64 bits of the 128-bit product, from 32-bit halves."""
    a_low = ((a << 32) & MASK64) >> 32
    a_high = a >> 32
    b_low = ((b << 32) & MASK64) >> 32
    b_high = b >> 32
    middle = a_high * b_low + ((a_low * b_low) >> 32)
    carry = a_low * b_high + (((middle << 32) & MASK64) >> 32)
    return a_high * b_high + (middle >> 32) + (carry >> 32), (a * b) & MASK64


def philox(key0: Word, key1: Word, c0: Word, c1: Word, c2: Word, c3: Word) -> Word:
    """First output word of Philox4x64-10 for one key and one counter.

    The same as ``numpy.random.Philox(key=[key0, key1], counter=[c0 - 1, c1, c2, c3])``
    ``.random_raw()``: numpy counts up once before its first block.
    """
    for _ in range(10):
        high0, low0 = _product(MULTIPLIER_0, c0)
        high1, low1 = _product(MULTIPLIER_1, c2)
        c0 = high1 ^ c1 ^ key0
        c2 = high0 ^ c3 ^ key1
        c1 = low1
        c3 = low0
        key0 = (key0 + WEYL_0) & MASK64
        key1 = (key1 + WEYL_1) & MASK64
    return c0


def uniform(
    seed: Word, replication: Word, item: Word, stage: Word, turn: Word, purpose: Word
) -> float:
    """Uniform number in (0, 1) that belongs to one decision.

    ``((philox >> 12) + 0.5) * 2**-52``: never 0 or 1, and ``1 - u`` is exact.

    Parameters
    ----------
    seed, replication : Word
        The key: which experiment, which repetition.
    item : Word
        Key of the item (`child_key`).
    stage, purpose : Word
        What is drawn and where (`name_key` of the names).
    turn : Word
        Which visit and attempt (`turn`).
    """
    word = philox(seed, replication, item, stage, turn, purpose)
    return ((word >> 12) + 0.5) * TWO_TO_MINUS_52


def child_key(parent: Word, stage: Word, visit: Word, index: Word) -> Word:
    """64-bit key of an item, from where it comes from.

    Philox with key (0, 0) and counter (parent, stage, visit, index). For an item spawned
    by another: the parent's key, the spawning stage, its visit, the index among
    siblings. For a root item: parent = `name_key` of its flow, and (stage, visit, index)
    = (0, workstream, sequence) or (0, 0, start or arrival number).
    """
    return philox(0, 0, parent, stage, visit, index)


def name_key(name: str) -> int:
    """64-bit key of a name: BLAKE2b of its UTF-8 bytes, 8 bytes, little-endian."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def turn(visit: Word, attempt: Word) -> Word:
    """Visit and attempt (each below 2**32) in one word: ``visit * 2**32 + attempt``."""
    return ((visit << 32) + attempt) & MASK64


def poisson(u: float, mean: float) -> int:
    """Poisson quantile: the smallest k with ``P(N <= k) >= u``, by sequential search.

    The search sums weights relative to ``exp(-mean)``, which is multiplied in by steps
    of at most exp(-500) once the sum is large enough to bear it, so nothing underflows.
    A mean <= 0 gives 0. Above a mean of 1e5 the normal approximation is used.
    """
    if not mean > 0.0:
        return 0
    if mean > POISSON_SEARCH_LIMIT:
        near = mean + math.sqrt(mean) * normal_quantile(u) + 0.5
        return math.floor(near) if near < 2.0**62 else 2**62
    if u < 1.0 - mean - 1e-12:
        return 0  # as exp(-mean) > 1 - mean
    count = 0
    weight = 1.0
    total = 1.0
    owed = mean
    while True:
        # While something is owed, the true probability so far is below exp(-100): less
        # than any u. total is at least exp(-600) after paying.
        if owed > 0.0 and total > 1e-40:
            step = owed if owed < 500.0 else 500.0
            paid = exp(-step)
            weight = weight * paid
            total = total * paid
            owed = owed - step
        if owed <= 0.0 and (u <= total or (count > mean and total + weight == total)):
            return count
        count = count + 1
        weight = weight * (mean / count)
        total = total + weight


def normal_quantile(u: float) -> float:
    """Standard normal quantile, relative error about 1e-16; 0 and 1 give -inf and inf.

    Algorithm PPND16 of M. J. Wichura, "Algorithm AS 241", Applied Statistics 37, 1988,
    doi:10.2307/2347330: three rational approximations, one central and two for the tails.
    """
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        r = 0.180625 - q * q
        above = _polynomial(
            r, 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
            1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
            3.3430575583588128105e4, 2.5090809287301226727e3,
        )
        below = _polynomial(
            r, 1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
            2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
            5.2264952788528545610e3,
        )
        return q * above / below
    tail = u if q < 0.0 else 1.0 - u
    if tail <= 0.0:
        return -INFINITY if q < 0.0 else INFINITY
    r = math.sqrt(-log(tail))
    if r <= 5.0:
        r = r - 1.6
        above = _polynomial(
            r, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
            3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
            2.27238449892691845833e-2, 7.74545014278341407640e-4,
        )
        below = _polynomial(
            r, 1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
            6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
            5.47593808499534494600e-4, 1.05075007164441684324e-9,
        )
    else:
        r = r - 5.0
        above = _polynomial(
            r, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
            2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
            2.71155556874348757815e-5, 2.01033439929228813265e-7,
        )
        below = _polynomial(
            r, 1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
            1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
            1.42151175831644588870e-7, 2.04426310338993978564e-15,
        )
    value = above / below
    return -value if q < 0.0 else value


def _polynomial(
    r: float, a0: float, a1: float, a2: float, a3: float, a4: float, a5: float, a6: float,
    a7: float,
) -> float:
    """``a0 + a1 r + ... + a7 r**7``, added up in pairs (Estrin's scheme)."""
    r2 = r * r
    low = a0 + a1 * r + r2 * (a2 + a3 * r)
    high = a4 + a5 * r + r2 * (a6 + a7 * r)
    return low + r2 * r2 * high
