"""Interventions: what somebody changes in the lab while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.model.errors import Path
from sim.model.fields import (
    COUNT,
    Context,
    Duration,
    Flag,
    Named,
    Names,
    Number,
    Optional,
    Reader,
    Record,
    as_mapping,
    setting,
)


@dataclass(frozen=True)
class _Settings(Reader):
    """Reads new values of settings, nested as in the model."""

    def read(self, value: Any, path: Path, context: Context) -> dict[str, Any]:
        return {
            key: self.read(item, (*path, key), context) if isinstance(item, Mapping) else item
            for key, item in as_mapping(value, path).items()
        }


@dataclass(frozen=True, kw_only=True)
class CapacityChange:
    """A change of a capacity: one of these."""

    to: int | None = setting(Optional(Number(0, whole=True)), None)
    """So many units; the plan ends."""
    add: int | None = setting(Optional(Number(whole=True)), None)
    """So many more (or fewer) than planned, from now on."""
    scale: float | None = setting(Optional(Number(0)), None)
    """So many times what is planned, from now on, in whole units."""
    hold: bool = setting(Flag(), False)
    """What there is now; the plan ends."""


@dataclass(frozen=True, kw_only=True)
class Intervention:
    """A change at a date, or at the release of a generation.

    It affects stages entered, services granted, items begun and results of items that end from
    then on. Work under way is never stopped.
    """

    at: float | None = setting(Optional(Duration()), None)
    """Time, days after t = 0."""
    generation: int | None = setting(Optional(COUNT), None)
    """Generation at whose release it happens."""
    set: dict[str, Any] = setting(_Settings(), {})
    """New values of settings, nested as in the model: laws, oversight, skills, assistants (not
    whose), stocks, flows (not their routes), shares of compute. Shares are set as a whole: those
    not named return to what the model states."""
    capacity: dict[str, CapacityChange] = setting(Named(Record(CapacityChange)), {})
    """Changes of stated capacities, by pool; `compute`: of all shared compute."""
    pause: tuple[str, ...] = setting(Names(), ())
    """Flows that start no items, and stages (`flow.stage`) that are granted nothing."""
    resume: tuple[str, ...] = setting(Names(), ())
    """Flows and stages that go on."""


def merged(data: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain data with some values replaced, mappings key by key."""
    result = dict(data)
    for key, value in change.items():
        inner = result.get(key)
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            result[key] = merged(inner, value)
        else:
            result[key] = value
    return result
