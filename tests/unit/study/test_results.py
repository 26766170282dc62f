"""A study that was run: its tables, questions in SQL, files for others, runs again."""

import shutil

import numpy as np
import pandas as pd
import pytest

import sim
from sim import store
from sim.execute.in_process import InProcess
from sim.model import InputError
from sim.study import batch, sql
from sim.study.conduct import conduct
from sim.study.plan import to_do
from sim.study.results import Results

FAILS = (4, 1)
"""Point and replication of the run that fails."""


def breaks(real):
    """Let one run fail as if the engine had a fault."""

    def summarised(model, seed, replication, times):
        people = model.pools["people"].capacity
        work = model.to_dict()["flows"]["task"]["stages"]["do"]["work"]["mean"]
        if (people, work, replication) == (1, "0.7 d", FAILS[1]):
            raise ZeroDivisionError("no such luck")
        return real(model, seed, replication, times)

    return summarised


class Stops(InProcess):
    """Does three batches, then hears Ctrl-C."""

    def run(self, work, tickets):
        for _, receipt in zip(range(3), super().run(work, tickets), strict=False):
            yield receipt
        raise KeyboardInterrupt


@pytest.fixture(scope="module")
def folder(planned, tmp_path_factory):
    """A finished study, one of whose runs failed."""
    place = tmp_path_factory.mktemp("results") / "queue"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "summarised", breaks(batch.summarised))
        conduct(planned(), place, InProcess(), about={"recursim": sim.__version__})
    return place


@pytest.fixture
def found(folder):
    return sim.study.open(folder)


def test_a_study_is_opened_by_its_folder(found, folder):
    assert isinstance(found, Results)
    assert sim.open_study(folder).manifest["status"] == "finished"
    assert len(found.points) == 6
    assert found.runs[["point", "replication"]].to_numpy().tolist() == [
        [point, replication] for point in range(6) for replication in range(3)
    ]
    assert (found.table["work"] == found.points["work"].to_numpy()[found.runs["point"]]).all()
    with pytest.raises(InputError, match="no study in"):
        sim.study.open(folder.parent)


def test_an_unfinished_study_shows_the_runs_that_are_done(planned, found, tmp_path):
    conduct(planned(), tmp_path / "part", Stops())
    part = sim.study.open(tmp_path / "part")
    assert 0 < len(part.runs) < len(found.runs)
    pd.testing.assert_frame_equal(part.runs, found.runs.head(len(part.runs)))
    pd.testing.assert_frame_equal(part.sql(sql.ALL)[list(part.table)], part.table)
    with pytest.raises(InputError, match=r"no run of point 5 is done yet.*task=study study="):
        part.row(5, 0)


def test_a_batch_that_is_damaged_is_said_and_left_where_it_is(planned, tmp_path):
    conduct(planned(), tmp_path / "part", Stops())
    files = sorted((tmp_path / "part" / "shards").iterdir())
    content = bytearray(files[1].read_bytes())
    content[10] ^= 0xFF  # within the first page
    files[1].write_bytes(content)
    with pytest.raises(InputError, match=r"is damaged .*; go on with the study"):
        sim.study.open(tmp_path / "part").runs  # noqa: B018
    assert sorted((tmp_path / "part" / "shards").iterdir()) == files


def test_a_study_that_is_finished_while_it_is_read_is_whole(planned, tmp_path, monkeypatch):
    conduct(planned(), tmp_path / "part", Stops())
    part = sim.study.open(tmp_path / "part")
    before = part.files
    assert len(before) == 3
    assert part.sql("from runs").shape[0] < 18
    conduct(planned(), tmp_path / "part", InProcess())
    assert part.sql("from runs").shape[0] == 18
    monkeypatch.setattr(Results, "files", before)
    monkeypatch.setattr(store.studies, "joined", lambda *_: False)
    assert len(part.runs) == 18


def test_a_study_of_which_nothing_is_done_has_empty_tables(planned, tmp_path):
    from sim.study.plan import begin

    begin(planned(), tmp_path / "none", {})
    none = sim.study.open(tmp_path / "none")
    assert len(none.runs) == 0
    assert list(none.sql("from results")) == [*none.runs, "work", "people"]
    assert none.sql("select count(*) as n from points")["n"].tolist() == [6]


def test_what_is_read_is_what_the_folder_holds_now(planned, tmp_path):
    from sim.study.plan import begin

    for replications in (3, 4):  # as after the folder was deleted
        begin(planned(replications=replications), tmp_path / "one", {})
        assert sim.study.open(tmp_path / "one").study.replications == replications


def test_other_sources_do_not_go_on_with_a_study(planned, tmp_path, monkeypatch):
    conduct(planned(), tmp_path / "part", Stops())
    plan = sim.study.open(tmp_path / "part").plan
    monkeypatch.setattr("sim.study.plan.code", lambda: "another")
    to_do.cache_clear()
    with pytest.raises(InputError, match=r"planned by other sources.*here: another"):
        conduct(plan, tmp_path / "part", InProcess())
    assert 0 < len(sim.study.open(tmp_path / "part").runs) < plan.runs


