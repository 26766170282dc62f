"""Made-up findings of a sensitivity analysis, to draw and to report: nothing is simulated."""

from types import SimpleNamespace

import pandas as pd

from sim.study.sensitivity import Sensitivity

from . import studies

TOTALS = {"harder_ideas": 0.52, "gain": 0.31, "speedup": 0.2, "review": 0.01}
"""Total index of each factor for the first outcome; for the next ones they go round."""
OUTCOMES = ("capability", "one_oom", "research_output")
SPREAD = {"sobol": {"p10": 1.2, "p90": 2.9}, "sample": {"p10": 1.2, "p90": 2.9},
          "morris": {"p10": float("nan"), "p90": float("nan")}}
"""What 80% of the runs are within, of any outcome; of trajectories it is not told."""
CENSORED = "min(date, horizon)"


def _about(name, value, width):
    return {name: value, f"{name}_low": value - width, f"{name}_high": value + width}


def found(
    method="sobol", outcomes=OUTCOMES, totals=TOTALS, share=0.84, replications=2, **changes
):
    """What an analysis found of a lab over a year, with four unknowns unless said otherwise."""
    design = {"sobol": "saltelli(rows=8)", "morris": "morris(trajectories=8)",
              "sample": "latin_hypercube(points=80)"}[method]
    factors = {name: studies.UNKNOWN[name] for name in totals}
    about = studies.study("unknowns", factors, design, replications,
                          question="Which of them matter?",
                          outcomes={name: studies.DATA["outcomes"][name] for name in outcomes})
    base = {"stocks": {"algorithms": {"beta": 0.3}}}
    results = SimpleNamespace(
        study=about, points=range(48), runs=range(96), horizon=studies.DAYS,
        plan=SimpleNamespace(bases={"gpt53_codex": base}),
        manifest={"recursim": "1.0", "overrides": ["task=sensitivity", "rows=8"],
                  "plan_hash": "0123abcd", "packages": {"numpy": "2.0"}},
    )
    measure = {name: CENSORED if name == "one_oom" else "value" for name in outcomes}
    variance, indices, effects, distances, ranks = [], [], [], [], []
    for turn, outcome in enumerate(outcomes):
        values = list(totals.values())
        values = values[-turn:] + values[:-turn] if turn else values
        firsts = [0.8 * value for value in values]
        variance.append({
            "outcome": outcome, "measure": measure[outcome], "mean": 2.0,
            **SPREAD[method], "luck": 1.0 - share, "parameters": share,
            **_about("share", share, 0.04), "runs": 96, "points": 48, "rows": 8, "dropped": 0,
            **_about("sum_first", sum(firsts), 0.05),
            **_about("interactions", 1.0 - sum(firsts), 0.05),
        })
        for name, first, total in zip(totals, firsts, values, strict=True):
            key = {"outcome": outcome, "factor": name}
            indices.append(key | _about("first", first, 0.03) | _about("total", total, 0.03)
                           | _about("interactions", total - first, 0.02))
            effects.append(key | _about("mu", -total, 0.05) | _about("mu_star", total, 0.03)
                           | {"sigma": total / 2, "luck": 0.1, "trajectories": 8})
            distances.append(key | _about("median", total, 0.03) | _about("maximum", 1.5 * total, 0)
                             | {"slices": 10, "dummy": 0.06, "beyond_noise": total > 0.06,
                                "dummy_maximum": 0.1})
            ranks.append(key | {"correlation": -total, "low": -total - 0.1, "high": -total + 0.1})
    given = {
        "results": results, "method": method, "level": 0.9, "outcomes": tuple(outcomes),
        "factors": tuple(totals), "measure": measure, "variance": pd.DataFrame(variance),
        "first_and_total": pd.DataFrame(indices) if method == "sobol" else None,
        "morris": pd.DataFrame(effects) if method == "morris" else None,
        "pawn": pd.DataFrame(distances), "rank_correlations": pd.DataFrame(ranks),
    }
    return Sensitivity(**given | changes)
