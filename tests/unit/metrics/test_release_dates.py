import math

import pytest

from sim.metrics import release_dates

NAN, INF = math.nan, math.inf


def released(generation, time, replication=0, outcome="released"):
    return {"replication": replication, "generation": generation, "outcome": outcome,
            "released": time}


@pytest.fixture
def table(generations):
    """Five replications, of which the last ends early, before it has released anything."""
    return generations(
        *(released(0, 0.0, r) for r in range(5)),
        *(released(1, 5.0 + r, r) for r in range(4)), released(1, NAN, 4, "open"),
        released(2, NAN, 0, "skipped"), released(2, 20.0, 0), released(2, 28.0, 1),
        released(2, NAN, 2, "open"),
    )


def test_quantiles(table, model):
    found = release_dates.quantiles(table, model, (0.2, 0.5, 0.9), ends={4: 6.5})
    assert found.columns.tolist() == ["replications", "released", "share", 0.2, 0.5, 0.9]
    # Generation 1: at risk 5, 4, 2, 1; so the shares not out are 4/5, 3/5, 3/10, 0.
    assert found.loc[1].tolist() == pytest.approx([5, 4, 1, 5, 7, 8])
    # Generation 2: at risk 4, 3 of which one has it at the very end.
    assert found.loc[2].tolist() == pytest.approx([5, 2, 0.5, 20, 28, INF])


def test_one_that_may_still_come_is_not_taken_as_never(table, model):
    late = release_dates.quantiles(table, model, (0.8,))  # all replications ran for 28 d
    assert late.loc[1, "share"] == pytest.approx(0.8) and late.loc[1, 0.8] == 8.0
    assert late.loc[2, "share"] == pytest.approx(0.4)


def test_after_a_deadlock_nothing_comes_any_more(table, model):
    """As if it had run to the horizon of 28 d; another early end leaves open what comes."""
    dead = {"ends": {4: 6.5}, "reasons": {4: "deadlock"}}
    found = release_dates.quantiles(table, model, (0.8, 0.9), **dead)
    assert found.loc[1].tolist() == pytest.approx([5, 4, 0.8, 8, INF])
    assert found.equals(release_dates.quantiles(table, model, (0.8, 0.9)))
    shares = release_dates.distribution(table, model, [7, 28], **dead)
    assert shares[1].tolist() == pytest.approx([0.6, 0.8])
    other = {"ends": {4: 6.5}, "reasons": {4: "target"}}
    assert release_dates.quantiles(table, model, (0.9,), **other).loc[1, 0.9] == 8.0


def test_shares_by_date(table, model):
    found = release_dates.distribution(table, model, [0, 5.5, 7, 8, 27, 28, 29], ends={4: 6.5})
    assert found[1].tolist() == pytest.approx([0, 0.2, 0.7, 1, 1, 1, 1])
    assert found[2].tolist()[:6] == pytest.approx([0, 0, 0, 0, 0.25, 0.5])
    assert math.isnan(found[2].iloc[6])


def test_no_releases(generations, model):
    table = generations(released(0, 0.0), released(1, NAN, 0, "open"))
    assert release_dates.quantiles(table, model).empty
    assert release_dates.distribution(table, model, [1.0]).shape == (1, 0)
