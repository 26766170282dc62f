"""Layout: where everything stands in the memory of the compiled engine.

The memory is one array of 64-bit words, read as whole numbers (`M`), floats (`F`) or unsigned
words (`W`). A *record* is a run of words; its address is the index of its first word, and 0 is no
address. The names below are offsets inside records; names in capitals without a comment mean what
the reference engine's attribute of that name means. A *law* is three words: kind (its id in the
registry, -1 for none), address of its parameters, and how many there are; before the parameters
stand the last argument that the law was asked for, and its value there. A *table* is two words: how
many entries, and the address of the first. A *vector* is three words: address, words of room, words
used.

A name begins with what it is a word of (globals with nothing), as each record says below. It may
end in `_N`: how many; `_AT`: the address of the first; `_ON`: whether there is one (a longest wait,
say), as 0 or 1; `_WORDS`: the words of a record.
"""

from __future__ import annotations

NONE = -1
LAST_ARGUMENT, LAST_VALUE = -2, -1
"""Offsets from the parameters of a law."""

# --- globals: one record at address 0 -----------------------------------------------------------
#
# TOP: from where memory has never been used. SIZE: all of it. MARGIN, ROW_MARGIN: what stays free.
# LAST_TOP, LAST_ROWS: beyond these the kernel leaves for more room.
# PHASE: 0 before the first instant, 1 in the run, 2 when the accounts of a summary are closed.
# BEGAN: the time of the first instant. MOST: events after which this instant is taken for a loop.
# GAP: whether the first place of the heap of alarms stands empty (`alarms`).
# CHANGED_N: how many pools are marked as changed (PL_CHANGED). FIRST_CHANGED: no pool before this
# one is marked, so that the first one found from here is the one of O4c.
# LENDING_CHANGED: 0 as long as nothing that lending reads has changed since it last could do
# nothing; whatever touches capacity, use or queue of a pool that lends or borrows sets it.
# LAST_BOUNDARY: the pool that last found when it opens or closes next; others may ask it.
# HELPER: whose model helps (below).
# EXIT_A: what an exit to Python is about: an intervention's number, or the units to be divided.

(TOP, SIZE, ROWS, ROWS_ROOM, MARGIN, REASON, DETAIL_A, DETAIL_B, NOW, HORIZON, EVENTS, PENDING,
 BUDGET, MOST, PHASE, ITEMS, SEED, REPLICATION, VERSION, FLOWS_N, POOLS_N, STOCKS_N, FLOWS_AT,
 POOLS_AT, STOCKS_AT, OWED_AT, OWED_N, STATED_AT, PERSON_DAY, EFFICIENCY, INITIAL_COMPUTE,
 GENERATION_FLOW, DEPLOYED, HELPER, SLOTS, TRUSTED_ON, TRUSTED_ACCESS, TRUSTED_DAYS, GATE_VISIT,
 GATE_TRACK, GATE_DEADLINE, GATE_OVERDUE_ON, GATE_CHANGED, GATE_CAUSE, LENDER, BORROWER, LENT,
 TURN, PULLS_N, PULLS_AT, CHANGES_AT, CHANGES_LAST, CHANGES_N, ALGORITHMS, INFRASTRUCTURE,
 TRAINING_POOL, INITIAL_TRAINING, ALLOCATION, INTERVENTIONS_N, INTERVENTIONS_AT, DELIVERIES_N,
 DELIVERIES_AT, EXTERNAL_N, EXTERNAL_AT, END_CAPABILITY_ON, END_CAPABILITY, END_GENERATIONS,
 ACCELERATORS, STAGES_N, PAUSES, EXIT_A, SKILLS_N, ROW_MARGIN, GAP, LAST_TOP, LAST_ROWS,
 FIRST_CHANGED, CHANGED_N, LENDING_CHANGED,
 LAST_BOUNDARY) = range(80)
