"""What was observed: ranges computed from the data in `data/`, or cited."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class Range:
    """An observed range, both ends included."""

    low: float
    high: float
    source: str

    def holds(self, value: float) -> bool:
        """Return whether a value lies inside; a missing one does not."""
        return self.low <= value <= self.high


def _read(name: str, *dates: str) -> pd.DataFrame:
    return pd.read_csv(DATA / name, parse_dates=list(dates))


@cache
def gaps_between_releases() -> pd.DataFrame:
    """Days from each major release to the developer's one before, with the year it ended in."""
    table = _read("frontier_release_dates.csv", "release_date")
    major = table[table["tier"] == "major"].sort_values("release_date", kind="stable")
    gap = major.groupby("developer")["release_date"].diff().dt.days
    gaps = major.assign(gap=gap, year=major["release_date"].dt.year).dropna(subset="gap")
    return gaps[["developer", "year", "gap"]]


def release_gap() -> Range:
    """Fact 1: 90% interval (Student's t) of the mean gap that ended in 2025."""
    gaps = gaps_between_releases()
    gap = gaps.loc[gaps["year"] == 2025, "gap"].to_numpy()
    half = t.ppf(0.95, len(gap) - 1) * gap.std(ddof=1) / np.sqrt(len(gap))
    return Range(
        low=gap.mean() - half, high=gap.mean() + half,
        source=f"release dates, {len(gap)} gaps of 2025, 90% of their mean",
    )


def later_gap() -> Range:
    """Fact 1: gaps shorten; in the record the mean gap of 2025 over that of 2024."""
    gaps = gaps_between_releases().groupby("year")["gap"].mean()
    return Range(low=0.0, high=1.0, source=f"release dates; {gaps[2025] / gaps[2024]:.2f} in 2025")


def doubling_time(since: str) -> tuple[float, float, float]:
    """Days in which METR's 50% horizon doubles, by a line through the record-setting models.

    Returns
    -------
    tuple
        Estimate and 95% interval (Student's t).
    """
    table = _read("metr_time_horizon_1_1.csv", "release_date")
    best = table[table["is_sota"] & (table["release_date"] >= since)]
    days = (best["release_date"] - pd.Timestamp(since)).dt.days.to_numpy(float)
    doublings = np.log2(best["p50_min"].to_numpy())
    slope, start = np.polyfit(days, doublings, 1)
    error = np.sum((doublings - start - slope * days) ** 2) / (len(days) - 2)
    half = t.ppf(0.975, len(days) - 2) * np.sqrt(error / np.sum((days - days.mean()) ** 2))
    return 1 / slope, 1 / (slope + half), 1 / (slope - half)


def horizon_doubling() -> Range:
    """Fact 2: from the lower end since 2023 to the estimate of the whole record."""
    return Range(
        low=doubling_time("2023-01-01")[1], high=doubling_time("2019-01-01")[0],
        source="METR time horizon 1.1: since 2023 (lower end), whole record",
    )


def benchmark_slope(benchmark: str, developer: str, doublings_per_oom: float) -> float:
    """Rise of the log-odds of a benchmark's score per OOM: a line through a developer's scores.

    Nobody publishes effective compute: it is taken to have grown as METR's horizon did since 2023,
    at so many doublings per OOM.
    """
    table = _read("benchmark_scores.csv", "release_date")
    rows = table[(table["benchmark"] == benchmark) & (table["developer"] == developer)]
    days = (rows["release_date"] - rows["release_date"].min()).dt.days.to_numpy(float)
    oom = days / (doubling_time("2023-01-01")[0] * doublings_per_oom)
    score = rows["score"].to_numpy()
    return float(np.polyfit(oom, np.log(score / (1 - score)), 1)[0])


def _failed_jobs(by: str) -> Range:
    """Fact 9: failed over completed and failed GPU jobs, least and most of four clusters."""
    table = _read("gpu_cluster_summary_acme.csv")
    failed, completed = table[f"fail_rate_{by}"], table[f"complete_rate_{by}"]
    share = (failed / (failed + completed)).dropna()
    source = f"AcmeTrace, {len(share)} clusters"
    return Range(low=share.min(), high=share.max(), source=source)


def failed_by_count() -> Range:
    """Fact 9, by number of jobs."""
    return _failed_jobs("gpu")


def failed_by_time() -> Range:
    """Fact 9, by GPU time."""
    return _failed_jobs("gpu_time")


def cited(low: float, high: float, source: str) -> Range:
    """Return a range that is stated by a source, not computed here."""
    return Range(low=low, high=high, source=source)
