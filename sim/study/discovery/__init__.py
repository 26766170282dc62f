"""Scenario discovery: the part of what was varied in which something happens often, as boxes.

`discover(results, "two_oom <= 1 y")` finds them; `prim` is the algorithm, `held_out` says how good
a box is on points that did not choose it.
"""

from sim.study.discovery.box import Box, Limit, Measured, measure
from sim.study.discovery.discover import (
    BOXES,
    COVERAGE,
    SELDOM,
    Discovery,
    Found,
    check_condition,
    discover,
)

__all__ = [
    "BOXES", "COVERAGE", "SELDOM", "Box", "Discovery", "Found", "Limit", "Measured",
    "check_condition", "discover", "measure",
]
