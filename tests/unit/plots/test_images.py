"""Figures of a fixed log look as they did when somebody last looked at them.

After a change that is meant, look at the figures themselves, then renew the references:

    RENEW_IMAGES=1 pytest tests/unit/plots/test_images.py
"""

import numpy as np
import pytest

from sim import plots

from .images import FOLDER, RENEW, TOLERANCE, difference, picture, reference, renew

SAMPLES = {name: ("one", "many") for name in plots.FIGURES} | {
    name: ("lab_one", "lab_many")
    for name in ("cycle_time", "critical_path", "flow_time", "fix_time")
}
"""Logs, or tables, that each figure is drawn from: one run and an ensemble."""
CASES = [f"{name}.{sample}" for name, samples in SAMPLES.items() for sample in samples]


@pytest.mark.parametrize("case", CASES)
def test_a_figure_looks_as_before(case, request):
    name, sample = case.split(".")
    figure = plots.FIGURES[name].figure(request.getfixturevalue(sample))
    if renew(case, figure):
        pytest.skip(f"the reference was written ({RENEW} is set)")
    off = difference(picture(figure), reference(case))
    assert off <= TOLERANCE, f"differs by {off:.1f} of 255; if that is meant, see this file's top"


@pytest.mark.parametrize("name", list(plots.FIGURES))
def test_another_picture_would_be_noticed(name, record_property):
    """One run in the place of an ensemble, and an empty page, are beyond what is let pass."""
    first, second = (reference(f"{name}.{sample}") for sample in SAMPLES[name])
    other, empty = difference(first, second), difference(first, np.full_like(first, 255))
    record_property("off", f"{name}: {other:.1f}, {empty:.1f}")
    assert other > TOLERANCE and empty > TOLERANCE


def test_every_reference_belongs_to_a_figure():
    stored = {path.stem for path in FOLDER.glob("*.png")}
    assert stored == set(CASES)
