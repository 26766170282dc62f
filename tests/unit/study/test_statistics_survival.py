"""Kaplan-Meier and its intervals: against lifelines, its stored numbers, and scipy's."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.metrics.censored import kaplan_meier
from sim.study.statistics.dates import curves, median_interval, quantiles, restricted_mean

FILE = Path(__file__).with_name("lifelines.json")
"""What lifelines says of some data; made by `python test_statistics_survival.py`, with it there."""
LEVEL, SHARES = 0.9, (0.1, 0.25, 0.5, 0.75, 0.9)


def cases():
    """Durations and whether they ended: with ties, few, many, nothing or everything ended.

    Of so many that no quantile falls on a step's end, where rounding would decide.
    """
    random = np.random.default_rng(7)
    ties = random.integers(1, 12, 41), random.random(41) < 0.6
    cut = np.minimum(random.weibull(1.5, 61) * 300, 365.25)
    many = cut.round(3), cut < 365.25
    early = np.minimum(random.exponential(200, 31), random.uniform(0, 400, 31)).round(3)
    found = {
        "ties": ties,
        "horizon": many,
        "early": (early, random.random(31) < 0.5),
        "all_ended": (random.exponential(1, 25).round(4), np.ones(25, dtype=bool)),
        "few": ([3.0, 1.0, 4.0, 4.0, 5.0], [True, True, False, True, False]),
        "none_ended": ([5.0, 5.0, 5.0], [False] * 3),
    }
    return {name: (np.asarray(t, float), np.asarray(e, bool)) for name, (t, e) in found.items()}


def of_lifelines(times, ended):
    """Return what lifelines says; infinities as None."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times as medians_of
    from lifelines.utils import qth_survival_time, restricted_mean_survival_time

    fitted = KaplanMeierFitter(alpha=1 - LEVEL).fit(times, ended)
    bands = fitted.confidence_interval_
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it takes the steps it was given
        found = {
            "at": fitted.survival_function_.index.tolist(),
            "longer": fitted.survival_function_.to_numpy().ravel().tolist(),
            "low": bands.to_numpy()[:, 0].tolist(),
            "high": bands.to_numpy()[:, 1].tolist(),
            "quantiles": [qth_survival_time(1 - q, fitted) for q in SHARES],
            "median_interval": medians_of(bands).to_numpy().ravel().tolist(),
            "restricted_mean": restricted_mean_survival_time(fitted, t=float(max(times))),
        }
    plain = json.loads(json.dumps(found))
    for name in ("quantiles", "median_interval"):
        plain[name] = [None if np.isinf(x) else x for x in plain[name]]
    return plain


STORED = json.loads(FILE.read_text("utf-8"))["cases"] if FILE.exists() else {}


@pytest.mark.parametrize("name", STORED)
def test_estimates_and_intervals_are_those_of_lifelines(name):
    agrees(STORED[name])


@pytest.mark.parametrize("part", ["longer", "low", "high", "quantiles", "median_interval"])
def test_another_number_would_be_noticed(part):
    stored = STORED["horizon"] | {part: [x and 1.002 * x for x in STORED["horizon"][part]]}
    with pytest.raises(AssertionError):
        agrees(stored)


def agrees(stored):
    """Hold both forms of the estimate against what lifelines says."""
    times, ended = np.array(stored["times"]), np.array(stored["ended"])
    curve = kaplan_meier(times[ended], times[~ended])
    share, (low, high) = curve.at(stored["at"]), curve.interval(stored["at"], LEVEL)
    assert share == pytest.approx(stored["longer"], abs=1e-12)
    some = share > 1e-9  # beyond, lifelines says [0, 0]; ours keeps what n durations can tell
    assert low == pytest.approx(stored["low"], abs=1e-12)
    assert high[some] == pytest.approx(np.array(stored["high"])[some], abs=1e-12)
    dates = [np.inf if x is None else x for x in stored["quantiles"]]
    assert curve.quantiles(SHARES).tolist() == dates
    ends = tuple(np.inf if x is None else x for x in stored["median_interval"])
    assert tuple(map(float, curve.quantile_intervals(0.5, LEVEL))) == ends

    rows = curves(np.array([times, times]), np.array([ended, ended]))  # as points of a study
    assert np.transpose(quantiles(rows, SHARES)).tolist() == [dates, dates]
    assert np.transpose(median_interval(rows, LEVEL)).tolist() == [list(ends)] * 2
    mean = restricted_mean(rows, np.full(2, times.max()))
    assert mean == pytest.approx([stored["restricted_mean"]] * 2, rel=1e-12)


