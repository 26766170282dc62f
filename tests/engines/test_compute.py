"""Compute jobs: time by units, failure, repair, the same size again."""

from .tiny import (
    closed,
    compute,
    delay,
    draw,
    every,
    flow,
    item_key,
    job,
    lab,
    labour,
    people,
    rows,
    seed_where,
    spans,
)


def _job(**stage):
    return lab(
        horizon="40 d",
        pools={"machines": compute(4), "desk": people()},
        skills={"plain": {"pool": "desk"}},
        flows={"job": flow(closed(), {
            "run": job("machines", **({"work": "4 d"} | stage), next="rest"),
            "rest": delay("90 d"),
        } | ({"mend": labour("plain", "1 d")} if "repair" in stage else {}))},
    )


def _fails(seed, attempt, chance=0.5):
    return draw(item_key("job", 0), "run", "failure", seed=seed, attempt=attempt) < chance


FAILS_ONCE = seed_where(lambda s: _fails(s, 1) and not _fails(s, 2))


def _fraction(seed, attempt):
    return draw(item_key("job", 0), "run", "fraction", seed=seed, attempt=attempt)


def test_units_share_the_work(run):
    log = run(_job(units=2))
    assert rows(log.visits, "executor units started finished worked value", stage="run") == [
        ("compute", 2, 0.0, 2.0, 2.0, 4.0),
    ]


def test_a_failed_job_is_mended_and_runs_again(run):
    log = run(_job(failure=0.5, repair="mend"), seed=FAILS_ONCE)
    broke = 4.0 * _fraction(FAILS_ONCE, 1)
    story = rows(log.visits, "stage activity attempt outcome requested finished", item=0)
    assert story[:3] == [
        ("run", "run", 1, "failed", 0.0, broke),
        ("mend", "work", 1, "right", broke, broke + 1.0),
        ("run", "run", 2, "done", broke + 1.0, broke + 1.0 + 4.0),
    ]


def test_without_a_repair_stage_it_queues_again_at_once(run):
    log = run(_job(failure=0.5), seed=FAILS_ONCE)
    broke = 4.0 * _fraction(FAILS_ONCE, 1)
    assert spans(log, stage="run") == [(0.0, broke), (broke, broke + 4.0)]


def test_every_attempt_has_the_size_drawn_at_entry(run):
    seed = seed_where(lambda s: _fails(s, 1) and _fails(s, 2) and not _fails(s, 3))
    log = run(_job(work="lognormal(median=1 d, sigma=1.0)", failure=0.5), seed=seed)
    sizes = rows(log.visits, "value", stage="run")
    assert len(sizes) == 3
    assert len(set(sizes)) == 1
    assert sizes[0] != 1.0
    worked = rows(log.visits, "worked", stage="run")
    assert worked == [
        sizes[0] * _fraction(seed, 1), sizes[0] * _fraction(seed, 2), sizes[0],
    ]


def test_units_are_free_while_a_job_is_mended(run):
    model = _job(failure=0.5, repair="mend", units=4)
    flows = model.to_dict()["flows"] | {
        "next": flow(closed(), {"wait": delay("0.0078125 d", next="use"),
                                "use": job("machines", "0.5 d", next="rest"),
                                "rest": delay("90 d")}),
    }
    log = run(model.replace(flows=flows), seed=FAILS_ONCE)
    broke = _fraction(FAILS_ONCE, 1)  # of 1 d: 4 unit-days on 4 units
    assert broke > 0.0078125
    assert spans(log, stage="use") == [(broke, broke + 0.5)]


def test_a_failed_jobs_repair_counts_as_visits_of_the_repair_stage(run):
    seed = seed_where(lambda s: _fails(s, 1) and _fails(s, 2) and not _fails(s, 3))
    log = run(_job(failure=0.5, repair="mend"), seed=seed)
    assert rows(log.visits, "visit", stage="mend") == [0, 1]
    assert rows(log.visits, "visit attempt", stage="run") == [(0, 1), (0, 2), (0, 3)]


# --- defects ------------------------------------------------------------------------------


def _defective(horizon="400 d", **mend):
    """Two careless steps, or one, before each job; failure 0.2, and 0.5 for each defect."""
    return lab(
        horizon=horizon,
        pools={"machines": compute(), "desk": people()},
        skills={"careless": {"pool": "desk", "human_quality": 0.0},
                "plain": {"pool": "desk"}},
        flows={
            "job": flow(every("1 d"), {
                "design": labour("careless", "0 d", next={"build": 0.5, "run": 0.5}),
                "build": labour("careless", "0 d", next="run"),
                "run": job("machines", "1 d", failure=0.2, failure_per_defect=0.5,
                           repair="mend"),
                "mend": labour(mend.get("skill", "plain"), "0 d"),
            }),
        },
    )


def _attempts(log):
    """(key, attempt, failed, defects before the first attempt) of every finished attempt."""
    visits = log.visits
    built = set(rows(visits, "item_key", stage="build"))
    found = rows(visits, "item_key attempt outcome", stage="run", outcome=["failed", "done"])
    return [(key, n, outcome == "failed", 1 + (key in built)) for key, n, outcome in found]


def _draws(attempts):
    return [draw(key, "run", "failure", attempt=n) for key, n, *_ in attempts]


def test_defects_of_the_item_make_its_job_fail(run):
    attempts = _attempts(run(_defective()))
    chance = {1: 1 - 0.8 * 0.5, 2: 1 - 0.8 * 0.25}
    draws = _draws(attempts)
    failed = [failed for *_, failed, _ in attempts]
    assert failed == [u < chance[n] for u, (*_, n) in zip(draws, attempts, strict=True)]
    # Neither without defects, nor with one for all, nor with those of all items together.
    for wrong in (0.2, 0.6, 0.8, 1.0):
        assert failed != [u < wrong for u in draws]


def test_defects_of_the_repair_count_for_the_next_attempt(run):
    attempts = _attempts(run(_defective("30 d", skill="careless")))
    assert max(n for _, n, *_ in attempts) > 4
    failed = [failed for *_, failed, _ in attempts]
    draws = _draws(attempts)
    each = list(zip(draws, attempts, strict=True))
    assert failed == [u < 1 - 0.8 * 0.5 ** (d + n - 1) for u, (_, n, _, d) in each]
    assert failed != [u < 1 - 0.8 * 0.5**d for u, (*_, d) in each]


def test_an_item_without_defects_has_the_usual_chance(run):
    data = _defective().to_dict()
    data["skills"]["careless"]["human_quality"] = 1.0
    attempts = _attempts(run(lab(**data)))
    assert [failed for *_, failed, _ in attempts] == [u < 0.2 for u in _draws(attempts)]
