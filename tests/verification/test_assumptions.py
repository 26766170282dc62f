"""What each value without a source decides: rules, measurement, and the shipped table."""

import importlib
import math
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

import sim
from sim import Model
from sim.metrics.outcomes import MEANING
from sim.model import catalogue
from sim.study.swings import ranked, read

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "experiments" / "03_assumptions"
sys.path.insert(0, str(FOLDER))
swings = importlib.import_module("swings")

README = (FOLDER / "README.md").read_text(encoding="utf-8")
TEN = re.compile(r"^\| `([\w.]+\.\w+)` \|", re.MULTILINE)
"""Paths in the first column of its table."""
SHIPPED = FOLDER / "swings.csv"


@pytest.fixture(scope="module")
def model():
    return sim.load()


@pytest.fixture(scope="module")
def ends():
    return {(end.path, end.end): end for end in read(SHIPPED)}


# --- where to -----------------------------------------------------------------------------------


def entry(default, range, unit="ratio", path="a.b"):
    return catalogue.Assumption(
        path=path, default=default, range=range, unit=unit, symbol=None, source="none",
        date="2026", tag="guess", sentence="It is so.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("assumed", "rule", "low", "high"),
    [
        (entry(0.7, (0.2, 3)), "range", 0.2, 3),
        (entry("20.0 d", (0, 120), "days"), "range", 0, 120),
        (entry(-0.6, (-2, 2), "OOM"), "range", -2, 2),
        (entry(0.0, (0, 100)), "range", 0, 100),
        (entry(6, (2, 60)), "factor", 4, 9),  # ten times as much is no plausible range
        (entry(0.06, (0.006, 0.1)), "factor", 0.04, 0.09),
        (entry("3.0 d", "5 min to 1 h", "clock time"), "factor", 2, 4.5),
        (entry(0.5, (0, 1), "chance"), "odds", 0.4, 0.6),
        (entry(0.2, (0, 1), "share"), "odds", 1 / 7, 3 / 11),
        (entry(0.3, (0.05, 0.6), "chance"), "range", 0.05, 0.6),
        (entry(1.0, (0, 1), "share"), "factor", 1 / 1.5, 1.5),
        (entry(2, (0, 9), path="a.priority"), "one", 1, 3),
    ],
)
def test_how_far_a_value_moves(assumed, rule, low, high):
    assert swings.reach(assumed) == (rule, pytest.approx(low), pytest.approx(high))


def test_a_move_stops_where_the_model_refuses(model):
    data = model.to_dict()
    access, leads = "assistants.access", "pools.leads.capacity"
    assert swings.allowed(data, access, 1.0, 1.5) == 1.0
    assert swings.allowed(data, access, 0.5, 1.5) == pytest.approx(1.0, abs=0.04)
    assert swings.allowed(data, access, 1.0, 0.5) == 0.5
    assert swings.allowed(data, leads, 1, 1 / 1.5) == 1
    assert swings.allowed(data, leads, 1, 1.5) == 2
    assert swings.allowed(data, "prehistory", "100.0 d", 365) == "365.0 d"


def test_only_finite_numbers_without_a_source_move(model):
    found = {e.path for e in swings.unsourced(model)}
    tags = {e.path: e.tag for e in catalogue.entries(model.to_dict())}
    assert {tags[path] for path in found} == {"guess", "fitted"}
    left = {path for path, tag in tags.items() if tag != "sourced"} - found
    values = catalogue.leaves(model.to_dict())
    for path in left - {"horizon"}:
        if path.split(".")[0] not in swings.APART:
            assert isinstance(values[path], (bool, str)) or math.isinf(values[path]), path


# --- what changes -------------------------------------------------------------------------------


def table(capability, cycle_time, output):
    return pd.DataFrame(
        {"capability": capability, "cycle_time": cycle_time, "research_output": output}
    )


def test_changes_are_paired():
    before = table([1.0, 2.0, 3.0, 9.0], [10.0, 20.0, math.nan, 9.0], [1.0, 1.0, 2.0, 9.0])
    after = table([1.5, 2.5, 4.0], [8.0, math.nan, 7.0], [2.0, 2.0, 2.0])
    move = swings.Move("a.b", "low", "range", 2, 1)
    found = swings.compared(move, before, after, seed=7)
    half = t.ppf(0.95, 2) * np.std([0.5, 0.5, 1.0], ddof=1) / math.sqrt(3)
    assert found.capability == pytest.approx(2 / 3)
    assert found.capability_from == pytest.approx(2 / 3 - half)
    assert found.capability_to == pytest.approx(2 / 3 + half)
    assert found.cycle_time == -2.0  # one pair released on both sides
    assert found.research_output == pytest.approx(6 / 4 - 1)
    assert (found.replications, found.seed, found.value) == (3, 7, "1")
    assert {"capability", "cycle_time", "research_output"} <= set(MEANING)


UNSOURCED = swings.unsourced


class Told:
    """A study whose runs are made up: capability is 10 times the gain of research."""

    def __init__(self, model, file, monkeypatch, limit=None, seed=7):
        self.asked = []
        paths = ("stocks.algorithms.gain", "stocks.algorithms.beta")
        few = [found for found in UNSOURCED(model) if found.path in paths]
        monkeypatch.setattr(swings, "unsourced", lambda model: few)
        monkeypatch.setattr(swings, "outcomes", self.outcomes)
        self.study = swings.Study(model, file, seed=seed)
        self.limit = limit

    def outcomes(self, model, replications, seed):
        self.asked.append(replications)
        if self.limit is not None and len(self.asked) > self.limit:
            raise KeyboardInterrupt
        stock = model.stocks["algorithms"]
        value = 10 * stock.gain + 0.001 * stock.beta
        return table(*([value] * replications for _ in range(3)))

    def measure(self, replications):
        self.study.measure(self.study.moves, replications, tell=lambda text: None)


