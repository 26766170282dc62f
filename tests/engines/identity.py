"""Whether two engines give the same log, to the bit; and if not, where they part."""

import numpy as np

import sim


def difference(model, *, seed=0, replication=0):
    """The first difference between the logs of both engines, as text; empty if there is none."""
    one, other = (
        sim.simulate(model, seed=seed, replication=replication, engine=engine)
        for engine in ("reference", "compiled")
    )
    return parted(one, other)


def parted(one, other):
    """The first difference between two runs, as text; empty if there is none."""
    if one.end != other.end:
        return f"ends: {one.end} and {other.end}"
    for table, columns in one.raw.items():
        others = other.raw[table]
        if list(columns) != list(others):
            return f"columns of {table}: {list(columns)} and {list(others)}"
        found = [(_row(a, others[name]), name) for name, a in columns.items()]
        rows = [(row, name) for row, name in found if row is not None]
        if rows:
            row, name = min(rows)
            here = [c[row] if row < len(c) else "nothing" for c in (columns[name], others[name])]
            return f"{table}, row {row}, {name}: {here[0]!r} and {here[1]!r}"
    return ""


def _row(a, b):
    """The first row in which two columns differ, NaN equal by bits; None if they are equal."""
    if a.dtype != b.dtype:
        return -1
    n = min(len(a), len(b))
    bits = [c[:n].copy().view(np.uint8).reshape(n, c.itemsize) for c in (a, b)]
    unequal = np.flatnonzero((bits[0] != bits[1]).any(axis=1))
    if len(unequal):
        return int(unequal[0])
    return None if len(a) == len(b) else n
