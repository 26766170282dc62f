"""`task=limits` on the command line: what it says, what it writes, what it refuses."""

import re

import pytest

import sim
from sim import cli
from sim.limits.findings import open_findings
from sim.limits.question import ask
from sim.model import InputError

QUICK = ("execute=in_process", "figures=false", "report=false")


def limits(*arguments):
    return cli.run(["task=limits", *arguments])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_sentence_answers_and_the_same_command_goes_on(here, capsys):
    command = ("scenario=only_review", "replications=6", "execute=in_process")
    assert limits(*command) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "only_review is loop-limited: with 1% more compute a model of 1 OOM comes" in said
    assert "what holds it back most is review (" in said
    (folder,) = (here / "results" / "study").iterdir()
    assert folder.name.startswith("limits_only_review_")
    assert {"effects.csv", "elasticities.csv", "interactions.csv", "regimes.csv"} <= {
        path.name for path in folder.iterdir()
    }
    page = (folder / "report.html").read_text("utf-8")
    assert "what holds it back most is review (" in page
    assert {"attribution.png", "regimes.svg"} <= {p.name for p in (folder / "figures").iterdir()}
    runs = (folder / "runs.parquet").stat().st_mtime_ns
    assert limits(*command, *QUICK) == 0
    assert (folder / "runs.parquet").stat().st_mtime_ns == runs


@pytest.mark.parametrize("scenario", [
    "mm1", "jackson", "critical_path", "delegation", "review_ceiling", "training_interruptions",
    "working_hours", "self_hosting_compiler",
])
def test_labs_of_all_kinds_have_an_answer(scenario, here, capsys):
    assert limits(f"scenario={scenario}", "replications=5", *QUICK) == 0
    assert "nan" not in capsys.readouterr().out


def test_two_replications_tell_nothing(here, capsys):
    assert limits("scenario=only_review", "replications=2", *QUICK) == 0
    assert "5 replications or more are needed" in " ".join(capsys.readouterr().out.split())


def test_sizes_that_interventions_set_are_not_held():
    change = "+interventions={x:{at:30d,set:{flows:{experiment:{insight:{parallel:0.9}}}}}}"
    question = ask(sim.load(change, "horizon=60 d"), seed=0, replications=5)
    assert "intervention 'x' sets flows.experiment.insight.parallel" in question.unheld
    assert question.study.factors["changed"].named["review"].keys().isdisjoint(
        ask(sim.load("horizon=60 d"), seed=0, replications=5).study.factors["changed"].named["base"]
    )


@pytest.mark.parametrize(("arguments", "message"), [
    (["target=50"], r"target must be reached in half of the runs, got 50 OOM, reached in 0 of 8"),
    (["target=-1"], r"target must be .*-1"),
    (["engine=reference"], r"task=limits needs the compiled engine"),
    (["workers=2"], r"execute\.workers=2"),
])
def test_bad_input_is_refused(arguments, message, here, capsys):
    assert limits("scenario=only_review", "replications=5", *arguments, *QUICK) == 2
    assert re.search(message, " ".join(capsys.readouterr().err.split()))
    assert not list(here.rglob("manifest.json"))


def test_a_target_needs_releases():
    with pytest.raises(InputError, match=r"target needs releases, and no flow of 'mm1' has any"):
        ask(sim.load("scenario=mm1"), seed=0, replications=5, target=1.0)


def test_a_half_step_that_is_rounded_to_the_whole_tells_nothing(here):
    assert limits("scenario=jackson", "replications=5", *QUICK) == 0
    (folder,) = (here / "results" / "study").iterdir()
    found = open_findings(folder)
    table = found.elasticities.set_index("driver")
    assert set(table.loc[list(set(found.steps) - set(found.half_steps)), "steady"]) == {None}
    assert len(found.half_steps) < len(found.steps)
