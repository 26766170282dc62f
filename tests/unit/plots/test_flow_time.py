import dataclasses

import pytest

from sim.metrics.kinds import KINDS
from sim.model import Model
from sim.plots import flow_time

from . import tables


def ticks(ax):
    return [label.get_text() for label in ax.get_xticklabels()]


@pytest.fixture
def two(lab):
    """Two replications; only the first released generation 1, neither the second."""
    frames = lab(1, 0)
    table = tables.flow_time(
        (0, 1, 3, {"people": 6, "computing": 3}), (1, 1, 1, {"people": 2, "computing": 9}),
        (0, 2, 2, {"computing": 10}),
    )
    return tables.put(frames, flow_time=table)


def test_a_bar_is_the_mean_over_the_results_of_all_replications(two):
    ax = flow_time.figure(two).axes[0]
    heights = {bars.get_label(): [bar.get_height() for bar in bars] for bars in ax.containers}
    assert heights == {"computing": [3, 5], "people": [2, 0]}  # 12 of 4 results, 8 of 4
    assert ticks(ax) == ["1\n4", "2\n2"]
    assert [text.get_text() for text in ax.texts[:2]] == ["5.0", "5.0"]


def test_generations_cut_off_in_some_replication_are_pale(two, lab_many):
    ax = flow_time.figure(two).axes[0]
    assert all(bar.get_alpha() is not None for bars in ax.containers for bar in bars)
    ax = flow_time.figure(lab_many).axes[0]
    for bars in ax.containers:  # released by all until generation 3
        assert [bar.get_alpha() is not None for bar in bars] == [False] * 3 + [True] * 5
    assert "pale: cut off by the end" in flow_time.words(lab_many)[1]


def test_words_are_about_generations_that_are_whole(lab_many, two):
    pace = 1.2  # the mean of 1, 1.1 … 1.4
    mean = pace * sum(4 - 3 * i / 14 for i in range(15))
    share = pace * 4 / mean
    assert flow_time.words(lab_many)[0] == (
        f"From idea to result: {mean:.0f} days in generation 1, {mean / 3**0.5:.0f} in generation "
        f"3; its largest part: waiting for know-how, {share:.0%}"
    )
    headline, how = flow_time.words(two)
    assert headline.startswith("From idea to result: 5.0 days in generation 1, 5.0 in generation 2")
    assert "2 replications, 6 results" in how


def test_a_run_of_the_lab_shows_the_metric(one):
    ax = flow_time.figure(one).axes[0]
    table = one.flow_time[one.flow_time["items"] > 0]
    items = table.drop_duplicates("generation").set_index("generation")["items"]
    (delay,) = ax.containers  # ideas only mature
    means = table[table["kind"] == "delay"].set_index("generation")["days"] / items
    assert [bar.get_height() for bar in delay] == pytest.approx(means.to_list())
    assert delay.get_label() == "delay" and KINDS["delay"].label == "set delays"
    assert ticks(ax) == [f"{g}\n{n}" for g, n in items.items()]


def test_without_results_there_is_a_note(toy, lab):
    model = toy.model.to_dict()
    del model["flows"]["idea"]
    frames = tables.put(lab(1), flow_time=tables.flow_time((0, 1, 0, {})))
    assert not flow_time.shows(frames)
    ax = flow_time.figure(frames).axes[0]
    assert ax.texts[-1].get_text() == "Research has no results in this time. One run."
    without = dataclasses.replace(toy, model=Model.from_dict(model))
    ax = flow_time.figure(without).axes[0]
    assert ax.texts[-1].get_text() == "This model does no research. One run."


def test_a_model_without_generations_has_one_whole_bar(toy):
    assert flow_time.shows(toy)
    ax = flow_time.figure(toy).axes[0]
    assert all(bar.get_alpha() is None for bars in ax.containers for bar in bars)
    assert ax.get_xlabel() == "all research (below: number of results)"


def test_the_chart_shows_the_same(two):
    bars = [trace for trace in flow_time.chart(two)["data"] if trace["type"] == "bar"]
    assert [(trace["name"], trace["y"]) for trace in bars] == [
        ("computing", [3, 5]), ("people at work", [2, 0]),
    ]
    assert bars[1]["hovertext"][0] == (
        "Ideas while generation 1 was built, 4 results<br>people at work: 2.0 of 5.0 days (40%)"
    )


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1"), (999, "999"), (1609, "1.6k"), (9949, "9.9k"), (25_300, "25k")]
)
def test_counts_below_bars_are_short(number, text):
    assert flow_time._short(number) == text
