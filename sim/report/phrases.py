"""Phrases of the answer: spans, spreads, shares of runs."""

from __future__ import annotations

from typing import Any

from sim.metrics import ranks
from sim.plots import style, words
from sim.plots.frames import Frames

REASONS = {
    "event_budget": "its budget of events was used up",
    "deadlock": "nothing could happen any more: a deadlock",
    "zero_time_loop": "events went round without time passing",
    "blow_up": "growth left all bounds",
    "capability_target": "the target capability was reached",
    "generation_target": "the target generation was reached",
    "interrupted": "it was interrupted",
}
"""End reasons in words."""


def span(frames: Frames) -> str:
    """Say how long it went on: 'In 2 years', or when and why all of it ended early."""
    early = frames.early
    if len(early) < frames.replications:
        return f"In {words.duration(frames.model.horizon)},"
    why = " or ".join(dict.fromkeys(REASONS.get(r, r) for r in frames.reasons.values()))
    reason = f" ({why})" if why else ""
    first, last = (words.date(frames.model, end) for end in (min(early), max(early)))
    if frames.replications == 1:
        return f"The run ended early, on {first}{reason}; until then"
    when = f"on {first}" if first == last else f"between {first} and {last}"
    return f"All runs ended early, {when}{reason}; until then"


def sample(frames: Frames) -> str:
    """Say of how many runs this is."""
    count, early = frames.replications, frames.early
    if count == 1:
        return " (one run: another seed may differ)"
    some = f"; {len(early)} ended early" if 0 < len(early) < count else ""
    return f" (ranges: the middle 80% of {count} runs{some})"


def spread(values: Any, form: str, unit: str = "", quantiles: Any = ranks.of_times) -> str:
    """Return '9 models (8 to 10)', the median and the middle 80 %, or '9 models' if that is all."""
    low, middle, high = (form.format(q) for q in quantiles(values, style.BAND))
    text = f"{middle} {unit}".rstrip()
    return text if low == high else f"{text} ({low} to {high})"


def percent(values: Any) -> str:
    """Return '65% (61% to 70%)' from shares."""
    return spread(values, "{:.0%}")


def days(values: Any) -> str:
    """Return '110 days (90 to 125)'."""
    return spread(values, "{:.0f}" if ranks.of_times(values, 0.5) >= 2 else "{:.2g}", "days")


def of(some: int, count: int) -> str:
    """Return 'all 6', '5 of 6'."""
    return f"all {count}" if some == count else f"{some} of {count}"
