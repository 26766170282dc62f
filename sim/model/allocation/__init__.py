"""Allocation policies, one per file: what the lab does with compute, beyond its planned shares.

To add one that divides compute anew at each release, write a file with a subclass of
`AtReleases` that has a KIND, settings and `divide`, and export it here in one line.
"""

from .adaptive import Adaptive
from .base import Allocation, AtReleases
from .fixed import Fixed
from .priority import Priority

__all__ = ["ALLOCATIONS", "Adaptive", "Allocation", "AtReleases", "Fixed", "Priority"]

ALLOCATIONS: dict[str, type] = {
    entry.KIND: entry
    for entry in list(globals().values())
    if isinstance(entry, type) and issubclass(entry, Allocation) and hasattr(entry, "KIND")
}
"""Policies by kind."""
