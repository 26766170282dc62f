"""Speed-up at each level: of a task, of research, of the whole lab.

`tasks` and the measures on it are about one log; `lab` compares the logs of two scenarios, and
`levels` shows what becomes of the speed-up that people feel on the way to that of the lab, as
factors, `shortfall` where it goes, in days.
"""

from sim.metrics.speedup.lab import Ratio, cycle_times, lab, ratio_of_means, research_output
from sim.metrics.speedup.levels import levels
from sim.metrics.speedup.shortfall import Shortfall, shortfall
from sim.metrics.speedup.tasks import (
    MEANING,
    by_generation,
    elapsed,
    felt,
    fully_delegated,
    intervened,
    tasks,
    touched,
)

__all__ = [
    "MEANING", "Ratio", "Shortfall", "by_generation", "cycle_times", "elapsed", "felt",
    "fully_delegated", "intervened", "lab", "levels", "ratio_of_means", "research_output",
    "shortfall", "tasks", "touched",
]
