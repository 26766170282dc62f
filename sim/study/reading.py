"""A study's plain data, read part by part and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim.engines import check_seed
from sim.model import InputError
from sim.model.errors import unknown_name
from sim.study import correlation, designs
from sim.study import factors as of_factors
from sim.study import outcomes as of_outcomes
from sim.study.designs import Design
from sim.study.factors import Factor
from sim.study.outcomes import Outcome
from sim.study.refusals import check_keys, check_names, mapping_of, refused
from sim.study.stop import Stop

MOST = 100_000_000
"""Replications, at most."""

NOT_FACTORS = ("name", "horizon", "readouts")
"""Keys of the model that no factor may change: the points of a base run equally long, and what is
read out of them has one meaning."""

DEFAULTS: dict[str, Any] = {
    "name": None, "question": "", "scenario": "gpt53_codex", "set": {}, "factors": {},
    "correlations": {}, "design": "grid", "replications": 5, "seed": 0,
    "random_numbers": "common", "outcomes": {}, "stop": None, "logs": "none",
}
"""The keys of a study, and what they are when not given."""


def given(data: Any) -> dict[str, Any]:
    """Return the data with all keys, or raise `InputError` for a key that is none."""
    found = mapping_of(data, "study", "write name: …, factors: … and outcomes: …")
    check_keys(found, DEFAULTS, "study")
    return DEFAULTS | {key: item for key, item in found.items() if item is not None}


def name(value: Any) -> str:
    """Return the name of a study: a folder is called so."""
    if not isinstance(value, str) or not re.fullmatch(r"\w[\w\-]{0,99}", value):
        raise refused(
            "study: name", "must be a name of at most 100 letters, digits, _ and -", value,
            "set name: its results will be stored under it",
        )
    return value


def text(key: str, value: Any) -> str:
    """Return text on one line."""
    if not isinstance(value, str):
        raise refused(f"study: {key}", "must be text", value, f"set {key}")
    return " ".join(value.split())


def word(key: str, value: Any, words: tuple[str, ...]) -> str:
    """Return one of a few words."""
    if value not in words:
        raise refused(f"study: {key}", f"must be {' or '.join(words)}", value, f"set {key}")
    return str(value)


def count(key: str, value: Any) -> int:
    """Return a number of replications."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        rule = f"must be a whole number in [1, {MOST}]"
        raise refused(f"study: {key}", rule, value, f"set {key}")
    return value


def seed(value: Any) -> int:
    """Return a seed."""
    check_seed(value)
    return int(value)


def changes(value: Any) -> dict[str, Any]:
    """Return the changes of every base, by path."""
    found = mapping_of(value, "study: set", "write for example {horizon: 1 y}")
    if "name" in found:
        raise InputError("study: set must not change the name of the model; leave name out")
    return found


def factors(value: Any) -> dict[str, Factor]:
    """Return the factors by name."""
    remedy = "write for example {compute: {path: compute.units, lever: [20, 40]}}"
    data = mapping_of(value, "study: factors", remedy)
    data = {key: item for key, item in data.items() if item is not None}
    if not data:
        raise InputError(f"study: factors must not be empty; {remedy}")
    check_names(data, "factor", {})
    found = {key: of_factors.read(key, item) for key, item in data.items()}
    lists = [key for key, factor in found.items() if factor.kind == "scenario"]
    if len(lists) > 1:
        raise InputError(
            f"study: factors must list scenarios once, got {' and '.join(lists)}; join them"
        )
    return found


def outcomes(value: Any, known: Mapping[str, Factor]) -> dict[str, Outcome]:
    """Return the outcomes by name; a list of words stands for outcomes of these names."""
    remedy = "write for example {capability: capability}"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = {item: item for item in value}
    data = mapping_of(value, "study: outcomes", remedy)
    data = {key: item for key, item in data.items() if item is not None}
    if not data:
        raise InputError(f"study: outcomes must not be empty; {remedy}")
    check_names(data, "outcome", {key.lower(): f"factor '{key}'" for key in known})
    return {key: of_outcomes.read(key, item) for key, item in data.items()}


