"""Phase maps: their cells, their study, what the command writes."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import sim
from sim import cli
from sim.limits.map_axes import COMPUTE, LOOP, Grid, axis, coarse_first
from sim.limits.phase_map import composed, cross
from sim.limits.phase_map import surface as surface_of
from sim.limits.places import LABS, Place, placed
from sim.limits.steps import step
from sim.limits.surface import Surface, phases
from sim.model import InputError, Model
from sim.plots.limits.phase_map import PhaseMap
from sim.report import limits_phase_map as page
from sim.study.replace import put_all
from sim.study.results import open_study
from sim.tasks import phase_map as task


@pytest.fixture(scope="module")
def lab():
    return sim.load("horizon=90 d")


# --- cells ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cells", [5, 8, 40, 200])
@pytest.mark.parametrize("ends", [(0.1, 10.0), (0.5, 8.0), (0.9, 50.0)])
def test_the_lab_is_one_of_the_cells_and_they_are_evenly_apart(cells, ends):
    levels = Grid(cells=cells, low=ends[0], high=ends[1]).levels()
    assert len(levels) == cells
    assert (levels[0], levels[-1]) == ends
    assert levels.count(1.0) == 1
    below, above = (np.diff(np.log([x for x in levels if side(x)])) for side in (
        lambda x: x <= 1, lambda x: x >= 1,
    ))  # fmt: skip
    for gaps in (below, above):
        assert gaps == pytest.approx(np.full(len(gaps), gaps[0]), rel=1e-3)


def test_stages_are_coarse_to_fine():
    assert Grid(cells=40).stages() == [5, 10, 20, 40]
    assert Grid(cells=7).stages() == [7]


@pytest.mark.parametrize("count", [3, 5, 10, 20])
def test_the_first_cells_are_well_spread_and_hold_the_ends_and_the_lab(count):
    logs = np.log(Grid(cells=40).levels())
    order = coarse_first(logs)
    assert sorted(order) == list(range(40))
    some = np.sort(logs[order[:count]])
    assert {logs[0], 0.0, logs[-1]} <= set(some)
    assert np.diff(some).max() <= 2.3 * (logs[-1] - logs[0]) / (count - 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"cells": 4}, "grid must be 5 to 200 cells along each axis, got 4"),
        ({"cells": 201}, "grid must be 5 to 200"),
        ({"low": 0.0}, "low must be a factor > 0 of the lab, got 0"),
        ({"high": float("inf")}, "high must be a factor > 0"),
        ({"low": 2.0}, "must lie between low and high, got low=2 high=10"),
        ({"low": 3.0, "high": 0.5}, "must lie between low and high"),
    ],
)
def test_a_map_that_cannot_be_is_refused(given, words):
    with pytest.raises(InputError, match=words):
        Grid(**given)


# --- the study --------------------------------------------------------------------------------


def test_whole_units_of_compute_come_once_and_say_how_far_they_are(lab):
    found = axis(lab, COMPUTE, Grid(cells=40).levels())
    logs = list(found.logs.values())
    assert (np.diff(logs) > 0).all()
    assert found.logs["1"] == 0.0
    assert found.changes["1"] == {}
    assert len({str(changes) for changes in found.changes.values()}) == len(logs)
    assert logs == pytest.approx([np.log(float(name)) for name in found.logs], abs=0.12)


def test_the_first_points_are_a_coarse_grid_and_no_cell_comes_twice(lab):
    plan, stages = composed(lab, Grid(cells=20), replications=5)
    assert [stage.cells for stage in stages] == [(5, 5), (10, 10), (20, 20)]
    assert not plan.points.duplicated().any()
    for stage in stages:
        part = plan.points[: stage.points]
        assert (part[COMPUTE].nunique(), part[LOOP].nunique()) == stage.cells
        assert len(part) == stage.points == np.prod(stage.cells)


def test_a_cell_is_the_lab_with_both_drivers_stepped(lab):
    plan, _ = composed(lab, Grid(cells=5, low=0.5, high=4.0), replications=5)
    at = plan.points[(plan.points[COMPUTE] == "4") & (plan.points[LOOP] == "0.5")].index[0]
    data = lab.to_dict()
    both = step(data, COMPUTE, 4.0)[0] | step(data, LOOP, 0.5)[0]
    assert plan.model(at) == Model.from_dict(put_all(data, both))
    own = plan.points[(plan.points[COMPUTE] == "1") & (plan.points[LOOP] == "1")].index[0]
    assert plan.model(own).hash() == lab.hash()


@pytest.mark.parametrize(
    ("scenario", "words"),
    [("mm1", "needs research"), ("delegation", "needs research|needs limited compute")],
)
def test_a_lab_without_research_or_compute_is_refused(scenario, words):
    with pytest.raises(InputError, match=words):
        composed(sim.load(f"scenario={scenario}"), Grid(), replications=20)


def test_few_whole_units_are_said_before_anything_runs():
    compiler = sim.load("scenario=self_hosting_compiler")  # has one machine
    composed(compiler, Grid(), replications=5)
    with pytest.raises(InputError, match=r"too few whole units: 0\.5 to 1\.3 times them come to 1"):
        composed(compiler, Grid(low=0.5, high=1.3), replications=5)


def test_of_levels_that_a_lab_refuses_the_settings_are_named():
    short = sim.load("scenario=people_only", "horizon=60 d")
    with pytest.raises(InputError, match=r"'people_only' refuses 0\.1 times .*; set low=") as told:
        composed(short, Grid(), replications=5)
    low = float(str(told.value).rpartition("low=")[2])
    assert 0.1 < low < 1
    composed(short, Grid(low=low), replications=5)


def test_too_few_replications_are_refused_before_anything_runs(lab):
    with pytest.raises(InputError, match="replications must be >= 5"):
        composed(lab, Grid(), replications=4)


@pytest.mark.parametrize("name", LABS)
def test_every_shipped_lab_can_be_placed(name):
    plan = cross(sim.load(f"scenario={name}"), replications=5)
    assert len(plan.points) == 5


# --- places -----------------------------------------------------------------------------------


def test_a_lab_lies_where_the_map_answers_as_it_does():
    x = np.linspace(-2, 2, 21)
    a, b = np.meshgrid(x, x, indexing="ij")
    rng = np.random.default_rng(0)
    luck = 1 + 1e-4 * rng.standard_normal((8, 21, 21))
    # elasticities 0.5 - 0.2 a and 0.5 - 0.2 b
    found = phases(Surface(
        compute=x, loop=x, output=np.exp(0.5 * a - 0.1 * a**2 + 0.5 * b - 0.1 * b**2) * luck
    ))  # fmt: skip

    def output(one, other, noise=0.02):
        logs = 0.3 * np.array([0, one, -one, other, -other])
        return np.exp(logs) * (1 + noise * rng.standard_normal((30, 5)))

    there = placed("there", output(0.3, 0.7, 0.002), (0.6, 0.6))
    assert there.regime == "loop"
    assert there.on(found) == pytest.approx((1.0, -1.0), abs=0.3)
    assert placed("here", output(0.5, 0.5), (0.6, 0.6)).on(found) == pytest.approx((0, 0), abs=0.5)
    assert placed("nowhere", output(2.0, -1.0), (0.6, 0.6)).on(found) is None


def test_cells_without_any_luck_agree_only_if_equal():
    x = np.linspace(-2, 2, 21)
    a, b = np.meshgrid(x, x, indexing="ij")
    alike = np.ones((8, 1, 1))
    found = phases(Surface(
        compute=x, loop=x, output=np.exp(0.5 * a - 0.1 * a**2 + 0.5 * b - 0.1 * b**2) * alike
    ))  # fmt: skip
    still = Place(
        lab="still", compute=0.0, loop=0.0, difference=0.0, low=0.0, high=0.0, errors=(0.0, 0.0),
        regime="balanced",
    )
    own = {name: float(getattr(found, name)[12, 7]) for name in ("compute", "loop")}
    assert still.on(found) is None  # elasticities of the map are 0.1 to 0.9
    assert replace(still, **own).on(found) == (x[12], x[7])


# --- the command ------------------------------------------------------------------------------


SMALL = (
    "task=phase_map", "grid=10", "replications=5", "horizon=60 d", "low=0.5", "high=2",
    "execute=in_process",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a small map, and what was printed."""
    place = tmp_path_factory.mktemp("map")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setattr(task, "LABS", ("gpt53_codex", "compute_limited"))
        assert cli.run(list(SMALL)) == 0
    (folder,) = (place / "results" / "study").iterdir()
    return folder


