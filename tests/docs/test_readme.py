"""Every command and every piece of code in the README runs as written."""

import re
import shlex
from pathlib import Path

import pytest

from sim import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
# Cloning, make and set-up run elsewhere.
READS, REPLAYS, FINDS, SCORES = "task=results", "task=replay", "task=discover", "task=score"
FORETELLS = "task=forecast"
OF_MORE = (READS, REPLAYS, FINDS, SCORES)  # what needs a study, or a forecast
NOT_ALONE = (*OF_MORE, FORETELLS)  # forecasts are made when something needs them
NOT_RUN = ("git clone", "make ", "python -m venv", ".venv/bin/pip")


def commands():
    """Shell commands of the README, comments stripped."""
    lines = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
    return [line for line in lines if line.strip() and not line.startswith(NOT_RUN)]


def blocks(kind):
    return [text for name, text in BLOCKS if name == kind]


QUICK = ["horizon=40 d", "figures=false", "report=false"]
LATER = ["horizon=200 d", "execute=in_process"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the files that the README shows."""
    place = tmp_path_factory.mktemp("readme")
    for name, text in zip(("mine.yaml", "study.yaml"), blocks("yaml"), strict=True):
        (place / name).write_text(text)
    (dates,) = blocks("csv")
    (place / "dates.csv").write_text(dates)
    return place


@pytest.fixture
def folder(place, monkeypatch):
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def studied(folder, capsys):
    """The same, in which the study of the README was run, but for a shorter time."""
    if not (folder / "results" / "study" / "my_study").exists():
        arguments = ["task=study", "study=study.yaml", "replications=4", *LATER, *QUICK[1:]]
        assert cli.run(arguments) == 0
        capsys.readouterr()


def foretell(capsys, name, says, *shorter):
    """Make the forecast that the README keeps in a folder of this name, unless it is there."""
    if not Path("results", "study", name).exists():
        (made,) = [c for c in commands() if f"folder={name}" in c]
        _, *arguments = shlex.split(made, comments=True)
        assert cli.run([*arguments, "execute=in_process", *shorter, *QUICK[1:]]) == 0
        assert says in capsys.readouterr().out


@pytest.fixture
def foretold(folder, capsys):
    """The same, in which the forecast that is scored was made, but of fewer runs."""
    foretell(capsys, "luck", "taken as known", "horizon=200 d", "replications=2")


@pytest.fixture
def unknown(folder, capsys):
    """The same, in which the forecast of what is not known was made, but for a shorter time."""
    foretell(capsys, "unknown", "1,024 draws", "horizon=400 d")


def test_the_readme_has_commands():
    assert len(commands()) >= 7


@pytest.mark.parametrize("command", [c for c in commands() if any(x in c for x in OF_MORE)])
def test_command_on_a_study_or_forecast_runs(command, request, capsys):
    needs = {"study=unknown": "unknown", SCORES: "foretold"}
    request.getfixturevalue(next((needs[x] for x in needs if x in command), "studied"))
    program, *arguments = shlex.split(command, comments=True)
    assert program == "recursim"
    quick = REPLAYS in command or FINDS in command
    assert cli.run([*arguments, *QUICK[1:]] if quick else arguments) == 0
    assert capsys.readouterr().out.strip()


# A shorter horizon keeps the test quick; everything else is as written.
@pytest.mark.parametrize("command", [c for c in commands() if not any(x in c for x in NOT_ALONE)])
def test_command_runs(command, folder, capsys):
    program, *arguments = shlex.split(command, comments=True)
    assert program.endswith("recursim")
    changed = ("replications=", "horizon=", "target=", "grid=")
    shorter = [a for a in arguments if not a.startswith(changed)]
    if "task=describe" not in arguments:
        shorter += [*QUICK, "workers=1"]
    if "task=study" in arguments:
        shorter = [a for a in shorter if a != "workers=1"] + ["replications=4"]
        if "study=study.yaml" in arguments and not any(a.startswith("folder=") for a in arguments):
            shorter = [a for a in shorter if not a.startswith("horizon=")] + LATER
    elif "task=curves" in arguments:  # 40 days tell nothing of them
        shorter = [*arguments, *LATER, "replications=2", *QUICK[1:]]
    elif "task=sensitivity" in arguments:
        shorter = [a for a in shorter if a != "workers=1"] + ["execute=in_process"]
        shorter = [a for a in shorter if not a.startswith("rows=")] + ["replications=2", "rows=8"]
    elif "task=limits" in arguments or "task=phase_map" in arguments:
        shorter = [a for a in shorter if a != "workers=1"] + ["execute=in_process"]
        mapped = "task=phase_map" in arguments
        shorter += ["replications=5", "grid=5", "low=0.5"] if mapped else ["replications=2"]
    elif any(a.startswith("replications=") for a in arguments):
        shorter += ["replications=2"]
    assert cli.run(shorter) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("code", blocks("python"))
def test_python_example_runs(code, studied, capsys):
    exec(code, {})
    assert len(capsys.readouterr().out.splitlines()) > 3


def test_every_lab_is_in_the_table_of_scenarios():
    table = README.partition("## Scenarios")[2].partition("\n## ")[0]
    folder = ROOT / "configs" / "scenario"
    named = {*re.findall(r"`([a-z0-9_]+)`", table)}
    toys = {p.stem for p in folder.glob("*.yaml") if "override /lab: empty" in p.read_text("utf-8")}
    every = {p.stem for p in folder.glob("*.yaml")}
    assert named == every - toys - {"gpt53_codex"} | {"automl", "self_hosting_compiler"}


def test_scenarios_and_files_named_exist():
    for path in re.findall(r"`((?:configs|sim|tests|results)/[\w/.]+)`", README):
        assert (ROOT / path.rstrip("/")).exists(), path
    for image in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / image).is_file(), image
