"""How far do the field's curves lie from the default lab, and why? The tables of the README.

    recursim task=curves scenario=gpt53_codex
    python experiments/12_ours_and_the_curves/answer.py results/study/curves_gpt53_codex_*
    python experiments/12_ours_and_the_curves/answer.py

The second command prints the tables of the README from those in the study's folder, the third
from the copies here, which are rounded.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pandas as pd

from sim.curves.explained import GAP, LN2, REMAINING
from sim.growth.software_explosion import SPEEDUP

HERE = Path(__file__).parent
TABLES = ("gaps", "paths", "effects", "rates", "rematched", "claims")
DIGITS = 4
"""Decimals in the files here."""
TITLES = {
    "exponential": "constant rate", "forethought": "Forethought",
    "forethought_retraining": "Forethought with retraining", "metr": "METR",
    "semi_endogenous_own": "semi-endogenous, the lab's values",
    "forethought_own": "Forethought, the lab's values", "metr_own": "METR, the lab's values",
}
STEPS = {
    "holding": "experiments held", "retraining": "retraining time", "review": "review, steering",
    "waiting": "waiting",
}
VARIANTS = ("published", "start", "start and values")
ALL = "no_retraining + no_review + no_waiting"


def kept(folder: Path = HERE) -> dict[str, pd.DataFrame]:
    """Return the tables of a folder."""
    return {name: pd.read_csv(folder / f"{name}.csv").round(DIGITS) for name in TABLES}


def report(tables: dict[str, pd.DataFrame]) -> str:
    """Return the tables of the README."""
    gaps, paths, effects = tables["gaps"], tables["paths"], tables["effects"]
    end = gaps["date"].max()
    rates = tables["rates"].set_index("level")
    gap = gaps[gaps["date"] == end].set_index(["curve", "part"])
    line = paths[paths["date"] == end].set_index("line")["software"] / LN2
    anew = tables["rematched"]
    anew = anew[(anew["date"] == end) & (anew["level"] == ALL)].set_index("curve")
    alone = effects[effects["date"] == end].set_index("level")
    lines = _claims(tables["claims"])
    lines += ["", "| lab | doublings a year at t = 0 | doublings after two years |"]
    lines.append("|---|---|---|")
    for level in rates.index:
        lines.append(f"| `{level}` | {_told(rates.loc[level])} | {line[level]:.2f} |")
    lines += [
        "",
        "| curve | doublings | less the lab | less the lab without all | the same, matched anew |",
        "|---|---|---|---|---|",
    ]
    for curve, title in TITLES.items():
        cells = [_told(gap.loc[(curve, part)]) for part in (GAP, REMAINING)]
        cells = [f"{line[curve]:.2f}", *cells, _told(anew.loc[curve])]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    lines += ["", "| removed | after those above | alone |", "|---|---|---|"]
    for part, title in STEPS.items():
        level = f"no_{part}"
        own = _told(alone.loc[level], "effect", LN2) if level in alone.index else ""
        lines.append(f"| {title} | {_told(gap.loc[('exponential', part)])} | {own} |")
    for level in ("held, nothing lent", "no_retraining, nothing lent", "no_retraining, not held"):
        lines.append(f"| `{level}` | | {_told(alone.loc[level], 'effect', LN2)} |")
    return "\n".join(lines)


def _claims(claims: pd.DataFrame) -> list[str]:
    """Return the table of what the published models claim, not matched and from the lab's start."""
    of = claims.set_index(["model", "variant"])
    start, (low, high) = of.loc[("forethought", "start")], SPEEDUP
    lines = [
        "| published claim | as published | from the lab's start | and with the lab's values |",
        "|---|---|---|---|",
    ]
    chances = [f"{of.loc[('forethought', one)]['value']:.0%}" for one in VARIANTS]
    lines.append(f"| Forethought: 3 years of progress in 12 months | {' | '.join(chances)} |")
    dates = [f"{of.loc[('metr', one)]['value']:.1f}" for one in VARIANTS]
    drawn = of.loc[("metr", "published")]
    dates[0] += f" [{drawn['low']:.1f}, {drawn['high']:.1f}]"
    lines.append(f"| METR: 99% of AI research automated | {' | '.join(dates)} |")
    rates = [of.loc[("metr", one)]["rate"] for one in VARIANTS[:2]]
    speedups = f"{low:g} to {high:g} | {start['speedup']:.2f}"
    lines.append(f"| Forethought's speed-up at the start | {speedups} | |")
    lines.append(f"| METR's doublings a year at the start | {rates[0]:.2f} | {rates[1]:.2f} | |")
    return lines


def _told(row: pd.Series, name: str = "doublings", unit: float = 1.0) -> str:
    """Return a number and its 90% interval."""
    middle, low, high = (float(row[f"{name}{end}"]) / unit for end in ("", "_low", "_high"))
    if not math.isfinite(middle):
        return "–"
    middle, low, high = (round(x, 2) + 0.0 for x in (middle, low, high))  # no -0.00
    return f"{middle:+.2f} [{low:+.2f}, {high:+.2f}]"


def main() -> int:
    """Print the tables; return an exit code."""
    print(report(kept(*map(Path, sys.argv[1:2]))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
