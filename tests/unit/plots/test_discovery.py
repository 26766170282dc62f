"""Figures of scenario discovery: what they say, legible, as charts, too."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from sim.plots.discovery import FIGURES, phrases, ranges, scatter, shown, trade_off
from sim.report import discovery as page
from sim.report import discovery_answer as answer
from sim.study.designs import Morris
from sim.study.discovery import Limit, discover, held_out

from ... import studies
from .layout import assert_legible


@pytest.fixture(scope="module")
def found():
    """A second box, two factors that are numbers, a lever with levels."""
    results = studies.named({"capability": lambda row: 0.0}, replications=3, draws=40)
    at = results.points.loc[results.runs["point"]]
    high = (at["world"] == "a") & (at["gain"] > 0.4)
    rng = np.random.default_rng(0)
    runs = rng.random(len(at)) < np.where(high, 0.9, 0.1)
    results = studies.changed(results, capability=runs.astype(float))
    results.folder = Path("results/study/named")
    with pytest.MonkeyPatch.context() as patch:
        for name, less in (("TIMES", 1), ("HALVES", 4), ("DRAWS", 200)):
            patch.setattr(held_out, name, less)
        return discover(results, "capability >= 1", boxes=1)


def test_boxes_are_said_in_words(found):
    assert set(found.boxes[0].box.limits) == {"world", "gain"}
    text = phrases.limits(found, found.boxes[0])
    assert "world is a" in text and "gain ≥ 0." in text
    assert phrases.limit(found, "policy", Limit(levels=("less", "more"))) == "policy is not none"
    assert phrases.limit(found, "gain", Limit(low=0.1, high=0.25)) == "0.1 ≤ gain ≤ 0.25"


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_legible_and_drawn_on_the_screen(found, name):
    module = FIGURES[name]
    says, how = module.words(found)
    assert says.startswith("Capability is ≥ 1 OOM") and "360 runs" not in says and "runs" in how
    assert_legible(module.figure(found))
    drawn = json.loads(json.dumps(module.chart(found), allow_nan=False))
    go.Figure(data=drawn["data"], layout={k: v for k, v in drawn["layout"].items() if k != "meta"})


def test_the_trade_off_shows_both_measures(found):
    says, _ = trade_off.words(found)
    box = found.boxes[0]
    assert phrases.percent(box.own.density.value) in says
    assert phrases.share(box.expected.density) in says


def test_without_a_box_figures_say_so(found):
    none = replace(found, boxes=())
    says, _ = ranges.words(none)
    assert says == "Capability is ≥ 1 OOM: no box holds on other points"
    assert "No box of values makes it surely more frequent." in page.html(none)
    assert set(shown(none)) == set(FIGURES)


def test_the_ranges_are_written_on_the_page_as_in_print(found):
    """Ends of what was varied, quasi-p and how often it came back, for each limit."""
    texts = [one["text"] for one in ranges.chart(found)["layout"]["annotations"]]
    assert len(texts) == 3 * len(found.boxes[0].box.limits)
    values = found.points["gain"]
    assert {phrases.amount(values.min(), ""), phrases.amount(values.max(), "")} <= set(texts)
    assert sum("quasi-p" in text and "came back in" in text for text in texts) == 2


def test_what_the_trade_off_names_is_drawn_and_in_the_legend(found):
    _, how = trade_off.words(found)
    assert "Level line" in how and "Diamond" in how and "Star" in how
    drawn = {one["name"]: one for one in trade_off.chart(found)["data"]}
    level = 100 * found.tried.rate
    assert drawn["everywhere"]["y"] == pytest.approx([level, level], rel=1e-3)
    assert drawn["chosen"]["marker"]["color"] not in ("white", "#FFFFFF")
    (points,) = trade_off.figure(found).axes[0].containers  # in print as on the page
    assert points.lines[0].get_color() == drawn["chosen, on others"]["marker"]["color"]


def test_dots_of_few_values_do_not_hide_each_other(found):
    """A lever of three numbers: the dots are spread about these, and say what they are."""
    points = found.points.assign(gain=np.round(found.points["gain"], 1))
    stepped = replace(found, points=points)
    gain = scatter.places(stepped, "gain")
    apart = np.diff(np.unique(points["gain"])).min()
    assert len(np.unique(gain)) == len(gain) > points["gain"].nunique()
    assert np.abs(gain - points["gain"]).max() < apart / 2
    assert np.array_equal(scatter.places(found, "gain"), found.points["gain"])
    assert "Dots of equal values are spread" in scatter.words(stepped)[1]
    assert "spread" in scatter.words(found)[1]  # world has texts


def test_factors_outside_the_box_are_not_said_not_to_matter(found):
    said = " ".join(answer.details(found))
    assert "No sign" not in said
    text = rf"Not told apart from noise with {len(found.points)} points, .*: (.*?)\. This is"
    free = re.search(text, said)
    assert set(re.findall(r"(\w+) \(\d+%\)", free[1])) == {"policy", "ideas"}


def test_a_share_of_points_is_one_of_what_is_plausible_only_of_a_sample():
    results = studies.planted(points=150, factors=3)
    with pytest.MonkeyPatch.context() as patch:
        for name, less in (("TIMES", 1), ("HALVES", 4), ("DRAWS", 50)):
            patch.setattr(held_out, name, less)
        one = discover(results, "capability >= 1.5", boxes=1)
    assert "% of what is plausible)" in next(answer.sentences(one))
    results.study = replace(results.study, design=Morris(trajectories=15, levels=4))
    assert "% of the points)" in next(answer.sentences(one))


def test_what_is_known_of_few_runs_is_said_first(found):
    assert next(answer.sentences(found)).startswith("It happens in")
    first = next(answer.sentences(replace(found, unknown=found.runs)))
    known, rate = f"those {found.runs} runs of which it is known", found.rate.value
    assert first.startswith(f"It happens in {rate:.0%} of {known} (of {found.runs} others it is")
    few = replace(found, unknown=1)
    assert next(answer.sentences(few)).startswith(f"It happens in {rate:.0%} of runs that")
    assert "1 run that failed, ended" in " ".join(answer.details(few))


def test_the_page_names_what_else_was_looked_for(found, tmp_path):
    about = {"condition": "capability < 1", "study": {"plan_hash": "0123abcd"}}
    for name, data in {"one": about, "older": about | {"study": {"plan_hash": "else"}}}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / page.PAGE).write_text("")
        (tmp_path / name / page.DATA).write_text(json.dumps(data))
    (tmp_path / "own").mkdir()
    assert page.others(found, tmp_path / "own") == {"capability < 1": f"../one/{page.PAGE}"}
    page.write(found, tmp_path / "own" / page.PAGE)
    written = (tmp_path / "own" / page.PAGE).read_text("utf-8")
    assert f'<a href="../one/{page.PAGE}">capability &lt; 1</a>' in written
    assert "else was looked for" not in page.html(found)


def test_the_page_answers_first(found):
    html = page.html(found)
    assert html.index("of all such runs") < html.index("figure-discovery_scatter")
    assert "% of the points)" in html
    assert "nan" not in html.split("<script")[0]