def test_rows_are_written_as_they_come_and_resumed(model, tmp_path, monkeypatch):
    file = tmp_path / "swings.csv"
    first = Told(model, file, monkeypatch, limit=3)
    with pytest.raises(KeyboardInterrupt):
        first.measure(4)
    assert len(read(file)) == 2  # of three runs the first is the default itself
    second = Told(model, file, monkeypatch)
    second.measure(4)
    assert second.asked == [4, 4, 4]
    assert len(read(file)) == 4
    third = Told(model, file, monkeypatch)
    third.measure(4)
    assert third.asked == []
    third.measure(5)
    assert third.asked == [5] * 5


def test_rows_of_another_default_or_seed_are_measured_anew(model, tmp_path, monkeypatch):
    file = tmp_path / "swings.csv"
    Told(model, file, monkeypatch).measure(4)
    rows = Told(model, file, monkeypatch).study.rows
    assert len([row for row in rows.values() if row.path == "stocks.algorithms.gain"]) == 2
    other = sim.load("stocks.algorithms.gain=0.02")
    paths = {row.path for row in Told(other, file, monkeypatch).study.rows.values()}
    assert paths == {"stocks.algorithms.beta"}
    assert Told(model, file, monkeypatch, seed=8).study.rows == {}


def test_the_largest_are_measured_with_more_replications(model, tmp_path, monkeypatch):
    told = Told(model, tmp_path / "swings.csv", monkeypatch)
    told.measure(2)
    told.study.refine(1, 6, tell=lambda text: None)
    found = {row.path: row.replications for row in read(told.study.file)}
    assert found == {"stocks.algorithms.gain": 6, "stocks.algorithms.beta": 2}


@pytest.mark.verify
def test_the_signs_of_two_obvious_swings(model):
    """More from each success, more capability; experiments that hardly ever hit, less."""
    for path, end, sign in (
        ("stocks.algorithms.gain", "high", 1), ("flows.experiment.insight.hit", "low", -1),
    ):
        (move,) = (m for m in swings.moves(model) if (m.path, m.end) == (path, end))
        changed = Model.from_dict(swings.put(model.to_dict(), path, move.value))
        before, after = (swings.outcomes(m, 4, 2000) for m in (model, changed))
        found = swings.compared(move, before, after, 2000)
        assert min(sign * found.capability_from, sign * found.capability_to) > 0


# --- the shipped table --------------------------------------------------------------------------


def test_every_row_speaks_of_an_unsourced_value_of_the_default_lab(model, ends):
    values = {e.path: str(e.default) for e in swings.unsourced(model)}
    assert {path: end.default for (path, _), end in ends.items()}.items() <= values.items()


def test_every_move_of_the_default_lab_was_measured(model, ends):
    moved = {(m.path, m.end): (m.rule, str(m.value)) for m in swings.moves(model)}
    assert moved == {key: (end.rule, end.value) for key, end in ends.items()}
    assert {end.seed for end in ends.values()} == {5000}
    assert min(end.replications for end in ends.values()) >= 4


def test_the_shipped_signs_are_the_obvious_ones(ends):
    for path in ("stocks.algorithms.gain", "flows.experiment.insight.hit"):
        assert ends[path, "low"].capability_to < 0 < ends[path, "high"].capability_from
    faster = ends["flows.experiment.insight.hit", "high"]
    assert faster.cycle_time < 0 < faster.research_output


def test_intervals_hold_their_means(ends):
    for end in ends.values():
        assert end.capability_from <= end.capability <= end.capability_to
        assert end.research_output > -1


# --- the README ---------------------------------------------------------------------------------


def test_the_readme_shows_the_ten_largest(ends):
    largest = ranked(ends.values())[:10]
    shown = swings.table(largest)
    assert shown in README
    wrong = [replace(s, low=s.high, high=s.low) for s in largest[:1]] + largest[1:]
    assert swings.table(wrong) not in README
    (number,) = {end.replications for swing in largest for end in swing.ends}
    assert f"{number} pairs of replications" in README


def test_the_readme_counts_right(model, ends):
    counted = (
        f"{len({path for path, _ in ends})} values, {len(ends)} moves",
        f"{sum(end.capability == 0 for end in ends.values())} of the {len(ends)} moves",
    )
    for text in counted:
        assert text in README
    for path, end in (
        ("feedback.speedup.base", "low"), ("feedback.speedup.base", "high"),
        ("feedback.share.midpoint", "high"), ("feedback.quality.start", "low"),
    ):
        assert f"{ends[path, end].research_output:+.1%}" in README
    named = {path.split(".")[0] for path in TEN.findall(README)}
    assert not named & {"feedback", "assistants", "oversight"}
    for rule in ("range", "factor", "odds", "one"):
        number = sum(end.rule == rule for end in ends.values())
        assert f"| `{rule}` | {number} |" in README


@pytest.mark.parametrize("command", re.findall(r"^\.venv/bin/python .*$", README, re.MULTILINE))
def test_the_commands_of_the_readme_are_read(command, monkeypatch, tmp_path):
    """The options exist and the overrides load; nothing is measured here."""
    _, script, *arguments = shlex.split(command)
    assert ROOT / script == FOLDER / "swings.py"
    monkeypatch.setattr(swings.Study, "measure", lambda self, some, replications: None)
    monkeypatch.setattr(swings.Study, "refine", lambda self, top, replications: None)
    assert swings.main([*arguments, "--out", str(tmp_path / "swings.csv")]) == 0
