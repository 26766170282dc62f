"""What a discovery looks for: `two_oom <= 1 y`, `capability >= 3`, `capability >= top 20%`.

A condition compares outcomes of a run with values; several are joined by `and`. A date that was not
reached within the horizon is later than any: false for `<=`, true for `>`. So is a time of what
does not happen in a whole run, as 3 years of progress in some stretch of it (`Outcome.never`). What
is not known is left to runs that failed or ended early, and to values that do not exist. `top 20%`
is the value that the highest 20% of the runs reach, `bottom 20%` (of dates also `earliest 20%`)
that which the lowest 20% stay at or below; runs that are equal there all count.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.metrics.growth import ROUNDING
from sim.model import InputError
from sim.model.errors import show, unknown_name
from sim.model.units import CLOCK, WORKING_TIME
from sim.study.outcomes import Outcome
from sim.study.statistics.sample import FAILED, WHOLE

Floats = NDArray[np.float64]
OPERATORS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}
"""Signs and what they ask; see `compare`."""
EXAMPLE = 'write for example when="capability >= 3", or when="one_oom <= 1 y"'
SHARE = 20
"""Per cent of the runs that are looked for if nothing is said."""
TIES = 0.005
"""By how much more runs than a rank asks for are worth saying."""

_TERM = re.compile(r"\s*(\w+)\s*(<=|>=|<|>)\s*(.*?)\s*")
_RANK = re.compile(r"(top|bottom|earliest|latest)\s+(\d+(?:\.\d*)?)\s*%", re.IGNORECASE)
_NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S*)")


@dataclass(frozen=True, kw_only=True)
class Term:
    """One comparison."""

    outcome: Outcome
    """What is compared."""
    operator: str
    """One of `OPERATORS`."""
    written: str
    """The value as it was written."""
    value: float | None = None
    """The value in the outcome's unit; absent: that of `quantile`."""
    quantile: float | None = None
    """Quantile of the outcome over the runs that stands for the value."""
    tied: float | None = None
    """Share of the runs that have such a rank, where ties make it more than was asked for."""

    @property
    def text(self) -> str:
        """The comparison as it is written."""
        return f"{self.outcome.name} {self.operator} {self.written}"

    def resolved(self, runs: Any) -> Term:
        """Return the term with its value, which a quantile takes from the runs.

        Raises
        ------
        InputError
            If there is no such value: so few runs reach a date.
        """
        if self.quantile is None:
            return self
        name = self.outcome.name
        values = _values(runs, self.outcome)
        values = values[~np.isnan(values)]
        if not len(values):
            raise InputError(
                f"condition '{self.text}': no run tells {name}; name another outcome"
            )
        high = self.highest
        at = self.quantile * (len(values) - 1)  # a value that some run has
        rank = math.ceil(at - 1e-9) if high else math.floor(at + 1e-9)
        value = float(np.sort(values)[rank])
        if math.isinf(value):
            reached = float(np.isfinite(values).mean())
            raise InputError(
                f"condition '{self.text}' needs a date that so many runs reach, and {name} is "
                f"reached in {reached:.0%} of them; choose a smaller share or another outcome"
            )
        share = 1.0 - self.quantile if high else self.quantile
        found = float(compare(values, self.operator, value).mean())
        same = compare(values, ">=", value) & compare(values, "<=", value)
        several = self.operator == (">=" if high else "<=") and same.sum() > 1
        tied = found if several and found > share + TIES else None
        return replace(self, value=value, quantile=None, tied=tied)

    @property
    def ranked(self) -> bool:
        """Whether the value is written as a rank."""
        return _RANK.fullmatch(self.written) is not None

    @property
    def highest(self) -> bool:
        """Whether the value is written as a rank from the highest down."""
        return self.written.lower().startswith(("top", "latest"))

    def holds(self, runs: Any, horizon: Any) -> Floats:
        """Return of each run 1 if it holds, 0 if not, NaN if that is not known."""
        assert self.value is not None
        values, whole = _values(runs, self.outcome), _whole(runs)
        found = compare(values, self.operator, self.value).astype(float)
        if self.outcome.date:  # a run that ended early may have reached it later, but in time
            until = np.where(whole, horizon, runs["end_time"].to_numpy(float))
            found = np.where(np.isinf(values) & (until < self.value), np.nan, found)
        if self.outcome.never:  # what came later may have taken less
            found = np.where(~whole & (values > self.value), np.nan, found)
        return np.where(np.isnan(values), np.nan, found)


