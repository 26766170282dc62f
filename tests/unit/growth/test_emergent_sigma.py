"""The study of sigma says in its README what its files hold."""

import re
import sys

import numpy as np
import pandas as pd
import pytest

from sim.growth.ces import fit
from sim.paths import experiments

FOLDER = experiments() / "11_emergent_sigma"


@pytest.fixture(scope="module")
def answer():
    """The script of the study."""
    sys.path.insert(0, str(FOLDER))
    sys.modules.pop("answer", None)
    try:
        import answer

        return answer
    finally:
        sys.path.remove(str(FOLDER))
        sys.modules.pop("answer", None)


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(FOLDER / "sigma.csv", keep_default_na=False, na_values=[""])


def test_the_readme_has_the_tables_of_the_file(answer, table):
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert answer.report(table) in readme
    assert answer.report(table.assign(sigma=table["sigma"] + 0.01)) not in readme


def test_what_the_answer_says_is_in_the_file(answer, table):
    text = " ".join((FOLDER / "README.md").read_text("utf-8").partition("**Answer.**")[2].split())
    said, rows = text.partition("![")[0], table.set_index(["sizes", "assistants"])
    quoted = re.findall(r"\d\.\d\d \[\d\.\d\d, \d\.\d\d\]", said)
    cells = [("fixed", "c0", "sigma"), ("fixed", "c3", "sigma"), ("shipped", "none", "sigma"),
             ("shipped", "c0", "sigma"), ("shipped", "c3", "sigma"),
             ("shipped", "c0", "compute_short")]  # fmt: skip
    assert quoted == [answer._interval(rows.loc[(a, b)], column) for a, b, column in cells]
    shipped = rows.loc["shipped"]
    assert shipped["compute_short_low"].min() > 1
    assert "it is 0.34 to 0.47 throughout" in said
    assert [*shipped["people_short"].agg(["min", "max"]).round(2)] == [0.34, 0.47]
    assert "between 0.26 and 0.40" in said
    assert [*shipped["balanced"].agg(["min", "max"]).round(2)] == [0.26, 0.40]
    assert "by 13% to 18%" in said
    assert [*shipped["largest"].agg(["min", "max"]).round(2)] == [0.13, 0.18]


def test_where_the_checks_disagree_is_said(table):
    text = " ".join((FOLDER / "README.md").read_text("utf-8").split())
    rows = table.set_index(["sizes", "assistants"])[["sigma", "kmenta", "translog"]].round(2)
    _, kmenta, translog = rows.loc[("fixed", "c0")]
    assert f"Kmenta's expansion gives {kmenta:.2f} and a translog of the whole plane " in text
    assert f"whole plane {translog:.2f}. Both" in text
    assert f"({', '.join(f'{x:.2f}' for x in rows.loc[('shipped', 'c3')])})" in text


def test_the_figure_shows_the_local_sigmas_with_their_intervals(answer, table):
    points = pd.read_csv(FOLDER / "means.csv", keep_default_na=False)
    first, *others = answer.figure(table, points).axes
    rows = table[table["sizes"] == "shipped"].set_index("assistants").loc[list(answer.CAPABILITIES)]
    bars = {bar.get_label(): bar for bar in first.containers}
    for column, words in (("balanced", "follow: in balance"), ("sigma", "follow: whole plane"),
                          ("people_short", "follow: where people are short"),
                          ("compute_short", "follow: where compute is short")):  # fmt: skip
        line, _, (drawn,) = bars[words].lines
        np.testing.assert_allclose(line.get_ydata(), rows[column])
        ends = np.array([segment[:, 1] for segment in drawn.get_segments()])
        np.testing.assert_allclose(ends[:, 0], rows[f"{column}_low"])
        np.testing.assert_allclose(ends[:, 1], rows[f"{column}_high"].clip(upper=answer.TOP))
    assert "log scale" in first.get_ylabel()
    for ax in others:  # numbers of lines are not cut at an end of the axes
        across, along = ax.get_xlim(), ax.get_ylim()
        numbers = [text for text in ax.texts if re.fullmatch(r"[\d.]+", text.get_text())]
        assert len(numbers) >= 5
        for text in numbers:
            x, y = text.get_position()
            assert across[0] + 0.05 < x < across[1] - 0.05 and along[0] < y < along[1]


def test_fits_are_those_of_the_mean_outputs(table):
    means = pd.read_csv(FOLDER / "means.csv", keep_default_na=False)
    assert len(means) == 350
    for row in table.itertuples():
        own = means[(means["sizes"] == row.sizes) & (means["assistants"] == row.assistants)]
        found = fit(own["people"], own["compute"], own["output"])
        assert found.ces.sigma == pytest.approx(row.sigma, abs=2e-4)
        assert np.abs(found.residuals).max() == pytest.approx(row.largest, abs=2e-4)
