"""Lowering: a model as one array of words, as the compiled engine reads it.

Files, in the order in which to read them::

    layout        where everything stands: names for the words of all records
    words         writes records one after another: numbers, tables, laws
    stages        the settings of a stage; numbers for all that has a name
    settings      one version of the settings of all skills, flows and stocks
    beginning     the memory of a run before its first instant
    margins       the room that is always kept for what one step may take
    accounts      room for what a summary adds up

`lowered` gives that memory, `lowered_settings` one version of the settings, which an intervention
replaces.
"""

from sim.engines.lowering.beginning import latest, lowered
from sim.engines.lowering.margins import margins
from sim.engines.lowering.settings import lowered_settings

__all__ = ["latest", "lowered", "lowered_settings", "margins"]
