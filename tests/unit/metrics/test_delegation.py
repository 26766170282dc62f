"""The share of tasks that assistants did, on a tiny log."""

import pandas as pd

from sim.metrics.delegation import share_by_generation


def test_first_attempts_count_and_balked_ones_do_not():
    columns = ["generation", "activity", "attempt", "executor", "outcome", "requested"]
    visits = pd.DataFrame(
        [
            (1, "work", 1, "agent", "right", 0.0),
            (1, "work", 2, "agent", "right", 1.0),  # the same task again
            (1, "work", 1, "human", "right", 2.0),
            (1, "work", 1, "agent", "balked", 3.0),  # done by the person of the next row
            (1, "work", 1, "human", "right", 3.0),
            (1, "review", 1, "human", "accepted", 4.0),
            (1, "work", 1, "agent", "right", -1.0),  # pre-history
            (2, "work", 1, "agent", "escaped", 5.0),
        ],
        columns=columns,
    )
    shares = share_by_generation(visits)
    assert shares.to_dict() == {1: 1 / 3, 2: 1.0}
