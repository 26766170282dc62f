"""Feedback laws moved: read some OOM further on, or with other values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.limits.editing import Data, call, put, settings_of
from sim.model import InputError
from sim.model.calls import parse_call

Law = dict[str, Any]
Move = Callable[[Law, float], Law]


def ahead(law: Law, by: float) -> Law:
    """Return the law read at c + by, by OOM.

    A saturating law stays where it is below c = 0: of one that is read there (a share, of skills
    with a difficulty) that is more than the shift says.
    """
    kind = law["kind"]
    if kind == "constant":
        return law
    if kind == "logistic":
        return {**law, "midpoint": law["midpoint"] - by}
    if kind == "power":
        return {**law, "base": law["base"] * 10.0 ** (law["exponent"] * by)}
    if kind == "saturating":
        left = (law["limit"] - law["start"]) * 10.0 ** (-law["rate"] * by)
        return {**law, "start": law["limit"] - left}
    if kind == "threshold":
        return {**law, "at": law["at"] - by}
    if kind == "table":
        return {**law, "points": {str(float(c) - by): v for c, v in law["points"].items()}}
    raise _unmoved(law)


VALUES = {
    "constant": ("value",), "logistic": ("ceiling",), "power": ("base", "cap"),
    "saturating": ("start", "limit"), "threshold": ("below", "above"),
}
"""Parameters of each law that are values, and not where or how fast it rises."""


def taller(law: Law, factor: float) -> Law:
    """Return the law whose every value is so many times as large."""
    if law["kind"] == "table":
        return {**law, "points": {str(c): v * factor for c, v in law["points"].items()}}
    if law["kind"] not in VALUES:
        raise _unmoved(law)
    return {**law, **{name: law[name] * factor for name in VALUES[law["kind"]]}}


def _unmoved(law: Law) -> InputError:
    return InputError(
        f"limits: nobody has said how a law of kind '{law['kind']}' is moved; add it to "
        "sim/limits/laws.py"
    )


def move(data: Data, name: str, how: Move, by: float) -> None:
    """Move a law wherever it stands: in the model, and in what interventions set.

    Raises
    ------
    InputError
        If several interventions set parts of it: which law there is then depends on their order.
    """
    path = f"feedback.{name}"
    base = _numbers(data["feedback"][name])
    found = settings_of(data, path)
    for intervention, value in found.items():
        value = parse_call(value, ())
        if isinstance(value, Mapping) and "kind" not in value:
            if len(found) > 1:
                raise InputError(
                    f"limits: cannot move feedback law '{name}', which interventions "
                    f"{', '.join(found)} set in part; write the whole law in each, as "
                    f"'{call(base)}'"
                )
            value = {**base, **value}
        moved = call(how(_numbers(value), by))
        put(data["interventions"][intervention]["set"], path, moved)
    data["feedback"][name] = how(base, by)


def _numbers(value: Any) -> Law:
    """Return a law, however it is written, with numbers for its parameters."""
    value = parse_call(value, ())
    if not isinstance(value, Mapping):
        return {"kind": "constant", "value": float(value)}
    known: dict[str, Any] = {"cap": float("inf")} if value["kind"] == "power" else {}
    for key, item in value.items():
        if isinstance(item, Mapping):
            known[key] = {float(c): float(v) for c, v in item.items()}
        elif item is not None:
            known[key] = item if key == "kind" else float(item)
    return known
