"""Defects: what escaped mistakes do later."""

from .formulas import formula
from .portable import power


@formula("1 - (1 - chance) * (1 - per_defect) ** defects")
def failure_chance(chance: float, per_defect: float, defects: float) -> float:
    """Chance that something fails, given the escaped defects in it.

    It passes if neither the usual causes nor any one of the defects, independently, makes it
    fail.

    Parameters
    ----------
    chance : float
        Chance of failure without defects, in [0, 1].
    per_defect : float
        Chance that one defect makes it fail, in [0, 1].
    defects : float
        Number of escaped defects, >= 0.
    """
    if defects == 0.0:
        return chance
    return 1.0 - (1.0 - chance) * power(1.0 - per_defect, defects)


@formula(
    "24 * accelerators / mtbf * (accelerators / reference) ** (exponent - 1)"
    " * (1 + per_defect * defects)"
)
def interruption_rate(
    accelerators: float, mtbf: float, reference: float, exponent: float, per_defect: float,
    defects: float,
) -> float:
    """Interruptions of a training run per day of running.

    Parameters
    ----------
    accelerators : float
        Accelerators held.
    mtbf : float
        Accelerator-hours per interruption at the reference size.
    reference : float
        Accelerators at which `mtbf` holds.
    exponent : float
        Power of the number of accelerators in the rate, in [0, 1].
    per_defect : float
        Relative increase for each escaped defect.
    defects : float
        Number of escaped defects.
    """
    scale = power(accelerators / reference, exponent - 1.0)
    return 24.0 * accelerators / mtbf * scale * (1.0 + per_defect * defects)
