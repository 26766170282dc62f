"""Kinds of time: what an item, or a generation, spends its days on or waits for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of time."""

    label: str
    """For people."""
    waiting: bool = False
    """Whether nothing is done meanwhile."""
    meaning: str
    """What counts as it."""


KINDS: dict[str, Kind] = {
    "knowhow": Kind(
        label="waiting for know-how", waiting=True,
        meaning="the gate is closed: research has not yet found enough for a better model",
    ),
    "wait_compute": Kind(
        label="waiting for compute", waiting=True,
        meaning="a job, evaluation or training waits for units of compute",
    ),
    "computing": Kind(
        label="computing",
        meaning="jobs and training runs make progress, checkpoints included",
    ),
    "failures": Kind(
        label="failures and repair",
        meaning="runs that failed, progress lost by interruptions of training, and its restarts "
        "and diagnosis",
    ),
    "wait_people": Kind(
        label="waiting for people", waiting=True,
        meaning="a task, or an assistant that must be steered, waits for a person in working hours",
    ),
    "people": Kind(label="people at work", meaning="first attempts by people"),
    "wait_review": Kind(
        label="waiting for review", waiting=True,
        meaning="an output waits for its review or audit (by people: in working hours)",
    ),
    "review": Kind(label="review", meaning="reviews and audits, by people or assistants"),
    "steering": Kind(label="steering", meaning="people steer assistants"),
    "wait_slots": Kind(
        label="waiting for assistants", waiting=True,
        meaning="a task waits for an assistant's slot",
    ),
    "assistants": Kind(label="assistants at work", meaning="first attempts by assistants"),
    "rework": Kind(
        label="rework",
        meaning="further attempts and takeovers after a rejection, and stages done once more",
    ),
    "off_hours": Kind(
        label="nights and weekends", waiting=True,
        meaning="people who are waited for, or are at work on it, are off",
    ),
    "delay": Kind(label="set delays", meaning="delays that are part of a route"),
    "other": Kind(
        label="other waiting", waiting=True,
        meaning="nothing of the item's own goes on: gaps that no row of the log fills (a request "
        "of a paused stage waits for what it asks for)",
    ),
}
"""All kinds by name, in the order in which they are stacked."""
