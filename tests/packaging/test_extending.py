"""A feedback law, a distribution, an allocation policy: one Python file and one export line.

Each is added to a copy of the package, and a model that uses it is run there.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FEEDBACK_LAW = '''
"""Halving: what is missing to the limit halves with every OOM."""

from ..portable import power
from ..registry import FeedbackLaw, Parameter


def halving(c: float, limit: float) -> float:
    """``limit * (1 - 0.5**(c + 1))``"""
    return limit * (1.0 - power(0.5, c + 1.0))


LAW = FeedbackLaw(
    name="halving", summary="What is missing halves.", formula="limit * (1 - 0.5**(c + 1))",
    source="by definition",
    parameters=(Parameter(name="limit", meaning="value in the end", unit="value", low=0.0),),
    function=halving, probability_bound=lambda p: (0.0, p[0]),
)
'''

DISTRIBUTION = '''
"""Two points: one of two values, equally likely."""

from ..registry import Distribution, Form, Parameter


def two_points_quantile(u: float, low: float, high: float) -> float:
    """``low if u < 1/2 else high``"""
    return low if u < 0.5 else high


LOW, HIGH = (Parameter(name=n, meaning=n, unit="value", low=0.0) for n in ("low", "high"))

DISTRIBUTION = Distribution(
    name="two_points", summary="One of two values.", formula="low if u < 1/2 else high",
    source="by definition",
    forms=(Form(parameters=(LOW, HIGH), to_law=lambda low, high: (low, high)),),
    quantile=two_points_quantile, mean=lambda p: (p[0] + p[1]) / 2,
    sd=lambda p: abs(p[1] - p[0]) / 2,
)
'''

POLICY = '''
"""All to the one: the pool that waits most gets what the others may spare."""

from dataclasses import dataclass

from sim.model.allocation.base import AtReleases
from sim.model.fields import PROBABILITY, setting


@dataclass(frozen=True, kw_only=True)
class AllToOne(AtReleases):
    """The pool that waits most gets all but `spare` of each other one."""

    KIND = "all_to_one"
    spare: float = setting(PROBABILITY)
    """Share that every pool keeps."""

    def divide(self, shares, waiting):
        most = max(self.pools, key=waiting.__getitem__)
        new = dict.fromkeys(shares, self.spare)
        new[most] = sum(shares.values()) - self.spare * (len(shares) - 1)
        return new
'''

STREAM = {"kind": "closed", "workstreams": 1}
TASK = {"source": STREAM, "stages": {"do": {"kind": "labour", "skill": "craft", "work": "1 d"}}}
INSIGHT = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}}
RELEASES = {
    "research": {"source": STREAM, "insight": INSIGHT,
                 "stages": {"study": {"kind": "delay", "duration": "10 d"}}},
    "generation": {"source": STREAM, "stages": {
        "gate": {"kind": "gate", "min_gain": 0.1, "next": "release"},
        "release": {"kind": "release"}}},
}

LABS = {
    # file: (its text, the line that exports it, a lab of its kind, what the run must show)
    "laws/feedback/halving": (FEEDBACK_LAW, "from .halving import LAW as halving", {
        "horizon": "2 d", "hours_per_person_day": 24,
        "pools": {"desk": {"kind": "human", "capacity": 1},
                  "slots": {"kind": "agent", "capacity": 1}},
        "assistants": {"source": "frozen", "pool": "slots"},
        "feedback": {"all": 1.0, "speed": "halving(limit=8)"},
        "skills": {"craft": {"pool": "desk", "share": "all", "speedup": "speed"}},
        "flows": {"task": TASK},
    }, [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75]),  # speed 8 * (1 - 1/2): four tasks a day
    "laws/distributions/two_points": (
        DISTRIBUTION, "from .two_points import DISTRIBUTION as two_points", {
            "horizon": "9 d", "pools": {},
            "flows": {"wait": {"source": STREAM, "stages": {
                "wait": {"kind": "delay", "duration": "two_points(low=1 d, high=1 d)"}}}},
        }, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
    ),
    "model/allocation/all_to_one": (POLICY, "from .all_to_one import AllToOne", {
        "horizon": "12 d", "compute": {"units": 8},
        "pools": {"idle": {"kind": "compute", "share": 0.5},
                  "busy": {"kind": "compute", "share": 0.5}},
        "allocation": {"kind": "all_to_one", "pools": ["idle", "busy"], "spare": 0.25},
        "stocks": {"algorithms": {"gain": 0.25}},
        "flows": RELEASES | {"job": {"source": {"kind": "closed", "workstreams": 8}, "stages": {
            "run": {"kind": "compute", "pool": "busy", "work": "4 d"}}}},
    }, {"idle": [4.0, 2.0], "busy": [4.0, 6.0]}),
}

RUN = """
import json, sys
import sim
run = sim.simulate(sim.Model.from_dict(json.load(sys.stdin)), seed=0)
found = run.changes[run.changes["kind"] == "capacity"]
print(json.dumps({
    "from": sim.__file__,
    "finished": sorted(run.visits["finished"].dropna()),
    "capacity": {name: list(own["after"]) for name, own in found.groupby("name", observed=True)},
}))
"""


@pytest.mark.parametrize("file", LABS)
def test_one_file_and_one_line_add_it(file, tmp_path):
    text, export, lab, expected = LABS[file]
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=ignored)
    refused = _run(tmp_path, lab)
    assert "unknown" in refused.stderr  # as it stands, the package does not know it
    path = tmp_path / "sim" / f"{file}.py"
    path.write_text(text.lstrip())
    exports = path.parent / "__init__.py"
    lines = exports.read_text().splitlines()
    last = max(i for i, line in enumerate(lines) if line.startswith("from ."))
    exports.write_text("\n".join([*lines[: last + 1], export, *lines[last + 1 :], ""]))
    done = _run(tmp_path, lab)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert Path(found["from"]).is_relative_to(tmp_path)
    shown = found["capacity"] if isinstance(expected, dict) else found["finished"]
    assert shown == expected


def _run(folder, lab):
    """Run a lab with the package of a folder; uncompiled laws give the same log, sooner."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_DISABLE_JIT": "1"}
    return subprocess.run(
        [sys.executable, "-c", RUN], cwd=folder, env=environment, input=json.dumps(lab),
        capture_output=True, text=True, timeout=120,
    )
