"""Laws that processors have an instruction for: compiled to it instead of to their own code.

Such a law gives the same bits either way; tests compare the two on edge cases and at random.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

from .random import _high_product


def instruction(function: FunctionType) -> Callable[[], Any] | None:
    """Return what makes the compiled twin of a law out of an instruction, if there is one."""
    return _wide_product if function is _high_product else None


def _wide_product() -> Any:
    """Return the upper half of a 64 by 64 bit product, which x86-64 and ARM64 give at once."""
    import numba
    from numba.extending import intrinsic

    word: Any = numba.types.uint64

    @intrinsic
    def upper(typing_context: Any, a: Any, b: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            from llvmlite import ir

            wide = ir.IntType(128)
            product = builder.mul(*(builder.zext(value, wide) for value in values))
            return builder.trunc(builder.lshr(product, wide(64)), ir.IntType(64))

        return word(word, word), generate

    def high_product(a: Any, b: Any) -> Any:
        return upper(a, b)

    return numba.njit(word(word, word), nogil=True)(high_product)
