"""Every law there is: its Python form and its compiled form agree to the bit."""

import inspect
import math
import random

import numpy as np
import pytest

from sim.laws.compiled import compiled, machine_signature, shared_laws
from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.feedback import FEEDBACK_LAWS
from sim.laws.registry import dispatcher
from sim.laws.types import Vector, Word

COUNT = 600
EDGES = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    5e-324,
    1e-310,
    1e308,
    709.9,
    -745.2,
    math.inf,
    -math.inf,
    math.nan,
]
# What a law can take, by parameter name; all else is drawn from (0.01, 4).
RANGES = {
    "u": (0.0, 1.0),
    "t": (-40.0, 40.0),
    "a": (-40.0, 0.0),
    "b": (-10.0, 40.0),
    "opens": (0.0, 0.45),
    "closes": (0.55, 1.0),
    "mean": (0.0, 900.0),
    "algorithms": (-3.0, 9.0),
    "saved": (0.0, 2.0),
    "tau": (0.05, 2.0),
    "x": (-0.3, 40.0),
}


def draw(rng, law, name, hint):
    if hint is Word:
        return rng.choice([0, 1, 2**63, 2**64 - 1, rng.getrandbits(64), rng.getrandbits(20)])
    if hint is int:
        return rng.randrange(128) if name == "weekdays" else rng.randrange(-7, 14)
    if law.__module__.endswith("portable"):
        edge = rng.random() < 0.3
        return rng.choice(EDGES) if edge else rng.choice([-1, 1]) * 10.0 ** rng.uniform(-20, 3)
    if name in ("opens", "closes") and rng.random() < 0.3:
        return 0.0 if name == "opens" else 1.0
    value = rng.uniform(*RANGES.get(name, (0.01, 4.0)))
    return round(value * 4.0) / 4.0 if name == "t" and rng.random() < 0.3 else value


LAWS = [law for law in shared_laws() if law.__name__ != "interpolate"]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_shared_laws(law, bits):
    rng = random.Random(law.__name__)
    twin = compiled(law)
    parameters = inspect.signature(law).parameters
    for _ in range(COUNT):
        given = [draw(rng, law, name, p.annotation) for name, p in parameters.items()]
        assert bits(law(*given)) == bits(twin(*given)), given


@pytest.mark.parametrize("registry", [DISTRIBUTIONS, FEEDBACK_LAWS], ids=lambda r: r.kind)
def test_dispatched_laws(registry, bits, examples):
    rng = random.Random(1)
    plain = dispatcher(registry)
    twin = compiled(plain)
    for entry in registry:
        forms = getattr(entry, "forms", None) or (entry.form,)
        for form in forms:
            for _, law_parameters in examples(form.parameters, entry.law_parameters, 40):
                o = rng.randrange(3)
                n = len(law_parameters)
                p = np.array([math.nan] * o + list(law_parameters) + [math.nan])
                for _ in range(20):
                    if registry is DISTRIBUTIONS:
                        x = (rng.getrandbits(52) + 0.5) * 2.0**-52
                    else:
                        x = rng.uniform(-4.0, 8.0)
                    kind = registry.id(entry.name)
                    ours = plain(kind, x, p.tolist(), o, n)
                    assert bits(ours) == bits(twin(kind, x, p, o, n)), (entry.name, x, p)
                    # The dispatcher adds nothing to a direct call.
                    direct = (
                        entry.function(x, p.tolist(), o, n)
                        if entry.variadic
                        else entry.function(x, *law_parameters)
                    )
                    assert bits(ours) == bits(direct)


def test_interpolation_ends_on_its_knots():
    from sim.laws.interpolation import interpolate

    knots, values = [-1.0, 0.3, 0.7, 2.0], [0.1, 0.7, 0.2, 0.3]
    p = [9.0, *knots, *values]
    assert [interpolate(x, p, 1, 8) for x in knots] == values
    assert interpolate(0.5, p, 1, 8) == pytest.approx(0.45)
    assert (interpolate(-5.0, p, 1, 8), interpolate(5.0, p, 1, 8)) == (0.1, 0.3)
    assert interpolate(7.0, [1.0, 0.4], 0, 2) == 0.4


def test_signatures_come_from_the_annotations():
    def law(a: float, b: int, c: Word, d: Vector) -> tuple[float, bool]:
        return a, b > c

    assert machine_signature(law) == (
        "Tuple((float64, boolean))(float64, int64, uint64, float64[::1])"
    )


def test_what_is_not_a_law_is_refused():
    def unannotated(a):
        return a

    def texts(a: str) -> str:
        return a

    with pytest.raises(TypeError, match="lacks annotations: a, return"):
        compiled(unannotated)
    with pytest.raises(TypeError, match="no machine type"):
        compiled(texts)
    with pytest.raises(TypeError, match="plain Python function"):
        compiled(math.sqrt)
    with pytest.raises(TypeError, match="calls itself"):
        compiled(_recursive)
    with pytest.raises(TypeError, match="uses module random"):
        compiled(_through_a_module)


def _recursive(a: float) -> float:
    return _recursive(a)


def _through_a_module(a: float) -> float:
    return random.uniform(0.0, a)


def test_a_law_is_compiled_once():
    from sim.laws.portable import exp

    assert compiled(exp) is compiled(exp)
