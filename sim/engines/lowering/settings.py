"""Settings: one version of all that stages, skills, flows and stocks go by, as words."""

from __future__ import annotations

from typing import Any

from sim.engines.lowering import layout as L
from sim.engines.lowering.stages import Names, write_stage
from sim.engines.lowering.words import Words
from sim.laws.random import name_key
from sim.model import Model
from sim.model.flow import Closed, Flow, Open, Poisson, Pull, descendants
from sim.model.skill import Oversight, Skill

SOURCES = {"pull": L.PULL, "closed": L.CLOSED, "open": L.OPEN, "poisson": L.POISSON,
           "batch": L.BATCH_SOURCE}


def lowered_settings(model: Model, at: int) -> Any:
    """Return the settings of a model as words that stand from an address on (`layout.VS_…`)."""
    words, names = Words(at), Names(model)
    version = words.record(L.VERSION_WORDS)
    skills = words.record(len(model.skills) * L.SKILL_WORDS)
    stocks = words.record(len(model.stocks) * L.STOCK_WORDS)
    flows = words.record(len(model.flows) * L.FLOW_WORDS)
    words.puts(version, {
        L.VS_FLOWS: flows, L.VS_SKILLS: skills, L.VS_STOCKS: stocks,
        L.VS_BALK: model.assistants.balk, L.VS_ADOPTION: float(model.assistants.adoption),
        L.VS_ACCESS: float(model.assistants.access),
    })
    for i, skill in enumerate(model.skills.values()):
        _skill(words, skills + i * L.SKILL_WORDS, i, skill, model, names)
    for i, stock in enumerate(model.stocks.values()):
        words.puts(stocks + i * L.STOCK_WORDS, {
            L.SO_GAIN: float(stock.gain), L.SO_BETA: float(stock.beta),
            L.SO_CEILING: float(stock.ceiling),
        })
    for i, (name, flow) in enumerate(model.flows.items()):
        _flow(words, flows + i * L.FLOW_WORDS, name, flow, model, names)
    return words.array()


def _skill(
    words: Words, at: int, code: int, skill: Skill, model: Model, names: Names
) -> None:
    policy = model.oversight[skill.oversight] if skill.oversight else Oversight()
    words.puts(at, {
        L.SK_CODE: code, L.SK_POOL: names.pools[skill.pool],
        L.SK_REVIEW_POOL: names.pools[skill.review_pool or skill.pool],
        L.SK_ASSISTED: skill.share is not None or policy.reviewer == "agent",
        L.SK_DIFFICULTY: float(skill.difficulty or 0.0),
        L.SK_HUMAN_QUALITY: float(skill.human_quality), L.SK_REVIEW: float(policy.review),
        L.SK_HUMAN_REVIEW: float(policy.human_review),
        L.SK_REVIEW_FRACTION: float(policy.review_fraction),
        L.SK_REVIEW_PRIORITY: policy.review_priority, L.SK_CATCH: float(policy.catch),
        L.SK_BY_AGENT: policy.reviewer == "agent", L.SK_AUDIT: float(policy.audit or 0.0),
        L.SK_ATTEMPTS: policy.max_attempts, L.SK_RETRY: float(policy.retry_fraction),
        L.SK_TAKEOVER: float(policy.takeover_fraction),
        L.SK_STEERING_PRIORITY: policy.steering_priority,
    })
    for place, name in (
        (L.SK_SHARE, skill.share), (L.SK_SPEEDUP, skill.speedup), (L.SK_QUALITY, skill.quality),
        (L.SK_STEERING, skill.steering), (L.SK_AGENT_CATCH, policy.agent_catch),
    ):
        words.law(at + place, model.feedback[name] if name else None)
    words.law(at + L.SK_REVIEW_WORK, policy.review_work)
    words.law(at + L.SK_STEERING_WORK, policy.steering_work)


def _flow(words: Words, at: int, name: str, flow: Flow, model: Model, names: Names) -> None:
    assert flow.first is not None
    first: Any = flow.stages[flow.first]
    skill = getattr(first, "skill", None)
    stages = words.record(len(flow.stages) * L.STAGE_WORDS)
    reached = [name, *descendants(model.flows, name)]
    words.puts(at, {
        L.FL_WORD: name_key(name), L.FL_SOURCE: SOURCES[flow.source.KIND],
        L.FL_FIRST: list(flow.stages).index(flow.first), L.FL_STAGES_N: len(flow.stages),
        L.FL_STAGES: stages, L.FL_HOSTAGE_POOL: None, L.FL_TASTE: None, L.FL_NOISE: None,
        L.FL_LAW: None, L.FL_POOL: names.pools[model.skills[skill].pool] if skill else None,
        L.FL_HOPEFUL: any(model.flows[other].insight is not None for other in reached),
    })
    _source(words, at, flow, model)
    if flow.insight:
        insight = flow.insight
        words.puts(at, {
            L.FL_INSIGHT: True, L.FL_HIT: float(insight.hit),
            L.FL_PARALLEL: float(insight.parallel), L.FL_N_REF: float(insight.n_ref),
            L.FL_HARM: float(insight.harm), L.FL_SIZE_GAIN: float(insight.size_gain),
        })
        words.law(at + L.FL_TASTE, model.feedback[insight.taste] if insight.taste else None)
        words.law(at + L.FL_NOISE, insight.noise)
        targets = insight.targets.items()
        words.table(at + L.FL_TARGETS, [(names.stocks[n], float(p)) for n, p in targets])
    if flow.hostages:
        words.puts(at, {
            L.FL_HOSTAGE_POOL: names.pools[flow.hostages.pool],
            L.FL_HOSTAGE_UNITS: flow.hostages.units,
        })
    if flow.tool:
        words.puts(at, {
            L.FL_TOOL: True, L.FL_BOOST: float(flow.tool.boost), L.FL_MOST: flow.tool.most,
            L.FL_FRESH: float(flow.tool.fresh),
        })
    for i, stage in enumerate(flow.stages):
        write_stage(words, stages + i * L.STAGE_WORDS, i, stage, flow, names)


def _source(words: Words, at: int, flow: Flow, model: Model) -> None:
    source = flow.source
    if isinstance(source, Pull):
        limit = float(source.limit_per_person)
        words.puts(at, {L.FL_LIMIT: source.limit, L.FL_LIMIT_PER_PERSON: limit})
    elif isinstance(source, Closed):
        words.puts(at, {
            L.FL_WORKSTREAMS: source.workstreams, L.FL_PER_PERSON: float(source.per_person)
        })
        words.law(at + L.FL_LAW, model.feedback[source.span] if source.span else None)
    elif isinstance(source, Open):
        words.law(at + L.FL_LAW, source.interval)
    elif isinstance(source, Poisson):
        words.puts(at, {
            L.FL_RATE: float(source.rate), L.FL_PER_DEFECT: float(source.per_defect)
        })
        words.law(at + L.FL_LAW, model.feedback[source.law] if source.law else None)
