"""The report in a browser: offline, on any screen, light and dark, on paper."""

import pytest

CHARTS = ("growth", "days")
DARK_INK, LIGHT_INK = "rgb(227, 232, 238)", "rgb(27, 31, 36)"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_draws_its_charts_asks_for_nothing_and_fits(open_page, report, width, theme):
    visit = open_page(width, color_scheme=theme)
    for name in CHARTS:
        box = visit.chart(name)
        assert box.locator("path.js-line, .point path").count() > 0
        assert 0 < box.bounding_box()["width"] <= width
    assert visit.requests == [report.as_uri()]
    assert visit.complaints == []
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(beyond) == 0


def test_charts_are_drawn_only_when_they_come_into_sight(open_page):
    visit = open_page(390, height=300)
    visit.page.wait_for_timeout(100)
    assert visit.ask("days", "box.childElementCount") == 0
    visit.chart("days")
    assert visit.ask("days", "box.childElementCount") > 0


def test_the_theme_follows_the_system_and_the_button(open_page):
    visit = open_page(color_scheme="light")
    visit.chart("growth")
    ink = "getComputedStyle(document.body).color"
    toggle = visit.page.get_by_role("button", name="theme")
    assert toggle.text_content() == "Dark theme"
    for colour in (DARK_INK, LIGHT_INK, DARK_INK):
        toggle.click()
        assert visit.page.evaluate(ink) == visit.ask("growth", "box.layout.font.color") == colour
    visit.page.reload()
    assert visit.page.evaluate(ink) == LIGHT_INK
    visit.chart("growth")
    visit.page.emulate_media(color_scheme="dark")
    chart_ink = "document.querySelector('[data-chart=growth]').layout.font.color"
    visit.until(f"{ink} === {chart_ink} && {ink} === '{DARK_INK}'")
    assert visit.complaints == []


def test_a_drawing_takes_the_colours_of_the_page(open_page):
    visit = open_page(color_scheme="dark")
    text = visit.page.locator("#figure-drawn svg text").first
    assert text.evaluate("e => getComputedStyle(e).fill") in (DARK_INK, "rgb(154, 165, 177)")


def test_a_logarithmic_axis_can_be_had_and_left(open_page):
    visit = open_page()
    visit.chart("growth")
    switch = visit.page.locator("#figure-growth").get_by_role("button", name="Log scale")
    for kind, pressed in (("log", "true"), ("linear", "false")):
        switch.click()
        assert visit.ask("growth", "box.layout.yaxis.type") == kind
        assert switch.get_attribute("aria-pressed") == pressed
    visit.chart("days")
    days = visit.page.locator("#figure-days")
    assert days.get_by_role("button", name="Log scale").count() == 0


@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_a_series_can_be_hidden_with_all_that_belongs_to_it(open_page, how):
    visit = open_page()
    visit.chart("growth")
    button = visit.page.locator("#figure-growth .legend button", has_text="middle 80%")
    seen = "box._fullData.map((trace) => trace.visible)"
    for band, pressed in ((False, "false"), (True, "true")):
        button.click() if how == "mouse" else button.press("Enter")
        assert visit.ask("growth", seen) == [band, band, True]
        assert button.get_attribute("aria-pressed") == pressed


def test_reset_shows_everything_as_it_was(open_page):
    visit = open_page()
    visit.chart("growth")
    figure = visit.page.locator("#figure-growth")
    reset = figure.get_by_role("button", name="Reset")
    assert reset.count() == 0  # nothing to undo yet
    figure.get_by_role("button", name="Log scale").click()
    figure.get_by_role("button", name="median").click()
    reset.click()
    assert visit.ask("growth", "box.layout.yaxis.type") == "linear"
    assert visit.ask("growth", "box._fullData.map((t) => t.visible)") == [True, True, True]
    pressed = [b.get_attribute("aria-pressed") for b in figure.locator(".legend button").all()]
    assert pressed == ["true", "true"]
    assert reset.count() == 0


def test_on_paper_all_charts_stand_in_light_colours_and_fit(open_page):
    visit = open_page(color_scheme="dark")
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for name in CHARTS:
        assert visit.ask(name, "box.layout.width") == 680
        assert visit.ask(name, "box.layout.font.color") == LIGHT_INK
    visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert visit.ask("days", "box._fullLayout.width") > 1000
    assert visit.ask("days", "box.layout.font.color") == DARK_INK
    assert visit.page.pdf().startswith(b"%PDF")
    assert visit.complaints == []


def test_a_link_opens_the_part_that_it_leads_into(open_page, report):
    visit = open_page()
    row = visit.page.locator("[id='pools.leads.capacity']")
    assert not row.is_visible()
    visit.page.evaluate("location.hash = 'pools.leads.capacity'")
    row.wait_for(state="visible")
    again = open_page()
    again.page.goto(f"{report.as_uri()}#pools.leads.capacity")
    again.page.locator("[id='pools.leads.capacity']").wait_for(state="visible")


def test_regions_that_scroll_can_be_reached_by_the_keyboard(open_page):
    visit = open_page(390)
    region = visit.page.locator("#figure-drawn .scroll")
    region.focus()
    visit.page.keyboard.press("ArrowRight")
    visit.until("document.activeElement.scrollLeft > 0")


def test_without_scripts_it_says_where_the_figures_are(launch, report):
    browser = launch("--blink-settings=scriptEnabled=false")
    page = browser.new_page()
    page.goto(report.as_uri())
    said = page.locator("noscript p")
    assert said.is_visible() and "figures/" in said.text_content()
    assert not page.locator("#theme").is_visible()
    assert page.locator("#answer").is_visible()
    browser.close()


def test_a_script_from_elsewhere_does_not_run(open_page, report, tmp_path):
    spoilt = tmp_path / "spoilt.html"
    evil = "<img src=x onerror='window.evil = 1'><script>window.evil = 1</script></main>"
    spoilt.write_text(report.read_text(encoding="utf-8").replace("</main>", evil, 1))
    visit = open_page(path=spoilt)
    assert visit.page.evaluate("window.evil") is None
    assert any("Content Security Policy" in text for text in visit.complaints)
