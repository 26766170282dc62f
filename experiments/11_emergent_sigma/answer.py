"""The elasticity of substitution that a queueing lab shows: the answer of the study in this folder.

    recursim task=study study=11_emergent_sigma
    python experiments/11_emergent_sigma/answer.py results/study/emergent_sigma
    python experiments/11_emergent_sigma/answer.py

The second command fits the runs of the study, prints the tables of the README and keeps
`sigma.csv`, `means.csv` and `sigma.png` in the study's folder; the third prints them from the
copies here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from sim.growth.ces import CES, fit
from sim.growth.substitution import fit_replications, kmenta, translog
from sim.limits.jackknife import jackknife
from sim.plots.style import BLUE, GREEN, INK, LINES, PURPLE, RED, tidy, title
from sim.study.results import Results, open_study

HERE = Path(__file__).parent
SIGMA, MEANS, FIGURE = "sigma.csv", "means.csv", "sigma.png"
SIZES = {"fixed": "experiments of fixed size", "shipped": "experiments that follow compute"}
CAPABILITIES = {"none": "none", "c0": "0", "c1": "1", "c2": "2", "c3": "3"}
WINDOW = 5
"""Levels of people, of all that were run, that make the balanced plane."""
TIMES = 400
"""Resamples of the replications."""
DIGITS = 4
TOP = 5.0
"""Largest sigma that is drawn."""
LONG = 1.5
"""Length of a line of equal output, in logs, from which on its number stands off the middle."""
SHOWN = (
    ("shipped", "compute_short", "follow: where compute is short",
     {"color": GREEN, "fmt": "^", "linestyle": ":"}),
    ("shipped", "sigma", "follow: whole plane", {"color": BLUE, "fmt": "o", "linestyle": "-"}),
    ("shipped", "people_short", "follow: where people are short",
     {"color": PURPLE, "fmt": "v", "linestyle": ":"}),
    ("shipped", "balanced", "follow: in balance",
     {"color": INK, "fmt": "D", "linestyle": "--"}),
    ("fixed", "sigma", "fixed: whole plane", {"color": RED, "fmt": "s", "linestyle": "-"}),
)  # fmt: skip
"""What the first panel shows: kind of experiments, column, words, look."""


def means(found: Results) -> pd.DataFrame:
    """Return the mean output of each point."""
    mean = found.runs.groupby("point")["output"].mean()
    columns = ["sizes", "assistants", "people", "compute"]
    return found.points[columns].assign(output=mean.round(DIGITS)).reset_index(drop=True)


def sigmas(found: Results) -> pd.DataFrame:
    """Return a row per kind of experiment and assistants: what its plane of outputs says.

    `sigma` with its interval (90%, luck), `share` of people in the middle of the plane, `returns`,
    `scale` and units of the CES; `r_squared` and `largest` residual of ln output; `translog`, sigma
    of a regression of second order in the middle. `balanced`: sigma of the five levels of people in
    whose middle people and compute count most alike, `balanced_people` that middle.
    `people_short`, `compute_short`: sigma by translog of the points where the fitted elasticity to
    people, or to compute, is the larger; NaN where intervals contain no convex isoquant.
    """
    wide = found.runs.pivot(index="point", columns="replication", values="output")
    rows = []
    for (sizes, assistants), own in found.points.groupby(["sizes", "assistants"], sort=False):
        people, compute = own["people"].to_numpy(), own["compute"].to_numpy()
        outputs = wide.loc[own.index].to_numpy()
        whole = fit_replications(people, compute, outputs, times=TIMES)
        ces, low, high = whole.fit.ces, *whole.interval()
        centre, balanced = _balanced(people, compute, outputs)
        row: dict[str, object] = {
            "sizes": sizes, "assistants": assistants, "sigma": ces.sigma, "sigma_low": low,
            "sigma_high": high, "share": ces.share, "returns": ces.returns, "scale": ces.scale,
            "people": ces.people, "compute": ces.compute, "note": whole.fit.note,
            "r_squared": whole.fit.r_squared, "largest": np.abs(whole.fit.residuals).max(),
            "kmenta": kmenta(people, compute, outputs.mean(axis=1)).sigma,
            "translog": translog(people, compute, outputs.mean(axis=1)).sigma,
            "balanced_people": centre, **_columns("balanced", balanced),
        }  # fmt: skip
        by_people, by_compute = ces.elasticities(people, compute)
        for name, some in (("people_short", by_people >= by_compute),
                           ("compute_short", by_people < by_compute)):  # fmt: skip
            row |= _columns(name, _local(people[some], compute[some], outputs[some]))
        rows.append(row)
    return pd.DataFrame(rows).round(DIGITS)


def _columns(name: str, ends: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))


def _balanced(
    people: np.ndarray, compute: np.ndarray, outputs: np.ndarray
) -> tuple[float, tuple[float, float, float]]:
    """Return the middle of the five levels of people that are most in balance, and sigma there."""
    levels = np.unique(people)
    found = []
    for first in range(len(levels) - WINDOW + 1):
        some = (people >= levels[first]) & (people <= levels[first + WINDOW - 1])
        one = fit(people[some], compute[some], outputs[some].mean(axis=1))
        middle = translog(people[some], compute[some], outputs[some].mean(axis=1))
        apart = abs(middle.people - middle.compute)
        found.append((apart, one.ces.people, some))
    _, centre, some = min(found, key=lambda one: one[0])
    fitted = fit_replications(people[some], compute[some], outputs[some], times=TIMES)
    return float(centre), (fitted.fit.ces.sigma, *fitted.interval())


def _local(
    people: np.ndarray, compute: np.ndarray, outputs: np.ndarray
) -> tuple[float, float, float]:
    """Return sigma by translog with its interval: the jackknife's about 1 / sigma."""
    if len(people) < 8 or len(np.unique(people)) < 3 or len(np.unique(compute)) < 3:
        return (np.nan,) * 3

    def inverse(values: np.ndarray) -> np.ndarray:
        return np.array([1.0 / translog(people, compute, one).sigma for one in values.T])

    one = jackknife(inverse, outputs)
    ends = [float(end) for end in (one.value, one.high, one.low)]
    value, low, high = (1.0 / end if end > 0 else np.inf for end in ends)
    return value, low, high


