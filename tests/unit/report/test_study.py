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
