"""What a discovery looked for, said as something that happens: 'a model of 2 OOM is released …'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sim.plots import style
from sim.plots.study import words as wording
from sim.plots.words import date, duration, plain

if TYPE_CHECKING:
    from sim.model import Model
    from sim.study.discovery import Discovery
    from sim.study.discovery.condition import Term

SIGNS = {"<=": "≤", ">=": "≥"}
UNTIL, STRETCH = "time until ", "shortest time in which "
"""How the meanings of dates and of stretches of a run begin."""


def event(found: Discovery) -> str:
    """Return what was looked for: 'a model of 2 OOM is released within 1.5 y (by 5 Feb 2028)'."""
    model = found.results.model(0)
    return " and ".join(_said(term, model) for term in found.condition.terms)


def _said(term: Term, model: Model) -> str:
    one, amount, notes = term.outcome, _amount(term), _notes(term)
    early = term.operator.startswith("<")
    if one.date and one.meaning.startswith(UNTIL):
        what = one.meaning.removeprefix(UNTIL)
        assert term.value is not None
        if style.in_dates(model):
            notes.insert(0, f"{'by' if early else 'after'} {date(model, term.value)}")
        least = "at least" if term.operator == ">=" else "more than"
        text = f"{what} within {amount}" if early else f"it takes {least} {amount} until {what}"
    elif one.never and one.meaning.startswith(STRETCH):
        what = one.meaning.removeprefix(STRETCH)
        text = f"there is {'a' if early else 'no'} stretch of {amount} in which {what}"
    else:
        text = f"{plain(one.name)} is {SIGNS.get(term.operator, term.operator)} {amount}"
    return text + (f" ({'; '.join(notes)})" if notes else "")


def _amount(term: Term) -> str:
    """Return the value with its unit, as it was written; of a rank that which it stands for."""
    one = term.outcome
    assert term.value is not None
    unit = f" {one.unit}" if one.unit not in ("", "share") else ""
    if term.ranked:
        if one.unit == "days":
            return duration(term.value)
        return wording.value(term.value) + unit
    plain_number = re.fullmatch(r"[-+.\deE]+", term.written) is not None
    return term.written + (unit if plain_number else "")


def _notes(term: Term) -> list[str]:
    """Return the rank that was asked for, and how many more runs have it."""
    if not term.ranked:
        return []
    return [term.written + ("" if term.tied is None else f", {term.tied:.0%} with ties")]
