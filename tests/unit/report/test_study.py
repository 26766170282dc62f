"""The page about a study: the answer first, then figures, points, luck, definition, provenance."""

import re
from dataclasses import replace

import numpy as np
import pytest

from sim.plots import study as plots
from sim.plots.study import numbers, studied
from sim.report import study_answer, study_html, study_tables, write_study

from ... import studies


@pytest.fixture(scope="module")
def grid():
    return studies.grid()


@pytest.fixture(scope="module")
def broken(grid):
    """Two runs failed, one was cut short; the study was interrupted."""
    reason = grid.runs["end_reason"].to_numpy(dtype=object)
    reason[[3, 9]], reason[12] = "failed", "event_budget"
    error = np.where(reason == "failed", "stage <b>'run'</b>: no such pool", "")
    lost = {n: grid.runs[n].mask(reason == "failed") for n in grid.study.outcomes}
    found = studies.changed(grid, end_reason=reason, error=error, **lost)
    found.manifest |= {"status": "interrupted", "runs": 40}
    return found


def test_the_answer_comes_first_and_every_section_after_it(grid, read):
    page = read(study_html(grid))
    found = studied(grid)
    (sentence,) = study_answer.sentences(found)
    parts = [
        "Do more engineers help when compute is scarce?", sentence,
        *study_answer.details(found), "Figures", "All 9 points, sorted by capability",
        "Standard deviation between points", "What was asked", "engineers",
        "Where this comes from", "recursim task=study study=study.yaml",
    ]  # fmt: skip
    words, place = page.words[page.words.index(parts[0]) :], 0
    for part in parts:
        place = words.index(part, place)
    assert [a["id"] for a in page.of("figure")] == [f"figure-{n}" for n in plots.shown(found)]
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert "nan" not in page.words.lower().split()
    charts = {a["data-chart"] for a in page.of("div") if "data-chart" in a}
    assert {f"data-{name}" for name in charts} <= set(ids) and len(charts) > 8


def test_the_sentence_is_made_of_the_swings(grid):
    found = studied(grid)
    table = numbers.swings(found, "capability")
    (sentence,) = study_answer.sentences(found)
    top = table.iloc[0]
    assert sentence.startswith(
        f"Capability rises from {top['mean_low']:.3f} to {top['mean_high']:.3f} OOM "
        f"(+{top['swing']:.3f} [{top['low_90']:.3f}, {top['high_90']:.3f}]) with {top['factor']} "
        f"from {top['low']} to {top['high']}"
    )
    assert sentence.endswith("(90% intervals, 9 points, 4 replications each, 36 runs of 1 year).")


def test_factors_are_told_apart_by_how_surely_they_count():
    planted = studied(studies.planted(400))
    said = study_answer.first(planted)
    assert re.match(r"capability rises from 0\.\d+ to 1\.\d+ OOM .* with a from its lowest", said)
    assert re.search(r"; also: b \(\+[^;]* OOM\).*; hardly any effect: ", said)
    noise = studied(studies.with_outcomes(studies.planted(400), "research_output"))
    assert "nothing that was varied moves research output by more than luck may" in (
        study_answer.first(noise))
    labs = study_answer.first(studied(studies.labs()))
    assert labs.startswith("capability is highest in ") and " and lowest in " in labs


def test_what_a_lever_does_at_a_level_of_another_is_not_hidden():
    size = {"none": 0.0, "less": 0.5, "more": 1.0}
    sign = {"a": 1.0, "b": -1.0}
    for middle, start in ((0.0, "capability falls from "), (0.5, "nothing that was varied moves")):
        found = studies.named(
            {"capability": lambda row, m=middle: (size[row["policy"]] - m) * sign[row["world"]]},
            seed=1)
        said = study_answer.first(studied(found))
        assert said.startswith(start)
        assert re.search(r"; but at world [ab] policy moves it more: \+[01]\.\d+ \[.*\] OOM ", said)
    # What adds up is the same at all levels: nothing is hidden.
    added = studies.named({"capability": lambda row: size[row["policy"]] + (row["world"] == "b")})
    assert "; but at" not in study_answer.first(studied(added))
    noise = studies.named({"capability": lambda row: 1.0}, replications=8)
    assert "; but at" not in study_answer.first(studied(noise))


