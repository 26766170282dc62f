"""`task=forecast` and `task=score` on the command line: what they say, write and refuse."""

import csv
import json
import re

import pandas as pd
import pytest

from sim import cli
from sim.forecast.forecast import open_forecast
from sim.forecast.scores import issued
from sim.plots import forecast as plots
from sim.report import forecast_answer as answer
from sim.tasks import forecast as terminal
from sim.tasks import score

LAB = ("horizon=200 d", "prehistory=20 d")
QUICK = ("execute=in_process", "figures=false", "report=false")
STUDY = """
name: two
factors:
  gain: {path: stocks.algorithms.gain, uncertainty: "log_uniform(low=0.007, high=0.03)"}
design: latin_hypercube(points=6)
outcomes: {capability: capability}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Folder and output of a forecast of luck alone, with figures and report."""
    place = tmp_path_factory.mktemp("forecast")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        command = ["task=forecast", *LAB, "replications=6", "execute=in_process"]
        assert cli.run(command) == 0
    (folder,) = (place / "results" / "study").iterdir()
    return folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys):
    return " ".join(capsys.readouterr().out.split())


def test_files_tell_the_same_and_where_they_come_from(made):
    rows = list(csv.DictReader((made / "forecast.csv").open(encoding="utf-8")))
    data = json.loads((made / "forecast.json").read_text("utf-8"))
    assert data["table"] == [row | {"threshold": float(row["threshold"]), "runs": 6}
                             for row in rows]  # fmt: skip
    assert {row["kind"] for row in rows} == {"chance", "quantile"}
    origin = data["provenance"]
    assert origin["command"].startswith("recursim task=forecast 'horizon=200 d'")
    assert (origin["runs"], origin["replications"], origin["seed"]) == (6, 6, 0)
    assert origin["plan_hash"].startswith(made.name.rpartition("_")[2])
    assert data["unknown"] == []
    late = [row for row in rows if row["quantity"] == "capability_3" and row["at"] == "0.5"]
    assert late[0]["value"] == "later than 2026-08-24"
    assert [row for row in rows if row["quantity"] == "capability_3"][-6]["value"] == "0"


def test_what_is_scored_is_what_was_said(made):
    found, read = open_forecast(made), issued(made)
    for name, one in found.dates.items():
        whole = [k + 1 - 1e-9 for k in range(read.days)]
        assert read.chance(name, read.days) == pytest.approx(one.by(whole)[0]), name
    assert read.chance("metr_8h", read.days)[-1] > 0


def test_page_and_figures(made):
    page = (made / "report.html").read_text("utf-8")
    assert "By luck alone, all values as assumed" in page and "forecast.json" in page
    assert "What counts as passing each" in page and "by the lab’s own account" in page
    names = {path.name for path in (made / "figures").iterdir()}
    assert {"chances_by_date.png", "years_of_progress.svg"} <= names
    found = open_forecast(made)
    for one in plots.FIGURES.values():
        title, beneath = one.words(found)
        assert "6 runs" in beneath and "nan" not in title + beneath
    panels = plots.by_date.charts_of(found)
    assert list(panels) == [
        "Capability", "METR horizon", "Cycle, so many times as fast",
        "Output per person, so many times",
    ]


def test_the_first_sentence_says_of_what_it_is_the_chance(here, capsys):
    command = ["task=forecast", *LAB, "replications=2", *QUICK]
    assert cli.run(command) == 0
    text = said(capsys)
    assert re.search(
        r"By luck alone, all values as assumed \(\d+ guesses, \d+ fitted\), a model of 1 OOM above "
        r"generation 0 is released by 24 Aug 2026 with a chance of \d+% \[\d+, \d+\]; median", text
    )
    assert "The 90% interval is sampling error alone" in text
    assert "All values of gpt53 codex are taken as known (2 runs)" in text
    assert "study=05_eight_unknowns" in text
    assert re.search(r"A year of progress: what software .* at which gpt53 codex starts, "
                     r"1\.\d+ \[1\.\d+, 1\.\d+\] natural-log units", text)
    assert "for more set the time horizon, as horizon='4 y'" in text
    assert "METR 40 h (at 1.4 OOM)" in text and "METR’s horizon is capability again" in text


def test_page_and_terminal_tell_the_same(made, capsys):
    page = (made / "report.html").read_text("utf-8")
    found = open_forecast(made)
    for table in (terminal._chances(found), terminal._dates(found)):
        for column in list(table.columns)[1:]:
            assert f">{column.header}<" in page or f">by {column.header}<" in page
            for cell in column.cells:
                assert f">{cell}<" in page
                assert "[" in cell or " +" in cell or cell == "later"


def test_a_study_says_what_is_not_known(here, capsys):
    (here / "two.yaml").write_text(STUDY)
    assert cli.run(["task=forecast", "study=two.yaml", "replications=2", *LAB, *QUICK]) == 0
    text = said(capsys)
    assert re.search(r"By luck and 1 value that nobody knows, all else as assumed \(169 other "
                     r"guesses, 41 fitted values\), a model of 1 OOM", text)
    assert "A draw whose values make it start faster gains more" in text
    assert "Not known are gain: 6 draws × 2 replications, 12 runs" in text
    (folder,) = (here / "results" / "study").iterdir()
    assert folder.name.startswith("forecast_two_")
    assert json.loads((folder / "forecast.json").read_text("utf-8"))["unknown"] == ["gain"]


