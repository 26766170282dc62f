"""A run with its report, made as a user makes it; and a reader of pages."""

from html.parser import HTMLParser

import pytest

from sim import cli
from sim.store import open_run
from sim.tasks.frames import of_stored

VOID = {"meta", "br", "img", "link", "path", "use", "rect"}


class Page(HTMLParser):
    """The elements of a page in order, as (tag, attributes), and its words."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(source)
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="session")
def read():
    return Page


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder of two replications that release a generation."""
    root = tmp_path_factory.mktemp("results")
    arguments = ["horizon=130 d", "replications=2", "workers=1", "seed=3", f"results={root}"]
    assert cli.run([*arguments, "figures=false"]) == 0
    (found,) = (root / "gpt53_codex").iterdir()
    return found


@pytest.fixture(scope="session")
def source(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def stored(folder):
    return open_run(folder)


@pytest.fixture(scope="session")
def frames(stored):
    return of_stored(stored)
