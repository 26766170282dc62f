"""Random amounts and feedback laws, written as calls.

Values come from short lists, simplest first: what fails is shrunk towards the front, and stays
readable. On a *grid* every amount is a multiple of a quarter, so that events tie.
"""

from .choices import composite, integers, none, pick

SIZES = (1.0, 0.25, 0.5, 2.0)
"""Means, medians and the like, before scaling."""

FORMS = (
    "{a}",
    "exponential(mean={a})",
    "uniform(low={a}, high={b})",
    "triangular(low=0, mode={a}, high={b})",
    "erlang(mean={a}, stages=3)",
    "gamma(mean={a}, cv=1.5)",
    "gamma(shape=0.5, scale={a})",
    "lognormal(mean={a}, cv=0.8)",
    "lognormal(median={a}, sigma=0.5)",
    "lognormal(median={a}, p95={b})",
    "weibull(mean={a}, shape=1.5)",
    "weibull(scale={a}, shape=0.7)",
    "table(quantiles={{0: 0, 0.5: {a}, 1: {b}}})",
)
"""Every distribution, in each of its parametrisations; a is smaller than b."""

PROBABILITIES = (
    0.5, 1.0, 0.0,
    "logistic(ceiling=0.9, midpoint=0.1, width=0.5)",
    "saturating(start=0.5, limit=1, rate=1)",
    "threshold(below=0.3, above=0.9, at=0.2)",
    "power(base=0.5, exponent=0.4, cap=1)",
    "table(points={0: 0.3, 0.2: 0.6, 1: 1})",
)
"""Laws that stay within [0, 1]: delegation, quality, what assistants' reviews catch."""

FACTORS = (
    1.0, 2.0,
    "power(base=2, exponent=0.5, cap=8)",
    "threshold(below=1, above=4, at=0.2)",
    "saturating(start=1, limit=4, rate=1)",
    "table(points={0: 1, 0.2: 2, 1: 4})",
    "logistic(ceiling=4, midpoint=0, width=1)",
    "threshold(below=2, above=0, at=0.3)",
    "power(base=1, exponent=40)",
)
"""Laws above 0 at c = 0 and never below it: speed-up, steering, taste, span; the last explodes."""

RATES = (
    1.0, 0.5,
    "threshold(below=1, above=3, at=0.05)",
    "threshold(below=0, above=2, at=0.05)",
    "threshold(below=2, above=0, at=0.05)",
    "power(base=1, exponent=2, cap=10)",
    "power(base=1, exponent=4000)",
)
"""Laws of a rate of arrivals: it may rise or fall with a release, also from or to 0, or explode."""

LAWS = {
    "share": PROBABILITIES, "quality": PROBABILITIES, "speedup": FACTORS, "steering": FACTORS,
    "taste": FACTORS, "span": FACTORS, "inspect": PROBABILITIES, "exposure": RATES,
}
"""Choices for each role that a law may have."""

TINY = 1e-18
"""A duration that a clock of days cannot tell from none."""


def laws(role, grid=False):
    """A law of a role; on a grid one whose values are, too."""
    return pick([law for law in LAWS[role] if not grid or "=" not in str(law) or "at=" in law])


@composite
def amounts(draw, grid, scale=1.0, unit=" d", zero=True):
    """A random amount with its unit, as text; zero now and then if it may be.

    Parameters
    ----------
    grid
        Whether it is fixed, on a grid that all such amounts share.
    scale
        Its order of magnitude.
    unit
        Unit; empty for pure numbers.
    zero
        Whether it may be 0.
    """
    a = draw(pick((*SIZES, 0.0) if zero else SIZES)) * scale
    if zero and draw(integers(1, 400)) == 400:
        a = TINY
    if grid or a in (0.0, TINY):
        return f"{a:g}{unit}"
    form = draw(pick(FORMS))
    return form.format(a=f"{a:g}{unit}", b=f"{2.5 * a:g}{unit}")


def durations(scale=1.0):
    """A length of clock time above 0."""
    return pick([f"{size * scale:g} d" for size in SIZES])


def rarely(choices, chance=4):
    """`None`, but now and then, once in `chance` times."""
    return integers(1, chance).flatmap(lambda n: choices if n == chance else none())


def present(mapping):
    """The mapping without the keys whose value is `None`."""
    return {name: value for name, value in mapping.items() if value is not None}
