"""Limits lifted: by role in any lab, with what interventions set, and exactly where it can be."""

import pytest

import sim
from sim.limits import lifts
from sim.limits.editing import difference
from sim.limits.lifts import changes
from sim.model import InputError, Model
from sim.model.capacity import initial_units, unit_steps
from sim.study.replace import put_all

DEFAULT = sim.load()
PERT = sim.load("scenario=pert_limits")


def lifted(model, *names, k=10):
    data = model.to_dict()
    return Model.from_dict(put_all(data, changes(data, names, k)))


def with_interventions(model, **interventions):
    return model.replace(interventions=interventions)


# --- by hand ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "k", "days"),
    [
        ([], 10, 28),
        (["experiment_compute"], 10, 26), (["experiment_compute"], 20, 26),
        (["training_compute"], 10, 19), (["training_compute"], 20, 18.5),
        (["run_latency"], 10, 23.3), (["run_latency"], 20, 23.15),
        (["assistant_slots"], 10, 25.5), (["assistant_skill"], 10, 25.5),
        (["review"], 10, 26.2), (["review"], 20, 26.1),
        (["approvals"], 10, 24.4), (["approvals"], 20, 24.2),
        (["people:researchers"], 10, 28), (["all_people"], 10, 28),
        (["people:researchers", "experiment_compute"], 10, 25),
        (["oversight"], 10, 22.6), (["all_compute"], 10, 14.5), (["all_waiting"], 10, 22.5),
        (["everything"], 10, 4.7),
    ],
)  # fmt: skip
def test_a_plan_of_fixed_times_takes_what_is_worked_out_by_hand(names, k, days):
    run = sim.simulate(lifted(PERT, *names, k=k), seed=0, engine="reference")
    found = run.generations["cycle_time"].dropna().tolist()
    assert len(found) >= 5 and found == pytest.approx([days] * len(found))


# --- roles ------------------------------------------------------------------------------------


def test_the_default_lab_has_all_limits():
    people = ["people:researchers", "people:engineers", "people:leads"]
    assert set(lifts.applicable(DEFAULT)) == {*lifts.LIMITS, *people}


@pytest.mark.parametrize(
    ("scenario", "found"),
    [
        ("mmc", ["experiment_compute"]),
        ("review_ceiling", ["people:reviewers", "review"]),
        ("automl", ["experiment_compute", "run_latency", "assistant_slots", "people:researchers",
                    "wip_limits", "assistant_skill"]),
        ("critical_path", ["experiment_compute", "training_compute", "wip_limits"]),
    ],
)  # fmt: skip
def test_other_labs_have_those_of_their_own(scenario, found):
    assert lifts.applicable(sim.load(f"scenario={scenario}")) == found


def test_a_lab_without_assistants_has_none_of_theirs():
    gone = set(lifts.LIMITS) - set(lifts.applicable(sim.load("scenario=people_only")))
    assert gone == {"assistant_slots", "assistant_skill", "steering"}


@pytest.mark.parametrize("scenario", ["gpt53_codex", "openai_like", "hiring_wave", "rl_pause"])
def test_lifts_give_models_and_all_of_them_together_too(scenario):
    model = sim.load(f"scenario={scenario}")
    for name in (*lifts.applicable(model), *lifts.GROUPS):
        assert lifted(model, name) != model
        assert lifts.label(name)
    assert lifted(model, "everything", k=20).hash() != lifted(model, "everything").hash()


def test_one_limit_alone_says_the_same_and_says_it_in_words():
    for name in ("review", "people:engineers", "experiment_compute"):
        limit = lifts.limit(name)
        assert limit.change(DEFAULT.to_dict(), 10) == changes(DEFAULT.to_dict(), [name], 10)
        assert "10" in limit.sentence(10) and "{" not in limit.sentence(10)


def test_the_order_does_not_matter_and_twice_is_once():
    one = lifted(DEFAULT, "all_people", "wip_limits", "review")
    other = lifted(DEFAULT, "review", "people:leads", "wip_limits", "all_people", "review")
    assert one.hash() == other.hash()


def test_an_unknown_limit_is_refused():
    with pytest.raises(InputError, match="did you mean 'review'"):
        changes(DEFAULT.to_dict(), ["reviews"], 10)


# --- one by one -------------------------------------------------------------------------------


def by_date(model):
    """Planned units by date and pool."""
    found = {(0.0, name): n for name, n in initial_units(model).items()}
    return found | {(time, name): n for time, name, n in unit_steps(model)}


