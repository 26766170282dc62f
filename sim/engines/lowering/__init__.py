"""Lowering: a model as one array of words, as the compiled engine reads it.

`layout` says where everything stands; `lowered` gives the memory of a run before its first
instant, `lowered_settings` one version of the settings, which an intervention replaces.
"""

from sim.engines.lowering.margins import margins
from sim.engines.lowering.memory import latest, lowered
from sim.engines.lowering.settings import lowered_settings

__all__ = ["latest", "lowered", "lowered_settings", "margins"]
