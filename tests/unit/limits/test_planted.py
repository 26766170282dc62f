"""Labs whose limit is known: lifted, that one helps most; and a limit that moves at its date."""

import numpy as np
import pytest

import sim
from sim.limits import lifts, steps
from sim.model import Model
from sim.study.paired import difference
from sim.study.replace import put_all

PAIRS = 12
PLANTED = {
    "only_compute": "experiment_compute", "only_review": "review",
    "only_training": "training_compute", "only_approvals": "approvals",
}


def changed(model, changes):
    return Model.from_dict(put_all(model.to_dict(), changes))


@pytest.mark.parametrize("scenario", PLANTED)
@pytest.mark.parametrize("outcome", ["cycle_time", "capability"])
def test_the_planted_limit_is_first_by_far(scenario, outcome):
    model = sim.load(f"scenario={scenario}")

    def measured(lab):
        found = sim.ensemble(lab, replications=PAIRS, seed=0, engine="compiled").outcomes[outcome]
        return (-1 if outcome == "cycle_time" else 1) * found.to_numpy()

    base, data = measured(model), model.to_dict()
    found = {
        name: difference(measured(changed(model, lifts.changes(data, [name], 10))), base)
        for name in lifts.applicable(model)
    }
    planted = found.pop(PLANTED[scenario])
    low, _ = planted.intervals[1]
    for name, other in found.items():
        assert low > 3 * other.intervals[1][1], name


WINDOW = 30.0
SWITCH = 180.0


def output(model, pairs=6):
    """Research output by window, one row per replication."""
    edges = np.arange(0.0, 361.0, WINDOW)
    rows = []
    for number in range(pairs):
        visits = sim.simulate(model, seed=0, replication=number, engine="compiled").visits
        hits = visits[(visits["outcome"] == "success").to_numpy()]
        rows.append(np.histogram(hits["finished"], edges, weights=hits["value"])[0])
    return np.array(rows)


def elasticities(model, driver):
    """Elasticity of the output to a driver, by replication and window."""
    both = steps.steps(model.to_dict(), driver)
    up, down = (np.log(output(changed(model, s.changes))) for s in (both.up, both.down))
    return (up - down) / (both.up.dlog - both.down.dlog)


def test_the_limit_moves_from_machines_to_people_at_the_stated_date():
    model = sim.load("scenario=planned_switch")
    compute, people = (elasticities(model, name) for name in ("compute", "people"))
    starts = np.arange(0.0, 360.0, WINDOW)
    before, after = starts + WINDOW <= SWITCH, starts > SWITCH
    errors = 4 / np.sqrt(len(compute))  # standard errors of a window's mean, fixed beforehand
    for found, wanted in ((compute, before), (people, after)):
        other = after if wanted is before else before
        mean, spread = found.mean(axis=0), found.std(axis=0, ddof=1)
        assert (np.abs(mean - 1) < errors * spread)[wanted].all()
        assert (np.abs(mean) < errors * spread)[other].all()
        assert not (np.abs(mean - 1) < errors * spread)[other].any()
