"""Random models are identical on both engines; one that is not becomes a small case here."""

import pytest
import yaml

from sim import Model
from sim.engines.reference import labour as reference_labour

from ..properties.choices import drawn
from ..properties.primitives import primitives
from ..properties.strategies import PARTS, labs, part
from .found import FOUND, compare, compared
from .tiny import closed, flow, lab, labour, people

MANY_PARTS, MANY_EACH = 50, 1000
"""Random models of the heavy test."""


def recorded(record_property, count):
    for name in ("models", "records", "tie_rows"):
        record_property(f"{name.replace('_', ' ')} compared", getattr(count, name))


@pytest.mark.parametrize("number", range(PARTS))
def test_random_models_are_identical(number, record_property):
    count = compare(part(number))
    recorded(record_property, count)
    assert count.tie_rows > count.records / 10  # the rules for ties are needed


@pytest.mark.verify
@pytest.mark.parametrize("number", range(MANY_PARTS))
def test_many_random_models_are_identical(number, record_property):
    recorded(record_property, compare(drawn(labs(), MANY_EACH, seed=f"many {number}")))


@pytest.mark.parametrize("path", sorted(FOUND.glob("*.yaml")), ids=lambda path: path.stem)
def test_models_kept_are_identical(path):
    model = Model.from_dict(yaml.safe_load(path.read_text()))
    assert compared(model)[0] == ""


def test_a_model_that_differs_becomes_a_small_case(monkeypatch, tmp_path):
    """A fault is planted in one primitive: tools save nothing."""
    monkeypatch.setattr(reference_labour.tools, "saved", lambda lab, name, work: work)
    with pytest.raises(AssertionError, match="models differ"):
        compare(drawn(labs(), 60, seed="planted"), tmp_path)
    monkeypatch.undo()
    found = [yaml.safe_load(path.read_text()) for path in sorted(tmp_path.glob("*.yaml"))]
    assert found
    for data in found:
        model = Model.from_dict(data)
        assert "Labour.tools" in primitives(model)
        assert len(yaml.safe_dump(data).splitlines()) < 45
        assert compared(model)[0] == ""


@pytest.mark.parametrize(("workstreams", "ties"), [(1, 0), (2, 6)])
def test_ties_are_rows_that_ask_a_pool_at_once(workstreams, ties):
    model = lab(
        horizon="3 d", pools={"team": people(2)}, skills={"craft": {"pool": "team"}},
        flows={"work": flow(closed(workstreams), {"do": labour("craft", "1 d")})},
    )
    assert compared(model)[1].tie_rows == ties
