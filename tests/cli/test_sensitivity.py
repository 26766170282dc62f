"""`task=sensitivity` on the command line: what it says, what it writes, what it refuses."""

import re

import pandas as pd
import pytest
import yaml

from sim import cli
from sim.model import InputError
from sim.plots import sensitivity as sensitivity_figures
from sim.settings import Settings
from sim.study.plan import read
from sim.tasks.sensitivity_plan import plan_for

QUICK = ("execute=in_process", "figures=false", "report=false")
STUDY = {
    "name": "small", "question": "Which of two unknowns matters?", "scenario": "only_review",
    "set": {"horizon": "120 d"},
    "factors": {
        "review": {"path": "oversight.standard.review_work",
                   "uncertainty": "uniform(low=4 d, high=20 d)"},
        "mending": {"path": "flows.generation.stages.mend.work",
                    "uncertainty": "uniform(low=0.1 d, high=0.3 d)"},
    },
    "design": "latin_hypercube(points=16)", "replications": 3,
    "outcomes": {"cycle_time": "cycle_time", "one_oom": "time_to_capability(oom=0.3)"},
}


def sensitivity(*arguments):
    return cli.run(["task=sensitivity", *arguments])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(STUDY, sort_keys=False))
    return tmp_path


@pytest.fixture
def one_figure():
    """Leave one figure, for speed; all are there again, in their order, when a test ends."""
    figures = sensitivity_figures.FIGURES
    kept = dict(figures)
    for name in kept.keys() - {"split"}:
        del figures[name]
    yield
    figures.clear()
    figures.update(kept)


def the_folder(here):
    (folder,) = (here / "results" / "study").iterdir()
    return folder


def said(capsys):
    return " ".join(capsys.readouterr().out.split())


def test_the_answer_comes_first_and_the_same_command_analyses_what_is_there(
    here, capsys, one_figure
):
    command = ("study=small.yaml", "rows=16", "execute=in_process")
    assert sensitivity(*command) == 0
    text = said(capsys)
    assert text.startswith("small_sensitivity: 2 unknowns, 64 points × 2 replications.")
    assert re.search(
        r"In runs of 120 days, \d+% \[\d+%, \d+%\] of the variance of cycle time is what is "
        r"not known, the rest is luck\. Review matters most: total index of review [01]\.\d\d", text
    )
    assert re.search(r"128 runs; runs and indices took [\d.]+ s", text)
    folder = the_folder(here)
    assert re.fullmatch(r"small_sensitivity_[0-9a-f]{8}", folder.name)
    names = {path.name for path in folder.iterdir()}
    assert {"sobol.csv", "pawn.csv", "variance.csv", "report.html"} <= names
    assert "morris.csv" not in names
    assert {p.name for p in (folder / "figures").iterdir()} == {"split.png", "split.svg"}
    table = pd.read_csv(folder / "sobol.csv")
    assert list(table["outcome"].unique()) == ["cycle_time", "one_oom"]
    page = (folder / "report.html").read_text("utf-8")
    assert "Review matters most" in page and "recursim task=sensitivity study=small.yaml" in page
    runs = (folder / "runs.parquet").stat().st_mtime_ns
    assert sensitivity(*command, *QUICK) == 0
    assert "indices of runs made earlier took" in said(capsys)
    assert sensitivity(f"study={folder}", *QUICK) == 0
    assert "Review matters most" in said(capsys)
    assert (folder / "runs.parquet").stat().st_mtime_ns == runs


@pytest.mark.parametrize(("method", "rows", "table"), [
    ("morris", ["rows=8"], "morris.csv"), ("sample", [], "pawn.csv"),
])
def test_other_methods_answer_too(method, rows, table, here, capsys):
    assert sensitivity("study=small.yaml", f"method={method}", *rows, *QUICK) == 0
    text = said(capsys)
    assert "review" in text.lower() and "nan" not in text.lower()
    assert (the_folder(here) / table).is_file()


def test_an_outcome_that_too_few_runs_have_is_left_out_with_a_note(here, capsys):
    own = {"capability": "capability", "cycle_time": "cycle_time"}
    late = STUDY | {"set": {"horizon": "16 d"}, "outcomes": own}
    (here / "late.yaml").write_text(yaml.safe_dump(late, sort_keys=False))
    assert sensitivity("study=late.yaml", "rows=16", *QUICK) == 0
    assert "Cycle time is left out: sensitivity: needs 8 rows or more" in said(capsys)


def plan(*overrides, **settings):
    return plan_for(Settings(task="sensitivity", **settings), overrides)[0]