def test_sql_agrees_with_pandas(found):
    asked = "select people, avg(wait) as wait from results where error = '' group by 1 order by 1"
    ran = found.table[found.table["error"] == ""]
    expected = ran.groupby("people")["wait"].mean()
    answer = found.sql(asked)
    assert answer["people"].tolist() == [1, 2]
    np.testing.assert_allclose(answer["wait"], expected.to_numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select weight from runs", "unknown column 'weight'; did you mean 'wait'?.*people"),
        ("select r.busi from runs r", "unknown column 'busi'; did you mean 'busy'?"),
        ("select * from run", "unknown table 'run'; did you mean 'runs'?"),
        ("select * from found", "unknown table 'found'"),  # a variable of Python's is no table
        ("select wait, avg(busy) from runs", "must appear in the GROUP BY"),
        ("selec 1", "syntax error.*tables: runs, points, results.*columns: point"),
        ("select 1; select 2", "one SELECT, got SELECT and SELECT"),
        ("copy runs to 'stolen.csv'", "one SELECT, got COPY"),
        ("explain analyze copy runs to 'stolen.csv'", "one SELECT, got EXPLAIN"),
        ("attach 'other.db'", "one SELECT, got ATTACH"),
        ("-- nothing", "one SELECT, got nothing"),
        ("from 'absent.csv'", "No files found"),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused_in_a_line(
    found, tmp_path, monkeypatch, query, message
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=message) as error:
        found.sql(query)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("end", ["csv", "parquet"])
def test_an_export_holds_every_row_to_the_bit(found, tmp_path, end):
    path = tmp_path / f"it's.{end}"
    path.write_text("of yesterday")
    assert sql.export(found, f"{sql.ALL}; -- all", path) == 18
    if end == "csv":
        kinds = {"error": "str", "end_reason": "str"}
        written = pd.read_csv(path, keep_default_na=False, na_values=["nan"], dtype=kinds)
    else:
        written = pd.read_parquet(path)
    assert list(tmp_path.iterdir()) == [path]
    pd.testing.assert_frame_equal(
        written[list(found.table)], found.table, check_dtype=False, check_exact=True
    )


def test_an_export_that_fails_leaves_what_was_there(found, tmp_path):
    path = tmp_path / "kept.csv"
    path.write_text("kept")
    with pytest.raises(InputError, match="Could not convert"):
        sql.export(found, "select cast(error || 'x' as int) from runs", path)
    assert path.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["runs.parquet", "new.csv", "models/new.csv"])
def test_nothing_is_exported_into_a_folder_of_results(found, folder, tmp_path, name):
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    link = tmp_path / "link"
    link.symlink_to(folder)
    for place in (folder, link):
        with pytest.raises(InputError, match="must not be in a folder of results"):
            sql.export(found, sql.ALL, place / name)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("table.xlsx", "must end in .csv or .parquet"),
        ("absent/table.csv", "no folder"),
        ("folder.csv", "is a folder"),
        ("x" * 300 + ".csv", "name too long"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(found, tmp_path, name, message):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=f"(?i)export.*{message}"):
        sql.export(found, sql.ALL, tmp_path / name)


def test_the_first_rows_come_with_the_number_of_all(found):
    first, rows = sql.first_rows(found, sql.ALL, 5)
    assert (len(first), rows) == (5, 18)
    assert sql.first_rows(found, "select * from runs where point < 0", 5)[1] == 0


def test_a_run_is_made_again_to_the_bit(found):
    run = found.replay(3, 2)
    assert run.replication == 2
    again = sim.summarise(found.model(3), seed=0, replication=2)
    assert found.study.outcomes["wait"].of(again) == found.row(3, 2)["wait"]
    assert run.end.events == again.end.events


@pytest.mark.parametrize("column", ["wait", "end_time", "end_reason"])
def test_a_run_that_comes_to_something_else_is_refused(found, column):
    changed = found.runs.copy()
    row, before = found.row(3, 2).name, found.row(3, 2)[column]
    changed.loc[row, column] = (
        "budget" if isinstance(before, str) else np.nextafter(before, np.inf)
    )
    vars(found)["runs"] = changed  # in place of what is read
    with pytest.raises(InputError, match=rf"no longer comes to the same \({column}"):
        found.replay(3, 2)


def test_a_run_that_failed_fails_again(found, monkeypatch):
    assert found.row(*FAILS)["end_reason"] == "failed"
    with pytest.raises(InputError, match=r"no longer comes to the same \(end_reason: failed"):
        found.replay(*FAILS)
    monkeypatch.setattr("sim.study.results.summarised", breaks(batch.summarised))
    with pytest.raises(ZeroDivisionError, match="no such luck"):
        found.replay(*FAILS)


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ((6, 0), "point must be one of 0 to 5, got 6"),
        ((-1, 0), "point must be one of 0 to 5, got -1"),
        ((2, 3), "point 2 has the replications 0 to 2, got 3"),
    ],
)
def test_a_run_that_is_none_of_the_study_is_refused(found, run, message):
    with pytest.raises(InputError, match=message):
        found.replay(*run)


@pytest.mark.parametrize("file", ["runs.parquet", "points.parquet", "plan.json"])
def test_a_damaged_folder_is_said(folder, tmp_path, file):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / file).write_bytes((copy / file).read_bytes()[:-100])
    with pytest.raises(InputError, match=f"{file}.*(damaged|not the design)"):
        if not len(sim.study.open(copy).runs):  # a table without its end is none
            raise InputError(f"{file} damaged")


def test_a_folder_may_have_any_name(folder, tmp_path):
    place = tmp_path / "what? [1] *'s"
    shutil.copytree(folder, place)
    assert len(sim.study.open(place).sql("select * from runs")) == len(sim.study.open(folder).runs)


def test_models_that_are_called_alike_have_files_of_their_own(planned, tmp_path):
    plan = planned()
    models = {"mm1 a": {"n": 1}, "mm1_a": {"n": 2}, "MM1 A": {"n": 3}}
    store.studies.begin_study(tmp_path / "r", {**plan.data, "models": models}, plan.points, {})
    found = sorted(path.name for path in (tmp_path / "r" / "models").iterdir())
    assert found == ["MM1_A~2.yaml", "mm1_a.yaml", "mm1_a~1.yaml"]
