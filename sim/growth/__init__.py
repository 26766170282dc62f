"""Growth models of the field, written from their equations, to lay over a simulated lab.

Curves (`curve.Curve`): software level by time, without a lab inside.

| model | idea |
|---|---|
| `Exponential` | the initial rate for ever |
| `SemiEndogenous` | ideas get harder, research grows by itself and by what it found (Jones 1995) |
| `SoftwareExplosion` | doubling times shrink or stretch by doubling (Davidson and Houlden 2025) |
| `SpeedUp` | growth before and after research is automated, if no explosion (Forethought) |
| `Timelines` | automated share of tasks rises with effective compute (Kwa 2026) |

Of a lab: `fluid`, the ordinary differential equation that a lab without generations tends to as it
grows; `ces` and `substitution`, output of people and compute by a constant elasticity of
substitution, and its estimators.
"""

from sim.growth.curve import Curve, Exponential
from sim.growth.semi_endogenous import SemiEndogenous
from sim.growth.software_explosion import SoftwareExplosion
from sim.growth.speedup_calculator import SpeedUp
from sim.growth.timelines import Timelines

__all__ = [
    "Curve",
    "Exponential",
    "SemiEndogenous",
    "SoftwareExplosion",
    "SpeedUp",
    "Timelines",
]