# --- what is said -----------------------------------------------------------------------------


def report(table: pd.DataFrame) -> str:
    """Return the tables of the README."""
    rows = table.set_index(["sizes", "assistants"])
    lines = []
    for sizes, words in SIZES.items():
        lines += [
            f"{words[0].upper()}{words[1:]}:", "",
            "| assistants (OOM) | sigma, whole plane | in balance | where people are short "
            "| where compute is short | R² | largest residual |",
            "|---|---|---|---|---|---|---|",
        ]  # fmt: skip
        for name, words_of in CAPABILITIES.items():
            row = rows.loc[(sizes, name)]
            cells = [_interval(row, column) for column in
                     ("sigma", "balanced", "people_short", "compute_short")]  # fmt: skip
            quality = f"{row['r_squared']:.3f} | {row['largest']:.2f}"
            lines.append(f"| {words_of} | {' | '.join(cells)} | {quality} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def _interval(row: pd.Series, name: str) -> str:
    value, low, high = (row[name], row[f"{name}_low"], row[f"{name}_high"])
    if not np.isfinite(value):
        return "–" if np.isnan(value) else "not convex"
    return f"{value:.2f} [{low:.2f}, {'∞' if np.isinf(high) else f'{high:.2f}'}]"


# --- the figure -------------------------------------------------------------------------------


def figure(table: pd.DataFrame, points: pd.DataFrame) -> object:
    """Draw sigma by capability, and isoquants of three labs beside the CES fitted to them."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(11, 9.6), layout="constrained")
    drawn.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    axes = drawn.subplots(2, 2).ravel()
    _by_capability(axes[0], table)
    cases = (("fixed", "c0"), ("shipped", "none"), ("shipped", "c3"))
    for ax, (sizes, assistants) in zip(axes[1:], cases, strict=True):
        _isoquants(ax, table, points, sizes, assistants)
    return drawn


def _by_capability(ax: object, table: pd.DataFrame) -> None:
    tidy(ax)
    ends = table.loc[table["sizes"] == "shipped", "compute_short_high"]
    title(ax, "Sigma is another where compute is short",
          f"bars: 90%, luck; arrow: the bar goes on to {ends.max():.0f}", width=60)  # fmt: skip
    places = np.arange(len(CAPABILITIES))
    for number, (sizes, column, words, look) in enumerate(SHOWN):
        own = table[table["sizes"] == sizes].set_index("assistants").loc[list(CAPABILITIES)]
        value, low, high = (own[f"{column}{end}"].to_numpy() for end in ("", "_low", "_high"))
        bars = np.clip([value - low, np.minimum(high, TOP) - value], 0, None)
        at = places + 0.11 * (number - (len(SHOWN) - 1) / 2)
        ax.errorbar(at, value, yerr=bars, capsize=3, markerfacecolor="white", markeredgewidth=1.4,
                    linewidth=1.2, markersize=5.5, label=words, **look)  # fmt: skip
        ax.plot(at[high > TOP], np.full((high > TOP).sum(), 0.96 * TOP), "^", markersize=6,
                color=look["color"])  # fmt: skip
    ax.axhline(1.0, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    ax.text(4.4, 0.97, "Cobb–Douglas", fontsize=9, color=INK, va="top", ha="right")
    ax.set_yscale("log")
    ax.set_ylim(0.06, TOP)
    ax.set_xlim(-0.45, 4.45)
    ax.set_yticks([0.1, 0.3, 1, 3], ["0.1", "0.3", "1", "3"])
    ax.set_yticks([], minor=True)
    ax.set_xticks(places, CAPABILITIES.values())
    ax.set_xlabel("assistants: capability above generation 0 (OOM)", fontsize=10, color=INK)
    ax.set_ylabel("elasticity of substitution, sigma (log scale)", fontsize=10, color=INK)
    ax.legend(fontsize=8.5, frameon=False, loc="upper left", bbox_to_anchor=(-0.02, -0.17), ncols=2,
              title="experiments that follow compute, or have a fixed size:", alignment="left",
              title_fontsize=8.5)  # fmt: skip


def _isoquants(
    ax: object, table: pd.DataFrame, points: pd.DataFrame, sizes: str, assistants: str
) -> None:
    tidy(ax)
    row = table.set_index(["sizes", "assistants"]).loc[(sizes, assistants)]
    own = points[(points["sizes"] == sizes) & (points["assistants"] == assistants)]
    grid = own.pivot(index="compute", columns="people", values="output")
    helped = "no assistants" if assistants == "none" else f"assistants at {assistants[1:]} OOM"
    kind = "sizes are fixed" if sizes == "fixed" else "sizes follow compute"
    title(ax, f"{helped[0].upper()}{helped[1:]}, {kind}",
          f"output per year: simulated (solid), CES with sigma = {row['sigma']:.2f} (dashed)",
          width=60)  # fmt: skip
    values = grid.to_numpy()
    levels = np.geomspace(values.min() * 1.15, values.max() * 0.85, 6)
    drawn = ax.contour(np.log(grid.columns), np.log(grid.index), np.log(values), np.log(levels),
                       colors=[LINES[0][0]], linewidths=1.6)  # fmt: skip
    ax.clabel(drawn, fmt={at: f"{np.exp(at):.1f}" for at in drawn.levels}, fontsize=9,
              manual=[_place(path.vertices) for path in drawn.get_paths()])  # fmt: skip
    ces = CES(share=row["share"], sigma=row["sigma"], scale=row["scale"], returns=row["returns"],
              people=row["people"], compute=row["compute"])  # fmt: skip
    people = np.geomspace(grid.columns.min(), grid.columns.max(), 300)
    compute = np.geomspace(grid.index.min(), grid.index.max(), 300)
    fitted = ces.output(*np.meshgrid(people, compute))
    ax.contour(np.log(people), np.log(compute), np.log(fitted), np.log(levels), colors=[RED],
               linewidths=1.2, linestyles=[(0, (4, 3))])  # fmt: skip
    ax.set_xticks(np.log(grid.columns), [f"{level:g}" for level in grid.columns])
    ax.set_yticks(np.log(grid.index), [f"{level:g}" for level in grid.index])
    ax.set_xlabel("people, relative to four default labs", fontsize=10, color=INK)
    ax.set_ylabel("experiment compute, relative", fontsize=10, color=INK)


def _place(line: np.ndarray) -> tuple[float, float]:
    """Return where the number of a line stands: inside the axes, and off the corner of a long line.

    Parameters
    ----------
    line
        Its points, in logs.
    """
    along = np.append(0.0, np.hypot(*np.diff(line, axis=0).T).cumsum())
    at = (0.5 if along[-1] < LONG else 0.3) * along[-1]
    return tuple(float(np.interp(at, along, column)) for column in line.T)


def fits(folder: Path) -> pd.DataFrame:
    """Return the fits that were kept in a folder; assistants may be called `none`."""
    return pd.read_csv(folder / SIGMA, keep_default_na=False, na_values=[""])


def main() -> int:
    """Print the tables; return an exit code."""
    folder = HERE
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        found = open_study(folder)
        for name, table in ((SIGMA, sigmas(found)), (MEANS, means(found))):
            table.to_csv(folder / name, index=False, lineterminator="\n")
        points = pd.read_csv(folder / MEANS, keep_default_na=False)
        figure(fits(folder), points).savefig(folder / FIGURE, dpi=90)
    print(report(fits(folder)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
