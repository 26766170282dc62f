"""Invariants: they hold on every shipped scenario, and each notices a log that breaks it."""

import re
import time
from types import SimpleNamespace

import numpy as np
import pytest

import sim
from sim import invariants
from sim.paths import configs

TOYS = (
    "mm1", "mmc", "mg1", "priorities", "working_hours", "amdahl", "delegation",
    "training_interruptions", "batch_join", "jackson", "closed_network", "review_ceiling",
    "critical_path", "ideas_get_harder", "recursion", "automl", "self_hosting_compiler",
    "only_compute", "only_review", "only_training", "only_approvals", "planned_switch",
    "pert_limits", "fluid",
)
LABS = (
    "gpt53_codex", "frozen_assistants", "people_only",
    "compute_limited", "loop_limited", "balanced",
    "external_assistants", "light_oversight", "agent_review", "safeguards", "allocation_shock",
    "rl_pause", "hiring_wave", "compute_freeze", "next_model",
    "openai_like", "anthropic_like", "deepmind_like",
)


@pytest.mark.parametrize("scenario", (*LABS, *TOYS))
def test_they_hold_on_every_scenario(scenario, replications):
    (run,) = replications(1, f"scenario={scenario}")
    assert len(run.visits) >= 30
    assert invariants.check(run) == []


def test_every_scenario_is_among_them():
    assert {*LABS, *TOYS} == {path.stem for path in (configs() / "scenario").glob("*.yaml")}


@pytest.mark.parametrize("scenario", LABS)
def test_labs_last_to_the_horizon(scenario, replications):
    (run,) = replications(1, f"scenario={scenario}")
    assert (run.end.reason, run.end.time) == ("horizon", 730.5)


