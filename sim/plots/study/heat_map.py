"""Heat map: an outcome at each pair of levels of two factors.

A cell is the mean over all runs at both levels, of a date the median by Kaplan and Meier; its
number has a ± where it is known by more than one run: half of the 90% confidence interval. Colours
go from the lowest cell to the highest; where outcomes have both signs, from blue below 0 over white
at 0 to red above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.study import axes, numbers, panels
from sim.plots.study import words as wording
from sim.plots.study.studied import Studied, studied
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LEVELS = 12
"""Levels of a factor with more are not shown as cells."""
MOST_PANELS = 4
"""Outcomes that are shown."""
DIVERGING = ("#0072B2", "#8FC1DC", "#F7F7F7", "#EBA77F", "#D55E00")
"""Colours of values below and above 0."""
DARK = 0.55
"""Luminance up to which a cell's number is white."""


@dataclass(frozen=True, eq=False)
class Cells:
    """One outcome: a row for each level of the first factor, a column for each of the second."""

    outcome: str
    value: Any
    half: Any
    """Half of the interval."""
    texts: list[list[str]]

    @property
    def scale(self) -> tuple[float, float, tuple[str, ...]]:
        """Least and greatest value of the colours, and the colours."""
        known = self.value[np.isfinite(self.value)]
        if not len(known):
            return 0.0, 1.0, style.SEQUENTIAL
        low, high = float(known.min()), float(known.max())
        if low < 0 < high:
            most = max(-low, high)
            return -most, most, DIVERGING
        return low, high if high > low else low + 1e-9 + abs(low) * 1e-6, style.SEQUENTIAL


def shows(results: Any) -> bool:
    """Return whether two levers have few levels each."""
    return len(_axes(studied(results))) == 2


