"""The compiled engine has the reference engine's headings, but for what its own table says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import sim.engines.compiled as package
from sim import engines
from sim.engines import lowering, reference

ENGINES = Path(package.__file__).parents[1]
WITHOUT_A_FILE = {"allocation", "interventions", "lab", "skills"}
"""Files of the reference engine whose rules stand in others of the compiled one."""


def _names(folder: str) -> dict[str, set[str]]:
    """Return what each file of an engine defines, without leading underscores."""
    return {path.stem: set(_defined(path)) for path in (ENGINES / folder).glob("[!_]*.py")}


def _defined(path: Path) -> Iterator[str]:
    """Yield functions, and classes that have a constructor."""
    for node in _nodes(path):
        if isinstance(node, ast.FunctionDef):
            if not node.name.startswith("__"):
                yield node.name.lstrip("_")
        elif isinstance(node, ast.ClassDef) and _has_constructor(node):
            yield node.name.lstrip("_")


def _has_constructor(node: ast.ClassDef) -> bool:
    return any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in node.body)


def _constants(path: Path) -> set[str]:
    stored = (n for n in _nodes(path) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return {node.id for node in stored if node.id.isupper()}


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _values(engine: str) -> dict[str, Any]:
    """Return the constants of an engine."""
    found: dict[str, Any] = {}
    for path in sorted((ENGINES / engine).glob("[!_]*.py")):
        values = vars(import_module(f"sim.engines.{engine}.{path.stem}"))
        found |= {name: values[name] for name in values.keys() & _constants(path)}
    return found


def _blocks(text: str) -> list[list[str]]:
    """Return the indented lines after each `::`."""
    blocks = []
    for part in text.split("::\n\n")[1:]:
        lines = part.split("\n\n")[0].splitlines()
        blocks.append([line.strip() for line in lines])
    return blocks


def _rows(lines: list[str]) -> dict[str, str]:
    return {there: here for there, here in (line.split(maxsplit=1) for line in lines)}


def _listed(lines: list[str]) -> set[str]:
    return set(" ".join(lines).split(", "))


REFERENCE, COMPILED = _names("reference"), _names("compiled")
LOWERING = {
    file: names | _constants(ENGINES / "lowering" / f"{file}.py")
    for file, names in _names("lowering").items()
}
OWN, ELSEWHERE, RENAMED, OTHER_THINGS, ALL_MACHINERY = _blocks(package.__doc__ or "")
MOVED = {there: set(here.split(", ")) for there, here in _rows(ELSEWHERE).items()} | {
    there: {f"{there.partition('.')[0]}.{name}" for name in here.split(", ")}
    for there, here in _rows(RENAMED).items()
}
HOMONYMS, MACHINERY = _listed(OTHER_THINGS), _listed(ALL_MACHINERY)


def _exists(name: str) -> bool:
    """Return whether a name of the compiled engine, or of its lowering, exists."""
    *of_lowering, file, function = name.split(".")
    return function in (LOWERING if of_lowering else COMPILED).get(file, ())


def _heading(name: str) -> str:
    """Return what a name of the compiled engine holds that is found by one of the reference's."""
    return name if name.islower() else f"new_{name.lower()}"


def _carries(name: str, other: str) -> bool:
    """Return whether a name of the compiled engine holds one of the reference's, from a word on."""
    return f"_{_heading(other)}" in f"_{name}"


def _strays(moved: dict[str, set[str]], homonyms: set[str]) -> set[str]:
    """Return functions that share their name with one in another file, unsaid by the table."""
    strays = set()
    for file, names in COMPILED.items():
        for name in names:
            homes = {home for home, others in REFERENCE.items() if name in others}
            said = any(f"{file}.{name}" in moved.get(f"{home}.{name}", ()) for home in homes)
            if homes and file not in homes and not said:
                strays.add(f"{file}.{name}")
    return strays - homonyms


def test_the_table_names_all_files_of_its_own() -> None:
    assert [line.split()[0] for line in OWN] == sorted(COMPILED.keys() - REFERENCE.keys())


def test_the_lowering_names_its_files() -> None:
    (files,) = _blocks(lowering.__doc__ or "")
    assert sorted(line.split()[0] for line in files) == sorted(LOWERING)


