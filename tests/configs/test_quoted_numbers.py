"""Numbers that a study's README quotes are those of its result files.

Each number in the answer must be that of a cell, rounded as it is written (a percentage: of 100
times the cell), and `0.52 [0.46, 0.58]` that of a cell with its `_low` and `_high`. The cell's row
must be the one that is spoken of: its last key is named in the same sentence, the other keys in the
same paragraph. Code and links hold no numbers.
"""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from sim.paths import experiments

QUOTED = {
    "10_what_matters": {
        "sobol.csv": ("outcome", "factor"), "variance.csv": ("outcome",),
        "correlations.csv": ("outcome", "factor"),
    },
}
"""Result files by study: the columns that say what a row is about."""

NUMBER = r"[-+−]?\d[\d,]*(?:\.\d+)?"
CLAIM = re.compile(
    rf"(?<![\w.])({NUMBER})(%?)(?:\s*\[({NUMBER})%?,\s+({NUMBER})%?\])?(?![\w])"
)


def answer(text):
    """The paragraphs from **Answer.** up to the next heading."""
    _, found, rest = text.partition("**Answer.**")
    assert found, "no **Answer.** in the README"
    rest = re.split(r"^## ", rest, flags=re.MULTILINE)[0]
    return [part for part in re.split(r"\n\s*\n", rest) if part.strip()]


def claims(paragraph):
    """The sentences of a paragraph with their numbers: texts of value, %, low and high."""
    for sentence in re.split(r"(?<=[.;])\s+", " ".join(paragraph.split())):
        plain = re.sub(r"!?\[[^\]]*\]\([^)]*\)", "", sentence)
        bare = re.sub(r"`[^`]*`", "", plain)
        for found in CLAIM.finditer(bare):
            yield sentence, found.groups()
        for other in re.findall(r"\S*\d\S*", CLAIM.sub("", bare)):  # 3x, v2
            yield sentence, (other, "", None, None)


def unsupported(paragraph, tables):
    """What stands in a paragraph, but in no row that it speaks of."""
    return [
        f"{value}{percent} in: {sentence}"
        for sentence, (value, percent, low, high) in claims(paragraph)
        if not any(
            _holds(row, (value, low, high), bool(percent))
            for table, keys in tables
            for row in table.to_dict("records")
            if _named(row[keys[-1]], sentence)
            and all(_named(row[key], paragraph) for key in keys[:-1])
        )
    ]


def _named(name, text):
    text = " ".join(text.split()).lower()
    return any(
        re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text)
        for form in {str(name).lower(), str(name).lower().replace("_", " ")}
    )


def _holds(row, texts, percent):
    """Whether a row has a cell, with its ends, that are written so."""
    value, low, high = texts
    for name, cell in row.items():
        if isinstance(cell, str) or not _written(cell, value, percent):
            continue
        if low is None or (
            _written(row.get(f"{name}_low"), low, percent)
            and _written(row.get(f"{name}_high"), high, percent)
        ):
            return True
    return False


def _written(cell, text, percent):
    number = re.fullmatch(NUMBER, text)
    if not number or not isinstance(cell, int | float) or not math.isfinite(cell):
        return False
    text = text.replace(",", "").replace("−", "-").lstrip("+")
    shown = f"{cell * (100 if percent else 1):.{len(text.partition('.')[2])}f}"
    return float(shown) == float(text)


@pytest.mark.parametrize("folder", sorted(QUOTED))
def test_every_number_of_the_answer_is_that_of_a_result_file(folder):
    home = experiments() / folder
    tables = [(pd.read_csv(home / name), keys) for name, keys in QUOTED[folder].items()]
    paragraphs = answer((home / "README.md").read_text("utf-8"))
    assert sum(1 for part in paragraphs for _ in claims(part)) >= 5
    assert [text for part in paragraphs for text in unsupported(part, tables)] == []


TABLE = pd.DataFrame([
    {"outcome": "capability", "factor": "a_b", "total": 0.523, "total_low": 0.461,
     "total_high": 0.584},
    {"outcome": "one_oom", "factor": "c", "total": 0.204, "total_low": 0.1, "total_high": 0.304},
])
TABLES = [(TABLE, ("outcome", "factor"))]


@pytest.mark.parametrize("text", [
    "Of capability `a_b` makes 0.52 [0.46,\n0.58].",
    "Capability hangs on a b: 52% [46%, 58%]. One oom is another thing; there it is c, 0.20.",
])
def test_a_number_of_its_row_is_accepted(text):
    assert unsupported(text, TABLES) == []
    assert len(list(claims(text))) >= 1


@pytest.mark.parametrize(("text", "wrong"), [
    ("Of capability a_b makes 0.53.", "0.53"),
    ("Of capability a_b makes 0.52 [0.46, 0.59].", "0.52"),
    ("Of capability a_b makes 0.204.", "0.204"),
    ("Of capability c makes 0.20.", "0.20"),
    ("Of capability a_b matters. It makes 0.52.", "0.52"),
    ("It makes 7 of them.", "7"),
    ("Of capability a_b makes 0.52%.", "0.52%"),
    ("Of capability a_b makes 3x.", "3x."),
])
def test_a_number_of_no_row_or_of_another_is_rejected(text, wrong):
    found = unsupported(text, TABLES)
    assert len(found) == 1 and found[0].startswith(f"{wrong} in:")


def test_only_the_answer_is_looked_at():
    text = "**Question.** 1?\n\n**Answer.** It is 2.\n\nAnd 3.\n\n## Weak\n\n4"
    assert [part.strip() for part in answer(text)] == ["It is 2.", "And 3."]
