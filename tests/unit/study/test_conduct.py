"""Studies are conducted to one and the same table, whatever happens on the way."""

import os

import numpy as np
import pandas as pd
import pytest

from sim import store
from sim.execute import Lost
from sim.execute.in_process import InProcess
from sim.model import InputError
from sim.study import conduct as conducting
from sim.study.batch import Span, Ticket, work
from sim.study.conduct import conduct
from sim.study.results import open_study
from sim.study.rounds import tickets


def run(plan, folder, executor=None, **how):
    with executor or InProcess() as workers:
        return conduct(plan, folder, workers, **how)


def table(folder):
    return (folder / "runs.parquet").read_bytes()


@pytest.fixture
def batches(monkeypatch):
    """Set how many runs are put into a batch."""
    return lambda runs: monkeypatch.setattr(conducting, "runs_per_batch", lambda *_: runs)


@pytest.fixture
def whole(planned, tmp_path, batches):
    """The table of the study, undisturbed."""
    batches(4)
    run(planned(), tmp_path / "whole")
    return table(tmp_path / "whole")


class Stops(InProcess):
    """Ctrl-C after some batches."""

    def __init__(self, after):
        super().__init__()
        self.after = after

    def run(self, work, tickets):
        for done, receipt in enumerate(super().run(work, tickets)):
            if done == self.after:
                raise KeyboardInterrupt
            yield receipt


def test_the_table_holds_every_run_in_order(planned, tmp_path, whole):
    plan = planned()
    runs = pd.read_parquet(tmp_path / "whole" / "runs.parquet")
    assert list(zip(runs["point"], runs["replication"], strict=True)) == [
        (point, replication) for point in range(6) for replication in range(3)
    ]
    assert set(runs["end_reason"]) == {"horizon"} and set(runs["error"]) == {""}
    summary = sim_summary(plan, 4, 2)
    row = runs[(runs["point"] == 4) & (runs["replication"] == 2)].iloc[0]
    for name, outcome in plan.study.outcomes.items():
        assert np.float64(outcome.of(summary)).tobytes() == np.float64(row[name]).tobytes()
    assert not (tmp_path / "whole" / "shards").exists()


def sim_summary(plan, point, replication):
    import sim

    return sim.summarise(plan.model(point), seed=plan.study.seed, replication=replication)


@pytest.mark.parametrize("runs", [1, 2, 5, 100])
def test_batches_leave_no_trace(planned, tmp_path, whole, batches, runs):
    batches(runs)
    run(planned(), tmp_path / "again")
    assert table(tmp_path / "again") == whole


def test_what_was_finished_is_not_done_again(planned, tmp_path, whole, batches, monkeypatch):
    batches(4)
    folder = tmp_path / "study"
    first = run(planned(), folder, Stops(2))
    assert (first.status, first.done, first.total) == ("interrupted", 6, 18)
    assert store.studies.status(folder) == "interrupted"
    assert len(open_study(folder).runs) == 9  # of the batch that Ctrl-C hit the shard was there
    seen = []
    monkeypatch.setattr(conducting, "work", lambda *_: seen.append(_[2].number) or work(*_))
    again = run(planned(), folder)
    assert (again.status, again.done, seen) == ("finished", 18, [3, 4, 5])
    assert table(folder) == whole
    assert run(planned(), folder).status == "finished" and len(seen) == 3


def damage(path):
    data = bytearray(path.read_bytes())
    data[10] ^= 0xFF  # within the first page
    path.write_bytes(data)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-20])


def foreign(path):
    pd.DataFrame({"point": [1]}).to_parquet(path)


def empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [damage, truncate, foreign, empty])
def test_harmed_shards_are_put_aside_and_done_again(planned, tmp_path, whole, batches, harm):
    batches(4)
    folder = tmp_path / "study"
    run(planned(), folder, Stops(3))
    harm(store.studies.shard_path(folder, 0, 1))
    (folder / "shards" / "notes.txt").write_text("mine")
    (folder / "shards" / ".round00_batch0000002.parquet.0123456789abcdef0123456789abcdef.partial"
     ).write_bytes(b"half")  # fmt: skip
    words = []
    assert run(planned(), folder, told=words.append).status == "finished"
    assert table(folder) == whole
    assert any("round00_batch0000001.parquet" in text for text in words)
    assert (folder / "shards" / "notes.txt").read_text() == "mine"
    assert sorted(p.name for p in (folder / "shards").iterdir()) == ["notes.txt"]
    assert len(list((folder / "set_aside").iterdir())) == 1


@pytest.mark.parametrize("harm", [damage, truncate, foreign, empty])
def test_a_harmed_table_is_made_again(planned, tmp_path, whole, harm):
    folder = tmp_path / "whole"
    harm(folder / "runs.parquet")
    words = []
    run(planned(), folder, told=words.append)
    assert table(folder) == whole and "damaged" in words[0]


def test_another_plan_is_refused_and_nothing_touched(planned, tmp_path, whole):
    folder = tmp_path / "whole"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match=r"study\.replications: 3, now 4; study\.seed: 0, now 7"):
        run(planned(replications=4, seed=7), folder)
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert before == after


