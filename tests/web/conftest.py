"""A browser, and a report to look at."""

import shutil
from types import SimpleNamespace

import pytest

import sim
from sim.plots import Frames, charts, style
from sim.report import html

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MANIFEST = {
    "overrides": [], "seed": 0, "replications": 1, "scenario": "mm1", "status": "finished",
    "started": "2026-01-01T00-00-00", "model_hash": "0", "recursim": "0.1.0", "python": "3.11",
    "platform": "Linux",
}


@pytest.fixture(scope="session")
def launch():
    """Start a browser: `launch("--some-switch")`."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser found: none of {', '.join(NAMES)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:

        def start(*switches):
            return play.chromium.launch(
                executable_path=program, args=["--no-sandbox", *switches]
            )

        yield start


@pytest.fixture(scope="session")
def browser(launch):
    started = launch()
    yield started
    started.close()


def growth_chart(frames):
    x = [1.0, 2.0, 3.0]
    line = {"x": x, "y": [1.0, 10.0, 100.0], "name": "median", "mode": "lines",
            "line": {"color": "#0072B2"}}
    band = charts.band(x, [0.5, 5.0, 50.0], [2.0, 20.0, 200.0], "#56B4E9", "middle 80%")
    return charts.chart([*band, line], x="date", y="compute (units)", log=True)


def days_chart(frames):
    bars = [
        {"type": "bar", "x": ["1", "2"], "y": [3.0, 4.0], "name": f"kind number {i}",
         "marker": {"color": "#D55E00", "pattern": {"shape": "/" if i % 2 else ""}}}
        for i in range(15)
    ]
    return charts.chart(bars, x="generation", y="days", barmode="stack")


def drawing(frames):
    figure, ax = style.start(None)
    style.tidy(ax)
    ax.bar([1, 2], [3, 4], color=style.BLUE)
    style.title(ax, "It takes 4 days", "one run")
    return figure


def module(chart, heading):
    return SimpleNamespace(
        __doc__="What it is: `sim`, https://example.org/source.", chart=chart,
        words=lambda frames: (heading, "One run; made up for the test."),
    )


FIGURES = {
    "growth": module(growth_chart, "Compute grows a hundredfold in two days"),
    "days": module(days_chart, "It takes 45 days"),
    "drawn": SimpleNamespace(__doc__="What is drawn.", figure=drawing),
}


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """The report of a short run with figures that are made up, but for a drawn one."""
    model = sim.load("horizon=30 d", "prehistory=0")
    run = sim.simulate(model, seed=0)
    frames = Frames(run.visits, run.generations, run.changes, model)
    path = tmp_path_factory.mktemp("page") / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.report.figures.shown", lambda frames: FIGURES)
        path.write_text(html(frames, MANIFEST), encoding="utf-8")
    return path


class Visit:
    """A page that is open in the browser, and all that it asked for or complained about."""

    def __init__(self, context, path):
        self.requests, self.complaints = [], []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri())

    def chart(self, name):
        """Scroll to a chart, which draws it."""
        box = self.page.locator(f'.chart[data-chart="{name}"]')
        box.scroll_into_view_if_needed()
        box.locator(".main-svg").first.wait_for(state="attached")
        return box

    def until(self, condition):
        """Wait until JavaScript says so (playwright's own way needs eval, which is forbidden)."""
        for _ in range(250):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"never: {condition}")

    def ask(self, name, what):
        """Evaluate JavaScript about a chart: `what` of its element `box`."""
        return self.page.evaluate(
            f"""() => {{ const box = document.querySelector('[data-chart="{name}"]');
            return {what}; }}"""
        )


@pytest.fixture
def open_page(browser, report):
    """Open the report: `open_page(width=390, color_scheme="dark")`."""
    contexts = []

    def visit(width=1280, height=900, path=report, **settings):
        size = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=size, **settings))
        return Visit(contexts[-1], path)

    yield visit
    for context in contexts:
        context.close()
