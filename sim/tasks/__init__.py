"""Tasks of the command line, by name; each is a function (settings, data, overrides) -> code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sim.settings import Settings

Task = Callable[[Settings, dict[str, Any], Sequence[str]], int]


def _simulate(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.simulate import simulate

    return simulate(settings, data, overrides)


def _describe(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.describe import describe

    return describe(settings, data, overrides)


def _report(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.report import report

    return report(settings, data, overrides)


def _compare(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.compare import compare

    return compare(settings, data, overrides)


def _study(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.study import study

    return study(settings, data, overrides)


def _results(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.results import results

    return results(settings, data, overrides)


def _replay(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.replay import replay

    return replay(settings, data, overrides)


def _phase_map(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.phase_map import phase_map

    return phase_map(settings, data, overrides)


def _limits(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.limits import limits

    return limits(settings, data, overrides)


def _forecast(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.forecast import forecast

    return forecast(settings, data, overrides)


def _score(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    from sim.tasks.score import score

    return score(settings, data, overrides)


TASKS: dict[str, Task] = {
    "simulate": _simulate, "describe": _describe, "report": _report, "compare": _compare,
    "study": _study, "results": _results, "replay": _replay,
    "limits": _limits, "phase_map": _phase_map,
    "forecast": _forecast, "score": _score,
}
"""Imported when used, so that the command line answers at once."""
