"""Tools: what a lab builds for itself saves work while it is fresh."""

from .formulas import formula
from .portable import power


@formula("work * (1 - boost) ** min(fresh, most)")
def tooled_work(work: float, boost: float, fresh: float, most: float) -> float:
    """Work that is left to do with fresh tools.

    Parameters
    ----------
    work : float
        Work without tools.
    boost : float
        Part of the work that one tool saves, in [0, 1].
    fresh : float
        Fresh tools, >= 0.
    most : float
        Tools beyond which more of them save nothing.
    """
    return work * power(1.0 - boost, fresh if fresh < most else most)
