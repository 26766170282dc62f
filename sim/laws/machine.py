"""Laws that processors have an instruction for: compiled to it instead of to their own code.

Such a law gives the same bits either way; tests compare the two on edge cases and at random.
"""

import struct
from collections.abc import Callable
from types import FunctionType
from typing import Any

from .portable import SQRT_HALF, _scaled, _split
from .random import _product

SMALLEST_NORMAL = 2.0**-1022
MANTISSA = (1 << 52) - 1
LEAST_MANTISSA = int.from_bytes(struct.pack("<d", SQRT_HALF), "little")
"""The bits of sqrt(1/2)."""


def instruction(function: FunctionType) -> Callable[[], Any] | None:
    """Return what makes the compiled twin of a law out of instructions, if there are any."""
    makers: dict[Any, Callable[[], Any]] = {
        _product: _wide_product, _scaled: _by_exponent, _split: _of_exponent,
    }
    return makers.get(function)


def _wide_product() -> Any:
    """Return both halves of a 64 by 64 bit product, which x86-64 and ARM64 give at once."""
    import numba
    from numba.extending import intrinsic

    word: Any = numba.types.uint64
    halves = numba.types.UniTuple(word, 2)

    @intrinsic
    def both(typing_context: Any, a: Any, b: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            from llvmlite import ir

            one, wide = ir.IntType(64), ir.IntType(128)
            whole = builder.mul(*(builder.zext(value, wide) for value in values))
            upper = builder.trunc(builder.lshr(whole, wide(64)), one)
            return context.make_tuple(builder, halves, (upper, builder.trunc(whole, one)))

        return halves(word, word), generate

    def product(a: Any, b: Any) -> Any:
        return both(a, b)

    return numba.njit(halves(word, word), nogil=True)(product)


def _by_exponent() -> Any:
    """Return the product with a power of 2, which is made of its exponent's bits."""
    import numba

    real: Any = numba.types.float64
    to_real = _same_bits(real)

    def scaled(x: Any, k: Any) -> Any:
        return x * to_real((k + 1023) << 52)

    return numba.njit(real(real, numba.types.int64), nogil=True)(scaled)


def _of_exponent() -> Any:
    """Return mantissa and exponent, which are bits of a normal number."""
    import numba

    types: Any = numba.types
    to_real, to_bits = _same_bits(types.float64), _same_bits(types.int64)

    def split(x: Any) -> Any:
        k = 0
        if x < SMALLEST_NORMAL:
            x = x * 2.0**64
            k = -64
        above = to_bits(x) - LEAST_MANTISSA
        return to_real((above & MANTISSA) + LEAST_MANTISSA), k + (above >> 52)

    result = types.Tuple((types.float64, types.int64))
    return numba.njit(result(types.float64), nogil=True)(split)


def _same_bits(kind: Any) -> Any:
    """Return what takes a word for a number of this type."""
    from numba.extending import intrinsic

    @intrinsic
    def cast(typing_context: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return builder.bitcast(values[0], context.get_value_type(kind))

        return kind(value), generate

    return cast
