"""What a track may do next: the program counters of the stages' state machines.

A step does what the reference engine's process does between two waits, or less. The function that
does it returns the next step, which is done at once (`routes.go_on`). If that is `WAIT`, the track
was left where something will wake it (a queue, an alarm, the gate, the end of a batch, a chore),
and its `TK_PC` holds the step with which it then goes on.

A person's service, and a stage inside another one, come back to whoever asked for them: the step
that follows was left in `HU_RETURN` (or `LA_RETURN`), and the last of their own steps returns it.

Where nothing is to be waited for, a function calls the one that goes on itself. Only where a stage
begins or ends, and from `review` to `labour`, which imports it, the step is returned.
"""

from __future__ import annotations

WAIT, BEGIN_STAGE, MOVE_ON, HUMAN_SERVED, HUMAN_DONE = range(5)

(LABOUR, SLOT, HELPED, STEERED, WORKED, REVIEW_SLOT, REVIEWED_BY_AGENT, REVIEWED_BY_PERSON, JUDGED,
 TAKEN_OVER) = range(10, 20)
LAST_OF_LABOUR = 19

JOB, JOB_RUNS, JOB_ENDS, JOB_REPAIRED = range(30, 34)
LAST_OF_JOB = 33

TRAIN, TRAIN_BEGINS, TRAIN_HALTS, TRAIN_DIAGNOSED, TRAIN_RESTARTED = range(40, 45)
LAST_OF_TRAINING = 44

DELAY, DELAY_ENDS, GATE, GATE_LEFT, BATCH, BATCH_ENDED, RELEASE = range(50, 57)
