import pytest

from .studies import ROOT, plan_in, run


@pytest.fixture(autouse=True)
def workers_find_us(monkeypatch):
    """Workers import what they do."""
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def plan(tmp_path):
    """The plan; its file is in `tmp_path`."""
    return plan_in(tmp_path)


@pytest.fixture(scope="session")
def table(tmp_path_factory):
    """The bytes of the table of a study that nothing disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert run(plan_in(folder), folder / "results").status == "finished"
    return (folder / "results" / "runs.parquet").read_bytes()