def test_the_stored_numbers_are_those_of_lifelines_that_is_installed():
    pytest.importorskip("lifelines")
    for name, (times, ended) in cases().items():
        stored = STORED[name]
        assert (stored["times"], stored["ended"]) == (times.tolist(), ended.tolist())
        found = of_lifelines(times, ended)
        for part, values in found.items():
            right = [np.inf if x is None else x for x in np.atleast_1d(stored[part])]
            values = [np.inf if x is None else x for x in np.atleast_1d(values)]
            assert values == pytest.approx(right, rel=1e-12, abs=1e-15), (name, part)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")  # where S is 0 or 1
@pytest.mark.parametrize("name", ["ties", "horizon", "early", "few"])
def test_estimates_and_intervals_are_those_of_scipy(name):
    times, ended = cases()[name]
    theirs = stats.ecdf(stats.CensoredData(uncensored=times[ended], right=times[~ended])).sf
    band = theirs.confidence_interval(LEVEL, method="log-log")
    curve = kaplan_meier(times[ended], times[~ended])
    at = theirs.quantiles
    share, (low, high) = curve.at(at), curve.interval(at, LEVEL)
    assert share == pytest.approx(theirs.probabilities, abs=1e-12)
    some = (share > 1e-9) & (share < 1)
    assert some.sum() >= 2
    assert low[some] == pytest.approx(band.low.probabilities[some], abs=1e-12)
    assert high[some] == pytest.approx(band.high.probabilities[some], abs=1e-12)


def test_where_nothing_is_left_the_upper_end_is_what_so_many_durations_tell():
    """All of n below the median has the probability 2^-n: with 4 it may be, with 5 not (at 5%)."""
    for number, last in ((4, np.inf), (5, 5.0)):
        curve = kaplan_meier(np.arange(1.0, number + 1), [])
        exact = stats.binomtest(0, number).proportion_ci(0.9, method="exact").high
        assert curve.interval(float(number))[1] == pytest.approx(exact)
        assert float(curve.quantile_intervals(0.5)[1]) == last


def test_without_anything_nothing_is_known():
    low, high = kaplan_meier([], []).quantile_intervals([0.5])
    assert np.isnan([low[0], high[0], *kaplan_meier([], []).interval(1.0)]).all()


@pytest.mark.verify
def test_medians_are_in_their_interval_as_often_as_it_says():
    """Exponential dates of median 1; 20 runs, cut off at uniform times up to 4."""
    random = np.random.default_rng(11)
    size = (4000, 20)
    lasts, cut = random.exponential(1 / np.log(2), size), random.uniform(0, 4, size)
    low, high = median_interval(curves(np.minimum(lasts, cut), lasts <= cut), 0.9)

    def covers(value):
        return float(((low <= value) & (value <= high)).mean())

    assert 0.86 < covers(1.0) < 0.94
    assert covers(1.8) < 0.6


if __name__ == "__main__":
    import lifelines
    import numpy
    import pandas

    found = {
        name: {"times": times.tolist(), "ended": ended.tolist()} | of_lifelines(times, ended)
        for name, (times, ended) in cases().items()
    }
    made = {
        "made_by": f"lifelines {lifelines.__version__}, numpy {numpy.__version__}, "
        f"pandas {pandas.__version__}: KaplanMeierFitter(alpha=0.1)",
        "quantiles": SHARES,
    }
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in found.items())
    FILE.write_text(f'{json.dumps(made)[:-1]}, "cases": {{\n{rows}\n}}}}\n', "utf-8")
