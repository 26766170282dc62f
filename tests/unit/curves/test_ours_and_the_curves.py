"""What the README of `12_ours_and_the_curves` says follows from the files beside it."""

import importlib.util
import re

import sim
from sim.curves.laid import own_values
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
    missing = {number for number in told if number not in tables} - {"0.25", "0.47"}
    assert not missing


def test_the_start_is_as_uncertain_as_it_says():
    rates = program().kept()["rates"].set_index("level")
    base = rates.loc["base"]
    assert round((base["doublings_high"] - base["doublings_low"]) / 2, 2) in (0.24, 0.25)
    assert round(base["doublings"], 1) == 1.8


def test_who_is_ahead_follows_from_the_one_rule():
    gaps = program().kept()["gaps"]
    end = gaps[(gaps["date"] == gaps["date"].max()) & (gaps["part"] == "gap")].set_index("curve")
    assert standing(end.loc["forethought"]) == LEVEL
    assert standing(end.loc["metr"]) == AHEAD
    assert "Forethought's model is at 3.79, not surely apart" in README
    assert "3.79, behind the lab" in README


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
