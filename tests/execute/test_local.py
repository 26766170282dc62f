"""Executors of this machine: all tickets are done, whatever happens to workers."""

import os
import random
import signal
import sys
import threading
import time
from functools import partial
from itertools import count, islice
from multiprocessing import spawn
from pickle import PicklingError

import pytest

from sim.execute import Execution, Lost
from sim.execute.in_process import InProcess
from sim.execute.local import Local

from . import works
from .processes import workers_of

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
SQUARES = [n * n for n in range(20)]


@pytest.fixture(scope="module")
def local():
    """Two workers for many tests: they stay, whatever happens to one of them."""
    with Local(2) as executor:
        yield executor


@pytest.fixture
def workers():
    """A function that returns the workers that started since the test began and still run."""
    before = workers_of(os.getpid())
    return lambda: workers_of(os.getpid()) - before


def test_in_this_process_one_comes_after_the_other():
    prepared = []
    with InProcess(lambda: prepared.append(1)) as executor:
        assert list(executor.run(works.square, range(20))) == SQUARES
        assert set(executor.run(works.who, range(2))) == {os.getpid()}
    assert prepared == [1]


def test_all_tickets_are_done_and_workers_stay_between_runs(local):
    assert sorted(local.run(works.square, range(20))) == SQUARES
    first = set(local.run(works.who, range(8)))
    assert len(first) == 2 and os.getpid() not in first
    assert set(local.run(works.who, range(8))) == first
    assert list(local.run(works.square, [])) == []


@linux
def test_no_more_workers_start_than_there_are_tickets(workers):
    with Local(40) as executor:
        assert list(executor.run(works.square, [3])) == [9]
        assert len(workers()) == 1


def test_tickets_are_taken_as_they_are_needed(local):
    taken = []

    def tickets():
        for number in count():
            taken.append(number)
            yield number

    receipts = local.run(works.square, tickets())
    assert len(set(islice(receipts, 10))) == 10
    assert len(taken) <= 10 + 2 * 2
    receipts.close()
    assert sorted(local.run(works.square, range(20))) == SQUARES


def test_a_slow_ticket_does_not_hold_up_the_rest(local):
    receipts = list(local.run(partial(works.nap, {0: 0.5}), range(5)))
    assert receipts[-1] == 0 and sorted(receipts) == list(range(5))


@pytest.mark.parametrize("make", [InProcess, partial(Local, 2)])
def test_an_exception_of_the_work_is_raised_where_receipts_are_taken(make):
    with make() as executor:
        with pytest.raises(ZeroDivisionError, match="number 3"):
            list(executor.run(works.fails, range(10)))
        assert sorted(executor.run(works.square, range(20))) == SQUARES


def test_it_says_where_in_the_worker(local):
    with pytest.raises(ZeroDivisionError) as raised:
        list(local.run(works.fails, [3]))
    assert "works.py" in raised.value.__notes__[0]


def test_an_exception_of_the_tickets_is_raised(local):
    with pytest.raises(KeyError):
        list(local.run(works.square, (n if n < 5 else {}[n] for n in range(10))))
    assert sorted(local.run(works.square, range(20))) == SQUARES


@pytest.mark.parametrize(
    ("work", "error", "said"),
    [
        (works.fails_unsendably, RuntimeError, "Unsendable: . and more"),
        (works.unsendable, (AttributeError, PicklingError), "lambda"),
    ],
)
def test_what_cannot_be_sent_is_an_error_not_a_standstill(work, error, said, local):
    with pytest.raises(error, match=said):
        list(local.run(work, range(3)))


def test_a_worker_that_dies_costs_its_ticket_nothing(local, tmp_path):
    receipts = list(local.run(partial(works.dies_once, str(tmp_path)), range(12)))
    assert sorted(receipts) == list(range(12))
    assert len(list(tmp_path.iterdir())) == 4


def test_a_ticket_that_kills_its_workers_is_given_up(local):
    receipts = list(local.run(works.dies, range(5)))
    (lost,) = [receipt for receipt in receipts if isinstance(receipt, Lost)]
    assert lost == Lost(2, "its worker died 3 times, killed by signal 9")
    assert sorted(set(receipts) - {lost}) == [0, 1, 3, 4]


@linux
def test_workers_that_never_begin_are_an_error(monkeypatch):
    monkeypatch.setattr(spawn, "_python_exe", b"/bin/false")
    with Local(2) as executor, pytest.raises(ChildProcessError, match="end before they begin"):
        list(executor.run(works.square, range(20)))


def _kill_at_random(workers, stop, chance):
    for _ in range(6):
        if not stop.wait(chance.uniform(0.05, 0.3)) and (found := sorted(workers())):
            os.kill(chance.choice(found), signal.SIGKILL)


def _survives(seed, workers):
    """Workers are killed at random moments, also while they start."""
    stop, chance = threading.Event(), random.Random(seed)
    killer = threading.Thread(target=_kill_at_random, args=(workers, stop, chance))
    with Local(3) as executor:
        killer.start()
        try:
            receipts = executor.run(partial(works.slow, 0.02), range(100))
            found = [r.ticket if isinstance(r, Lost) else r for r in receipts]
        finally:
            stop.set()
            killer.join()
    assert sorted(found) == list(range(100))
    assert not workers()


@linux
def test_workers_killed_at_random_cost_nothing(workers):
    _survives(0, workers)


@linux
@pytest.mark.verify
@pytest.mark.parametrize("seed", range(1, 21))
def test_workers_killed_at_random_cost_nothing_again(seed, workers):
    _survives(seed, workers)


@linux
def test_ctrl_c_stops_within_a_second(workers):
    with Local(2) as executor:
        receipts = executor.run(partial(works.nap, {1: 30}), count())
        next(receipts)
        pressed = time.monotonic()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            list(receipts)
        assert time.monotonic() - pressed < 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert not workers()


@linux
def test_whoever_takes_no_more_ends_the_workers_that_are_busy(workers):
    with Local(2) as executor:
        receipts = executor.run(partial(works.nap, {1: 30}), range(10))
        assert next(receipts) == 0
        receipts.close()
        assert len(workers()) < 2
    assert not workers()


def test_the_setting_names_the_executor(tmp_path):
    prepare = []
    assert isinstance(Execution.read("in_process").executor(tmp_path), InProcess)
    local = Execution.read({"workers": 3}).executor(tmp_path, lambda: prepare.append(1))
    assert isinstance(local, Local) and local.workers == 3
    with local:
        assert prepare == [1]
