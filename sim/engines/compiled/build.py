"""Builds the kernel: the same Python functions, made machine code by numba on first need.

Nothing imports numba before that. The functions of this package are compiled with those they call;
laws are compiled as `sim.laws.compiled` does everywhere. The machine code is kept between runs in
a folder named by a hash of all sources it comes from, so that it is never stale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dis import get_instructions
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from sim.engines import compiled as package
from sim.engines.compiled.pointers import substitutes
from sim.laws.cache import cache_folder, numba_cache
from sim.laws.compiled import compiled

OURS = package.__name__ + "."
INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}
"""Options of functions that only the kernel calls: no doors to Python, and no counting of
references, as they only look at arrays that it holds. They halve the time of compilation. What is
called from one place only becomes part of its caller."""

SIM = Path(__file__).resolve().parents[2]
PARTS = ("laws", "engines/lowering", "engines/compiled", "log.py", "model/flow.py", "model/pool.py")
"""What the machine code comes from: also codes of the log and limits of the model."""


@cache
def kernel() -> Any:
    """Return `loop.enter`, compiled; plain Python where numba is switched off."""
    from sim.engines.compiled.loop import enter

    if not jits():
        return enter

    folder = cache_folder(*(SIM / part for part in PARTS))
    with numba_cache(folder) if folder else nullcontext():
        return _twin(enter, dict(substitutes()), folder is not None, outer=True)


def jits() -> bool:
    """Return whether numba makes machine code (`NUMBA_DISABLE_JIT=1` switches it off)."""
    import numba

    return not numba.config.DISABLE_JIT


def _twin(
    function: Any, twins: dict[FunctionType, Any], keep: bool, *, outer: bool = False
) -> Any:
    """Return the compiled twin of a function; only the one that Python calls is kept on disk."""
    if function in twins:
        return twins[function]
    scope = dict(function.__globals__)
    for name, called in _called(function):
        ours = called.__module__.startswith(OURS)
        scope[name] = _twin(called, twins, False) if ours else compiled(called)
    twin = FunctionType(function.__code__, scope, function.__name__)
    twin.__qualname__, twin.__module__ = function.__qualname__, function.__module__
    import numba

    options = {"error_model": "numpy", "fastmath": False, "nogil": True, "cache": keep}
    if not outer:
        options |= INNER | {"forceinline": _calls()[function] == 1}
    twins[function] = _of_any_number(numba.njit(**options)(twin))
    return twins[function]


def _of_any_number(twin: Any) -> Any:
    """Let a function be compiled once for whole numbers, not again for each constant passed."""
    import numba

    types: Any = numba.core.types
    template = twin.get_call_template

    def get_call_template(args: Any, kws: Any) -> Any:
        return template(tuple(types.unliteral(kind) for kind in args), kws)

    twin.get_call_template = get_call_template
    return twin


def _called(function: FunctionType) -> Iterator[tuple[str, FunctionType]]:
    for name in _names(function.__code__):
        value = function.__globals__.get(name)
        if isinstance(value, FunctionType):
            yield name, value


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


@cache
def _calls() -> Counter[Any]:
    """Count the places in the kernel that call each of its functions."""
    from sim.engines.compiled.loop import enter

    calls, seen, left = Counter[Any](), set[Any](), [enter]
    while left:
        function = left.pop()
        if function not in seen:
            seen.add(function)
            called = [
                function.__globals__.get(step.argval) for step in get_instructions(function)
                if step.opname == "LOAD_GLOBAL"
            ]
            functions = [value for value in called if isinstance(value, FunctionType)]
            calls.update(functions)
            left.extend(functions)
    return calls
