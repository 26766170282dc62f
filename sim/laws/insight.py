"""What a successful experiment adds to the know-how of a lab."""

from .formulas import formula
from .portable import exp, power


@formula("gain * noise * taste * (n / n_ref) ** (parallel - 1) * size ** size_gain")
def insight_output(
    gain: float,
    noise: float,
    taste: float,
    n: float,
    n_ref: float,
    parallel: float,
    size: float,
    size_gain: float,
) -> float:
    """Research output of one success, before ideas get harder; natural-log units.

    Parameters
    ----------
    gain : float
        What a typical success adds.
    noise : float
        Luck of this one; mean 1 over successes.
    taste : float
        How well the experiment was chosen; 1 for people at t = 0.
    n, n_ref : float
        Experiments holding compute now (>= 1), and the number for which gain is stated.
    parallel : float
        Parallel penalty lambda: 1 for none, below 1 for experiments that duplicate each other.
    size : float
        Compute per experiment relative to t = 0.
    size_gain : float
        Exponent of the size, delta.

    References
    ----------
    C. I. Jones, R&D-Based Models of Economic Growth, Journal of Political Economy 103,
    1995, doi:10.1086/262002 (lambda).
    """
    value = gain * noise * taste
    value = value * power(n / n_ref, parallel - 1.0)
    return value * power(size, size_gain)


@formula("exp(-beta * stock)")
def ideas_left(beta: float, stock: float) -> float:
    """What is left of a gain as ideas get harder to find.

    Parameters
    ----------
    beta : float
        How much harder per unit of the stock; 0 for not at all.
    stock : float
        Know-how there is, natural-log units.

    References
    ----------
    N. Bloom, C. I. Jones, J. Van Reenen, M. Webb, Are Ideas Getting Harder to Find?,
    American Economic Review 110, 2020, doi:10.1257/aer.20180338.
    """
    return exp(-beta * stock)
