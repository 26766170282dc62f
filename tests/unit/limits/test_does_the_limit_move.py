"""The claim study says in its README what its files hold, and moves what the drivers move."""

import math
import sys

import numpy as np
import pandas as pd
import pytest
import yaml

import sim
from sim.limits.steps import step
from sim.model import Model
from sim.paths import experiments
from sim.study.replace import put_all
from sim.study.study import Study

FOLDER = experiments() / "08_does_the_limit_move"


@pytest.fixture(scope="module")
def answer():
    """The script of the study."""
    sys.path.insert(0, str(FOLDER))
    try:
        import answer

        return answer
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def tables():
    return pd.read_csv(FOLDER / "labs.csv"), pd.read_csv(FOLDER / "mean.csv")


@pytest.fixture(scope="module")
def study():
    return Study.from_dict(yaml.safe_load((FOLDER / "study.yaml").read_text("utf-8")), FOLDER)


def test_the_readme_has_the_tables_of_the_files(answer, tables):
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert answer.report(*tables) in readme
    other = tables[0].assign(early_regime="compute")
    assert answer.report(other, tables[1]) not in readme


def test_what_the_answer_says_is_in_the_tables(answer, tables):
    text = " ".join((FOLDER / "README.md").read_text("utf-8").partition("**Answer.**")[2].split())
    said, report = text.partition("|")[0], answer.report(*tables)
    for row, words in (
        ("from compute to the loop", "0% [0%, 3%]"), ("from the loop to compute", "25% [18%, 33%]"),
        ("toward the loop", "44% [36%, 52%]"), ("toward compute", "48% [40%, 56%]"),
        ("`frontier_cost`", "+0.89 [+0.84, +0.93]"),
    ):  # fmt: skip
        (line,) = [one for one in report.splitlines() if one.startswith(f"| {row} |")]
        assert words in line
        assert words in said


def test_all_labs_of_the_study_are_there(tables, study):
    assert len(tables[0]) == study.design.points
    assert not tables[0].isna().any().any()


def test_the_levers_are_the_drivers_of_elasticities(study):
    base = sim.load("horizon=1 y").to_dict()
    loop = study.factors["loop"]
    for level in loop.levels:
        one = Model.from_dict(put_all(base, loop.changes(level, base)))
        other = Model.from_dict(put_all(base, step(base, "loop", level)[0]))
        assert one == other
    compute = study.factors["compute"]
    units = [compute.changes(level, base)["compute.units"] for level in compute.levels]
    assert units == [32, 48]
    assert math.log(loop.levels[1] / loop.levels[0]) == pytest.approx(math.log(1.5), abs=1e-3)


def test_a_lab_of_known_elasticities_is_judged_rightly(answer):
    rng = np.random.default_rng(0)
    log = np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]]) * math.log(1.5)

    def output(compute, loop):
        luck = 1 + 0.005 * rng.standard_normal((4, 30))
        return np.exp(log @ [compute, loop])[:, None] * luck

    steps = [math.log(1.5)] * 2
    row = answer._judged(np.stack([output(0.5, 0.1), output(0.1, 0.4)]), steps)
    assert (row["early_regime"], row["late_regime"]) == ("compute", "loop")
    assert (row["early"], row["late"]) == pytest.approx((0.4, -0.3), abs=0.02)
    assert row["shift_high"] < 0
    counts = answer.moves(pd.DataFrame([row]))
    assert counts["from compute to the loop"] == sum(counts.values()) == 1
