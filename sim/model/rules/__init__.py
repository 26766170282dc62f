"""Rules that hold between the parts of a model; what a single value must be stands in its field."""

from __future__ import annotations

from sim.model.errors import invalid, problem, unknown
from sim.model.lab import Model
from sim.model.rules.allocation import validate_allocation
from sim.model.rules.flows import validate_flows
from sim.model.rules.interventions import validate_interventions
from sim.model.rules.pools import validate_pools
from sim.model.rules.readouts import validate_readouts
from sim.model.rules.skills import validate_skills
from sim.model.stock import NAMES

LONGEST_PREHISTORY = 1e6
"""Days before t = 0 beyond which the clock would not resolve seconds reliably."""


def validate(model: Model) -> None:
    """Raise `InputError` at the first rule that the model breaks."""
    if model.prehistory > LONGEST_PREHISTORY:
        raise invalid(
            ("prehistory",), f"must be at most {LONGEST_PREHISTORY:g} d", f"{model.prehistory:g} d"
        )
    if not model.flows:
        raise problem(("flows",), "no flow is defined, so nothing would happen", "add one")
    for name in model.stocks:
        if name not in NAMES:
            raise unknown(("stocks", name), "stock", name, NAMES)
    validate_pools(model)
    validate_allocation(model)
    validate_skills(model)
    validate_flows(model)
    validate_interventions(model)
    validate_readouts(model)
