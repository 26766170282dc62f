"""Sensitivity indices: how often intervals cover, and those of a queue that are known.

Of the queue the utilisation is known, and so are the indices of a study of it.
"""

import numpy as np
import pytest

import sim
from sim.study.sensitivity import analyse
from sim.study.sensitivity.sobol import indices, product
from tests.unit.study.ishigami import g_function, ishigami, lucky

KNOWN = {"ishigami": ishigami(), "g": g_function((0, 1, 4.5, 9))}
STUDIES = 400


@pytest.mark.verify
@pytest.mark.parametrize("luck", [(0.0, 0.0, 1), (1.0, 0.0, 3), (1.0, 0.8, 2)])
@pytest.mark.parametrize("name", KNOWN)
def test_intervals_cover_the_indices_as_often_as_they_say(name, luck, record_property):
    """Of rows drawn one by one, without luck and with as much luck as the factors make."""
    known, random = KNOWN[name], np.random.default_rng(21)
    share, shared, replications = luck
    hits = []
    for seed in range(STUDIES):
        y = lucky(
            random, known.rows(random, 256), luck=share * known.variance, shared=shared,
            replications=replications,
        )
        one = indices(y, seed=seed)
        pairs = [(one.first, known.first), (one.total, known.total),
                 (one.interactions, 1 - known.first.sum())]  # fmt: skip
        hits.append(np.concatenate([np.atleast_1d((i.low <= x) & (x <= i.high)) for i, x in pairs]))
    each = np.mean(hits, axis=0)
    record_property(f"coverage, {name}, {luck}", each.round(3).tolist())
    assert 0.86 <= each.mean() <= 0.94
    assert (np.abs(each - 0.9) <= 0.04 + 3 * np.sqrt(0.09 / STUDIES)).all()


@pytest.mark.verify
@pytest.mark.parametrize("name", KNOWN)
def test_control_variates_do_no_harm_and_mostly_good(name, record_property):
    """Beside Saltelli's and Jansen's first order, and Jansen's total, of the same rows."""
    known, random = KNOWN[name], np.random.default_rng(22)
    errors = {"first": [], "saltelli": [], "jansen": [], "total": [], "jansen's total": []}
    for _ in range(STUDIES):
        y = known.rows(random, 256)[:, :, None]
        one, z = indices(y), y - y.mean()
        a, b = z[:, :1], z[:, 1:2]
        variance, half = (a**2 + b**2).mean() / 2, product(z[:, 0] - z[:, 1], z[:, 0] - z[:, 1]) / 2
        mixed = z[:, 2:, 0].T
        by_hand = {
            "first": one.first.value, "total": one.total.value,
            "saltelli": (b[:, 0, 0] * (mixed - a[:, 0, 0])).mean(axis=1) / variance,
            "jansen": 1 - ((b[:, 0, 0] - mixed) ** 2).mean(axis=1) / 2 / half.mean(),
            "jansen's total": ((a[:, 0, 0] - mixed) ** 2).mean(axis=1) / 2 / half.mean(),
        }
        for key, value in by_hand.items():
            errors[key].append(value - (known.total if "total" in key else known.first))
    rms = {key: np.sqrt(np.mean(np.square(found), axis=0)) for key, found in errors.items()}
    told = {key: found.round(4).tolist() for key, found in rms.items()}
    record_property(f"root mean square errors, {name}", str(told))
    assert (rms["first"] < 1.15 * np.minimum(rms["saltelli"], rms["jansen"])).all()
    assert (rms["total"] < 1.15 * rms["jansen's total"]).all()
    assert rms["first"].mean() < 0.9 * min(rms["saltelli"].mean(), rms["jansen"].mean())


# --- a study whose indices are known ----------------------------------------------------------

LOW, HIGH = 0.3, 0.45
"""Mean work, days."""
PEOPLE = (1, 2)
RATE = 1.0
"""Arrivals per day."""


def of_the_queue():
    """Indices of the utilisation, rate × work / people, of a queue that is never full."""
    work, share = np.array([LOW, HIGH]), np.array([1 / people for people in PEOPLE])
    m, v = RATE * work.mean(), RATE**2 * (HIGH - LOW) ** 2 / 12
    n, w = share.mean(), share.var()
    parts = np.array([v * n**2, w * m**2])  # of a product of two independent factors
    both, variance = v * w, v * n**2 + w * m**2 + v * w
    return parts / variance, (parts + both) / variance


def test_a_queue_has_the_indices_of_its_utilisation(tmp_path):
    """Of a long run; 99.9% intervals, and the wrong factor's index is beyond them."""
    study = {
        "name": "queue", "scenario": "mm1", "set": {"horizon": "60 d"},
        "factors": {
            "work": {"path": "flows.task.stages.do.work.mean",
                     "uncertainty": f"uniform(low={LOW} d, high={HIGH} d)"},
            "people": {"path": "pools.people.capacity", "lever": list(PEOPLE)},
        },
        "design": "saltelli(rows=64, levers=sample)", "replications": 2, "random_numbers": "rows",
        "outcomes": {"busy": "utilisation(pool=people)"},
    }  # fmt: skip
    results = sim.run_study(study, folder=tmp_path / "queue", execute="in_process")
    found = analyse(results, level=0.999)
    table = found.first_and_total.set_index("factor")
    first, total = of_the_queue()
    for name, right in (("first", first), ("total", total)):
        low, high = table[f"{name}_low"].to_numpy(), table[f"{name}_high"].to_numpy()
        assert ((low <= right) & (right <= high)).all()
        assert ((right[::-1] < low) | (high < right[::-1])).all()
    row = found.variance.iloc[0]
    assert found.method == "sobol" and 0 < row["luck"] < row["parameters"]
    assert (row["runs"], row["rows"], row["dropped"]) == (512, 64, 0)
    assert table["first_of_all"].tolist() == pytest.approx((table["first"] * row["share"]).tolist())
    assert found.pawn.set_index("factor").loc["people", "beyond_noise"] and found.notes == ()
