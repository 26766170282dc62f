"""Known answers, each from its published formula, and the one test that compares with them."""

import math

import numpy as np
from scipy.special import lambertw


def check(samples, target, k=4):
    """Whether the mean of independent samples lies within k standard errors of the target.

    Samples without scatter must meet it up to rounding.
    """
    samples = np.asarray(samples, dtype=float)
    assert len(samples) >= 10
    error = samples.std(ddof=1) / math.sqrt(len(samples))
    return bool(abs(samples.mean() - target) <= max(k * error, 1e-9 * abs(target)))


# --- queues -------------------------------------------------------------------------------


def erlang_c(servers, load):
    """Chance to wait in M/M/c; load = rate * mean service (Erlang 1917)."""
    terms = [load**n / math.factorial(n) for n in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last)


def mmc_wait(rate, service, servers=1):
    """Mean wait in M/M/c."""
    return erlang_c(servers, rate * service) / (servers / service - rate)


def mmc_tail(rate, service, servers, t):
    """P(wait > t) in M/M/c."""
    return erlang_c(servers, rate * service) * math.exp(-(servers / service - rate) * t)


def pollaczek_khinchine(rate, first, second):
    """Mean wait in M/G/1, from the first and second moments of the service time."""
    return rate * second / (2 * (1 - rate * first))


def cobham(rates, firsts, seconds):
    """Mean waits in M/G/1 with non-preemptive priorities, highest first.

    A. Cobham, Operations Research 2, 1954, doi:10.1287/opre.2.1.70.
    """
    residual = sum(r * s for r, s in zip(rates, seconds, strict=True)) / 2
    waits, above = [], 0.0
    for rate, first in zip(rates, firsts, strict=True):
        upto = above + rate * first
        waits.append(residual / ((1 - above) * (1 - upto)))
        above = upto
    return waits


def moments(kind, **given):
    """First and second moments of the distributions in use."""
    if kind == "deterministic":
        return given["value"], given["value"] ** 2
    if kind == "exponential":
        return given["mean"], 2 * given["mean"] ** 2
    if kind == "uniform":
        low, high = given["low"], given["high"]
        return (low + high) / 2, (low**2 + low * high + high**2) / 3
    if kind == "gamma":
        shape, scale = given["shape"], given["scale"]
        return shape * scale, shape * (shape + 1) * scale**2
    if kind == "weibull":
        shape, scale = given["shape"], given["scale"]
        return scale * math.gamma(1 + 1 / shape), scale**2 * math.gamma(1 + 2 / shape)
    assert kind == "lognormal"
    median, variance = given["median"], given["sigma"] ** 2
    return median * math.exp(variance / 2), median**2 * math.exp(2 * variance)


# --- the loop -------------------------------------------------------------------------------


def amdahl(share, speedup):
    """Speed-up of the whole if a share of the work goes faster.

    G. M. Amdahl, AFIPS Conference Proceedings 30, 1967, doi:10.1145/1465482.1465560.
    """
    return 1 / ((1 - share) + share / speedup)


def delegation(quality, review, catch, tries):
    """Means per task of attempts, takeovers and escaped defects."""
    again = review * catch * (1 - quality)
    attempts = (1 - again**tries) / (1 - again)
    return {
        "attempts": attempts,
        "takeovers": again**tries,
        "escapes": (1 - quality) * (1 - review * catch) * attempts,
    }


def segment_time(work, mtbf, repair):
    """Mean time for a segment of work (checkpoint included) that starts anew if interrupted."""
    return (mtbf + repair) * math.expm1(work / mtbf)


def training_time(work, interval, cost, mtbf, repair):
    """Mean time of a training run; the last segment writes no checkpoint."""
    segments = math.ceil(work / interval - 1e-9)
    last = work - (segments - 1) * interval
    regular = segment_time(interval + cost, mtbf, repair)
    return (segments - 1) * regular + segment_time(last, mtbf, repair)


def best_interval(mtbf, cost):
    """Work between checkpoints that makes training shortest."""
    return mtbf * (1 + lambertw(-math.exp(-1 - cost / mtbf)).real)


def harmonic(n):
    """1 + 1/2 + … + 1/n: the mean maximum of n exponentials, in units of their mean."""
    return sum(1 / i for i in range(1, n + 1))


# --- working hours --------------------------------------------------------------------------


def shifts(tasks, work, opens, closes, weekdays, first_weekday, arrivals=None, begin=0):
    """(start, end) of each task of one person, in whole minutes, by walking the clock.

    Without arrivals each task is there when the last one ends.
    """

    def is_open(minute):
        day, minute_of_day = divmod(minute, 1440)
        return (day + first_weekday) % 7 in weekdays and opens <= minute_of_day < closes

    done, now = [], begin
    for number in range(tasks):
        now = now if arrivals is None else max(now, arrivals[number])
        while not is_open(now):
            now += 1
        start, left = now, work
        while left:
            left -= is_open(now)
            now += 1
        done.append((start, now))
    return done
