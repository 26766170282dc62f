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

HERE = Path(__file__).parent
TABLES = ("gaps", "paths", "effects", "rates", "rematched")
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
    lines = ["| lab | doublings a year at t = 0 | doublings after two years |", "|---|---|---|"]
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
    for level in ("no_retraining, nothing lent", "no_retraining, not held"):
        lines.append(f"| `{level}` | | {_told(alone.loc[level], 'effect', LN2)} |")
    return "\n".join(lines)


def _told(row: pd.Series, name: str = "doublings", unit: float = 1.0) -> str:
    """Return a number and its 90% interval."""
    middle, low, high = (float(row[f"{name}{end}"]) / unit for end in ("", "_low", "_high"))
    return f"{middle:+.2f} [{low:+.2f}, {high:+.2f}]" if math.isfinite(middle) else "–"


def main() -> int:
    """Print the tables; return an exit code."""
    print(report(kept(*map(Path, sys.argv[1:2]))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
