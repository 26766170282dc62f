"""Draw theory beside simulation for every known answer.

python experiments/00_known_answers/figures.py --out DIR

Writes six figures of panels, one of all deviations, and `known_answers.csv`.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import growth
import lab
import large
import numpy as np
import queues
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator
from panels import K, Panel

from sim.plots.style import BLACK, BLUE, GREEN, INK, PURPLE, RED, tidy, title

COLOURS, MARKS = (BLUE, RED, GREEN, PURPLE), "osD^"
CASES = {"queues": queues.PANELS, "lab": lab.PANELS, "growth": growth.PANELS,
         "large": large.PANELS}  # fmt: skip
FIGURES = {
    "queues": ("Waits by load", "Long waits", "Waits by the scatter of the work",
               "Urgent before routine"),
    "networks": ("Rework crowds", "Workstreams share machines", "Where the workstreams are",
                 "The review ceiling"),
    "loop": ("Amdahl's law", "Delegation with retries", "A batch waits for its last",
             "Training with interruptions"),
    "growth": ("Ideas get harder", "Recursion without waiting",
               "Ahead of the limit", "Behind the limit"),
    "large": ("Law of large numbers", "What a large lab comes to"),
    "plans": ("Office hours", "A plan of fixed times"),
}
"""Panels of each figure."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Simulate, compare, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=Path, help="folder for figures and table")
    out = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    panels = {panel.title: panel for panel in simulated()}
    worst = write_table(out / "known_answers.csv", panels.values())
    for name, titles in FIGURES.items():
        draw([panels[each] for each in titles]).savefig(out / f"{name}.png", dpi=150)
    deviations(panels.values()).savefig(out / "deviations.png", dpi=150)
    print(f"{len(FIGURES) + 1} figures and known_answers.csv in {out}")
    print(f"largest deviation: {worst:.2f} standard errors (bound: {K})")


def simulated() -> list[Panel]:
    """Return all panels, simulated in as many processes as there are cores."""
    work = [case for cases in CASES.values() for case in cases]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        made = list(pool.map(run_case, work))
    return [panel for panels in made for panel in panels]


def run_case(case: Callable[[], Any]) -> list[Panel]:
    """Return the panels of one case."""
    made = case()
    return made if isinstance(made, list) else [made]


def write_table(path: Path, panels: Any) -> float:
    """Write every point with its answer; return the largest deviation in standard errors."""
    worst = 0.0
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(
            ["panel", "quantity", "x", "theory", "simulated", "standard_error", "deviation"]
        )
        for panel in panels:
            for series in panel.series:
                for p in series.points:
                    off = deviation(p)
                    worst = max(worst, abs(off))
                    table.writerow(
                        [panel.title, series.label, p.x, p.theory, p.mean, p.error, round(off, 3)]
                    )
    return worst


def deviation(p: Any) -> float:
    """Return simulated minus theory in standard errors; without scatter 0, or infinity if off."""
    if has_chance(p):
        return float((p.mean - p.theory) / p.error)
    return 0.0 if np.isclose(p.mean, p.theory, rtol=1e-9, atol=1e-12) else np.inf


def has_chance(p: Any) -> bool:
    """Return whether a point scatters by more than rounding."""
    return bool(p.error > 1e-9 * abs(p.theory))


# --- drawing ----------------------------------------------------------------------------------


def draw(panels: list[Panel]) -> Figure:
    """Draw panels side by side, two in a row."""
    rows = (len(panels) + 1) // 2
    figure = Figure(figsize=(11, 4.6 * rows), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    axes = np.atleast_1d(figure.subplots(rows, 2)).ravel()
    for ax, panel in zip(axes, panels, strict=False):
        tidy(ax)
        title(ax, panel.title, panel.subtitle)
        (draw_plan if panel.bars else draw_lines)(ax, panel)
        ax.set_xlabel(panel.xlabel, fontsize=10, color=INK)
        ax.set_ylabel(panel.ylabel, fontsize=10, color=INK)
        ax.legend(fontsize=9, frameon=False)
    return figure


def draw_lines(ax: Any, panel: Panel) -> None:
    """Theory as lines, simulation as points with error bars."""
    styles = zip(panel.series, COLOURS, MARKS, strict=False)
    for series, colour, mark in styles:
        numbers = [(p.x, p.mean, p.error, p.theory) for p in series.points]
        x, mean, error, answer = np.transpose(numbers)
        line = series.line if series.line is not None else (x, answer)
        ax.plot(*line, color=colour, linewidth=1.4, alpha=0.8)
        ax.errorbar(
            x, mean, yerr=K * error if error.any() else None, fmt=mark, color=colour, markersize=5,
            markerfacecolor="white", markeredgewidth=1.4, capsize=4, label=series.label,
        )
    for curve in panel.curves:
        ax.plot(
            curve.x, curve.y, color=BLACK, linewidth=1, linestyle=(0, (4, 3)), alpha=0.7,
            label=curve.label or None,
        )
    if all(float(p.x).is_integer() for series in panel.series for p in series.points):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    for axis in panel.log:
        getattr(ax, f"set_{axis}scale")("log")
        scale = getattr(ax, f"{axis}axis")
        scale.set_major_locator(LogLocator(subs=(1, 2, 5)))
        scale.set_major_formatter("{x:g}")
        scale.set_minor_formatter("")
    if panel.ylim:
        ax.set_ylim(*panel.ylim)


def draw_plan(ax: Any, panel: Panel) -> None:
    """Bars from start to end as simulated, marks where they end by hand."""
    assert panel.bars
    for row, (_, begin, end) in enumerate(panel.bars):
        ax.barh(row, end - begin, left=begin, height=0.6, color=BLUE, alpha=0.35,
                label="simulated" if row == 0 else None)
    (series,) = panel.series
    ax.plot(
        [p.theory for p in series.points], range(len(series.points)), "|", color=RED, markersize=16,
        markeredgewidth=2, label=series.label,
    )
    ax.set_yticks(range(len(panel.bars)), [name for name, _, _ in panel.bars])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.03 * max(end for _, _, end in panel.bars))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color="#DDDDDD")


def deviations(panels: Any) -> Figure:
    """Draw all deviations in standard errors, panel by panel."""
    figure = Figure(figsize=(11, 6), layout="constrained")
    ax = figure.subplots()
    tidy(ax)
    every = [
        (panel.title, [deviation(p) for s in panel.series for p in s.points if has_chance(p)])
        for panel in panels
    ]
    chance = [(name, offs) for name, offs in every if offs]
    for row, (_, offs) in enumerate(chance):
        ax.plot(offs, np.full(len(offs), row), "o", color=BLUE, alpha=0.6, markersize=6)
    for bound in (-K, K):
        ax.axvline(bound, color=RED, linewidth=1.4, linestyle=(0, (4, 3)))
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(chance)), [name for name, _ in chance])
    ax.invert_yaxis()
    ax.set_xlim(-1.25 * K, 1.25 * K)
    number = sum(len(offs) for _, offs in chance)
    within = np.mean([abs(off) < 2 for _, offs in chance for off in offs])
    title(
        ax, f"{number} answers with chance in them: {within:.0%} within two standard errors",
        f"simulated minus exact; dashed: the bound of {K} standard errors fixed beforehand",
    )
    ax.set_xlabel("deviation (standard errors)", fontsize=10, color=INK)
    return figure


if __name__ == "__main__":
    main()
