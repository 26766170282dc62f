"""The largest assumptions: which values that no source states decide most of a result.

How much a value decides was measured once, in the default lab, each value alone:
`experiments/03_assumptions`. Here a model's own values are ranked by that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sim.config import default, shipped
from sim.describe.parameters import OWN, UNKNOWN, Parameter, counted, parameters, shown
from sim.describe.words import plain
from sim.model import Model, catalogue
from sim.paths import experiments
from sim.plots.words import upper_first
from sim.study.swings import End, Swing, ranked, read, signed

NOT_RANKED = "not ranked: nothing was measured on a lab like this"
"""What is said where no swing speaks of the model."""
SET_HERE = {OWN: "set here", UNKNOWN: "set here"}
"""Tags in words, where those of the catalogue do not speak for themselves."""
_FACT = r"\d+(?: \([^()]*\))?"
_FITTED = re.compile(rf"fitted to .*?stylised facts? {_FACT}(?:(?:, | and ){_FACT})*")
"""How the source of a fitted value begins."""
ALIKE = 0.5
"""A lab with fewer of the measured values than this share of them is a lab of its own."""


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """One value of a model that no source states."""

    path: str
    value: str
    """With its unit."""
    tag: str
    """`guess` or `fitted`, by the catalogue; `own`: set by this configuration; `no entry`."""
    sentence: str
    """What it is, for a non-specialist."""
    swing: Swing | None
    """What it decides in the default lab; absent: not measured."""
    usual: str | None = None
    """The default lab's value with its unit, if it is another."""
    facts: str = ""
    """Where it is `fitted`: to what."""

    @property
    def text(self) -> str:
        """What its swing was, in words."""
        return NOT_RANKED if self.swing is None else _words(self.swing, self.usual)

    @property
    def origin(self) -> str:
        """Where it comes from, in a few words: `guess`, `fitted to stylised fact 1 (…)`."""
        return self.facts or SET_HERE.get(self.tag, self.tag)


def largest(
    model: Model, count: int = 3, swings: Iterable[Swing] | None = None
) -> list[Assumed]:
    """Return the values without a source that decide most, the largest swing first.

    They are ranked by what was measured on the default lab alone; a value that the model has
    changed keeps its place. What changed nothing there is left out. A model that
    shares little with the default lab (fewer than half of the measured values) cannot be ranked by
    it: the values that are its own come in model order, without a swing.

    Parameters
    ----------
    model
        Any model.
    count
        How many at most.
    swings
        What was measured, in order of rank; by default in the default lab.
    """
    measured = {s.path: s for s in (_shipped_swings() if swings is None else swings)}
    found = {row.path: row for row in unsourced(model)}
    values = catalogue.leaves(model.to_dict())
    usual = catalogue.leaves(default().to_dict())
    if sum(path in values for path in measured) < ALIKE * max(len(measured), 1):
        own = [row for path, row in found.items() if path not in usual]
        return [_assumed(row, None) for row in (own or list(found.values()))[:count]]
    common = [path for path, swing in measured.items() if path in found and swing.size]
    return [
        _assumed(found[path], measured[path], changed=usual.get(path) != values[path])
        for path in common[:count]
    ]


def unsourced(model: Model) -> list[Parameter]:
    """Return the values of a model that no source states, in model order."""
    order = list(catalogue.leaves(model.to_dict()))
    return sorted(
        (row for row in _rows(model) if row.tag != "sourced"), key=lambda row: order.index(row.path)
    )


def tally(model: Model) -> str:
    """Return how many of the model's values have which origin, in words.

    >>> tally(default())
    '171 of the 223 values of this model are guesses, 42 fitted and 10 sourced.'
    """
    counts = counted(_rows(model))
    whole, guesses = sum(counts.values()), counts.pop("guess", 0)
    here = sum(counts.pop(tag, 0) for tag in SET_HERE)
    others = [f"{counts[tag]} {tag}" for tag in ("fitted", "sourced") if tag in counts]
    if here:
        others.append(f"{here} set here")
    are = "is a guess" if guesses == 1 else "are guesses"
    said = [f"{guesses or 'none'} of the {whole} values of this model {are}", *others]
    *first, last = said
    return f"{upper_first(', '.join(first))} and {last}." if first else f"{upper_first(last)}."


