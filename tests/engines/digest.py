"""A digest of a run's log, to the bit; as a script, that of the default lab, shortened."""

import hashlib
import sys

import sim

SHORT = ("horizon=60 d", "prehistory=30 d")
"""Long enough for a release and some thousand services, short enough to run often."""


def digest(run):
    """SHA-256 over every column of every table, and over how the run ended."""
    sha = hashlib.sha256()
    for table in sorted(run.raw):
        for name, column in run.raw[table].items():
            sha.update(f"{table}.{name} {column.dtype} {len(column)}".encode())
            sha.update(column.tobytes())
    sha.update(repr(run.end).encode())
    return sha.hexdigest()


if __name__ == "__main__":
    lab = sim.load(*SHORT)
    print(digest(sim.simulate(lab, seed=int(sys.argv[1]), replication=int(sys.argv[2]))))
