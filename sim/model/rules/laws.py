"""Rules that hold for what feedback laws may return in a role."""

from __future__ import annotations

from sim.model.errors import invalid
from sim.model.lab import Model


def probability(model: Model, law: str, role: str) -> None:
    """Raise `InputError` if the law may leave [0, 1]."""
    low, high = model.feedback[law].bounds()
    if not (low >= 0 and high <= 1):
        raise invalid(
            ("feedback", law), f"must stay within [0, 1] as {role}", f"[{low:g}, {high:g}]",
            f"set the parameters of feedback.{law}",
        )


def at_least_0(model: Model, name: str | None, role: str) -> None:
    """Raise `InputError` if the law may be negative."""
    if name is not None and (low := model.feedback[name].bounds()[0]) < 0:
        raise invalid(
            ("feedback", name), f"must be >= 0 as {role}", low,
            f"set the parameters of feedback.{name}",
        )
