"""Little's law on the log, counted the slow way, and what it takes to be exact.

`sim.invariants.littles_law` holds it on every queue, pool and flow of every scenario (see
`test_invariants`); here its two sides are worked out in the plainest way.
"""

import numpy as np
import pytest

ROUNDING = 1e-9


def mean_number(arrived, left, begin, end):
    """Time average of the number present, one event after the other."""
    events = [(t, 0, 1) for t in arrived] + [(t, 1, -1) for t in left if not np.isnan(t)]
    total, number, last = 0.0, 0, begin
    for t, _, step in sorted(events):
        total += number * (t - last)
        number, last = number + step, t
        assert number >= 0
    return (total + number * (end - last)) / (end - begin)


CASES = {
    "mm1": ("pool", "people"),
    "mmc": ("pool", "machines"),
    "priorities": ("flow", "routine"),
    "working_hours": ("pool", "people"),
    "delegation": ("flow", "task"),
    "batch_join": ("flow", "test"),
    "gpt53_codex": ("pool", "experiments"),
}


@pytest.mark.parametrize("scenario", CASES)
def test_number_is_rate_times_stay(scenario, replications):
    (run,) = replications(1, f"scenario={scenario}")
    column, name = CASES[scenario]
    rows = run.visits[run.visits[column] == name]
    if column == "flow":
        stays = rows.groupby("item").agg(
            arrived=("requested", "min"), left=("finished", lambda t: t.max(skipna=False))
        )
    else:
        stays = rows.rename(columns={"requested": "arrived", "started": "left"})
    begin, end = -run.model.prehistory, run.end.time
    number = mean_number(stays["arrived"], stays["left"], begin, end)
    rate = len(stays) / (end - begin)
    stay = (stays["left"].fillna(end) - stays["arrived"]).mean()
    assert number > 0
    assert number == pytest.approx(rate * stay, rel=ROUNDING)
    # Wrong: a rate 10% off.
    assert number != pytest.approx(1.1 * rate * stay, rel=ROUNDING)


def test_without_the_edge_it_is_not_exact(replications):
    """Items that are still there at the end count up to it; leaving them out is noticed."""
    (run,) = replications(1, "scenario=mmc", "horizon=301d")
    rows = run.visits
    assert rows["finished"].isna().any()
    number = mean_number(rows["requested"], rows["finished"], 0.0, 301.0)
    exact = (rows["finished"].fillna(301.0) - rows["requested"]).sum() / 301.0
    ended = (rows["finished"] - rows["requested"]).mean() * len(rows) / 301.0
    assert number == pytest.approx(exact, rel=ROUNDING)
    assert number != pytest.approx(ended, rel=ROUNDING)
