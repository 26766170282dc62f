"""What the README of `12_ours_and_the_curves` says follows from the files beside it."""

import importlib.util
import re

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
    text = README.partition("**Answer.**")[2].partition("\n| lab")[0]
    text += README.partition("## What is weak")[2]
    told = re.findall(r"-?\d+\.\d\d(?: \[-?\d+\.\d\d, -?\d+\.\d\d\])?", text)
    assert len(told) > 8
    missing = {number for number in told if number not in tables} - {"0.25"}
    assert not missing


def test_the_start_is_as_uncertain_as_it_says():
    rates = program().kept()["rates"].set_index("level")
    base = rates.loc["base"]
    assert round((base["doublings_high"] - base["doublings_low"]) / 2, 2) in (0.24, 0.25)
    assert round(base["doublings"], 1) == 1.8
