"""Progress on the terminal."""

import pytest

from sim.tasks.terminal import progress, rate


@pytest.mark.parametrize(("speed", "shown"), [
    (12.34, "12 runs/s"), (1.0, "1 runs/s"), (0.05, "3 runs/min"), (None, ""), (0, ""),
])
def test_a_rate_is_told_in_the_unit_that_suits_it(speed, shown):
    assert rate(speed, "run") == shown


def test_nothing_is_drawn_where_there_is_no_terminal(capsys):
    with progress("lab: runs", 3) as advance:
        advance(2)
    assert capsys.readouterr() == ("", "")
