"""Slack by hand: a plan of fixed times, tiny labs with joins, batches, repairs; real logs."""

import pytest

import sim
from sim.metrics import critical_path, slack
from sim.metrics.kinds import KINDS
from sim.model import InputError

from ...engines.tiny import SPAWNED, compute, delay, flow, job, labour
from .cycles import chore, cycle

# The plan: train 10 d, then side by side post-training 7, evaluations 12 (five on two machines),
# safety 3 and report 2; approval 1 when all have ended, deployment 1; harness 4 once post-trained.
# Latest ends: harness 44, post-training min(44 - 4, 42) = 40, report and safety 42 and 40.
BY_HAND = {
    "gate": (20, 0, 0), "train": (10, 0, 0), "post_train": (7, 3, 0), "evaluate": (12, 0, 0),
    "safety": (3, 7, 0), "report": (2, 7, 7), "harness": (4, 3, 3), "approve": (1, 0, 0),
    "deploy": (1, 0, 0),
}


def slack_of(model, seed=0):
    run = sim.simulate(model, seed=seed)
    return run, slack.slack(run.visits, run.generations, run.model)


def whole(table):
    """Days, slack and free slack by stage and visit."""
    rows = table[table["kind"] == "all"]
    return {
        (row.stage, row.visit): (row.days, row.slack, row.free_slack) for row in rows.itertuples()
    }


@pytest.fixture(scope="module")
def plan():
    return slack_of(sim.load("scenario=critical_path"))


def test_slack_of_the_plan(plan):
    _, table = plan
    first = table[table["generation"] == 1]
    assert whole(first) == {(name, 0): values for name, values in BY_HAND.items()}
    critical = first[first["critical"] & (first["kind"] == "all")]["stage"]
    assert set(critical) == {"gate", "train", "evaluate", "approve", "deploy"}
    later = table[table["generation"] == 2]
    assert whole(later) == {(name, 0): values for name, values in BY_HAND.items()} | {
        ("gate", 0): (0, 0, 0)}


def test_a_batch_is_told_by_its_longest_item(plan):
    _, table = plan
    rows = table[(table["generation"] == 1) & (table["stage"] == "evaluate")].set_index("kind")
    assert rows["days"].to_dict() == {"all": 12, "wait_compute": 8, "computing": 4}
    # They end after 4, 4, 8, 8, 12 days: 4.8 before the last one on average.
    assert (rows["items"]["all"], rows["spare"]["all"]) == (5, pytest.approx(4.8))


@pytest.mark.parametrize("name", BY_HAND)
def test_more_than_the_slack_delays_the_release_by_the_rest(plan, name):
    run, _ = plan
    of = (run.visits, run.generations, run.model)
    spare = BY_HAND[name][1]
    assert set(slack.what_if(*of, days={name: spare})["delay"]) == {0.0}
    assert set(slack.what_if(*of, days={name: spare + 2.5})["delay"]) == {2.5}