VARIANTS = {
    "a capacity that falls and rises": [
        "scenario=mmc", "horizon=400d", "flows.job.stages.run.work.mean=3d",
        "+pools.machines.plan={kind:steps,steps_at:{100d:1,150d:4,200d:2}}",
    ],
    "cuts while training holds the cluster": [
        "horizon=300d", "compute.plan={kind:steps,steps_at:{60d:20,150d:90}}",
        "~compute.plan.factor", "~compute.plan.every",
    ],
    "an end before the horizon": ["end.generations=2"],
    "an end by the event budget": ["end.events=30000"],
    "few slots": ["pools.agents.slots_per_unit=0.2", "horizon=200d"],
    "waiting for slots": ["assistants.balk=false", "horizon=200d"],
    "everything at once": ["horizon=200d", "prehistory=0d", "allocation=fixed"],
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_they_hold_on_variants(variant, replications):
    (run,) = replications(1, *VARIANTS[variant])
    assert len(run.visits) > 300
    assert invariants.check(run) == []


def test_they_are_quick(replications):
    (run,) = replications(1, "scenario=gpt53_codex")
    run.visits, run.generations, run.changes  # noqa: B018 - tables are made on first use
    for name, holds in invariants.INVARIANTS.items():
        times = []
        for _ in range(2):
            begin = time.process_time()
            holds(run)
            times.append(time.process_time() - begin)
        assert min(times) < 0.5, name


# --- corrupted logs -----------------------------------------------------------------------


def corrupted(run, change):
    """The run with its tables changed by `change(visits, generations, changes)`."""
    tables = [run.visits.copy(), run.generations.copy(), run.changes.copy()]
    tables = change(*tables) or tables
    tables = dict(zip(("visits", "generations", "changes"), tables, strict=True))
    return SimpleNamespace(model=run.model, end=run.end, **tables)


def a_row(visits, **values):
    """Number of a finished row with these values, from the middle of the run."""
    fits = visits["finished"].notna() & visits["started"].notna()
    for name, value in values.items():
        fits &= visits[name] == value
    rows = np.flatnonzero(fits)
    return rows[len(rows) // 2]


def put(column, amount, **which):
    """Add to a column of one row."""

    def change(visits, generations, changes):
        visits.loc[a_row(visits, **which), column] += amount

    return change


def write(column, value, **which):
    """Overwrite a column of one row."""

    def change(visits, generations, changes):
        visits.loc[a_row(visits, **which), column] = value

    return change


def drop(**which):
    """Lose one row (links are kept: the numbers of later rows are mended)."""

    def change(visits, generations, changes):
        gone = a_row(visits, **which)
        visits = visits.drop(index=gone).reset_index(drop=True)
        for name in ("cause", "previous"):
            links = visits[name].to_numpy()
            visits[name] = np.where(links > gone, links - 1, np.where(links == gone, -1, links))
        return visits, generations, changes

    return change


def double(**which):
    """Log one row twice."""

    def change(visits, generations, changes):
        visits.loc[len(visits)] = visits.loc[a_row(visits, **which)]

    return change


def lose_an_item(visits, generations, changes):
    """Lose all rows of one item of a batch."""
    item = visits["item"][a_row(visits, flow="safety_test")]
    visits.loc[visits["item"] == item, "item"] = visits["item"].max() + 1
    visits.loc[visits["item"] == visits["item"].max(), "parent"] = 0


def two_in_one(visits, generations, changes):
    """Give one item the key of another."""
    keys = visits["item_key"].unique()
    visits.loc[visits["item_key"] == keys[50], "item_key"] = keys[60]


def lose_a_release(visits, generations, changes):
    """Lose the row of generation 1 from generations."""
    return visits, generations[generations["generation"] != 1], changes


def cut_unseen(visits, generations, changes):
    """A pool had less than it served with."""
    rows = (changes["kind"] == "capacity") & (changes["name"] == "engineers")
    changes.loc[rows, ["before", "after"]] -= 2.0
    changes.loc[np.flatnonzero(rows)[0], "before"] = 0.0


def lose_a_change(visits, generations, changes):
    """Lose a change of capacity between two others."""
    rows = np.flatnonzero((changes["kind"] == "capacity") & (changes["name"] == "engineers"))
    return visits, generations, changes.drop(index=rows[1])


def jump_the_queue(visits, generations, changes):
    """Start the job that waited longest when it was asked for."""
    jobs = visits[(visits["pool"] == "experiments") & visits["started"].notna()]
    row = (jobs["started"] - jobs["requested"]).idxmax()
    visits.loc[row, "started"] = visits["requested"][row]


def at_night(visits, generations, changes):
    """Grant work at three in the morning."""
    row = a_row(visits, executor="human", activity="review")
    visits.loc[row, "started"] = np.floor(visits["started"][row]) + 0.125
    visits.loc[row, "requested"] = visits["started"][row]


def after_the_end(visits, generations, changes):
    """Finish an open row at the horizon itself."""
    row = np.flatnonzero(visits["finished"].isna() & visits["started"].notna())[0]
    visits.loc[row, "finished"] = 300.0
    visits.loc[row, "outcome"] = "done"


def still_open(visits, generations, changes):
    """Forget the end of a service, but not what came of it."""
    visits.loc[a_row(visits, activity="review"), "finished"] = np.nan


def cut_short(visits, generations, changes):
    """Lose the last step of an item, its result included."""
    item = visits["item"][a_row(visits, activity="result")]
    last = np.flatnonzero((visits["item"] == item) & visits["stage"].isin(["communicate"]))
    result = (visits["item"] == item) & (visits["activity"] == "result")
    gone = np.union1d(last, np.flatnonzero(result))
    visits.loc[gone, "stage"] = "analyze"
    visits.loc[gone, "activity"] = "work"
    visits.loc[gone, "visit"] = 0


CORRUPTIONS = {
    "clock": [
        (put("requested", 1e3, flow="experiment"), "started before the request"),
        (put("finished", -50.0, activity="review"), "finished before the start"),
        (put("requested", -1e3, activity="review"), "requested before the clock starts"),
        (put("started", 0.01, activity="review"), "worked more or less than the open hours"),
        (put("worked", 0.01, activity="review"), "worked more or less than the open hours"),
        (put("worked", 9.0, executor="agent"), "worked longer than the service lasted"),
        (put("worked", -99.0, executor="agent"), "impossible time worked"),
        (put("finished", 0.001, activity="run", flow="experiment"), "the previous row ended"),
        (put("cause", 5000, activity="review"), "cause had not ended"),
        (put("previous", 5000, activity="review"), "previous had not ended"),
        (write("cause", 10**6, activity="review"), "cause is no row"),
        (write("outcome", "open", activity="review"), "open, but finished"),
        (write("started", np.nan, activity="review"), "finished without a start"),
        (write("outcome", "balked", executor="agent"), "balked, but stayed"),
        (at_night, "granted outside working hours"),
        (after_the_end, "events at or after the end"),
        (still_open, "open, but finished"),
    ],
    "conservation": [
        (drop(activity="run", flow="experiment"), "item nowhere before|item does not start once"),
        (drop(activity="result"), "results of the item"),
        (double(activity="review"), "followed by several rows"),
        (double(activity="result"), "results of the item"),
        (write("item", 10**6, flow="evaluation"), "items are not numbered without gaps"),
        (write("item_key", 7, flow="experiment"), "item_key of the item changed"),
        (write("parent", 7, flow="experiment"), "parent of the item changed"),
        (put("visit", 2, flow="experiment", stage="analyze"), "not counted without gaps"),
        (put("finished", -0.01, activity="batch"), "does not end with its last child"),
        (put("requested", 1e-6, activity="review", stage="build"), "item nowhere before"),
        (lose_an_item, "children of a batch missing"),
        (two_in_one, "two items have the same key"),
        (cut_short, "results of the item"),
        (lose_a_release, "releases in visits and in generations differ"),
        (write("activity", "gate", activity="release"), "releases in visits and"),
    ],
    "capacity": [
        (put("units", 1000, activity="run", flow="experiment"), "beyond the capacity"),
        (write("units", 0, activity="review"), "serves with no units"),
        (cut_unseen, "beyond the capacity of pool 'engineers'"),
        (lose_a_change, "do not follow on each other"),
        (jump_the_queue, "beyond the capacity of pool 'experiments'"),
    ],
    "littles_law": [
        (put("finished", -50.0, activity="review"), "service of pool"),
        (put("started", -50.0, activity="review"), "queue of pool"),
        (put("finished", 0.01, activity="work", stage="design"), "flow 'experiment'"),
        (put("requested", -0.01, activity="review", stage="build"), "flow 'experiment'"),
        (drop(activity="run", flow="experiment"), "flow 'experiment'"),
    ],
}


@pytest.mark.parametrize(
    ("invariant", "case"),
    [(name, case) for name, cases in CORRUPTIONS.items() for case in range(len(cases))],
)
def test_a_corrupted_log_is_noticed(invariant, case, replications):
    (run,) = replications(1, "horizon=300d")
    change, message = CORRUPTIONS[invariant][case]
    broken = corrupted(run, change)
    found = invariants.INVARIANTS[invariant](broken)
    assert re.search(message, "; ".join(found)), found


@pytest.fixture(scope="module")
def incidents():
    """A lab in which an incident a day takes machines hostage, for which jobs queue."""
    job = {"kind": "compute", "pool": "machines", "work": "uniform(low=1 d, high=3 d)"}
    mend = {"kind": "delay", "duration": "uniform(low=0.5 d, high=2 d)"}
    model = sim.Model.from_dict({
        "horizon": "200 d", "pools": {"machines": {"kind": "compute", "capacity": 6}},
        "flows": {
            "job": {"source": {"kind": "closed", "workstreams": 9}, "stages": {"run": job}},
            "incident": {
                "source": {"kind": "poisson", "rate": 1.0}, "stages": {"mend": mend},
                "hostages": {"pool": "machines", "units": 2},
            },
        },
    })
    return sim.simulate(model, seed=0)


def test_invariants_hold_with_hostages_and_notice_what_is_wrong_with_them(incidents):
    assert invariants.check(incidents) == []
    taken = {"activity": "hostage", "outcome": "done"}

    def found(change, invariant="hostages"):
        return "; ".join(invariants.INVARIANTS[invariant](corrupted(incidents, change)))

    def jump(visits, generations, changes):
        """Grant a job at the time at which a hostage was waited for."""
        waited = visits["started"] > visits["requested"]
        waits = visits[waited & (visits["activity"] == "hostage")]
        wait = waits.iloc[len(waits) // 2]
        row = a_row(visits, activity="run")
        visits.loc[row, "started"] = (wait["requested"] + wait["started"]) / 2

    assert "too few or many hostages" in found(drop(**taken))
    assert "too few or many hostages" in found(double(**taken))
    assert "hostages of another pool, or several in one" in found(write("units", 2, **taken))
    assert "hostages asked for late" in found(put("requested", 0.01, **taken))
    assert "hostages not returned at the end" in found(put("finished", 0.1, **taken))
    assert "hostages not returned at the end" in found(write("finished", np.nan, **taken))
    assert "hostages with another outcome" in found(write("outcome", "withdrawn", **taken))
    assert "granted before hostages that waited" in found(jump)
    assert "hostage, but at work" in found(put("worked", 0.1, **taken), "clock")
    assert "withdrawn, but served" in found(write("outcome", "withdrawn", **taken), "clock")
    assert "queue of pool" in found(put("started", -50.0, **taken), "littles_law")
    assert "beyond the capacity" in found(put("finished", 9.0, **taken), "capacity")


def test_check_gathers_all_of_them(replications):
    (run,) = replications(1, "scenario=mmc")

    def break_all(visits, generations, changes):
        visits.loc[500, "finished"] -= 90.0
        visits.loc[700, "units"] = 9
        visits.loc[900, "item"] = 0
        visits.loc[950, "activity"] = "hostage"

    found = invariants.check(corrupted(run, break_all))
    assert {text.partition(":")[0] for text in found} == set(invariants.INVARIANTS)


def test_a_debt_is_no_breach_but_a_grant_in_debt_is(replications):
    """Three machines are cut to one while three jobs run: they end, and nobody begins."""
    (run,) = replications(1, *VARIANTS["a capacity that falls and rises"])
    v = run.visits
    in_service = ((v["started"] < 100) & ~(v["finished"] <= 100)).sum()
    assert in_service > 1  # a debt at the cut

    def begin_at_once(visits, generations, changes):
        waiting = np.flatnonzero((visits["requested"] < 100) & (visits["started"] > 100))
        visits.loc[waiting[0], "started"] = 100.0

    broken = corrupted(run, begin_at_once)
    assert "beyond the capacity of pool 'machines'" in "; ".join(invariants.capacity(broken))


def test_an_early_end_excuses_only_its_own_instant(replications):
    """What ended at the very end may lack its consequences; what ended before may not."""
    (run,) = replications(1, *VARIANTS["an end before the horizon"])
    assert run.end.reason == "generation_target"

    def end_at(moment):
        def change(visits, generations, changes):
            still = visits[visits["finished"].isna() & (visits["stage"] == "build")]
            row = still.index[~still["item"].duplicated(keep=False)][-1]  # nothing else is open
            visits.loc[row, ["started", "finished"]] = moment
            visits.loc[row, "outcome"] = "right"

        return "; ".join(invariants.conservation(corrupted(run, change)))

    assert end_at(run.end.time) == ""
    assert "item neither open nor at the end of its route" in end_at(run.end.time - 1e-6)
