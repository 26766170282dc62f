"""Text and page: all is in them, nothing too wide, nothing fetched; also of new kinds."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import ClassVar

import pytest

from sim import Model
from sim.describe import Section, Table, describe
from sim.describe.html import html
from sim.describe.routes import routes
from sim.describe.text import text
from sim.model import flow as flows
from sim.model import stage, stages
from sim.model.fields import Duration, Name, Number, setting


def squeezed(lines):
    return re.sub(r"\s+", "", "".join(lines))


# --- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_line_is_too_wide(scenario, default, width):
    lines = [line for _, line in text(describe(scenario, default), width)]
    assert max(map(len, lines)) <= width
    assert not [line for line in lines if line != line.rstrip()]


def test_nothing_is_cut(default):
    sections = describe(default)
    shown = squeezed(line for _, line in text(sections, 4000))
    for section in sections:
        for words in (section.title, *section.lines, *section.routes):
            assert squeezed([words]) in shown
        for cell in (c for table in section.tables for row in table.rows for c in row):
            assert squeezed([cell]) in shown


def test_notes_that_rows_share_are_printed_once():
    rows = (("a", "same"), ("b", "same"), ("c", "other"))
    table = Table(columns=("what", "why"), rows=rows, below=1)
    lines = [line.strip() for _, line in text([Section(title="T", tables=(table,))])]
    assert lines == ["T", "what", "a", "b", "why: same", "c", "why: other", ""]


def test_cells_fold_at_words_and_long_names_at_dots():
    table = Table(columns=("name", "words"), rows=(("a.very_long.name", "some few words"),))
    shown = {w: [x for _, x in text([Section(title="T", tables=(table,))], w)] for w in (28, 20)}
    assert shown[28][2:] == ["  a.very_long.name  some few", "                    words", ""]
    assert shown[20][2:] == [
        "  a.very_      some", "  long.name    few", "               words", "",
    ]  # fmt: skip


# --- routes -------------------------------------------------------------------------------------


def test_every_stage_is_on_a_route(scenario):
    for flow in scenario.flows.values():
        told = set(re.findall(r"[\w-]+", " ".join(routes(flow))))
        assert set(flow.stages) <= told


def test_the_routes_of_a_generation(default):
    assert list(routes(default.flows["generation"])) == [
        "gate → train → post_training beside evaluations beside safety",
        "gate, after 180 d: opens for any gain",
        "train, interrupted → restart (1% of times after diagnose) → train again",
        "train, every 5 d → an item of flow checkpoint_evaluation",
        "train keeps its units until the end of post_training",
        "post_training + evaluations + safety → approve → deployment → release → end",
        "approve, failed 23%, + 0.002 per defect → mitigation",
        "mitigation → safety",
        "diagnose → back to where it was called",
    ]


def test_chances_are_told(models):
    assert list(routes(models("jackson").flows["change"])) == ["build → test → build 25%, end 75%"]


# --- the page -----------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page holds: its text, ids, links, and whether its tags are balanced."""

    VOID: ClassVar = {"meta", "br", "hr"}

    def __init__(self, source):
        super().__init__()
        self.open, self.ids, self.links, self.words, self.tags = [], [], [], [], set()
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src"):
                self.links.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_is_whole_and_alone(scenario, default):
    sections = describe(scenario, default)
    page = Page(html(sections))
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert set(inside) <= set(page.ids)
    assert {section.anchor for section in sections[1:]} <= set(inside)
    assert not page.tags & {"script", "img", "link", "iframe"}
    assert all(link.startswith(("#", "http")) for link in page.links)


def test_the_page_says_what_the_text_says(default):
    sections = describe(default)
    words = squeezed(Page(html(sections)).words)
    for section in sections:
        for line in (*section.lines, *section.routes):
            assert squeezed([line]) in words
        for cell in (c for table in section.tables for row in table.rows for c in row):
            assert squeezed([cell]) in words


def test_a_parameter_is_linked_from_the_equations(default):
    source = html(describe(default))
    assert '<a href="#feedback.share.ceiling">feedback.share.ceiling</a> = 0.9' in source
    assert '<tr id="feedback.share.ceiling">' in source


def test_what_a_user_wrote_cannot_break_the_page():
    table = Table(columns=("<b>",), rows=(("<script>alert(1)</script>",),))
    source = html([Section(title="<i>", lines=("a & b",), tables=(table,))])
    assert "<script>" not in source and "<i>" not in source and "<b>" not in source
    assert "a &amp; b" in source


