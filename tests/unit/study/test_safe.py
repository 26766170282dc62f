"""What is in a study's folder is never mixed, lost or misread."""

import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from sim import store
from sim.execute.in_process import InProcess
from sim.model import InputError
from sim.settings import Settings
from sim.study import batch
from sim.study import conduct as conducting
from sim.study import plan as planning
from sim.study.plan import to_do
from sim.study.results import open_study
from sim.tasks.study import plan_of

from .conftest import QUEUE
from .test_conduct import Stops, damage, run


@pytest.fixture(autouse=True)
def four_a_batch(monkeypatch):
    monkeypatch.setattr(conducting, "runs_per_batch", lambda *_: 4)


def test_studies_of_an_older_version_are_read(planned, tmp_path, monkeypatch):
    plan = planned()
    run(plan, tmp_path)
    monkeypatch.setattr(planning, "__version__", "99.0")
    found = open_study(tmp_path)
    assert found.plan.hash == plan.hash and len(found.runs) == 18
    assert run(found.plan, tmp_path).status == "finished"


@pytest.mark.parametrize("name", ["__version__", "code"])
def test_runs_of_two_versions_are_not_mixed(planned, tmp_path, monkeypatch, name):
    run(planned(), tmp_path, Stops(2))
    to_do.cache_clear()
    monkeypatch.setattr(planning, name, "99.0" if name == "__version__" else lambda: "0" * 16)
    plan, folder = plan_of(Settings(study=str(tmp_path)), [])
    before = len(list((tmp_path / "shards").iterdir()))
    with pytest.raises(InputError, match=r"other sources .* not mixed"):
        run(plan, folder)
    with pytest.raises(InputError, match="other sources"):
        to_do(folder, plan.hash)
    assert len(list((tmp_path / "shards").iterdir())) == before


