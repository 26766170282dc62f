"""Use of capacity: a row for each pool, coloured by the share that is in use."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import utilisation
from sim.metrics.timeline import edges_of, integrate
from sim.model import Model
from sim.model.capacity import initial_units, unit_steps
from sim.plots import bins, charts, pools, style
from sim.plots import words as texts
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LETTERS = 30
"""Letters of a line beside a row."""
GAP = 0.12
"""Space between rows, as a share of them."""


def shows(frames: Frames) -> bool:
    """Return whether the model has pools whose use can be told."""
    return bool(_rows(frames))


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the share of each pool's capacity in use by colour; parameters as in `sim.plots`.

    One run: means in bins of time. An ensemble: the mean over replications. Beside each row: the
    mean over time, and the middle 80 % of the replications' means.
    """
    names = _rows(frames)
    fig, ax = style.start(ax, 9.0, 2.1 + 0.46 * max(len(names), 2))
    if not names:
        style.note(ax, *words(frames))
        return fig
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.ticker import PercentFormatter

    shares = _shares(frames, names)
    edges, cells = _cells(shares)
    ax.patch.set(facecolor="white", hatch="////", edgecolor=style.GRID)
    colours = LinearSegmentedColormap.from_list("share", style.SEQUENTIAL)
    x = style.positions(frames.model, edges)
    for row, values in enumerate(cells):
        mesh = ax.pcolormesh(
            x, [row - 0.5 + GAP / 2, row + 0.5 - GAP / 2], values[None, :], cmap=colours,
            vmin=0.0, vmax=1.0, rasterized=True,
        )
        ax.axhspan(row + 0.5 - GAP / 2, row + 0.5 + GAP / 2, color="white", linewidth=0)
        if not np.isfinite(values).any():
            _say(ax, row, _why_blank(frames, names[row]))
    ax.set_ylim(len(names) - 0.5, -0.5 + GAP / 2)
    ax.set_yticks(range(len(names)), [_label(frames, name) for name in names])
    ax.spines[:].set_visible(False)
    ax.tick_params(labelsize=9, color=style.FAINT, labelcolor=style.INK)
    ax.tick_params(axis="y", length=0, labelsize=8)
    style.time_axis(ax, frames.model, frames.end)
    _means_beside(ax, shares, names)
    bar = fig.colorbar(
        mesh, ax=ax, orientation="horizontal", fraction=0.05, aspect=50, pad=0.03, shrink=0.6,
        extend="max" if np.nanmax(cells, initial=0.0) > 1.005 else "neither",
        format=PercentFormatter(1.0, decimals=0),
    )
    bar.set_label("share of capacity in use", fontsize=9, color=style.INK)
    bar.ax.tick_params(labelsize=8, color=style.FAINT, labelcolor=style.INK)
    bar.outline.set_visible(False)
    style.title(ax, *words(frames))
    return fig


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and what is drawn, of what sample."""
    names = _rows(frames)
    if not names:
        none = "This model has no pools whose use could be shown."
        return "Use of capacity", none if frames.model.pools else "This model has no pools."
    shares = _shares(frames, names)
    own = shares[(shares["pool"] != pools.lender(frames.model)).to_numpy()]
    means = own.groupby("pool", observed=True)["share"].mean().dropna()
    if not len(means) or not means.max() > 0:
        text = "No pool with a limit is ever in use"
    else:
        busiest, idlest = means.idxmax(), means.idxmin()
        text = f"Busiest on average: {texts.plain(str(busiest))}, {means.max():.0%} in use"
        if means.max() - means.min() >= 0.005:
            text += f"; least busy: {texts.plain(str(idlest))}, {means.min():.0%}"
    how = texts.upper_first(texts.sample_of(frames))
    if frames.replications > 1:
        how = f"Mean of {texts.sample_of(frames)}"
    closed = any(frames.model.pools[name].hours for name in names)
    how += f"; in bins of {bins.name_of(frames.step)}" + (", open hours only" if closed else "")
    return text, f"{how}.{_exceptions(frames, shares, names)}"


def chart(frames: Frames) -> charts.Chart:
    """Return the same as plotly data."""
    names = _rows(frames)
    if not names:
        return charts.chart([], x="", y="")
    shares = _shares(frames, names)
    edges, cells = _cells(shares)
    last = len(style.SEQUENTIAL) - 1
    means = shares.groupby("pool", observed=True)["share"].mean()
    short = [_tick(name, means[name]) for name in names]
    trace = {
        "type": "heatmap", "x": charts.times(frames.model, edges), "y": short,
        "z": [charts.numbers(row, 3) for row in cells], "zmin": 0, "zmax": 1, "ygap": 4,
        "colorscale": [[i / last, colour] for i, colour in enumerate(style.SEQUENTIAL)],
        "colorbar": {
            "orientation": "h", "thickness": 10, "tickformat": ".0%", "yanchor": "top",
            "y": -0.2 / len(names) - 0.1, "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "yref": "paper", "title": {"text": "share of capacity in use", "side": "bottom"},
            "outlinewidth": 0,
        },
        "hoverongaps": False,
        "hovertemplate": f"%{{y}}<br>{bins.name_of(frames.step)} around {charts.when(frames.model)}"
        "<br>%{z:.1%} in use<extra></extra>",
    }
    return charts.chart(
        [trace], x=charts.time_label(frames.model), y="", hovermode="closest",
        height=150 + 44 * len(names), yaxis={"autorange": "reversed", "showgrid": False},
        xaxis={"showgrid": False},
    )


def _tick(name: str, mean: float) -> str:
    """Return a pool's name in short lines and its mean, if that is known."""
    lines = textwrap.wrap(texts.plain(name), 13)
    return "<br>".join([*lines, f"{mean:.0%}"] if np.isfinite(mean) else lines)


