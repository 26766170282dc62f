import dataclasses

import numpy as np
import pytest

from sim.plots import bins, waits, words


def with_waits(frames, **of_pools):
    """The same model with just these requests: waits in days by pool, None still waits."""
    rows = [(pool, wait) for pool, given in of_pools.items() for wait in given]
    empty = frames.visits.iloc[[0] * len(rows)]
    started = [np.nan if wait is None else 10.0 + wait for _, wait in rows]
    pools = np.array([list(frames.model.pools).index(pool) for pool, _ in rows])
    pool = empty["pool"].cat.set_categories(list(frames.model.pools))
    table = empty.assign(
        replication=0, row=range(len(rows)), activity="work", attempt=1, outcome="right",
        requested=10.0, started=started, pool=type(pool.array).from_codes(
            pools, dtype=pool.dtype
        ),
    )
    return dataclasses.replace(frames, visits=table)


@pytest.fixture(scope="module")
def known(one):
    """Half of the requests to one pool wait an hour, half not; one in ten to another a week."""
    return with_waits(
        one, experiments=[0.0] * 20 + [1 / 24] * 20, research_staff=[0.0] * 27 + [7.0] * 3,
        training=[3.0, 4.0], spare=[0.0] * 9,
    )


def curves(figure):
    ax = figure.axes[0]
    labels = [line.get_label().split(" (")[0] for line in ax.lines]
    return {label: np.array(line.get_data()) for label, line in zip(labels, ax.lines, strict=True)}


def test_a_curve_for_each_pool_that_is_waited_for_the_longest_first(known):
    drawn = curves(waits.figure(known))
    assert list(drawn) == ["training", "experiments", "research staff"]
    times, longer = drawn["experiments"]
    assert longer == pytest.approx(np.where(times < 1 / 24, 0.5, 0.0))
    times, longer = drawn["research staff"]
    assert longer[0] == pytest.approx(0.1) and longer[-1] == 0


def test_the_axis_tells_times_in_units_of_people(known):
    ax = waits.figure(known).axes[0]
    assert ax.get_xscale() == "log" and ax.get_xlabel() == "waiting time t"
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == ["1 min", "10 min", "1 h", "8 h", "1 d", "1 week"]
    assert ax.get_xticks() == pytest.approx([waits.TICKS[label] for label in labels])
    assert ax.get_xlim()[0] == 1 / 1440 and 7 < ax.get_xlim()[1] < 14


def test_the_legend_says_who_does_not_wait_and_how_long_others_do(known):
    legend = waits.figure(known).axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == [
        "training (2 requests)\n0% do not wait\nhalf within 3 d, 90% within 4 d",
        "experiments (40 requests)\n50% do not wait\n90% within 1 h, 99% within 1 h",
        "research staff (30 requests)\n90% do not wait\n99% within 7 d",
    ]


def test_the_headline_is_about_a_pool_with_many_requests(known):
    assert waits.words(known)[0] == (
        "Longest waits: experiments, where 1 in 10 requests waits more than 1 h; 50% do not wait"
    )
    assert waits.words(known)[1].endswith("\nHardly a wait: crowd, spare.")


def test_those_that_still_wait_are_said(one):
    frames = with_waits(one, experiments=[0.0] * 20 + [None] * 20)
    headline, beneath = waits.words(frames)
    assert "waits more than the run lasts; 50% do not wait" in headline
    assert "20 requests still waiting at the end" in beneath
    times, longer = curves(waits.figure(frames))["experiments"]
    assert longer == pytest.approx(np.where(times < 90, 0.5, np.nan), nan_ok=True)


def test_nights_are_said_where_there_are_any(one):
    assert "nights and weekends included" in waits.words(one)[1]
    pools = one.model.to_dict()["pools"]
    pools["research_staff"] |= {"hours": None}
    always = dataclasses.replace(one, model=one.model.replace(pools=pools))
    assert "nights" not in waits.words(always)[1]


def test_without_waits_there_is_a_note(one):
    frames = with_waits(one, experiments=[0.0] * 3)
    assert not waits.shows(frames)
    ax = waits.figure(frames).axes[0]
    assert not ax.axison and ax.texts[-1].get_text().startswith("Hardly any request waits a minute")


def test_the_chart_is_the_same(known):
    chart = waits.chart(known)
    drawn = curves(waits.figure(known))
    assert [trace["name"] for trace in chart["data"]] == list(drawn)
    for trace, (times, longer) in zip(chart["data"], drawn.values(), strict=True):
        assert trace["x"] == pytest.approx(times, rel=1e-3)
        assert trace["y"] == pytest.approx(longer, abs=1e-3)
    assert chart["layout"]["meta"]["log"] and chart["layout"]["xaxis"]["type"] == "log"


def test_times_are_compared_from_a_minute_to_a_century():
    assert bins.WAITS[0] == pytest.approx(1 / 1440) and bins.WAITS[-1] == pytest.approx(36525)
    assert np.diff(np.log10(bins.WAITS)) == pytest.approx(0.05, abs=1e-3)


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "0 min"), (0.01, "14 min"), (0.04, "58 min"), (1 / 24, "1 h"), (0.0626, "1.5 h"),
        (1, "24 h"), (1.5, "1.5 d"), (20, "20 d"), (21, "3 weeks"), (365, "52 weeks"),
        (1461, "4 years"), (np.inf, "beyond the end"),
    ],
)
def test_brief_durations(days, text):
    assert words.brief(days) == text
