"""The report of a study in a browser: offline, on any screen, its charts beside each other."""

import pytest

from sim.plots.study import shown, studied
from sim.report import write_study

from .. import studies


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder, found = tmp_path_factory.mktemp("page"), {}
    for name, results in (
        ("crossed", studies.crossed()), ("grid", studies.grid()), ("wide", studies.planted(30)),
    ):
        found[name] = (studied(results), folder / f"{name}.html")
        write_study(*found[name])
    return found


@pytest.mark.parametrize(("name", "width", "theme", "beside"), [
    ("crossed", 390, "dark", False), ("grid", 1280, "light", True),
])
def test_it_draws_its_charts_asks_for_nothing_and_fits(
    open_page, pages, name, width, theme, beside
):
    found, path = pages[name]
    visit = open_page(width, path=path, color_scheme=theme)
    boxes = visit.page.locator(".chart")
    assert boxes.count() >= len(shown(found))
    for box in boxes.all():
        visit.chart(box.get_attribute("data-chart"))
        drawn = ".point path, path.point, path.js-line, .heatmaplayer image"
        assert box.locator(drawn).count() > 0
    panels = visit.page.locator("#figure-response .panel").all()
    assert len(panels) > 1
    rows = {panel.bounding_box()["y"] for panel in panels}
    assert len(rows) == (1 if beside else len(panels))
    assert visit.requests == [path.as_uri()]
    assert visit.complaints == []
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(beyond) == 0


def test_many_axes_scroll_within_their_region_on_a_phone(open_page, pages):
    _, path = pages["wide"]
    visit = open_page(390, path=path)
    visit.chart("parallel")
    region = visit.page.locator("#figure-parallel .scroll")
    assert region.evaluate("e => e.scrollWidth > e.clientWidth")
    region.focus()
    visit.page.keyboard.press("ArrowRight")
    visit.until("document.activeElement.scrollLeft > 0")
