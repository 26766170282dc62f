"""Skills: kinds of work, who does them, how assistants help, and how they are overseen."""

from __future__ import annotations

from dataclasses import dataclass

from sim.model.fields import (
    PROBABILITY,
    Choice,
    Duration,
    Flag,
    Name,
    Number,
    Optional,
    setting,
)
from sim.model.timetable import Timetable
from sim.model.variate import Amount, Variate

LOWEST = 9
"""The lowest priority: what pull flows start with."""
PRIORITY = Number(0, LOWEST, whole=True)


def _amount(days: float) -> Variate:
    return Variate(kind="deterministic", parameters={"value": days}, law=(days,))


@dataclass(frozen=True, kw_only=True)
class Oversight:
    """How work is watched over: review, rework, steering, taking over."""

    review: float = setting(PROBABILITY, 0.0)
    """Chance that an assistant's output is reviewed."""
    human_review: float = setting(PROBABILITY, 0.0)
    """Chance that a person's output is reviewed."""
    review_work: Variate = setting(Amount("person"), _amount(0.0))
    """Fixed part of a review, person-days."""
    review_fraction: float = setting(Number(0), 0.0)
    """Part of a review that grows with the task, per person-day of the task's work."""
    review_priority: int = setting(PRIORITY, 2)
    """Priority of reviews in their pool, 0 first."""
    catch: float = setting(PROBABILITY, 0.0)
    """Chance that a review by a person catches a wrong output."""
    reviewer: str = setting(Choice(("human", "agent")), "human")
    """Who reviews: people, or assistants, on a slot and as fast as they are at the skill; people
    where there are no assistants, or no free slot."""
    agent_catch: str | None = setting(Optional(Name()), None)
    """Law of the chance that an assistant's review catches a wrong output; required of it."""
    audit: float | None = setting(Optional(PROBABILITY), None)
    """Chance that people review anew what an assistant's review has accepted; absent: 0."""
    max_attempts: int = setting(Number(1, 1000, whole=True), 1)
    """Attempts in all before a person takes over."""
    retry_fraction: float = setting(Number(0), 1.0)
    """Work of each further attempt, as a fraction of the task's."""
    takeover_fraction: float = setting(Number(0), 1.0)
    """Work of the person who takes over, as a fraction of the task's."""
    steering_work: Variate = setting(Amount("person"), _amount(0.0))
    """Work of one steering intervention, person-days."""
    steering_priority: int = setting(PRIORITY, 1)
    """Priority of steering in its pool."""


@dataclass(frozen=True, kw_only=True)
class Skill:
    """A kind of work. Laws are named and stand under `feedback`; c is capability in OOM."""

    pool: str = setting(Name())
    """Human pool that does, steers and takes over this work."""
    review_pool: str | None = setting(Optional(Name()), None)
    """Human pool that reviews it; by default the same people."""
    difficulty: float | None = setting(Optional(Number()), None)
    """How much harder than the reference for assistants, OOM: `share` is read at c - difficulty;
    by default 0, and nothing where there is no share."""
    share: str | None = setting(Optional(Name()), None)
    """Law of the share of tasks given to assistants; absent: never."""
    speedup: str | None = setting(Optional(Name()), None)
    """Law of the assistant's speed relative to a person; absent: 1."""
    quality: str | None = setting(Optional(Name()), None)
    """Law of the chance that an assistant's attempt is right; absent: 1."""
    steering: str | None = setting(Optional(Name()), None)
    """Law of the interventions needed per person-day of delegated work; absent: none."""
    human_quality: float = setting(PROBABILITY, 1.0)
    """Chance that a person's attempt is right."""
    oversight: str | None = setting(Optional(Name()), None)
    """Oversight policy; absent: no review."""


@dataclass(frozen=True, kw_only=True)
class Assistants:
    """Whose model helps, where it runs, and how fast people take up a new one."""

    source: str = setting(Choice(("own", "frozen", "external", "none")), "none")
    """`own`: the lab's last release (recursive); `frozen`: generation 0 for ever;
    `external`: a vendor's models; `none`."""
    external: dict[float, float] = setting(Timetable(Number()), {})
    """Capability of the vendor's newest model by time of its release, OOM above generation 0; 0
    before the first."""
    pool: str | None = setting(Optional(Name()), None)
    """Agent pool whose slots the assistants use."""
    adoption: float = setting(Duration(), 0.0)
    """Time constant of taking up a new release, days."""
    access: float = setting(PROBABILITY, 1.0)
    """Share of tasks, done or reviewed by assistants, that may ever use the newest release."""
    balk: bool = setting(Flag(), True)
    """Whether a person at once does a delegated task, or review, that finds no free slot."""
