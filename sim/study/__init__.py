"""Studies and ensembles: many runs of a model.

`sim.study.open` reads the folder of a study; it is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["open"]

if TYPE_CHECKING:
    from sim.study.results import open_study as open


def __getattr__(name: str) -> Any:
    if name != "open":
        raise AttributeError(f"module 'sim.study' has no attribute {name!r}")
    from sim.study.results import open_study

    return open_study
