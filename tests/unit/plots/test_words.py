import dataclasses

import numpy as np
import pytest

from sim.plots import shown, words

INF = np.inf


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0.25, "0.25 days"), (1, "1 day"), (40, "40 days"), (200, "200 days"), (364.6, "1 year"),
        (365.25, "1 year"), (548, "1.5 years"), (600, "600 days"), (730.5, "2 years"),
        (4000, "11 years"), (365_250, "1000 years"),
    ],
)
def test_durations(days, text):
    assert words.duration(days) == text


@pytest.mark.parametrize(
    ("times", "text"),
    [
        ([40.9], "on 14 Feb 2026"),
        ([40, 40, 40], "around 14 Feb 2026 (80%: the same day)"),
        ([30, 40, 50], "around 14 Feb 2026 (80%: 4 Feb to 24 Feb)"),
        ([30, 60, 90], "around Mar 2026 (80%: Feb to Apr)"),
        ([300, 330, 370], "around Dec 2026 (80%: Nov to Jan 2027)"),
        ([350, 380, 390], "around 20 Jan 2027 (80%: 21 Dec 2026 to 30 Jan)"),
        ([30, 40, INF], "around 14 Feb 2026 (80%: 4 Feb or later)"),
        ([50, INF, 30, 40, 40], "around 14 Feb 2026 (80%: 4 Feb or later)"),
    ],
)
def test_dates_of_several_replications(model, times, text):
    assert words.around(model, times) == text


def test_dates_over_centuries_are_days(one):
    model = dataclasses.replace(one.model, horizon=300 * 365.25)
    assert words.around(model, [9000]) == "on day 9,000"
    assert words.around(model, [8000, 9000, 99_999]) == "around day 9,000 (80%: 8,000 to 99,999)"


@pytest.mark.parametrize(
    ("count", "facts", "text"),
    [
        (1, {}, "one run"),
        (1, {"planned": 1, "ends": {0: 40}}, "one run, ended early on 14 Feb 2026"),
        (1, {"planned": 20}, "1 of 20 planned replications"),
        (1, {"planned": 20, "ends": {0: 40}}, "1 of 20 planned replications, it ended early"),
        (3, {}, "3 replications"),
        (3, {"planned": 3, "ends": {0: 100.0, 1: 100.0, 2: 100.0}}, "3 replications"),
        (3, {"planned": 50}, "3 of 50 planned replications"),
        (3, {"ends": {1: 40}}, "3 replications, 1 ended early"),
        (3, {"ends": {0: 40, 1: 50, 2: 60}}, "3 replications, all ended early"),
        (3, {"planned": 5, "ends": {0: 9, 1: 9}}, "3 of 5 planned replications, 2 ended early"),
    ],
)
def test_what_the_log_holds(released, count, facts, text):
    assert words.sample_of(released(*[[]] * count, **facts)) == text


def test_every_figure_says_how_much_of_an_ensemble_it_shows(stopped):
    for module in shown(stopped).values():
        texts = [text.get_text() for ax in module.figure(stopped).axes for text in ax.texts]
        texts = [" ".join(text.split()) for text in texts]
        assert any("2 of 40 planned replications, all ended early" in text for text in texts)
