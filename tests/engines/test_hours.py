"""Working hours: work is granted when open, pauses at closing, and holds the person.

The window is 06:00-18:00, days 0.25 to 0.75; t = 0 is a Monday unless stated.
"""

from .tiny import closed, every, flow, lab, labour, people, rows, spans


def _office(flows, capacity=1, **more):
    return lab(
        pools={"desk": people(capacity, hours="mon-fri 06:00-18:00"), "home": people()},
        skills={"desk": {"pool": "desk"}, "home": {"pool": "home"}},
        flows=flows,
        **more,
    )


def test_work_begins_at_opening_and_pauses_at_closing(run):
    # 0.75 d of work: Monday 06:00-18:00 and Tuesday 06:00-12:00.
    log = run(_office({"task": flow(closed(), {"do": labour("desk", "0.75 d")})}, horizon="2 d"))
    assert rows(log.visits, "requested started finished worked")[0] == (0.0, 0.25, 1.5, 0.75)


def test_a_person_whose_work_pauses_stays_held(run):
    # The urgent task of Monday evening waits for the person who resumes on Tuesday.
    model = _office({
        "task": flow(closed(), {"do": labour("desk", "0.75 d", priority=9)}),
        "urgent": flow(every("0.875 d"), {"fix": labour("desk", "0.125 d", priority=0)}),
    }, horizon="1.75 d")
    assert rows(run(model).visits, "requested started", flow="urgent") == [(0.875, 1.5)]


def test_weekends_are_closed(run):
    model = _office(
        {"task": flow(closed(), {"do": labour("desk", "0.75 d")})},
        start_date="2026-01-09", horizon="4 d",  # a Friday
    )
    # Friday 06:00-18:00, Monday 06:00-12:00; the next one Monday 12:00-18:00, Tuesday 06:00-…
    assert spans(run(model)) == [(0.25, 3.5), (3.5, None)]


def test_at_opening_priority_decides(run):
    model = _office({
        "routine": flow(every("0.0625 d"), {"do": labour("desk", "9 d", priority=2)}),
        "urgent": flow(every("0.1875 d"), {"do": labour("desk", "9 d", priority=1)}),
    }, horizon="0.5 d")
    log = run(model)
    assert rows(log.visits.dropna(subset="started"), "flow requested started") == [
        ("urgent", 0.1875, 0.25),
    ]


def test_work_may_end_exactly_at_closing(run):
    log = run(_office({"task": flow(closed(), {"do": labour("desk", "0.5 d")})}, horizon="2 d"))
    # The next item, requested at closing time, is not granted before the morning.
    assert rows(log.visits, "requested started finished")[:2] == [
        (0.0, 0.25, 0.75), (0.75, 1.25, 1.75),
    ]


def test_at_opening_time_it_is_open_at_closing_time_it_is_not(run):
    stages = {"wait": labour("home", "0.25 d", next="do"), "do": labour("desk", "0 d")}
    at_opening = run(_office({"task": flow(closed(), stages)}, horizon="0.5 d"))
    assert rows(at_opening.visits, "requested started", stage="do")[0] == (0.25, 0.25)
    stages = {"wait": labour("home", "0.75 d", next="do"), "do": labour("desk", "0 d")}
    at_closing = run(_office({"task": flow(closed(), stages)}, horizon="1.5 d"))
    assert rows(at_closing.visits, "requested started", stage="do")[0] == (0.75, 1.25)


def test_person_days_have_the_stated_hours(run):
    # 8 hours per person-day: 1 d of work fills a window of eight hours.
    model = lab(
        horizon="2 d",
        hours_per_person_day=8,
        pools={"desk": people(1, hours="mon-fri 08:00-16:00")},
        skills={"desk": {"pool": "desk"}},
        flows={"task": flow(closed(), {"do": labour("desk", "1 d")})},
    )
    (started, finished), *_ = spans(run(model))
    assert (started * 24, finished * 24) == (8.0, 16.0)


def test_everyone_is_granted_work_at_opening(run):
    model = _office({"task": flow(closed(3), {"do": labour("desk", "0.25 d")})}, 2, horizon="1 d")
    assert spans(run(model))[:3] == [(0.25, 0.5), (0.25, 0.5), (0.5, 0.75)]
