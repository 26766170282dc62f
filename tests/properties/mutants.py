"""Hypothesis strategies for configurations that somebody has spoilt, in one to three places.

`mutants()` yields the resolved plain data of a shipped scenario, or of a valid case of the
specification, with some places changed: another value, a key missing, misspelt or unknown, two
values swapped, a part copied elsewhere. Its repr tells what was done.
"""

import copy
from functools import cache
from pathlib import Path

import yaml
from hypothesis import strategies as st

import sim
from sim import Model
from sim.paths import configs

pick = st.sampled_from

VALID = Path(__file__).parents[1] / "spec" / "valid"
SCENARIOS = sorted(path.stem for path in configs().glob("scenario/*.yaml"))
CASES = sorted(path.stem for path in VALID.glob("*.yaml"))

VALUES = (
    *(None, True, 0, -1, 0.5, 3, 1e-300, 1e300, 2**53, 10**400, float("nan"), float("inf")),
    *("", "x", "end", "2", "2 d", "-2 d", "1e-12 d", "1e9 y", "inf d", "nan d", "2 parsecs"),
    *("gamma(mean=1 d, cv=1)", "power(base=1, exponent=9)", "power(base=0.1, exponent=0)"),
    *("gamma(", "table(points={})", [], ["x"], [None], {}, {"x": 1}, {"kind": "x"}, {"end": 1.0}),
    *({1: 2}, b"x", "a\nb", "é" * 200),
)
"""What may stand in a place instead: other types, extremes, texts that look like something."""


class Mutant:
    """Spoilt plain data, and what was done to it."""

    def __init__(self, base, data):
        self.base, self.data = base, data
        self.changes = []
        self.touched = set()
        """Names along the paths of all changes."""

    def __repr__(self):
        return f"{self.base}: {'; '.join(self.changes)}"

    @property
    def places(self):
        """All paths, of parts and of values."""
        return list(_places(self.data, ()))

    def at(self, path):
        """What stands in a place."""
        node = self.data
        for key in path:
            node = node[key]
        return node

    def put(self, path, value):
        """Let something else stand there."""
        self.at(path[:-1])[path[-1]] = value

    def note(self, text, *paths):
        """Remember what was done, and where."""
        where = " and ".join(".".join(map(str, path)) for path in paths)
        self.changes.append(f"{text} {where}")
        self.touched.update(str(key) for path in paths for key in path)


def _places(node, path):
    for key, value in node.items():
        yield (*path, key)
        if isinstance(value, dict):
            yield from _places(value, (*path, key))


@cache
def base(name):
    """Plain data of a valid model; short, interventions included, so that it runs quickly."""
    if name in CASES:
        data = yaml.safe_load((VALID / f"{name}.yaml").read_text())
    else:
        data = sim.load(f"scenario={name}").to_dict()
    model = Model.from_dict({**data, "prehistory": "0 d"})
    horizon = min(model.horizon, 40.0)
    short = {**model.to_dict(), "horizon": f"{horizon!r} d"}
    for name, change in model.interventions.items():
        if change.at is not None:
            short["interventions"][name]["at"] = f"{change.at * horizon / model.horizon!r} d"
    return Model.from_dict(short).to_dict()


@st.composite
def mutants(draw):
    """A valid model's plain data with one to three changes."""
    name = draw(pick(["everything_changes", *SCENARIOS, *CASES]))
    mutant = Mutant(name, copy.deepcopy(base(name)))
    for _ in range(draw(pick([1, 1, 1, 2, 3]))):
        change = draw(pick([
            _scale, _scale, _scale, _scale, _replace, _replace, _delete, _add, _rename, _swap, _copy
        ]))
        change(draw, mutant)
    return mutant


# --- changes ------------------------------------------------------------------------------------


def _replace(draw, mutant):
    path, value = draw(pick(mutant.places)), draw(pick(VALUES))
    mutant.put(path, copy.deepcopy(value))
    mutant.note(f"{str(value)[:30]!r} for", path)


def _scale(draw, mutant):
    """Another number of the same kind, with its unit."""
    factor = draw(pick([2, 0.5, 0, 0.1, 100, 1e6, 1e15, -1]))
    numbers = [p for p in mutant.places if _scaled(mutant.at(p), 2) is not None]
    if not numbers:
        return
    path = draw(pick(numbers))
    mutant.put(path, _scaled(mutant.at(path), factor))
    mutant.note(f"{factor:g} times", path)


def _scaled(value, factor):
    """The number times a factor; `None` for what is no number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = value * factor
        return int(number) if isinstance(value, int) and abs(number) < 1e300 else number
    number, _, unit = value.partition(" ") if isinstance(value, str) else ("", "", "")
    try:
        return f"{float(number) * factor!r} {unit}".strip()
    except ValueError:
        return None


def _delete(draw, mutant):
    path = draw(pick(mutant.places))
    del mutant.at(path[:-1])[path[-1]]
    mutant.note("without", path)


def _add(draw, mutant):
    parts = [path for path in mutant.places if isinstance(mutant.at(path), dict)]
    path, key = draw(pick([(), *parts])), draw(pick(["surprise", "kind", "work", 7, "a b"]))
    mutant.at(path)[key] = draw(pick(VALUES))
    mutant.note("new", (*path, key))


def _rename(draw, mutant):
    path = draw(pick(mutant.places))
    part, key = mutant.at(path[:-1]), path[-1]
    new = draw(pick([f"{key}s", str(key)[1:], str(key).upper(), f"{key}.x"]))
    items = [(new if name == key else name, value) for name, value in part.items()]
    part.clear()
    part.update(items)
    mutant.note(f"{new!r} instead of", path)


def _swap(draw, mutant):
    one, other = draw(pick(mutant.places)), draw(pick(mutant.places))
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return  # one holds the other
    values = mutant.at(one), mutant.at(other)
    mutant.put(one, values[1])
    mutant.put(other, values[0])
    mutant.note("swapped", one, other)


def _copy(draw, mutant):
    """A part stands twice: beside itself under another name, or in another place as well."""
    path = draw(pick(mutant.places))
    part = copy.deepcopy(mutant.at(path))
    beside = (*path[:-1], f"{path[-1]}2")
    there = draw(pick([beside, beside, *mutant.places]))
    mutant.put(there, part)
    mutant.note("same in", path, there)
