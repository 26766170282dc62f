"""What a discovery looked for is said as something that happens."""

import re
from types import SimpleNamespace

import pytest

import sim
from sim.plots.discovery.event import event
from sim.study.discovery.condition import read

from ..study.test_discovery_condition import OUTCOMES, RUNS, YEAR


@pytest.fixture(scope="module")
def model():
    return sim.load("horizon=2 y")


@pytest.mark.parametrize(("text", "said"), [
    ("capability >= 1.5", "capability is ≥ 1.5 OOM"),
    ("capability < 1 OOM", "capability is < 1 OOM"),
    ("use >= 90%", "use is ≥ 90%"), ("use >= 0.9", "use is ≥ 0.9"),
    ("cycle_time <= 50 d", "cycle time is ≤ 50 d"),
    ("one_oom <= 1 y", "a model of 1 OOM is released within 1 y (by 5 Feb 2027)"),
    ("one_oom > 1 y", "it takes more than 1 y until a model of 1 OOM is released "
                      "(after 5 Feb 2027)"),
    ("one_oom <= earliest 40%", "a model of 1 OOM is released within 300 days (by 2 Dec 2026; "
                                "earliest 40%)"),
    ("years <= 1 y", "there is a stretch of 1 y in which software …"),
    ("years > 1 y", "there is no stretch of 1 y in which software …"),
    # One run of four is no tie; three of five that are equal are.
    ("capability >= top 20%", "capability is ≥ 2 OOM (top 20%)"),
    ("use >= top 20%", "use is ≥ 0.9 (top 20%, 60% with ties)"),
    ("use < top 20%", "use is < 0.9 (top 20%)"),
    ("capability >= 1 and cycle_time <= 50 d",
     "capability is ≥ 1 OOM and cycle time is ≤ 50 d"),
])
def test_a_condition_is_said_in_words(text, said, model):
    asked = read(text, OUTCOMES, 2 * YEAR).resolved(RUNS)
    found = SimpleNamespace(condition=asked, results=SimpleNamespace(model=lambda point: model))
    words = re.sub(r"in which software .* 3 .*", "in which software …", event(found))
    assert words == said
