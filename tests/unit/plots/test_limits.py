"""Figures of limits: what they say, within the page, and the same as charts for the report."""

import dataclasses
import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from sim.metrics.speedup import Shortfall
from sim.metrics.speedup.shortfall import GROUPS
from sim.plots.limits import dividend, shortfall, slack

from .layout import assert_legible
from .tables import put

# Stage, days by kind, slack in each of four releases.
STAGES = {
    "train": ({"wait_compute": 2.0, "computing": 60.0}, (0, 0, 0, 0)),
    "tune_it": ({"people": 5.0, "off_hours": 6.0}, (0, 3, 4, 5)),
    "test": ({"wait_review": 1.0, "review": 2.0}, (2, 0, 0, 0)),
    "mend": ({"rework": 1.0}, (0,)),
}


def slack_table(stages=STAGES, rename=str):
    rows, start = [], 0.0
    for stage, (days, slacks) in stages.items():
        for release, spare in enumerate(slacks):
            common = {
                "replication": release // 2, "generation": 1 + release % 2, "stage": rename(stage),
                "visit": 0, "start": start, "finish": start + sum(days.values()),
                "slack": float(spare), "critical": spare == 0, "free_slack": 0.0, "items": 1,
                "spare": 0.0,
            }
            rows += [common | {"kind": kind, "days": length} for kind, length in
                     {"all": sum(days.values()), **days}.items()]
        start += 10
    return pd.DataFrame(rows)


def fresh(frames, **computed):
    """A copy of frames with these tables in the place of computed ones."""
    return put(dataclasses.replace(frames), **computed)


def test_slack_says_what_is_waited_for_and_what_has_time_to_spare(lab_many):
    frames = fresh(lab_many, slack=slack_table())
    says, beneath = slack.words(frames)
    assert says == "75% of the releases wait for test; tune it has 3.0 days to spare on average"
    assert "4 releases, 5 replications" in beneath and "In brackets" in beneath
    assert_legible(slack.figure(frames))
    chart = json.loads(json.dumps(slack.chart(frames)))
    go.Figure(chart)
    assert chart["data"][0]["x"] == [0, 3, 0.5, 0]
    assert chart["layout"]["yaxis"]["ticktext"] == [
        "train<br>always critical", "tune it<br>critical 25%", "test<br>critical 75%",
        "mend (25%)<br>critical 25%",
    ]


def test_slack_where_there_is_none_or_all_have_some(lab_many):
    rigid = {name: STAGES[name] for name in ("train",)}
    says, _ = slack.words(fresh(lab_many, slack=slack_table(rigid)))
    assert says == "No stage has slack: whatever takes longer delays the release"
    idle = {"train": STAGES["train"], "tune_it": ({"people": 5.0}, (3, 3, 4, 6))}
    says, _ = slack.words(fresh(lab_many, slack=slack_table(idle)))
    assert says == "No release waits for tune it, with 4.0 days to spare on average"


@pytest.mark.parametrize("count", [1, 2, 4])
def test_slack_with_long_names(lab_many, count):
    some = dict(list(STAGES.items())[:count])
    long = {"test": "people_who_are_asked_for_advice_from_elsewhere"}
    table = slack_table(some, lambda name: long.get(name, name))
    assert_legible(slack.figure(fresh(lab_many, slack=table)))


def test_slack_of_a_log(one, many, toy, early):
    for frames in (one, many):
        assert slack.shows(frames)
        assert_legible(slack.figure(frames))
    for frames in (toy, *early):
        assert not slack.shows(frames)
        assert_legible(slack.figure(frames))
        assert slack.chart(frames)["data"] == []


# --- shortfall ----------------------------------------------------------------------------------


def found(of="research", scale=1.0, width=0.2, **bars):
    """A shortfall of a lab whose tasks are 4 times as quick: 20 d, 5 d, and what the bars add."""
    rows = []
    for group, label in GROUPS.items():
        short = bars.get(group, 0.0) * scale
        without = 20.0 * scale if group == "computing" else 0.0
        rows.append({
            "group": group, "label": label, "without": without, "ideal": without / 4,
            "achieved": without / 4 + short, "shortfall": short, "low_90": short - width,
            "high_90": short + width,
        })
    table = pd.DataFrame(rows)
    return Shortfall(
        of=of, measure="elapsed", speedup=4.0, without=20.0 * scale, ideal=5.0 * scale,
        achieved=float(table["achieved"].sum()), table=table, pairs=24,
    )


