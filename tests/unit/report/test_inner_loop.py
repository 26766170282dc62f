"""Tables of latencies and of what assistants do, from cases by hand."""

from types import SimpleNamespace

import pandas as pd
import pytest

from sim.metrics import latency, oversight
from sim.plots import fix_time
from sim.report import inner_loop


def speedups(*rows):
    """Return the table of speed-ups of these rows."""
    return inner_loop.speedups(SimpleNamespace(tasks=pd.DataFrame(rows), replications=1))


def pooled(*rows):
    """Latencies of these cases: (generation, cause, days, open) and perhaps the replication."""
    table = pd.DataFrame(
        [row if len(row) == 5 else (*row, 0) for row in rows],
        columns=("generation", "cause", "days", "open", "replication"),
    )
    return SimpleNamespace(
        latency=latency.pooled(table), replications=table["replication"].nunique(), ends={},
    )


@pytest.fixture
def cases(read):
    """Show these cases."""

    def show(*rows):
        shown = inner_loop.latencies(pooled(*rows))
        return read(shown).words if shown else ""

    return show


def test_latencies_are_quantiles_over_all_cases_in_readable_units(cases):
    ideas = [(1, "research", float(day), False) for day in range(1, 11)]
    fixes = [(1, "failed run", hours / 24, False) for hours in (0.5, 3, 7.5)]
    words = cases(*ideas, *fixes)
    assert "idea to result failed run to next attempt" in words
    assert "1 5 d (1 d–9 d) [10] 3 h (30 min–7.5 h) [3]" in words


def test_what_has_not_ended_makes_latencies_longer_or_unknown(cases):
    ended = [(1, "research", float(day), False) for day in (1, 2)]
    assert "1 1 d (1 d–2 d) [2]" in cases(*ended)
    assert "1 2 d (1 d–?) [3]" in cases(*ended, (1, "research", 3.0, True))


def test_what_a_generation_lacks_is_a_dash_and_the_prehistory_is_left_out(cases):
    words = cases((1, "research", 20.0, False), (2, "failed run", 20.0, False))
    assert "1 20 d [1] – 2 – 20 d [1]" in words
    assert cases((0, "research", 20.0, False)) == ""


def test_the_figure_of_failures_says_the_same(cases):
    """One replication with many quick fixes and one with few slow ones: all cases count alike,
    and the mean of the two medians (5.5 d) is said by neither."""
    rows = [
        *[(1, "failed run", 1.0, False, 0)] * 9, *[(1, "failed run", 10.0, False, 1)] * 3,
        (1, "incident", 4.0, False, 0), (1, "incident", 4.0, False, 1),
    ]
    assert "1 1 d (1 d–10 d) [12] 4 d [2]" in cases(*rows)
    failed, incidents = fix_time.chart(pooled(*rows))["data"]
    assert (failed["y"], incidents["y"]) == ([1.0], [4.0])
    assert failed["hovertext"] == [
        "failed runs, generation 1: 12 fixed<br>median 24 h, middle 80% 24 h to 10 d"
    ]


def measures(**values):
    return {"replication": 0, "tasks": 5, "delegated": 3, "felt": 2.0, "elapsed": 1.5,
            "touched": 0.5, "fully_delegated": 0.25, "intervened": 0.4} | values


@pytest.mark.parametrize(("rows", "shown"), [
    ([measures(generation=1), measures(generation=1, replication=1, felt=3.0)],
     "1 2.50 × 1.50 × 50% 25% 40%"),
    ([measures(generation=1, felt=float("inf"), intervened=float("nan"))],
     "1 1.50 × 50% 25%"),  # what nobody can tell is left out
])
def test_speedups_are_means_over_replications(rows, shown, read):
    assert shown in read(speedups(*rows)).words


def test_oversight_is_the_mean_over_replications(frames, read):
    words = read(inner_loop.overseen(frames)).words
    table = oversight.by_generation(frames.visits, frames.generations, frames.model)
    first = table[table["generation"] == 1][list(inner_loop.OVERSIGHT)].mean()
    forms = [form for _, form in inner_loop.OVERSIGHT.values()]
    row = " ".join(form.format(value) for form, value in zip(forms, first, strict=True))
    assert f" 1 {row} " in words


def test_without_assistants_there_are_no_speedups():
    assert speedups(measures(generation=1, delegated=0)) == ""


def test_a_table_of_nothing_but_zeros_is_left_out():
    nothing = dict.fromkeys(inner_loop.TASKS, 0.0)
    assert speedups(measures(generation=1, **nothing)) == ""
