"""What the tests of descriptions share: the shipped scenarios, resolved once."""

import pytest

import sim
from sim.paths import configs

SCENARIOS = sorted(path.stem for path in (configs() / "scenario").glob("*.yaml"))


def pytest_generate_tests(metafunc):
    if "scenario" in metafunc.fixturenames:
        metafunc.parametrize("scenario", SCENARIOS, indirect=True)


@pytest.fixture(scope="session")
def scenario(request, models):
    """Each shipped scenario."""
    return models(request.param)


@pytest.fixture(scope="session")
def models():
    """A shipped scenario by name."""
    known = {}

    def model(name):
        if name not in known:
            known[name] = sim.load(f"scenario={name}")
        return known[name]

    return model


@pytest.fixture(scope="session")
def default(models):
    return models("gpt53_codex")
