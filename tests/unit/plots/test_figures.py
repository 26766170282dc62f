"""What holds for every figure; a new one is picked up by itself."""

import dataclasses
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import SimpleNamespace

import matplotlib
import pytest
from matplotlib.figure import Figure

from sim import plots

from .layout import assert_legible

CASES = ("one", "many", "toy", "early one", "early many", "twenty", "stopped")


@pytest.fixture(params=CASES)
def frames(request):
    name, _, which = request.param.partition(" ")
    found = request.getfixturevalue(name)
    return found[which == "many"] if which else found


@pytest.fixture(params=list(plots.FIGURES))
def draw(request):
    return plots.FIGURES[request.param].figure


def test_texts_are_for_people_within_the_page_and_apart(draw, frames):
    figure = draw(frames)
    assert isinstance(figure, Figure)
    assert figure.axes[0].get_title(loc="left")
    assert_legible(figure)


@pytest.mark.parametrize("name", ["one", "toy"])
def test_it_draws_on_given_axes(draw, name, request):
    frames = request.getfixturevalue(name)
    page = Figure(figsize=(12, 12), layout="constrained")
    other, place = page.subplots(1, 2)
    assert draw(frames, place) is page
    assert not other.has_data() and not other.get_title(loc="left")
    beside = [ax for ax in page.axes if ax is not other]
    assert any(ax.get_title(loc="left") for ax in beside)
    page.draw_without_rendering()
    assert all(ax.get_position().x0 > other.get_position().x1 for ax in beside)


def test_importing_is_cheap_and_drawing_needs_no_display():
    code = """
import sys
import sim.plots
print([name for name in ("matplotlib", "pandas") if name in sys.modules])
ax = sim.plots.style.start(None)[1]
sim.plots.style.title(ax, "drawn", "without pyplot")
ax.figure.draw_without_rendering()
print("matplotlib" in sys.modules, "matplotlib.pyplot" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True False"]


def test_files_are_written_and_the_same_twice(one, tmp_path):
    before = dict(matplotlib.rcParams)
    written = plots.save_all(one, tmp_path / "a" / "figures")
    names = [f"{name}.{end}" for name in plots.FIGURES for end in ("png", "svg")]
    assert [path.name for path in written] == names
    again = plots.save_all(one, tmp_path / "b")
    for first, second in zip(written, again, strict=True):
        assert first.read_bytes() == second.read_bytes() and first.stat().st_size > 5000
    assert dict(matplotlib.rcParams) == before
    for path in written[1::2]:
        root = ElementTree.parse(path).getroot()
        tags = [element.tag.rpartition("}")[2] for element in root.iter()]
        assert tags.count("text") > 5 and "date" not in tags


def test_only_figures_with_something_to_show_are_written(one, toy, early, tmp_path):
    def missing(frames):
        return set(plots.FIGURES) - set(plots.shown(frames))

    alone, several = early
    of_releases = {"release_dates", "critical_path", "capability", "readouts", "cycle_time"}
    assert missing(one) == set()
    # No idea has come to a result so early.
    assert missing(alone) == of_releases | {"flow_time"}
    assert missing(several) == of_releases
    assert missing(toy) == of_releases | {"queues", "waits"}  # nobody has to wait
    written = plots.save_all(toy, tmp_path)
    assert [path.stem for path in written[::2]] == list(plots.shown(toy))
    assert sorted(tmp_path.iterdir()) == sorted(written)


def test_a_figure_need_not_say_whether_it_shows_anything(one, tmp_path, monkeypatch):
    plain = SimpleNamespace(figure=plots.FIGURES["capability"].figure)
    monkeypatch.setattr(plots, "FIGURES", {"plain": plain})
    assert [path.name for path in plots.save_all(one, tmp_path)] == ["plain.png", "plain.svg"]


@pytest.mark.parametrize("days", [3, 40, 100, 200, 730.5, 4000])
def test_dates_on_the_axis_stand_alone(released, days):
    frames = released([], [])
    frames = dataclasses.replace(frames, model=dataclasses.replace(frames.model, horizon=days))
    figure = plots.FIGURES["capability"].figure(frames)
    figure.draw_without_rendering()
    axis = figure.axes[0].xaxis
    labels = [label.get_text() for label in axis.get_ticklabels()]
    assert axis.get_offset_text().get_text() == ""
    assert len(labels) >= 3 and all(a != b for a, b in pairwise(labels))
    shapes = r"\d{4}|[A-Z][a-z]{2}|\d\d [A-Z][a-z]{2}|\d\d:\d\d"
    assert all(re.fullmatch(shapes, label) for label in labels), labels


def test_without_releases_the_margin_is_as_usual(released):
    left = []
    for releases in ([], [(50, 0.5)]):
        figure = plots.FIGURES["capability"].figure(released(releases))
        figure.draw_without_rendering()
        left.append(figure.axes[0].get_position().x0)
    assert left[0] == pytest.approx(left[1]) and left[0] < 0.09


def test_threads_may_draw_at_once(one, many, tmp_path, monkeypatch):
    monkeypatch.setattr(plots, "FIGURES", {"capability": plots.FIGURES["capability"]})
    jobs = [(one, "a"), (many, "b"), (one, "c"), (many, "d")]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda job: plots.save_all(job[0], tmp_path / job[1]), jobs))
    for first, second in ((0, 2), (1, 3)):
        for a, b in zip(results[first], results[second], strict=True):
            assert a.read_bytes() == b.read_bytes()
