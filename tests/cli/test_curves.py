"""`task=curves` on the command line: what it says, what it writes, what it refuses."""

import re

import pandas as pd
import pytest

from sim import cli


def curves(*arguments):
    return cli.run(["task=curves", "execute=in_process", *arguments])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_sentence_answers_and_tables_figures_and_page_are_kept(here, capsys):
    assert curves("replications=5", "horizon=130 d") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(
        r"Matched at t = 0 \([\d.]+ \[[\d.]+, [\d.]+\] doublings of software a year\), after 130 "
        r"days the simulated lab is at [\d.]+ \[[\d.]+, [\d.]+\] doublings; Constant rate at", said
    )
    assert "The lab would be without retraining time at" in said
    assert "nan" not in said
    (folder,) = (here / "results" / "study").iterdir()
    assert re.fullmatch(r"curves_gpt53_codex_[0-9a-f]{8}", folder.name)
    gaps = pd.read_csv(folder / "gaps.csv").set_index(["curve", "date", "part"])["value"]
    for (curve, date), own in gaps.groupby(["curve", "date"]):
        assert own.iloc[0] == pytest.approx(own.iloc[1:].sum(), abs=1e-9), (curve, date)
    paths = pd.read_csv(folder / "paths.csv")
    assert {"base", "held", "forethought", "metr", "metr_own"} <= set(paths["line"])
    assert (paths[paths["date"] == 0.0]["software"] == 0.0).all()
    assert {"overlay.png", "explained.svg"} <= {p.name for p in (folder / "figures").iterdir()}
    page = (folder / "report.html").read_text("utf-8")
    assert "Matched at t = 0 (" in page
    assert "recursim task=curves" in page
    assert "Training takes a thousandth of the time" in page


@pytest.mark.verify
def test_figures_and_page_may_be_left_out_and_the_same_command_goes_on(here, capsys):
    command = ("scenario=only_training", "replications=3", "horizon=150 d")
    assert curves(*command, "figures=false", "report=false") == 0
    assert "5 replications or more are needed" in " ".join(capsys.readouterr().out.split())
    (folder,) = (here / "results" / "study").iterdir()
    assert not {"figures", "report.html"} & {path.name for path in folder.iterdir()}
    runs = (folder / "runs.parquet").stat().st_mtime_ns
    assert curves(*command, "figures=false", "report=false") == 0
    assert (folder / "runs.parquet").stat().st_mtime_ns == runs


@pytest.mark.parametrize(("arguments", "message"), [
    (["horizon=100 d"], r"horizon must be >= 120 d, got 100 d"),
    (["scenario=mm1"], r"'mm1' must have a stock 'algorithms'"),
    (["engine=reference"], r"task=curves needs the compiled engine"),
])
def test_bad_input_is_refused(arguments, message, here, capsys):
    assert curves("replications=5", *arguments) == 2
    assert re.search(message, " ".join(capsys.readouterr().err.split()))
    assert not list(here.rglob("manifest.json"))
