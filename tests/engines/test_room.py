"""What does not fit in memory is refused, with its size and what to do."""

import re

import pytest

import sim
from sim.engines import room
from sim.engines.room import TooLarge, available

from .tiny import closed, compute, delay, flow, job, lab

MEGA = 2**20


@pytest.fixture
def memory(monkeypatch):
    """Pretend that so many bytes are free, and look at whatever is taken."""

    def pretend(size):
        monkeypatch.setattr(room, "available", lambda: size)
        monkeypatch.setattr(room, "SMALL", 0)

    return pretend


def spreading(count, hostages=0):
    held = {"hostages": {"pool": "cluster", "units": hostages}} if hostages else {}
    return lab(
        horizon="1 d", pools={"cluster": compute(1000)},
        flows={
            "item": flow(closed(1), {"spread": {"kind": "batch", "flow": "part", "count": count}}),
            "part": flow({"kind": "batch"}, {"run": job("cluster", "1 d")}) | held,
        },
    )


def flooding():
    return lab(horizon="1000 d", flows={"item": flow(closed(4), {"wait": delay("0.01 d")})})


def test_a_model_that_fits_runs(memory):
    memory(200 * MEGA)
    assert sim.simulate(spreading(100, 3), seed=0, engine="compiled").end.reason == "horizon"


@pytest.mark.parametrize("run", [sim.summarise, lambda m, seed: sim.simulate(
    m, seed=seed, engine="compiled")], ids=["summary", "log"])
def test_what_starts_at_once_is_refused_before_it_runs(memory, run):
    memory(200 * MEGA)
    with pytest.raises(TooLarge) as refused:
        run(spreading(1000, 900), seed=0)
    assert re.search(r"needs 1\.\d+ GB of memory", str(refused.value))
    assert "0.21 GB that are free" in str(refused.value)
    assert "1,000 items that start at once, and 900 hostages of each" in str(refused.value)
    assert "lower flows.item.stages.spread.count or flows.part.hostages" in str(refused.value)


def test_workstreams_are_named(memory):
    memory(MEGA)
    model = lab(horizon="1 d", flows={"item": flow(closed(20_000), {"wait": delay("1 d")})})
    with pytest.raises(TooLarge, match="20,000 workstreams of flow 'item' needs"):
        sim.simulate(model, seed=0, engine="compiled")


def test_a_log_that_grows_too_large_is_refused_on_the_way(memory):
    memory(20 * MEGA)
    with pytest.raises(TooLarge) as refused:
        sim.simulate(flooding(), seed=0, engine="compiled")
    assert "a log with room for" in str(refused.value)
    assert "lower the horizon or end.events, or keep no visits" in str(refused.value)


def test_a_summary_of_it_fits(memory):
    memory(20 * MEGA)
    assert sim.summarise(flooding(), seed=0).raw["totals"]["visits"] > 300_000


@pytest.mark.parametrize("workers", [1, 2])
def test_an_ensemble_keeps_what_was_finished(monkeypatch, workers):
    """Memory runs out after a while."""
    left = [10_000 * MEGA] * 40 + [MEGA] * 10_000
    monkeypatch.setattr(room, "available", lambda: left.pop(0))
    monkeypatch.setattr(room, "SMALL", 0)
    model = flooding().replace(horizon="20 d")
    found = sim.ensemble(model, replications=100, seed=0, engine="compiled", workers=workers)
    assert 0 < len(found.runs) < 40
    assert found.interrupted
    assert "of memory" in found.stopped


def test_logs_that_pile_up_are_noticed(monkeypatch):
    """Each is small."""
    monkeypatch.setattr("sim.study.gathering.SMALL", MEGA)
    monkeypatch.setattr(room, "SMALL", MEGA)
    sizes = iter([10_000 * MEGA] * 3 + [0] * 100)
    monkeypatch.setattr(room, "available", lambda: next(sizes))
    model = flooding().replace(horizon="10 d")
    found = sim.ensemble(model, replications=100, seed=0, engine="reference")
    assert 3 <= len(found.runs) < 20
    assert "to keep more logs" in found.stopped
    assert "sim.summaries" in found.stopped


def test_the_machine_says_what_is_free():
    assert available() is None or available() > 10 * MEGA


def test_the_least_limit_counts(monkeypatch, tmp_path):
    files = {
        "/proc/meminfo": "MemTotal: 16 kB\nMemAvailable:    8000 kB\n",
        "/proc/self/cgroup": "4:cpu:/x\n0::/batch/job\n",
        "/sys/fs/cgroup/batch/job/memory.max": "5000000\n",
        "/sys/fs/cgroup/batch/job/memory.current": "3000000\n",
        "/sys/fs/cgroup/batch/job/memory.stat": "anon 5\ninactive_file 1000000\n",
        "/sys/fs/cgroup/batch/memory.max": "max\n",
        "/sys/fs/cgroup/batch/memory.current": "4000000\n",
    }
    monkeypatch.setattr(room, "_read", lambda path: files.get(path.as_posix(), ""))
    assert available() == 3_000_000
    files["/sys/fs/cgroup/batch/memory.max"] = "4500000\n"
    assert available() == 500_000
    files["/proc/self/cgroup"] = "4:memory:/y\n"
    files["/sys/fs/cgroup/memory/y/memory.limit_in_bytes"] = "700000"
    files["/sys/fs/cgroup/memory/y/memory.usage_in_bytes"] = "600000"
    assert available() == 100_000
    files["/proc/self/cgroup"] = ""
    assert available() == 8_192_000
