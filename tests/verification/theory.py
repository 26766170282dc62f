"""Known answers, each from its published formula, and the one test that compares with them."""

import math

import numpy as np
from scipy.special import lambertw

from sim.growth import SemiEndogenous


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


def traffic(arrivals, routing):
    """Visits per day to each station: those from outside and those sent on by the others.

    J. R. Jackson, Operations Research 5, 1957, doi:10.1287/opre.5.4.518.
    """
    arrivals, routing = np.array(arrivals, dtype=float), np.array(routing, dtype=float)
    return np.linalg.solve(np.eye(len(arrivals)) - routing.T, arrivals)


def jackson(rates, services, servers):
    """Mean numbers at the stations of an open network: each is an M/M/c of its own."""
    each = zip(rates, services, servers, strict=True)
    return [rate * (service + mmc_wait(rate, service, c)) for rate, service, c in each]


def mean_values(items, delay, demands, servers):
    """Throughput and mean numbers at the stations, in closed networks of 1 … `items` items.

    Exact mean value analysis, load-dependent where a station has several servers. `delay` is
    the time per cycle at stages without a queue, `demands` that at each station (visits times
    mean service).

    M. Reiser, S. S. Lavenberg, Journal of the ACM 27, 1980, doi:10.1145/322186.322195.
    """
    chance = [[1.0] for _ in demands]  # of 0, 1, … items at each station, with one item less
    results = []
    for n in range(1, items + 1):
        stays = [
            demand * sum((j + 1) / min(j + 1, c) * p for j, p in enumerate(present))
            for demand, c, present in zip(demands, servers, chance, strict=True)
        ]
        throughput = n / (delay + sum(stays))
        results.append((throughput, [throughput * stay for stay in stays]))
        for i, (demand, c) in enumerate(zip(demands, servers, strict=True)):
            some = [throughput * demand / min(j + 1, c) * p for j, p in enumerate(chance[i])]
            chance[i] = [max(0.0, 1.0 - sum(some)), *some]
    return results


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


def reviews_per_item(quality, tries):
    """Reviews of one item if all is reviewed and all that is wrong is found."""
    return (1 - (1 - quality) ** tries) / quality


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


# --- growth -----------------------------------------------------------------------------------


def learning(gain, beta, phi=0.0, rate=1.0):
    """(time, algorithms) after each result, one by one: endless.

    A result takes 1 / (rate * exp(phi * a)) and adds gain * exp(-beta * a).
    """
    time = level = 0.0
    while True:
        time += math.exp(-phi * level) / rate
        level += gain * math.exp(-beta * level)
        yield time, level


def level_at(time, gain, beta, phi=0.0, rate=1.0):
    """Algorithms at a time, in the limit of many small results: da/dt = gain rate exp((phi-beta)a).

    For phi > beta up to the time 1 / ((phi - beta) gain rate), when it has left all bounds.
    """
    return float(SemiEndogenous(rate=gain * rate, beta=beta, phi=phi).path(time))


def time_of(level, gain, beta, phi=0.0, rate=1.0):
    """When algorithms reach a level, in the same limit."""
    return SemiEndogenous(rate=gain * rate, beta=beta, phi=phi).time_to(level)


def level_bias(level, gain, beta, phi=0.0):
    """How far results of a finite gain are ahead of that limit, to first order in the gain.

    The excess e obeys de/da = -(beta - phi) e + (beta - phi) gain exp(-beta a) / 2. Without phi
    it is gain ln(y) / (2 y), y = exp(beta a).
    """
    slower = beta - phi
    lasting = -math.expm1(-phi * level) / phi if phi else level
    return gain * slower / 2 * math.exp(-slower * level) * lasting


# --- calendar ---------------------------------------------------------------------------------


def critical_path(durations, after):
    """Earliest end of each activity: PERT with fixed times (activities in order of precedence).

    D. G. Malcolm et al., Operations Research 7, 1959, doi:10.1287/opre.7.5.646.
    """
    ends = {}
    for name, duration in durations.items():
        ends[name] = duration + max((ends[before] for before in after.get(name, ())), default=0.0)
    return ends


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
