import pytest

from sim.plots import bins


@pytest.mark.parametrize(
    ("horizon", "step", "name"),
    [
        (4, 1 / 24, "1 hour"), (20, 0.25, "6 hours"), (100, 1, "1 day"), (730.5, 7, "1 week"),
        (3000, 28, "4 weeks"), (100_000, 840, "120 weeks"),
    ],
)
def test_bins_suit_the_horizon(horizon, step, name):
    assert bins.step_for(horizon) == step and bins.name_of(step) == name
