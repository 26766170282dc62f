"""`task=forecast` and `task=score` on the command line: what they say, write and refuse."""

import csv
import json
import re

import pytest

from sim import cli
from sim.forecast.forecast import open_forecast
from sim.forecast.scores import issued
from sim.plots import forecast as plots

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
    assert "By luck alone, a model of" in page and "forecast.json" in page
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
    assert re.search(r"luck alone, a model of 1 OOM above generation 0 is released by 24 Aug 2026 "
                     r"with a chance of \d+% \[\d+, \d+\] \(90% interval\); median", text)
    assert "All values of gpt53 codex are taken as known (2 runs)" in text
    assert "study=05_eight_unknowns" in text


def test_a_study_says_what_is_not_known(here, capsys):
    (here / "two.yaml").write_text(STUDY)
    assert cli.run(["task=forecast", "study=two.yaml", "replications=2", *LAB, *QUICK]) == 0
    text = said(capsys)
    assert "By luck and what nobody knows of the lab, a model of 1 OOM" in text
    assert "Not known are gain: 6 draws × 2 replications, 12 runs" in text
    (folder,) = (here / "results" / "study").iterdir()
    assert folder.name.startswith("forecast_two_")
    assert json.loads((folder / "forecast.json").read_text("utf-8"))["unknown"] == ["gain"]


def test_scores_are_printed_and_written(made, here, capsys):
    (here / "dates.csv").write_text("quantity,date\nmetr_8h,2026-06-01\ncapability_3,\n")
    command = ["task=score", f"forecast={made / 'forecast.json'}", "dates=dates.csv"]
    assert cli.run([*command, "as_of=2026-08-01"]) == 0
    text = said(capsys)
    assert "2 dates asked for, 1 known: a CRPS of" in text and "knows nothing" in text
    rows = list(csv.DictReader((here / "scores.csv").open(encoding="utf-8")))
    assert [row["quantity"] for row in rows] == ["metr_8h", "capability_3", "mean"]
    assert float(rows[1]["crps"]) == 0 < float(rows[0]["crps"])


@pytest.mark.parametrize(("arguments", "message"), [
    (["task=forecast", "scenario=mm1"], r"'mm1' has no releases"),
    (["task=forecast", "study=04_two_levers"], r"is a choice, and how likely"),
    (["task=forecast", "study=05_eight_unknown"], r"05_eight_unknowns"),
    (["task=forecast", "engine=reference"], r"task=forecast needs the compiled engine"),
    (["task=forecast", "as_of=2028-01-01"], r"as_of is for task=score"),
    (["task=score"], r"task=score needs a forecast and dates"),
    (["task=score", "forecast=no.json", "dates=d.csv"], r"forecast not found, got 'no.json'"),
    (["task=score", "forecast=x", "dates=d.csv", "as_of=soon"], r"as_of must be a date, got"),
])
def test_bad_input_is_refused(arguments, message, here, capsys):
    assert cli.run([*arguments, *QUICK]) == 2
    assert re.search(message, " ".join(capsys.readouterr().err.split()))
    assert not list(here.rglob("manifest.json"))
