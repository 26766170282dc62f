"""Runs that end early, through the command line: exit code 0, reason and advice, log kept."""

import json

import pandas as pd
import pytest
import yaml

from sim import cli
from sim.engines import ADVICE

DAY = {"kind": "delay", "duration": "1 d"}
STREAM = {"kind": "closed", "workstreams": 1}
TASK = {"kind": "labour", "skill": "craft", "work": "1 d"}


def _lab(stages, **parts):
    return {"horizon": "9 d", "hours_per_person_day": 24, "pools": {}} | parts | {
        "flows": {"task": {"source": STREAM, "stages": stages}},
    }


ENDS = {
    "event_budget": (_lab({"wait": DAY}, end={"events": 5}), "events"),
    "deadlock": (
        _lab(  # everybody leaves after half a day
            {"do": TASK}, skills={"craft": {"pool": "desk"}},
            pools={"desk": {"kind": "human", "capacity": 1,
                            "plan": {"kind": "steps", "steps_at": {"0.5 d": 0}}}},
        ),
        "1 requests wait",
    ),
    "blow_up": (
        _lab({"wait": DAY | {"next": "blink"}, "blink": DAY | {"duration": "1e-17 d"}}),
        "too short for the clock",
    ),
}


@pytest.mark.parametrize("reason", ENDS)
def test_an_early_end_is_told_and_the_log_kept(reason, tmp_path, monkeypatch, capsys):
    data, detail = ENDS[reason]
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({"name": "mine", **data}, sort_keys=False))
    monkeypatch.chdir(tmp_path)
    code = cli.run(["-cd", ".", "-cn", "mine", "workers=1"])
    out, err = capsys.readouterr()
    assert code == 0, err
    out = " ".join(out.split())
    assert reason in out and detail in out and ADVICE[reason] in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.yaml", "results"]
    (manifest,) = tmp_path.rglob("manifest.json")
    facts = json.loads(manifest.read_text())
    assert (facts["status"], facts["end_reasons"]) == ("finished", {reason: 1})
    tables = {name: pd.read_parquet(manifest.parent / f"{name}.parquet")
              for name in ("visits", "generations", "changes", "outcomes")}
    assert len(tables["visits"]) >= 1
    assert list(tables["outcomes"]["end_reason"]) == [reason]
