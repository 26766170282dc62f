"""What is found among the shards: damaged, foreign, half written, from another plan."""

import errno
import os
import shutil
import subprocess

import pyarrow.parquet as pq
import pytest

from sim.model import InputError

from .studies import STUDY, Stops, assert_undisturbed, plan_in, run, shards


def rarely(value):
    return pytest.param(value, marks=pytest.mark.verify)


@pytest.fixture
def half(plan, tmp_path):
    """The folder of a study that Ctrl-C stopped after three batches."""
    folder = tmp_path / "results"
    assert run(plan, folder, Stops(3)).status == "interrupted"
    assert len(shards(folder)) == 3
    return folder


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def empty(path):
    path.write_bytes(b"")


def nonsense(path):
    path.write_bytes(b"PAR1" + bytes(range(256)) * 20 + b"PAR1")


def flip(path):
    """One bit of the rows."""
    data = bytearray(path.read_bytes())
    data[len(data) // 4] ^= 1
    path.write_bytes(data)


def other(path):
    """A batch of another study."""
    there = path.parents[2] / "there"
    there.mkdir()
    changed = plan_in(there, STUDY.replace("replications: 24", "replications: 23"))
    run(changed, there / "r", Stops(1))
    shutil.copy(shards(there / "r")[0], path)


@pytest.mark.parametrize("harm", [cut, flip, other, *map(rarely, (empty, nonsense))])
def test_what_is_no_good_shard_is_put_aside_and_done_again(harm, half, plan, table):
    harm(shards(half)[1])
    told = []
    assert_undisturbed(plan, half, table, told=told.append)
    (words,) = told
    assert shards(half) == [] and "round00_batch0000001" in words
    assert len(list((half / "set_aside").iterdir())) == 1


def test_what_is_not_ours_is_left_alone(half, plan, table):
    notes = half / "shards" / "notes.txt"
    notes.write_text("mine")
    told = []
    assert run(plan, half, told=told.append).status == "finished"
    assert (half / "runs.parquet").read_bytes() == table
    assert notes.read_text() == "mine" and "'notes.txt' is no shard: left alone" in told


def test_what_a_killed_process_left_half_written_is_removed(half, plan, table):
    shard = shards(half)[1]
    partial = shard.with_name(f".{shard.name}.{'0' * 32}.partial")
    partial.write_bytes(shard.read_bytes()[:50])
    assert_undisturbed(plan, half, table, told=pytest.fail)


def test_a_damaged_table_of_a_finished_study_is_made_anew(plan, table, tmp_path):
    run(plan, tmp_path / "results")
    flip(tmp_path / "results" / "runs.parquet")
    told = []
    assert_undisturbed(plan, tmp_path / "results", table, told=told.append)
    assert "damaged" in told[0]


def test_a_finished_study_is_only_read(plan, table, tmp_path, monkeypatch):
    run(plan, tmp_path / "results")
    monkeypatch.setattr("sim.study.conduct.work", pytest.fail)
    assert_undisturbed(plan, tmp_path / "results", table)


def test_a_changed_plan_is_refused_and_nothing_touched(half, tmp_path):
    before = {path: path.read_bytes() for path in half.rglob("*") if path.is_file()}
    changed = plan_in(tmp_path, STUDY.replace("replications: 24", "replications: 25"))
    with pytest.raises(InputError, match=r"study.replications: 24, now 25"):
        run(changed, half)
    assert {path: path.read_bytes() for path in half.rglob("*") if path.is_file()} == before


def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", [4, *map(rarely, (1, 2, 5))])
def test_a_full_disk_is_one_error_and_what_was_finished_stays(
    call, plan, table, tmp_path, monkeypatch
):
    """Injected: half of a shard is written when there is no more room."""
    real, calls = pq.write_table, iter(range(1, 100))

    def write(data, path, **how):
        if next(calls) < call:
            return real(data, path, **how)
        path.write_bytes(b"PAR1half")
        return full()

    folder = tmp_path / "results"
    run(plan, folder, Stops(1))
    with monkeypatch.context() as patch, pytest.raises((InputError, OSError), match="No space"):
        patch.setattr(pq, "write_table", write)
        run(plan, folder)
    assert len(shards(folder)) == call
    assert not list(folder.rglob("*.partial"))
    assert_undisturbed(plan, folder, table)


@pytest.mark.parametrize("call", [3, *map(rarely, (1, 2, 4, 5))])
def test_a_disk_that_is_full_before_a_study_began(call, plan, table, tmp_path, monkeypatch):
    """Injected: room for so many of its first files is missing."""
    real, calls = os.fsync, iter(range(1, 100))
    with monkeypatch.context() as patch, pytest.raises((InputError, OSError), match="No space"):
        patch.setattr(os, "fsync", lambda file: real(file) if next(calls) < call else full())
        run(plan, tmp_path / "results")
    assert_undisturbed(plan, tmp_path / "results", table)


def test_a_disk_that_fills_while_shards_are_joined(plan, table, tmp_path, monkeypatch):
    folder = tmp_path / "results"
    with monkeypatch.context() as patch, pytest.raises((InputError, OSError), match="No space"):
        patch.setattr("sim.store.studies.compaction._groups", full)
        run(plan, folder)
    assert not (folder / "runs.parquet").exists() and not list(folder.rglob("*.partial"))
    assert_undisturbed(plan, folder, table)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True
    ).returncode
    if not mounted:
        pytest.skip("no file system can be mounted here; a full disk is injected above")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_is_really_full(small_disk, plan, table):
    folder = small_disk / "results"
    run(plan, folder, Stops(2))
    free = os.statvfs(small_disk)
    with (small_disk / "filler").open("wb") as filler:
        filler.write(bytes(free.f_bavail * free.f_frsize - 20_000))
    with pytest.raises((InputError, OSError), match="No space"):
        run(plan, folder)
    assert 2 <= len(shards(folder)) < 8 and not list(folder.rglob("*.partial"))
    (small_disk / "filler").unlink()
    assert_undisturbed(plan, folder, table)
