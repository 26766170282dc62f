"""Ensembles on threads: the same whatever their number and whoever is first."""

import signal
import threading
import time

import pytest

import sim
from sim.engines import compiled
from sim.engines.compiled import driver
from sim.study import summaries as of_summaries
from sim.study.threads import in_threads

from .digest import digest

COUNT = 12


@pytest.fixture(scope="module")
def model():
    return sim.load("horizon=20 d", "prehistory=10 d")


@pytest.fixture(scope="module")
def alone(model):
    """The digests of replications run one by one."""
    return [digest(sim.simulate(model, seed=5, replication=n, engine="compiled"))
            for n in range(COUNT)]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_number_of_threads_changes_nothing(model, alone, workers):
    found = sim.ensemble(model, replications=COUNT, seed=5, engine="compiled", workers=workers)
    assert [run.replication for run in found.runs] == list(range(COUNT))
    assert [digest(run) for run in found.runs] == alone


@pytest.mark.parametrize("workers", [2, 5])
def test_summaries_are_the_same_on_all_threads(model, workers):
    one, more = (
        sim.summaries(model, replications=COUNT, seed=5, workers=n) for n in (1, workers)
    )
    for table in ("outcomes", "generations", "pools", "flows", "skills", "trajectory"):
        assert getattr(one, table).equals(getattr(more, table)), table


def test_outcomes_of_summaries_are_those_of_the_logs(model):
    logs = sim.ensemble(model, replications=4, seed=5, engine="compiled").outcomes
    found = sim.summaries(model, replications=4, seed=5).outcomes
    rounded = "research_output"
    assert found.drop(columns=rounded).equals(logs.drop(columns=rounded))
    assert found[rounded].to_numpy() == pytest.approx(logs[rounded].to_numpy(), rel=1e-12)


def test_the_last_to_start_may_be_the_first_to_end():
    def slower_first(number, stopped):
        time.sleep(0.05 * (3 - number))
        return number

    assert set(in_threads(slower_first, 4, 4)) == {0, 1, 2, 3}


def test_several_threads_are_at_work_at_once():
    """Each waits for the other one: alone none would go on."""
    together = threading.Barrier(2, timeout=20)
    assert sorted(in_threads(lambda number, stopped: together.wait() >= 0, 4, 2)) == [True] * 4


def test_exceptions_reach_the_caller():
    def fails(number, stopped):
        if number == 3:
            raise ZeroDivisionError(f"number {number}")
        return number

    with pytest.raises(ZeroDivisionError, match="number 3"):
        list(in_threads(fails, 10, 2))
    assert threading.active_count() == 1


@pytest.mark.parametrize("keep", ["logs", "summaries"])
def test_ctrl_c_stops_threads_and_keeps_what_was_finished(model, alone, keep):
    """Long runs, too, stop within a second of it."""
    pressed = []

    def progress(done):
        if done == 3 and not pressed:
            pressed.append(time.monotonic())
            signal.raise_signal(signal.SIGINT)

    run = {"logs": sim.ensemble, "summaries": sim.summaries}[keep]
    more = {"engine": "compiled"} if keep == "logs" else {}
    found = run(model, replications=100_000, seed=5, workers=2, progress=progress, **more)
    assert time.monotonic() - pressed[0] < 1
    assert found.interrupted
    assert 3 <= len(found.runs) < 100
    assert {run.end.reason for run in found.runs} == {"horizon"}
    if keep == "logs":
        kept = [run for run in found.runs if run.replication < COUNT]
        assert [digest(run) for run in kept] == [alone[run.replication] for run in kept]
    assert threading.active_count() == 1


def test_a_long_run_is_stopped_between_turns(model, monkeypatch):
    """The kernel returns again and again; a thread that is to stop goes no further."""
    asked = []

    def stopped():
        asked.append(1)
        return len(asked) > 3

    monkeypatch.setattr(driver, "TURNS", 50)
    run = compiled.simulate(model, seed=5, replication=0, stopped=stopped)
    assert run.end.reason == "interrupted"
    assert len(asked) == 4
    assert 0 < run.end.events < 500


def test_whoever_takes_no_more_stops_the_threads(model):
    runs = of_summaries.each(model, replications=100_000, seed=5, workers=2)
    assert next(runs).end.reason == "horizon"
    runs.close()
    assert threading.active_count() == 1
