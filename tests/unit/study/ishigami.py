"""Functions whose Sobol' indices are known, and runs of them with luck.

T. Ishigami, T. Homma, 1990, https://doi.org/10.1109/ISUMA.1990.151285

Sobol's g-function: A. Saltelli, I. M. Sobol', Mathematical Modelling 7, 1995 (in Russian); its
indices: A. Saltelli et al., *Global Sensitivity Analysis: The Primer*, 2008, section 4.2
"""

from dataclasses import dataclass

import numpy as np

from sim.study.designs import Saltelli


@dataclass(frozen=True)
class Known:
    """A function of the unit cube, with its variance and indices."""

    of: object
    factors: int
    variance: float
    first: np.ndarray
    total: np.ndarray

    def rows(self, random, number):
        """Values of rows of Saltelli's design whose points are drawn one by one."""
        a, b = random.random((2, number, 1, self.factors))
        mixed = np.where(np.eye(self.factors, dtype=bool), b, a)
        return self.of(np.concatenate([a, b, mixed], axis=1))

    def sequence(self, random, number):
        """Values of rows of the design."""
        cube = Saltelli(number).cube(self.factors, random)
        return self.of(cube).reshape(number, -1)


def ishigami():
    a, b = 7.0, 0.1

    def of(u):
        x = np.pi * (2 * u - 1)
        return np.sin(x[..., 0]) * (1 + b * x[..., 2] ** 4) + a * np.sin(x[..., 1]) ** 2

    one, two = 0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8
    both = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = one + two + both
    first = np.array([one, two, 0.0]) / variance
    return Known(of, 3, variance, first, np.array([one + both, two, both]) / variance)


def g_function(a=(0, 1, 4.5, 9, 99, 99, 99, 99)):
    a = np.array(a, dtype=float)

    def of(u):
        return np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=-1)

    parts = 1 / (3 * (1 + a) ** 2)
    variance = np.prod(1 + parts) - 1
    return Known(
        of, len(a), variance, parts / variance,
        parts * np.prod(1 + parts) / (1 + parts) / variance,
    )  # fmt: skip


def lucky(random, values, *, luck, shared, replications):
    """Values with luck of a variance, of which a share is common to a row."""
    rows, points = values.shape
    common = random.normal(0, np.sqrt(luck * shared), (rows, 1, replications))
    own = random.normal(0, np.sqrt(luck * (1 - shared)), (rows, points, replications))
    return values[:, :, None] + common + own
