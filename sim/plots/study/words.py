"""Words of studies: outcomes with their units, values, intervals, what the design holds."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.plots.words import count_of, plain, upper_first

if TYPE_CHECKING:
    from sim.plots.study.studied import Studied

LEVEL = "90% interval"
UNKNOWN = "–"
"""Of what is not known."""
ALL_EQUAL = "all equal"
"""Instead of the ends of an interval that has no width."""
EQUAL = "all equal: in every replication so far, which does not mean that there is no luck"
"""What that means."""


def label(found: Studied, outcome: str) -> str:
    """Return 'capability (OOM)'."""
    unit = found.outcomes[outcome].unit
    name = plain(outcome)
    return f"{name} ({unit})" if unit and unit != name else name


def median_or_mean(found: Studied, outcome: str) -> str:
    """Return what stands for an outcome: the mean; of a date the median."""
    return "median" if found.outcomes[outcome].date else "mean"


def value(number: Any) -> str:
    """Return a value of a factor or an outcome: '1,240', '0.123', '8'; a name as it is.

    >>> value(0.1234), value(1234.5), value("as_it_is")
    ('0.123', '1,230', 'as_it_is')
    """
    if isinstance(number, str):
        return number
    number = float(number)
    if math.isnan(number):
        return UNKNOWN
    if math.isinf(number):
        return "later"
    if abs(number) >= 1e7 or 0 < abs(number) < 1e-4:
        return f"{number:.2e}"
    return f"{float(f'{number:.3g}') + 0.0:,.10g}"


def alike(*numbers: float) -> list[str]:
    """Return numbers with the same decimals: three digits of the largest.

    >>> alike(1.2345, 0.0321, -1.9)
    ['1.23', '0.03', '-1.90']
    """
    largest = max((abs(x) for x in numbers if math.isfinite(x)), default=0.0)
    if largest >= 1e7 or 0 < largest < 1e-4:
        return [value(x) for x in numbers]
    decimals = max(0, 2 - math.floor(math.log10(largest))) if largest else 0
    texts = [f"{x:,.{decimals}f}" if math.isfinite(x) else value(x) for x in numbers]
    nothing = f"{-0.0:.{decimals}f}"
    return [text.lstrip("-") if text == nothing else text for text in texts]


def interval(middle: float, low: float, high: float, unit: str = "") -> str:
    """Return '1.23 [1.10, 1.36] OOM'; without ends '1.23 OOM', of no width '1.23 [all equal]'.

    >>> interval(0.99, 0.99, 0.99, "OOM"), interval(0.99, 0.98, 1.0)
    ('0.990 [all equal] OOM', '0.990 [0.980, 1.000]')
    """
    texts = alike(middle, low, high)
    known = not (math.isnan(low) or math.isnan(high))
    ends = f" [{texts[1]}, {texts[2]}]" if known else ""
    if known and no_width(low, high):
        ends = f" [{ALL_EQUAL}]"
    return f"{texts[0]}{ends}" + (f" {unit}" if unit else "")


def no_width(low: float, high: float) -> bool:
    """Return whether an interval has no width but rounding: its replications are equal so far."""
    return math.isfinite(low) and math.isclose(low, high, rel_tol=1e-9, abs_tol=1e-15)


def beneath(found: Studied, how: str, outcomes: Iterable[str] = (), says: str = "") -> str:
    """Return what stands beneath a title: how it is drawn, what outcomes are, how many runs.

    Parameters
    ----------
    how
        How it is drawn.
    outcomes
        Those that are shown: of a name that is not that of its measure it is said what it is.
    says
        The title: if it holds values that are all equal it is said what that means.
    """
    parts = [how, *(text for name in outcomes if (text := meaning(found, name)))]
    if ALL_EQUAL in says:
        parts.append(EQUAL)
    return ". ".join(upper_first(part) for part in (*parts, runs_of(found))) + "."


def meaning(found: Studied, outcome: str) -> str:
    """Return 'one oom: time until a model of 1 OOM is released'; empty if the name says it."""
    one = found.outcomes[outcome]
    return "" if plain(outcome) == plain(one.kind) else f"{plain(outcome)}: {one.meaning}"


def runs_of(found: Studied) -> str:
    """Return '9 points, 72 runs'."""
    return f"{count_of(len(found.ran), 'point')}, {count_of(len(found.runs), 'run')}"


def others(found: Studied, *shown: str) -> str:
    """Return over what a figure averages: 'means over gain and review'; empty if over nothing."""
    rest = [plain(name) for name in found.moved if name not in shown]
    if not rest:
        return ""
    return f"over all values of {listed(rest) if len(rest) <= 4 else f'{len(rest)} other factors'}"


def listed(names: list[str]) -> str:
    """Return 'a', 'a and b', 'a, b and c'."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def short(name: Any, width: int = 28) -> str:
    """Return a value of a factor in lines of a width, for a legend or an axis."""
    return textwrap.fill(value(name), width)
