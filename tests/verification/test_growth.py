"""Growth: ideas get harder, and recursion without waiting.

Both are deterministic: the engine must follow the recursion of `theory.learning` to rounding
(1e-9 relative; a log, an exp and a sum per result, some thousand results). The smooth growth it
tends to is met within the bias that theory gives, with a remainder of second order in the gain.
"""

import itertools
import math

import numpy as np
import pytest

from . import theory

ROUNDING = 1e-9


def results(run):
    """Times and levels of algorithms after each result."""
    rows = run.changes[(run.changes["kind"] == "stock") & (run.changes["name"] == "algorithms")]
    return rows["time"].to_numpy(), rows["after"].to_numpy()


def learned(count, *args, **given):
    """Times and levels of so many results, by the recursion."""
    return np.array(list(itertools.islice(theory.learning(*args, **given), count))).T


# --- ideas get harder -------------------------------------------------------------------------


def harder(replications, gain, beta=1.0, rate=2.0, horizon=1000):
    (run,) = replications(
        1, "scenario=ideas_get_harder", f"stocks.algorithms.gain={gain}", f"horizon={horizon}d",
        f"stocks.algorithms.beta={beta}", f"flows.experiment.stages.research.work='{1 / rate} d'",
    )
    return results(run)


@pytest.mark.parametrize(("gain", "beta"), [(0.01, 1.0), (0.1, 3.0), (0.05, 0.0)])
def test_ideas_get_harder_by_the_recursion(gain, beta, replications):
    times, levels = harder(replications, gain, beta)
    assert len(times) == 1999  # the one at the horizon does not happen
    assert times == pytest.approx(0.5 * np.arange(1, 2000), rel=ROUNDING)
    assert levels == pytest.approx(learned(1999, gain, beta)[1], rel=ROUNDING)
    assert levels != pytest.approx(learned(1999, gain, 1.001 * beta + 1e-6)[1], rel=ROUNDING)
    # Hard as they are after the result, or as they were two results ago.
    after, before = [0.0], [0.0, gain]
    for _ in range(1999):
        step = after[-1]
        for _ in range(60):
            step = after[-1] + gain * math.exp(-beta * step)
        after.append(step)
        before.append(before[-1] + gain * math.exp(-beta * before[-2]))
    if beta > 0:
        assert levels != pytest.approx(after[1:], rel=ROUNDING)
        assert levels != pytest.approx(before[1:2000], rel=ROUNDING)


def test_ideas_get_harder_nearly_by_the_logarithm(replications):
    """What is left after the bias g ln(y) / (2 y) falls with the square of the gain."""
    left, plain = [], []
    for gain, rate in ((0.08, 1.0), (0.04, 2.0), (0.02, 4.0)):
        times, levels = harder(replications, gain, 1.5, rate, horizon=200)
        limit = theory.level_at(times[-1], gain, 1.5, rate=rate)
        y = 1 + 1.5 * 0.08 * times[-1]
        assert limit == pytest.approx(math.log(y) / 1.5)
        plain.append(levels[-1] - limit)
        left.append(abs(plain[-1] - gain * math.log(y) / (2 * y)))
    assert left[1] < 0.3 * left[0]
    assert left[2] < 0.3 * left[1]
    assert left[2] < 0.05 * plain[2]
    # The bias is of first order: it halves. So would the rest with a bias 10% off.
    assert 0.45 < plain[2] / plain[1] < 0.55


# --- recursion without waiting ------------------------------------------------------------------


def recursive(replications, phi, beta, gain=0.02, horizon=1000):
    (run,) = replications(
        1, "scenario=recursion", f"feedback.speedup.exponent={phi}", f"horizon={horizon}d",
        f"stocks.algorithms.beta={beta}", f"stocks.algorithms.gain={gain}",
    )
    return run, *results(run)


# phi, beta, and a horizon that keeps the number of results to some thousand.
CASES = {
    "slower": (0.5, 2.0, 1000), "as fast": (0.5, 0.5, 300), "faster": (2.0, 0.5, 1000),
    "no harder": (1.0, 0.0, 1000),
}


