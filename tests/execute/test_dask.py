"""The executor on Dask clusters: of our own, and of separate programs that die."""

import os
import random
import signal
import sys
import threading
import time
from dataclasses import replace
from functools import partial
from itertools import count

import pytest

from sim.execute import Execution, Lost, alike
from sim.model import InputError

from . import works
from .processes import command, descendants, gone, listening, wait_until
from .programs import cluster

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
LOOPBACK = {"0100007F"}


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """A scheduler and two workers, for tests that leave them alive."""
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


def dask(folder, address=None, workers=None, prepare=None):
    setting = Execution.read({"kind": "dask", "address": address, "workers": workers})
    return setting.executor(folder, prepare)


def test_a_cluster_of_our_own(tmp_path):
    """It does all, listens on this machine alone, stops at Ctrl-C, and then is gone."""
    prepared = []
    before = descendants(os.getpid())
    with dask(tmp_path, workers=2, prepare=lambda: prepared.append(1)) as executor:
        assert prepared == [1] and executor.workers == 2
        ours = {os.getpid(), *descendants(os.getpid())} - before
        assert len(listening(ours)) > 0 and listening(ours) <= LOOPBACK
        assert sorted(executor.run(works.square, range(50))) == [n * n for n in range(50)]
        with pytest.raises(ZeroDivisionError, match="number 3"):
            list(executor.run(works.fails, range(10)))
        taken = []
        receipts = executor.run(works.square, (taken.append(n) or n for n in count()))
        for _ in range(30):
            next(receipts)
        receipts.close()
        assert len(taken) < 50
        receipts = executor.run(partial(works.nap, {1: 30}), count())
        next(receipts)
        pressed = time.monotonic()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            list(receipts)
        assert time.monotonic() - pressed < 1
    assert time.monotonic() - pressed < 3
    ours = {pid for pid in ours - before - {os.getpid()} if b"resource_tracker" not in command(pid)}
    assert len(ours) >= 2 and gone(ours, within=0.1)
    assert not list(tmp_path.glob(".probe*"))


def _one_dies(folder, seed):
    chance = random.Random(seed)
    with cluster(folder) as programs, dask(folder, programs.address) as executor:
        timer = threading.Timer(chance.uniform(0.05, 0.5), programs.programs[1].kill)
        timer.start()
        found = list(executor.run(partial(works.slow, 0.02), range(60)))
        timer.join()
        assert sorted(found) == list(range(60))
        assert programs.programs[1].wait(5) == -signal.SIGKILL


def _scheduler_dies(programs, executor, after):
    receipts = executor.run(partial(works.slow, 0.02), count())
    next(receipts)
    died = []

    def kill():
        died.append(time.monotonic())
        programs.scheduler.kill()

    timer = threading.Timer(after, kill)
    timer.start()
    with pytest.raises(ConnectionError, match=r"gone.*kept.*same command goes on"):
        list(receipts)
    assert time.monotonic() - died[0] < 3


def test_programs_that_come_and_go(tmp_path, capfd):
    """None is there yet; two come, one is killed half-way; in the end the scheduler is."""
    with cluster(tmp_path, workers=0) as programs, dask(tmp_path, programs.address) as executor:
        assert "has no workers yet; waiting" in capfd.readouterr().err
        assert executor.workers == 0
        later = threading.Timer(0.1, lambda: [programs.worker(), programs.worker()])
        later.start()
        assert sorted(executor.run(works.square, range(5))) == [0, 1, 4, 9, 16]
        later.join()
        pids = {pid for program in programs.programs for pid in descendants(program.pid)}
        assert listening(pids | {program.pid for program in programs.programs}) == LOOPBACK
        receipts = executor.run(partial(works.slow, 0.02), range(60))
        found = [next(receipts)]
        programs.programs[1].kill()
        assert sorted([*found, *receipts]) == list(range(60))
        assert programs.programs[1].wait(5) == -signal.SIGKILL
        assert wait_until(lambda: executor._client.nthreads(), 30)  # the other one may be late
        _scheduler_dies(programs, executor, 0.1)
        left = time.monotonic()
    assert time.monotonic() - left < 5


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(1, 21))
def test_a_worker_killed_half_way_costs_nothing(seed, tmp_path):
    _one_dies(tmp_path, seed)


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(1, 21))
def test_a_scheduler_that_is_killed_is_told(seed, tmp_path):
    with cluster(tmp_path) as programs, dask(tmp_path, programs.address) as executor:
        _scheduler_dies(programs, executor, random.Random(seed).uniform(0, 0.5))