def test_the_command_writes_the_map_with_its_answer_first(made):
    text = (made / "report.html").read_text(encoding="utf-8")
    first = text.partition('class="answer">')[2].partition("</p>")[0]
    assert first.startswith("At its own compute and loop speed gpt53 codex is ")
    table = pd.read_csv(made / "phase_map.csv")
    assert len(table) == 100
    assert set(table["regime"]) <= {"compute", "loop", "balanced", "undecided"}
    assert (made / "figures" / "phase_map.png").is_file()
    assert [path.name.rpartition("_")[0] for path in (made / "labs").iterdir()] == [
        "compute_limited"  # the other is the lab of the map
    ]


def test_the_same_command_again_runs_nothing_and_says_the_same(made, monkeypatch, capsys):
    monkeypatch.chdir(made.parents[2])
    monkeypatch.setattr(task, "LABS", ())
    before = (made / "runs.parquet").stat().st_mtime_ns
    assert cli.run([*SMALL, "report=false", "figures=false"]) == 0
    assert (made / "runs.parquet").stat().st_mtime_ns == before
    said = " ".join(capsys.readouterr().out.split())
    assert "gpt53 codex is " in said
    assert "500 runs; this session took" in said


def test_a_picture_comes_after_the_first_stage(made, tmp_path):
    results = open_study(made)
    plan, stages = composed(
        results.model(0), Grid(cells=10, low=0.5, high=2.0), replications=5
    )
    said = []
    pictures = task.Pictures(results.plan, stages, made, said.append, figures=False)
    pictures(stages[0].points * 5 - 1, plan.runs)
    assert not said
    pictures(stages[0].points * 5, plan.runs)
    assert len(said) == 1
    assert said[0].startswith("5 × 5 cells after ")
    pictures(stages[0].points * 5 + 1, plan.runs)
    assert len(said) == 1


