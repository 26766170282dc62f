"""Statistics of studies: pure functions of points and runs.

Luck and the design are kept apart, dates that were not reached are censored, common random numbers
are used where they help and accounted for where they do not.
"""

from sim.study.statistics.luck_and_parameters import luck_and_parameters
from sim.study.statistics.main_effects import main_effects
from sim.study.statistics.paired import counterparts, paired, unpaired
from sim.study.statistics.per_point import per_point
from sim.study.statistics.precision import more_replications, precision
from sim.study.statistics.rank_correlations import rank_correlations
from sim.study.statistics.tornado import tornado

__all__ = [
    "counterparts", "luck_and_parameters", "main_effects", "more_replications", "paired",
    "per_point", "precision", "rank_correlations", "tornado", "unpaired",
]  # fmt: skip
