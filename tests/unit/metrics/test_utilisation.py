import math

import pandas as pd
import pytest

from sim.metrics import utilisation
from sim.model import Model

NAN = math.nan
NINE, FIVE = 9 / 24, 17 / 24
START = [(-5, "cluster", 0, 4), (-5, "researchers", 0, 2), (-5, "crowd", 0, math.inf)]


def of(table, pool, column="utilisation", replication=0):
    """The values of a pool, bin by bin."""
    rows = table[(table["pool"] == pool) & (table["replication"] == replication)]
    return rows.sort_values("start")[column].tolist()


def test_units_held_over_capacity(visits, changes, model):
    held = visits(
        {"pool": "cluster", "units": 3, "activity": "run", "at": (0, 1, 5)},
        {"pool": "cluster", "units": 1, "activity": "repair", "at": (6, 6, 8)},
        {"pool": "cluster", "units": 2, "activity": "hold", "at": (14, 14, 21)},
    )
    table = utilisation.over_time(held, changes(*START), model, 7)
    assert of(table, "cluster", "busy") == pytest.approx([13 / 7, 1 / 7, 2, 0])
    assert of(table, "cluster", "capacity") == [4, 4, 4, 4]
    assert of(table, "cluster") == pytest.approx([13 / 28, 1 / 28, 0.5, 0])
    assert table[["start", "end"]].drop_duplicates().to_numpy().tolist() == [
        [0, 7], [7, 14], [14, 21], [21, 28],
    ]


def test_a_person_who_works_all_day_is_at_100_percent_nights_or_not(visits, changes, model):
    # One holds a task from Monday morning to Friday evening, over four nights; one does nothing.
    held = visits({"pool": "researchers", "at": (NINE, NINE, 4 + FIVE)})
    table = utilisation.over_time(held, changes(*START), model, 1)
    assert of(table, "researchers")[:5] == pytest.approx([0.5] * 5)
    assert of(table, "researchers", "busy")[:5] == pytest.approx([1.0] * 5)


def test_a_task_kept_over_the_week_end_counts_in_open_hours_only(visits, changes, model):
    # Friday 13:00 to Monday 13:00: half of Friday and half of Monday, nothing between.
    held = visits({"pool": "researchers", "at": (4, 4 + 13 / 24, 7 + 13 / 24)})
    by_day = of(utilisation.over_time(held, changes(*START), model, 1), "researchers")
    assert by_day[4] == pytest.approx(0.25) and by_day[7] == pytest.approx(0.25)
    assert math.isnan(by_day[5]) and math.isnan(by_day[6])
    by_week = of(utilisation.over_time(held, changes(*START), model, 7), "researchers")
    assert by_week == pytest.approx([0.05, 0.05, 0, 0])


def test_what_began_before_0_counts_from_0(visits, changes, model):
    held = visits({"pool": "cluster", "units": 4, "at": (-4, -3, 3.5)})
    assert of(utilisation.over_time(held, changes(*START), model, 7), "cluster")[0] == 0.5


def test_an_open_service_lasts_to_the_end_and_a_waiting_one_holds_nothing(visits, changes, model):
    held = visits(
        {"pool": "cluster", "units": 2, "outcome": "open", "at": (20, 21, NAN)},
        {"pool": "cluster", "units": 2, "outcome": "open", "at": (20, NAN, NAN)},
        {"pool": "cluster", "units": 2, "outcome": "balked", "at": (20, NAN, 20)},
    )
    table = utilisation.over_time(held, changes(*START), model, 7)
    assert of(table, "cluster") == [0, 0, 0, 0.5]


def test_capacity_is_averaged_over_its_changes(visits, changes, model):
    steps = [*START, (3.5, "cluster", 4, 8), (14, "cluster", 8, 0)]
    table = utilisation.over_time(visits(), changes(*steps), model, 7)
    assert of(table, "cluster", "capacity") == [6, 8, 0, 0]
    assert of(table, "cluster")[:2] == [0, 0]
    assert all(math.isnan(share) for share in of(table, "cluster")[2:])


def test_after_a_cut_more_may_be_in_use_than_there_is(visits, changes, model):
    steps = [*START, (7, "cluster", 4, 2)]
    held = visits({"pool": "cluster", "units": 4, "at": (0, 0, 14)})
    table = utilisation.over_time(held, changes(*steps), model, 7)
    assert of(table, "cluster") == [1, 2, 0, 0]


