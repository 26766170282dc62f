"""Drawings within a page: in its colours, and of no effect on the rest of it."""

import re
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from sim.plots import style
from sim.report import svg


@pytest.fixture
def drawing():
    figure = Figure()
    ax = figure.subplots()
    style.tidy(ax)
    ax.bar([1, 2], [1, 2], color=style.BLUE, hatch="//")
    ax.plot([1, 2], [1, 2], "o", color=style.RED)
    style.title(ax, "What it says", "of what & sample")
    return figure


def element(text):
    return text[text.index("<svg") : text.index("</svg>") + len("</svg>")]


def test_ink_grid_and_paper_are_the_pages(drawing):
    text = svg.inline(drawing, "bars", "Bars", titled=True)
    for colour in (style.INK, style.FAINT, style.GRID, "#ffffff"):
        assert colour.lower() not in text.lower()
    for variable in ("--ink", "--dim", "--line"):
        assert f"var({variable})" in text
    assert style.BLUE.lower() in text


def test_its_names_are_its_own_and_lead_somewhere(drawing):
    text = element(svg.inline(drawing, "bars", "Bars", titled=True))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert ids and all(name.startswith("bars-") for name in ids)
    used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text)
    assert used and all((a or b) in ids for a, b in used)
    assert "<style" not in text and "<metadata" not in text


def test_it_is_a_whole_element_with_a_label(drawing):
    text = svg.inline(drawing, "bars", 'Says "1 < 2" \\1', titled=True)
    root = ElementTree.fromstring(element(text))
    assert root.get("aria-label") == 'Says "1 < 2" \\1'
    assert root.get("width") is None and root.get("viewBox")


@pytest.mark.parametrize("titled", [True, False])
def test_its_title_stands_on_the_page_or_in_it(drawing, titled):
    text = svg.inline(drawing, "bars", "Bars", titled=titled)
    assert ("What it says" in text) == titled
    assert ("of what &amp; sample" in text) == titled
