"""What the README of `12_ours_and_the_curves` says follows from the files beside it."""

import importlib.util
import re

import sim
from sim.curves.explained import LN2
from sim.curves.laid import own_values
from sim.curves.matching import YEAR
from sim.curves.question import BASE, HELD, LENDLESS, UNHELD, UNLENT
from sim.curves.verdict import AHEAD, LEVEL, standing
from sim.paths import experiments

FOLDER = experiments() / "12_ours_and_the_curves"
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def program():
    spec = importlib.util.spec_from_file_location("ours_and_the_curves", FOLDER / "answer.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_what_the_program_prints():
    assert program().report(program().kept()) in README


def test_numbers_of_the_text_stand_in_the_tables():
    answer = program()
    tables = answer.report(answer.kept()).replace("+", "")
    text = README.partition("**Answer.**")[2].partition("\n| published")[0]
    text += README.partition("## What is weak")[2]
    told = re.findall(r"-?\d+\.\d\d(?: \[-?\d+\.\d\d, -?\d+\.\d\d\])?", text)
    assert len(told) > 8
    elsewhere = {"0.23", "0.44 [0.42, 0.47]", "0.47"}
    assert not {number for number in told if number not in tables} - elsewhere


def test_the_start_is_as_uncertain_as_it_says():
    rates = program().kept()["rates"].set_index("level")
    base = rates.loc["base"]
    assert round((base["doublings_high"] - base["doublings_low"]) / 2, 2) == 0.23
    assert round(base["doublings"], 1) == 1.9


def test_who_is_ahead_follows_from_the_one_rule():
    gaps = program().kept()["gaps"]
    end = gaps[(gaps["date"] == gaps["date"].max()) & (gaps["part"] == "gap")].set_index("curve")
    assert standing(end.loc["forethought"]) == LEVEL
    assert standing(end.loc["metr"]) == AHEAD
    assert "Forethought's model is at 4.05, not surely apart" in README
    assert "METR's at\n3.92, behind the lab" in README


def test_what_not_lending_takes_and_the_time_alone_follow_from_the_levels():
    """Each is against its own control: both together are the lab without either less the held."""
    effects = program().kept()["effects"]
    end = effects[effects["date"] == effects["date"].max()].set_index("level")
    lost = end.loc[LENDLESS, ["effect", "effect_high", "effect_low"]] / -LN2
    said = "loses {:.2f} [{:.2f}, {:.2f}]".format(*lost)
    assert said in " ".join(README.split())
    assert list(end.loc[[LENDLESS, UNLENT, UNHELD], "against"]) == [HELD, LENDLESS, BASE]
    both = end.loc[UNLENT, "software"] - end.loc[LENDLESS, "software"]
    assert abs(end.loc[UNLENT, "effect"] - both) < 2e-4
    assert end.loc[UNLENT, "effect_low"] > 0.0


def test_the_pace_over_other_windows_is_as_told():
    paths = program().kept()["paths"]
    base = paths[paths["line"] == "base"].set_index("date")["software"]
    paces = {round(day): base[day] / LN2 / day * YEAR for day in (60.875, 91.0, 182.625)}
    assert {day: round(pace, 1) for day, pace in paces.items()} == {61: 1.8, 91: 1.9, 183: 1.9}


def test_the_returns_are_the_labs():
    own = own_values(sim.load())
    said = f"{own.parallel:g} × {own.eta:g} / {own.beta:g} = {own.returns:.2f} < 1"
    assert f"r = lambda eta / beta = {said}" in " ".join(README.split())


def test_claims_of_the_text_stand_in_the_tables():
    answer = program()
    tables = answer.report(answer.kept())
    text = README.partition("**The published claims")[2].partition("**What removing")[0]
    told = re.findall(r"\d+%|20\d\d\.\d", text)
    assert len(told) > 6
    assert {number for number in told if number not in tables} == {"80%"}  # of draws
