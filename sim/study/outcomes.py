"""Outcomes of a study: one number per run, taken from its summary.

An outcome is written as its name, or as a call: `"time_to_capability(oom=1)"`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.engines.summary import Summary
from sim.model import InputError, Model
from sim.model.calls import parse_call
from sim.model.errors import unknown_name
from sim.study.measures import MEASURES, WHOLE, Measure
from sim.study.refusals import check_keys, mapping_of


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One outcome of a study."""

    name: str
    """Name of its column."""
    kind: str
    """Name of its measure in `MEASURES`."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The measure's parameters, in days, hours or plain numbers."""
    written: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """The same as they were written."""

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return MEASURES[self.kind]

    @property
    def unit(self) -> str:
        """Unit of its numbers."""
        return self.measure.unit

    @property
    def meaning(self) -> str:
        """What it is, in words."""
        return self.measure.meaning.format(**self.written)

    @property
    def date(self) -> bool:
        """Whether it is a time from t = 0 on, days, that may not be reached within a run."""
        return self.measure.date

    @property
    def never(self) -> bool:
        """Whether NaN of a whole run says that it does not happen within it."""
        return self.measure.never

    @property
    def times(self) -> tuple[float, ...]:
        """When it asks for the state of a run (`Summary.trajectory`), days."""
        return tuple(self.parameters[name] for name in self.measure.samples)

    def of(self, summary: Summary) -> float:
        """Return the outcome of a run; NaN if it is not known, or was not reached."""
        if self.measure.to_the_end and summary.end.reason not in WHOLE:
            return math.nan
        return float(self.measure.of(summary, **self.parameters))

    def check(self, model: Model) -> None:
        """Raise `InputError` if runs of this model have no such outcome."""
        if self.measure.check is not None:
            try:
                self.measure.check(model, **self.parameters)
            except InputError as error:
                raise InputError(f"outcome '{self.name}': {error}") from None

    def text(self) -> str:
        """Return the outcome as it is written."""
        given = ", ".join(f"{name}={value}" for name, value in self.written.items())
        return f"{self.kind}({given})" if given else self.kind


def read(name: str, value: Any) -> Outcome:
    """Return the outcome that is written so, or raise `InputError`."""
    thing = f"outcome '{name}'"
    data = parse_call(value, ("outcomes", name))
    if isinstance(data, str):
        data = {"kind": data.strip()}
    given = mapping_of(data, thing, "write for example capability, or utilisation(pool=training)")
    kind = given.pop("kind", None)
    if not isinstance(kind, str) or kind not in MEASURES:
        raise InputError(f"{thing}: {unknown_name('outcome', kind, MEASURES)}")
    readers = MEASURES[kind].parameters
    check_keys(given, readers, f"{thing} ({kind})")
    if missing := [key for key in readers if key not in given]:
        example = ", ".join(f"{key}=…" for key in readers)
        raise InputError(f"{thing}: {kind} needs {missing[0]}; write {kind}({example})")
    found = {key: reader(given[key], f"{thing}: {key}") for key, reader in readers.items()}
    return Outcome(name=name, kind=kind, parameters=found, written=given)