HEAP, AGENDA, CHORES, GENERATIONS, RELEASES = range(80, 95, 3)  # vectors
AGENDA_HEAD, AGENDA_N, BEGAN = 95, 96, 97
FREE = 100  # first free record of each size, 8 << k words
(SUMMARY, FREE_ROW, SAMPLE_TIME, SAMPLE_TIMES, SAMPLES_AT, SAMPLES_N, POOL_ACCOUNTS,
 FLOW_ACCOUNTS, WORK_ACCOUNTS, COUNTED) = range(150, 160)
GLOBALS = 160
assert LAST_BOUNDARY < HEAP and RELEASES + 2 < AGENDA_HEAD and BEGAN < FREE and COUNTED < GLOBALS

NO_HELPER, OWN_MODEL, FROZEN_MODEL, EXTERNAL_MODEL = range(4)

# --- settings: one version of them, placed anew by each intervention that sets values ------------

# VS: a version of the settings. FL: a flow. ST: a stage. SK: a skill. SO: a stock.
(VS_FLOWS, VS_SKILLS, VS_STOCKS, VS_BALK, VS_ADOPTION, VS_ACCESS) = range(6)
VERSION_WORDS = 6

(FL_WORD, FL_SOURCE, FL_FIRST, FL_STAGES_N, FL_STAGES, FL_INSIGHT, FL_HIT, FL_PARALLEL, FL_N_REF,
 FL_HARM, FL_SIZE_GAIN, FL_HOSTAGE_POOL, FL_HOSTAGE_UNITS, FL_TOOL, FL_BOOST, FL_MOST, FL_FRESH,
 FL_LIMIT, FL_LIMIT_PER_PERSON, FL_POOL, FL_WORKSTREAMS, FL_PER_PERSON, FL_RATE, FL_PER_DEFECT,
 FL_HOPEFUL) = range(25)
FL_TASTE, FL_NOISE, FL_LAW = 25, 28, 31  # laws; FL_LAW: span, interval, or law of the rate
FL_TARGETS = 34  # table of (stock, chance)
FLOW_WORDS = 36

PULL, CLOSED, OPEN, POISSON, BATCH_SOURCE = range(5)

# ST_FAILURE: the chance that work, or a job, fails. ST_REFERENCE: of a job's sizing, or of the
# interruptions of a training. ST_FLOW: of a batch, or of a training's evaluations. ST_COUNT: of a
# batch, or of a relief. ST_DAYS, ST_MIN_DAYS, ST_MAX_DAYS, ST_FACTOR: of the plan of a gate.
(ST_INDEX, ST_CODE, ST_KIND, ST_WORD, ST_FROM_ON, ST_FROM, ST_NEXT, ST_ON_FAILURE, ST_POOL,
 ST_PRIORITY, ST_UNITS, ST_FAILS, ST_FAILURE, ST_PER_DEFECT, ST_PER_DEFECT_ON, ST_SKILL, ST_TOOLS,
 ST_REPAIR, ST_FRONTIER, ST_SIZING, ST_OMEGA, ST_REFERENCE, ST_FLOW, ST_COUNT,
 ST_HOLD_UNTIL, ST_INTERRUPTED, ST_MTBF, ST_EXPONENT, ST_MANUAL, ST_DIAGNOSIS, ST_CHECKPOINTS,
 ST_OPTIMAL, ST_INTERVAL, ST_COST, ST_EVERY_ON, ST_EVERY, ST_PLAN, ST_DAYS, ST_MAX_DAYS, ST_FACTOR,
 ST_MIN_GAIN, ST_MAX_WAIT_ON, ST_MAX_WAIT, ST_SURGE, ST_DONOR, ST_TO, ST_SHARE, ST_DECAY,
 ST_RELIEF, ST_TRUSTED, ST_TRUSTED_FROM, ST_TRUSTED_ACCESS, ST_TRUSTED_DAYS, ST_LAST_RATIO,
 ST_LAST_COST) = range(55)
ST_MIN_DAYS = ST_DAYS  # no plan has both
ST_SAMPLE = 55  # law
ST_FOLLOWERS, ST_AFTER, ST_CHANCES = 58, 60, 62  # tables of stages; of (stage or -1, chance)
STAGE_WORDS = 64

