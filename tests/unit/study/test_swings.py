"""Tables of swings: written, read back, ranked; and what is no such table."""

import math
from dataclasses import fields

import pytest

from sim import InputError
from sim.study.swings import End, ranked, read, write

HEAD = ",".join(field.name for field in fields(End)) + "\n"


def end(path, end, capability, output=0.0, **more):
    """A row of the table; its interval is 0.1 wide on either side."""
    given = {
        "path": path, "end": end, "rule": "range", "default": "1.0", "value": "2.0", "seed": 7,
        "replications": 4, "capability": capability, "capability_from": capability - 0.1,
        "capability_to": capability + 0.1, "cycle_time": -2.5, "research_output": output,
    }
    return End(**{**given, **more})


def test_a_table_is_read_as_it_was_written(tmp_path):
    ends = [
        end("a.b", "low", -0.5, value="0.5 d"), end("a.b", "high", 0.25),
        end("c", "high", 0.0, cycle_time=math.nan),
    ]
    write(tmp_path / "table.csv", ends)
    found = read(tmp_path / "table.csv")
    assert found[:2] == ends[:2]
    assert math.isnan(found[2].cycle_time)
    assert list(tmp_path.iterdir()) == [tmp_path / "table.csv"]


def test_the_larger_end_ranks_whatever_its_sign_and_output_breaks_ties():
    swings = ranked([
        end("small", "low", 0.1), end("small", "high", 0.2),
        end("large", "low", -0.9), end("large", "high", 0.1),
        end("tie", "high", 0.2, output=-0.3),
    ])  # fmt: skip
    assert [swing.path for swing in swings] == ["large", "tie", "small"]
    assert [swing.size for swing in swings] == [0.9, 0.2, 0.2]
    assert [len(swing.ends) for swing in swings] == [2, 1, 2]
    assert swings[1].low is None


@pytest.mark.parametrize("text", ["", "path,end\na,low\n", "\x00", HEAD + "a,low\n"])
def test_what_is_no_table_is_said_so(tmp_path, text):
    file = tmp_path / "table.csv"
    file.write_text(text)
    with pytest.raises(InputError, match="is not a table of swings"):
        read(file)


def test_a_missing_table_names_the_file(tmp_path):
    with pytest.raises(InputError, match=r"cannot read.*none\.csv"):
        read(tmp_path / "none.csv")