def test_scores_are_printed_and_written(made, here, capsys):
    (here / "dates.csv").write_text("quantity,date\nmetr_8h,2026-06-01\ncapability_3,\n")
    command = ["task=score", f"forecast={made / 'forecast.json'}", "dates=dates.csv"]
    assert cli.run([*command, "as_of=2026-08-01"]) == 0
    text = said(capsys)
    assert "2 dates asked for, 1 known, 1 not yet: on average better than knowing nothing" in text
    assert "of 1 lie inside the 80% range" in text and "smoothed" in text
    rows = list(csv.DictReader((here / "scores.csv").open(encoding="utf-8")))
    assert [row["quantity"] for row in rows] == [
        "metr_8h", "capability_3", "mean_known", "mean_not_yet", "mean"]
    assert float(rows[1]["crps"]) == 0 < float(rows[0]["crps"])
    assert rows[1]["inside"] == "open" and rows[0]["days"] == "178"


def row(name, crps, log, date="2026-06-01", inside="inside"):
    return {"quantity": name, "date": date, "inside": inside, "crps": crps[0],
            "crps_reference": crps[1], "log_score": log[0], "log_score_reference": log[1]}


@pytest.mark.parametrize(("crps", "log", "verdict"), [
    ((43, 65), (3.21, 2.78), "worse than knowing nothing by the log score (3.21 against 2.78), "
     "better than knowing nothing by the CRPS (43 days against 65 days)."),
    ((80, 65), (1.0, 2.0), "worse than knowing nothing by the CRPS (80 days against 65 days), "
     "better than knowing nothing by the log score (1.00 against 2.00)."),
    ((80, 65), (3, 2), "worse than knowing nothing by the log score (3.00 against 2.00) and by "),
    ((0, 0), (1, 2), "no better than knowing nothing by the CRPS (0 days against 0 days), better"),
])
def test_both_scores_have_a_verdict_the_bad_one_first(crps, log, verdict):
    table = pd.DataFrame([row("a", crps, log, inside="later"), row("mean", crps, log, date="")])
    said = score._sentence(table)
    assert f"1 date asked for, 1 known, 0 not yet: on average {verdict}" in said
    assert "Of the known 0 of 1 lie inside the 80% range" in said
    none = score._sentence(pd.DataFrame([row("a", crps, log, ""), row("mean", crps, log, "")]))
    assert "0 known, 1 not yet" in none and "only whether it was said too early" in none


def test_the_runs_of_another_study_are_no_forecast(made, capsys):
    assert cli.run(["task=forecast", f"study={made}", *QUICK]) == 2
    assert "whose runs answer other questions" in " ".join(capsys.readouterr().err.split())


def test_thresholds_that_no_run_passes_share_a_line(made):
    (chart,) = [chart for name, chart in plots.by_date.charts_of(open_forecast(made)).items()
                if name == "Output per person, so many times"]
    names = {trace.get("name") for trace in chart["data"]}
    assert {"2, 5, 10×: none", "5, 10×: none"} & names


def test_the_headline_may_be_chosen(made):
    found = open_forecast(made, "metr_8h")
    assert "METR horizon of 8 h" in answer.sentences(found)[0]
    assert "nearest to even" not in answer.sentences(found)[1]
    assert "nearest to even" in answer.sentences(open_forecast(made))[1]


def test_the_headline_is_the_capability_nearest_to_even(made):
    found = open_forecast(made)
    ends = {one.threshold.value: float(one.by([found.model.horizon])[0][0])
            for one in found.dates.values() if one.threshold.quantity == "capability"}
    chosen = ends[found.headline.threshold.value]
    assert abs(chosen - 0.5) == min(abs(chance - 0.5) for chance in ends.values())
    alike = [value for value, chance in ends.items() if chance == chosen]
    assert found.headline.threshold.value == (min if chosen < 0.5 else max)(alike)


@pytest.mark.parametrize(("arguments", "message"), [
    (["task=forecast", "scenario=mm1"], r"'mm1' has no releases"),
    (["task=forecast", "study=04_two_levers"], r"is a choice, and how likely"),
    (["task=forecast", "study=05_eight_unknown"], r"05_eight_unknowns"),
    (["task=forecast", "engine=reference"], r"task=forecast needs the compiled engine"),
    (["task=forecast", "as_of=2028-01-01"], r"as_of is for task=score"),
    (["task=forecast", "headline=capability_20", *LAB],
     r"headline: unknown threshold 'capability_20'.*capability_2"),
    (["task=forecast", "headline=years_3", *LAB], r"headline: unknown threshold 'years_3'"),
    (["task=score", "headline=capability_2"], r"headline is for task=forecast"),
    (["task=score"], r"task=score needs a forecast and dates"),
    (["task=score", "forecast=no.json", "dates=d.csv"], r"forecast not found, got 'no.json'"),
    (["task=score", "forecast=x", "dates=d.csv", "as_of=soon"], r"as_of must be a date, got"),
])
def test_bad_input_is_refused(arguments, message, here, capsys):
    assert cli.run([*arguments, *QUICK]) == 2
    assert re.search(message, " ".join(capsys.readouterr().err.split()))
    assert not list(here.rglob("manifest.json"))
