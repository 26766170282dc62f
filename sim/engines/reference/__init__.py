"""The reference engine: the model's definition, on SimPy, written to be read.

Read `clock` (what happens first), `loop` (how an instant settles), `pools` (who is served),
`routes` (how an item walks), then the stages: `labour` (with `service`, `review`), `compute` (its
jobs), `training`, `generations`. Items come from `sources` and end in `insight`; compute moves by
`capacity`, `allocation`, `surges` and `transfers`; `interventions` change settings. `lab` holds the
state. Look up on the way: `items` and their visits; `draws`, the random numbers; `skills`,
`assistants` and `tools`, which decide who works and how long; `newcomers` in a pool; `hostages` of
an item; `recorder`, the log.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engines.reference.lab import Lab
from sim.engines.reference.loop import run
from sim.engines.run import Run
from sim.log import GENERATIONS
from sim.model import Model


def simulate(model: Model, *, seed: int, replication: int) -> Run:
    """Run one replication and return its log."""
    lab = Lab(model, seed, replication)
    end = run(lab)
    raw = lab.log.tables() | {"generations": _generations(lab, replication)}
    return Run(model, seed, replication, "reference", end, raw)


def _generations(lab: Lab, replication: int) -> dict[str, Any]:
    stages = list(lab.generation_flow.stages) if lab.generation_flow else []
    rows = [made.row(replication, stages) for made in lab.generations]
    kinds = {
        column.name: "int32" if column.dtype.startswith("category") else column.dtype
        for column in GENERATIONS
    }
    names = rows[0].keys()
    return {
        name: np.array([row[name] for row in rows], dtype=kinds.get(name, "float64"))
        for name in names
    }