@pytest.mark.parametrize("k", [10, 20])
def test_experiments_get_their_compute_and_all_others_keep_theirs(k):
    before, after = by_date(DEFAULT), by_date(lifted(DEFAULT, "experiment_compute", k=k))
    assert before.keys() == after.keys()
    for (time, pool), units in before.items():
        wanted = k * units if pool == "experiments" else units
        slack = 0 if time == 0 else k if pool == "experiments" else 1
        assert abs(after[time, pool] - wanted) <= slack
    assert lifted(DEFAULT, "experiment_compute").initial_training == DEFAULT.initial_training


def test_a_unit_trains_faster_and_generation_0_is_the_same():
    after = lifted(DEFAULT, "training_compute")
    plan, usual = (m.flows["generation"].stages["gate"].plan for m in (after, DEFAULT))
    assert after.pools == DEFAULT.pools
    # F_0 = units * days is a tenth, in units that do ten times as much.
    assert after.initial_training == pytest.approx(DEFAULT.initial_training / 10)
    assert (plan.min_days, plan.max_days) == (pytest.approx(usual.min_days / 10), usual.max_days)


def test_people_keep_the_work_in_progress_that_they_allow():
    after = lifted(DEFAULT, "people:researchers")
    for time in (0.0, 91.0, 364.0):
        was, now = (by_date(m)[time, "researchers"] for m in (DEFAULT, after))
        assert now // 10 == was
        assert int(after.flows["experiment"].source.limit_per_person * now) == was


def test_review_costs_a_tenth_and_catches_as_much():
    after, before = lifted(DEFAULT, "review").oversight["standard"], DEFAULT.oversight["standard"]
    assert after.review_work.mean() == pytest.approx(before.review_work.mean() / 10)
    assert after.review_fraction == pytest.approx(before.review_fraction / 10)
    assert (after.catch, after.review) == (before.catch, before.review)


def test_policies_that_review_nothing_are_no_limit():
    off = sim.load("oversight.standard.review=0", "oversight.standard.human_review=0")
    assert "review" not in lifts.applicable(off)


@pytest.mark.parametrize(
    "law",
    [
        "logistic(ceiling=0.9, midpoint=0.4, width=0.7)", "power(base=2, exponent=0.3, cap=3)",
        "saturating(start=0.5, limit=0.9, rate=0.4)", "threshold(below=0.2, above=0.7, at=1.2)",
        "table(points={-1: 0.1, 0.5: 0.3, 2: 0.9})", "constant(value=0.5)",
    ],
)
def test_assistants_are_what_they_would_be_later(law):
    name = "speedup" if "power" in law else "quality"
    model = sim.load(f"feedback.{name}='{law}'")
    after = lifted(model, "assistant_skill", k=20)
    for c in (0.0, 0.3, 1.0, 2.5):
        later = model.feedback[name].at(c + 1.3010299956639813)
        assert after.feedback[name].at(c) == pytest.approx(later, rel=1e-9)


# --- interventions ----------------------------------------------------------------------------

DATED = {"at": "90 d"}


def test_what_interventions_set_is_lifted_too():
    model = with_interventions(
        DEFAULT,
        hire={**DATED, "capacity": {"engineers": {"add": 3}, "leads": {"to": 2}}},
        more={"at": "100 d", "capacity": {"engineers": {"scale": 1.5}, "leads": {"hold": True}}},
        buy={"at": "110 d", "capacity": {"compute": {"add": 8}}},
        relax={"at": "120 d", "set": {
            "oversight": {"standard": {"review_work": "30 min", "review_fraction": 0.2}},
            "flows": {"experiment": {"stages": {"run": {
                "work": "gamma(mean=20 d, cv=1)", "failure": 0.2}},
                "source": {"limit_per_person": 2.0}}},
        }},
        shift={"at": "130 d", "set": {
            "flows": {"experiment": {"stages": {"run": {
                "work": "lognormal(median=9 d, p95=20 d)"}}}},
            "feedback": {"share": {"midpoint": -1.0}},
        }},
    )  # fmt: skip
    after = lifted(model, "everything", "wip_limits").interventions
    grown = 1 + 9 * 0.5
    assert after["hire"].capacity["engineers"].add == 30
    assert after["hire"].capacity["leads"].to == 20
    assert after["more"].capacity == model.interventions["more"].capacity
    assert after["buy"].capacity["compute"].add == round(8 * grown)
    relaxed = after["relax"].set
    assert relaxed["oversight"]["standard"] == {"review_work": "3.0 min", "review_fraction": 0.02}
    run = relaxed["flows"]["experiment"]["stages"]["run"]
    assert run == {"work": "gamma(mean=2.0 d, cv=1)", "failure": 0.02}
    assert relaxed["flows"]["experiment"]["source"]["limit_per_person"] == pytest.approx(2.0)
    shifted = after["shift"].set
    work = shifted["flows"]["experiment"]["stages"]["run"]["work"]
    assert work == "lognormal(median=0.9 d, p95=2.0 d)"
    assert shifted["feedback"]["share"] == "logistic(ceiling=0.9, midpoint=-2.0, width=0.7)"


