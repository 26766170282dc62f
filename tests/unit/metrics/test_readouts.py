import numpy as np
import pytest

import sim
from sim.metrics import readouts
from sim.model import Model

from .test_growth import two

READ = {
    "metr_horizon": {"at_zero": "6 h", "doublings_per_oom": 2},
    "benchmarks": {"exam": {"at_zero": 0.5, "slope": 2}, "hard": {
        "at_zero": 0.2, "slope": 1, "ceiling": 0.8}},
}


@pytest.fixture(scope="module")
def reading(lab):
    return Model.from_dict(lab | {"readouts": READ})


def test_readouts_follow_their_laws(reading):
    table = readouts.at([0.0, 0.5, 1.5, np.nan], reading)
    assert table["metr_horizon"].to_numpy() == pytest.approx([6, 12, 48, np.nan], nan_ok=True)
    assert table["metr_reliable"].tolist() == [True, True, False, False]
    odds = table["score_exam"] / (1 - table["score_exam"])
    assert odds.to_numpy() == pytest.approx([1, np.e, np.e**3, np.nan], nan_ok=True)
    odds = table["score_hard"] / (0.8 - table["score_hard"])
    assert (3 * odds).to_numpy() == pytest.approx(
        [1, np.exp(0.5), np.exp(1.5), np.nan], nan_ok=True
    )


def test_a_horizon_of_16_hours_is_still_reliable(reading):
    doublings = np.log2(16 / 6)
    reached, above = readouts.at([doublings / 2 - 1e-9, doublings / 2 + 1e-9], reading)[
        "metr_reliable"
    ]
    assert reached and not above


def test_every_released_generation_is_read_out(reading, generations):
    table = readouts.by_generation(two(generations), reading)
    assert table["generation"].tolist() == [0, 1, 2, 0, 1]
    assert table["replication"].tolist() == [0, 0, 0, 1, 1]
    assert table["time"].tolist() == [0, 5, 20, 0, 10]
    assert table["metr_horizon"].to_numpy() == pytest.approx([6, 12, 48, 6, 6 * 2**0.6])
    assert table["metr_reliable"].tolist() == [True, True, False, True, True]
    assert table.columns[5:].tolist() == list(readouts.meaning(reading))


def test_a_model_without_readouts_reads_nothing_out(model, generations):
    table = readouts.by_generation(two(generations), model)
    assert len(table) == 5
    assert table["metr_horizon"].isna().all() and not table["metr_reliable"].any()
    assert table.columns[5:].tolist() == ["metr_horizon", "metr_reliable"]


def test_nothing_released_gives_an_empty_table(reading, generations):
    table = readouts.by_generation(two(generations).iloc[:0], reading)
    assert table.empty and "score_exam" in table


def test_the_note_names_the_bound():
    assert "16 h" in readouts.NOTE


def test_the_default_lab_begins_with_the_published_scores():
    (row,) = readouts.at([0.0], sim.load()).to_dict("records")
    assert row["metr_horizon"] == pytest.approx(350 / 60)
    assert row["score_terminal_bench_2"] == pytest.approx(0.773)
    assert row["score_osworld_verified"] == pytest.approx(0.647)
