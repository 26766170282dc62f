"""The loop: every instant is exhausted and settled before time moves on (O4, O8)."""

from __future__ import annotations

import gc

from sim.engines.reference.lab import Lab
from sim.engines.run import End

ZERO_TIME_EVENTS = 1_000_000
"""Events at one instant that are taken for a loop without duration."""


def run(lab: Lab) -> End:
    """Run a lab to the end; return why it ended."""
    collects = gc.isenabled()
    gc.disable()  # the log is all that grows, and it holds no cycles: searching it costs 15%
    try:
        _Loop(lab).run()
    except KeyboardInterrupt:
        lab.stop("interrupted")
    finally:
        if collects:
            gc.enable()
    assert lab.ended
    reason, detail = lab.ended
    time = lab.model.horizon if reason == "horizon" else lab.clock.now
    return End(reason, time, lab.clock.events, detail)


class _Loop:
    """Moves the lab from instant to instant."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.clock = lab, lab.clock
        self.pools = tuple(lab.pools.values())
        self.pulls, self.gate, self.transfers = lab.pulls, lab.gate, lab.capacity.transfers
        self.turn = 0
        """Pull flow whose turn it is (O4d)."""

    def run(self) -> None:
        lab, clock = self.lab, self.clock
        budget, horizon = lab.model.end.events, lab.model.horizon
        lab.watch_speedups()
        while True:
            most = clock.events + ZERO_TIME_EVENTS
            if most > budget:
                most = budget
            clock.exhaust(most)
            while not clock.stopped and clock.events <= most and self._settle():
                clock.exhaust(most)
            if clock.stopped:
                return
            if clock.events >= budget:
                return lab.stop("event_budget", f"{clock.events} events")
            if clock.events >= most:
                return lab.stop("zero_time_loop", f"at t = {clock.now:.6g} d")
            if not clock.pending and self._dead():
                return lab.stop("deadlock", self._stuck())
            if not clock.advance(horizon):
                return lab.stop("horizon")

    def _settle(self) -> bool:
        """Do the first thing that can be done at this instant (O4); return whether one was."""
        if self.gate.changed and self.gate.settle():
            return True
        transfers = self.transfers
        if (transfers.owed or transfers.lending) and transfers.settle():
            return True
        for pool in self.pools:
            if pool.changed and pool.serve():
                return True
        return bool(self.pulls) and self._pull()

    def _pull(self) -> bool:
        """Let the next pull flow in turn that can start an item do so (O4d)."""
        pulls = self.pulls
        for turn in range(self.turn, self.turn + len(pulls)):
            if pulls[turn % len(pulls)].settle():
                self.turn = (turn + 1) % len(pulls)
                return True
        return False

    def _dead(self) -> bool:
        """Return whether items wait and nothing can ever move them (arrivals apart)."""
        queues, gate = [pool for pool in self.pools if pool.queue or pool.parked], self.gate
        if not (queues or gate.visit) or any(not pool.open for pool in queues):
            return False
        if gate.visit and gate.deadline is not None and gate.deadline > self.clock.now:
            return False
        return not any(source.hopeful() for source in self.lab.sources.values())

    def _stuck(self) -> str:
        waiting = sum(len(pool.queue) + len(pool.parked) for pool in self.pools)
        return f"{waiting} requests{' and the gate' if self.gate.visit else ''} wait"