def test_the_map_of_a_stage_is_that_of_its_cells_alone(made):
    results = open_study(made)
    part, whole = surface_of(results, 25), surface_of(results)
    assert part.output.shape == (5, 5, 5)
    rows = np.searchsorted(whole.compute, part.compute)
    columns = np.searchsorted(whole.loop, part.loop)
    assert (whole.output[:, rows][:, :, columns] == part.output).all()


def with_runs(results, runs, replications):
    """Results with other runs."""
    study = SimpleNamespace(
        replications=replications, scenario=results.study.scenario, factors=results.study.factors
    )
    return SimpleNamespace(points=results.points, runs=runs, plan=results.plan, study=study)


def test_runs_that_ended_early_are_said(made):
    results = open_study(made)
    runs = results.runs.copy()
    runs.loc[[7, 8], ["research_output", "end_reason"]] = [np.nan, "event_budget"]
    with pytest.raises(
        InputError,
        match=r"2 of 500 runs ended early: event_budget \(2\); .* 3 of 5 replications did; leave",
    ):
        surface_of(with_runs(results, runs, 5))
    more = runs.assign(replication=runs["replication"] + 5)
    more["research_output"] = results.runs["research_output"]
    found = surface_of(with_runs(results, pd.concat([runs, more]), 10))
    assert (found.left_out, len(found.output)) == (2, 8)
    said = " ".join(page.details(drawn(found)))
    assert "2 replications of 10 are left out of all cells" in said


def test_outputs_of_zero_are_said(made):
    results = open_study(made)
    runs = results.runs.copy()
    runs.loc[[7, 8], "research_output"] = 0.0
    found = surface_of(with_runs(results, runs, 5))
    assert found.zeros == 2
    assert found.output.min() == runs["research_output"][runs["research_output"] > 0].min() / 2
    assert "In 2 runs of 500 no research comes out" in " ".join(page.details(drawn(found)))
    assert "no research comes out" not in " ".join(page.details(drawn(surface_of(results))))


def drawn(surface, **changes):
    found = replace(phases(surface, resamples=20), **changes)
    return PhaseMap(lab="lab", days=60.0, phases=found)


def test_a_lab_turns_only_into_what_is_on_the_map(made):
    surface = surface_of(open_study(made))
    turns = {"compute": (0.1, 0.0, 0.2), "loop": (np.inf, np.inf, np.inf)}
    regime = np.full(surface.output.shape[1:], "compute")
    found = drawn(surface, turns=turns, regime=regime)
    assert page.sentences(found)[1].startswith("Which of the two brings more turns at 1.11×")
    regime = np.where(surface.compute[:, None] > 0.1, "loop", regime)
    found = drawn(surface, turns=turns, regime=regime)
    assert page.sentences(found)[1].startswith("It turns loop-limited at 1.11×")


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        ((np.inf, np.inf, np.inf), "the compute or 0.5"),
        ((np.inf, np.log(1.4), np.inf), "the compute (it may from 1.4× on)"),
        ((-np.inf, -np.inf, np.log(0.6)), "the compute (it may up to 0.6×)"),
        ((np.inf, -np.inf, np.inf), "the compute (it may anywhere)"),
    ],
)
def test_a_turn_beyond_the_map_says_where_it_may_be(made, turn, words):
    beyond = (np.inf, np.inf, np.inf)
    found = drawn(surface_of(open_study(made)), turns={"compute": turn, "loop": beyond})
    assert words in page.sentences(found)[1]


@pytest.mark.parametrize(
    ("override", "words"),
    [("grid=3", "grid must be 5 to 200"), ("low=-1", "low must be a factor > 0"),
     ("low=5", "must lie between low and high"), ("scenario=mm1", "needs research"),
     ("engine=reference", "needs the compiled engine"),
     ("workers=2", "set execute.workers=2")],
)  # fmt: skip
def test_bad_input_is_said_and_leaves_nothing(override, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.run([*SMALL[:1], *SMALL[2:5], override]) == cli.BAD_INPUT
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_settings_of_maps_are_of_no_other_task(capsys):
    assert cli.run(["grid=20"]) == cli.BAD_INPUT
    assert "grid is for task=phase_map" in capsys.readouterr().err
