"""The report of a sensitivity analysis: its sentences, tables and page, of made-up findings."""

import numpy as np

from sim.report import sensitivity, sensitivity_answer, sensitivity_tables

from ... import sensitivity as made
from ... import studies


def sentences(*arguments, **changes):
    return sensitivity_answer.sentences(made.found(*arguments, **changes))


def test_the_answer_says_how_far_luck_what_matters_which_way_and_what_does_not():
    assert sentences() == [
        "Within these ranges of 4 unknowns, capability is on average 2.00 OOM, 1.20 to 2.90 in 80% "
        "of runs: values that nobody knows, and luck; all else as gpt53_codex has it.",
        "In runs of 1 year, 84% [80%, 88%] of the variance of capability is what is not known, the "
        "rest is luck.",
        "Harder ideas matters most: total index of harder ideas 0.52 [0.49, 0.55], then gain 0.31 "
        "[0.28, 0.34] and speedup 0.20 [0.17, 0.23]; interactions make 17% [12%, 22%].",
        "Capability falls with harder ideas, gain and speedup, on the whole.",
        "Review hardly matters (total index surely below 0.05).",
    ]


def test_a_small_index_that_may_be_larger_is_not_said_to_be_little():
    assert not any("hardly" in text for text in sentences(totals=made.TOTALS | {"review": 0.03}))


def test_what_may_be_first_is_named_together():
    said = sentences(totals=made.TOTALS | {"gain": 0.5})[2]
    assert said.startswith("Harder ideas and gain matter most (their intervals overlap): ")
    said = sentences(totals=dict.fromkeys(made.TOTALS, 0.3))[2]
    assert said.startswith("The runs do not tell which matters most: ")


def test_other_methods_say_their_own_numbers():
    assert sentences("morris")[1] == (
        "Harder ideas matters most: mean effect of harder ideas 0.520 [0.490, 0.550] OOM, then "
        "gain 0.310 [0.280, 0.340] OOM and speedup 0.200 [0.170, 0.230] OOM."
    )
    assert sentences("sample")[-1] == (
        "Review cannot be told from a value that does nothing, at this number of runs."
    )


def test_without_replications_luck_is_not_told():
    found = made.found()
    found.variance.loc[:, ["luck", "share", "share_low", "share_high"]] = np.nan
    said = sensitivity_answer.sentences(found)
    assert "no point has two replications" in said[1]
    assert said[2].startswith("Harder ideas matters most")
    assert all("nan" not in text for text in (*said, *sensitivity_answer.details(found)))


def test_a_sample_of_one_replication_each_is_ranked_by_distances():
    found = made.found("sample", replications=1)
    found.variance.loc[:, ["luck", "parameters", "share", "share_low", "share_high"]] = np.nan
    said = sensitivity_answer.sentences(found)
    assert "no point has two replications" in " ".join(said)
    assert any(text.startswith("Harder ideas matters most: distance of") for text in said)
    assert "nan" not in sensitivity.html(found).partition("<script")[0].replace("finance", "")
    found.pawn.loc[:, "beyond_noise"] = False
    assert sensitivity_answer.sentences(found) == [sensitivity_answer.NOTHING]


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
    assert details[0].startswith(
        "One oom (days): on average 2.00 days (counting a date not reached as the horizon), 1.20 "
        "to 2.90 in 80% of runs; 84% [80%, 88%] is what is not known; largest total index: gain, "
    )
    assert "It comes earlier with gain" in details[0]
    assert details[-1] == "Two rows were left out."


def test_each_value_says_which_way_it_works_if_that_is_surely_known():
    found = made.found()
    table = found.rank_correlations
    own = (table["outcome"] == "capability").to_numpy()
    table.loc[own, "low"], table.loc[own, "high"] = [-0.6, 0.1, -0.1, -0.1], [-0.4, 0.5, 0.4, 0.1]
    assert sensitivity_answer.directions(found, "capability") == (
        "Capability rises with gain and falls with harder ideas, on the whole; it is not told "
        "which way with speedup."
    )
    _, rows = sensitivity_tables.of_outcome(found, "capability")
    assert [row[3] for row in rows] == ["less", "more", "–", "–"]
    _, rows = sensitivity_tables.of_outcome(found, "one_oom")
    assert [row[3] for row in rows] == ["earlier", "earlier", "earlier", "–"]
    walks = made.found("morris")
    walks.morris.loc[0, ["mu_low", "mu_high"]] = 0.1, 0.2
    said = sensitivity_answer.directions(walks, "capability")
    assert said.startswith("Capability rises with harder ideas and falls with gain")


def test_a_date_beyond_the_horizon_is_said_to_be_that():
    found = made.found()
    found.variance.loc[1, ["mean", "p10", "p90"]] = 300.0, 200.0, studies.DAYS
    said = next(sensitivity_answer.details(found))
    assert "300 days (counting" in said and "200 days to not within 1 year in 80% of runs" in said


def test_of_trajectories_no_range_of_runs_is_told():
    assert not any("80% of runs" in text for text in sentences("morris"))


def test_noise_in_pawn_is_no_verdict_where_an_index_is_above_zero():
    found = made.found()
    found.pawn.loc[1, "beyond_noise"] = False
    assert (
        "PAWN cannot tell gain from noise at this number of runs; its total index can: it is "
        "surely not 0." in sensitivity_answer.details(found)
    )
    assert not any("PAWN" in text for text in sensitivity_answer.details(made.found()))
    found = made.found("sample")
    found.pawn.loc[1, "beyond_noise"] = False
    assert any("its rank correlation can" in text for text in sensitivity_answer.details(found))
    assert not any("Gain" in text for text in sensitivity_answer.sentences(found))


def test_words_are_explained():
    found = made.found()
    words = {**sensitivity_tables.terms(found), **sensitivity_tables.meanings(found)}
    assert {"first index", "total index", "PAWN", "gain", "harder ideas"} <= set(words)
    assert words["harder ideas"].startswith("The larger this number, the faster better algorithms")


def test_tables_hold_every_factor_the_largest_first():
    heads, rows = sensitivity_tables.of_outcome(made.found(), "capability")
    assert heads == ["unknown", "first index", "total index", "if higher", "PAWN"]
    assert rows[0] == ("harder ideas", "0.42 [0.39, 0.45]", "0.52 [0.49, 0.55]", "less", "0.52")
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
