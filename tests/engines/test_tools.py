"""Tools: items that end save work elsewhere while they are fresh."""

import pytest

from .tiny import agents, closed, delay, every, flow, item_key, lab, labour, people, rows


def _toolsmith(*, boost=0.5, most=2, fresh="2.5 d", work="4 d", horizon="5.25 d", **more):
    """Tools are ready at 1, 2, 3, …; a task comes every half day."""
    parts = {
        "horizon": horizon,
        "pools": {"desk": people()},
        "skills": {"plain": {"pool": "desk"}},
        "flows": {
            "tooling": flow(closed(), {"make": delay("1 d")},
                            tool={"boost": boost, "most": most, "fresh": fresh}),
            "task": flow(every("0.5 d"), {"do": labour("plain", work, tools="tooling")}),
        },
    }
    return lab(**(parts | more))


def _work(log):
    """Work of each task by its time of entry."""
    return dict(rows(log.visits, "requested value", stage="do", activity="work"))


@pytest.mark.parametrize("most", [1, 2, 3])
def test_work_falls_with_every_fresh_tool_up_to_the_most(run, most):
    # A tool of day n is fresh on [n, n + 2.5); at 3 there are three.
    found = _work(run(_toolsmith(most=most)))
    fresh = {t / 2: sum(n <= t / 2 < n + 2.5 for n in range(1, 9)) for t in range(1, 11)}
    assert fresh[3.0] == 3
    assert fresh[3.5] == 2  # that of day 1 is stale at this very instant
    assert found == {t: 4.0 * 0.5 ** min(n, most) for t, n in fresh.items()}
    assert found[0.5] == 4.0
    assert found[1.0] == 2.0  # a tool serves from the end of its item on


def test_a_tool_may_do_all_the_work_or_none(run):
    assert set(_work(run(_toolsmith(boost=1.0))).values()) == {4.0, 0.0}
    assert set(_work(run(_toolsmith(boost=0.0))).values()) == {4.0}


def test_the_work_saved_is_saved_in_the_time_it_takes(run):
    log = run(_toolsmith())
    took = rows(log.visits, "requested finished worked", stage="do", requested=[0.5, 1.0])
    assert took == [(0.5, 4.5, 4.0), (1.0, 3.0, 2.0)]


def test_other_stages_are_none_the_faster(run):
    data = _toolsmith().to_dict()
    data["flows"]["task"]["stages"]["do"]["tools"] = None
    assert set(_work(run(lab(**data))).values()) == {4.0}


@pytest.mark.parametrize("share", [1.0, 0.0])
def test_attempts_keep_the_tools_of_the_entry(run, share):
    # Entered at 0.5 without tools: the second attempt, at 4.5, and the takeover have none either.
    model = _toolsmith(
        horizon="20 d",
        pools={"desk": people(), "slots": agents()},
        assistants={"source": "own", "pool": "slots"},
        feedback={"share": share, "wrong": 0.0},
        oversight={"strict": {"review": 1.0, "human_review": 1.0, "catch": 1.0,
                              "max_attempts": 2}},
        skills={"plain": {"pool": "desk", "share": "share", "quality": "wrong",
                          "human_quality": 0.0, "oversight": "strict"}},
    )
    log = run(model)
    first, second = (
        rows(log.visits, "activity requested value", stage="do",
             activity=["work", "takeover"], item_key=item_key("task", number))
        for number in (0, 1)
    )
    assert first == [("work", 0.5, 4.0), ("work", 4.5, 4.0), ("takeover", 8.5, 4.0)]
    assert second == [("work", 1.0, 2.0), ("work", 3.0, 2.0), ("takeover", 5.0, 2.0)]