def are_ranked(model: Model) -> bool:
    """Return whether what was measured speaks of this model."""
    found = largest(model, 1)
    return bool(found) and found[0].swing is not None


def how(found: Iterable[Assumed]) -> str:
    """Return how these swings were measured, and what that leaves open."""
    pairs = sorted({end.replications for a in found if a.swing for end in a.swing.ends})
    number = f"{pairs[0]}" if len(pairs) == 1 else f"{pairs[0]} to {pairs[-1]}"
    return (
        f"Measured on the default lab, one at a time, over these ranges ({number} pairs of "
        "replications on the same random numbers; 90% intervals of the mean). Values that move "
        "together, and other labs, may do otherwise."
    )


def reading(model: Model, path: str) -> str:
    """Return what the value at a path says, for a non-specialist: its meaning and the value.

    >>> reading(default(), "flows.experiment.stages.decide.work.mean").rpartition(". ")[2]
    'Here: 0.5 person-days'

    Raises
    ------
    KeyError
        If the model has no value at this path.
    """
    row = next((r for r in parameters(model) if r.path == path), None)
    if row is None:
        raise KeyError(path)
    return f"{stop(row.sentence)} Here: {row.value}"


# --- words --------------------------------------------------------------------------------------


def _rows(model: Model) -> list[Parameter]:
    return parameters(model, default(), shipped(model.name))


def _assumed(row: Parameter, swing: Swing | None, *, changed: bool = False) -> Assumed:
    fitted = _FITTED.match(row.source) if row.tag == "fitted" else None
    return Assumed(
        path=row.path, value=row.value, tag=row.tag, sentence=row.sentence, swing=swing,
        usual=_shown(swing.ends[0].default, _unit(row.path)) if swing and changed else None,
        facts=fitted[0] if fitted else "",
    )


def _words(swing: Swing, usual: str | None) -> str:
    """Return 'Change of capability …: -1.11 OOM (…) if moved to the low end of …; +0.91 …'.

    Intervals are 90% intervals of the mean.
    """
    lab = f"the default lab, where it is {usual}" if usual else "the default lab"
    first, *others = swing.ends
    ends = [f"{_change(first)} if moved to {_where(first)}"]
    ends += [f"{_change(e)} if moved to {_where(e, brief=True)}" for e in others]
    return f"Change of capability at the end, in {lab}: {'; '.join(ends)}"


def _where(end: End, *, brief: bool = False) -> str:
    """Return 'the low end of the catalogue's range (0.05 to 0.6)', or a value with its unit."""
    entry = catalogue.lookup(end.path)
    if end.rule == "range" and entry and isinstance(entry.range, tuple):
        if brief:
            return f"the {end.end} end"
        low, high = (plain(bound) for bound in entry.range)
        return f"the {end.end} end of the catalogue's range ({low} to {high})"
    return _shown(end.value, _unit(end.path))


def _change(end: End) -> str:
    changes = signed(end.capability) != signed(0)
    change = f"{signed(end.capability)} OOM" if changes else "no change"
    if end.capability_from == end.capability_to:
        return f"{change} in {'each' if changes else 'any'} of {end.replications} pairs"
    on_average = "" if changes else " on average"
    return f"{change}{on_average} ({signed(end.capability_from)} to {signed(end.capability_to)})"


def _unit(path: str) -> str:
    entry = catalogue.lookup(path)
    return entry.unit if entry else ""


def _shown(value: str, unit: str) -> str:
    try:
        return shown(float(value), unit)
    except ValueError:  # a duration
        return shown(value, unit)


def stop(sentence: str) -> str:
    """Return it with a full stop at its end."""
    return sentence if sentence.endswith(".") else f"{sentence}."


# --- what is shipped ----------------------------------------------------------------------------


@cache
def _shipped_swings() -> tuple[Swing, ...]:
    return tuple(ranked(read(experiments() / "03_assumptions" / "swings.csv")))
