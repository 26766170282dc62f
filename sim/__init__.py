"""recursim: a discrete-event simulator of AI labs that build their next model with their last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Comparison", "Ensemble", "InputError", "Model", "Run", "Summaries", "Summary", "compare",
    "ensemble", "find_limits", "load", "open_study", "run_study", "simulate", "summaries",
    "summarise",
]

_HOMES = {
    "Comparison": "sim.study.compare",
    "Ensemble": "sim.study.ensemble",
    "InputError": "sim.model",
    "Model": "sim.model",
    "Run": "sim.engines",
    "Summaries": "sim.study.summaries",
    "Summary": "sim.engines.summary",
    "compare": "sim.study.compare",
    "ensemble": "sim.study.ensemble",
    "find_limits": "sim.tasks.notebook",
    "load": "sim.config",
    "open_study": "sim.study.results",
    "run_study": "sim.tasks.notebook",
    "simulate": "sim.engines",
    "summaries": "sim.study.summaries",
    "summarise": "sim.engines.summary",
}

if TYPE_CHECKING:
    from sim.config import load
    from sim.engines import Run, simulate
    from sim.engines.summary import Summary, summarise
    from sim.model import InputError, Model
    from sim.study.compare import Comparison, compare
    from sim.study.ensemble import Ensemble, ensemble
    from sim.study.results import open_study
    from sim.study.summaries import Summaries, summaries
    from sim.tasks.notebook import find_limits, run_study


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import sim` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
