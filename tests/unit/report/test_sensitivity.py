"""The report of a sensitivity analysis: its sentences, tables and page, of made-up findings."""

import numpy as np

from sim.report import sensitivity, sensitivity_answer, sensitivity_tables

from ... import sensitivity as made


def sentences(*arguments, **changes):
    return sensitivity_answer.sentences(made.found(*arguments, **changes))


def test_the_answer_says_luck_first_then_what_matters_then_what_does_not():
    assert sentences() == [
        "In runs of 1 year, 84% [80%, 88%] of the variance of capability is what is not known, the "
        "rest is luck.",
        "Harder ideas matters most: total index of harder ideas 0.52 [0.49, 0.55], gain 0.31 "
        "[0.28, 0.34] and speedup 0.20 [0.17, 0.23]; interactions make 17% [12%, 22%].",
        "Review hardly matters (total index surely below 0.05).",
    ]


def test_a_small_index_that_may_be_larger_is_not_said_to_be_little():
    assert not any("hardly" in text for text in sentences(totals=made.TOTALS | {"review": 0.03}))


def test_what_may_be_first_is_named_together():
    said = sentences(totals=made.TOTALS | {"gain": 0.5})[1]
    assert said.startswith("Harder ideas and gain matter most (their intervals overlap): ")
    said = sentences(totals=dict.fromkeys(made.TOTALS, 0.3))[1]
    assert said.startswith("The runs do not tell which matters most: ")


def test_other_methods_say_their_own_numbers():
    assert sentences("morris")[1] == (
        "Harder ideas matters most: mean effect of harder ideas 0.520 [0.490, 0.550] OOM, gain "
        "0.310 [0.280, 0.340] OOM and speedup 0.200 [0.170, 0.230] OOM."
    )
    assert sentences("sample")[2] == (
        "Review hardly matters (not told from a value that does nothing)."
    )


def test_without_replications_luck_is_not_told():
    found = made.found()
    found.variance.loc[:, ["luck", "share", "share_low", "share_high"]] = np.nan
    said = sensitivity_answer.sentences(found)
    assert "no point has two replications" in said[0]
    assert said[1].startswith("Harder ideas matters most")
    assert all("nan" not in text for text in (*said, *sensitivity_answer.details(found)))


def test_nothing_that_moves_is_said_to_be_so():
    assert sentences(share=0.0) == [sensitivity_answer.NOTHING]
    found = made.found()
    own = found.variance["outcome"] == "one_oom"
    found.variance.loc[own, ["parameters", "luck", "share", "sum_first", "interactions"]] = np.nan
    said = sensitivity_tables.heading(found, "one_oom")
    assert said == "one oom (days): what is not known moves it no further than luck does"
    assert "nan" not in sensitivity_tables.split(found) + sensitivity_tables.indices(found)


def test_other_outcomes_and_notes_follow():
    found = made.found(notes=("Two rows were left out.",))
    details = list(sensitivity_answer.details(found))
    assert details[0].startswith("One oom (days): 84% [80%, 88%] is what is not known; first is ")
    assert details[-1] == "Two rows were left out."


def test_tables_hold_every_factor_the_largest_first():
    heads, rows = sensitivity_tables.of_outcome(made.found(), "capability")
    assert heads == ["unknown", "first index", "total index", "PAWN"]
    assert rows[0] == ("harder ideas", "0.42 [0.39, 0.45]", "0.52 [0.49, 0.55]", "0.52")
    assert rows[-1][0] == "review" and rows[-1][-1] == "0.01 (noise)"
    for method in ("morris", "sample"):
        heads, rows = sensitivity_tables.of_outcome(made.found(method), "capability")
        assert len(rows) == 4 and all(len(row) == len(heads) for row in rows)


def test_the_page_says_the_answer_what_was_varied_and_how_to_have_it_again():
    for method in ("sobol", "morris", "sample"):
        page = sensitivity.html(made.found(method))
        assert "Harder ideas matters most" in page
        assert "stocks.algorithms.beta" in page and "uniform(low=0.1, high=0.6)" in page
        assert "recursim task=sensitivity rows=8" in page
        assert "https://doi.org/10.1016/j.envsoft.2018.07.019" in page
        assert "nan" not in page.partition("<script")[0].replace("finance", "")
