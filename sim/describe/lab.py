"""The lab as a whole: its clock, its assistants, its skills, how they are overseen, its stocks."""

from __future__ import annotations

import math

from sim.describe.sections import Section, Table
from sim.describe.walk import extras
from sim.describe.words import amount, days, number, percent, plain, rough
from sim.model import Model
from sim.model.fields import write_record
from sim.model.readouts import RELIABLE

CAPABILITIES = (0.0, 2.0)
"""Capabilities at which the laws are shown, OOM."""


def section(model: Model) -> Section:
    """Return the section on clock, units and ends."""
    before = f"; the clock starts {days(model.prehistory)} earlier" if model.prehistory else ""
    lines = [
        f"from {model.start_date} (t = 0) for {days(model.horizon)}{before}",
        f"a person-day has {number(model.hours_per_person_day)} working hours",
        f"assistants: {_assistants(model)}",
        *(f"assistants, {more}" for more in extras(model.assistants, _TOLD_OF_ASSISTANTS)),
    ]
    if model.end.capability is not None:
        lines.append(f"ends early at capability {number(model.end.capability)} OOM")
    if model.end.generations is not None:
        lines.append(f"ends early at generation {model.end.generations}")
    return Section(title=model.name, lines=tuple(lines))


_TOLD_OF_ASSISTANTS = ("source", "pool", "adoption", "balk")


def _assistants(model: Model) -> str:
    own = model.assistants
    words = {
        "own": "the lab's own last release (recursive)",
        "frozen": "generation 0 for ever",
        "external": "a vendor's models, by date",
    }
    if own.source == "none":
        return "none"
    text = f"{words.get(own.source, own.source)}, on the slots of {own.pool}"
    if own.source in ("own", "external"):
        text += f"; people take up a new one within {days(own.adoption)} (time constant)"
    return text + (
        "; without a free slot a person does the task" if own.balk else "; tasks wait for a slot"
    )


def skills(model: Model) -> Section:
    """Return the section on who does what, and what assistants do of it."""
    if not model.skills:
        return Section(title="Skills")
    if model.assistants.source == "none":
        people = tuple(
            (name, skill.pool, skill.review_pool or skill.pool, percent(skill.human_quality),
             skill.oversight or "none")
            for name, skill in model.skills.items()
        )  # fmt: skip
        columns = ("skill", "people", "reviewers", "right", "oversight")
        return Section(title="Skills", tables=(Table(columns=columns, rows=people),))
    rows = []
    for name, skill in model.skills.items():
        shift = skill.difficulty or 0.0
        told = (
            (_at(model, skill.share, shift, "0"), _at(model, skill.speedup, 0.0, "1"),
             _at(model, skill.quality, 0.0, "1"), _at(model, skill.steering, 0.0, "0"))
            if skill.share else ("–",) * 4
        )  # fmt: skip
        rows.append((
            name, skill.pool, *told, percent(skill.human_quality), skill.oversight or "none"
        ))  # fmt: skip
    at = " → ".join(f"c = {c:g}" for c in CAPABILITIES)
    return Section(
        title="Skills",
        lines=(
            f"what assistants do at capability {at} OOM; steers: interventions by people per "
            "person-day of delegated work",
        ),
        tables=(
            Table(
                columns=(
                    "skill", "people", "delegated", "speed-up", "right", "steers",
                    "people right", "oversight",
                ),
                rows=tuple(rows),
            ),
        ),
    )


_TOLD_OF_OVERSIGHT = {
    *("review", "human_review", "catch", "review_work", "review_fraction", "max_attempts"),
    "steering_work",
}


def oversight(model: Model) -> Section:
    """Return the section on review, rework, steering, taking over."""
    rows = tuple(
        (
            name, percent(policy.review), percent(policy.human_review), percent(policy.catch),
            f"{amount(policy.review_work, 'd')} + {number(policy.review_fraction)} × the task",
            str(policy.max_attempts), amount(policy.steering_work, "d"),
        )
        for name, policy in model.oversight.items()
    )
    columns = (
        "oversight", "assistants' work reviewed", "people's", "mistakes caught",
        "a review, person-days", "attempts", "a steer, person-days",
    )
    return Section(
        title="Oversight",
        lines=tuple(
            f"{name}, {more}"
            for name, policy in model.oversight.items()
            for more in extras(policy, _TOLD_OF_OVERSIGHT)
        ),
        tables=(Table(columns=columns, rows=rows),) if rows else (),
    )


def stocks(model: Model) -> Section:
    """Return the section on know-how."""
    rows = tuple(
        (
            name, number(stock.gain), number(stock.beta),
            "none" if math.isinf(stock.ceiling) else number(stock.ceiling),
            ", ".join(f for f, flow in model.flows.items()
                      if flow.insight and flow.insight.targets.get(name)) or "nothing",
        )
        for name, stock in model.stocks.items()
    )  # fmt: skip
    columns = ("stock", "gain of a success", "ideas get harder (beta)", "ceiling", "raised by flow")
    return Section(title="Stocks", tables=(Table(columns=columns, rows=rows),) if rows else ())


def readouts(model: Model) -> Section:
    """Return the section on what models would score in published tests."""
    own, rows, lines = model.readouts, [], []
    if own.metr_horizon:
        hours = (f"{rough(own.metr_horizon.at(c))} h" for c in CAPABILITIES)
        rows.append(("METR time horizon, hours of a person's work at 50% success", *hours))
        lines.append(f"METR calls measurements above {RELIABLE:g} h unreliable")
    for name, benchmark in own.benchmarks.items():
        rows.append((f"benchmark {name}", *(percent(benchmark.at(c)) for c in CAPABILITIES)))
    columns = ("readout", *(f"c = {c:g}" for c in CAPABILITIES))
    if rows:
        lines = ["what a generation would score by its capability c, OOM; nothing else in the run "
                 "depends on it", *lines]
    return Section(
        title="Readouts", lines=tuple(lines),
        tables=(Table(columns=columns, rows=tuple(rows)),) if rows else (),
    )  # fmt: skip


def interventions(model: Model) -> Section:
    """Return the section on what somebody changes while the lab runs."""
    rows = tuple(
        (
            name,
            f"+{days(change.at)}" if change.at is not None else
            f"release of generation {change.generation}",
            plain({
                "set": change.set,
                "capacity": {pool: write_record(step) for pool, step in change.capacity.items()},
                "pause": change.pause, "resume": change.resume,
            }),
        )
        for name, change in model.interventions.items()
    )  # fmt: skip
    return Section(
        title="Interventions",
        tables=(Table(columns=("intervention", "when", "what"), rows=rows),) if rows else (),
    )


def _at(model: Model, name: str | None, shift: float, absent: str) -> str:
    """Return a law at the capabilities shown, read `shift` OOM below them."""
    if name is None:
        return absent
    values = [f"{model.feedback[name].at(c - shift):.2g}" for c in CAPABILITIES]
    return values[0] if len(set(values)) == 1 else " → ".join(values)
