"""What published models claim by themselves, and what the lab's start makes of it.

A curve that is matched has lost its own start: of Forethought's model the initial speed-up f, of
METR's the growth of software today. So the best known claim of each is told three times:

    published             the model as its authors have it
    start                 the same draws or midpoints, but software starts as fast as the lab
    start and values      with the lab's own values, too, where it has such parameters

Forethought's is the chance that three years of progress fit in twelve months, over its published
ranges; METR's is the date when 99% of AI research is automated, at midpoints, with the middle 80%
of draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.curves.laid import Laid, Own
from sim.curves.matching import YEAR, match
from sim.growth import software_explosion, timelines_monte_carlo
from sim.growth.timelines import Timelines

if TYPE_CHECKING:
    import pandas as pd

CASE = (3.0, 12.0)
"""Years of progress, and months within which they fit."""
SHARE = 0.99
"""Automated share of AI research whose date is told."""
DRAWS = 200_000
"""From Forethought's ranges: the standard error of the chance is a tenth of a percentage point."""
FEWER = 50_000
"""The same from a lab's start: two tenths."""
DATES = 4_000
"""Draws from METR's ranges: its quantiles are known to a month."""
AS_PUBLISHED, START, VALUES = "published", "start", "start and values"
"""Variants of a claim."""


def claims(
    curves: Mapping[str, Laid], own: Own | None, growth: float, window: float
) -> pd.DataFrame:
    """Return the claims of the published models, as published and from the lab's start.

    Parameters
    ----------
    curves
        Those laid over the lab, by name.
    own
        The lab's values, if it states them.
    growth, window
        Ln software of the lab by the end of the window of so many days.

    Returns
    -------
    DataFrame
        One row per model and variant: `model` (forethought, metr), `variant`, `value` (chance, or
        date in years A.D.; inf: not within 200 years), `low`, `high` (of the published date the
        middle 80% of draws; else NaN), `speedup` (f, Forethought's; NaN where it is drawn or there
        is none) and `rate` (doublings of software a year at t = 0; NaN where it is drawn).
    """
    import pandas as pd

    def matched(name: str) -> Any:
        return match(curves[name].build, growth, window / YEAR)

    rows = [_row("forethought", AS_PUBLISHED, _chance(DRAWS))]
    first = matched("forethought")
    rows.append(_row("forethought", START, _chance(FEWER, speedup=(first.speedup,) * 2), first))
    if own and "forethought_own" in curves:
        run = matched("forethought_own")
        chance = _chance(
            FEWER, speedup=(run.speedup,) * 2, returns=(run.r,) * 2, parallel=(run.p,) * 2,
        )
        rows.append(_row("forethought", VALUES, chance, run))
    drawn = timelines_monte_carlo.monte_carlo(DATES, share=SHARE)["date"].tolist()
    middle = Timelines()
    rows.append(_row("metr", AS_PUBLISHED, middle.date_of(SHARE), middle) | {
        "low": drawn[0], "high": drawn[-1],
    })  # fmt: skip
    for variant, name in ((START, "metr"), (VALUES, "metr_own")):
        if name in curves:
            run = matched(name)
            rows.append(_row("metr", variant, run.date_of(SHARE), run))
    return pd.DataFrame(rows)


def _chance(draws: int, **ranges: tuple[float, float]) -> float:
    table = software_explosion.monte_carlo(draws, cases=(CASE,), **ranges)  # type: ignore[arg-type]
    return float(table["chance"].iloc[0])


def _row(model: str, variant: str, value: float, run: Any = None) -> dict[str, object]:
    return {
        "model": model, "variant": variant, "value": value, "low": math.nan, "high": math.nan,
        "speedup": getattr(run, "speedup", math.nan),
        "rate": run.initial_rate / math.log(2) if run else math.nan,
    }