def words(results: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    found = studied(results)
    rows, columns = _axes(found)
    cells = found.kept("heat_map", _cells)[0]
    parts = []
    for what, at in (("highest", np.nanargmax), ("lowest", np.nanargmin)):
        if not np.isfinite(cells.value).any():
            break
        values = np.where(np.isfinite(cells.value), cells.value, np.nan)
        i, j = np.unravel_index(at(values), values.shape)
        where = ", ".join(
            f"{plain(name)} {wording.value(found.levels(name)[k])}"
            for name, k in ((rows, i), (columns, j))
        )
        number = f"{wording.value(values[i, j])} {found.outcomes[cells.outcome].unit}".rstrip()
        parts.append(f"{what} ({number}) at {where}")
    says = f"{plain(cells.outcome)} is {' and '.join(parts)}" if parts else (
        f"{plain(cells.outcome)} is reached in half of the runs at no pair of levels"
    )
    how = "Means ± half of their 90% intervals"
    if any((c.half == 0.0).any() for c in found.kept("heat_map", _cells)):
        how += f"; without ± {wording.EQUAL}"
    if any(found.is_date(c.outcome) for c in found.kept("heat_map", _cells)):
        how += "; of dates medians (later: than the runs go)"
    if others := wording.others(found, rows, columns):
        how += f"; {others}"
    outcomes = [cells.outcome for cells in found.kept("heat_map", _cells)]
    return upper_first(says), wording.beneath(found, how, outcomes, says)


def figure(results: Any, ax: Axes | None = None) -> Figure:
    """Draw the cells; parameters as in `sim.plots.study`."""
    found = studied(results)
    if not shows(found):
        fig, ax = style.start(ax)
        style.note(ax, "Heat map", "This study has no two levers of few levels.")
        return fig
    rows, columns = _axes(found)
    drawn = found.kept("heat_map", _cells)
    across = 1 if len(found.levels(columns)) > 6 else min(len(drawn), 3 if len(drawn) != 4 else 2)
    height = 1.1 + max(0.42 * len(found.levels(rows)), 1.3)
    fig, header, places = panels.start(ax, len(drawn), height, across=across)
    for i, (place, cells) in enumerate(zip(places, drawn, strict=True)):
        _draw(place, found, cells, label=i % across == 0)
    style.title(header, *words(found))
    return fig


def charts_of(results: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each outcome."""
    found = studied(results)
    return {
        upper_first(_what(found, cells)): _chart(found, cells)
        for cells in found.kept("heat_map", _cells)
    }


def _axes(found: Studied) -> list[str]:
    """Return the two factors: what goes down and what goes across."""
    few = [name for name in found.levers if len(found.levels(name)) <= MOST_LEVELS]
    return few[:2]


def _cells(found: Studied) -> list[Cells]:
    rows, columns = _axes(found)
    made = []
    for outcome in list(found.outcomes)[:MOST_PANELS]:
        tables = [
            numbers.by_level(found.of(**{rows: level}), outcome, columns)
            .set_index("level").reindex(found.levels(columns))
            for level in found.levels(rows)
        ]
        value = np.array([table["value"].to_numpy(float) for table in tables])
        ends = np.array([table[["low", "high"]].to_numpy(float) for table in tables])
        ends[~np.isfinite(ends).all(axis=2)] = np.nan
        same = np.vectorize(wording.no_width, otypes=[bool])(ends[:, :, 0], ends[:, :, 1])
        half = np.where(same, 0.0, (ends[:, :, 1] - ends[:, :, 0]) / 2)
        made.append(Cells(outcome, value, half, _texts(value, half)))
    return made


def _texts(value: Any, half: Any) -> list[list[str]]:
    texts = wording.alike(*value.ravel())
    errors = wording.alike(*half.ravel(), np.nanmax(np.abs(value[np.isfinite(value)]), initial=0.0))
    flat = []
    for text, error, width in zip(texts, errors[:-1], half.ravel(), strict=True):
        if error == wording.UNKNOWN or width == 0.0:
            flat.append(text)
        else:  # what the decimals of the value do not show has one digit of its own
            flat.append(f"{text}\n±{error if float(error.replace(',', '')) else f'{width:.1g}'}")
    width = value.shape[1]
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def _what(found: Studied, cells: Cells) -> str:
    text = wording.label(found, cells.outcome)
    return f"median {text}" if found.is_date(cells.outcome) else text


def _draw(ax: Axes, found: Studied, cells: Cells, *, label: bool) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    rows, columns = _axes(found)
    low, high, colours = cells.scale
    ramp = LinearSegmentedColormap.from_list("cells", list(colours)).with_extremes(bad="#EEEEEE")
    shown = np.where(np.isfinite(cells.value), cells.value, np.nan)
    image = ax.imshow(shown, cmap=ramp, vmin=low, vmax=high, aspect="auto")
    for i, row in enumerate(cells.texts):
        for j, text in enumerate(row):
            red, green, blue, _ = ramp((shown[i, j] - low) / (high - low))
            dark = np.isfinite(shown[i, j]) and 0.3 * red + 0.59 * green + 0.11 * blue < DARK
            ax.text(j, i, text, ha="center", va="center", fontsize=8,
                    color="white" if dark else style.INK)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    for axis, name in ((ax.xaxis, columns), (ax.yaxis, rows)):
        levels = found.levels(name)
        axis.set_ticks(range(len(levels)), [wording.short(level, 14) for level in levels])
        axis.set_label_text(axes.name(found, name), fontsize=10, color=style.INK)
    if not label:
        ax.set_ylabel("")
    bar = ax.figure.colorbar(image, ax=ax, location="top", shrink=0.9, aspect=28, pad=0.03)
    bar.ax.tick_params(labelsize=8, length=2)
    bar.locator = _few()
    bar.update_ticks()
    bar.outline.set_visible(False)
    bar.set_label(upper_first(_what(found, cells)), fontsize=9, color=style.INK)


def _few() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(4)


def _chart(found: Studied, cells: Cells) -> charts.Chart:
    rows, columns = _axes(found)
    low, high, colours = cells.scale
    unit = found.outcomes[cells.outcome].unit
    trace = {
        "type": "heatmap", "showlegend": False,
        "x": [wording.value(level) for level in found.levels(columns)],
        "y": [wording.value(level) for level in found.levels(rows)],
        "z": [charts.numbers(row, 5) for row in cells.value],
        "zmin": low, "zmax": high, "hoverongaps": False, "xgap": 2, "ygap": 2,
        "colorscale": [[i / (len(colours) - 1), colour] for i, colour in enumerate(colours)],
        "text": [
            [text.replace("\n", "<br>") * bool(known) for text, known in zip(*row, strict=True)]
            for row in zip(cells.texts, np.isfinite(cells.value), strict=True)
        ],
        "texttemplate": "%{text}", "colorbar": {"thickness": 10, "nticks": 5},
        "hovertemplate": (
            f"{plain(rows)} %{{y}}, {plain(columns)} %{{x}}:<br>%{{text}} {unit}<extra></extra>"
        ),
    }
    empty = [  # in the colour of the page's text, which differs light and dark
        {"x": j, "y": i, "text": cells.texts[i][j], "showarrow": False, "font": {"size": 11}}
        for i, j in np.argwhere(~np.isfinite(cells.value)).tolist()
    ]
    category = {"type": "category", "showgrid": False}
    return charts.chart(
        [trace], x=axes.name(found, columns), y=axes.name(found, rows), hovermode="closest",
        annotations=empty, height=150 + 52 * max(len(found.levels(rows)), 3), xaxis=category,
        yaxis=category | {"autorange": "reversed"},
    )