def compare(values: Floats, sign: str, value: float) -> Any:
    """Return which values stand to one as a sign says.

    Those that differ from it by rounding only count as equal: runs that come to the same on
    different ways do.
    """
    slack = ROUNDING * max(abs(value), 1.0)
    return OPERATORS[sign](values, value + slack if sign in ("<=", ">") else value - slack)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What must hold of a run: all terms."""

    terms: tuple[Term, ...]
    """The comparisons."""

    @property
    def text(self) -> str:
        """The condition as it is written."""
        return " and ".join(term.text for term in self.terms)

    def resolved(self, runs: Any) -> Condition:
        """Return the condition with all its values; `InputError` as of `Term.resolved`."""
        return Condition(terms=tuple(term.resolved(runs) for term in self.terms))

    def holds(self, runs: Any, horizon: Any) -> Floats:
        """Return of each run 1 if all terms hold, 0 if one does not, NaN if that is not known."""
        found = np.array([term.holds(runs, horizon) for term in self.terms])
        no = (found == 0).any(axis=0)
        return np.where(no, 0.0, np.where(np.isnan(found).any(axis=0), np.nan, 1.0))


def read(text: str | None, outcomes: Mapping[str, Outcome], longest: float) -> Condition:
    """Return the condition that is written so, or raise `InputError`.

    Parameters
    ----------
    text
        As above; absent: the highest 20% of the first outcome, of a date the earliest.
    outcomes
        Outcomes of the study by name.
    longest
        Longest horizon of any run, days.
    """
    if text is None:
        first = next(iter(outcomes.values()))
        rank = "<= earliest" if first.date else "<= bottom" if first.never else ">= top"
        text = f"{first.name} {rank} {SHARE}%"
    terms = []
    for part in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE):
        match = _TERM.fullmatch(part)
        if not match or not match[3]:
            raise InputError(
                f"condition must compare an outcome by <=, <, >= or >, got {show(part)}; {EXAMPLE}"
            )
        name, sign, value = match.groups()
        if name not in outcomes:
            raise InputError(f"condition '{part}': {unknown_name('outcome', name, outcomes)}")
        terms.append(_term(outcomes[name], sign, value, longest))
    return Condition(terms=tuple(terms))


def _term(outcome: Outcome, sign: str, written: str, longest: float) -> Term:
    thing = f"condition '{outcome.name} {sign} {written}'"
    rank = _RANK.fullmatch(written)
    if rank:
        word, share = rank[1].lower(), float(rank[2]) / 100.0
        if word in ("earliest", "latest") and outcome.unit != "days":
            raise InputError(
                f"{thing}: {word} is of times, and {outcome.name} is none; write top or bottom"
            )
        if not 0 < share < 1:
            raise InputError(f"{thing}: the share must be within 0% and 100%; set for example 20%")
        level = share if word in ("bottom", "earliest") else 1.0 - share
        return Term(outcome=outcome, operator=sign, written=written, quantile=level)
    value = _value(outcome, written, thing)
    if (outcome.date or outcome.never) and value > longest:
        raise InputError(
            f"{thing}: runs end after {longest:g} d, so that nothing is known of later dates or "
            "longer times; choose an earlier one, or run the study with a longer horizon"
        )
    return Term(outcome=outcome, operator=sign, written=written, value=value)


def _value(outcome: Outcome, written: str, thing: str) -> float:
    """Return a value in the unit of an outcome."""
    measures = {"days": CLOCK, "hours": WORKING_TIME}
    if outcome.unit in measures:
        measure = measures[outcome.unit]
        try:
            return float(measure.read(written, ()))
        except InputError:
            raise InputError(
                f"{thing}: {outcome.name} is {measure.name} with a unit "
                f"({', '.join(measure.units)}), got {show(written)}; write for example "
                f"2 {measure.base}"
            ) from None
    match = _NUMBER.fullmatch(written)
    unit = match[2] if match else ""
    if match and unit == "%" and outcome.unit == "share":
        return float(match[1]) / 100.0
    if not match or unit not in ("", outcome.unit):
        of = f" ({outcome.unit})" if outcome.unit else ""
        raise InputError(
            f"{thing}: {outcome.name} is a plain number{of}, got {show(written)}; leave the unit "
            "out"
        )
    return float(match[1])


def _values(runs: Any, outcome: Outcome) -> Floats:
    """Return the values of the runs: NaN if not known; infinite if it does not happen."""
    values = runs[outcome.name].to_numpy(float, copy=True)
    failed = (runs["end_reason"] == FAILED).to_numpy()
    if outcome.date:
        values[np.isnan(values)] = np.inf
    elif outcome.never:
        values[np.isnan(values) & _whole(runs)] = np.inf
    values[failed] = np.nan
    return values


def _whole(runs: Any) -> Any:
    """Return which runs went to their horizon, or into a deadlock."""
    return np.isin(runs["end_reason"].to_numpy(), WHOLE)
