"""Random new values of settings, as interventions give them to a running lab.

Any setting may be drawn: which values it may have is read off its reader, and whether it may be
set at all the model says itself.
"""

from collections import defaultdict
from functools import cache, partial, reduce

from sim import InputError, Model
from sim.model.fields import Choice, Context, Duration, Flag, Name, Number, Optional
from sim.model.intervention import merged
from sim.model.rules.interventions import FIXED_FIELDS, SETTABLE
from sim.model.variate import Amount

from .amounts import amounts, laws
from .choices import composite, just, pick
from .primitives import settings_of

NUMBERS = (0.5, 1, 0, 2, 0.25, 0.1, 3, 0.75)
DAYS = ("1 d", "0.25 d", "3 d", "0 d")
FALLBACK = {"assistants": {"adoption": "3 d"}}
"""A change that every lab allows."""

USUAL = {"mtbf": (12.0, 48.0, "inf"), "interval": ("optimal", "0.25 d", "1 d")}
"""Values where just any number would flood the log, or would not do."""


@composite
def new_settings(draw, lab, grid):
    """New values for two to sixteen settings of a lab, nested as in its plain data.

    Those that break a rule are left out.
    """
    places = _places(lab, grid) if _allowed(lab, FALLBACK) else {}
    changes = []
    for _ in range(draw(pick([8, 2, 16])) if places else 0):
        path, values = draw(pick(places[draw(pick(sorted(places)))]))
        changes.append(_nested(path, draw(values())))
    return _valid(lab, {}, changes) or FALLBACK


def _valid(lab, change, further):
    """A change together with those further ones that a lab allows; first all at once."""
    together = reduce(merged, further, change)
    if further and _allowed(lab, together):
        return together
    if len(further) < 2:
        return change
    half = len(further) // 2
    return _valid(lab, _valid(lab, change, further[:half]), further[half:])


def _places(lab, grid):
    """By name, the paths of all settings that may be set, and what makes their new values."""
    found = defaultdict(list)
    for setting in settings_of(Model.from_dict(lab)):
        values = _values(setting, lab, grid) if _settable(setting) else None
        if values:
            found[setting.name].append((setting.path, values))
    for name in lab.get("oversight", {}):
        reviewers = [{"reviewer": "human", "agent_catch": None, "audit": None}]
        if "inspect" in lab.get("feedback", {}):
            reviewers.append({"reviewer": "agent", "agent_catch": "inspect"})
        found["Oversight.reviewer"].append((("oversight", name), partial(pick, reviewers)))
    for name in lab.get("feedback", {}):
        found["Law"].append((("feedback", name), partial(laws, name, grid)))
    shared = [name for name, pool in lab["pools"].items() if "share" in pool]
    if len(shared) > 1:
        found["Pool.share"].append((("pools",), partial(_shares, shared)))
    return found


def _settable(setting):
    """Whether a setting may be set by itself, as far as one can tell from its place."""
    part, *rest = setting.path
    if part not in SETTABLE or part == "pools" or not rest:
        return False
    if setting.field.name in ("reviewer", "agent_catch"):  # go together
        return False
    if setting.field.name == "audit":
        return setting.owner.reviewer == "agent"
    if setting.field.name == "per_person":
        return setting.value > 0
    if rest[0] == "generation":
        return rest[1] != "source"
    return setting.field.name != "from_capability"


def _values(setting, lab, grid):
    """What makes a setting's new values; `None` if it cannot have any."""
    name, old, reader = setting.field.name, setting.value, setting.reader
    if name in ("next", "targets") and len(old) > 1:
        return partial(just, dict(zip(old, reversed(old.values()), strict=True)))
    if name in FIXED_FIELDS:
        return None
    absent = [None] if isinstance(reader, Optional) and old is not None else []
    reader = reader.inner if isinstance(reader, Optional) else reader
    if isinstance(reader, Amount):
        clocked = reader.measure != "pure"
        return partial(amounts, grid, 0.5, " d" if clocked else "", clocked)
    if name in USUAL:
        choices = USUAL[name]
    elif isinstance(reader, Number | Duration):
        choices = _numbers(reader)
    elif isinstance(reader, Choice):
        choices = reader.words
    elif isinstance(reader, Flag):
        choices = (True, False)
    elif isinstance(reader, Name):
        choices = _names(name, lab)
    else:
        return None
    choices = [*(value for value in choices if value != old), *absent]
    return partial(pick, choices) if choices else None


@cache
def _numbers(reader):
    """Numbers, or lengths of time, that a reader takes."""
    return [x for x in (NUMBERS if isinstance(reader, Number) else DAYS) if _reads(reader, x)]


def _reads(reader, value):
    try:
        reader.read(value, ("value",), Context.of(24.0))
    except InputError:
        return False
    return True


def _names(name, lab):
    """The things that a setting may name: laws of its role, policies, tools."""
    if name == "oversight":
        return list(lab.get("oversight", {}))
    if name == "tools":
        return ["tooling"] if "tooling" in lab["flows"] else []
    law = "exposure" if name == "law" else name
    return [law] if law in lab.get("feedback", {}) else []


def _shares(pools):
    """All of the lab's compute, divided anew."""
    first = pick([0.5, 0.25, 0.0, 1.0])
    return first.map(lambda part: {
        name: {"share": part if i == 0 else (1 - part) / (len(pools) - 1)}
        for i, name in enumerate(pools)
    })


def _nested(path, value):
    for key in reversed(path):
        value = {key: value}
    return value


def _allowed(lab, change):
    """Whether an intervention may make these settings."""
    try:
        Model.from_dict({**lab, "interventions": {"it": {"at": "0 d", "set": change}}})
    except InputError:
        return False
    return True
