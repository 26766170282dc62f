"""What a lab is: pools, skills, stocks, flows and laws, as data that is read and checked."""

from sim.model.errors import InputError
from sim.model.lab import Model

__all__ = ["InputError", "Model"]
