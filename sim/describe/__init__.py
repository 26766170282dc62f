"""What a model assumes, without running it: parts, routes, load, warnings, equations, parameters.

`describe` collects it as sections; `text` and `html` show them.
"""

from __future__ import annotations

from sim.describe import equations, flows, lab, load, parameters, pools, warnings
from sim.describe.sections import Section, Table
from sim.model import Model

__all__ = ["Section", "Table", "describe"]


def describe(
    model: Model, default: Model | None = None, scenario: Model | None = None
) -> list[Section]:
    """Return the sections that describe a model, empty ones left out.

    Parameters
    ----------
    model
        The model described.
    default
        The model of whose values the catalogue speaks: `sim.load()`. A value that differs from
        its is marked as the configuration's own.
    scenario
        The shipped scenario that the model started from, if the catalogue may speak of it, too.
    """
    found = [
        lab.section(model), warnings.section(model), pools.section(model), lab.skills(model),
        lab.oversight(model), lab.stocks(model), lab.readouts(model), lab.interventions(model),
        *flows.sections(model),
        load.section(model),
        *equations.sections(model), parameters.section(model, default, scenario),
    ]  # fmt: skip
    return [
        part for part in found
        if part.lines or part.routes or any(table.rows for table in part.tables)
    ]
