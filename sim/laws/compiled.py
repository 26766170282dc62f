"""The compiled twin of a law: the same code, made fast by numba, equal to the bit.

Laws are plain scalar Python. `compiled` builds the machine-code form on first need;
nothing here imports numba before that.
"""

import math
import os
import sys
import threading
import typing
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .cache import cache_folder
from .kept_code import keep

OPTIONS = {"error_model": "numpy", "fastmath": False, "nogil": True}
"""How all machine code is made. Each operation rounds as IEEE 754 says, in the order written: no
reordering, no fused multiply-add. No law divides by zero, so the error models agree; numpy's does
not check."""

HOT = {"exponential_quantile", "log", "log1p"}
"""Laws whose code becomes part of their callers: most draws come by them."""

_SCALARS = {float: "float64", int: "int64", bool: "boolean"}
_twins: dict[FunctionType, Any] = {}
_lock = threading.RLock()


def compiled(function: Callable[..., Any]) -> Any:
    """Return the compiled twin of a law.

    The laws it calls through its module's globals are compiled with it. The twin has
    one explicit signature, taken from the annotations: `float`, `int`, `bool`, `Word`,
    `Vector`, and `tuple[...]` of them to return. It releases the global interpreter
    lock, checks no bounds and, where numba is switched off (`NUMBA_DISABLE_JIT=1`), is
    plain Python.

    Parameters
    ----------
    function : function
        A law: a module-level function on scalars, fully annotated, not recursive, that
        names the laws it calls directly (``from .portable import exp``).

    Raises
    ------
    TypeError
        If it is not such a function; the message says why.
    """
    if not isinstance(function, FunctionType):
        raise TypeError(f"a law must be a plain Python function, got {function!r}")
    with _lock:
        return _twin(function, ())


def jits() -> bool:
    """Return whether numba makes machine code (`NUMBA_DISABLE_JIT=1` switches it off)."""
    if "numba" not in sys.modules:  # Intel's vector library: its results depend on the processor
        os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")
    import numba

    return not numba.config.DISABLE_JIT


def machine_signature(function: FunctionType) -> str:
    """Return the signature numba is given, such as ``"float64(uint64, float64)"``."""
    hints = typing.get_type_hints(function, include_extras=True)
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    missing = [name for name in (*names, "return") if name not in hints]
    if missing:
        raise TypeError(f"law {function.__qualname__} lacks annotations: {', '.join(missing)}")
    try:
        arguments = ", ".join(_machine_type(hints[name]) for name in names)
        return f"{_machine_type(hints['return'])}({arguments})"
    except TypeError as error:
        raise TypeError(f"law {function.__qualname__}: {error}") from None


def shared_laws() -> tuple[FunctionType, ...]:
    """Return every public law of this package that is not an entry of a registry."""
    from . import (
        arrivals,
        calendar,
        capability,
        defects,
        insight,
        interpolation,
        portable,
        random,
        special,
        tooling,
        training,
    )

    modules = (
        *(arrivals, calendar, capability, defects, insight, interpolation),
        *(portable, random, special, tooling, training),
    )
    return tuple(law for module in modules for law in _laws_of(module))


def _laws_of(module: ModuleType) -> Iterator[FunctionType]:
    """Public functions defined in a module whose annotations are all machine types."""
    for name, value in sorted(vars(module).items()):
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            if name.startswith("_"):
                continue
            try:
                machine_signature(value)
            except TypeError:
                continue
            yield value


def _machine_type(hint: Any) -> str:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if typing.get_origin(hint) is typing.Annotated:
        return str(hint.__metadata__[0])
    if typing.get_origin(hint) is tuple:
        return f"Tuple(({', '.join(_machine_type(part) for part in typing.get_args(hint))}))"
    raise TypeError(f"no machine type for the annotation {hint!r}")


def _twin(function: FunctionType, callers: tuple[FunctionType, ...]) -> Any:
    if function in _twins:
        return _twins[function]
    if function in callers:
        raise TypeError(f"law {function.__qualname__} calls itself; write a loop")
    signature = machine_signature(function)
    make = _instruction(function)
    if make:
        _twins[function] = make()
        return _twins[function]
    scope = dict(function.__globals__)
    for name, called in _references(function):
        scope[name] = _twin(called, (*callers, function))
    _twins[function] = _build(function, scope, signature)
    return _twins[function]


def _instruction(function: FunctionType) -> Callable[[], Any] | None:
    from .machine import instruction

    return instruction(function) if jits() else None


def _references(function: FunctionType) -> Iterator[tuple[str, FunctionType]]:
    """Global names a function uses that are Python functions."""
    if function.__closure__:
        raise TypeError(f"law {function.__qualname__} must not be a closure")
    for name in _names(function.__code__):
        value = function.__globals__.get(name)
        if isinstance(value, FunctionType):
            yield name, value
        elif isinstance(value, ModuleType) and value is not math:
            raise TypeError(
                f"law {function.__qualname__} uses module {name}; "
                f"import the functions it needs by name"
            )


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _build(function: FunctionType, scope: dict[str, Any], signature: str) -> Any:
    twin = FunctionType(function.__code__, scope, function.__name__, function.__defaults__)
    twin.__qualname__, twin.__doc__ = function.__qualname__, function.__doc__
    if not jits():
        return twin
    import numba

    dispatcher = numba.njit(**OPTIONS, forceinline=function.__name__ in HOT)(twin)
    if _hashed(function):
        keep(dispatcher, _folder())
    dispatcher.compile(signature)
    dispatcher.disable_compile()
    return dispatcher


@cache
def _folder() -> Path | None:
    return cache_folder()


def _hashed(function: FunctionType) -> bool:
    """Whether the folder's hash covers a law and all the laws it calls."""
    own = str(function.__globals__.get("__name__", "")).startswith(__package__ + ".")
    return own and all(_hashed(called) for _, called in _references(function))