def test_the_shipped_study_is_the_one_that_is_meant():
    study = plan(rows=8).study
    assert study.name == "what_matters_sensitivity"
    assert study.design.kind == "saltelli" and len(study.factors) == 8
    assert study.random_numbers == "rows" and study.replications == 2


def test_a_study_keeps_a_design_with_rows_and_else_gets_one(here):
    assert plan(study="small.yaml").study.design.kind == "saltelli"
    data = STUDY | {"design": "morris(trajectories=9)", "random_numbers": "rows"}
    (here / "walks.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
    kept = plan(study="walks.yaml").study
    assert (kept.design.kind, len(plan(study="walks.yaml").points)) == ("morris", 27)
    assert kept.replications == 3
    assert plan(study="walks.yaml", method="sobol", rows=8).study.replications == 2
    own = plan(study="small.yaml", method="sample").study
    assert (own.design.kind, own.random_numbers) == ("latin_hypercube", "common")


def test_the_command_line_wins(here):
    found = plan("replications=5", "seed=3", "horizon=30 d", study="small.yaml", rows=8)
    assert (found.study.replications, found.study.seed, found.horizon) == (5, 3, 30.0)


def test_the_same_unknowns_are_asked_of_another_lab(here):
    own = plan(study="small.yaml", rows=8)
    other = plan("scenario=only_training", study="small.yaml", rows=8)
    assert list(other.bases) == ["only_training"]
    assert other.points.equals(own.points)
    assert other.hash != own.hash


def test_levers_are_sampled_with_the_unknowns(here):
    data = STUDY | {"factors": STUDY["factors"] | {
        "engineers": {"path": "pools.engineers.capacity", "lever": [4, 8, 16]}}}
    (here / "both.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
    found = plan(study="both.yaml", rows=8)
    assert len(found.points) == 8 * 5
    assert set(found.points["engineers"]) == {4, 8, 16}


@pytest.mark.parametrize(("settings", "overrides", "message"), [
    ({"rows": 100}, (), r"rows must be a power of two, .*got 100"),
    ({"study": "04_two_levers"}, (), r"needs uncertainties, and 'two_levers' has none"),
    ({"study": "05_eight_unknowns"}, (), r"hit with gain \(-0\.5\); set method=sample"),
    ({"study": "05_eight_unknowns", "method": "morris"}, (), r"independent.* set method=sample"),
    ({"study": "05_eight_unknowns", "method": "sample", "rows": 64}, (), r"rows is for method=s"),
    ({"method": "sample"}, (), r"that of 'what_matters' is saltelli.* set method=sobol"),
    ({"rows": 8}, ("scenario=mm1",), r"unknown path 'flows\.experiment.*scenario 'mm1'"),
    ({"study": "06_labs"}, ("scenario=mm1",), r"needs uncertainties, and 'labs' has none"),
    ({"rows": 8}, ("stocks.algorithms.beta=0.5",), r"'beta' sets stocks\.algorithms\.beta"),
    ({"study": "nothing_of_the_kind"}, (), r"study: .*nothing_of_the_kind"),
])
def test_a_study_that_does_not_suit_is_refused(settings, overrides, message):
    with pytest.raises(InputError, match=message):
        plan(*overrides, **settings)


@pytest.mark.parametrize(("arguments", "message"), [
    (["method=anova"], r"method .*'?anova'?.*sobol"),
    (["rows=8", "engine=reference"], r"task=sensitivity needs the compiled engine"),
    (["rows=8", "workers=2"], r"execute\.workers=2"),
    (["rows=8", "when=capability > 1"], r"when is for task=discover, got task=sensitivity"),
    (["study=05_eight_unknowns"], r"correlates hit with gain \(-0\.5\); set method=sample"),
])
def test_bad_input_is_refused(arguments, message, here, capsys):
    assert sensitivity(*arguments, *QUICK) == 2
    assert re.search(message, " ".join(capsys.readouterr().err.split()))
    assert not list(here.rglob("manifest.json"))


@pytest.mark.parametrize("setting", ["method=sobol", "rows=64"])
def test_settings_are_refused_for_other_tasks(setting, here, capsys):
    assert cli.run(["task=limits", setting, *QUICK]) == 2
    assert "is for task=sensitivity" in " ".join(capsys.readouterr().err.split())


def test_what_was_planned_is_not_changed(here, capsys):
    assert cli.run(["task=study", "study=small.yaml", "replications=2", *QUICK]) == 0
    folder = here / "results" / "study" / "small"
    assert read(folder).study.design.kind == "latin_hypercube"
    assert sensitivity("study=results/study/small", "rows=8", *QUICK) == 2
    assert "is analysed as it was planned, got rows=8" in " ".join(capsys.readouterr().err.split())
    assert sensitivity("study=results/study/small", *QUICK) == 0