CHANGES = {
    "evaluations all at once": ({"factors": {"wait_compute": 0}}, "pools.machines.capacity=5"),
    "long safety tests": (
        {"days": {"safety": 10}}, "flows.generation.stages.safety.work='13 d'"),
    "long post-training": (
        {"factors": {"post_train": 11 / 7}}, "flows.generation.stages.post_train.work='11 d'"),
    "slow deployment": (
        {"factors": {"delay": 3}}, "flows.generation.stages.deploy.duration='3 d'"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_if_is_what_the_engine_says_of_the_plan(plan, name):
    run, _ = plan
    change, override = CHANGES[name]
    told = slack.what_if(run.visits, run.generations, run.model, **change)
    rerun = sim.simulate(sim.load("scenario=critical_path", override), seed=0).generations
    known = rerun[(rerun["outcome"] == "released") & (rerun["generation"] > 0)]
    shared = min(len(told), len(known))
    assert shared >= 6
    assert list(told["new_released"][:shared]) == pytest.approx(list(known["released"][:shared]))
    assert list(told["new_cycle_time"][:shared]) == pytest.approx(
        list(known["cycle_time"][:shared]))
    assert list(told["new_released"][:shared]) != list(told["released"][:shared])


def test_a_kind_of_time_within_a_stage(plan):
    run, _ = plan
    of = (run.visits, run.generations, run.model)
    # Jobs of 2 d, not 4: the last one waits 8 d as before, and takes 2 d; training is as it was.
    half = slack.what_if(*of, factors={"evaluate.computing": 0.5})
    assert set(half["delay"]) == {-2.0}
    assert set(slack.what_if(*of, factors={"train.computing": 0.5})["delay"]) == {-5.0}
    assert set(slack.what_if(*of, factors={"computing": 0.5})["delay"]) == {-7.0}
    assert set(slack.what_if(*of, factors={"train.people": 0.5})["delay"]) == {0.0}


def test_by_stage_counts_how_often_a_stage_is_critical(plan):
    _, table = plan
    found = slack.by_stage(table).set_index(["stage", "kind"])
    assert list(dict.fromkeys(slack.by_stage(table)["stage"]))[:2] == ["gate", "train"]
    assert found.loc[("post_train", "all"), ["mean", "q10", "q90", "critical"]].tolist() == [
        3, 3, 3, 0]
    releases = table["generation"].nunique()
    assert found.loc[("gate", "knowhow"), "critical"] == pytest.approx(1 / releases)


def test_wrong_names_and_numbers_are_refused(plan):
    run, _ = plan
    of = (run.visits, run.generations, run.model)
    with pytest.raises(InputError, match="did you mean 'safety'"):
        slack.what_if(*of, days={"safty": 1})
    with pytest.raises(InputError, match=r"unknown stage 'train\.computin'"):
        slack.what_if(*of, factors={"train.computin": 1})
    with pytest.raises(InputError, match=r"unknown stage 'train\.computing'"):
        slack.what_if(*of, days={"train.computing": 1})
    with pytest.raises(InputError, match="'safety' must be changed by a number >= 0, got -1"):
        slack.what_if(*of, days={"safety": -1})


# --- tiny labs ----------------------------------------------------------------------------------


def test_a_wait_has_the_slack_of_its_stage():
    # Side by side: 1 d of waiting and 1 d at the desk; a delay of 5 d.
    stages = {
        "tune": labour("scarce", "1 d", after="train"), "rest": delay("5 d", after="train"),
        "ship": delay("1 d", after=["tune", "rest"], next="release"),
    }
    _, table = slack_of(cycle(stages, train={"next": None}, flows=chore("2 d")))
    rows = table[table["stage"] == "tune"].set_index("kind")
    assert rows[["days", "slack", "free_slack"]].T.to_dict("list") == {
        "all": [2, 3, 3], "wait_people": [1, 3, 3], "people": [1, 3, 3],
    }


def test_batches_within_batches_and_tracks_within_items():
    # Each of two items: side by side 1 d and a batch of two jobs of 2 d on two machines.
    part = flow(SPAWNED, {
        "plan": delay("0.5 d"), "spread": {"kind": "batch", "flow": "piece", "count": 2,
                                           "after": "plan"},
        "rest": delay("1 d", after="plan"),
        "pack": delay("0.5 d", after=["spread", "rest"]),
    })
    model = cycle(
        {"evaluate": {"kind": "batch", "flow": "part", "count": 2, "after": "train"},
         "write": delay("3 d", after="train"),
         "ship": delay("1 d", after=["evaluate", "write"], next="release")},
        train={"next": None}, pools={"machine": compute(2)},
        flows={"part": part, "piece": flow(SPAWNED, {"run": job("machine", "2 d")})},
    )
    run, table = slack_of(model)
    # 0.5, jobs of both items in two rounds: 2 and 4 d, 0.5: the batch takes 5 d.
    found = whole(table)
    assert found[("evaluate", 0)] == (5, 0, 0) and found[("write", 0)] == (3, 2, 2)
    told = slack.what_if(run.visits, run.generations, run.model, factors={"computing": 0.5})
    # Waits are kept: 0.5 d of training, 1 d of each job; 3.5 d of the batch, more than 3 d.
    assert list(told["new_cycle_time"]) == [0.5 + 0.5 + 2 + 1 + 0.5 + 1]


def test_a_failed_job_and_its_repair_belong_to_its_stage():
    test = job("machine", "2 d", failure=0.9, repair="mend", next="release")
    stages = {"test": test, "mend": labour("plain", "0.5 d")}
    run, table = slack_of(cycle(stages, horizon="200 d"))
    assert (run.visits["stage"] == "mend").any()
    assert set(table["stage"]) == {"gate", "train", "test"} and table["critical"].all()
    days = table[table["kind"] != "all"]["days"].sum()
    assert days == pytest.approx(run.generations["cycle_time"].iloc[1])


# --- real logs ----------------------------------------------------------------------------------

SCENARIOS = {
    "gpt53_codex": ("horizon=250 d",), "safeguards": ("horizon=400 d",),
    "agent_review": ("horizon=250 d", "assistants.balk=false"), "automl": ("horizon=200 d",),
}


@pytest.fixture(scope="module", params=SCENARIOS)
def ensemble(request):
    model = sim.load(f"scenario={request.param}", *SCENARIOS[request.param])
    return sim.ensemble(model, replications=3, seed=0)


def test_stages_without_slack_are_those_of_the_critical_path(ensemble):
    table = slack.slack(ensemble.visits, ensemble.generations, ensemble.model)
    path = critical_path.path(ensemble.visits, ensemble.generations, ensemble.model)
    days = (path["finish"] - path["start"]).groupby(
        [path["replication"], path["generation"], path["phase"].astype(str)]).sum()
    here = table[(table["kind"] == "all") & table["critical"] & (table["days"] > 0)]
    found = here.groupby(["replication", "generation", "stage"])["days"].sum()
    assert found.to_dict() == pytest.approx(days.to_dict())
    assert len(found) > 5


def test_slack_is_what_may_be_added(ensemble):
    of = (ensemble.visits, ensemble.generations, ensemble.model)
    table = slack.slack(*of)
    rows = table[table["kind"] == "all"]
    assert (rows["free_slack"] >= -1e-9).all()
    assert (rows["slack"] >= rows["free_slack"] - 1e-9).all()
    keys = ["replication", "generation"]
    for name, here in rows.groupby("stage"):
        once = here.drop_duplicates(keys, keep=False).set_index(keys)["slack"]
        delay = slack.what_if(*of, days={name: 4.0}).set_index(keys)["delay"]
        expected = (4.0 - once).clip(lower=0.0)
        assert delay[once.index].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)


def test_kinds_sum_to_their_stage_and_nothing_changes_if_nothing_does(ensemble):
    of = (ensemble.visits, ensemble.generations, ensemble.model)
    table = slack.slack(*of)
    keys = ["replication", "generation", "stage", "visit"]
    sums = table[table["kind"] != "all"].groupby(keys)["days"].sum()
    all_of = table[table["kind"] == "all"].set_index(keys)["days"]
    assert sums.reindex(all_of.index, fill_value=0.0).to_numpy() == pytest.approx(
        all_of.to_numpy(), abs=1e-8)
    same = slack.what_if(*of, factors=dict.fromkeys(KINDS, 1.0))
    assert list(same["new_released"]) == list(same["released"])
    none = slack.what_if(*of, factors=dict.fromkeys(KINDS, 0.0))
    assert none["new_cycle_time"].to_numpy() == pytest.approx(0.0, abs=1e-8)


def test_of_a_log_that_is_not_whole_nothing_is_told():
    run = sim.simulate(sim.load("scenario=critical_path"), seed=0)
    release = (run.visits["activity"] == "release").to_numpy()
    with pytest.raises(ValueError, match="release of some generation is missing"):
        slack.slack(run.visits[~release], run.generations, run.model)
