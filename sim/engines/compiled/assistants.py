"""Assistants: whose model helps, and which of its releases a task uses (`reference.assistants`).

Here also: when assistants are too fast for the run to go on (`reference.lab`).
"""

from __future__ import annotations

from sim.engines.compiled.clock import stop
from sim.engines.compiled.draws import at_capability, least
from sim.engines.compiled.ends import SPEEDUP
from sim.engines.compiled.memory import extended
from sim.engines.lowering import layout as L
from sim.laws.capability import adopts

LARGEST_SPEEDUP = 1e6
"""Speed-up beyond which growth counts as a blow-up."""


def newest(S):
    """Return the capability of the newest model that helps this lab, OOM."""
    M = S.M
    return S.F[M[L.RELEASES] + M[L.RELEASES + 2] - 1]


def capability_of(S, number):
    """Return the capability that the feedback laws see for a model, OOM."""
    return S.F[S.M[L.RELEASES] + 2 * number + 1]


def several(S):
    """Return whether there is more than one model to choose from; else no number need be drawn."""
    return S.M[L.RELEASES + 2] > 2


def choose(S, u):
    """Return the model that a task uses, from a uniform number: the newest or the last.

    `adopts` is the reference engine's ``u < adoption_chance(elapsed, adoption, access)``.
    """
    M, F = S.M, S.F
    last = M[L.RELEASES + 2] // 2 - 1
    if last == 0:
        return last
    elapsed = F[L.NOW] - F[M[L.RELEASES] + 2 * last]
    access = F[M[L.VERSION] + L.VS_ACCESS]
    if M[L.TRUSTED_ON] != 0 and elapsed < F[L.TRUSTED_DAYS]:
        access = least(access, F[L.TRUSTED_ACCESS])
    return last if adopts(u, elapsed, F[M[L.VERSION] + L.VS_ADOPTION], access) else last - 1


def add_release(S, capability, stage):
    """A model is released, perhaps to a few at first (`stage`: that of the release, or 0)."""
    M, F = S.M, S.F
    at = extended(S, L.RELEASES, 2)
    F[at], F[at + 1] = F[L.NOW], capability
    M[L.TRUSTED_ON] = 0
    if stage != 0 and M[stage + L.ST_TRUSTED] != 0 and capability >= F[stage + L.ST_TRUSTED_FROM]:
        M[L.TRUSTED_ON] = 1
        F[L.TRUSTED_ACCESS] = F[stage + L.ST_TRUSTED_ACCESS]
        F[L.TRUSTED_DAYS] = F[stage + L.ST_TRUSTED_DAYS]
    watch_speedups(S)


def watch_speedups(S):
    """End the run if assistants have become unboundedly fast."""
    M = S.M
    c = newest(S)
    for i in range(M[L.SKILLS_N]):
        law = M[M[L.VERSION] + L.VS_SKILLS] + i * L.SKILL_WORDS + L.SK_SPEEDUP
        if M[law] >= 0 and at_capability(S, law, c, 1.0) > LARGEST_SPEEDUP:
            stop(S, SPEEDUP, c, i)