def correlations(
    value: Any, known: Mapping[str, Factor], design: Design
) -> correlation.Correlations:
    """Return the correlations of uncertainties, if the design can hold them."""
    drawn = [key for key, factor in known.items() if factor.kind == "uncertainty"]
    found = correlation.read(value, drawn, [key for key in known if key not in drawn])
    if found and not design.takes_correlations:
        able = " or ".join(n for n, d in designs.DESIGNS.items() if d.takes_correlations)
        raise InputError(
            f"study: design {design.kind} cannot hold correlations; leave them out, or choose "
            f"{able}"
        )
    return found


def stop(value: Any, known: Mapping[str, Outcome], replications: int) -> Stop | None:
    """Return the stopping rule, if there is one."""
    if value is None:
        return None
    remedy = "write for example {outcome: capability, half_width: 0.02, at_most: 100}"
    data = mapping_of(value, "study: stop", remedy)
    check_keys(data, ("outcome", "half_width", "at_most", "level"), "study: stop")
    for key in ("outcome", "half_width", "at_most"):
        if data.get(key) is None:
            raise InputError(f"study: stop needs {key}; {remedy}")
    outcome, width, level = data["outcome"], data["half_width"], data.get("level")
    level = 0.90 if level is None else level
    if not isinstance(outcome, str) or outcome not in known:
        raise InputError(f"study: stop: {unknown_name('outcome', outcome, known)}")
    if known[outcome].date:
        raise InputError(
            f"study: stop needs an outcome with a mean, and {outcome} is a date that some runs may "
            "not reach; name another outcome"
        )
    if not _number(width) or not 0 < width < 1e300:
        raise refused("study: stop: half_width", "must be a number > 0", width, remedy)
    if not _number(level) or not 0.5 <= level <= 0.999:
        raise refused("study: stop: level", "must be a number in [0.5, 0.999]", level, remedy)
    most = count("stop: at_most", data["at_most"])
    if most < replications:
        raise refused(
            "study: stop: at_most", f"must be >= replications, {replications}", most,
            "set stop.at_most",
        )
    return Stop(outcome=outcome, half_width=float(width), at_most=most, level=float(level))


def check_rows(design: Design, known: Mapping[str, Factor], rule: Stop | None) -> None:
    """Raise `InputError` unless the points of a row can share random numbers."""
    if design.row_length(list(known.values())) is None:
        raise InputError(
            f"study: random_numbers: rows needs a design with rows, got {design.kind}; choose "
            "saltelli or morris, or set random_numbers: common"
        )
    if rule is not None:
        raise InputError(
            "study: random_numbers: rows needs as many replications at every point, got a "
            "stopping rule; leave out stop, and set replications"
        )


def check_paths(known: Mapping[str, Factor]) -> None:
    """Raise `InputError` if two factors change one value, or one that is the same for all."""
    taken: dict[str, str] = {}
    above: dict[str, str] = {}
    for key, factor in known.items():
        if len(set(factor.paths)) < len(factor.paths):
            raise InputError(f"factor '{key}': names a path twice; leave one out")
        for path in factor.paths:
            if path.split(".")[0] in NOT_FACTORS:
                raise InputError(
                    f"factor '{key}': must not change {path}, which is the same at all points; "
                    "leave it out, or put it under set"
                )
            parts = path.split(".")
            heads = [".".join(parts[:i]) for i in range(1, len(parts) + 1)]
            clash = next((taken[head] for head in heads if head in taken), above.get(path))
            if clash is not None:
                raise InputError(
                    f"factor '{key}': changes {path}, which factor '{clash}' changes, too; leave "
                    "one out, or join them as a lever with values by path"
                )
        for path in factor.paths:
            taken[path] = key
            parts = path.split(".")
            above |= {".".join(parts[:i]): key for i in range(1, len(parts))}


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
