"""Kills and Ctrl-C at any moment of a study on this machine: afterwards it is as if nothing was."""

import os
import random
import signal
import sys

import pytest

from sim.execute.local import Local
from sim.model import InputError

from ..execute.processes import alive, descendants, gone, workers_of
from .studies import Program, assert_undisturbed, run, shards

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
TWO = ("execute=local", "execute.workers=2")
LASTS = 4.0
"""About how long the study takes with its start, seconds."""
again = pytest.mark.parametrize("seed", range(1, 21))


def moment(seed):
    return random.Random(seed).uniform(0, LASTS)


class Kills(Local):
    """Kills one of its workers whenever so many batches were done."""

    def __init__(self, workers, every, seed):
        super().__init__(workers)
        self.every, self.chance, self.killed = every, random.Random(seed), 0

    def run(self, work, tickets):
        for number, receipt in enumerate(super().run(work, tickets)):
            yield receipt
            if number % self.every == 0 and (found := sorted(workers_of(os.getpid()))):
                os.kill(self.chance.choice(found), signal.SIGKILL)
                self.killed += 1


def _workers_die(plan, table, folder, every, seed):
    executor = Kills(2, every, seed)
    found = run(plan, folder, executor)
    assert found.status == "finished" or all("died 3 times" in words for words in found.words)
    assert executor.killed >= 2
    assert not workers_of(os.getpid())
    assert_undisturbed(plan, folder, table)


def test_workers_that_are_killed(plan, table, tmp_path):
    _workers_die(plan, table, tmp_path / "results", 8, 0)


@pytest.mark.verify
@again
def test_workers_that_are_killed_again(seed, plan, table, tmp_path):
    _workers_die(plan, table, tmp_path / "results", 1 + seed % 5, seed)


def _parent_dies(plan, table, folder, number, seed=None):
    with Program(folder, *TWO) as program:
        family = program.half_way(None if seed is None else moment(seed))
        (os.killpg if number == signal.SIGINT else os.kill)(program.pid, number)
        code, out, err = program.end(10)
        assert gone(family | descendants(program.pid), within=5)
    kept = {path: path.stat().st_mtime_ns for path in shards(program.results)}
    assert_undisturbed(plan, program.results, table, told=pytest.fail)
    return code, out, err, kept


def test_a_second_process_is_turned_away_and_a_parent_is_killed(plan, table, tmp_path):
    with Program(tmp_path, *TWO) as first:
        family = first.half_way()
        os.kill(first.pid, signal.SIGSTOP)
        said = rf"another process is at work on '.*tiny' \(process {first.pid} on"
        with pytest.raises(InputError, match=said):
            run(plan, first.results)
        os.kill(first.pid, signal.SIGCONT)
        os.kill(first.pid, signal.SIGKILL)
        assert first.end()[0] == -signal.SIGKILL
        assert gone(family, within=5)
    assert len(shards(first.results)) >= 3
    assert_undisturbed(plan, first.results, table, told=pytest.fail)


def test_ctrl_c(plan, table, tmp_path):
    code, out, err, kept = _parent_dies(plan, table, tmp_path, signal.SIGINT)
    assert (code, err) == (130, "")
    assert "stopped by Ctrl-C" in out and "the same command does the rest" in " ".join(out.split())
    assert len(kept) >= 3


@pytest.mark.verify
@again
def test_a_parent_that_is_killed_again(seed, plan, table, tmp_path):
    _parent_dies(plan, table, tmp_path, signal.SIGKILL, seed)


@pytest.mark.verify
@again
def test_ctrl_c_again(seed, plan, table, tmp_path):
    code, _, err, _ = _parent_dies(plan, table, tmp_path, signal.SIGINT, seed)
    assert code in (0, 130, -signal.SIGINT), err
    assert code == -signal.SIGINT or "Traceback" not in err


@pytest.mark.verify
@again
def test_two_processes_that_start_at_once(seed, plan, table, tmp_path):
    with Program(tmp_path, *TWO) as one, Program(tmp_path, "execute=in_process") as two:
        assert sorted((one.end()[0], two.end()[0])) in ([0, 0], [0, 2])
    assert (one.results / "runs.parquet").read_bytes() == table
    assert not alive(descendants(os.getpid()) - {os.getpid()}) & {one.pid, two.pid}
