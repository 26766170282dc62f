"""Parts of interactive charts: plotly figures as plain data, made without plotly.

A chart is `{"data": [traces], "layout": {...}}` of lists, numbers, texts and None. The page that
shows it sets fonts and the colours of text and grid, light or dark; titles stand on the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.metrics import growth
from sim.model import Model
from sim.plots import style

Chart = dict[str, Any]
Trace = dict[str, Any]


def chart(
    traces: Iterable[Trace], *, x: str, y: str, log: bool = False, **layout: Any
) -> Chart:
    """Return a chart with labelled axes and its legend below, legible on a phone.

    Parameters
    ----------
    traces
        What is drawn.
    x, y
        Labels of the axes, with units.
    log
        Whether the page offers a logarithmic vertical axis.
    layout
        Settings of plotly's layout; those of an axis add to its label.
    """
    axes = {
        name: {"title": {"text": text}, "automargin": True, "zeroline": False}
        | layout.pop(name, {})
        for name, text in (("xaxis", x), ("yaxis", y))
    }
    return {
        "data": list(traces),
        "layout": {
            **axes, "hovermode": "x unified", "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "legend": {"orientation": "h", "yanchor": "top", "y": -0.2, "x": 0},
            "meta": {"log": log}, **layout,
        },
    }


def numbers(values: Any, digits: int = 6) -> list[float | None]:
    """Return finite numbers with so many significant digits, None for the others."""
    return [
        float(f"{value:.{digits}g}") if math.isfinite(value) else None
        for value in np.asarray(values, dtype=float).tolist()
    ]


def time_label(model: Model) -> str:
    """Return the label of an axis of time."""
    return "" if style.in_dates(model) else "time (days)"


def times(model: Model, days: Any) -> list[Any]:
    """Return clock times as dates with time of day, or as days over centuries (see `style`)."""
    days = np.asarray(days, dtype=float)
    if not style.in_dates(model):
        return numbers(days)
    return [str(when).replace("T", " ") for when in growth.dates(model, days)]


def when(model: Model) -> str:
    """Return how hover text tells the time of a point."""
    return "%{x|%-d %b %Y}" if style.in_dates(model) else "day %{x:,.0f}"


def band(x: list[Any], low: Any, high: Any, colour: str, name: str, **line: Any) -> list[Trace]:
    """Return two traces with the area between them filled; `line` as in plotly (`shape`)."""
    edge = {"width": 0, **line}
    common = {"x": x, "mode": "lines", "line": edge, "legendgroup": name, "hoverinfo": "skip"}
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return [
        {**common, "y": numbers(low), "showlegend": False},
        {**common, "y": numbers(high), "name": name, "fill": "tonexty",
         "fillcolor": f"rgba({red},{green},{blue},0.25)"},
    ]
