"""What a track may do next: the program counters of the stages' state machines.

A step does what the reference engine's process does between two waits (or less), and returns the
next one; `WAIT` means that the track goes on when something wakes it, at its `TK_PC`.
"""

from __future__ import annotations

WAIT, BEGIN_STAGE, MOVE_ON, HUMAN_SERVED, HUMAN_DONE = range(5)

(LABOUR, ATTEMPT, SLOT, HELPED, STEERED, WORKED, REVIEW_SLOT, REVIEWED_BY_AGENT,
 REVIEWED_BY_PERSON, JUDGED, TAKEN_OVER, VERDICT) = range(10, 22)
LAST_OF_LABOUR = 21

(JOB, JOB_ATTEMPT, JOB_RUNS, JOB_ENDS, JOB_REPAIRED) = range(30, 35)
LAST_OF_JOB = 34

(TRAIN, TRAIN_BEGINS, TRAIN_ATTEMPT, TRAIN_HALTS, TRAIN_DIAGNOSED, TRAIN_RESTARTED) = range(40, 46)
LAST_OF_TRAINING = 45

DELAY, DELAY_ENDS, GATE, GATE_LEFT, BATCH, BATCH_ENDED, RELEASE = range(50, 57)
