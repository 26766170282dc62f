"""Use of compute: what the lab's units do, as shares of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import bins, charts, style
from sim.plots import words as texts
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS = {
    "training": ("training", style.BLUE), "held": ("kept for post-training", "#A9D8F5"),
    "research": ("research", style.ORANGE), "failures": ("failed or lost", style.RED),
    "serving": ("serving users", style.PURPLE), "idle": ("idle", "#D0D0D0"),
}
"""Labels and colours of the uses that every lab has; other flows are called by their names."""
OTHERS = (style.GREEN, style.YELLOW, "#8C510A", style.SKY)
"""Colours of other flows: as many are shown, the smaller ones together."""
REST = "other jobs"


def shows(frames: Frames) -> bool:
    """Return whether the lab has compute."""
    compute = any(pool.kind == "compute" for pool in frames.model.pools.values())
    return compute and bool(frames.compute_use["units"].max() > 0)


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the shares of compute by use, stacked, and all compute below; see `sim.plots`.

    Means in bins of time; of an ensemble: over replications, too. Given axes must belong to a grid,
    as those of `Figure.subplots` do: their place is divided among the panels.
    """
    fig, ax = style.start(ax, 9.0, 5.4)
    if not shows(frames):
        style.note(ax, *words(frames))
        return fig
    from matplotlib.ticker import PercentFormatter

    edges, units = _units(frames)
    total, shares = units.sum(axis=1), _shares(edges, units)
    upper, lower = style.panels(ax, [3.4, 1.0])
    x = style.positions(frames.model, edges)
    below = np.zeros(len(units))
    for name in units:
        label, colour = _look(units, name)
        above = below + (units[name] / total).to_numpy()
        upper.stairs(
            above, x, baseline=below, fill=True, facecolor=colour, edgecolor="white",
            linewidth=0.3, label=f"{label} {_percent(shares[name])}",
            hatch="////" if name == "failures" else None,
        )
        below = above
    upper.set_ylim(0, max(1.0, round(float(np.nanmax(below)), 6)))
    upper.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    upper.set_ylabel("share of all compute", fontsize=10, color=style.INK)
    handles, labels = upper.get_legend_handles_labels()
    upper.legend(
        handles[::-1], labels[::-1], loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False,
        fontsize=9, title="of all unit-days", title_fontsize=9, alignment="left",
    )
    scale = frames.model.accelerators_per_unit
    lower.stairs(total * scale, x, baseline=None, color=style.INK, linewidth=1.4)
    lower.set_ylim(0, 1.1 * max(float(total.max()) * scale, 1e-9))
    lower.locator_params(axis="y", nbins=3)
    lower.yaxis.set_major_formatter("{x:,.0f}")
    lower.set_ylabel(_total_label(frames).replace(" ", "\n"), fontsize=10, color=style.INK)
    for panel in (upper, lower):
        style.tidy(panel)
        style.time_axis(panel, frames.model, frames.end, label=panel is lower)
        panel.tick_params(labelbottom=panel is lower)
    fig.align_ylabels([upper, lower])
    style.title(upper, *words(frames))
    return fig


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and what is drawn, of what sample."""
    if not shows(frames):
        return "Use of compute", "This model has no compute."
    edges, units = _units(frames)
    shares = _shares(edges, units)
    largest = sorted(units, key=lambda name: -shares[name])
    parts = [f"{_look(units, name)[0]} {_percent(shares[name])}" for name in largest]
    text = f"Compute by use: {', '.join(parts[:3])} of all unit-days"
    how = texts.upper_first(texts.sample_of(frames))
    if frames.replications > 1:
        how = f"Mean of {texts.sample_of(frames)}"
    how += f", in bins of {bins.name_of(frames.step)}"
    first, last = (
        texts.number(frames.model.accelerators_per_unit * float(units.iloc[i].sum()))
        for i in (0, -1)
    )
    what = "accelerators" if frames.model.accelerators_per_unit != 1 else "units"
    size = f"{first} {what}" if first == last else f"{first} {what} at first, {last} at the end"
    return text, f"{how}; all compute: {size}."


def chart(frames: Frames) -> charts.Chart:
    """Return the same as plotly data."""
    if not shows(frames):
        return charts.chart([], x="", y="")
    edges, units = _units(frames)
    total = units.sum(axis=1).to_numpy()
    x = charts.times(frames.model, edges)
    traces: list[charts.Trace] = []
    for name in units:
        label, colour = _look(units, name)
        held = units[name].to_numpy()
        share = np.divide(held, total, out=np.full(len(held), np.nan), where=total > 0)
        traces.append({
            "x": x, "y": charts.numbers(_closed(share), 3), "name": label, "mode": "lines",
            "stackgroup": "use", "fillcolor": colour,
            "line": {"shape": "hv", "width": 0.5, "color": colour},
            "customdata": charts.numbers(_closed(held), 3),
            "hovertemplate": "%{y:.1%} (%{customdata:,.3~g} units)",
        })
    scaled = _closed(frames.model.accelerators_per_unit * total)
    traces.append({
        "x": x, "y": charts.numbers(scaled, 4), "name": _total_label(frames), "mode": "lines",
        "yaxis": "y2", "showlegend": False, "hovertemplate": "%{y:,.4~g}",
        "line": {"shape": "hv", "width": 1.6, "color": "#8C8C8C"},
    })
    return charts.chart(
        traces, x=charts.time_label(frames.model), y="share of all compute", height=460,
        hoversubplots="axis", xaxis={"anchor": "y2"},
        legend={"orientation": "h", "yanchor": "top", "y": -0.2, "x": 0, "traceorder": "reversed"},
        yaxis={"domain": [0.34, 1], "tickformat": ".0%", "range": [0, 1]},
        yaxis2={"domain": [0, 0.2], "rangemode": "tozero", "nticks": 3, "automargin": True,
                "zeroline": False},
        annotations=[{
            "text": _total_label(frames), "x": 0, "y": 0.21, "xref": "paper", "yref": "paper",
            "xanchor": "left", "yanchor": "bottom", "showarrow": False,
        }],
    )


def _units(frames: Frames) -> tuple[Any, pd.DataFrame]:
    """Return the edges of the bins and the units in each use (columns), in order of the stack."""
    table = frames.compute_use
    mean = table.groupby(["start", "use"], observed=True)["units"].mean().unstack("use")
    mean = mean.clip(lower=0.0).dropna(how="all")
    flows = [name for name in mean if name not in LOOKS]
    least = sorted(flows, key=lambda name: -mean[name].sum())[len(OTHERS) - 1 :]
    if len(flows) > len(OTHERS):
        mean.insert(mean.columns.get_loc("failures"), REST, mean[least].sum(axis=1))
        mean = mean.drop(columns=least)
    used = mean.sum() > 0
    edges = np.append(mean.index.to_numpy(float), frames.end)
    return edges, mean.loc[:, used]


def _look(units: pd.DataFrame, name: str) -> tuple[str, str]:
    """Return the label and colour of a use."""
    if name in LOOKS:
        return LOOKS[name]
    flows = [use for use in units if use not in LOOKS]
    return texts.plain(name), OTHERS[flows.index(name)]


def _shares(edges: Any, units: pd.DataFrame) -> pd.Series:
    """Return the share of each use in all unit-days."""
    unit_days = units.mul(np.diff(edges), axis=0).sum()
    return unit_days / unit_days.sum()


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 else "< 1%"


def _total_label(frames: Frames) -> str:
    return "all accelerators" if frames.model.accelerators_per_unit != 1 else "all units"


def _closed(values: Any) -> Any:
    """Return values of bins with the last one once more, at the end of its bin."""
    return np.append(values, values[-1])