def test_each_factor_is_judged_by_itself_and_levers_come_first():
    size = {"none": 0.0, "less": 0.05, "more": 0.1}
    found = studied(studies.named({"capability": lambda row: (
        3 * row["ideas"] + 2 * (row["world"] == "b") + size[row["policy"]])}, draws=24))
    said = study_answer.first(found)
    assert re.match(r"capability rises from .* with world from a to b; uncertainties \(others "
                    r"held, by regression on ranks\): ideas \(\+.* OOM\); small: policy \(\+", said)
    assert "hardly any effect: gain" in said or "perhaps only luck: gain" in said
    # The largest swing may be luck while a smaller one is sure.
    table = numbers.swings(found, "capability").copy()
    table.loc[table["factor"] == "ideas", ["low_90", "high_90"]] = [-1.0, 6.0]
    found._made[f"swings capability {found.moved}"] = table.sort_values(
        "swing", key=lambda swing: -swing.abs(), ignore_index=True)
    said = study_answer.first(found)
    assert said.startswith("capability rises from") and "perhaps only luck: ideas" in said


def test_one_point_says_how_surely_it_is_known(grid):
    runs = grid.runs[(grid.runs["point"] == 5).to_numpy()]
    alone = studies.results(grid.study, grid.points, runs)
    (sentence,) = study_answer.sentences(studied(alone))
    mean = runs["capability"].mean()
    assert sentence.startswith(f"Capability is {mean:.3f} [")
    assert "(90% intervals, 1 point, 4 replications, 4 runs of 1 year)" in sentence
    assert study_html(alone)


def test_what_failed_is_censored_or_missing_is_said(broken, read):
    page = read(study_html(broken))
    for said in (
        "This study is not finished (status: interrupted): 36 of 40 planned runs",
        "2 runs of 36 failed in the engine and are left out",
        "1 run of 36 ended before the horizon: 1 because its budget of events was used up",
        "stage <b>'run'</b>: no such pool", "point=0 replication=3",
        "are censored: not reached within their time",
    ):
        assert said in page.words
    assert not page.of("b")


def test_of_many_points_the_table_shows_the_first_by_the_first_outcome(read):
    found = studied(studies.planted(300))
    page = read(study_html(found))
    assert "The first 200 of 300 points, sorted by capability, the highest first." in page.words
    means = found.runs.groupby("point")["capability"].mean().sort_values(ascending=False)
    order = study_tables._order(found, means.to_frame("mean"))
    assert order == list(means.index)
    rows = re.findall(r'<tr><th scope="row">(\d+)</th>', study_tables.points(found))
    assert [int(row) for row in rows] == order[:200]


def test_the_definition_says_what_can_be_said(read):
    crossed = studies.crossed()
    stop = {"outcome": "capability", "half_width": 0.02, "at_most": 100}
    about = type(crossed.study).from_dict(crossed.study.to_dict() | {
        "stop": stop, "correlations": {"gain": {"harder_ideas": 0.5}},
        "random_numbers": "independent", "question": "<i>why</i>",
    })
    page = read(study_html(studies.results(about, crossed.points, crossed.runs)))
    for said in (
        "uniform(low=0.1, high=0.6)", "as_it_is, light, all_is_looked_at",
        "oversight.standard.review", "gain and harder ideas: 0.5", "independent at every point",
        "until the 90% interval of capability is ± 0.02 or less, at most 100", "horizon=1 y",
        "time until a model of 0.98 OOM is released", "24 points", "<i>why</i>",
    ):
        assert said in page.words, said
    assert not page.of("i")


def test_nothing_yet_and_all_failed_have_a_page(grid, read):
    for found in (
        studies.results(grid.study, grid.points, grid.runs.iloc[:0]),
        studies.changed(grid, end_reason="failed", error="it broke"),
    ):
        assert "nothing to say yet" in read(study_html(found)).words


def test_the_page_is_written_and_the_command_is_the_one_given(grid, tmp_path):
    write_study(grid, tmp_path / "report.html", command="recursim task=study study=04_two_levers")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<code>recursim task=study study=04_two_levers</code>" in text
    again = studies.results(replace(grid.study), grid.points, grid.runs)
    again.manifest["overrides"] = ["task=study", "study=mine.yaml", "horizon=2 y"]
    assert "recursim task=study study=mine.yaml &#x27;horizon=2 y&#x27;" in study_html(again)
    assert study_html(grid) == study_html(studied(grid))