# --- kinds that nobody wrote words for ----------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ritual(stage.Stage):
    """A stage of a new kind."""

    KIND: ClassVar[str] = "ritual"
    elder: str = setting(Name())
    """Who leads it."""
    length: float = setting(Duration())
    """How long it lasts, days."""


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """A source of a new kind."""

    KIND: ClassVar[str] = "pulse"
    beats: float = setting(Number(0))
    """Items per beat."""


def test_a_new_kind_is_described_by_its_fields(monkeypatch):
    monkeypatch.setitem(stages.STAGES, "ritual", Ritual)
    monkeypatch.setitem(flows.SOURCES, "pulse", Pulse)
    model = Model.from_dict({
        "horizon": "10 d", "pools": {}, "flows": {"rite": {
            "source": {"kind": "pulse", "beats": 3},
            "stages": {"sing": {"kind": "ritual", "elder": "Ada", "length": "2 d"}},
        }},
    })  # fmt: skip
    sections = describe(model)
    shown = "\n".join(line for _, line in text(sections))
    assert "pulse: beats 3" in shown
    assert "elder: Ada. Who leads it." in shown and "length: 2 d. How long" in shown
    assert "sing → end" in shown
    rows = {row[0]: row for row in sections[-1].tables[0].rows}
    assert rows["flows.rite.stages.sing.length"][4] == "How long it lasts, days."
    assert rows["flows.rite.source.beats"][4] == "Items per beat."


def test_what_is_set_beside_the_usual_is_told(default):
    data = default.to_dict()
    data["interventions"] = {
        "hire": {"at": "90 d", "capacity": {"engineers": {"add": 3}}},
        "stop": {"generation": 2, "pause": ["experiment"],
                 "set": {"oversight": {"standard": {"review": 0.1}}}},
    }  # fmt: skip
    data["pools"]["engineers"]["newcomers"] = {"speed": 0.5, "drag": 0.2, "assimilation": "60 d"}
    data["pools"]["serving"] = {"kind": "compute", "share": 0.1}
    data["pools"]["experiments"]["share"] = 0.4
    data["allocation"] = {"kind": "adaptive", "pools": ["experiments", "training"], "step": 0.05}
    data["assistants"] |= {"source": "external", "external": {"90 d": 0.3, "200 d": 0.7}}
    data["flows"]["generation"]["stages"]["release"]["surge"] = {
        "donor": "experiments", "to": "serving", "share": 0.3, "decay": "10 d",
        "relief": {"flow": "cluster_scaling", "count": 4},
    }  # fmt: skip
    data["flows"]["generation"]["stages"]["release"]["trusted"] = {
        "from_capability": 0.9, "access": 0.2, "days": "60 d",
    }  # fmt: skip
    data["flows"]["generation"]["stages"]["mitigation"]["from_capability"] = 0.5
    data["oversight"]["standard"] |= {"reviewer": "agent", "agent_catch": "quality", "audit": 0.3}
    sections = describe(Model.from_dict(data), default)
    shown = " ".join(" ".join(line for _, line in text(sections)).split())
    for words in (
        "assistants: a vendor's models, by date", "external: 90 d: 0.3, 200 d: 0.7.",
        "pool engineers: newcomers: speed 0.5, drag 0.2, assimilation 60 d.",
        "at each release 5% of the compute moves", "used by: generation.release.surge",
        "release, surge: donor experiments, to serving, share 0.3, decay 10 d, relief (flow",
        "hire +90 d capacity (engineers (add 3))",
        "stop release of generation 2 set (oversight (standard (review 0.1))), pause experiment",
        "meaning: New value. Chance that an assistant's output is reviewed.",
        "release, trusted: from_capability 0.9, access 0.2, days 60 d.",
        "mitigation, from_capability: 0.5. Least capability",
        "standard, reviewer: agent.", "standard, audit: 0.3. Chance that people review anew",
        "equation: found = agent_catch(c) + (1 - agent_catch(c)) × audit × catch",
        "equation: chance = min(usual, access) × (1 - exp(-elapsed / adoption))",
        "efficiency of a pool that newcomers join", "units that serve a surge",
    ):  # fmt: skip
        assert words in shown