def _rows(frames: Frames) -> list[str]:
    """Return the pools to show: those with a share of capacity to tell, or none at all."""
    model = frames.model
    names = [name for name in model.pools if not pools.serves(frames, name)]
    unlimited = [name for name in names if model.pools[name].capacity == np.inf]
    return names if len(unlimited) < len(names) else []


def _shares(frames: Frames, names: list[str]) -> pd.DataFrame:
    """Return rows of `frames.use` with a column `share`, of planned units for the lender."""
    use = frames.use[frames.use["pool"].isin(names).to_numpy()]
    share = use["utilisation"].to_numpy().copy()
    lends = (use["pool"] == pools.lender(frames.model)).to_numpy()
    if lends.any():
        planned = _planned(frames.model, str(pools.lender(frames.model)), frames.step)
        busy = use["busy"].to_numpy()[lends].reshape(-1, len(planned))
        with np.errstate(invalid="ignore", divide="ignore"):
            share[lends] = np.where(planned > 0, busy / planned, np.nan).ravel()
    return use.assign(share=share)


def _planned(model: Model, pool: str, step: float) -> Any:
    """Return the mean of a pool's planned units in each bin."""
    edges = edges_of(model, step)
    planned = [(0.0, float(initial_units(model)[pool]))]
    planned += [(time, float(units)) for time, name, units in unit_steps(model) if name == pool]
    times, units = np.array(planned).T
    rows = np.zeros(len(times), dtype="int64")
    jumps = np.diff(units, prepend=0.0)
    return integrate(rows, times, jumps, edges=edges, count=1)[0] / np.diff(edges)


def _cells(shares: pd.DataFrame) -> tuple[Any, Any]:
    """Return the edges of the bins, and the mean shares: a row per pool."""
    table = shares.groupby(["pool", "start"], observed=True, sort=True)["share"].mean()
    table = table.unstack("start")
    table = table.reindex(shares["pool"].drop_duplicates())
    return np.append(table.columns.to_numpy(float), shares["end"].max()), table.to_numpy()


def _label(frames: Frames, name: str) -> str:
    """Return a pool's name and what it has."""
    sizes = utilisation.capacities(frames.changes, frames.model, ends=frames.ends)
    size = pools.capacity(frames, name, sizes[(sizes["pool"] == name).to_numpy()])
    return f"{textwrap.fill(texts.plain(name), MOST_LETTERS)}\n{textwrap.fill(size, MOST_LETTERS)}"


def _why_blank(frames: Frames, name: str) -> str:
    """Return why nothing can be told of a pool."""
    busy = frames.use.loc[(frames.use["pool"] == name).to_numpy(), "busy"].mean()
    if frames.model.pools[name].capacity != np.inf:
        return "no capacity"
    return f"no limit; {texts.number(busy)} units busy on average" if busy > 0 else "never in use"


def _say(ax: Axes, row: int, text: str) -> None:
    ax.text(
        0.5, row, text, transform=ax.get_yaxis_transform(), ha="center", va="center", fontsize=9,
        color=style.FAINT, bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
    )


def _means_beside(ax: Axes, shares: pd.DataFrame, names: list[str]) -> None:
    """Write the mean over time of each row at its right, and how it differs by replication."""
    means = shares.groupby(["pool", "replication"], observed=True)["share"].mean().unstack()
    several = means.shape[1] > 1
    beside = ax.secondary_yaxis("right")
    labels = []
    for name in names:
        values = means.loc[name].dropna()
        text = f"{values.mean():.0%}" if len(values) else ""
        if several and len(values):
            low, high = values.quantile(list(style.BAND[::2]))
            text += f" ({100 * low:.0f}–{100 * high:.0f})"
        labels.append(text)
    beside.set_yticks(range(len(names)), labels)
    beside.tick_params(length=0, labelsize=9, labelcolor=style.INK)
    beside.spines[:].set_visible(False)


def _exceptions(frames: Frames, shares: pd.DataFrame, names: list[str]) -> str:
    """Return in sentences what needs to be known of some of the rows."""
    model = frames.model
    said = ["\nPercentages beside the rows: means over time"]
    if frames.replications > 1:
        said[0] += " (brackets: middle 80% of replications)"
    if shares["share"].isna().any():
        said.append("hatched or blank: closed, no capacity or no limit")
    if (lends := pools.lender(model)) in names:
        said.append(f"{texts.plain(lends)}: of its planned units, idle ones are lent")
    if (gives := pools.donor(model)) in names:
        said.append(f"{texts.plain(gives)}: without units that serve users after releases")
    left = [texts.plain(name) for name in model.pools if name not in names]
    if left:
        said.append(f"not shown: {', '.join(left)}, for users only")
    return "; ".join(said) + "."
