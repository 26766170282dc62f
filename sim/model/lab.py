"""The model: one AI lab, complete and checked, as data that runs nowhere by itself."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.model.allocation import ALLOCATIONS, Allocation, Fixed
from sim.model.errors import InputError, Path, invalid, problem
from sim.model.feedback import Law, LawReader
from sim.model.fields import (
    COUNT,
    Context,
    Duration,
    Name,
    Named,
    Number,
    Optional,
    Reader,
    Record,
    Variant,
    as_mapping,
    read_record,
    setting,
    write_record,
)
from sim.model.flow import Flow, Open, Poisson
from sim.model.intervention import Intervention
from sim.model.pool import Compute, Pool
from sim.model.readouts import Readouts
from sim.model.release import Release
from sim.model.skill import Assistants, Oversight, Skill
from sim.model.stock import Stock
from sim.model.training import Training


@dataclass(frozen=True, kw_only=True)
class End:
    """When a run ends before its horizon."""

    capability: float | None = setting(Optional(Number()), None)
    """Capability at whose release the run ends, OOM."""
    generations: int | None = setting(Optional(COUNT), None)
    """Number of releases after generation 0 at which the run ends."""
    events: int = setting(COUNT, 100_000_000)
    """Event budget."""


class _Date(Reader):
    """Reads an ISO date."""

    def read(self, value: Any, path: Path, context: Context) -> datetime.date:
        if isinstance(value, datetime.datetime):
            raise invalid(path, "must be a date like 2026-02-05", str(value))
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise invalid(path, "must be a date like 2026-02-05", value) from None

    def write(self, value: datetime.date) -> str:
        return value.isoformat()


class _FolderName(Name):
    """Reads a name that can be a folder's: results are stored under it."""

    def read(self, value: Any, path: Path, context: Context) -> str:
        name = super().read(value, path, context)
        if not re.fullmatch(r"\w[\w.\- ]*", name):
            raise invalid(
                path, "must be a name of letters, digits, _, -, . and spaces", value
            )
        return name


_HOURS = Number(0, 24, above=True)


@dataclass(frozen=True, kw_only=True)
class Model:
    """One lab: pools, skills, laws, stocks and flows, every value explicit.

    Build one with `Model.from_dict` (plain data) or `sim.load` (the shipped configs).
    """

    name: str = setting(_FolderName(), "model")
    """Name of the scenario; results are stored under it."""
    start_date: datetime.date = setting(_Date(), datetime.date(2026, 1, 5))
    """Date of t = 0, at 00:00."""
    horizon: float = setting(Duration(above=True))
    """End of the run, days after t = 0."""
    prehistory: float = setting(Duration(), 0.0)
    """How long before t = 0 the clock starts, days."""
    hours_per_person_day: float = setting(_HOURS, 8.0)
    """Working hours in a person-day."""
    people_per_unit: float = setting(Number(0, above=True), 1.0)
    """Real people that one unit of a human pool stands for."""
    accelerators_per_unit: float = setting(Number(0, above=True), 1.0)
    """Real accelerators that one compute unit stands for."""
    initial_training: float | None = setting(Optional(Duration(above=True)), None)
    """Days of training of generation 0 on the training units of t = 0: F_0 = units * days."""
    compute: Compute | None = setting(Optional(Record(Compute)), None)
    """Compute that is divided among pools with a `share`."""
    allocation: Allocation = setting(Variant(lambda: ALLOCATIONS), Fixed())
    """What the lab does with compute beyond planned shares."""
    pools: dict[str, Pool] = setting(Named(Record(Pool)))
    """Pools by name, in model order."""
    assistants: Assistants = setting(Record(Assistants), Assistants())
    """Whose model helps."""
    feedback: dict[str, Law] = setting(Named(LawReader()), {})
    """Feedback laws by name."""
    oversight: dict[str, Oversight] = setting(Named(Record(Oversight)), {})
    """Oversight policies by name."""
    skills: dict[str, Skill] = setting(Named(Record(Skill)), {})
    """Skills by name."""
    stocks: dict[str, Stock] = setting(Named(Record(Stock)), {})
    """Stocks by name."""
    flows: dict[str, Flow] = setting(Named(Record(Flow)))
    """Flows by name, in model order."""
    interventions: dict[str, Intervention] = setting(Named(Record(Intervention)), {})
    """Changes while the lab runs, by name, in model order."""
    readouts: Readouts = setting(Record(Readouts), Readouts())
    """Capability in terms of published tests; nothing in a run depends on them."""
    end: End = setting(Record(End), End())
    """When a run ends early."""

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Model:
        """Return the resolved and validated model described by plain data.

        Parameters
        ----------
        data
            Nested mapping as in a YAML file.

        Raises
        ------
        InputError
            If anything is unknown, missing, of the wrong type or unit, or inconsistent. The
            message names the thing, the value, the rule and the remedy.
        """
        from sim.model.rules import validate

        data = as_mapping(data, ())
        _check_names_of_pools(data)
        hours = _HOURS.read(
            data.get("hours_per_person_day", 8.0), ("hours_per_person_day",), Context.of(8.0)
        )
        try:
            model = _resolve(read_record(Model, data, (), Context.of(hours)))
            validate(model)
        except RecursionError:
            raise InputError("model: is nested without end; write plain mappings") from None
        return model

    @property
    def generation_flow(self) -> str | None:
        """Name of the flow that releases generations, if there is one."""
        for name, flow in self.flows.items():
            if any(isinstance(stage, Release) for stage in flow.stages.values()):
                return name
        return None

    @property
    def training_pool(self) -> str | None:
        """Name of the pool that trains generations, if they are trained."""
        for flow in self.flows.values():
            for stage in flow.stages.values():
                if isinstance(stage, Training):
                    return stage.pool
        return None

    @property
    def research_flows(self) -> tuple[str, ...]:
        """Names of the flows that the lab starts in order to learn; incidents teach unasked."""
        return tuple(
            name for name, flow in self.flows.items()
            if flow.insight and not isinstance(flow.source, Open | Poisson)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the model as plain data; `from_dict` of it is an equal model."""
        return write_record(self)

    def replace(self, **changes: Any) -> Model:
        """Return a copy with top-level keys of the plain data replaced, validated anew."""
        return Model.from_dict({**self.to_dict(), **changes})

    def hash(self) -> str:
        """Return a digest of everything that can influence a run (name and readouts cannot)."""
        data = self.to_dict()
        del data["name"], data["readouts"]
        return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]


def _check_names_of_pools(data: Mapping[str, Any]) -> None:
    """Raise `InputError` for a pool `compute`: before it is read, as it may be a slip of the key.

    Who writes pools.compute.capacity wants more compute, and cares for no pool's kind.
    """
    pools = data.get("pools")
    if isinstance(pools, Mapping) and "compute" in pools and data.get("compute") is not None:
        raise problem(
            ("pools", "compute"), "has the name of all compute that the lab's pools share",
            "set compute.units for more or less of it, or choose another name",
        )


def _resolve(model: Model) -> Model:
    """Return the model with every value that defaults to another one made explicit."""
    skills = {
        name: dataclasses.replace(
            skill,
            review_pool=skill.review_pool or skill.pool,
            difficulty=(skill.difficulty or 0.0) if skill.share else None,
        )
        for name, skill in model.skills.items()
    }
    flows = {
        name: dataclasses.replace(flow, first=flow.first or next(iter(flow.stages), None))
        for name, flow in model.flows.items()
    }
    return dataclasses.replace(model, skills=skills, flows=flows)
