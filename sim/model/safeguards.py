"""Safeguards: what applies only to models from some capability on."""

from __future__ import annotations

from dataclasses import dataclass

from sim.model.fields import PROBABILITY, Duration, Number, setting


@dataclass(frozen=True, kw_only=True)
class Trusted:
    """A release that only some may use at first."""

    from_capability: float = setting(Number())
    """Capability from which on a release is restricted, OOM."""
    access: float = setting(PROBABILITY)
    """Share of delegated tasks that may use it meanwhile, if fewer than `assistants.access`."""
    days: float = setting(Duration(above=True))
    """How long after the release, days."""
