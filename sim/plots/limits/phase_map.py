"""Phase map: what holds a lab back, over its compute and the speed of its loop.

A cell's colour is the elasticity of research output to compute minus that to loop speed: blue where
1% more compute brings more, vermilion where a loop 1% as fast does. Both are finite differences
between neighbouring cells, on the same random numbers. Dotted cells are balanced: the 90% interval
of the difference lies within ±0.1. Hatched ones are undecided: it holds 0, or what brings more is
not sure to bring anything. The black line is the boundary, where the difference is 0; 90% of the
boundaries of resampled replications lie wholly between the dashed lines. The circle is the lab
itself. A letter stands where the map answers to compute and to the loop as another lab does (the
cell most like it): it is held back alike, which does not mean that it has so much compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.limits.elasticities import MARGIN
from sim.limits.places import Place
from sim.limits.surface import Phases
from sim.plots import charts, style
from sim.plots.words import count_of, duration, plain, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#D55E00", "#EBA77F", "#F7F7F7", "#8FC1DC", "#0072B2")
"""Colours from loop-limited to compute-limited, safe for the colour-blind."""
NAMES = {
    "compute": "compute-limited", "loop": "loop-limited", "balanced": "balanced between both",
    "undecided": "undecided",
}
"""What a lab is in each regime."""
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 0.05, 0.02, 0.01)


@dataclass(frozen=True, kw_only=True, eq=False)
class PhaseMap:
    """What is drawn."""

    lab: str
    """The lab of which this is the map."""
    days: float
    """Length of a run."""
    phases: Phases
    places: Sequence[Place] = ()
    """Other labs."""
    cells: int = 0
    """Cells that the whole map will have; 0: it is whole."""

    @property
    def here(self) -> tuple[float, float, float, str]:
        """Difference of the elasticities at the lab, its interval, and the regime."""
        found = self.phases
        i = int(np.argmin(np.abs(found.surface.compute)))
        j = int(np.argmin(np.abs(found.surface.loop)))
        values = [float(part[i, j]) for part in (found.difference, found.low, found.high)]
        return values[0], values[1], values[2], str(found.regime[i, j])

    @property
    def shares(self) -> dict[str, float]:
        """Share of the map in each regime."""
        return {name: float((self.phases.regime == name).mean()) for name in NAMES}

    @property
    def lettered(self) -> list[tuple[str, Place, tuple[float, float] | None]]:
        """Other labs with their letters, and where they lie on the map, if anywhere."""
        return [(chr(65 + n), one, one.on(self.phases)) for n, one in enumerate(self.places)]


def words(found: PhaseMap) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    shares = found.shares
    says = (
        f"{plain(found.lab)} is {NAMES[found.here[3]]}; of the map "
        f"{shares['compute']:.0%} is compute-limited, {shares['loop']:.0%} loop-limited"
    )
    rows, columns = found.phases.difference.shape
    how = (
        f"Research output over {duration(found.days)}: its elasticity to compute minus that to "
        f"loop speed, {rows} × {columns} cells, "
        f"{count_of(len(found.phases.surface.output), 'replication')} each. Hatched: undecided; "
        f"dotted: within ±{MARGIN:g}. Line: boundary, dashed: its 90% band. Circle: the lab."
    )
    if found.cells > rows * columns:
        how = f"So far, of {found.cells:,} cells: {how}"
    named = [f"{letter} {plain(one.lab)}" for letter, one, at in found.lettered if at]
    if named:
        how += f"\nHeld back like the map at this place: {', '.join(named)}."
    if gone := [plain(one.lab) for _, one, at in found.lettered if at is None]:
        how += f" Like no place of it: {', '.join(gone)}."
    return upper_first(says), how


def figure(found: PhaseMap, ax: Axes | None = None) -> Figure:
    """Draw the map; on `ax`, or a figure of its own."""
    from matplotlib.colors import LinearSegmentedColormap

    fig, ax = style.start(ax, 8.4, 7.4)
    surface, values = found.phases.surface, found.phases.difference
    most = float(max(np.nanmax(np.abs(values)), MARGIN))
    x, y = _edges(surface.compute), _edges(surface.loop)
    ramp = LinearSegmentedColormap.from_list("phases", list(COLOURS))
    mesh = ax.pcolormesh(
        x, y, values.T, cmap=ramp, vmin=-most, vmax=most, rasterized=True, zorder=1
    )
    _hatched(ax, found, x, y)
    if values.min() < 0 < values.max():
        ax.contour(
            surface.compute, surface.loop, values.T, levels=[0.0], colors=style.INK,
            linewidths=2.2, zorder=4,
        )
    _band(ax, found)
    _labs(ax, found)
    for axis, name in ((ax.xaxis, "compute"), (ax.yaxis, "loop speed")):
        ends = (x if name == "compute" else y)[[0, -1]]
        ticks = sorted(t for t in _TICKS if ends[0] <= np.log(t) <= ends[1])
        axis.set_ticks(np.log(ticks).tolist(), [f"{t:g}×" for t in ticks])
        axis.set_label_text(f"{name}, relative to the lab", fontsize=10, color=style.INK)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])
    style.tidy(ax)
    ax.grid(visible=False)
    bar = fig.colorbar(mesh, ax=ax, shrink=0.85, aspect=30, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=8, length=2)
    bar.set_label(
        "← loop-limited      difference of elasticities      compute-limited →",
        fontsize=9, color=style.INK,
    )
    style.title(ax, *words(found))
    return fig


def chart(found: PhaseMap) -> charts.Chart:
    """Return the map for the report: each cell tells its numbers."""
    surface, part = found.phases.surface, found.phases
    most = float(max(np.nanmax(np.abs(part.difference)), MARGIN))
    x, y = np.exp(surface.compute), np.exp(surface.loop)
    text = [
        [
            f"{NAMES[str(part.regime[i, j])]}<br>to compute {part.compute[i, j]:.2f}, "
            f"to loop speed {part.loop[i, j]:.2f}<br>difference {part.difference[i, j]:+.2f} "
            f"[{part.low[i, j]:+.2f}, {part.high[i, j]:+.2f}]"
            for i in range(len(x))
        ]
        for j in range(len(y))
    ]
    cells = {
        "type": "heatmap", "x": charts.numbers(x, 4), "y": charts.numbers(y, 4),
        "z": [charts.numbers(row, 3) for row in part.difference.T], "zmin": -most, "zmax": most,
        "colorscale": [[i / (len(COLOURS) - 1), colour] for i, colour in enumerate(COLOURS)],
        "text": text, "colorbar": {"thickness": 10, "nticks": 5}, "showlegend": False,
        "hovertemplate": "compute %{x:.3g}×, loop %{y:.3g}×: %{text}<extra></extra>",
    }
    contour = {
        "type": "contour", "x": cells["x"], "y": cells["y"], "showscale": False,
        "hoverinfo": "skip", "contours": {"coloring": "none", "showlabels": False},
    }
    lines: list[charts.Trace] = [cells]
    for values, dash, name in (
        (part.difference, "solid", "boundary"),
        *((edge, "dash", "its 90% band") for edge in _scores(part)),
    ):
        lines.append({
            **contour, "z": [charts.numbers(row, 3) for row in values.T], "name": name,
            "autocontour": False, "line": {"color": style.INK, "width": 2, "dash": dash},
            "contours": {**contour["contours"], "start": 0, "end": 0, "size": 1},  # type: ignore[dict-item]
            "showlegend": False,
        })
    spots = [("○", f"{plain(found.lab)}, the lab of this map", (0.0, 0.0))]
    spots += [(letter, plain(one.lab), at) for letter, one, at in found.lettered if at]
    lines.append({
        "type": "scatter", "mode": "markers+text", "showlegend": False,
        "x": [float(f"{np.exp(at[0]):.4g}") for *_, at in spots],
        "y": [float(f"{np.exp(at[1]):.4g}") for *_, at in spots],
        "text": [sign for sign, *_ in spots], "customdata": [name for _, name, _ in spots],
        "textfont": {"color": style.INK, "size": 13},
        "marker": {"size": 22, "color": "#FFFFFF", "line": {"color": style.INK, "width": 1.5}},
        "hovertemplate": "%{customdata}<extra></extra>",
    })
    log = {"type": "log", "showgrid": False}
    return charts.chart(
        lines, x="compute, times that of the lab", y="loop speed, times that of the lab",
        hovermode="closest", height=560, xaxis=log, yaxis=dict(log),
    )


def _edges(x: Any) -> Any:
    """Return the edges of cells around these places."""
    middle = (x[1:] + x[:-1]) / 2
    return np.concatenate([[1.5 * x[0] - x[1] / 2], middle, [1.5 * x[-1] - x[-2] / 2]])


def _hatched(ax: Axes, found: PhaseMap, x: Any, y: Any) -> None:
    from matplotlib.collections import PolyCollection

    for regime, hatch in (("undecided", "////"), ("balanced", "..")):
        boxes = [
            [(x[i], y[j]), (x[i + 1], y[j]), (x[i + 1], y[j + 1]), (x[i], y[j + 1])]
            for i, j in np.argwhere(found.phases.regime == regime).tolist()
        ]
        ax.add_collection(PolyCollection(
            boxes, facecolors="none", edgecolors="#777777", linewidths=0.0, hatch=hatch, zorder=2,
        ))


def _scores(part: Phases) -> list[Any]:
    """Return the surfaces that are 0 at the two edges of the boundary's band."""
    wide = part.threshold * part.errors["difference"]
    return [part.difference - wide, part.difference + wide]


def _band(ax: Axes, found: PhaseMap) -> None:
    surface = found.phases.surface
    for values in _scores(found.phases):
        if values.min() < 0 < values.max():
            ax.contour(
                surface.compute, surface.loop, values.T, levels=[0.0], colors=style.INK,
                linewidths=1.1, linestyles="--", zorder=3,
            )


def _labs(ax: Axes, found: PhaseMap) -> None:
    ax.plot(0, 0, "o", ms=13, mfc="white", mec=style.INK, mew=2.0, zorder=6)
    ax.plot(0, 0, "o", ms=4, color=style.INK, zorder=6)
    taken: dict[tuple[float, float], list[str]] = {}
    for letter, _, at in found.lettered:
        if at:
            taken.setdefault(at, []).append(letter)
    for at, letters in taken.items():
        own = at == (0.0, 0.0)
        ax.annotate(
            " ".join(letters), at, (0, 15 if own else 0), textcoords="offset points", ha="center",
            va="center", fontsize=9.5, fontweight="bold", color=style.INK, zorder=7,
            bbox={"boxstyle": "round,pad=0.25", "fc": "white", "ec": style.INK, "lw": 0.9},
        )