LABOUR, COMPUTE, TRAINING, GATE, BATCH, DELAY, RELEASE = range(7)
NO_PLAN, FIXED_DURATION, FIXED_SCALE_UP, TARGET_GAIN = range(4)

(SK_CODE, SK_POOL, SK_REVIEW_POOL, SK_ASSISTED, SK_DIFFICULTY, SK_HUMAN_QUALITY, SK_REVIEW,
 SK_HUMAN_REVIEW, SK_REVIEW_FRACTION, SK_REVIEW_PRIORITY, SK_CATCH, SK_BY_AGENT, SK_AUDIT,
 SK_ATTEMPTS, SK_RETRY, SK_TAKEOVER, SK_STEERING_PRIORITY) = range(17)
SK_SHARE, SK_SPEEDUP, SK_QUALITY, SK_STEERING, SK_AGENT_CATCH, SK_REVIEW_WORK, SK_STEERING_WORK = (
    range(17, 38, 3)
)  # laws
SKILL_WORDS = 38

SO_GAIN, SO_BETA, SO_CEILING = range(3)
STOCK_WORDS = 3

# --- state --------------------------------------------------------------------------------------

# PL: a pool. PL_METER: whether it is measured how much it is waited for; PL_UNITS, PL_SINCE,
# PL_QUEUED, PL_CAPACITY_TIME are that meter's `units`, `since`, `queued`, `capacity`. PL_BOUNDARY:
# when it opens or closes next; PL_CROSSED: when it found that. PL_LENDS: whether it is lender or
# borrower. PL_PART: its units of shared compute; PL_BEFORE: those before a new division; PL_CHANGE:
# what is still to move of the difference. PL_NEW: whether newcomers slow it; they and the meter do
# not count while pools get their first capacity, so what the model says stands in names in _MODEL.
(PL_USED, PL_CAPACITY, PL_PLANNED, PL_CHANGED, PL_LAST_FREED, PL_EFFICIENCY, PL_HOURS,
 PL_OPENS, PL_CLOSES, PL_WEEKDAYS, PL_FIRST_DAY, PL_OPEN, PL_NEW, PL_NEW_MODEL, PL_SPEED, PL_DRAG,
 PL_ASSIMILATION, PL_METER, PL_METER_MODEL, PL_UNITS, PL_SINCE, PL_QUEUED, PL_CAPACITY_TIME,
 PL_SHARED, PL_SHARE, PL_NEW_SHARE, PL_PART, PL_BEFORE, PL_GIVEN, PL_AGENT, PL_SLOTS_PER_UNIT,
 PL_ELASTICITY, PL_CHANGE, PL_LENDS, PL_BOUNDARY, PL_CROSSED) = range(36)
PL_QUEUE, PL_PARKED, PL_BALKING, PL_GROUPS = range(36, 48, 3)  # vectors
POOL_WORDS = 48

# FS: the state of a flow. FS_PAUSED: the flow starts no items; FS_PAUSED_AT: a word for each stage.
(FS_WAITING, FS_IN_PROGRESS, FS_HOLDING, FS_PAUSED, FS_PAUSED_AT, FS_STARTED,
 FS_BEGUN, FS_RATE, FS_NUMBER, FS_WORD, FS_SINCE, FS_LEFT, FS_DUE, FS_ALARM) = range(14)
FS_TOOLS, FS_ACTIVE, FS_SEQUENCE, FS_HELD = range(14, 26, 3)  # vectors
FLOW_STATE_WORDS = 26

# SD: a capacity that is stated.
SD_BASE, SD_FACTOR, SD_OFFSET, SD_PLANNED = range(4)
STATED_WORDS = 4

# --- records that come and go -------------------------------------------------------------------

# K: a key (O2); it begins alarms (AL) and requests (RQ). K_PLAIN: no item is meant; K_ITEM, K_STAGE
# then hold (workstream, sequence number), (arrival), (pool, group of newcomers), (pool), or the
# number of what happens to the lab.
K_FLOW, K_PLAIN, K_ITEM, K_STAGE, K_NUMBER, K_MORE = range(6)
AL_ACTION, AL_ARG = 6, 7
ALARM_WORDS = 8
RQ_VISIT, RQ_ROW, RQ_UNITS, RQ_TRACK, RQ_STATE, RQ_BALK, RQ_LAST, RQ_TIME = range(6, 14)
REQUEST_WORDS = 14
WAITS, GRANTED, REFUSED = range(3)

