"""The verification study: all scenarios with known answers, run long and drawn."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "experiments" / "00_known_answers"


def misses(rows, factor=1.0):
    """Quantities that miss their answer (times a factor), by four standard errors or rounding."""
    missed = set()
    for row in rows:
        answer, found, error = (float(row[k]) for k in ("theory", "simulated", "standard_error"))
        wrong = factor * answer
        if abs(found - wrong) > max(4 * error, 1e-9 * abs(wrong)):
            missed.add((row["panel"], row["quantity"]))
    return missed


@pytest.mark.verify
def test_the_study_meets_every_known_answer(tmp_path):
    subprocess.run(
        [sys.executable, STUDY / "figures.py", "--out", tmp_path], cwd=tmp_path, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with (tmp_path / "known_answers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert not misses(rows)
    everything = {(row["panel"], row["quantity"]) for row in rows}
    assert len({panel for panel, _ in everything}) >= 17
    assert misses(rows, 1.1) == everything  # each is measured well enough to notice 10%
    assert len(list(tmp_path.glob("*.png"))) == 7
