"""Outcomes: what one replication came to."""

import sim
from sim import Model


def test_lessons_of_incidents_raise_stocks_but_are_no_research():
    """Ten experiments of a day each add 0.1; incidents add 0.1 each to the other stock."""

    def flow(source, stock):
        insight = {"hit": 1, "noise": 1, "targets": {stock: 1}}
        stages = {"go": {"kind": "delay", "duration": "1 d"}}
        return {"source": source, "insight": insight, "stages": stages}

    model = Model.from_dict({
        "horizon": "10.5 d", "pools": {},
        "stocks": {"algorithms": {"gain": 0.1}, "infrastructure": {"gain": 0.1}},
        "flows": {
            "experiment": flow({"kind": "closed", "workstreams": 1}, "algorithms"),
            "incident": flow({"kind": "poisson", "rate": 3.0}, "infrastructure"),
        },
    })
    assert model.research_flows == ("experiment",)
    found = sim.ensemble(model, replications=1, seed=0).outcomes.iloc[0]
    assert round(found["algorithms"], 9) == 1.0
    assert found["infrastructure"] > 1.0
    assert round(found["research_output"], 9) == 1.0
    assert found["experiments"] == 10
