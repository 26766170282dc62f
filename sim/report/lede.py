"""The lede: what was simulated, in a sentence for somebody who was sent the page."""

from __future__ import annotations

import math

from sim.model import Model
from sim.model.capacity import initial_units
from sim.plots import words

OOM = (
    "Capability is measured in OOM: orders of magnitude, factors of ten, of effective training "
    "compute (compute × algorithmic efficiency) above the model that is deployed at the start."
)


def lede(model: Model, replications: int) -> list[str]:
    """Return what was simulated, and what capability means where generations are released.

    Parameters
    ----------
    model
        The model that was run.
    replications
        How often.
    """
    parts = [text for text in (_people(model), _accelerators(model)) if text]
    size = f" with {' and '.join(parts)}" if parts else ""
    times = "once" if replications == 1 else f"{replications} times with different luck"
    what = "a queue" if model.generation_flow is None else "an AI lab"
    text = (
        f"Simulation of {what}{size} at the start, on {model.start_date}: "
        f"{words.duration(model.horizon)}, played out {times}."
    )
    return [text, OOM] if model.generation_flow else [text]


def _people(model: Model) -> str:
    """Return '520 people', or nothing where there are none or no limit to them."""
    count = _total(model, "human") * model.people_per_unit
    return f"{count:,.0f} {'person' if count == 1 else 'people'}" if 0 < count < math.inf else ""


def _accelerators(model: Model) -> str:
    count = _total(model, "compute") * model.accelerators_per_unit
    unit = "accelerators" if model.accelerators_per_unit != 1 else "units of compute"
    return f"{count:,.0f} {unit}" if 0 < count < math.inf else ""


def _total(model: Model, kind: str) -> float:
    """Return the units that the pools of a kind have at t = 0."""
    units = initial_units(model)
    return sum(units[name] for name, pool in model.pools.items() if pool.kind == kind)
