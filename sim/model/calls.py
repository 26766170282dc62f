"""Laws written as calls: `"lognormal(median=2 d, p95=9 d)"` for a mapping with a `kind`.

A string replaces whatever stood there whole, where a mapping would be merged with it.
"""

from __future__ import annotations

import re
from typing import Any

from sim.model.errors import Path, invalid

CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\((.*)\)\s*", re.DOTALL)
"""A name with arguments in brackets."""


def parse_call(value: Any, path: Path) -> Any:
    """Return the mapping that a call stands for; any other value as it is."""
    call = CALL.fullmatch(value) if isinstance(value, str) else None
    return {"kind": call[1], **_arguments(call[2], path)} if call else value


def _arguments(text: str, path: Path) -> dict[str, Any]:
    """Parse `median=2 d, p95=9 d`; a table's mapping is written `{0: 1 d, 1: 9 d}`."""
    arguments: dict[str, Any] = {}
    for part in re.split(r",(?![^{]*\})", text):
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        if not equals:
            raise invalid(path, "must be written name(parameter=value, …)", text)
        value = value.strip()
        if name.strip() in arguments:
            raise invalid(path, f"must not give {name.strip()} twice", text)
        if value.startswith("{"):
            pairs = (pair.partition(":") for pair in value.strip("{}").split(","))
            arguments[name.strip()] = {key.strip(): item.strip() for key, _, item in pairs}
        else:
            arguments[name.strip()] = value
    return arguments
