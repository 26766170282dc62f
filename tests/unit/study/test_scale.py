"""The benchmark of studies measures what it says: parts of `experiments/07_study_scale`."""

import importlib
import subprocess
import sys

import numpy as np

from sim.paths import experiments
from sim.store import studies as store
from sim.study import batch
from sim.study.results import open_study

for folder in ("00_speed", "07_study_scale"):
    sys.path.append(str(experiments() / folder))
apart, bare, footprint, studies, sweep, table, workers = map(
    importlib.import_module,
    ("apart", "bare", "footprint", "studies", "sweep", "table", "workers"),
)


def test_the_bare_engine_makes_the_runs_of_the_study(monkeypatch):
    """Same models, same random numbers, same number of them: else the ratio means nothing."""
    tiny = studies.tiny(3)
    alone, ours = [], []

    def noted(found):
        def summarise(model, *, seed, replication, times):
            found.append((model.to_dict(), seed, replication, list(times)))
            return summarised(model, seed=seed, replication=replication, times=times)

        return summarise

    compiled = importlib.import_module("sim.engines.compiled")
    summarised = compiled.summarise
    monkeypatch.setattr(bare, "summarise", noted(alone))
    for point in range(3):
        bare.run_point(tiny, point, tiny.model(point))
    monkeypatch.setattr(compiled, "summarise", noted(ours))
    rows = batch.Rows(tiny.study.outcomes)
    for point in range(3):
        batch.replicate(tiny, batch.Span(point, 0, studies.REPLICATIONS), rows)
    assert alone == ours
    assert len(alone) == 3 * studies.REPLICATIONS


def test_the_benchmark_has_the_points_asked_for_and_ten_thousand_runs_as_it_is_shipped():
    assert studies.shipped().runs == 10_000
    few = studies.benchmark(7)
    assert few.runs == 7 * studies.REPLICATIONS
    assert len(set(few.points["hit"])) == 7


def test_what_is_around_the_runs_is_measured():
    tiny = studies.tiny(3)
    rows = batch.Rows(tiny.study.outcomes)
    batch.replicate(tiny, batch.Span(0, 0, studies.REPLICATIONS), rows)
    found = sweep._around(tiny, rows.table())
    found.pop("tickets and shards")  # a small difference of two times: noise may be more
    assert set(found) == {"start of workers", "plan and trial", "joining"}
    assert all(seconds > 0 for seconds in found.values())


def test_each_worker_does_the_same_runs_whatever_their_number():
    assert [list(workers.points_of_turn(turn, 10)) for turn in (0, 1)] == [
        list(range(10)), list(range(10, 20))
    ]
    last = workers.points_of_turn(workers.POINTS // 10 + 1, 10)
    assert list(last) == list(range(10, 20))


def test_a_made_up_study_is_a_finished_one_and_every_use_of_it_works(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "SHARDS", 3)
    table.written(str(tmp_path), "200")
    found = open_study(tmp_path)
    assert store.status(tmp_path) == "finished"
    assert found.runs["point"].tolist() == np.repeat(np.arange(40), 5).tolist()
    assert found.runs["busy"].std() > 0.1
    for way in table.WAYS.values():
        way(found)
    groups = table.WAYS["SQL: quantiles by group"](found)
    assert groups["runs"].sum() == 200
    assert table.WAYS["export as CSV"](found) == table.WAYS["export as Parquet"](found) == 200


def test_a_clock_counts_the_processes_that_a_block_has_ended():
    with apart.clock() as used:
        subprocess.run([sys.executable, "-c", "sum(range(10**6))"], check=True)
    assert used.cpu > 0
    assert used.wall > 0


def test_a_process_of_its_own_says_what_it_did_and_its_peak(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "SHARDS", 2)
    table.written(str(tmp_path), "20")
    seen = apart.apart(footprint.__file__, "listed", tmp_path)
    assert seen["rows"] == 20
    assert seen["wall"] > 0
    if sys.platform == "linux":
        assert 20e6 < seen["peak"] < 4e9