def test_capacity_of_people_is_weighted_by_open_hours(visits, changes, model):
    # A third person from Saturday on is there for none of the first week's open hours.
    steps = [*START, (5, "researchers", 2, 3)]
    table = utilisation.over_time(visits(), changes(*steps), model, 7)
    assert of(table, "researchers", "capacity") == pytest.approx([2, 3, 3, 3])


def test_an_unlimited_pool_has_units_in_use_but_no_utilisation(visits, changes, model):
    held = visits({"pool": "crowd", "at": (0, 0, 7)}, {"pool": "crowd", "at": (0, 3.5, 7)})
    table = utilisation.over_time(held, changes(*START), model, 7)
    assert of(table, "crowd", "busy") == [1.5, 0, 0, 0]
    assert of(table, "crowd", "capacity") == [math.inf] * 4
    assert all(math.isnan(share) for share in of(table, "crowd"))


def test_replications_are_kept_apart_and_may_end_early(visits, changes, model):
    both = [*START, *((*row, 3) for row in START)]
    held = visits(
        {"pool": "cluster", "units": 4, "at": (0, 0, 7)},
        {"pool": "cluster", "units": 2, "replication": 3, "outcome": "open", "at": (0, 7, NAN)},
    )
    table = utilisation.over_time(held, changes(*both), model, 7, ends={3: 10.5})
    assert of(table, "cluster") == [1, 0, 0, 0]
    early = of(table, "cluster", replication=3)
    assert early[:2] == [0, 0.5]
    assert of(table, "cluster", "capacity", 3)[:2] == [4, 4]
    assert all(math.isnan(x) for x in early[2:] + of(table, "cluster", "busy", 3)[2:])
    assert all(math.isnan(x) for x in of(table, "crowd", "capacity", 3)[2:])


def of_both_ends(table, pool):
    rows = table[table["pool"] == pool]
    return rows.set_index("replication")[["first", "last"]].to_numpy().tolist()


def test_capacities_at_0_and_at_the_end(changes, model):
    steps = [
        *START, (0, "cluster", 4, 5), (0, "cluster", 5, 6), (14, "cluster", 6, 8),
        (27.9, "cluster", 8, 9), (0.5, "researchers", 2, 3),
    ]
    table = utilisation.capacities(changes(*steps), model)
    assert of_both_ends(table, "cluster") == [[6, 9]]
    assert of_both_ends(table, "researchers") == [[2, 3]]
    assert of_both_ends(table, "crowd") == [[math.inf, math.inf]]


def test_capacities_when_replications_end_early(changes, model):
    steps = [*START, (14, "cluster", 4, 8), (21, "cluster", 8, 0)]
    both = [*steps, *((*row, 3) for row in steps[:4])]
    table = utilisation.capacities(changes(*both), model, ends={3: 15})
    assert of_both_ends(table, "cluster") == [[4, 0], [4, 8]]


def test_a_pool_that_never_gets_anything_has_no_capacity(changes, model):
    table = utilisation.capacities(changes(*START[1:]), model)
    assert of_both_ends(table, "cluster") == [[0, 0]]


def test_lent_units_count_for_their_owner(changes, lab):
    spare = {"kind": "compute", "capacity": 3, "plan": {"kind": "steps", "steps_at": {"9 d": 7}}}
    model = Model.from_dict(lab | {
        "pools": lab["pools"] | {"spare": spare},
        "allocation": {"kind": "priority", "lender": "spare", "borrower": "cluster"},
    })
    # All of the spare units are lent all the time.
    log = pd.DataFrame(
        [(0, -5, "cluster", 0, 4), (0, -5, "spare", 0, 3), (0, 0, "spare", 3, 0),
         (0, 0, "cluster", 4, 7), (0, 9, "cluster", 7, 11)],
        columns=["replication", "time", "name", "before", "after"],
    ).assign(kind="capacity")
    table = utilisation.capacities(log, model)
    assert of_both_ends(table, "cluster") == [[4, 4]]
    assert of_both_ends(table, "spare") == [[3, 7]]
    assert of_both_ends(utilisation.capacities(log, model, ends={0: 8.5}), "spare") == [[3, 3]]


def test_hostages_are_in_use(visits, changes, model):
    held = visits(
        {"pool": "cluster", "activity": "hostage", "at": (0, 3.5, 14)},
        {"pool": "cluster", "activity": "hostage", "outcome": "withdrawn", "at": (0, NAN, 14)},
    )
    table = utilisation.over_time(held, changes(*START), model, 7)
    assert of(table, "cluster") == pytest.approx([0.125, 0.25, 0, 0])
