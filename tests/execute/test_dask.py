"""The executor on Dask clusters: of our own, and of separate programs that die."""

import os
import random
import signal
import sys
import threading
import time
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
    """It does all, survives deaths, listens on this machine alone, stops at Ctrl-C and is gone."""
    prepared = []
    before = descendants(os.getpid())
    with dask(tmp_path, workers=2, prepare=lambda: prepared.append(1)) as executor:
        assert prepared == [1] and executor.workers == 2
        ours = {os.getpid(), *descendants(os.getpid())} - before
        assert len(listening(ours)) > 0 and listening(ours) <= LOOPBACK
        assert sorted(executor.run(works.square, range(50))) == [n * n for n in range(50)]
        (tmp_path / "deaths").mkdir()
        deaths = str(tmp_path / "deaths")
        receipts = list(executor.run(partial(works.dies_once, deaths), range(4)))
        assert sorted(receipts) == list(range(4))
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


def test_separate_programs(programs, tmp_path):
    with dask(tmp_path, programs.address, prepare=works.nothing) as executor:
        assert wait_until(lambda: len(executor._client.nthreads()) == 2, 20), programs.said()
        assert sorted(executor.run(works.square, range(50))) == [n * n for n in range(50)]
        assert executor.workers == 2
        pids = {p for program in programs.programs for p in descendants(program.pid)}
        pids |= {program.pid for program in programs.programs}
        assert listening(pids) == LOOPBACK
        with pytest.raises(ZeroDivisionError, match="number 3"):
            list(executor.run(works.fails, range(10)))
        assert len(set(executor.run(works.who, range(20)))) == 2


def test_tickets_are_taken_as_they_are_needed(programs, tmp_path):
    taken = []
    with dask(tmp_path, programs.address) as executor:
        receipts = executor.run(works.square, (taken.append(n) or n for n in count()))
        for _ in range(30):
            next(receipts)
        receipts.close()
    assert len(taken) < 50


def _one_dies(folder, seed):
    chance = random.Random(seed)
    with cluster(folder) as programs, dask(folder, programs.address) as executor:
        assert wait_until(lambda: len(executor._client.nthreads()) == 2, 20), programs.said()
        receipts = executor.run(partial(works.slow, 0.02), range(60))
        found = []
        timer = threading.Timer(chance.uniform(0.05, 0.5), programs.programs[1].kill)
        timer.start()
        found = list(receipts)
        timer.join()
        assert sorted(found) == list(range(60))
        assert programs.programs[1].wait(5) == -signal.SIGKILL


def _scheduler_dies(folder, seed):
    chance = random.Random(seed)
    with cluster(folder) as programs, dask(folder, programs.address) as executor:
        receipts = executor.run(partial(works.slow, 0.02), count())
        next(receipts)
        died = []

        def kill():
            died.append(time.monotonic())
            programs.scheduler.kill()

        timer = threading.Timer(chance.uniform(0.0, 0.5), kill)
        timer.start()
        with pytest.raises(ConnectionError, match=r"gone.*kept.*same command goes on"):
            list(receipts)
        assert time.monotonic() - died[0] < 3
        left = time.monotonic()
    assert time.monotonic() - left < 10


def test_a_worker_killed_half_way_costs_nothing(tmp_path):
    _one_dies(tmp_path, 0)


def test_a_scheduler_that_is_killed_is_told(tmp_path):
    _scheduler_dies(tmp_path, 0)


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(1, 21))
def test_a_worker_killed_half_way_costs_nothing_again(seed, tmp_path):
    _one_dies(tmp_path, seed)


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(1, 21))
def test_a_scheduler_that_is_killed_is_told_again(seed, tmp_path):
    _scheduler_dies(tmp_path, seed)


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


def test_a_worker_that_does_not_see_the_folder_is_named(programs, tmp_path, monkeypatch):
    real = alike.Expected.of
    elsewhere = tmp_path / "there"
    elsewhere.mkdir()

    def of(folder):
        expected = real(folder)
        expected.remove()
        return expected

    monkeypatch.setattr("sim.execute.dask.Expected.of", of)
    said = f"worker tcp://127.0.0.1.*does not see the folder {elsewhere}.*results=FOLDER"
    with pytest.raises(InputError, match=said), dask(elsewhere, programs.address):
        pass


def test_a_worker_with_other_sources_is_named(programs, tmp_path, monkeypatch):
    ours = alike.Facts("0.0.9", "3.11", "2.4", "abc")
    monkeypatch.setattr(alike, "facts", lambda: ours)
    said = r"worker tcp://127.0.0.1.*has recursim \S+, not 0.0.9 as here; install the same"
    with pytest.raises(InputError, match=said), dask(tmp_path, programs.address):
        pass


def test_a_worker_that_comes_later_is_looked_at_too(programs, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.execute.dask.Dask._compare", lambda self: None)
    monkeypatch.setattr(alike, "facts", lambda: alike.Facts("0.0.9", "3.11", "2.4", "abc"))
    with (
        dask(tmp_path, programs.address) as executor,
        pytest.raises(InputError, match=r"not 0\.0\.9 as here"),
    ):
        list(executor.run(works.square, range(5)))


def test_a_worker_without_recursim_is_told(tmp_path):
    with cluster(tmp_path, workers=0) as programs:
        programs.worker(path=tmp_path)
        said = "a worker has no recursim.*No module named 'sim'.*install"
        assert wait_until(lambda: "Registered to" in programs.said(), 20)
        with pytest.raises(InputError, match=said), dask(tmp_path, programs.address):
            pass


def test_without_workers_it_waits_and_says_so(tmp_path, capfd):
    with cluster(tmp_path, workers=0) as programs, dask(tmp_path, programs.address) as executor:
        assert "has no workers yet; waiting" in capfd.readouterr().err
        assert executor.workers == 0
        later = threading.Timer(0.3, programs.worker)
        later.start()
        assert sorted(executor.run(works.square, range(5))) == [0, 1, 4, 9, 16]
        later.join()


