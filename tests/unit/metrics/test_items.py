import math

import pytest

from sim.metrics.items import incident_flows, items
from sim.model import Model

NAN = math.nan


def test_from_the_first_request_to_the_last_end(visits):
    think, run = {"flow": "research", "stage": "run"}, {"flow": "generation", "stage": "train"}
    table = items(visits(
        think | {"item": 1, "generation": 1, "at": (0, 1, 4)},
        run | {"item": 0, "generation": 2, "at": (1, 1, 2)},
        think | {"item": 1, "generation": 1, "at": (2, 2, 3)},
        run | {"item": 0, "generation": 2, "at": (5, NAN, NAN)},
        think | {"item": 1, "generation": 3, "replication": 7, "at": (-2, -1, 0.5)},
    ))
    assert table.columns.tolist() == ["replication", "flow", "item", "generation", "begin", "end"]
    assert table.fillna(-9.0).to_numpy().tolist() == [
        [0, "research", 1, 1, 0, 4],
        [0, "generation", 0, 2, 1, -9],
        [7, "research", 1, 3, -2, 0.5],
    ]


def test_no_items(visits):
    assert items(visits()).empty


@pytest.mark.parametrize("source", [{"kind": "poisson", "rate": 1}, {"kind": "open",
                                                                   "interval": "1 d"}])
def test_incidents_come_at_random_and_leave_no_tool(source):
    stages = {"go": {"kind": "delay", "duration": "1 d"}}
    tool = {"boost": 0.1, "most": 1, "fresh": "1 d"}
    flows = {
        "incident": {"source": source, "stages": stages},
        "tooling": {"source": source, "stages": stages, "tool": tool},
    }
    model = Model.from_dict({"horizon": "9 d", "pools": {}, "flows": flows})
    assert incident_flows(model) == (("incident",) if source["kind"] == "poisson" else ())
