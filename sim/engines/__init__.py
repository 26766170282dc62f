"""Engines: each turns a model into a log, by one contract.

The *reference* engine (SimPy, written to be read) is the definition; another one must give the
same log to the bit.

The ordering contract
---------------------
Time is a float64 number of days. What happens at one instant happens in this order, and an
engine cites these rules by number.

**O1. Ranks.** An event carries (time, rank, key) and the smallest goes first. Ranks: 0
*capacity*: a vendor's releases, dated interventions, planned capacity steps; 1 *completion*: ends
of services and interruptions; 2 *timer*: opening and closing hours, ends of assimilation, longest
waits, checkpoint evaluations, units that come back from a surge; 3 *arrival*: arrivals from
outside and starts of workstreams.

**O2. Keys.** Ties inside a rank break by structural key, never by insertion order. Events of the
lab as a whole come first (a vendor's releases, then interventions, as written); then those of
pools, in model order (capacity, hours, newcomers; shared compute stands at the first pool with a
share); then those of items by (flow, item, stage, visit), flows and stages in model order. An
item is known by its workstream and sequence number (closed), its start number (pull), its arrival
number (open), or its parent's key with stage, visit and index (batch). No two events share time,
rank and key, and no two requests in a queue their place. (Hostages of an item have a number
instead of a visit; they come before its stages.)

**O3. Consequences.** The route that an event moves on goes on at once, up to its next request or
wait: that may raise stocks, release units and join queues. What it starts (children, stages that
come `after`, joined batches, services granted) follows, first in first out, before the next
event. Requests only join queues: nobody is served yet. A safeguard that does not apply to the
generation being built is one step of its route, passed at once. An item that begins joins the
queues for its hostages at once; one that ends returns them, and leaves the queues for the rest,
before its result.

**O4. Settling.** When no event is left at this instant, one of these happens, the first that can,
and after its consequences and all events it caused at this instant the list is gone through again
from the top:

  a. the gate is tried, if a stock, a capacity, an intervention, its entry or its longest wait
     touched it;
  b. compute that is to move does so as far as it is free: first what is promised (surges,
     shares), by donor and receiver in model order; then idle units are lent, or lent units called
     back;
  c. the first pool in model order whose state changed serves its queue;
  d. a pull flow starts one item, if the pool of its first stage is open, has a free unit and an
     empty queue, and fewer than limit + floor(limit_per_person * its capacity) of the flow's
     requests wait, in whatever queues; the flows take turns, in model order. (If an assistant
     takes the first stage, the person stays free, and may start another.)

Time moves on when none of them can.

**O5. Queues.** A queue is ordered by (priority, time of request, key of O2). The head blocks
everything behind it. A request that balks leaves if it is not served the first time its pool
serves. A pool outside its working hours serves nobody. Requests for hostages, of one unit each,
have a priority before 0: only cuts and units that move or are called back (O6) come before them,
and no pause of a stage holds them up.

**O6. Capacity.** A cut takes effect at once; units in use beyond the new capacity leave as they
are released. Units that move to another pool leave as they free, before the donor's queue is
served; plans count them as moved from the start, and may so fall below 0: then the pool waits to
be given back what it lacks. (Assistants' slots move at once: an assistant at work finishes.) Lent
units that are called back leave the borrower likewise. A training that waits asks for no more
units than its pool has by plan: a cut shrinks it, and it takes longer.

**O7. Sampling.** Amounts, the assistant's generation (which does the work, reviews it, or both)
and whether to delegate are drawn on entry into a stage, and so is the relative size of an
experiment (from the pool's capacity, infrastructure, frontier cost and the flow's items in
progress at that moment, the item itself included). Efficiency and frontier cost of compute are
read at the grant, and an item counts as holding compute from then to the end of the job; the
defects of the item that count for the failure of an attempt are those at its grant. The fresh
tools that save work are counted on entry: a tool is fresh from the end of its item (at an
instant: from that event on) until, but not at, the end of its time.

An arrival of a `poisson` source draws its threshold when the one before has come (the first, when
the source begins). The rate changes at once with a release, an intervention, or a late defect of
what is deployed: the arrival to come is put off or forward, by what is left of its threshold,
unless its time has come. An arrival that was put off is no event at its old time.

**O8. Horizon.** Events with t < horizon happen. What is open then stays in the log, open.

**O9. Counting.** Items, and the rows of `visits`, are numbered in the order in which they come
into being (a row: when its service is requested). An *event*, as budgets and loops count them, is
something that happens at its time (the ranks of O1), or an item that starts.

**O10. Pre-history.** Before t = 0 generation 0 is trained: nothing is lent, and the generation
flow does not run. It begins at t = 0, after that instant's planned capacity steps, and lending
with it.

**O11. Releases.** A release does, in this order: the generation's row; assistants' slots;
workstreams (scheduled, they start by O1); the surge and its relief; the allocation step;
interventions at this generation, as written; the targets at which the run ends. An intervention
sets values, then capacities, then pauses, then resumes; sources follow. Visits keep the settings
they entered with (but `balk` is read at each request); results use those of their instant, and an
arrival from outside that is awaited keeps its interval. Requests of a paused stage step aside, and
join the queue again, in their old places, when it is resumed.

Random numbers are pure functions of (seed, replication, item, stage, visit, attempt,
purpose): see `sim.laws.random`. They do not depend on the order of events.
"""

