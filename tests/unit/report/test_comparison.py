"""The page about a comparison: what stands on it, in which order, and where it leads."""

import re
import shlex

import pandas as pd
import pytest

import sim
from sim import cli, store
from sim.plots import comparison
from sim.plots.comparison.words import sentences
from sim.report import comparison_html
from sim.report.answer import answer
from sim.report.changed import ABSENT, changes
from sim.report.differences import html, notes, told
from sim.report.provenance import command_to_compare
from sim.tasks.frames import of_stored
from sim.tasks.report import pages
from sim.tasks.scenarios import scenarios

HOW = ["horizon=130 d", "replications=2", "workers=1", "seed=3", "figures=false"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("results")
    two = ["task=compare", "a=people_only", "b=gpt53_codex pools.leads.capacity=2"]
    assert cli.run([*two, *HOW, f"results={root}"]) == 0
    (found,) = (root / "compare").glob("*/*")
    return found


@pytest.fixture(scope="module")
def source(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stored(folder):
    return store.open_comparison(folder)


@pytest.fixture(scope="module")
def runs(stored):
    return {name: stored.open(name) for name in stored.runs}


@pytest.fixture(scope="module")
def found(stored, runs):
    frames = {name: of_stored(run) for name, run in runs.items()}
    return comparison.Scenarios(frames, stored.differences)


@pytest.fixture(scope="module")
def manifests(runs):
    return {name: run.manifest for name, run in runs.items()}


def test_the_folder_gives_the_same_page_again_where_one_wants_it(folder, source, tmp_path):
    again = tmp_path / "here.html"
    assert cli.run(["task=report", f"run={folder}", f"html={again}"]) == 0
    assert again.read_text(encoding="utf-8") == source
    (folder / "report.html").write_text("older")
    assert cli.run(["task=report", f"run={folder}"]) == 0
    assert (folder / "report.html").read_text(encoding="utf-8") == source


def test_the_difference_comes_first_and_every_section_after_it(source, found, read):
    page = read(source)
    first, second = found
    assert f"{second} against {first}, both with horizon=130 d" in page.words
    (sentence,) = sentences(found)
    assert "90% intervals, 2 pairs" in sentence
    parts = [
        sentence, "What differs", "Shared cycle times: of generations that both released.",
        "Figures", "Each scenario by itself",
        *(answer(frames).sentence for frames in found.values()),
        "What they assume differently", "The largest assumptions of people_only",
        "Where this comes from",
    ]  # fmt: skip
    words = page.words[page.words.index(sentence) :]
    places = [words.index(part) for part in parts]
    assert places == sorted(places)


def test_every_figure_is_there_with_how_it_is_measured(source, found, read):
    page = read(source)
    names = [f"figure-{name}" for name in comparison.shown(found)]
    assert names[0] == "figure-differences"
    assert [a["id"] for a in page.of("figure")] == names
    assert len([a for a in page.of("details") if a.get("class") == "how"]) == len(names)


def test_ids_are_unique_and_links_lead_somewhere(folder, stored, found, manifests, read):
    own = stored.runs["people_only"] / "report.html"
    own.write_text("of its own")
    there = pages(stored.runs, folder / "report.html")
    assert there == {"people_only": "a_people_only/report.html"}
    assert pages(stored.runs, folder.parent / "x.html")["people_only"] == (
        f"{folder.name}/a_people_only/report.html"
    )
    own.unlink()
    page = read(comparison_html(found, stored.manifest, manifests, there))
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    links = [a["href"] for a in page.of("a")]
    assert "a_people_only/report.html" in links
    local = [link for link in links if not re.match("https?://", link)]
    assert {link[1:] for link in local if link.startswith("#")} <= set(ids)
    assert "recursim task=report run=b_gpt53_codex_pools.leads.capacity_2" in page.words


def test_text_from_outside_stays_text(stored, found, manifests, read):
    evil = "<b onclick=alert(1)>&amp;\"'"
    table = stored.differences.replace({"gpt53_codex pools.leads.capacity=2": evil})
    second = list(found)[1]
    renamed = comparison.Scenarios(
        {"people_only": found["people_only"], evil: found[second]}, table
    )
    manifest = stored.manifest | {
        "scenarios": list(renamed), "platform": "<b>", "runs": {"people_only": "a", evil: "<b>"},
    }
    runs = dict(zip(renamed, manifests.values(), strict=True))
    page = read(comparison_html(renamed, manifest, runs, {evil: "<b>/report.html"}))
    assert evil in page.words and not page.of("b")
    assert not [a for _, a in page.elements if "onclick" in a]
    assert "%3Cb%3E/report.html" in [a["href"] for a in page.of("a")]


def test_one_pair_and_three_scenarios_without_generations_have_a_page(read, tmp_path):
    three = ["a=mm1", "b=mmc", "c=mm1 pools.people.capacity=3"]
    how = ["horizon=20 d", "replications=1", "workers=1", "figures=false", f"results={tmp_path}"]
    assert cli.run(["task=compare", *three, *how]) == 0
    (path,) = tmp_path.glob("compare/*/*/report.html")
    page = read(path.read_text(encoding="utf-8"))
    assert page.words.count("one pair, so no intervals") == 1  # of mmc
    assert "pools.people.capacity=3 against mm1: nothing differs: each outcome" in page.words
    assert "mmc, mm1 pools.people.capacity=3 against mm1" in page.words
    assert "nan" not in page.words.lower().split()


# --- where it comes from ------------------------------------------------------------------------


def again(command):
    """The models that a command of the page compares, and its other words."""
    program, task, *words = shlex.split(command)
    assert (program, task) == ("recursim", "task=compare")
    compared = {w[0]: w[2:] for w in words if w[1] == "="}
    planned = scenarios(compared, [w for w in words if w[1] != "="])
    return {name: plan.model.hash() for name, plan in planned.items()}, words


def test_the_command_leads_to_the_same_models(stored, runs, manifests):
    models = {name: run.model for name, run in runs.items()}
    said = command_to_compare(stored.manifest, manifests, models)
    assert said == (
        "recursim task=compare a=people_only 'b=gpt53_codex pools.leads.capacity=2' "
        "'horizon=130 d' seed=3 replications=2"
    )
    hashes, _ = again(said)
    assert hashes == stored.manifest["model_hashes"]


def test_what_overrides_do_not_lead_to_starts_from_the_folders(
    folder, stored, runs, manifests, monkeypatch
):
    models = {name: run.model for name, run in runs.items()}
    other = manifests | {"people_only": manifests["people_only"] | {"overrides": ["scenario=gone"]}}
    monkeypatch.chdir(folder)
    hashes, words = again(command_to_compare(stored.manifest, other, models))
    assert list(hashes.values()) == list(stored.manifest["model_hashes"].values())
    assert words == [
        "a=a_people_only/resolved.yaml", "b=b_gpt53_codex_pools.leads.capacity_2/resolved.yaml",
        "seed=3", "replications=2",
    ]


# --- what differs -------------------------------------------------------------------------------


def test_rows_say_what_is_not_known():
    row = {
        "scenario": "b", "outcome": "first_cycle_time", "mean": 100.0, "mean_against": 110.25,
        "difference": -10.25, "low_90": -12.0, "high_90": -8.5, "pairs": 3, "missing": 2,
    }
    unknown = row | dict.fromkeys(
        ("mean", "mean_against", "difference", "low_90", "high_90"), float("nan")
    ) | {"pairs": 0, "missing": 5, "outcome": "capability"}
    other = row | {"scenario": "c", "difference": 1e-12}
    numbers = {"mean": 4.32e-5, "mean_against": 2.43e-5, "difference": 1.89e-5}
    small = row | numbers | {
        "scenario": "d", "outcome": "output_per_person_day", "low_90": 3e-6, "high_90": 3.5e-5,
    }
    table = pd.DataFrame([row, unknown, other, small])
    assert list(told(table, "b")) == [
        ("first cycle time, days", "100", "110", "-10.2", "[-12, -8.5]", "3", "2"),
        ("capability, OOM", "–", "–", "–", "", "0", "5"),
    ]
    assert next(told(table, "c")).difference == "0"  # no +0, no 1e-12
    assert list(told(table, "d")) == [
        ("output per 1,000 person-days", "0.0432", "0.0243", "+0.0189", "[0.003, 0.035]", "3", "2")
    ]


def differing(scenario, **numbers):
    ends = ("difference", "low_90", "high_90", "mean", "mean_against")
    return {
        "outcome": "output_per_person_day", "scenario": scenario, "against": "a", "pairs": 3,
        "missing": 0, "variance_ratio": 0.0,
    } | dict.fromkeys(ends, 0.0) | numbers


def test_a_note_says_where_nothing_differs():
    says = (
        "Nothing differs: each outcome that is compared is the same in 3 pairs of replications in "
        "b. What is not compared here, such as waiting times, may differ."
    )
    unknown = differing("b", pairs=0, difference=float("nan")) | {"outcome": "cycle_time"}
    equal = [differing("b"), unknown]
    assert notes(pd.DataFrame(equal))[0] == says
    assert says in html(pd.DataFrame(equal))
    assert "Shared random numbers" not in html(pd.DataFrame(equal))  # that saved nothing
    both = notes(pd.DataFrame([*equal, differing("c", difference=1e-6)]))
    assert both[0] == says and "Shared random numbers" in both[-1] and len(both) == 3
    some = [differing("b", difference=0.0, low_90=-0.1, high_90=0.1), unknown]
    only_on_average = notes(pd.DataFrame(some))
    nothing_known = notes(pd.DataFrame([unknown]))
    assert not [n for n in (*only_on_average, *nothing_known) if "Nothing differs" in n]


def test_what_differs_between_models_is_told_by_path_with_its_unit():
    default, alone = sim.load(), sim.load("scenario=people_only")
    (change,) = changes(alone, default)
    assert (change.path, change.value, change.against) == ("assistants.source", "none", "own")
    assert change.sentence.startswith("'own': the lab's last release")
    assert changes(default, default) == []
    stop = "interventions.stop={at: 9 d, pause: experiment}"
    other = sim.load("flows.experiment.stages.decide.work=0.3 d", stop)
    rows = {c.path: (c.value, c.against) for c in changes(other, default)}
    assert rows["flows.experiment.stages.decide.work"] == ("0.3 d", ABSENT)
    assert rows["flows.experiment.stages.decide.work.mean"] == (ABSENT, "0.5 person-days")
    assert rows["interventions.stop.at"] == ("9 d", ABSENT)
    assert rows["interventions.stop.pause"] == ("experiment", ABSENT)
    assert all(path.startswith(("interventions.stop.", "flows.experiment.")) for path in rows)


# --- what is wrong ------------------------------------------------------------------------------


def test_what_cannot_be_reported_is_refused(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sim.report.comparison.html", lambda *about: "page")

    def refused(*arguments):
        assert cli.run(["task=report", *arguments]) == 2
        return capsys.readouterr().err

    assert "shows a run as it was" in refused(f"run={folder}", "pools.leads.capacity=3")
    assert "did you mean" in refused(f"run={folder.parent}")
    assert "html cannot be written" in refused(f"run={folder}", f"html={tmp_path}")
    for name, text in (("manifest.json", "[]"), ("manifest.json", "{")):
        (tmp_path / name).write_text(text)
        assert "manifest.json'" in refused(f"run={tmp_path}")
    unfinished = (folder / "manifest.json").read_text().replace('"finished"', '"running"')
    (tmp_path / "manifest.json").write_text(unfinished)
    assert "has no results (status: running)" in refused(f"run={tmp_path}")
    (tmp_path / "manifest.json").write_text((folder / "manifest.json").read_text())
    assert "differences.parquet' is missing" in refused(f"run={tmp_path}")
    (tmp_path / "differences.parquet").write_bytes((folder / "differences.parquet").read_bytes())
    assert "folder not found" in refused(f"run={tmp_path}")  # of its first run
