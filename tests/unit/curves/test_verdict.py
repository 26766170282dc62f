"""One rule says whether a lab is ahead of a curve, behind it, or neither."""

import math

import pytest

from sim.curves.verdict import AHEAD, BEHIND, LEVEL, standing
from sim.plots.curves import phrases


@pytest.mark.parametrize(("row", "expected"), [
    ((-0.69, -1.40, -0.01), AHEAD),
    ((-0.70, -1.40, -0.004), LEVEL),  # told as [-1.40, 0.00]
    ((-0.69, -1.40, 0.01), LEVEL),
    ((0.42, 0.004, 0.84), LEVEL),
    ((0.51, 0.03, 0.99), BEHIND),
    ((math.inf, math.nan, math.nan), BEHIND),
    ((math.nan, math.nan, math.nan), LEVEL),
])  # fmt: skip
def test_an_interval_that_is_told_to_reach_zero_decides_nothing(row, expected):
    names = ("doublings", "doublings_low", "doublings_high")
    assert standing(dict(zip(names, row, strict=True))) == expected


def test_groups_are_listed():
    assert phrases.stands({"a": AHEAD, "b": BEHIND, "c": LEVEL}) == (
        "ahead of a, behind b and not surely apart from c"
    )
