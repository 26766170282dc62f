"""What escaped defects do: chances of failure and rates of interruption."""

import pytest

from sim.laws.defects import failure_chance, interruption_rate


@pytest.mark.parametrize(
    ("chance", "per_defect", "defects", "expected"),
    [
        (0.23, 0.002, 0.0, 0.23),
        (0.0, 0.5, 2.0, 0.75),
        (0.2, 0.5, 1.0, 0.6),
        (0.0, 1.0, 3.0, 1.0),
        (1.0, 0.1, 5.0, 1.0),
    ],
)
def test_failure_chance(chance, per_defect, defects, expected):
    assert failure_chance(chance, per_defect, defects) == pytest.approx(expected, rel=1e-14)


def test_interruptions_of_llama_3():
    # 16,384 accelerators, one interruption per 50,677 accelerator-hours: one in 3.09 h.
    rate = interruption_rate(16384.0, 50677.0, 16384.0, 1.0, 0.0, 0.0)
    assert 24 / rate == pytest.approx(3.09, abs=0.005)


def test_interruptions_grow_with_size_to_the_exponent_and_with_defects():
    small = interruption_rate(1000.0, 5e4, 1000.0, 0.6, 0.01, 0.0)
    assert interruption_rate(2000.0, 5e4, 1000.0, 0.6, 0.01, 0.0) / small == pytest.approx(2**0.6)
    assert interruption_rate(1000.0, 5e4, 1000.0, 0.6, 0.01, 10.0) / small == pytest.approx(1.1)
