import dataclasses

import pytest

from sim.metrics.kinds import KINDS
from sim.plots import chain, critical_path, style

from . import tables


def bars(ax):
    """(row, start, length) of each bar, in days after t = 0, in order of time."""
    found = [
        (round(bar.get_y() + bar.get_height() / 2), bar.get_x(), bar.get_width())
        for container in ax.containers for bar in container
    ]
    return sorted(found, key=lambda bar: bar[1])


def rows(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


@pytest.fixture
def simple(one):
    """Waiting for know-how, two segments in one stage of research, training, and its release."""
    table = tables.path(
        (0, 1, "gate", "generation", "gate", "knowhow", 2),
        (0, 1, "gate", "study", "run", "wait_compute", 1, {"behind": 3, "pool": "experiments"}),
        (0, 1, "gate", "study", "run", "computing", 3, {"executor": "compute"}),
        (0, 1, "train", "generation", "train", "computing", 4),
        (0, 1, "train", "generation", "ship", "people", 2, {"off_hours": 1.5}),
    )
    frames = tables.with_paths(one, table)
    return tables.put(dataclasses.replace(frames, visits=one.visits), path=table)


def test_segments_stand_where_and_when_they_were(simple):
    ax = critical_path.figure(simple).axes[0]
    zero = style.positions(simple.model, 0)
    drawn = [(row, start - zero, length) for row, start, length in bars(ax)]
    assert drawn == [(0, 0, 2), (1, 2, 1), (1, 3, 3), (2, 6, 4), (3, 10, 2)]
    assert ax.get_xlim() == (zero, zero + 12) and ax.yaxis_inverted()


def test_rows_name_stages_in_order_of_time_with_their_days(simple):
    ax = critical_path.figure(simple).axes[0]
    assert rows(ax) == ["gate, 2.0 d", "study: run, 4.0 d", "train, 4.0 d", "train: ship, 2.0 d"]


def test_the_longest_segments_are_labelled(simple):
    ax = critical_path.figure(simple).axes[0]
    labels = [text.get_text() for text in ax.texts if text.get_text().endswith(" d")]
    assert labels == ["4.0 d", "3.0 d", "2.0 d", "2.0 d", "1.0 d"]


def test_the_legend_sums_to_the_cycle_and_says_how_much_was_nights(simple):
    legend = critical_path.figure(simple).axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == [
        "waiting for know-how, 2.0 d", "waiting for compute, 1.0 d", "computing, 7.0 d",
        "people at work, 2.0 d", "1.5 d of these are\nnights and weekends",
    ]


def test_words_say_what_took_longest_and_which_path_it_is(simple, lab_many):
    headline, how = critical_path.words(simple)
    assert headline == "Generation 1 took 12 days: 7.0 computing, 2.0 waiting for know-how"
    assert "5 Jan 2026 to 17 Jan 2026. One run" in how
    headline, how = critical_path.words(lab_many)
    assert headline.startswith("Generation 5 took") and "5 replications" in how
    assert "Replication 1: the median cycle time of the 3 that released it" in how


def test_the_generation_is_the_last_that_half_of_the_replications_released(lab_many, lab):
    shown = chain.typical(lab_many)  # released by 5, 5, 5, 4, 3, 2, 1 of 5; slower from 0 to 4
    assert (shown.generation, shown.replication, shown.same) == (5, 1, 3)
    shown = chain.typical(lab(0, 2, 0))  # by less than half: the last there is
    assert (shown.generation, shown.replication, shown.same) == (2, 1, 1)


def test_slivers_vanish_in_what_they_interrupt_and_no_total_changes(lab_one):
    shown = chain.typical(lab_one)
    train = [block for block in chain.blocks(shown) if shown.rows[block.place] == "train"]
    assert [block.kind for block in train] == ["wait_compute", "computing"]
    assert [block.count for block in train] == [1, 80]
    scale = 7**-0.5
    assert train[1].days == pytest.approx({"computing": 20 * scale, "failures": 0.8 * scale})
    assert shown.totals[shown.rows.index("train")] == pytest.approx(22.8 * scale)
    legend = critical_path.figure(lab_one).axes[0].get_legend()
    assert "failures and repair, 0.3 d" in [text.get_text() for text in legend.get_texts()]


def blocks_of(one, *lengths):
    """Blocks of one row of 1000 days: (kind, days) of the first ones, then know-how."""
    rest = 1000 - sum(days for _, days in lengths)
    table = tables.path(*(
        (0, 1, "gate", "generation", "gate", kind, days)
        for kind, days in (*lengths, ("knowhow", rest))
    ))
    shown = chain.typical(tables.with_paths(one, table))
    assert sum(sum(block.days.values()) for block in chain.blocks(shown)) == pytest.approx(1000)
    return [(block.kind, block.count) for block in chain.blocks(shown)][:-1]


def test_short_neighbours_are_drawn_as_one_of_the_kind_that_takes_most(one):
    assert chain.SHORTEST * 1000 == 2
    pieces = [("people", 0.8), ("review", 0.4)] * 3
    assert blocks_of(one, *pieces) == [("people", 3), ("people", 3)]
    assert blocks_of(one, ("people", 5), ("review", 5)) == [("people", 1), ("review", 1)]


def test_what_takes_a_share_is_not_hidden(one):
    """Ten slivers of a fifth of the time: some of them are drawn."""
    found = blocks_of(one, *[("computing", 4.0), ("failures", 1.0)] * 10)
    assert sum(kind == "failures" for kind, _ in found) >= 5
    found = blocks_of(one, *[("computing", 40.0), ("failures", 1.0)] * 10)
    assert found == [("computing", 20)]


def test_two_long_waits_of_a_kind_stay_apart(one):
    assert blocks_of(one, ("people", 9), ("people", 9)) == [("people", 1), ("people", 1)]


def test_with_many_stages_there_is_a_row_per_phase(one):
    table = tables.path(*(
        (0, 1, "train", "generation", f"stage{i}", "people", 1) for i in range(40)
    ))
    assert chain.typical(tables.with_paths(one, table)).rows == ("train",)
    assert len(chain.typical(tables.with_paths(one, table.iloc[:30])).rows) == 30


def test_without_a_release_there_is_a_note(early, toy):
    for frames in (*early, toy):
        assert not critical_path.shows(frames)
        ax = critical_path.figure(frames).axes[0]
        assert not ax.axison and "No generation was released" in ax.texts[-1].get_text()


def test_a_run_shows_its_last_release(one):
    shown = chain.typical(one)
    last = one.generations.dropna(subset="cycle_time").iloc[-1]
    assert shown.generation == last["generation"]
    assert (shown.begin, shown.end) == (last["started"], last["released"])
    assert shown.totals.sum() == pytest.approx(last["cycle_time"])


def test_the_chart_says_what_each_segment_was(simple):
    data = critical_path.chart(simple)["data"]
    assert [trace["name"] for trace in data] == [
        "waiting for know-how, 2.0 d", "waiting for compute, 1.0 d", "computing, 7.0 d",
        "people at work, 2.0 d",
    ]
    by_kind = dict(zip(("knowhow", "wait_compute", "computing", "people"), data, strict=True))
    wait = by_kind["wait_compute"]
    assert wait["base"] == ["2026-01-07 00:00:00"] and wait["y"] == [1]
    assert wait["x"] == [24 * 3600 * 1000]
    ahead = simple.visits.iloc[3]
    assert wait["hovertext"] == [
        "<b>study: run</b><br>waiting for compute<br>of experiments<br>"
        f"7 Jan 00:00 to 8 Jan 00:00: 1.0 days<br>until {ahead['flow']}: {ahead['stage']} ended"
    ]
    assert by_kind["people"]["hovertext"] == [
        "<b>train: ship</b><br>people at work<br>"
        "15 Jan 00:00 to 17 Jan 00:00: 2.0 days, 1.5 of them nights and weekends"
    ]


def test_the_chart_says_what_is_in_a_bar_of_many_segments(lab_one):
    texts = [text for trace in critical_path.chart(lab_one)["data"] for text in trace["hovertext"]]
    (train,) = (text for text in texts if "in 80 segments" in text)
    assert "computing, 7.6 d<br>failures and repair, 0.3 d<br>" in train


def test_every_kind_can_be_told_on_both_grounds():
    """Tints of what waits are faint on white, which is why they are hatched and outlined."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(a, b):
        low, high = sorted((luminance(a), luminance(b)))
        return (high + 0.05) / (low + 0.05)

    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    for kind in KINDS:
        colour = style.KIND_COLOURS[kind]
        assert contrast(colour, "#FFFFFF") > 1.2, kind
        assert contrast(colour, "#14181D") > 2, kind
