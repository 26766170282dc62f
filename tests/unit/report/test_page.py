"""The page: structure, links, what stands on it; and that it holds for any run."""

import dataclasses
import json
import re
from itertools import pairwise

import pytest

import sim
from sim import cli, web
from sim.plots import Frames, shown
from sim.report import html
from sim.report.answer import answer

MOST = 8e6
"""Characters of a page."""


@pytest.fixture(scope="module")
def page(source, read):
    return read(source)


def test_the_folder_gives_the_same_page_again(folder, source):
    path = folder / "report.html"
    path.write_text("older")
    assert cli.run(["task=report", f"run={folder}"]) == 0
    assert path.read_text(encoding="utf-8") == source


def test_it_is_written_where_one_wants_it_or_not_at_all(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sim.report.page.html", lambda frames, manifest: "page")
    assert cli.run(["task=report", f"run={folder}", f"html={tmp_path / 'here.html'}"]) == 0
    assert (tmp_path / "here.html").read_text() == "page"
    for place, why in (
        (tmp_path, f"html cannot be written to '{tmp_path}' (is a folder)"),
        (tmp_path / "nowhere" / "page.html", "html cannot be written to"),
    ):
        assert cli.run(["task=report", f"run={folder}", f"html={place}"]) == 2
        assert why in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["here.html"]  # no half-written rest


def test_the_answer_comes_first_and_every_section_after_it(page, frames):
    parts = [
        answer(frames).sentence, "Generations", "What held each generation back most",
        "The largest assumptions", "Figures", "Oversight, latency, speed-up",
        "All that the model assumes", "Where this comes from",
    ]
    words = page.words[page.words.index(parts[0]) :]
    places = [words.index(f" {part} " if i else part) for i, part in enumerate(parts)]
    assert places == sorted(places)


def test_every_figure_is_there_with_how_it_is_measured(page, frames):
    names = [f"figure-{name}" for name in shown(frames)]
    assert [a["id"] for a in page.of("figure")] == names
    how = [a for a in page.of("details") if a.get("class") == "how"]
    assert len(how) >= len(names)


def test_ids_are_unique_and_links_lead_somewhere(page):
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    links = [a["href"] for a in page.of("a")]
    assert len(links) > 20
    for link in links:
        assert link[1:] in ids if link.startswith("#") else re.match("https?://", link), link


def test_headings_descend_by_one(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_it_can_be_used_without_sight_and_mouse(page):
    assert all(a.get("scope") in ("col", "row") for a in page.of("th"))
    regions = [a for _, a in page.elements if "scroll" in (a.get("class") or "").split()]
    assert regions
    assert all(a["tabindex"] == "0" and a["role"] == "region" for a in regions)
    drawn = [a for _, a in page.elements if a.get("class") == "chart"] + page.of("svg")
    assert drawn and all(a["aria-label"].strip() and a["role"] == "img" for a in drawn)
    assert page.of("html")[0]["lang"] == "en"


def test_nothing_is_fetched(page, source):
    assert len(source) < MOST
    for tag, attributes in page.elements:
        assert tag not in ("link", "iframe", "img"), tag
        assert "src" not in attributes
    (policy,) = [a["content"] for a in page.of("meta") if "http-equiv" in a]
    assert "default-src 'none'" in policy and "unsafe-inline'; script" not in policy
    own = source[source.index("<style>") : source.index("</style>")]
    assert "url(" not in own and "@import" not in own


def test_text_from_outside_stays_text(stored, frames, read):
    evil = "pools.leads.capacity='</script></title><b onclick=alert(1)>&amp;'"
    manifest = stored.manifest | {"overrides": [evil], "scenario": "<b>", "platform": "<b>"}
    page = read(html(frames, manifest))
    assert evil in page.words
    assert not page.of("b")
    assert not [a for _, a in page.elements if "onclick" in a]


def test_data_for_scripts_cannot_end_their_element():
    value = {"name": "</script><!--<script>", "y": [1.5, None]}
    text = web.data("x", value)
    assert text.count("<") == 2
    inside = text[text.index(">") + 1 : text.rindex("<")]
    assert json.loads(inside) == value
    with pytest.raises(ValueError):
        web.data("x", float("nan"))


def manifest_of(model, stored):
    return stored.manifest | {"scenario": model.name, "overrides": [], "replications": 1}


@pytest.mark.parametrize("scenario", ["mm1", "people_only"])
def test_short_runs_and_toys_have_a_page(scenario, stored, read):
    model = sim.load(f"scenario={scenario}", "horizon=20 d", "prehistory=0")
    run = sim.simulate(model, seed=0)
    frames = Frames(run.visits, run.generations, run.changes, model)
    page = read(html(frames, manifest_of(model, stored)))
    assert answer(frames).sentence in page.words
    assert ("Waiting times" in page.words) == (model.generation_flow is None)


def test_a_log_in_which_nothing_happens_has_a_page(frames, stored, read):
    nothing = dataclasses.replace(
        frames, visits=frames.visits.iloc[:0],
        generations=frames.generations[frames.generations["generation"] == 0],
    )
    words = read(html(nothing, stored.manifest)).words
    assert "What held each generation back most" not in words
    assert "nan" not in words.lower().split()


# --- colours ----------------------------------------------------------------------------------

COLOURS = re.findall(
    r"--([a-z-]+): light-dark\((#\w{6}), (#\w{6})\)", web._file("page.css")
)
INKS, PAPERS = ("ink", "dim", "link"), ("paper", "band")
AA = 4.5
"""Least contrast of text, Web Content Accessibility Guidelines 2.2, 1.4.3."""


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") < AA < contrast("#767676", "#ffffff")


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read(theme):
    colours = {name: pair[theme] for name, *pair in COLOURS}
    pairs = [(ink, paper) for ink in INKS for paper in PAPERS] + [("warn", "warn-paper")]
    for ink, paper in pairs:
        assert contrast(colours[ink], colours[paper]) >= AA, (ink, paper)
