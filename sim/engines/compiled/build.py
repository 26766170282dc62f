"""Builds the kernel: the same Python functions, made machine code by numba on first need.

Nothing imports numba before that. The functions of this package are compiled with those they call;
laws are compiled as `sim.laws.compiled` does everywhere. The machine code is kept between runs in
a folder named by a hash of all sources it comes from, so that it is never stale.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dis import get_instructions
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from sim.engines import compiled as package
from sim.engines.compiled.pointers import substitutes
from sim.laws.cache import cache_folder
from sim.laws.compiled import OPTIONS, compiled, jits
from sim.laws.kept_code import keep

OURS = package.__name__ + "."
INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Options of functions that only the kernel calls: no doors to Python. And no counting of
references, as they only look at arrays that it holds (where bounds are checked they make views of
them). That halves the time of compilation."""
HOT = {
    "alarms.sink", "clock.alarm", "clock.put", "clock.visit_alarm", "compute.asks",
    "draws.amount", "heap.push", "heap.sift_up", "items.begin", "items.new_item",
    "items.set_off", "labour.attempt", "labour.by_hand", "labour.judged", "labour.verdict",
    "labour.worked", "memory.extended", "pools.ask", "pools.request", "service.hold",
    "service.serve_human", "service.until", "sources.arrival_alarm", "sources.await_open",
    "sources.start",
}
"""What becomes part of its callers although there are several, as most events come by; and whatever
is called from one place only does, too."""
COLD = {
    "accounts.close_accounts", "accounts.count_row", "accounts.count_service",
    "accounts.count_work", "accounts.may_change", "accounts.sample", "alarms.first_of",
    "assistants.add_release", "chores.deliver", "chores.do_chore", "clock.widen",
    "generations.gate_step", "generations.settle_gate", "heap.compared",
    "hostages.free_hostages", "hostages.take_hostages", "insight.escape", "loop.dead",
    "loop.waiting_requests", "memory.grow", "newcomers.assimilated", "newcomers.planned_people",
    "pools.cross_boundary", "pools.turn_away", "releases.release_step", "setup.begin_history",
    "setup.set_up", "surges.next_comes_back", "surges.relieve", "tools.tool_finished",
    "training.evaluate", "training.training_step",
}
"""What does not, as few events come by it: what happens often then stands closer together."""

HOW_LONG = "about a minute"
SIM = Path(__file__).resolve().parents[2]
PARTS = ("laws", "engines/lowering", "engines/compiled", "log.py", "model/flow.py", "model/pool.py")
"""What the machine code comes from: also codes of the log and limits of the model."""


@cache
def kernel() -> Any:
    """Return `loop.enter`, compiled; plain Python where numba is switched off."""
    from sim.engines.compiled.loop import enter

    if not jits():
        return np.errstate(all="ignore")(enter)
    return machine_code(enter, say=f"Compiling the engine (once, {HOW_LONG}) ...")


def machine_code(function: Any, *, say: str = "") -> Any:
    """Return a function of this package, compiled with all that it calls.

    Parameters
    ----------
    function : function
        What Python calls; only its machine code is kept, and what it calls is within it.
    say : str
        What to tell the user, on stderr, if the machine code is not there yet.
    """
    if not jits():
        return function
    scope: dict[str, Any] = dict(function.__globals__)

    def missing() -> None:
        if say:
            print(say, file=sys.stderr, flush=True)
        scope.update(_twins_of(function, dict(substitutes())))

    dispatcher = _jit(function, scope, OPTIONS)
    keep(dispatcher, cache_folder(*(SIM / part for part in PARTS)), missing)
    return dispatcher


def _twin(function: Any, twins: dict[FunctionType, Any]) -> Any:
    """Return the compiled twin of a function that the kernel calls."""
    if function not in twins:
        scope = function.__globals__ | _twins_of(function, twins)
        options = OPTIONS | INNER | {"forceinline": _part_of_callers(function)}
        options["_nrt"] = _checks_bounds()
        twins[function] = _of_any_number(_jit(function, scope, options))
    return twins[function]


def _part_of_callers(function: Any) -> bool:
    name = f"{function.__module__.removeprefix(OURS)}.{function.__name__}"
    return name in HOT or (_calls()[function] == 1 and name not in COLD)


def _twins_of(function: FunctionType, twins: dict[FunctionType, Any]) -> dict[str, Any]:
    """Return the compiled twins of what a function calls, by the names it has for them."""
    return {
        name: _twin(called, twins) if called.__module__.startswith(OURS) else compiled(called)
        for name, called in _called(function)
    }


def _jit(function: FunctionType, scope: dict[str, Any], options: dict[str, Any]) -> Any:
    import numba

    twin = FunctionType(function.__code__, scope, function.__name__)
    twin.__qualname__, twin.__module__ = function.__qualname__, function.__module__
    return numba.njit(**options)(twin)


def _checks_bounds() -> bool:
    import numba

    return bool(numba.config.BOUNDSCHECK)


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
