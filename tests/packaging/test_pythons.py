"""The project, its Makefile and its workflow speak of the same versions of Python."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MINORS = [
    int(found[1])
    for classifier in PROJECT["classifiers"]
    if (found := re.fullmatch(r"Programming Language :: Python :: 3\.(\d+)", classifier))
]
ENDS = {f"3.{min(MINORS)}", f"3.{max(MINORS)}"}


def versions_set_up():
    """Each Python that a job of the workflow sets up, by job; a matrix is one job for each row."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text("utf-8"))
    found = {}
    for name, job in workflow["jobs"].items():
        rows = job.get("strategy", {}).get("matrix", {}).get("include", [{}])
        (version,) = [
            step["with"]["python-version"]
            for step in job["steps"]
            if step.get("uses", "").startswith("actions/setup-python@")
        ]
        found[name] = [row.get("python", version) for row in rows]
    return found


def test_the_project_admits_the_versions_it_lists_and_no_others():
    admitted = SpecifierSet(PROJECT["requires-python"])
    assert [n for n in range(40) if f"3.{n}.0" in admitted] == sorted(MINORS)


def test_the_workflow_tests_the_oldest_and_the_newest():
    assert set(versions_set_up()["test"]) == ENDS


@pytest.mark.parametrize("job", sorted(set(versions_set_up()) - {"test"}))
def test_other_jobs_use_the_newest(job):
    assert versions_set_up()[job] == [f"3.{max(MINORS)}"]


def test_the_makefile_accepts_the_same():
    (accepted,) = re.findall(r"^\s*([\d.|]+)\) ;;", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert accepted.split("|") == [f"3.{n}" for n in sorted(MINORS)]
