"""Capability: effective training compute above generation 0, in OOM (powers of ten)."""

from .formulas import formula
from .portable import LN10, expm1, log, power

DAYS_PER_YEAR = 365.25
ONE_ULP = 2.0**-52


@formula("log10(compute_ratio) + algorithms / log(10)")
def capability(compute_ratio: float, algorithms: float) -> float:
    """Capability of a generation, in OOM.

    Parameters
    ----------
    compute_ratio : float
        Training compute over that of generation 0, F / F_0 > 0.
    algorithms : float
        Training efficiency gained since generation 0, natural-log units.
    """
    return (log(compute_ratio) + algorithms) / LN10


@formula("log10(F_next / F_now) + (algorithms_next - algorithms_now) / log(10)")
def generation_gain(
    F_next: float, F_now: float, algorithms_next: float, algorithms_now: float
) -> float:
    """Capability the next generation would gain over the present one, in OOM.

    Parameters
    ----------
    F_next, F_now : float
        Training compute of the two, in the same unit, > 0.
    algorithms_next, algorithms_now : float
        Training efficiency frozen for each, natural-log units.
    """
    return (log(F_next / F_now) + (algorithms_next - algorithms_now)) / LN10


@formula("F_now * 10 ** (gain - (algorithms_next - algorithms_now) / log(10))")
def compute_for_gain(
    F_now: float, gain: float, algorithms_next: float, algorithms_now: float
) -> float:
    """Training compute with which the next generation gains so many OOM.

    The inverse of `generation_gain`, rounded up: the gain of the result is never below
    the one asked for, so that a plan that just meets a target meets it.
    """
    start = F_now * power(10.0, gain - (algorithms_next - algorithms_now) / LN10)
    result = start
    more = ONE_ULP
    for _ in range(40):
        if generation_gain(result, F_now, algorithms_next, algorithms_now) >= gain:
            break
        result = start * (1.0 + more)
        more = more * 2.0
    return result


@formula("access * (1 - exp(-elapsed / adoption))")
def adoption_chance(elapsed: float, adoption: float, access: float) -> float:
    """Chance that a delegated task uses the newest generation.

    Parameters
    ----------
    elapsed : float
        Days since its release, >= 0.
    adoption : float
        Time constant of its adoption in days; 0 for at once.
    access : float
        Share of the tasks that may use it, in [0, 1]; less while only a trusted few have access.
    """
    if adoption <= 0.0:
        return access
    return -access * expm1(-elapsed / adoption)


def adopts(u: float, elapsed: float, adoption: float, access: float) -> bool:
    """Whether a task whose uniform number is u uses the newest generation.

    The same as ``u < adoption_chance(...)``, without an exponential where it is plain: from
    ``exp(x) > 1 + x + x**2 / 2 + x**3 / 6`` the chance is above ``access * (1 - 1 / that)``.
    Rounding must not turn this round: 0.16 is safely below 1/6, and for small x, where that gains
    nothing, 1e-9 is more than the rounding of either side (some 1e-16).
    """
    if u >= access:
        return False
    if adoption > 0.0:
        x = elapsed / adoption
        enough = 1.0 - 1.0 / (1.0 + x + x * x * 0.5 + x * x * x * 0.16) - 1e-9
        return u < access * enough or u < adoption_chance(elapsed, adoption, access)
    return True


@formula("start * factor_per_year ** (elapsed_days / 365.25)")
def growth(start: float, factor_per_year: float, elapsed_days: float) -> float:
    """Something that grows by a fixed factor per year (365.25 d); exact at 0 days."""
    return start * power(factor_per_year, elapsed_days / DAYS_PER_YEAR)
