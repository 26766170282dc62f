"""A stored ensemble, to read and to damage."""

import shutil

import pytest

from sim import store
from sim.model import Model
from sim.study.ensemble import ensemble

from .tiny_lab import LAB, TABLES


@pytest.fixture(scope="session")
def result():
    return ensemble(Model.from_dict(LAB), replications=2, seed=5)


@pytest.fixture(scope="session")
def written(result, tmp_path_factory):
    settings = {"seed": 5, "replications": 2}
    folder = store.create(tmp_path_factory.mktemp("results"), result.model, settings, ["seed=5"])
    tables = {name: getattr(result, name) for name in TABLES}
    store.finish(folder, tables, status="finished", replications_done=2)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    """A copy of its own of a run's folder."""
    return shutil.copytree(written, tmp_path / "run")