@pytest.mark.parametrize("case", CASES)
def test_recursion_follows_the_recursion(case, replications):
    phi, beta, horizon = CASES[case]
    run, times, levels = recursive(replications, phi, beta, horizon=horizon)
    right = learned(len(times), 0.02, beta, phi)
    assert len(times) > 500
    assert times == pytest.approx(right[0], rel=ROUNDING)
    assert levels == pytest.approx(right[1], rel=ROUNDING)
    released = run.generations["released"].dropna().to_numpy()[1:]
    assert released == pytest.approx(times, rel=ROUNDING)  # each result at once
    # An exponent 0.1% off; the last release but one at work.
    assert times != pytest.approx(learned(len(times), 0.02, beta, 1.001 * phi)[0], rel=ROUNDING)
    late = np.exp(-phi * np.array([0.0, 0.0, *levels[:-2]])).cumsum()
    assert times != pytest.approx(late, rel=ROUNDING)


def test_slower_recursion_grows_by_the_logarithm(replications):
    """phi < beta: a = ln(1 + (beta - phi) g R t) / (beta - phi)."""
    run, times, levels = recursive(replications, 0.5, 2.0)
    assert run.end.reason == "horizon"
    assert near(0.02, 2.0, 0.5, times, levels)
    assert not near(0.02, 2.0, 0.0, times, levels)  # no recursion
    assert not near(0.02, 2.2, 0.5, times, levels)


def near(gain, beta, phi, times, levels):
    """Whether levels meet the limit but for its bias; a tenth of that is left for second order."""
    for index in (len(times) // 10, len(times) // 2, len(times) - 1):
        limit = theory.level_at(times[index], gain, beta, phi)
        bias = theory.level_bias(limit, gain, beta, phi)
        if not abs(levels[index] - limit - bias) < 0.1 * abs(bias):
            return False
    return True


def test_even_recursion_grows_exponentially(replications):
    """phi = beta: the level exp(a) grows by exp(g R t); at each result exactly."""
    run, times, levels = recursive(replications, 0.5, 0.5, horizon=300)
    assert run.end.reason == "horizon"
    assert levels == pytest.approx(0.02 * times, rel=ROUNDING)
    assert levels != pytest.approx(0.0201 * times, rel=ROUNDING)
    assert levels != pytest.approx(np.log1p(0.02 * times), rel=ROUNDING)


def test_faster_recursion_leaves_all_bounds(replications):
    """phi > beta: a is reached at (1 - exp(-(phi - beta) a)) / ((phi - beta) g R); then blow-up."""
    run, times, levels = recursive(replications, 2.0, 0.5)
    assert run.end.reason == "blow_up"
    assert "speed-up" in run.end.detail
    assert run.end.time == times[-1] < 1000
    for level in (0.2, 1.0, 3.0):
        index = np.searchsorted(levels, level)
        exact = -math.expm1(-1.5 * levels[index]) / (1.5 * 0.02)
        assert theory.time_of(levels[index], 0.02, 0.5, 2.0) == pytest.approx(exact)
        # A level late by the bias is late in time by the bias over the speed.
        speed = 0.02 * math.exp(1.5 * levels[index])
        late = -theory.level_bias(levels[index], 0.02, 0.5, 2.0) / speed
        assert late > 0
        assert abs(times[index] - exact - late) < 0.1 * late
        slower = -math.expm1(-1.35 * levels[index]) / (1.35 * 0.02)
        assert not abs(times[index] - slower - late) < 0.1 * late
    # The end is the first release beyond a speed-up of a million, not the limit t* or later.
    assert math.exp(2.0 * levels[-2]) <= 1e6 < math.exp(2.0 * levels[-1])
    for column in ("requested", "finished", "value", "worked"):
        assert not np.isinf(run.visits[column]).any()
    assert np.isfinite(levels).all()


@pytest.mark.parametrize(("gain", "what"), [(40.0, "speed-up"), (1000.0, "stock")])
def test_blow_up_is_no_overflow(gain, what, replications):
    """Single steps as large as exp(40) and exp(1000)."""
    run, _, levels = recursive(replications, 2.0, 0.0, gain=gain)
    assert run.end.reason == "blow_up"
    assert what in run.end.detail
    assert run.end.time == 1.0
    assert np.isfinite(levels).all()
