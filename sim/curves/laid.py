"""The curves that are laid over a lab: published ones, and the same with the lab's own values.

Of a published curve all but the slope at t = 0 is as published: midpoints of its ranges, and draws
from them for a band. The lab's own values say how much of a difference is one of parameters:

    beta      how fast ideas get harder, of the stock of algorithms
    lambda    `insight.parallel`: research side by side duplicates
    eta       exponent of the assistants' speed-up: work is done 10^(eta c) times as fast

With assistants that do all the work, software that doubles speeds up work by 2^eta, research by
2^(lambda eta), and makes ideas harder by 2^beta: in Forethought's words p = lambda eta and
r = lambda eta / beta, so that each doubling takes 2^(p (1/r - 1)) = 2^(beta - lambda eta) times as
long as the one before.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sim.curves.matching import YEAR, Build
from sim.curves.question import STOCK
from sim.growth.curve import Exponential
from sim.growth.semi_endogenous import SemiEndogenous
from sim.growth.software_explosion import LIMIT, PARALLEL, RETURNS, SoftwareExplosion
from sim.growth.timelines import Schedule, Timelines
from sim.growth.timelines_monte_carlo import PRIOR
from sim.limits import roles
from sim.model import Model
from sim.model.pool import Growth
from sim.model.stage import Labour
from sim.study.statistics.sample import Floats

PUBLISHED = ("forethought", "metr")
"""Published models, each once: the others are variants, yardsticks, or have the lab's values."""
DRAWS = 60
"""Draws from published ranges that make a band."""


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A curve that is laid over a lab."""

    name: str
    """Short, for tables."""
    title: str
    """For readers."""
    parameters: str
    """Its own parameters, in words."""
    build: Build = field(repr=False)
    """From the slope at t = 0 to the curve."""
    draws: tuple[Build, ...] = field(default=(), repr=False)
    """The same with parameters drawn from published ranges; none: no ranges are published."""


@dataclass(frozen=True, kw_only=True)
class Own:
    """What a lab states that curves have a parameter for."""

    beta: float
    """How fast ideas get harder."""
    parallel: float
    """lambda."""
    eta: float
    """Exponent of the speed-up, 0 if the lab's own models do not help."""
    people: float
    """Factor by which people in research grow in a year."""
    compute: float
    """The same of compute."""

    @property
    def returns(self) -> float:
        """Forethought's returns to research, r = lambda eta / beta; > 1: software explodes."""
        loop = self.parallel * self.eta
        return loop / self.beta if self.beta > 0 else math.inf if loop > 0 else 0.0


def own_values(model: Model) -> Own | None:
    """Return what a lab states; `None` where it has several laws or plans, or others."""
    flow = next(f for f in model.flows.values() if f.insight and f.insight.targets.get(STOCK))
    assert flow.insight
    eta = 0.0
    if model.assistants.source == "own":
        names = {model.skills[s.skill].speedup for s in flow.stages.values()
                 if isinstance(s, Labour) and model.skills[s.skill].share}  # fmt: skip
        laws = [model.feedback[name] for name in names if name is not None]
        if len(laws) > 1 or any(law.kind not in ("power", "constant") for law in laws):
            return None
        eta = sum(float(law.parameters.get("exponent", 0.0)) for law in laws)
    plans = [model.pools[name].plan for name in roles.people(model)]
    factors = {plan.factor if isinstance(plan, Growth) else 1.0 for plan in plans} or {1.0}
    if len(factors) > 1 or any(hasattr(plan, "steps_at") for plan in plans):
        return None
    plan = model.compute.plan if model.compute else None
    return Own(
        beta=model.stocks[STOCK].beta, parallel=flow.insight.parallel, eta=eta,
        people=factors.pop(), compute=plan.factor if isinstance(plan, Growth) else 1.0,
    )


def laid(model: Model, *, seed: int = 0) -> tuple[Laid, ...]:
    """Return the curves for a lab; those with its own values where it states them."""
    day = model.start_date
    start = day.year + (day.timetuple().tm_yday - 1) / YEAR
    own = own_values(model)
    return (
        _exponential(), _forethought(seed, retraining=False), _forethought(seed, retraining=True),
        _metr(start, seed), *(_with_own(own, start) if own else ()),
    )


def _exponential() -> Laid:
    return Laid(
        name="exponential", title="Constant rate", build=Exponential.matched,
        parameters="the rate of t = 0 for ever: a yardstick, nobody's model",
    )