@pytest.mark.verify
def test_a_ticket_that_kills_its_workers_is_given_up(tmp_path):
    with dask(tmp_path, workers=2) as executor:
        receipts = list(executor.run(works.dies, range(5)))
    (lost,) = [receipt for receipt in receipts if isinstance(receipt, Lost)]
    assert lost.ticket == 2 and "died 4 times" in lost.why
    assert sorted(set(receipts) - {lost}) == [0, 1, 3, 4]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:1", "scheduler that answers, got 'tcp://127.0.0.1:1'"),
        ("nonsense://x", "scheduler that answers, got 'nonsense://x'"),
    ],
)
def test_an_address_where_nobody_answers(address, said, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.execute.dask.CONNECT", 0.3)
    with pytest.raises(InputError, match=said), dask(tmp_path, address):
        pass


def test_without_the_package_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'recursim\[dask\]'"), dask(tmp_path):
        pass


@pytest.mark.verify
def test_a_machine_is_prepared_once(programs, tmp_path):
    mark = tmp_path / "prepared"
    with dask(tmp_path, programs.address, prepare=partial(works.note, str(mark))) as executor:
        assert mark.read_text() == "prepared\n"
        assert len(set(executor.run(works.who, range(20)))) == 2
    assert mark.read_text() == "prepared\n"


OTHER = alike.Facts("0.0.9", "3.11", "2.4", "abc")


@pytest.mark.verify
def test_workers_that_are_not_like_us_are_named(programs, tmp_path, monkeypatch):
    named = r"worker tcp://127\.0\.0\.1:\d+ "
    with monkeypatch.context() as patch:
        patch.setattr("sim.execute.dask.Expected.of", lambda folder: expected(folder, probe="-"))
        seen = named + f"does not see the folder {tmp_path}.*results=FOLDER"
        with pytest.raises(InputError, match=seen), dask(tmp_path, programs.address):
            pass
    monkeypatch.setattr(alike, "facts", lambda: OTHER)
    other = named + r"has recursim \S+, not 0\.0\.9 as here; install the same"
    with pytest.raises(InputError, match=other), dask(tmp_path, programs.address):
        pass
    # Those that come later are looked at too.
    monkeypatch.setattr("sim.execute.dask.Dask._compare", lambda self: None)
    with pytest.raises(InputError, match=other), dask(tmp_path, programs.address) as executor:
        list(executor.run(works.square, range(5)))


def expected(folder, facts=None, probe=""):
    return alike.Expected(facts or alike.facts(), str(folder), probe)


def test_what_a_worker_must_be_like(tmp_path):
    there = alike.Expected.of(tmp_path)
    assert alike.difference(there) == alike.difference_found_once(there) == ""
    there.remove()
    assert not list(tmp_path.iterdir())
    assert alike.difference_found_once(there) == ""  # it was looked for once
    assert alike.difference(there).startswith(f"does not see the folder {tmp_path}; set results=")
    facts = alike.facts()
    for name in ("recursim", "python", "numpy", "sources"):
        other = replace(facts, **{name: "other"})
        found = alike.difference(expected(tmp_path, other))
        assert found.startswith(f"has {name} {getattr(facts, name)}, not other as here; install")


@pytest.mark.verify
def test_a_worker_without_recursim_is_told(tmp_path):
    with cluster(tmp_path, workers=0) as programs:
        programs.worker(path=tmp_path)
        said = "a worker has no recursim.*No module named 'sim'.*install"
        assert wait_until(lambda: "Registered to" in programs.said(), 20)
        with pytest.raises(InputError, match=said), dask(tmp_path, programs.address):
            pass
