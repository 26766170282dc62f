"""Rules for readouts."""

from __future__ import annotations

from sim.model.errors import invalid
from sim.model.lab import Model


def validate_readouts(model: Model) -> None:
    """Raise `InputError` at the first benchmark that generation 0 solves as far as can be."""
    for name, benchmark in model.readouts.benchmarks.items():
        if benchmark.at_zero >= benchmark.ceiling:
            raise invalid(
                ("readouts", "benchmarks", name, "at_zero"),
                f"must be below its ceiling ({benchmark.ceiling:g})", benchmark.at_zero,
            )
