"""A study on Dask: the same table, whoever of the cluster dies."""

import random
import signal
import sys
import threading

import pytest

from sim.execute import Execution

from ..execute.processes import gone, wait_until
from ..execute.programs import cluster
from .studies import Program, assert_undisturbed, run, shards

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
again = pytest.mark.parametrize("seed", range(1, 21))


def _dies(plan, table, folder, who, seed):
    """One of the programs is killed when some batches are done, or a while later."""
    results = folder / "results"
    results.mkdir()
    wait = random.Random(seed).uniform(0, 1) if seed else 0
    with cluster(folder) as programs:
        victim = {"worker": programs.programs[-1], "scheduler": programs.scheduler}[who]

        def kill():
            wait_until(lambda: len(shards(results)) >= 2, 30)
            threading.Event().wait(wait)
            victim.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            execution = Execution(kind="dask", address=programs.address)
            return run(plan, results, execution.executor(results)), results
        finally:
            killer.join()
            assert victim.wait(5) == -signal.SIGKILL


def _worker_dies(plan, table, folder, seed=0):
    found, results = _dies(plan, table, folder, "worker", seed)
    assert found.status == "finished"
    assert (results / "runs.parquet").read_bytes() == table
    assert_undisturbed(plan, results, table)


def _scheduler_dies(plan, table, folder, seed=0):
    try:
        _dies(plan, table, folder, "scheduler", seed)
    except ConnectionError as error:
        assert "is gone" in str(error) and "the same command goes on" in str(error)
        assert len(shards(folder / "results")) >= 2
    else:
        assert seed  # it may have been too late
    assert_undisturbed(plan, folder / "results", table)


def test_a_worker_that_is_killed_half_way(plan, table, tmp_path):
    _worker_dies(plan, table, tmp_path)


@pytest.mark.verify
@again
def test_a_worker_that_is_killed_half_way_again(seed, plan, table, tmp_path):
    _worker_dies(plan, table, tmp_path, seed)


@pytest.mark.verify
@again
def test_a_scheduler_that_is_killed_half_way_again(seed, plan, table, tmp_path):
    _scheduler_dies(plan, table, tmp_path, seed)


@pytest.mark.verify
@again
def test_the_command_line_on_a_cluster_of_its_own_is_killed(seed, plan, table, tmp_path):
    number = (signal.SIGKILL, signal.SIGINT)[seed % 2]
    with Program(tmp_path, "execute=dask", "execute.workers=2") as program:
        family = program.half_way(random.Random(seed).uniform(0, 8))
        (program.process.send_signal)(number)
        code, _, err = program.end(10)
        assert code in (0, 130, -number), err
        assert gone(family, within=5)
    assert_undisturbed(plan, program.results, table)
    assert number == signal.SIGKILL or "Traceback" not in err
