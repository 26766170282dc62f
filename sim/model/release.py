"""Releasing a generation, and the rush of users that follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.model.fields import (
    PROBABILITY,
    Duration,
    Name,
    Number,
    Optional,
    Record,
    setting,
)
from sim.model.safeguards import Trusted
from sim.model.stage import MOST_CHILDREN, Stage


@dataclass(frozen=True, kw_only=True)
class Relief:
    """Work that ends a surge early: scaling clusters, caching, quantising."""

    flow: str = setting(Name())
    """Batch flow that the work follows."""
    count: int = setting(Number(1, MOST_CHILDREN, whole=True))
    """Items; when all have ended, the rest of the units returns at once."""


@dataclass(frozen=True, kw_only=True)
class Surge:
    """Compute that serves the rush of users after a release and comes back as it dies down."""

    donor: str = setting(Name())
    """Compute pool that gives the units, one by one as they free."""
    to: str = setting(Name())
    """Compute pool that serves users."""
    share: float = setting(PROBABILITY)
    """Share of the donor's planned units."""
    decay: float = setting(Duration(above=True))
    """Time constant of the demand, days."""
    relief: Relief | None = setting(Optional(Record(Relief)), None)
    """Work that ends it early; absent: none."""


@dataclass(frozen=True, kw_only=True)
class Release(Stage):
    """The new model is deployed and becomes the assistant."""

    KIND: ClassVar[str] = "release"
    surge: Surge | None = setting(Optional(Record(Surge)), None)
    """Compute that serves the rush of users after a release; absent: none."""
    trusted: Trusted | None = setting(Optional(Record(Trusted)), None)
    """Access of a trusted few at first; absent: for all alike."""