# IT: an item; after its words stand its stays, one for each stage (SY). IT_LENGTH: the words of all
# that. IT_FIRST, IT_SECOND, IT_THIRD: its key (`items.new_item`). IT_ON_END: who awaits it.
# IT_REFERENCES, VI_REFERENCES: who may still ask for the record; with the last one it is freed.
(IT_FLOW, IT_WORD, IT_NUMBER, IT_PARENT, IT_PARENT_NUMBER, IT_ROOT, IT_GENERATION, IT_ON_END,
 IT_END_ARG, IT_TRACKS, IT_HARMED, IT_SIZE, IT_TASTE, IT_MADE, IT_HELD, IT_DEFECTS, IT_HOSTAGES,
 IT_HOSTAGES_N, IT_REFERENCES, IT_FIRST, IT_SECOND, IT_THIRD, IT_LENGTH, IT_STAYS) = range(24)
SY_VISITS, SY_RUNNING, SY_PASSED = range(3)
STAY_WORDS = 3
NOBODY, STREAM, BATCH_OF, RELIEF_OF = range(4)  # who waits for the end of an item

# VI: a visit. HE: units held until the end of a stage; the next ones follow in a list.
VI_ITEM, VI_STAGE, VI_INDEX, VI_NUMBER, VI_LAST, VI_REFERENCES, VI_FLOW = range(7)
VISIT_WORDS = 7
HE_STAGE, HE_POOL, HE_UNITS, HE_ROW, HE_NEXT = range(5)
HELD_WORDS = 5

# SU: a surge. EV: the evaluations of a training. GN: a generation; after its words stand, for each
# stage, when it was first entered, and then when it was last left.
(SU_VISIT, SU_RELEASED, SU_UNITS, SU_AWAY, SU_WORK, SU_DONOR, SU_RECEIVER, SU_DECAY) = range(8)
SURGE_WORDS = 8
EV_VISIT, EV_INDEX = range(2)
EVALUATIONS_WORDS = 2
(GN_INDEX, GN_ITEM, GN_STARTED, GN_OUTCOME, GN_RELEASED, GN_COMPUTE, GN_CAPABILITY, GN_UNITS,
 GN_ALGORITHMS, GN_INFRASTRUCTURE, GN_DEFECTS, GN_INTERRUPTIONS, GN_ENTERED) = range(13)
RELEASED, SKIPPED, DROPPED, UNDECIDED = range(4)

# TK: a track, a process of the reference engine as a state machine. TK_PC: its next step. The rest
# are the process's local variables: HU: a person serves; LA: labour, or what is performed inside
# another stage (LA_SLOT: the assistant's row); JO: a job; TR: a training; BA: a batch; DE: a delay;
# GA: the gate. HU_RETURN, LA_RETURN: the step that follows (`compiled.steps`).
(TK_PC, TK_ITEM, TK_VISIT, TK_STAGE, TK_LAST, TK_FAILED,
 HU_ROW, HU_DURATION, HU_POOL, HU_OUTCOME, HU_RETURN, HU_ASKED,
 LA_VISIT, LA_SKILL, LA_RETURN, LA_WORK, LA_DELEGATED, LA_ASSISTANT, LA_C, LA_PART, LA_ATTEMPT,
 LA_ROW, LA_NEEDS, LA_NUMBER, LA_DURATION, LA_RIGHT, LA_CAUGHT, LA_EFFORT, LA_FOUND, LA_SLOT,
 JO_SIZE, JO_ATTEMPT, JO_ROW, JO_DURATION, JO_FAILED,
 TR_ATTEMPT, TR_ROW, TR_WORK, TR_TAU, TR_COST, TR_SAVED, TR_NEEDED, TR_AFTER, TR_REPAIR, TR_RESTART,
 ) = range(45)
