"""Sensitivity: which factors make an outcome vary, and how much of it is luck.

    sim.study.sensitivity.analyse(results)

Each method is one file, a pure function of arrays: `sobol` (shares of variance), `morris`
(elementary effects), `pawn` (distances between distributions). `analysis` takes the one that the
design of a study is made for.
"""

from sim.study.sensitivity.analysis import Sensitivity, analyse

__all__ = ["Sensitivity", "analyse"]