def _forethought(seed: int, *, retraining: bool) -> Laid:
    r, p, limit = math.sqrt(math.prod(RETURNS)), math.sqrt(math.prod(PARALLEL)), sum(LIMIT) / 2
    ranges = np.array([np.log(RETURNS), np.log(PARALLEL), LIMIT])
    even = ranges[:, :1] + (ranges[:, 1:] - ranges[:, :1]) * _even(3, seed)
    rs, ps = np.exp(even[:2]).tolist()
    drawn = zip(rs, ps, even[2].tolist(), strict=True)
    return Laid(
        name="forethought_retraining" if retraining else "forethought",
        title="Forethought with retraining" if retraining else "Forethought",
        build=_explosion(r, p, limit, retraining=retraining),
        parameters=(
            f"r = {r:.2g}, p = {p:.2g}, limit {limit:g} years of progress"
            + (", part of the gain spent on shorter training runs" if retraining else "")
        ),
        draws=tuple(_explosion(*values, retraining=retraining) for values in drawn),
    )


def _even(dimensions: int, seed: int) -> Floats:
    """Return draws of the unit cube, evenly spread in each dimension: a latin hypercube."""
    generator = np.random.default_rng(seed)
    cells = [generator.permutation(DRAWS) for _ in range(dimensions)]
    return (np.array(cells) + 0.5) / DRAWS


def _triangular(even: Floats, low: float, high: float) -> Floats:
    """Return where the triangular distribution with its mode in the middle has such shares."""
    part = np.where(even < 0.5, np.sqrt(even / 2), 1 - np.sqrt((1 - even) / 2))
    return low + (high - low) * part


def _explosion(r: float, p: float, limit: float, *, retraining: bool = False) -> Build:
    return lambda rate: SoftwareExplosion.matched(
        rate, r=r, p=p, limit_years=limit, retraining=retraining
    )


def _metr(start: float, seed: int) -> Laid:
    middle = Timelines()
    drawn = {
        key: _triangular(even, *PRIOR[key])
        for key, even in zip(PRIOR, _even(len(PRIOR), seed), strict=True)
    }
    return Laid(
        name="metr", title="METR", build=_timelines(start=start),
        parameters=(
            f"f0 = {middle.f0:g}, 1/v = {middle.folds:g}, returns {middle.returns:g}, labour "
            f"{middle.labour_share:.1%} of them, beta = {middle.beta:g}, people and compute "
            "grow as published"
        ),
        draws=tuple(
            _timelines(start=start, **{key: float(values[i]) for key, values in drawn.items()})
            for i in range(DRAWS)
        ),
    )


def _timelines(**own: object) -> Build:
    build: Callable[..., Timelines] = Timelines.matched
    return lambda rate: build(rate, **own)


def _with_own(own: Own, start: float) -> tuple[Laid, ...]:
    """Return curves with the lab's own values, as far as they have such parameters."""
    loop, growth = own.parallel * own.eta, math.log(own.people)
    found = [Laid(
        name="semi_endogenous_own", title="Semi-endogenous with the lab's values",
        build=lambda rate: SemiEndogenous.matched(
            rate, beta=own.beta, phi=loop, growth=max(growth, 0.0), returns=own.parallel
        ),
        parameters=(
            f"beta = {own.beta:g}, lambda = {own.parallel:g}, people × {own.people:g} a year, "
            f"assistants 10^({own.eta:g} c) times as fast"
        ),
    )]  # fmt: skip
    if loop > 0 and own.beta > 0:
        middle = sum(LIMIT) / 2
        found.append(Laid(
            name="forethought_own", title="Forethought with the lab's values",
            build=_explosion(own.returns, loop, middle),
            parameters=(
                f"r = lambda eta / beta = {own.returns:.3g}, p = lambda eta = {loop:.3g}, "
                f"limit {middle:g} years of progress"
            ),
        ))  # fmt: skip
    if growth >= 0 and own.compute >= 1 and (growth or own.compute > 1):
        found.append(Laid(
            name="metr_own", title="METR with the lab's values",
            build=_timelines(
                start=start, returns=own.parallel, beta=own.beta,
                labour=Schedule(((start, own.people),)), compute=Schedule(((start, own.compute),)),
            ),
            parameters=(
                f"returns lambda = {own.parallel:g}, beta = {own.beta:g}, people × {own.people:g} "
                f"and compute × {own.compute:g} a year; all else as published"
            ),
        ))  # fmt: skip
    return tuple(found)