BA_ROW, BA_LEFT = JO_ROW, JO_ATTEMPT
DE_ROW, DE_DURATION = JO_ROW, JO_DURATION
GA_ROW, GA_ENTERED = JO_ROW, JO_DURATION
TRACK_WORDS = 45

# --- accounts: what a summary adds up instead of a log of visits (`lowering.accounts`) -----------

# PA: of a pool. FA: of a flow. WA: of work. SA: a sample; SP: a pool in it; SF: a flow in it.
# SAMPLE_TIMES: where the times of samples stand, ascending, the last one never.
(PA_REQUESTS, PA_SERVED, PA_BALKED, PA_WAITED, PA_QUEUED, PA_BUSY, PA_CAPACITY, PA_OPEN,
 PA_SINCE) = range(9)
POOL_ACCOUNT_WORDS = 9
FA_BEGUN, FA_ENDED, FA_SUCCESSES, FA_MISSES, FA_INVALID, FA_OUTPUT = range(6)
FLOW_ACCOUNT_WORDS = 6
WA_NUMBER, WA_WORKED = range(2)  # for each skill, who served (not compute), activity and outcome
WORK_ACCOUNT_WORDS = 2

SA_TIME, SA_GENERATION, SA_CAPABILITY, SA_LEVELS = range(4)
"""A sample; after the levels of stocks stand three words of each pool, and two of each flow."""
SP_CAPACITY, SP_BUSY, SP_WAITING = range(3)
SAMPLED_OF_POOL = 3
SF_IN_PROGRESS, SF_OUTPUT = range(2)
SAMPLED_OF_FLOW = 2

# --- tables of what happens at a time -----------------------------------------------------------

# IV: an intervention (IV_AT: whether it has a date). DL: a delivery of planned capacity. EX: a
# vendor's release.
IV_AT, IV_TIME, IV_GENERATION, IV_SET, IV_NAME = range(5)
IV_CAPACITY, IV_PAUSE, IV_RESUME = 5, 7, 9  # tables of (stated, how, value); of (flow, stage, name)
INTERVENTION_WORDS = 11
TO, ADD, SCALE, HOLD = range(4)

DL_TIME, DL_POOL, DL_STATED, DL_UNITS = range(4)
DELIVERY_WORDS = 4
EX_TIME, EX_CAPABILITY = range(2)
EXTERNAL_WORDS = 2

CHANGE_WORDS = 5  # time, kind, name, before, after
CHANGES_A_CHUNK = 200
(CAPACITY_CHANGE, STOCK_CHANGE, SHARE_CHANGE, EFFICIENCY_CHANGE, INTERVENTION_CHANGE,
 PAUSE_CHANGE) = range(6)

# --- the log's columns: each has room for the same number of rows, and follows the one before -----

# RO: a row.
(RO_ITEM, RO_ITEM_KEY, RO_PARENT, RO_UNITS, RO_PREVIOUS, RO_CAUSE, RO_VALUE, RO_REQUESTED,
 RO_STARTED, RO_FINISHED, RO_WORKED) = range(11)  # of words
WIDE = 11
(RO_FLOW, RO_GENERATION, RO_STAGE, RO_VISIT, RO_ATTEMPT, RO_ACTIVITY, RO_SKILL, RO_EXECUTOR,
 RO_ASSISTANT, RO_POOL, RO_OUTCOME) = range(2 * WIDE, 2 * WIDE + 11)  # of half words, after them
COLUMNS = (
    "item", "item_key", "parent", "units", "previous", "cause", "value", "requested", "started",
    "finished", "worked", "flow", "generation", "stage", "visit", "attempt", "activity", "skill",
    "executor", "assistant_generation", "pool", "outcome",
)
"""Their names, in this order; the log's other columns follow from the row."""


def log_words(room: int) -> int:
    """Return the words of a log with room for so many rows, an even number."""
    return WIDE * room + (len(COLUMNS) - WIDE) * (room // 2)


def room_of(words: int) -> int:
    """Return for how many rows a log of so many words has room."""
    return 2 * (words // (WIDE + len(COLUMNS)))