from __future__ import annotations

from sim.engines.run import ADVICE, End, Run
from sim.model import InputError, Model
from sim.model.errors import unknown

ENGINES = ("auto", "reference", "compiled")
"""Names of the engines; `auto` chooses, as all of them give the same log."""

__all__ = ["ADVICE", "ENGINES", "End", "Run", "chosen", "prepare", "simulate"]


def simulate(model: Model, *, seed: int, replication: int = 0, engine: str = "auto") -> Run:
    """Simulate one replication of a model.

    Parameters
    ----------
    model
        A resolved model.
    seed
        Seed of the experiment, 0 <= seed < 2**64. Scenarios with the same seed share their
        random numbers.
    replication
        Number of the replication; any one can be run alone.
    engine
        One of `ENGINES`: `reference`; `compiled`, tens of times faster, the same log; or `auto`,
        which is the compiled one (the reference engine where numba is switched off). Machine code
        is made once, in about a minute, with a message on stderr, and kept between processes.

    Returns
    -------
    Run
        The log and why the run ended. Deadlock, blow-up, an exhausted event budget and
        Ctrl-C are ends with a reason, not errors.

    Raises
    ------
    InputError
        For an unknown engine, or a seed or replication out of range.
    """
    check_seed(seed)
    check_replication(replication)
    if chosen(engine) == "compiled":
        from sim.engines.compiled import simulate as simulate_compiled

        return simulate_compiled(model, seed=seed, replication=replication)
    from sim.engines.reference import simulate as simulate_reference

    return simulate_reference(model, seed=seed, replication=replication)


def chosen(engine: str) -> str:
    """Return the engine that a name stands for; `InputError` for an unknown one."""
    check_engine(engine)
    if engine != "auto":
        return engine
    from sim.laws.compiled import jits

    return "compiled" if jits() else "reference"


def prepare(engine: str) -> None:
    """Make what an engine needs, before processes start that would each make it for themselves."""
    if chosen(engine) == "compiled":
        from sim.engines.compiled import warm

        warm()


def check_seed(seed: object) -> None:
    """Raise `InputError` unless `seed` is a whole number in [0, 2**64)."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
        shown = "null" if seed is None else repr(seed)
        raise InputError(
            f"run: seed must be a whole number in [0, 2**64), got {shown}; set seed=0 "
            "(a run without a seed could not be repeated)"
        )


def check_replication(replication: object) -> None:
    """Raise `InputError` unless `replication` is a whole number in [0, 2**31)."""
    whole = isinstance(replication, int) and not isinstance(replication, bool)
    if not (whole and 0 <= replication < 2**31):  # type: ignore[operator]
        raise InputError(
            f"run: replication must be a whole number in [0, 2**31), got {replication!r}; "
            "set replication=0"
        )


def check_engine(engine: object) -> None:
    """Raise `InputError` unless `engine` is one of `ENGINES`."""
    if engine not in ENGINES:
        raise unknown(("engine",), "engine", engine, ENGINES)
