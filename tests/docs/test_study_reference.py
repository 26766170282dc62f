"""What the reference of studies' files shows can be read, and nothing is left out."""

import re
from pathlib import Path

import pytest
import yaml

import sim
from sim.study.designs import DESIGNS
from sim.study.distributions import KINDS
from sim.study.measures import MEASURES
from sim.study.plan import plan
from sim.study.study import Study

TEXT = (Path(__file__).parents[2] / "experiments" / "STUDY.md").read_text(encoding="utf-8")


def test_the_study_shown_fits_the_default_lab():
    (shown,) = re.findall(r"^```yaml\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
    study = Study.from_dict(yaml.safe_load(shown))
    assert set(yaml.safe_load(shown)) == set(study.to_dict())
    models = {name: sim.load(f"scenario={name}") for name in study.scenarios}
    assert len(plan(study, models).points) == 50 * 3 * 2 * 2 * 3 * 2 * 2


@pytest.mark.parametrize("names", [DESIGNS, KINDS, MEASURES], ids=["designs", "kinds", "outcomes"])
def test_nothing_is_left_out(names):
    assert [name for name in names if not re.search(rf"\b{name}\b", TEXT)] == []