def test_the_reading_order_names_all_files() -> None:
    assert {file for file in REFERENCE if f"`{file}`" not in (reference.__doc__ or "")} == set()


def test_rows_stand_where_they_belong() -> None:
    files = {
        there: {name.rpartition(".")[0] for name in here} | {there.partition(".")[0]}
        for there, here in MOVED.items()
    }
    assert [line for line in ELSEWHERE if len(files[line.split()[0]]) == 1] == []
    assert [line for line in RENAMED if len(files[line.split()[0]]) > 1] == []
    assert len(MOVED) == len(ELSEWHERE) + len(RENAMED)


def test_every_name_in_the_table_exists() -> None:
    for there, here in MOVED.items():
        file, _, function = there.partition(".")
        assert function in REFERENCE[file], there
        assert [name for name in here if not _exists(name)] == [], there
    assert [name for name in HOMONYMS if not _exists(name)] == []


@pytest.mark.parametrize("file", sorted(WITHOUT_A_FILE))
def test_a_file_without_counterpart_is_accounted_for_function_by_function(file: str) -> None:
    assert {f"{file}.{name}" for name in REFERENCE[file]} <= MOVED.keys()


def test_the_other_files_have_counterparts() -> None:
    assert REFERENCE.keys() - COMPILED.keys() == WITHOUT_A_FILE


def test_every_function_is_found_by_its_name_or_by_the_table() -> None:
    lost = {
        f"{file}.{name}"
        for file, names in REFERENCE.items()
        for name in names
        if not any(_carries(other, name) for other in COMPILED.get(file, ()))
    }
    assert lost - MOVED.keys() == set()


def test_every_function_stands_for_one_of_the_reference_or_is_machinery() -> None:
    rows = set().union(*MOVED.values())
    nameless = {
        f"{file}.{name}"
        for file in COMPILED.keys() & REFERENCE.keys()
        for name in COMPILED[file]
        if not any(_carries(name, other) for other in REFERENCE[file])
    }
    assert nameless - rows - HOMONYMS == MACHINERY


def test_functions_of_the_same_name_stand_in_the_same_file_or_the_table_says_so() -> None:
    assert _strays(MOVED, HOMONYMS) == set()


def test_constants_of_the_same_name_have_the_same_value() -> None:
    mine, yours = _values("reference"), _values("compiled")
    shared = mine.keys() & yours.keys()
    assert shared >= {"AHEAD", "LARGEST_SPEEDUP", "LARGEST_STOCK", "ZERO_TIME_EVENTS"}
    # One is the name of the lab's capacity as a whole, the other a code of the log.
    assert {name for name in shared if mine[name] != yours[name]} == {"COMPUTE"}


def _cited(engine: str, file: str) -> set[str]:
    """Return the rules of the ordering contract that a file of an engine cites."""
    path = ENGINES / engine / f"{file}.py"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return set(re.findall(r"\bO\d+[a-d]?\b", text))


@pytest.mark.parametrize(("engine", "files"), [("reference", REFERENCE), ("compiled", COMPILED)])
def test_an_engine_cites_all_rules(engine: str, files: dict[str, set[str]]) -> None:
    contract = engines.__doc__ or ""
    parts = {f"O4{part}" for part in re.findall(r"^  ([a-z])\. ", contract, re.MULTILINE)}
    rules = set(re.findall(r"\*\*(O\d+)\.", contract)) | parts
    assert len(parts) == 4
    assert set().union(*(_cited(engine, file) for file in files)) == rules


@pytest.mark.parametrize("file", sorted(REFERENCE))
def test_a_rule_is_cited_where_it_stands(file: str) -> None:
    moved = (here for there, here in MOVED.items() if there.partition(".")[0] == file)
    homes = {file} | {name.rpartition(".")[0] for here in moved for name in here}
    assert _cited("reference", file) <= set().union(*(_cited("compiled", home) for home in homes))


def test_the_table_says_no_more_than_it_must() -> None:
    assert _strays(MOVED, set()) == HOMONYMS
    silent = {there: here for there, here in MOVED.items() if there != "lab.hold"}
    assert _strays(silent, HOMONYMS) == {"service.hold"}
