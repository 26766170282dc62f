"""A digest of a run's log, to the bit; and the models whose digests are kept.

    python tests/engines/digest.py > tests/engines/digests.txt     after a change of the model
"""

import hashlib
import sys
from pathlib import Path

import yaml

import sim

SHORT = ("horizon=60 d", "prehistory=30 d")
"""Long enough for a release and some thousand services, short enough to run often."""

LABS = {
    "default lab": SHORT,
    "newcomers": (*SHORT, "scenario=hiring_wave", "interventions.wave.at=20 d"),
    "working hours": ("scenario=working_hours", "horizon=60 d"),
    "interrupted training": ("scenario=training_interruptions", "horizon=60 d"),
}
"""Shipped scenarios."""

VALID = sorted((Path(__file__).resolve().parents[1] / "spec" / "valid").glob("*.yaml"))
"""Models that no default changes."""

SEED, REPLICATION = 2**64 - 59, 2


def models():
    """The models whose digests are kept, by name."""
    labs = {name: sim.load(*overrides) for name, overrides in LABS.items()}
    plain = {path.stem: sim.Model.from_dict(yaml.safe_load(path.read_text())) for path in VALID}
    return labs | plain


def digest(run):
    """SHA-256 over every column of every table, and over how the run ended."""
    sha = hashlib.sha256()
    for table in sorted(run.raw):
        for name, column in run.raw[table].items():
            sha.update(f"{table}.{name} {column.dtype} {len(column)}".encode())
            sha.update(column.tobytes())
    sha.update(repr(run.end).encode())
    return sha.hexdigest()


def digests(engine):
    """The digest of every model's log, as lines of text."""
    lines = []
    for name, model in models().items():
        run = sim.simulate(model, seed=SEED, replication=REPLICATION, engine=engine)
        lines.append(f"{digest(run)}  {name}")
    return lines


if __name__ == "__main__":
    for name in sys.argv[1:] or ["reference"]:
        print("\n".join(digests(name)))