def test_the_code_of_a_plan_is_all_that_runs_come_from():
    """Beside what only makes the plan, which its hash holds, and what writes and reads files."""
    script = (
        "import sys, sim.study.batch, sim.study.rounds, sim.study.statistics.precision,"
        " sim.engines.compiled; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    names = {m[4:].replace(".", "/") for m in loaded.stdout.split() if m.startswith("sim.")}
    told = {part.removesuffix(".py") for part in planning.SOURCES}
    rest = {n for n in names if not any(n == t or n.startswith(f"{t}/") for t in told)}
    of_plans = {"checks", "correlation", "distributions", "reading", "refusals", "stop", "study"}
    others = {n for n in rest if n.split("/")[0] not in ("store", "execute", "paths")}
    others = {n for n in others if not n.startswith(("study/designs", "study/statistics"))}
    assert others <= {"study", "study/paired", *(f"study/{name}" for name in of_plans)}


def test_a_study_made_anew_in_one_session_is_not_taken_for_the_old_one(
    planned, tmp_path, monkeypatch
):
    folder = tmp_path / "study"
    run(planned(), folder)
    monkeypatch.chdir(tmp_path)
    assert open_study("study").study.seed == 0
    shutil.rmtree(folder)
    run(planned(seed=7), folder)
    assert open_study("study").study.seed == 7 and len(open_study("study").runs) == 18


def test_who_comes_second_with_another_plan_touches_nothing(planned, tmp_path, monkeypatch):
    real = store.studies.lock

    @contextmanager
    def lock(folder):
        monkeypatch.setattr(store.studies, "lock", real)
        run(planned(), folder)  # begins and ends between our look and our lock
        with real(folder):
            yield

    monkeypatch.setattr(store.studies, "lock", lock)
    with pytest.raises(InputError, match="holds another plan"):
        run(planned(seed=7), tmp_path)
    assert len(open_study(tmp_path).runs) == 18 and not (tmp_path / "set_aside").exists()


def test_a_study_file_of_the_users_is_not_overwritten(planned, tmp_path):
    (tmp_path / "study.yaml").write_text("# mine\n")
    with pytest.raises(InputError, match="is not empty and no study's folder"):
        run(planned(), tmp_path)
    assert (tmp_path / "study.yaml").read_text() == "# mine\n"


def test_a_beginning_that_was_cut_off_is_begun_again(planned, tmp_path):
    run(planned(), tmp_path, Stops(0))
    for name in ("manifest.json", "progress.json", "study.log"):
        (tmp_path / name).unlink()
    shutil.rmtree(tmp_path / "shards")
    assert run(planned(), tmp_path).status == "finished"


def test_who_only_reads_moves_nothing(planned, tmp_path):
    run(planned(), tmp_path, Stops(3))
    path = store.studies.shard_path(tmp_path, 0, 1)
    damage(path)
    with pytest.raises(InputError, match="is damaged"):
        _ = open_study(tmp_path).runs
    assert path.exists() and not (tmp_path / "set_aside").exists()


def test_a_study_that_ends_while_it_is_read(planned, tmp_path, monkeypatch):
    run(planned(), tmp_path, Stops(3))
    found, real = open_study(tmp_path), store.studies.readable
    count = "SELECT count(*) AS n FROM runs"
    assert found.sql(count)["n"].item() == 12

    def readable(*given):
        shards = real(*given)
        monkeypatch.setattr(store.studies, "readable", real)
        run(planned(), tmp_path)
        return shards

    monkeypatch.setattr(store.studies, "readable", readable)
    with pytest.raises(InputError, match="joined with the others just now"):
        found.sql(count)
    assert found.sql(count)["n"].item() == len(found.runs) == 18


def test_names_of_folders_are_no_columns(planned, tmp_path):
    folder = tmp_path / "people=7" / "study"
    folder.parent.mkdir()
    run(planned(), folder)
    found = open_study(folder).sql("SELECT * FROM results ORDER BY point, replication")
    assert found["people"].tolist() == open_study(folder).table["people"].tolist()
    assert "people_1" not in found


def test_a_run_whose_log_fails_has_one_row(planned, tmp_path, monkeypatch):
    def add(self, point, replication, *given, real=batch.Logs.add):
        if replication == 1:
            raise ArithmeticError("no log")
        real(self, point, replication, *given)

    monkeypatch.setattr(batch.Logs, "add", add)
    run(planned(logs="all"), tmp_path)
    runs = pd.read_parquet(tmp_path / "runs.parquet")
    assert len(runs) == 18 and not runs.duplicated(["point", "replication"]).any()
    assert set(runs.loc[runs["replication"] == 1, "end_reason"]) == {"failed"}


def test_a_log_that_ctrl_c_cut_off_is_not_kept(planned, tmp_path, monkeypatch):
    import sim.engines.compiled as compiled

    def simulate(*given, real=compiled.simulate, **more):
        whole = real(*given, **more)
        return replace(whole, end=replace(whole.end, reason="interrupted"))

    monkeypatch.setattr(compiled, "simulate", simulate)
    assert run(planned(logs="all"), tmp_path).status == "interrupted"
    assert not (tmp_path / "logs").exists() and not list((tmp_path / "shards").iterdir())


def test_what_killed_processes_left_is_removed(planned, tmp_path):
    run(planned(), tmp_path, Stops(3))
    (tmp_path / ".runs.parquet.4711.partial").write_bytes(b"half")
    shutil.copytree(tmp_path / "shards", tmp_path / ".kept")
    run(planned(), tmp_path)
    shutil.move(tmp_path / ".kept", tmp_path / "shards")  # killed before these were removed
    run(planned(), tmp_path)
    assert not list(tmp_path.rglob("*.partial")) and not (tmp_path / "shards").exists()


def test_plans_that_differ_in_order_alone_say_so(planned, tmp_path):
    run(planned(), tmp_path)
    outcomes = dict(reversed(QUEUE["outcomes"].items()))
    with pytest.raises(InputError, match="what differs: the order of"):
        run(planned(outcomes=outcomes), tmp_path)


@pytest.mark.parametrize("override", ["replications=50", "++seed=9"])
def test_a_study_that_goes_on_takes_no_other_numbers(planned, tmp_path, override):
    run(planned(), tmp_path, Stops(1))
    with pytest.raises(InputError, match="goes on as it was planned"):
        plan_of(Settings(study=str(tmp_path)), [override])


def test_no_level_of_confidence_is_not_the_usual_one(planned):
    stop = {"outcome": "busy", "half_width": 0.1, "at_most": 9, "level": 0}
    with pytest.raises(InputError, match=r"level must be a number in \[0.5, 0.999\]"):
        planned(stop=stop)


def test_what_is_done_is_never_more_than_what_is_wanted(planned, tmp_path):
    stop = {"outcome": "busy", "half_width": 0.03, "at_most": 60}
    plan, told = planned(stop=stop, replications=5), []

    class StopsLater(InProcess):
        left = 16

        def run(self, work, tickets):
            for receipt in super().run(work, tickets):
                yield receipt
                self.left -= 1
                if not self.left:
                    raise KeyboardInterrupt

    assert run(plan, tmp_path, StopsLater()).status == "interrupted"
    assert any(path.name.startswith("round01") for path in (tmp_path / "shards").iterdir())
    run(plan, tmp_path, show=lambda done, total: told.append((done, total)))
    assert all(done <= total for done, total in told) and told[-1][0] == told[-1][1] > 30


def test_a_level_that_looks_like_a_date_is_text(planned):
    lever = {"2026-01-01": 1, "2026-02-01": 2}
    plan = planned(
        factors={"people": {"path": "pools.people.capacity", "lever": lever}},
        design={"kind": "list", "points": [{"people": date(2026, 1, 1)}]},
    )
    assert plan.model(0).pools["people"].capacity == 1 and len(plan.hash) == 24


def test_shards_of_other_batches_are_not_taken_for_ours(planned, tmp_path, monkeypatch):
    run(planned(), tmp_path / "whole")
    for size, name in ((4, "four"), (7, "seven")):
        monkeypatch.setattr(conducting, "runs_per_batch", lambda *_, size=size: size)
        run(planned(), tmp_path / name, Stops(2))
    path = store.studies.shard_path
    shutil.copy(path(tmp_path / "four", 0, 1), path(tmp_path / "seven", 0, 1))  # of another size
    shutil.copy(path(tmp_path / "seven", 0, 0), path(tmp_path / "seven", 0, 2))  # another name
    shutil.copy(path(tmp_path / "four", 0, 2), path(tmp_path / "seven", 0, 5))  # no such batch
    words = []
    assert run(planned(), tmp_path / "seven", told=words.append).status == "finished"
    assert (tmp_path / "seven" / "runs.parquet").read_bytes() == (
        tmp_path / "whole" / "runs.parquet").read_bytes()  # fmt: skip
    assert any("another batch's" in text for text in words)


def test_a_shard_that_is_no_batch_is_put_aside(planned, tmp_path):
    run(planned(), tmp_path / "whole")
    run(planned(), tmp_path / "study", Stops(2))
    table = store.studies.rows_in_order(store.studies.readable(
        tmp_path / "study", planned().hash))  # fmt: skip
    store.studies.write_shard(tmp_path / "study", 0, 40, "0" * 16, next(table), planned().hash)
    words = []
    assert run(planned(), tmp_path / "study", told=words.append).status == "finished"
    assert (tmp_path / "study" / "runs.parquet").read_bytes() == (
        tmp_path / "whole" / "runs.parquet").read_bytes()  # fmt: skip
    assert any("is no batch of this study" in text for text in words)


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), MemoryError()])
def test_faults_of_the_machine_are_no_results(planned, tmp_path, monkeypatch, error):
    run(planned(), tmp_path / "whole")

    def summarised(model, seed, replication, times, real=batch.summarised):
        if replication == 2:
            raise error
        return real(model, seed, replication, times)

    with monkeypatch.context() as patch:
        patch.setattr(batch, "summarised", summarised)
        with pytest.raises(InputError, match=r"the machine could not go on .*same command"):
            run(planned(), tmp_path / "study")
    assert store.studies.status(tmp_path / "study") == "stopped"
    assert run(planned(), tmp_path / "study").failed == 0
    assert (tmp_path / "study" / "runs.parquet").read_bytes() == (
        tmp_path / "whole" / "runs.parquet").read_bytes()  # fmt: skip


