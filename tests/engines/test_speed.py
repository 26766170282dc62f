"""How fast the compiled engine is, and whether its benchmark compares like with like.

Speeds are compared within one process, in turns: no test knows a time.
"""

import importlib
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import sim

FOLDER = Path(__file__).parents[2] / "experiments" / "00_speed"
sys.path.insert(0, str(FOLDER))
agreement, in_simpy, in_recursim, memory, programs, ratios = map(
    importlib.import_module,
    ("agreement", "programs.in_simpy", "programs.in_recursim", "memory", "programs", "ratios"),
)

DAYS = 22_000.0
"""Ten batches."""


def test_compiled_is_tens_of_times_as_fast_as_reference(record_property):
    """Noise only adds to a time: the best of several, taken in turns, is what a run costs."""
    lab = sim.load()

    def run(engine, turn):
        return sim.simulate(lab, seed=turn % 3, engine=engine)

    best = {"reference": [], "compiled": []}
    for turn in range(3):
        best["reference"].append(ratios.seconds(partial(run, "reference", turn))[0])
        for _ in range(5):
            best["compiled"].append(ratios.seconds(partial(run, "compiled", turn))[0])
    ratio = min(best["reference"]) / min(best["compiled"])
    record_property("compiled / reference, default lab", f"{ratio:.0f}")
    assert ratio >= 25


def wrong_means(program):
    """Names of the means of one run that differ from theory; its rules must hold."""
    visits = program.visits(program.run(DAYS, 7))
    assert agreement.broken_rule(visits, DAYS) == ""
    scores = agreement.scores(agreement.batch_sums(visits, DAYS))
    return {name for name, score in scores.items() if not score.agrees}


SIMPY = programs.Program("simpy", in_simpy.run, in_simpy.visits)
COMPILED = in_recursim.program("compiled")


@pytest.mark.parametrize(
    "program", [COMPILED, *programs.installed()[0]], ids=lambda program: program.name.split()[0]
)
def test_programs_simulate_the_shared_network(program):
    assert wrong_means(program) == set()


def test_both_forms_in_simpy_make_the_same_log():
    assert in_simpy.run(2000, 3) == in_simpy.textbook(2000, 3)


@pytest.mark.parametrize(
    ("what", "value", "noticed"),
    [
        ("AGAIN", 0.36, "visits per job"),
        ("MEAN_SERVICE", 2.2, "service time"),
        ("ARRIVALS_PER_DAY", 1.0, "jobs per day"),
    ],
)
def test_a_program_of_another_network_is_noticed(monkeypatch, what, value, noticed):
    monkeypatch.setattr(in_simpy, what, value)
    assert noticed in wrong_means(SIMPY)


def swapped(visits):
    """Two neighbours in the queue of a station are served in the wrong order."""
    here = visits[visits["station"] == "one"].sort_values("requested").index
    late = next(i for i in range(50, 500) if visits["started"][here[i + 1]] >
                visits["started"][here[i]] > visits["requested"][here[i + 1]])
    a, b = here[late], here[late + 1]
    visits.loc[[a, b], "started"] = visits.loc[[b, a], "started"].to_numpy()
    return visits


def misrouted(visits):
    """A job begins at the second station."""
    visits.loc[visits["job"] == 50, "station"] = "two"
    return visits


def delayed(visits):
    """A job loses a while between two stations."""
    visits.loc[(visits["job"] == 50) & (visits["station"] == "one"), "finished"] -= 1e-3
    return visits


@pytest.mark.parametrize(
    ("servers", "change", "rule"),
    [
        ({"one": 4, "two": 4}, None, "'one' had more than 3 in service"),
        ({"one": 3, "two": 3}, None, "'two' let somebody wait beside an idle server"),
        ({"one": 3, "two": 4}, swapped, "'one' did not serve first come, first served"),
        ({"one": 3, "two": 4}, misrouted, "a job went elsewhere than to 'one'"),
        ({"one": 3, "two": 4}, delayed, "a job did not go on at once"),
    ],
)
def test_a_broken_rule_is_named(monkeypatch, servers, change, rule):
    monkeypatch.setattr(in_simpy, "SERVERS", servers)
    visits = in_simpy.visits(in_simpy.run(3000, 7))
    visits = change(visits) if change else visits
    assert rule in agreement.broken_rule(visits, 3000)


@pytest.mark.verify
def test_peak_memory_is_that_of_the_process_alone():
    """A log has more than 100 bytes a visit; what its parent holds does not count."""
    ours = bytearray(10**9)
    small, large = memory.peak("network", 10_000), memory.peak("network", 1_000_000)
    assert small < len(ours)
    assert large - small > 100 * 1_000_000


@pytest.mark.verify
def test_the_benchmark_runs():
    command = [sys.executable, FOLDER / "bench.py", "engines", "peers", "--repeats", "2"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "compiled / reference: " in printed
    assert "compiled / simpy " in printed
