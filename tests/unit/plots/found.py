"""What a study of limits might find, made up: small exact tables for the figures of limits."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from sim.limits import lifts
from sim.limits.crossing import Crossing
from sim.limits.question import Window
from sim.limits.steps import Step, Steps

NAN = float("nan")
EFFECTS = {"review": -90.0, "people:leads": -31.0, "steering": 0.0, "wip_limits": 12.0}
GROUPS = {"oversight": -100.0, "all_waiting": -40.0}
STEP = Steps(driver="any", up=Step(changes={}, dlog=0.3), down=Step(changes={}, dlog=-0.3))
NO_STEP = Steps(driver="any", up=None, down=None)


def effects(outcome="to_target", half=5.0, saturated=True, first=(1.0, 0.0, 0.0, 0.0), **changed):
    """What lifting does to one outcome; per cent are tenths of the effect times ten."""
    rows = []
    chances = dict(zip(EFFECTS, first, strict=True))
    for limit, effect in {**EFFECTS, **GROUPS, **changed}.items():
        rows.append({
            "outcome": outcome, "limit": limit, "measure": "mean", "base": 100.0, "effect": effect,
            "effect_low": effect - half, "effect_high": effect + half, "percent": effect,
            "percent_low": effect - half, "percent_high": effect + half, "pairs": 24, "missing": 0,
            "further": -9.0 if effect else 0.0, "further_low": -10.0, "further_high": -8.0,
            "saturated": saturated,
            "first": chances.get(limit, NAN),
        })
    return pd.DataFrame(rows)


def regimes(values, half=0.05, cycles=False):
    """Regimes of windows of 20 days, or of generations released every 20 days."""
    values = np.asarray(values, dtype=float)
    low, high = values - half, values + half
    names = np.where(low > 0, "compute", np.where(high < 0, "loop", "undecided"))
    names = np.where((low >= -0.1) & (high <= 0.1), "balanced", names)
    at = 20.0 * np.arange(len(values))
    more = {"begin": at, "end": at + 20.0}
    if cycles:
        more = {"generation": np.arange(len(values)) + 1, "release": at + 15.0}
    return pd.DataFrame({
        "outcome": "any", "measure": "mean", "first": values, "second": 0.0, "difference": values,
        "difference_low": low, "difference_high": high, "replications": 24, "missing": 0,
        "regime": names, **more,
    })


def crossing(to="loop", date=50.0, low=40.0, high=70.0):
    return Crossing(to=to, date=date, low=low, high=high, dates=np.array([date]), never=0.0,
                    before=0.0, replications=24)


def elasticities(outcomes=("to_target", "research_output", "cycle_1"), steady=True, **values):
    values = values or {"compute": 0.1, "review": 0.6, "loop": 0.7}
    return pd.DataFrame([
        {
            "outcome": outcome, "driver": driver, "measure": "mean", "elasticity": value,
            "elasticity_low": value - 0.04, "elasticity_high": value + 0.04, "replications": 24,
            "missing": 0, "half_step": value + 0.2, "change": 0.2, "change_low": 0.15,
            "change_high": 0.25, "steady": steady,
        }
        for outcome in outcomes for driver, value in values.items()
    ])


def together(beyond=(20.0, -60.0, 0.0), half=4.0):
    pairs = [("review", "approvals"), ("all_people", "review"), ("training_compute", "review")]
    rows = []
    for (one, other), more in zip(pairs, beyond, strict=True):
        kind = "undecided" if abs(more) <= half else "overlap" if more > 0 else "synergy"
        row = {"first": -90.0, "second": -30.0, "joint": -120.0 + more, "interaction": more}
        ends = {f"{name}_{end}": row[name] + side * half for name in row
                for end, side in (("low", -1), ("high", 1))}
        rows.append({
            "outcome": "to_target", "first_limit": one, "second_limit": other, "measure": "mean",
            **row, **ends, "replications": 24, "missing": 0, "kind": kind, "words": "it is so",
        })
    return pd.DataFrame(rows)


def found(model, *, main="to_target", base=None, others=(), **changed):
    """As `sim.limits.findings.Findings`, of a lab that review holds back."""
    base = effects(main) if base is None else base
    table = pd.concat([base, *(effects(name) for name in others)], ignore_index=True)
    single = base[base["limit"].isin(list(EFFECTS)).to_numpy()]
    parts = tuple(Window(name=f"w{i}", begin=20.0 * i, end=20.0 * i + 20) for i in range(5))
    question = SimpleNamespace(
        main=main, target=0.5, limits=tuple(EFFECTS), groups=tuple(GROUPS), windows=parts,
        cycles={1: "cycle_1", 2: "cycle_2"}, pairs=(("review", "approvals"),),
        drivers=dict.fromkeys(("compute", "review", "loop"), (STEP, STEP)),
    )
    vars(question).update(changed.pop("question", {}))
    return SimpleNamespace(**{
        "model": model, "question": question, "replications": 24, "label": lifts.label,
        "effects": table, "ranking": single.sort_values("effect"),
        "by_window": regimes([0.5, 0.4, 0.0, -0.3, -0.4]), "crossing": crossing(),
        "by_generation": regimes([0.5, 0.04, -0.3], cycles=True),
        "elasticities": elasticities(), "together": together(), "shortfalls": {},
        "dividend": None, "slack": None, "logs": {}, **changed,
    })
