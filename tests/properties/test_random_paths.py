"""Random small labs: their critical paths tile the cycles to the bit, whatever the mechanisms."""

import pytest
from hypothesis import given, settings

import sim
from sim.metrics import critical_path, flow_time

from .strategies import drafts, loaded
from .test_random_models import FIXED, FRESH


def tiles(draft):
    run = sim.simulate(loaded(draft), seed=0)
    path = critical_path.path(run.visits, run.generations, run.model)
    made = run.generations[(run.generations["cycle_time"] > 0).to_numpy()]
    cycles = {(0, row.generation): row.cycle_time for row in made.itertuples()}
    assert critical_path.length(path).to_dict() == cycles
    for (_, generation), segments in path.groupby(["replication", "generation"]):
        (row,) = made[(made["generation"] == generation).to_numpy()].itertuples()
        edges = segments["start"].tolist(), segments["finish"].tolist()
        assert edges[0] == [row.started, *edges[1][:-1]] and edges[1][-1] == row.released
        assert set(segments["phase"]) <= set(run.model.flows[run.model.generation_flow].stages)
    days = flow_time.by_kind(run.visits, run.model)
    results = run.visits[(run.visits["activity"] == "result").to_numpy()]
    results = results[((results["finished"] >= 0)
                       & results["flow"].isin(run.model.research_flows)).to_numpy()]
    steps = run.visits[(run.visits["activity"] != "hostage").to_numpy()]
    begun = steps.groupby("item")["requested"].min().loc[results["item"]]
    total = float((results["finished"].to_numpy() - begun.to_numpy()).sum())
    assert days["days"].sum() == pytest.approx(total, rel=1e-9, abs=1e-9)


@settings(FIXED, max_examples=25)
@given(drafts())
def test_critical_paths_of_random_models_tile(draft):
    tiles(draft)


@pytest.mark.verify
@settings(FRESH, max_examples=2000)
@given(drafts())
def test_critical_paths_of_many_random_models_tile(draft):
    tiles(draft)