BARS = {"computing": 4.0, "wait_compute": 2.0, "review": 0.3, "wait_people": -1.3}


def test_the_waterfall_says_where_most_of_it_goes():
    says, beneath = shortfall.words(found(**BARS))
    assert says == (
        "Tasks are 4 times as quick, an experiment 2 times; 4.0 of the 5.0 days between are "
        "computing and failed runs, 2.0 waiting for compute"
    )
    assert "24 pairs of replications" in beneath
    says, _ = shortfall.words(found("cycle", computing=-2.0))
    assert says == "Tasks are 4 times as quick, a generation 6.7 times"


@pytest.mark.parametrize("case", [
    found(**BARS), found(), found(wait_people=-6.0), found(scale=0.01, width=0.001, **BARS),
    found("cycle", 40, 3.0, **dict.fromkeys(GROUPS, 1.2)), found(width=np.nan, **BARS),
])
def test_the_waterfall_is_legible_and_adds_up(case):
    assert_legible(shortfall.figure(case))
    chart = json.loads(json.dumps(shortfall.chart(case)))
    go.Figure(chart)
    totals, steps = chart["data"]
    ends = [base + x for base, x in zip(steps["base"], steps["x"], strict=True)]
    assert totals["x"] == pytest.approx([case.without, case.ideal, case.achieved], rel=1e-3)
    assert ends[-1] == pytest.approx(case.achieved, abs=2e-3 * case.without)
    assert steps["base"][0] == pytest.approx(case.ideal, rel=1e-3)
    assert "nan" not in str(chart)


def test_bars_keep_their_decimals_so_that_they_can_be_added():
    chart = shortfall.chart(found(**BARS | {"rework": 0.02}))
    texts = dict(zip(chart["data"][1]["y"], chart["data"][1]["hovertext"], strict=True))
    names = dict(enumerate(chart["layout"]["yaxis"]["ticktext"]))
    rows = {names[y]: text for y, text in texts.items()}
    assert "5.0 if as much quicker" in rows["computing and failed runs"]
    assert rows["computing and failed runs"].endswith("9.0 with them: +4.0 [+3.8, +4.2]")
    assert rows["rework"].endswith("0.0 with them: 0.0 [−0.2, +0.2]")
    assert "waiting for know-how at the gate" not in rows


# --- dividend -----------------------------------------------------------------------------------


def gains(mean, half=0.02, pairs=24, window=0.0):
    """Gains every ten days."""
    mean = np.asarray(mean, dtype=float)
    return pd.DataFrame({
        "time": 10.0 * np.arange(len(mean)), "dividend": mean, "low_90": mean - half,
        "high_90": mean + half, "pairs": pairs, "at_date": 1.5 * mean, "window": window,
    })


def test_the_dividend_says_how_much_and_since_when(model):
    says, beneath = dividend.words(gains([0, 0.01, 0.05, 0.1, 0.2]), model)
    assert says == (
        "Own models have brought +0.20 OOM [0.18, 0.22] after 40 days; above 0 since 25 Jan 2026")
    assert "24 pairs" in beneath and "thin" not in beneath
    says, beneath = dividend.words(gains([0, 0.05, 0.01], window=7.0), model)
    assert says.endswith("after 20 days, which may be chance")
    assert "mean of the last 7 days (thin: of the date" in beneath
    one = gains([0, 0.3], half=np.nan, pairs=1)
    assert dividend.words(one, model)[0] == "Own models have brought +0.30 OOM after 10 days"


@pytest.mark.parametrize("table", [
    gains([0, 0.01, 0.05, 0.1, 0.2]), gains([0, -0.3, -0.2, -0.4]), gains([0.0, 0.0], 0.0),
    gains([0, 0.01, 0.05, 0.01, 0.2], window=7.0), gains([0, 0.3], half=np.nan, pairs=1),
    gains([np.nan, np.nan], pairs=0),
], ids=["grows", "loses", "nothing", "window", "one pair", "no pair"])
def test_the_dividend_is_legible(table, model):
    assert_legible(dividend.figure(table, model))
    go.Figure(json.loads(json.dumps(dividend.chart(table, model))))
    assert dividend.shows(table) == bool(table["pairs"].max())
