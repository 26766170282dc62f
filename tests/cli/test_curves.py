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
    assert curves("replications=5", "horizon=190 d") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(
        r"Curves are set to start as fast as the simulated lab \([\d.]+ \[[\d.]+, [\d.]+\] "
        r"doublings of software a year\), so only what follows from the same start is compared: "
        r"Forethought's own speed-up at the start \(2 to 32 times\) is thereby discarded. "
        r"After 190 days the lab is at [\d.]+ \[[\d.]+, [\d.]+\] doublings, Forethought at [\d.]+ "
        r"and METR at [\d.]+: the lab is (ahead of|behind|not surely apart from) ", said
    )
    assert "r = lambda eta / beta = 0.47, below 1: no software explosion by Forethought's" in said
    assert "Forethought gives 57% to 3 years of progress within 12 months once AI does all" in said
    assert "automated in 2033.1 (80% of draws: 2030." in said
    assert re.search(
        r"Removing retraining time changes this end, in doublings, by \S+ \[\S+ \S+\] if "
        r"experiments are held and freed compute runs more of them, \S+ \[\S+ \S+\] if idle "
        r"training compute is never lent and \S+ \[\S+ \S+\] if experiments follow the "
        r"frontier. By the first of these "
        r"conventions the lab would be at [\d.]+ without retraining time, ", said
    )
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
    assert "Curves are set to start as fast" in page
    assert "Not matched: what is published" in page
    claims = pd.read_csv(folder / "claims.csv").set_index(["model", "variant"])["value"]
    assert claims["forethought", "published"] > 0.5 > claims["forethought", "start and values"]
    assert "recursim task=curves" in page
    assert "Training takes a thousandth of the time" in page


@pytest.mark.verify
def test_figures_and_page_may_be_left_out_and_the_same_command_goes_on(here, capsys):
    command = ("scenario=only_training", "replications=3", "horizon=190 d")
    assert curves(*command, "figures=false", "report=false") == 0
    assert "5 replications or more are needed" in " ".join(capsys.readouterr().out.split())
    (folder,) = (here / "results" / "study").iterdir()
    assert not {"figures", "report.html"} & {path.name for path in folder.iterdir()}
    runs = (folder / "runs.parquet").stat().st_mtime_ns
    assert curves(*command, "figures=false", "report=false") == 0
    assert (folder / "runs.parquet").stat().st_mtime_ns == runs


@pytest.mark.parametrize(("arguments", "message"), [
    (["horizon=180 d"], r"horizon must be >= 182 d, got 180 d"),
    (["scenario=mm1"], r"'mm1' must have a stock 'algorithms'"),
    (["engine=reference"], r"task=curves needs the compiled engine"),
])
def test_bad_input_is_refused(arguments, message, here, capsys):
    assert curves("replications=5", *arguments) == 2
    assert re.search(message, " ".join(capsys.readouterr().err.split()))
    assert not list(here.rglob("manifest.json"))
