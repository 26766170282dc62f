"""What the terminal shows of a run."""

import io

from rich.console import Console

import sim
from sim.settings import is_of_the_model
from sim.tasks.tables import LATE, endings, notes, result_table

SHORT = ("prehistory=0", "horizon=170 d")


def text(result, changed=()):
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(result_table(result, changed))
    return console.export_text()


def test_generations_fit_80_columns_and_name_what_was_changed():
    result = sim.ensemble(sim.load(*SHORT), replications=2, seed=0)
    shown = text(result, ["pools.leads.capacity=2"])
    assert "with pools.leads.capacity=2 (2 replications)" in shown
    assert "…" not in shown
    assert "defects" in shown


def test_a_model_without_generations_shows_how_long_work_waits():
    result = sim.ensemble(sim.load("scenario=mm1", "horizon=300 d"), replications=1, seed=0)
    waits = result.visits["started"] - result.visits["requested"]
    assert f"{waits.mean():.4g}" in text(result)
    assert list(notes(result)) == []


def test_late_generations_carry_a_warning():
    model = sim.load("prehistory=0")
    short = model.replace(horizon="154.5 d")
    result = sim.ensemble(short, replications=4, seed=0)
    released = (result.generations["generation"] == 1) & (
        result.generations["outcome"] == "released"
    )
    assert 0 < released.sum() < 4, "choose another horizon: all or none released"
    assert LATE in list(notes(result))


def test_an_early_end_is_explained():
    result = sim.ensemble(sim.load("end.events=100"), replications=1, seed=0)
    (line,) = endings(result)
    assert "event_budget" in line
    assert "raise end.events" in line


def test_what_belongs_to_the_model():
    assert is_of_the_model("++pools.leads.capacity=2")
    assert is_of_the_model("~flows.experiment")
    assert not is_of_the_model("seed=3")
    assert not is_of_the_model("scenario=mm1")
