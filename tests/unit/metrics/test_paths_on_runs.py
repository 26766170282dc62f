"""Critical paths and flow times of shipped scenarios: exact in every replication.

Tiling, lengths and rows are checked by plain loops, apart from the code that finds the paths.
"""

import math

import pandas as pd
import pytest

import sim
from sim.metrics import critical_path, flow_time

SCENARIOS = {
    "gpt53_codex": ("horizon=250 d",),
    "agent_review": ("horizon=200 d",),
    "people_only": ("horizon=250 d",),
    "safeguards": ("horizon=250 d", "assistants.balk=false"),
    "automl": ("horizon=200 d",),
    "critical_path": (),
}


@pytest.fixture(scope="module", params=SCENARIOS)
def ensemble(request):
    model = sim.load(f"scenario={request.param}", *SCENARIOS[request.param])
    return sim.ensemble(model, replications=2, seed=0)


@pytest.fixture(scope="module")
def path(ensemble):
    return critical_path.path(ensemble.visits, ensemble.generations, ensemble.model)


def _released(ensemble):
    table = ensemble.generations
    table = table[(table["outcome"] == "released") & (table["generation"] > 0)]
    return {(row.replication, row.generation): row for row in table.itertuples()}


def test_segments_tile_each_cycle_to_the_bit(ensemble, path):
    released = _released(ensemble)
    seen = dict.fromkeys(released, 0)
    for key, segments in path.groupby(["replication", "generation"]):
        time = released[key].started
        for segment in segments.itertuples():
            assert segment.start == time and segment.finish > segment.start
            assert 0 <= segment.off_hours <= segment.finish - segment.start
            time = segment.finish
        assert time == released[key].released
        seen[key] = len(segments)
    assert len(released) >= 2 and all(seen.values())
    assert list(path[["replication", "generation", "start"]].itertuples(index=False)) == sorted(
        path[["replication", "generation", "start"]].itertuples(index=False)
    )


def test_lengths_are_the_cycle_times_to_the_bit(ensemble, path):
    expected = {key: row.cycle_time for key, row in _released(ensemble).items()}
    assert critical_path.length(path).to_dict() == expected
    sums = critical_path.by_kind(path).groupby(["replication", "generation"])["days"]
    for key, days in sums:
        shares = [d / expected[key] for d in days]
        assert math.fsum(shares) == pytest.approx(1.0, abs=1e-12) and min(shares) >= 0
    phases = critical_path.by_phase(path).groupby(["replication", "generation", "kind"])["days"]
    kinds = critical_path.by_kind(path).set_index(["replication", "generation", "kind"])["days"]
    assert phases.sum().sub(kinds).abs().max() < 1e-9
    stages = ensemble.model.flows[ensemble.model.generation_flow].stages
    assert set(path["phase"]) <= set(stages)


def test_no_time_is_left_to_nobody(path):
    """On whole logs without pauses rows follow on each other: a wrong link would leave gaps."""
    assert not (path["kind"] == "other").any()


def _walked(ensemble, replication):
    """Rows that take time on the ways back from the releases, by a plain loop."""
    rows = ensemble.runs[replication].visits
    previous, item, first = (rows[name].tolist() for name in ("previous", "item", "requested"))
    last = rows["finished"].tolist()
    activity = rows["activity"].astype(str).tolist()
    found = set()
    for end in rows.index[rows["activity"] == "release"]:
        row = end
        while row >= 0 and item[row] >= item[end]:
            if last[row] > first[row] and activity[row] != "gate":
                found.add(row)
            row = previous[row]
    return found


def test_the_path_is_the_way_back_by_previous_rows(ensemble, path):
    gate = next(iter(ensemble.model.flows[ensemble.model.generation_flow].stages))
    for replication in range(2):
        here = path[(path["replication"] == replication) & (path["phase"] != gate)]
        aside = (here["activity"] == "steering") | (here["stage"] == "diagnose")
        walked = _walked(ensemble, replication)
        assert set(here.loc[~aside, "row"]) <= walked <= set(here["row"])


def test_replications_and_the_order_of_categories_do_not_matter(ensemble, path):
    run = ensemble.runs[1]
    visits = run.visits.copy()
    for name in visits.select_dtypes("category"):
        names = visits[name].cat.categories
        visits[name] = visits[name].cat.reorder_categories(names[::-1])
    alone = critical_path.path(visits, run.generations, run.model)
    pd.testing.assert_frame_equal(alone, path[path["replication"] == 1].reset_index(drop=True))
    times = flow_time.by_kind(ensemble.visits, ensemble.model)
    pd.testing.assert_frame_equal(
        flow_time.by_kind(visits, run.model),
        times[times["replication"] == 1].reset_index(drop=True),
    )


def test_flow_times_are_those_from_first_request_to_result(ensemble):
    table = flow_time.by_kind(ensemble.visits, ensemble.model)
    visits = ensemble.visits
    flows = ensemble.model.research_flows
    results = visits[(visits["activity"] == "result") & (visits["finished"] >= 0)]
    results = results[results["flow"].isin(flows)]
    begun = visits[visits["flow"].isin(flows)].groupby(["replication", "item"])["requested"].min()
    at = pd.MultiIndex.from_frame(results[["replication", "item"]])
    times = results["finished"].to_numpy() - begun.loc[at].to_numpy()
    keys = [results["replication"].to_numpy(), results["generation"].to_numpy()]
    expected = pd.Series(times).groupby(keys).agg(["sum", "size"])
    found = table.groupby(["replication", "generation"]).agg({"days": "sum", "items": "first"})
    assert len(expected) and found["items"].tolist() == expected["size"].tolist()
    assert found["days"].tolist() == pytest.approx(expected["sum"].tolist(), rel=1e-12)
    assert (table["days"] >= 0).all()
    assert table.loc[table["kind"] == "other", "days"].sum() == 0
