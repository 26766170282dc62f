"""Pointers: in machine code the state is bare addresses, which fit the processor's registers.

In plain Python these functions change nothing: an array does what a pointer does. What `State` has
besides its two arrays are the same words seen otherwise: the same addresses, of another type.

numba checks bounds of arrays alone. Where it does (`NUMBA_BOUNDSCHECK=1`) the state stays arrays,
and a wrong address is an error.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.engines.compiled.state import State

EVERYTHING = 1 << 40
"""Length of an array that is not bounded."""


def pointer(array):
    """Return the address of an array's first word."""
    return array


def array_at(address):
    """Return the words from an address on as an array, which laws of any length take."""
    return address


@cache
def substitutes() -> dict[Any, Any]:
    """Return what stands for these functions in machine code, where `State` has its properties."""
    import numba

    if not numba.config.BOUNDSCHECK:
        return _addresses()
    _give_views(_seen_as)
    return {}


def _seen_as(kind: Any) -> Any:
    import numba
    import numpy as np

    dtype = np.dtype(str(kind))
    return numba.njit(lambda array: array.view(dtype))


def _addresses() -> dict[Any, Any]:
    import numba
    from numba.core import cgutils
    from numba.extending import intrinsic
    from numba.np.arrayobj import populate_array

    types: Any = numba.core.types
    intp = cgutils.intp_t

    @intrinsic
    def machine_pointer(typing_context: Any, array: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return context.make_array(array)(context, builder, values[0]).data

        return types.CPointer(array.dtype)(array), generate

    @intrinsic
    def machine_array(typing_context: Any, address: Any) -> Any:
        kind = types.Array(address.dtype, 1, "C")

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            words = context.make_array(kind)(context, builder)
            populate_array(
                words, data=values[0], shape=[intp(EVERYTHING)], strides=[intp(8)],
                itemsize=intp(8), meminfo=None,
            )
            return words._getvalue()

        return kind(address), generate

    def seen_as(dtype: Any) -> Any:
        @intrinsic
        def view(typing_context: Any, address: Any) -> Any:
            def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
                return builder.bitcast(values[0], context.get_value_type(signature.return_type))

            return types.CPointer(dtype)(address), generate

        return view

    _give_views(seen_as)
    return {pointer: machine_pointer, array_at: machine_array}


def _give_views(seen_as: Any) -> None:
    """Give `State` its properties, made by `seen_as(dtype)`."""
    import numba

    types: Any = numba.core.types
    floats, unsigned, codes = (seen_as(t) for t in (types.float64, types.uint64, types.int32))
    for name, view in {
        "F": lambda state: floats(state.M), "W": lambda state: unsigned(state.M),
        "log_floats": lambda state: floats(state.log),
        "log_codes": lambda state: codes(state.log),
    }.items():
        _attribute(types.NamedUniTuple, name, view)


def _attribute(kind: Any, name: str, view: Any) -> None:
    """Give `State` a property, and leave the fields of other tuples of this kind alone."""
    from numba.extending import overload_attribute

    def chosen(state: Any) -> Any:
        if state.instance_class is State:
            return view
        if name not in state.fields:
            return None
        index = state.fields.index(name)
        return lambda state: state[index]

    overload_attribute(kind, name)(lambda state: chosen(state))
