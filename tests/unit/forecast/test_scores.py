"""Scores of a forecast's file against a file of dates."""

import datetime
import json

import numpy as np
import pytest

from sim import InputError
from sim.forecast import scoring
from sim.forecast.scores import dates_of, day_of, issued, scores

Day = datetime.date
START = Day(2026, 2, 5)
SAID = {
    "capability_1": {"days": [99, 199, 299], "chance": [0.25, 0.5, 0.75], "draws": 40,
                     "until": 730},
    "metr_8h": {"days": [9], "chance": [1.0], "draws": 40, "until": 730},
    "leverage_2x": {"days": [], "chance": [], "draws": 40, "until": 730},
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "forecast.json"
    data = {"format": 1, "kind": "forecast", "start_date": str(START), "horizon": 730.5,
            "quantities": SAID, "table": [{"quantity": "years_3", "resolves": "It is a stretch."}]}
    path.write_text(json.dumps(data))
    return path


def written(tmp_path, text):
    path = tmp_path / "dates.csv"
    path.write_text(text)
    return path


def test_the_chance_of_a_day_holds_that_day(file):
    chance = issued(file).chance("capability_1", 400)
    assert [chance[k] for k in (0, 98, 99, 198, 199, 399)] == [0, 0, 0.25, 0.25, 0.5, 0.75]
    assert not issued(file.parent).chance("leverage_2x", 100).any()


def test_scores_are_those_of_each_quantity_and_their_mean(file, tmp_path):
    as_of = Day(2026, 12, 31)
    dates = dates_of(written(
        tmp_path, "quantity,date,source\ncapability_1,2026-08-24,a\nleverage_2x,,b\n"
        "metr_8h,2026-02-20,c\n",
    ), issued(file), as_of)
    assert dates == {"capability_1": Day(2026, 8, 24), "leverage_2x": None,
                     "metr_8h": Day(2026, 2, 20)}  # fmt: skip
    table = scores(issued(file), dates, as_of).set_index("quantity")
    assert list(table.index) == [*dates, "mean_known", "mean_not_yet", "mean"]
    until = (as_of - START).days + 1
    assert set(table["days"][:3]) == {until}
    # Day 200: 100 days of 1/16, one of 1/4 (day 199 holds 0.5), 99 more of 1/4, the rest of 1/16.
    assert table["crps"]["capability_1"] == pytest.approx(100 / 16 + 1 / 4 + 99 / 4
                                                          + (until - 299) / 16)
    assert table["crps"]["metr_8h"] == 15 - 9
    assert table["crps"]["leverage_2x"] == 0
    blank = scoring.knows_nothing(730, until)
    assert table["crps_reference"]["leverage_2x"] == pytest.approx((blank**2).sum())
    assert table["log_score"]["leverage_2x"] == pytest.approx(-np.log(40.5 / 42.5))
    assert table["median"].tolist() == ["2026-08-23", "", "2026-02-14", "", "", ""]
    for name in ("crps", "crps_reference", "log_score", "log_score_reference"):
        assert table[name]["mean"] == pytest.approx(table[name][:3].mean())
        known = table[name][["capability_1", "metr_8h"]].mean()
        assert table[name]["mean_known"] == pytest.approx(known)
        assert table[name]["mean_not_yet"] == table[name]["leverage_2x"]


@pytest.mark.parametrize(("date", "as_of", "place"), [
    ("2026-05-13", "2027-12-31", "earlier"), ("2026-05-14", "2027-12-31", "inside"),
    ("2026-11-30", "2027-12-31", "inside"), ("2026-12-01", "2027-12-31", "later"),
    ("", "2026-11-29", "open"), ("", "2026-11-30", "later"),
])  # fmt: skip
def test_each_row_says_where_the_date_lies_to_the_range(date, as_of, place, file, tmp_path):
    said = {"x": {"days": [98, 198, 298], "chance": [0.1, 0.5, 0.9], "draws": 40, "until": 730}}
    file.write_text(json.dumps(json.loads(file.read_text()) | {"quantities": said}))
    forecast = issued(file)
    dates = dates_of(written(tmp_path, f"quantity,date\nx,{date}\n"), forecast, Day(2027, 12, 31))
    row = scores(forecast, dates, Day.fromisoformat(as_of)).iloc[0]
    assert (row["p10"], row["p90"]) == ("2026-05-14", "2026-11-30")
    assert row["inside"] == place


def test_what_is_later_than_the_horizon_is_later(file, tmp_path):
    late = dates_of(written(tmp_path, "quantity,date\ncapability_1,2029-01-01\n"), issued(file),
                    Day(2030, 1, 1))
    table = scores(issued(file), late, Day(2030, 1, 1))
    never = scores(issued(file), {"capability_1": None}, Day(2030, 1, 1))
    assert table["days"][0] == 730
    assert table["crps"][0] == never["crps"][0] > 0


@pytest.mark.parametrize(("text", "message"), [
    ("quantity,date\ncapability_11,2026-08-24\n",
     r"dates.csv', line 2: unknown quantity 'capability_11'.*capability_1"),
    ("quantity,date\ncapability_1,next year\n", r"line 2: date must be a date, got 'next year'"),
    ("quantity,date\ncapability_1,2026-02-04\n", r"before the forecast begins, 2026-02-05, got"),
    ("quantity,date\ncapability_1,2027-02-04\n", r"must not be after 2026-12-31.*set as_of"),
    ("quantity,date\nmetr_8h,\nmetr_8h,\n", r"line 3: quantity 'metr_8h' stands twice"),
    ("quantity,date\nyears_3,2026-08-24\n",
     r"quantity 'years_3' is not scored. It is a stretch. Leave the line out"),
    ("what,when\nmetr_8h,2026-08-24\n", r"must have the columns quantity and date"),
    ("quantity,date\n", r"a line for each quantity, got 'no line'"),
    ("", r"a line for each quantity, got 'no line'"),
])  # fmt: skip
def test_bad_dates_are_refused(text, message, file, tmp_path):
    with pytest.raises(InputError, match=message):
        dates_of(written(tmp_path, text), issued(file), Day(2026, 12, 31))


def test_files_that_are_not_there_or_no_forecast(file, tmp_path):
    with pytest.raises(InputError, match=r"file of dates not found, got '.*none.csv'; set dates"):
        dates_of(tmp_path / "none.csv", issued(file), Day(2027, 1, 1))
    with pytest.raises(InputError, match=r"forecast not found, got '.*no.json'; set forecast="):
        issued(tmp_path / "no.json")
    for text in ("{", "[]", "{}", '{"kind": "run", "format": 1}',
                 json.dumps({"kind": "forecast", "format": 1, "start_date": "2026-02-05",
                             "horizon": 10, "quantities": {"x": {}}, "table": []})):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(InputError, match=r"bad.json' is no forecast that can be read \(.*set"):
            issued(tmp_path / "bad.json")


def test_to_look_before_it_begins_is_refused(file):
    with pytest.raises(InputError, match=r"as_of must not be before the forecast begins"):
        scores(issued(file), {"metr_8h": None}, Day(2026, 1, 1))
    with pytest.raises(InputError, match=r"as_of must be a date, got 'soon'; write it as 2028"):
        day_of("soon", "score: as_of")
