"""People: how newcomers change what a team gets done."""

from .formulas import formula

LEAST_EFFICIENCY = 0.05
"""Efficiency below which no team falls, however many join it."""


@formula("max(0.05, (people - new + (speed - drag) * new) / people)")
def team_efficiency(people: float, new: float, speed: float, drag: float) -> float:
    """Work of a team per person, relative to experienced people.

    Parameters
    ----------
    people : float
        All people of the team; an empty team counts as experienced.
    new : float
        Those of them who joined lately, 0 <= new <= people.
    speed : float
        Work of a new person relative to an experienced one.
    drag : float
        Work that experienced people lose on each new one.

    References
    ----------
    F. P. Brooks, The Mythical Man-Month, 1975: adding people to a late project makes it later.
    """
    if people <= 0.0:
        return 1.0
    value = (people - new + (speed - drag) * new) / people
    return value if value > LEAST_EFFICIENCY else LEAST_EFFICIENCY
