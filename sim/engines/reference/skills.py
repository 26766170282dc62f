"""Skills at work: laws bound, pools found, oversight policy at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.reference.draws import law_of, sampler
from sim.model.skill import Oversight
from sim.model.skill import Skill as SkillModel

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab


class Skill:
    """A skill with its laws bound, its pools at work and its oversight policy."""

    def __init__(self, lab: Lab, name: str, model: SkillModel) -> None:
        self.name, self.model = name, model
        self.pool, self.review_pool = lab.pools[model.pool], lab.pools[model.review_pool or ""]
        self.policy = lab.model.oversight[model.oversight] if model.oversight else Oversight()
        self.assisted = model.share is not None or self.policy.reviewer == "agent"
        """Whether assistants do or review some of this work."""
        self.difficulty = model.difficulty or 0.0
        self.review_work = sampler(self.policy.review_work)
        self.steering_work = sampler(self.policy.steering_work)
        feedback = lab.model.feedback
        self.share = law_of(feedback[model.share]) if model.share else None
        self.speedup = law_of(feedback[model.speedup]) if model.speedup else lambda c: 1.0
        self.quality = law_of(feedback[model.quality]) if model.quality else lambda c: 1.0
        catch = self.policy.agent_catch
        self.agent_catch = law_of(feedback[catch]) if catch else lambda c: 0.0
        self.steering = law_of(feedback[model.steering]) if model.steering else lambda c: 0.0
