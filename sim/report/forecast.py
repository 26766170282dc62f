"""The page about a forecast: how likely the lab passes thresholds, by when, and of what that is."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from sim import store, web
from sim.forecast import files
from sim.forecast.forecast import Forecast
from sim.plots import forecast as plots
from sim.plots.forecast.words import share
from sim.plots.words import count_of, date, duration, plain, upper_first
from sim.report import figures, shell
from sim.report import forecast_answer as answer

FILES = {
    "forecast.csv": "a row per chance and per date of given chance, with 90% intervals and the "
    "rule by which it is settled",
    "forecast.json": "the same for programs, to be scored: recursim task=score",
    "runs.parquet": "a row per run: point, replication, how it ended, when it passed what",
    "points.parquet": "a row per draw: the value of what is not known",
    "models/": "the lab with nothing left implicit",
    "figures/": "the figures for print (PNG, SVG)",
}


def write(found: Forecast, path: Path) -> None:
    """Write the page; `InputError` if it cannot be written."""
    store.write_page(path, html(found))


def html(found: Forecast) -> str:
    """Return the page about a forecast."""
    return shell.page(
        title=f"{upper_first(plain(found.model.name))}: when?", lede=_lede(found),
        answers=answer.sentences(found), details=answer.details(found),
        parts=(
            ("Figures", figures.drawn(plots.shown(found), found)),
            ("Chances by date", _dates(found)),
            ("Years of progress", _spans(found)),
            ("What was not known", _unknown(found)),
            ("Largest assumptions", shell.largest(found.model)),
            ("Where this comes from", _provenance(found)),
        ),
        version=str(found.results.manifest.get("recursim", "")),
    )


def _lede(found: Forecast) -> Iterator[str]:
    """Yield what was simulated."""
    model = found.model
    yield "When does the lab come to what, and how likely?"
    yield (
        f"{upper_first(plain(model.name))} from {date(model, 0.0)} on, over "
        f"{duration(model.horizon)}: {count_of(len(found.results.runs), 'run')}."
    )


def _dates(found: Forecast) -> str:
    if not found.dates:
        return ""
    times = answer.by_dates(found)
    chances, dates = [], []
    for one in found.dates.values():
        columns = zip(*one.by(times), strict=True)
        chances.append((one.threshold.label, *(share(*map(float, ends)) for ends in columns)))
        dates.append((one.threshold.label, *answer.quantile_texts(found, one)))
    by = (f"by {date(found.model, time)}" for time in times)
    rules = {one.threshold.label: one.threshold.resolves for one in found.dates.values()}
    return (
        web.paragraph(
            f"Chances with their 90% intervals; dates: {answer.REACHES}; later: than "
            f"{date(found.model, found.model.horizon)}, when the runs end."
        )
        + web.table("Chance by date", ("threshold", *by), chances)
        + web.table("Date of given chance", ("threshold", "10%", "median", "90%"), dates)
        + "<details><summary>What counts as passing each</summary>\n"
        f"{web.definitions(rules)}</details>"
    )


def _spans(found: Forecast) -> str:
    if not found.spans:
        return ""
    rows = [
        (f"at least {one.threshold.label}", *answer.within_texts(found, one))
        for one in found.spans.values()
    ]
    heads = ("in some stretch", *(f"of {months} months" for months in found.months))
    return web.table("Chance of progress within months", heads, rows)


def _unknown(found: Forecast) -> str:
    factors = {
        name: factor.distribution.text() if factor.distribution else "as the points state"
        for name, factor in found.results.study.factors.items() if found.unknown
    }
    return web.definitions(factors) if factors else ""


def _provenance(found: Forecast) -> str:
    known = files.provenance(found)
    packages = known.pop("packages", {})
    told = {key.replace("_", " "): str(value) for key, value in known.items() if key != "command"}
    told["packages"] = ", ".join(f"{name} {number}" for name, number in packages.items() if number)
    return (
        f"<p>This command makes it again:</p>\n<pre><code>{escape(known['command'])}</code></pre>\n"
        f"{web.definitions(told)}\n<h3>Files</h3>\n{web.definitions(FILES)}"
    )