def test_a_part_of_a_distribution_that_is_set_stays_a_part():
    model = with_interventions(
        DEFAULT,
        larger={**DATED, "set": {"flows": {"experiment": {"stages": {"run": {
            "work": {"mean": "20 d", "cv": 2.0}}}}}}},
    )  # fmt: skip
    found = lifted(model, "run_latency").interventions["larger"].set
    work = found["flows"]["experiment"]["stages"]["run"]["work"]
    assert work == {"mean": "2.0 d", "cv": 2.0}


def test_a_planned_capacity_is_lifted_at_all_dates():
    table = {"kind": "steps", "steps_at": {"30 d": 12, "60 d": 5}, "factor": None, "every": None}
    data = put_all(DEFAULT.to_dict(), {"pools.engineers.plan": table, "compute.plan": table})
    after = lifted(Model.from_dict(data), "people:engineers", "experiment_compute")
    assert after.pools["engineers"].plan.steps_at == {30.0: 120, 60.0: 50}
    assert after.compute.plan.steps_at == {30.0: 66, 60.0: 28}


def test_shares_set_at_dates_leave_all_others_what_they_had():
    model = sim.load("scenario=allocation_shock", "horizon=300 d", "compute.plan=null")
    before, after = (
        sim.simulate(m, seed=0, engine="compiled").changes
        for m in (model, lifted(model, "experiment_compute"))
    )

    def capacities(changes, pool):
        rows = changes[(changes["kind"] == "capacity") & (changes["name"] == pool)]
        return {t: rows[rows["time"] <= t]["after"].iloc[-1] for t in (200.0, 290.0)}

    slots = capacities(before, "agents")
    assert capacities(after, "agents") == slots and slots[200.0] < slots[290.0]


@pytest.mark.parametrize(
    ("names", "interventions", "message"),
    [
        (["experiment_compute"],
         {"later": {"generation": 1, "set": {"pools": {
             "experiments": {"share": 0.6}, "training": {"share": 0.15}}}}},
         r"'later' changes shares or compute at a release.*; set interventions\.later\.at"),
        (["experiment_compute"],
         {"both": {"at": "9 d", "capacity": {"compute": {"add": 4}}, "set": {"pools": {
             "experiments": {"share": 0.6}, "training": {"share": 0.15}}}}},
         "intervention 'both' changes shares and compute at once; make it two"),
        (["assistant_skill"],
         {"one": {"at": "9 d", "set": {"feedback": {"share": {"width": 0.5}}}},
          "two": {"generation": 1, "set": {"feedback": {"share": {"midpoint": 0.5}}}}},
         "feedback law 'share', which interventions one, two set in part; write the whole law"),
    ],
)  # fmt: skip
def test_what_cannot_be_lifted_soundly_is_refused(names, interventions, message):
    model = with_interventions(DEFAULT, **interventions)
    with pytest.raises(InputError, match=message):
        changes(model.to_dict(), names, 10)


def test_compute_that_a_policy_divides_anew_is_refused():
    policy = {"kind": "adaptive", "pools": ["experiments", "training"], "step": 0.05}
    model = DEFAULT.replace(allocation=policy)
    with pytest.raises(InputError, match=r"would divide it anew.*; set allocation="):
        changes(model.to_dict(), ["experiment_compute"], 10)


def test_the_model_s_data_stay_as_they_are():
    data = DEFAULT.to_dict()
    changes(data, ["everything"], 10)
    assert data == DEFAULT.to_dict()


def test_a_share_of_something_else_is_not_a_share_of_compute():
    base = sim.load("horizon=1 y").to_dict()
    path = "flows.generation.stages.release.surge.share"
    changed = put_all(base, {path: 0.01})
    assert difference(base, changed) == {path: 0.01}
    changed = put_all(changed, {"pools.experiments.share": 0.4, "pools.training.share": 0.3})
    found = difference(base, changed)
    assert {key for key in found if key.startswith("pools.")} == {
        f"pools.{name}.share" for name, pool in base["pools"].items()
        if pool.get("share") is not None
    }
