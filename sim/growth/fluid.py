r"""The fluid limit: what research without generations tends to as a lab gets large.

Scale all that is counted by n (units of pools, workstreams, arrivals, n_ref) and gains by 1/n: then
stocks, and numbers of items divided by n, tend to the solution of an ordinary differential equation
(Kurtz), also where rates have kinks, as those of queues have (Mandelbaum, Massey and Reiman). Runs
scatter about it with n^(-1/2).

For each stage i, X_i items wait or are in service, c_i is how many the pool can serve, and e_i the
rate at which items come; an item goes from j to i with chance p_ji, from the end of a closed flow
to its first stage:

.. math::

    \dot X_i = e_i - D_i, \qquad e_i = \sum_j p_{ji} D_j, \qquad
    D_i = \mu_i \min(X_i, c_i) \text{ for people.}

Of what enters a labour stage the part :math:`\pi_g \, share(c_g - d)` goes to assistants of release
g, one for each task: :math:`\dot A_g = e_i \pi_g share_g - \mu_i speedup(c_g) A_g`, where
:math:`\pi_g` is the chance that a task uses release g (the newest gains on the one before as it is
adopted). A part of what people and assistants hand in is reviewed, a station of its own.

A compute job runs at the speed :math:`\nu = units \cdot e^{infrastructure} / work` of the instant
at which it was granted. R = min(X, c) jobs that run have the total speed W:

.. math::

    D = W, \qquad \dot W = G \nu - W^2 / R, \qquad
    G = W \text{ if some wait, else } e_i.

(That those who run have speeds different from each other is left out: it is of second order in what
infrastructure gains during one job.) With E the rate at which items end, and R of all compute
stages of their flow,

.. math::

    \dot S_s = E \cdot hit \cdot target_s \cdot gain_s \, (R / n_{ref})^{\lambda - 1}
               e^{-\beta_s S_s} .

References
----------
T. G. Kurtz, "Solutions of ordinary differential equations as limits of pure jump Markov processes",
Journal of Applied Probability 7, 1970, https://doi.org/10.2307/3212147

A. Mandelbaum, W. A. Massey, M. I. Reiman, "Strong approximations for Markovian service networks",
Queueing Systems 30, 1998, https://doi.org/10.1023/A:1019112920622
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.growth.fluid_network import Floats, Network, keys_of, pool_of
from sim.growth.fluid_rules import check
from sim.model import InputError, Model
from sim.model.flow import Closed, Open
from sim.model.stage import ComputeJob

if TYPE_CHECKING:
    import pandas as pd

RTOL, ATOL = 1e-8, 1e-10
"""Tolerances of the solution: far below what chance does in any run."""


@dataclass(frozen=True, kw_only=True)
class FluidLimit:
    """The limit of one model; make it with `of`."""

    network: Network
    """The model of scale n = 1 and its equations."""

    def path(self, times: Sequence[float] | Floats) -> pd.DataFrame:
        """Return the state at some times.

        Parameters
        ----------
        times
            Days after t = 0, in ascending order.

        Returns
        -------
        DataFrame
            One row per time, columns as in `Summary.trajectory` where it has them: `time`,
            `level_STOCK` (natural-log units), `busy_POOL` (units), `waiting_POOL` (requests; of
            pools that work for one stage), `in_progress_FLOW` (items); and `at_FLOW.STAGE`, items
            there, in review too. Numbers are those of scale 1.

        Raises
        ------
        InputError
            If times do not ascend from 0 on.
        """
        import pandas as pd

        when = np.asarray(times, dtype=float)
        if when.ndim != 1 or not len(when) or when[0] < 0 or (np.diff(when) < 0).any():
            raise InputError(
                f"fluid limit: times must be >= 0 and in ascending order, got {list(times)[:5]}; "
                "sort them"
            )
        states = self._solve(when)
        rows = [self._row(t, state) for t, state in zip(when, states, strict=True)]
        return pd.DataFrame(rows)

    def _solve(self, times: Floats) -> Floats:
        """Integrate from release to release of the vendor, where rates jump."""
        from scipy.integrate import solve_ivp

        state = self.network.start()
        found = np.empty((len(times), len(state)))
        found[times == 0.0] = state
        begins = [t for t in self.network.releases()[0] if t < times[-1]]
        for begin, end in zip(begins, [*begins[1:], times[-1]], strict=False):
            inside = (times > begin) & (times <= end)
            solved = solve_ivp(
                self.network.rates, (begin, end), state, method="LSODA", rtol=RTOL, atol=ATOL,
                t_eval=np.unique([*times[inside], end]), args=(begin,),
            )
            if not solved.success:
                raise InputError(
                    f"fluid limit: no solution beyond {solved.t[-1]:g} d ({solved.message}); "
                    "ask for earlier times"
                )
            where = np.searchsorted(solved.t, times[inside])
            found[inside] = solved.y[:, where].T
            state = solved.y[:, -1]
        return found

    def _row(self, time: float, state: Floats) -> dict[str, float]:
        """Return the state in words."""
        network, model = self.network, self.network.model
        now = dict(zip(network.keys, state, strict=True))
        row = {"time": time} | {f"level_{key[1]}": now[key] for key in now if key[0] == "stock"}
        for name in model.pools:
            row |= {f"busy_{name}": 0.0, f"waiting_{name}": 0.0}
        row |= {f"in_progress_{name}": 0.0 for name in model.flows}
        for key, number in now.items():
            if key[0] in ("stock", "speed"):
                continue
            at = f"at_{key[1]}.{key[2]}"
            row[at] = row.get(at, 0.0) + number
            row[f"in_progress_{key[1]}"] += number
            if key[0] != "delay":
                stage = model.flows[key[1]].stages[key[2]]
                served = number if key[0] == "assistants" else min(number, network.servers(key))
                pool = pool_of(model, key)
                units = stage.units if isinstance(stage, ComputeJob) else 1
                row[f"busy_{pool}"] += served * units
                row[f"waiting_{pool}"] += number - served
        return row


def of(model: Model) -> FluidLimit:
    """Return the fluid limit of a model.

    Parameters
    ----------
    model
        Research without generations: closed or open flows of labour, compute and delays one after
        the other, all times exponential; assistants unlimited and always right; a finite pool does
        one kind of work. `scenario=fluid` is one.

    Raises
    ------
    InputError
        If the model has anything else; it is named.
    """
    check(model)
    return FluidLimit(network=Network(model=model, keys=keys_of(model)))


def scaled(model: Model, n: int) -> Model:
    """Return the model n times as large, of which n times as many results count 1/n each.

    Parameters
    ----------
    model
        A model that `of` can treat.
    n
        How many times: units of finite pools, workstreams, arrivals and n_ref are multiplied, gains
        are divided.

    Raises
    ------
    InputError
        If n is not a whole number >= 1, or `of` cannot treat the model.
    """
    if n != int(n) or n < 1:
        raise InputError(f"fluid limit: n must be a whole number >= 1, got {n}; set n=1")
    check(model)
    data: dict[str, Any] = model.to_dict()
    for name, pool in model.pools.items():
        if pool.capacity not in (None, math.inf):
            data["pools"][name]["capacity"] = pool.capacity * n
    for name, stock in model.stocks.items():
        data["stocks"][name]["gain"] = stock.gain / n
    for name, flow in model.flows.items():
        source = data["flows"][name]["source"]
        if isinstance(flow.source, Closed):
            source["workstreams"] = flow.source.workstreams * n
        elif isinstance(flow.source, Open):
            mean = flow.source.interval.mean() / n
            source["interval"] = {"kind": "exponential", "mean": f"{mean!r} d"}
        if flow.insight:
            data["flows"][name]["insight"]["n_ref"] = flow.insight.n_ref * n
    return Model.from_dict(data)