def test_what_cannot_be_read_for_now_is_not_thrown_away(planned, tmp_path, monkeypatch):
    import pyarrow.parquet as pq

    run(planned(), tmp_path)
    before = (tmp_path / "runs.parquet").read_bytes()

    def refused(path, *more, real=pq.ParquetFile, **options):
        if "runs.parquet" in str(path):
            raise OSError(24, "Too many open files")
        return real(path, *more, **options)

    with monkeypatch.context() as patch:
        patch.setattr(pq, "ParquetFile", refused)
        with pytest.raises(InputError, match=r"runs\.parquet' cannot be read \(Too many open"):
            run(planned(), tmp_path)
    assert (tmp_path / "runs.parquet").read_bytes() == before


def test_ctrl_c_before_the_first_batch_leaves_a_study_that_goes_on(planned, tmp_path, monkeypatch):
    def pressed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(conducting, "runs_per_batch", pressed)
        assert run(planned(), tmp_path).status == "interrupted"
    assert store.studies.status(tmp_path) == "interrupted"
    assert run(planned(), tmp_path).status == "finished"


def test_words_do_not_make_another_plan(planned, tmp_path):
    run(planned(question="Wat?"), tmp_path)
    assert run(planned(question="What?"), tmp_path).status == "finished"


@pytest.mark.parametrize(("override", "said"), [
    ("scenario=mmc", "the scenario stands in the study"),
    ("name=other", "its name stands in the study"),
    ("pools.people.capacity=3", "factor 'people' sets pools.people.capacity at every point"),
    ("pools={people: {kind: human, capacity: 3}}", "factor 'people' sets"),
    ("flows.task.source.interval.mean=2 d", r"set has flows\.task\.source\.interval whole"),
])  # fmt: skip
def test_overrides_without_effect_are_refused(override, said):
    from sim.tasks.studies import planned

    study = {**QUEUE, "set": {"flows.task.source.interval": "exponential(mean=1 d)"}}
    with pytest.raises(InputError, match=said):
        planned(study, [override])


def test_what_a_worker_killed_meanwhile_left_is_removed(planned, tmp_path):
    class Killed(InProcess):
        def run(self, work, tickets):
            yield from super().run(work, tickets)
            name = f".round00_batch0000002.parquet.{'0' * 32}.partial"
            (tmp_path / "shards" / name).write_bytes(b"half")

    assert run(planned(), tmp_path, Killed()).status == "finished"
    assert not (tmp_path / "shards").exists()
