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
NOT_RUN = ("git clone", "make ", "python -m venv", ".venv/bin/pip")


def commands():
    """Shell commands of the README, comments stripped."""
    lines = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
    return [line for line in lines if line.strip() and not line.startswith(NOT_RUN)]


def blocks(kind):
    return [text for name, text in BLOCKS if name == kind]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "mine.yaml").write_text(blocks("yaml")[0])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_readme_has_commands():
    assert len(commands()) >= 7


# A shorter horizon keeps the test quick; everything else is as written.
@pytest.mark.parametrize("command", commands())
def test_command_runs(command, folder, capsys):
    program, *arguments = shlex.split(command, comments=True)
    assert program.endswith("recursim")
    shorter = [a for a in arguments if not a.startswith(("replications=", "horizon="))]
    if "task=describe" not in arguments:
        shorter += ["horizon=40 d", "figures=false", "report=false", "workers=1"]
    if any(a.startswith("replications=") for a in arguments):
        shorter += ["replications=2"]
    assert cli.run(shorter) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("code", blocks("python"))
def test_python_example_runs(code, capsys):
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
