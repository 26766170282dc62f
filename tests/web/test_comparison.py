"""The report of a comparison in a browser: offline, on any screen, with long names."""

import pytest

import sim
from sim.plots import Frames
from sim.plots.comparison import Scenarios, shown
from sim.report import comparison_html
from sim.study.compare import compare

from .conftest import MANIFEST

LONG = "gpt53_codex flows.experiment.stages.run.work=lognormal(median=2 d, p95=9 d)"


@pytest.fixture(scope="module")
def compared():
    short = ("horizon=30 d", "prehistory=0")
    models = {
        "people_only": sim.load("scenario=people_only", *short), LONG: sim.load(*short),
        "frozen_assistants": sim.load("scenario=frozen_assistants", *short),
    }
    found = compare(models, replications=2, seed=0)
    frames = {
        name: Frames(e.visits, e.generations, e.changes, e.model)
        for name, e in found.ensembles.items()
    }
    return Scenarios(frames, found.differences)


@pytest.fixture(scope="module")
def page(compared, tmp_path_factory):
    manifest = MANIFEST | {
        "scenarios": list(compared), "runs": dict(zip(compared, "abc", strict=True)),
        "model_hashes": {name: found.model.hash() for name, found in compared.items()},
    }
    runs = dict.fromkeys(compared, MANIFEST)
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(comparison_html(compared, manifest, runs, {LONG: "b/report.html"}))
    return path


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_it_draws_its_charts_asks_for_nothing_and_fits(open_page, page, compared, width, theme):
    visit = open_page(width, path=page, color_scheme=theme)
    names = list(shown(compared))
    assert "differences" in names and "levels" in names
    for name in names:
        box = visit.chart(name)
        assert box.locator(".point path, path.js-line, path.point").count() > 0
        assert 0 < box.bounding_box()["width"] <= width
    assert visit.requests == [page.as_uri()]
    assert visit.complaints == []
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(beyond) == 0


def test_a_scenario_can_be_hidden_and_its_own_report_is_a_link(open_page, page):
    visit = open_page(path=page)
    visit.chart("differences")
    visit.page.locator("#figure-differences .legend button", has_text="frozen").click()
    assert visit.ask("differences", "box._fullData.map((t) => t.visible)") == [True, False]
    link = visit.page.get_by_role("link", name=f"Report of {LONG} by itself")
    assert link.evaluate("e => e.href") == page.parent.joinpath("b/report.html").as_uri()