def test_a_folder_of_something_else_is_refused(planned, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match="is not empty and no study's folder"):
        run(planned(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_only_one_is_at_work_on_a_study(planned, tmp_path):
    plan, folder = planned(), tmp_path / "study"
    with store.studies.lock(folder), pytest.raises(InputError, match="another process is at work"):
        run(plan, folder)


def test_without_locks_two_at_once_do_no_harm(planned, tmp_path, whole, batches, monkeypatch):
    from contextlib import nullcontext

    batches(4)
    monkeypatch.setattr(store.studies, "lock", lambda folder: nullcontext())
    folder = tmp_path / "study"

    class Twice(InProcess):
        def run(self, task, tickets):
            for n, receipt in enumerate(super().run(task, tickets)):
                if n == 1:
                    assert run(planned(), folder, Stops(3)).status == "interrupted"
                yield receipt

    assert run(planned(), folder, Twice()).status == "finished"
    assert table(folder) == whole


def test_a_batch_that_is_given_up_leaves_the_study_incomplete(planned, tmp_path, whole, batches):
    batches(4)
    folder = tmp_path / "study"

    class Loses(InProcess):
        def run(self, task, tickets):
            for ticket in tickets:
                lost = ticket.number == 1
                yield Lost(ticket, "its worker died 3 times") if lost else task(ticket)

    result = run(planned(), folder, Loses())
    assert (result.status, result.done) == ("incomplete", 15)
    assert "points 1 to 1" in result.words[0] and store.studies.status(folder) == "incomplete"
    assert run(planned(), folder).status == "finished" and table(folder) == whole


def test_runs_that_fail_are_recorded_and_the_rest_goes_on(planned, tmp_path, monkeypatch):
    from sim.study import batch

    def summarised(model, seed, replication, times, real=batch.summarised):
        if replication == 1 and model.pools["people"].capacity == 2:
            raise ZeroDivisionError("half\na person")
        return real(model, seed, replication, times)

    monkeypatch.setattr(batch, "summarised", summarised)
    result = run(planned(), tmp_path)
    runs = open_study(tmp_path).runs.set_index(["point", "replication"])
    failed = runs[runs["end_reason"] == "failed"]
    assert list(failed.index) == [(1, 1), (3, 1), (5, 1)] and result.failed == 3
    assert set(failed["error"]) == {"ZeroDivisionError: half a person"}
    assert failed[["wait", "busy", "end_time"]].isna().all(axis=None)
    assert store.read_manifest(tmp_path)["runs_failed"] == 3


STOP = {"outcome": "busy", "half_width": 0.03, "at_most": 60}


def test_replications_are_added_where_the_rule_asks_for_them(planned, tmp_path, batches):
    batches(7)
    plan = planned(stop=STOP, replications=5)
    run(plan, tmp_path / "one")
    batches(3)
    for stop in (0, 2, 5, 9):  # now and then Ctrl-C, in whatever round
        run(plan, tmp_path / "two", Stops(stop))
    assert run(plan, tmp_path / "two").status == "finished"
    assert table(tmp_path / "one") == table(tmp_path / "two")
    runs = pd.read_parquet(tmp_path / "one" / "runs.parquet")
    number = runs.groupby("point").size()
    assert number.min() >= 5 and number.max() <= 60 and number.nunique() > 1
    for point, rows in runs.groupby("point"):
        from scipy.stats import t

        half = rows["busy"].sem() * t.ppf(0.95, len(rows) - 1)
        assert half <= STOP["half_width"] or len(rows) == 60, point
    assert runs.equals(runs.sort_values(["point", "replication"], ignore_index=True))


def test_independent_random_numbers_are_independent(planned, tmp_path):
    plan = planned(random_numbers="independent", replications=2)
    numbers = [plan.random_numbers(point, n) for point in range(6) for n in range(2)]
    assert len(set(numbers)) == 12
    assert {planned().random_numbers(point, 2) for point in range(6)} == {2}


def test_full_logs_are_kept_if_asked_for(planned, tmp_path, batches):
    import sim

    batches(4)
    plan = planned(logs="all")
    run(plan, tmp_path)
    files = sorted((tmp_path / "logs").glob("*_visits.parquet"))
    logs = pd.concat([pd.read_parquet(path) for path in files])
    one = logs[(logs["point"] == 3) & (logs["replication"] == 1)].drop(columns="point")
    visits = sim.simulate(plan.model(3), seed=0, replication=1).visits
    assert len(one) == len(visits)
    assert np.array_equal(one["finished"], visits["finished"], equal_nan=True)


def test_a_full_disk_loses_nothing(planned, tmp_path, whole, batches, monkeypatch):
    import pyarrow.parquet as pq

    batches(4)
    folder = tmp_path / "study"
    written = []

    def full(rows, path, *more, real=pq.write_table, **options):
        written.append(path)
        if len(written) == 4:  # the design was the first
            real(rows.slice(0, 1), path)
            raise OSError(28, os.strerror(28))
        real(rows, path, *more, **options)

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(InputError, match=r"cannot be written.*No space left"):
        run(planned(), folder)
    assert store.studies.status(folder) == "stopped"
    assert len(list((folder / "shards").iterdir())) == 2
    assert run(planned(), folder).status == "finished" and table(folder) == whole


def test_points_stay_whole_in_batches():
    spans = [Span(point, 0, 3) for point in range(5)] + [Span(5, 0, 9)]
    found = list(tickets(spans, 0, 7))
    assert [ticket.number for ticket in found] == list(range(len(found)))
    assert [[(s.point, s.first, s.count) for s in ticket.spans] for ticket in found] == [
        [(0, 0, 3), (1, 0, 3)], [(2, 0, 3), (3, 0, 3)], [(4, 0, 3)], [(5, 0, 7)], [(5, 7, 2)],
    ]  # fmt: skip
    assert found[0] == Ticket(0, 0, (Span(0, 0, 3), Span(1, 0, 3))) and found[0].runs == 6


def test_a_changed_plan_is_noticed_by_workers(planned, tmp_path):
    plan = planned()
    run(plan, tmp_path)
    ticket = Ticket(0, 0, (Span(0, 0, 1),))
    with pytest.raises(InputError, match="was changed meanwhile"):
        work(str(tmp_path), "0" * 24, ticket)
    pd.DataFrame({"work": [0.5], "people": [1]}).to_parquet(tmp_path / "points.parquet")
    from sim.study.plan import to_do

    to_do.cache_clear()
    with pytest.raises(InputError, match="is not the design that was planned"):
        work(str(tmp_path), plan.hash, ticket)
