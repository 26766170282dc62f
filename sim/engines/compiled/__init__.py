"""The compiled engine: the reference engine's log to the bit, tens of times faster.

Read the reference engine first. A rule stands here in the file of the same name, unless the tables
below say otherwise. A method is a function that may say of what it is (`Transfers.settle` is
`settle_transfers`), a constructor says what is new (`Item` is `new_item`), and a process is cut
where it waits, each part a function (`labour`: those beside it below). The state is one array of
words, and what constructors only store is written there before the run (`sim.engines.lowering`).
An item's process is a *track*, a state machine (`steps`), and `loop` runs them. `build` makes
machine code of all that; where numba is switched off it runs as plain Python.

What is promised: the bits of a log depend on the model, the seed and the replication, not on the
processor. All arithmetic is IEEE 754 double precision, each operation rounded by itself in the
order written: no fast-math, no fused multiply-add, no vector library. Beyond + - * / and square
root nothing is left to the C library or to the processor: the laws bring their own log and exp.

Headings
--------
Files that the reference engine does not have::

    accounts      what a summary adds up instead of a log of visits
    alarms        the heap of the clock
    build         makes the kernel: machine code of these files
    chores        what may need Python: allocation, interventions, deliveries, new shares
    driver        enters the kernel, and reads the log out of the memory
    ends          why a run ended, and the words for it
    exits         what Python does when the kernel leaves for it: settings, policy, shared compute
    heap          structural keys (O2), and the heaps that are queues
    memory        records that come and go, vectors that grow
    meters        how much a pool is waited for
    pointers      the state as the kernel sees it
    releases      the stage that deploys a model
    setup         the first instant: what constructors do there
    state         the memory and the log, seen as whole numbers and as floats
    steps         the steps of tracks
    subroutines   leaving a stage, what it lets go, stages inside stages
    summaries     reads a summary out of the memory

What stands in another file: in the reference engine, and here (leading underscores are left out;
files of `sim.engines.lowering` with that word before them)::

    allocation.Meter              lowering.beginning.pools, setup.set_up, meters.meter_reset
    allocation.reset              chores.reset_meters, meters.meter_reset
    allocation.tick               meters.meter_tick
    allocation.add                meters.meter_add
    allocation.waiting            exits.ask_policy
    allocation.Allocation         lowering.beginning.globals, setup.set_up
    allocation.step               chores.allocate, exits.ask_policy
    assistants.Assistants         lowering.beginning.words, setup.deploy_first, setup.set_dates
    assistants.source             lowering.layout.HELPER, lowering.beginning.HELPERS
    assistants.arrive             loop.event
    capacity.Stated               lowering.beginning.stated
    capacity.Capacity             lowering.beginning.pools, setup.set_up
    capacity.intervene            chores.intervene
    capacity.bring                chores.bring
    capacity.share                exits.share, chores.take_shares, capacity.move_shares
    capacity.parts                lowering.beginning.pools, exits.split
    capacity.await_deliveries     lowering.beginning.stated, setup.set_up
    capacity.deliver              chores.deliver
    clock.Clock                   lowering.beginning.globals
    clock.remove                  clock.cancel, alarms.remove
    clock.exhaust                 loop.run_on, loop.event, clock.due, clock.goes_off
    clock.advance                 loop.next_instant
    draws.Draws                   lowering.beginning.lowered
    draws.bound                   lowering.words.law
    generations.GateKeeper        lowering.beginning.globals
    generations.row               driver.generations
    generations.touch             insight.touch_gate
    generations.release           releases.release_step
    generations.drop              routes.item_ends
    generations.initial           setup.deploy_first
    interventions.Interventions   lowering.beginning.interventions, setup.set_dates
    interventions.released        chores.at_release
    interventions.at              loop.event
    interventions.carry_out       chores.carry_out, chores.do_chore
    interventions.set             exits.set
    interventions.pause           chores.pause
    items.Stage                   lowering.stages.write_stage
    items.Flow                    lowering.settings.flow, lowering.beginning.flows
    items.bind                    exits.set
    items.paused                  pools.stage_paused
    items.root                    lowering.layout.IT_ROOT
    items.flows_of                lowering.settings.lowered_settings
    lab.Lab                       lowering.beginning.words, setup.set_up
    lab.bind                      exits.set
    lab.hold                      service.hold
    lab.until                     service.until
    lab.subroutine                subroutines.call, subroutines.returned
    lab.efficiency                insight.raise_stock
    lab.algorithms                generations.algorithms
    lab.frontier_factor           compute.frontier_factor
    lab.defects                   labour.verdict, training.interruptions_a_day
    lab.new_item                  items.new_item
    lab.spawn                     items.spawn
    lab.escape                    insight.escape
    lab.raise_stock               insight.raise_stock
    lab.capacity_changed          capacity.capacity_changed
    lab.deploy                    releases.release_step
    lab.adjust_sources            sources.adjust_sources
    lab.check_targets             chores.check_targets
    lab.initial_compute           setup.deploy_first
    lab.start_sources             setup.set_up
    lab.begin_history             setup.begin_history
    lab.stop                      clock.stop
    lab.watch_speedups            assistants.watch_speedups
    loop.run                      driver.run, driver.run_on, summaries.run, loop.run_on
    loop.Loop                     lowering.beginning.globals
    loop.stuck                    loop.waiting_requests, ends.detail
    newcomers.Newcomers           lowering.beginning.pools, setup.set_up
    pools.Pool                    lowering.beginning.pools, setup.open_pool
    recorder.Recorder             lowering.stages.Names, driver.run_on
    recorder.tables               driver.visits, driver.changes
    routes.begin                  items.begin
    routes.set_off                items.set_off
    routes.enter                  items.new_visit
    routes.leave                  subroutines.leave
    routes.subroutine             subroutines.call, subroutines.returned
    skills.Skill                  lowering.settings.skill, draws.at_capability
    sources.Source                lowering.settings.flow, lowering.settings.source
    sources.ClosedSource          lowering.beginning.flows
    sources.bind                  exits.set
    sources.nothing               lowering.layout.NOBODY
    sources.paused                lowering.layout.FS_PAUSED
    training.let_go               subroutines.let_go
    transfers.Transfers           lowering.beginning.globals
    transfers.Lending             lowering.beginning.globals

Same file, another name (one that does not hold the reference engine's, as `settle_transfers` does),
or several::

    assistants.access             choose
    clock.Alarm                   alarm
    clock.schedule                put
    compute.compute               job_step, job_begins, asks, runs, run_ends, again
    draws.chance                  happens
    draws.law_of                  at_capability
    draws.sampler                 amount, amount_of_item
    hostages.Hostage              take_hostages
    hostages.give_back            free_hostages
    items.Stay                    new_item
    items.child_word              spawn
    labour.labour                 labour_step, begins, attempt, by_hand, worked, judged
    labour.assistant              slot, next_part, helped
    labour.fails                  verdict
    labour.steer                  helped
    newcomers.join                planned_people
    pools.await_boundary          await_boundary, next_boundary
    pools.Request                 request
    pools.request                 request, ask
    pools.paused                  stands_aside
    pools.withdraw                drop_refused, leaves
    recorder.request              request_row, row_of
    review.by_assistant           review, review_slot, reviewed_by_agent
    routes.walk                   begin_stage, move_on, item_ends
    routes.ended                  item_ends
    service.serve_human           serve_human, human_served, human_done
    service.take_slot             take_slot, balked
    sources.PoissonSource         new_source
    sources.next                  stream_starts
    surges.Surge                  begin_surge
    training.training             training_step, asks_for_all, training_begins, training_runs, halts
    training.checkpoints          training_begins
    training.evaluations          await_evaluation, evaluate
    training.log_attempt          attempt_row
    training.next_interruption    training_runs
    training.rate                 interruptions_a_day
    training.repair               halts, restarts, restarted
    transfers.call_back           settle_lending
    transfers.owed_by_lender      settle_transfers

The same word, but not the reference engine's thing::

    alarms.add, alarms.take, heap.remove, loop.enter, loop.ended

Machinery, which stands for nothing in the reference engine's file of the same name::

    assistants.several, clock.action_of, clock.widen, draws.flow_settings, draws.flow_state,
    draws.least, draws.most, draws.pool_at,
    draws.stage_settings, insight.stock_level, items.forget, loop.event_due, loop.new_instant,
    loop.track_to_go_on, pools.changed, pools.same_boundary, recorder.plain_row, routes.go_on,
    routes.performed, training.made_by
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engines.run import Run
from sim.engines.summary import Floats, Summary
from sim.model import Model


def simulate(
    model: Model, *, seed: int, replication: int, stopped: Callable[[], bool] | None = None
) -> Run:
    """Run one replication and return its log; `stopped` is asked whether to stop now."""
    from sim.engines.compiled.driver import run

    end, raw = run(model, seed, replication, stopped)
    return Run(model, seed, replication, "compiled", end, raw)


def summarise(
    model: Model, *, seed: int, replication: int, times: Floats,
    stopped: Callable[[], bool] | None = None,
) -> Summary:
    """Run one replication, keep no log, and return its summary, sampled at these times."""
    from sim.engines.compiled.summaries import run

    end, raw = run(model, seed, replication, times, stopped)
    return Summary(model, seed, replication, end, raw)


def warm() -> None:
    """Compile the kernel, and keep the machine code for later processes."""
    wait = {"kind": "delay", "duration": "1 d"}
    flow = {"source": {"kind": "closed", "workstreams": 1}, "stages": {"wait": wait}}
    simulate(
        Model.from_dict({"horizon": "2 d", "pools": {}, "flows": {"item": flow}}),
        seed=0, replication=0,
    )
