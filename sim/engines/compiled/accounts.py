"""Accounts: what a summary adds up while the lab runs, instead of keeping a row for each service.

A row is counted when nothing about it can change any more, and its place is used again; rows that
are open at the end are counted then. What counts is what the metrics count in a log.
"""

from __future__ import annotations

from math import floor

from sim.engines.compiled import ends
from sim.engines.compiled.draws import flow_settings, flow_state, most, pool_at, stage_settings
from sim.engines.lowering import layout as L
from sim.engines.lowering.accounts import SERVERS
from sim.laws.calendar import open_on, working_time_between
from sim.log import ACTIVITIES, ACTIVITY, OUTCOME, OUTCOMES

ACTIVITIES_N, OUTCOMES_N = len(ACTIVITIES), len(OUTCOMES)
WORK, RUN, REPAIR, HOLD, RESULT, HOSTAGE = (
    ACTIVITY[name] for name in ("work", "run", "repair", "hold", "result", "hostage")
)
BALKED, DONE, SUCCESS, MISS = (OUTCOME[name] for name in ("balked", "done", "success", "miss"))
NO_ROW = -1
"""Outcome of a place in the log that no row has."""


def may_change(S, row, outcome):
    """Return whether an ended service may still turn out otherwise: work that may be reviewed."""
    activity = S.log_codes[row + S.M[L.ROWS_ROOM] * L.RO_ACTIVITY]
    return outcome == DONE and activity == WORK


def count_row(S, row, end):
    """Count a row (if it is open: up to `end`), and let another one have its place."""
    M = S.M
    room = M[L.ROWS_ROOM]
    activity = S.log_codes[row + room * L.RO_ACTIVITY]
    skill = S.log_codes[row + room * L.RO_SKILL]
    finished = S.log_floats[row + room * L.RO_FINISHED]
    M[L.COUNTED] += 1
    if S.log_codes[row + room * L.RO_POOL] >= 0:
        count_service(S, row, activity, finished if finished == finished else end)
    if skill >= 0 and not finished < 0.0:
        count_work(S, row, skill, activity)
    elif activity == RESULT and finished >= 0.0:
        count_result(S, row)
    S.log_codes[row + room * L.RO_OUTCOME] = NO_ROW
    S.log[row + room * L.RO_ITEM] = M[L.FREE_ROW]
    M[L.FREE_ROW] = row


def count_service(S, row, activity, end):
    """Count what a row means for its pool: a request, waiting, units held."""
    M, F, floats = S.M, S.F, S.log_floats
    room = M[L.ROWS_ROOM]
    number = S.log_codes[row + room * L.RO_POOL]
    account = M[L.POOL_ACCOUNTS] + number * L.POOL_ACCOUNT_WORDS
    requested = floats[row + room * L.RO_REQUESTED]
    started = floats[row + room * L.RO_STARTED]
    served = started == started
    waited = started if served else end
    if activity != HOSTAGE and waited > 0.0:
        F[account + L.PA_QUEUED] += waited - most(requested, 0.0)
    if served and end > 0.0:
        units = S.log[row + room * L.RO_UNITS]
        F[account + L.PA_BUSY] += units * open_time(S, number, most(started, 0.0), end)
    if requested >= 0.0 and joined_a_queue(S, row, activity):
        M[account + L.PA_REQUESTS] += 1
        if served:
            M[account + L.PA_SERVED] += 1
            F[account + L.PA_WAITED] += started - requested
        elif S.log_codes[row + room * L.RO_OUTCOME] == BALKED:
            M[account + L.PA_BALKED] += 1


def joined_a_queue(S, row, activity):
    """Return whether the row is somebody's request: units held on and hostages are not."""
    if activity in (REPAIR, HOLD, HOSTAGE):
        return False
    return activity != RUN or not trains_on(S, row)


def trains_on(S, row):
    """Return whether a run is a further attempt at a training, whose units are held."""
    M, codes = S.M, S.log_codes
    room = M[L.ROWS_ROOM]
    if codes[row + room * L.RO_ATTEMPT] == 1:
        return False
    flow, code = codes[row + room * L.RO_FLOW], codes[row + room * L.RO_STAGE]
    for index in range(M[flow_settings(S, flow) + L.FL_STAGES_N]):
        stage = stage_settings(S, flow, index)
        if M[stage + L.ST_CODE] == code:
            return M[stage + L.ST_KIND] == L.TRAINING
    return False


def count_work(S, row, skill, activity):
    """Count a service of a skill by who served, what was done and how it ended."""
    M, codes = S.M, S.log_codes
    room = M[L.ROWS_ROOM]
    server, outcome = codes[row + room * L.RO_EXECUTOR], codes[row + room * L.RO_OUTCOME]
    cell = ((skill * SERVERS + server) * ACTIVITIES_N + activity) * OUTCOMES_N + outcome
    account = M[L.WORK_ACCOUNTS] + cell * L.WORK_ACCOUNT_WORDS
    M[account + L.WA_NUMBER] += 1
    S.F[account + L.WA_WORKED] += S.log_floats[row + room * L.RO_WORKED]


def count_result(S, row):
    """Count the result of an item, and what it is worth."""
    M = S.M
    room = M[L.ROWS_ROOM]
    outcome = S.log_codes[row + room * L.RO_OUTCOME]
    account = M[L.FLOW_ACCOUNTS]
    account += S.log_codes[row + room * L.RO_FLOW] * L.FLOW_ACCOUNT_WORDS
    if outcome == SUCCESS:
        M[account + L.FA_SUCCESSES] += 1
        S.F[account + L.FA_OUTPUT] += S.log_floats[row + room * L.RO_VALUE]
    elif outcome == MISS:
        M[account + L.FA_MISSES] += 1
    else:
        M[account + L.FA_INVALID] += 1


def count_item(S, flow, what):
    """Count an item that begins or ends at t >= 0."""
    if S.F[L.NOW] >= 0.0:
        S.M[S.M[L.FLOW_ACCOUNTS] + flow * L.FLOW_ACCOUNT_WORDS + what] += 1


def count_capacity(S, number, capacity, time):
    """Count the capacity that a pool has had, and how long it was open, since it changed last."""
    F = S.F
    account = S.M[L.POOL_ACCOUNTS] + number * L.POOL_ACCOUNT_WORDS
    since = most(F[account + L.PA_SINCE], 0.0)
    if time > since:
        there = open_time(S, number, since, time)
        if there > 0.0:  # of no time an unlimited capacity makes nothing
            F[account + L.PA_CAPACITY] += capacity * there
            F[account + L.PA_OPEN] += there
    F[account + L.PA_SINCE] = time


def open_time(S, number, begin, end):
    """Return how long a pool is open between two times, days."""
    M, F = S.M, S.F
    pool = pool_at(S, number)
    if M[pool + L.PL_HOURS] == 0:
        return end - begin
    opens, closes = F[pool + L.PL_OPENS], F[pool + L.PL_CLOSES]
    weekdays, first = M[pool + L.PL_WEEKDAYS], M[pool + L.PL_FIRST_DAY]
    day = floor(begin)
    if day + opens <= begin and end <= day + closes and open_on(day, weekdays, first):
        return end - begin  # most services end on the day they begin
    return working_time_between(begin, end, opens, closes, weekdays, first)


def sample(S):
    """Write down the state, as it is at the time of the next sample."""
    M, F = S.M, S.F
    stocks, pools, flows = M[L.STOCKS_N], M[L.POOLS_N], M[L.FLOWS_N]
    of_pools = L.SA_LEVELS + stocks
    of_flows = of_pools + L.SAMPLED_OF_POOL * pools
    width = of_flows + L.SAMPLED_OF_FLOW * flows
    at = M[L.SAMPLES_AT] + M[L.SAMPLES_N] * width
    F[at + L.SA_TIME] = F[L.SAMPLE_TIME]
    F[at + L.SA_GENERATION] = float(M[M[L.DEPLOYED] + L.GN_INDEX])
    F[at + L.SA_CAPABILITY] = F[M[L.DEPLOYED] + L.GN_CAPABILITY]
    for stock in range(stocks):
        F[at + L.SA_LEVELS + stock] = F[M[L.STOCKS_AT] + stock]
    for number in range(pools):
        of_pool = at + of_pools + L.SAMPLED_OF_POOL * number
        F[of_pool + L.SP_CAPACITY] = F[pool_at(S, number) + L.PL_CAPACITY]
        F[of_pool + L.SP_BUSY] = F[of_pool + L.SP_WAITING] = 0.0
    sample_rows(S, at + of_pools)
    for flow in range(flows):
        of_flow = at + of_flows + L.SAMPLED_OF_FLOW * flow
        account = M[L.FLOW_ACCOUNTS] + L.FLOW_ACCOUNT_WORDS * flow
        F[of_flow + L.SF_IN_PROGRESS] = float(M[flow_state(S, flow) + L.FS_IN_PROGRESS])
        F[of_flow + L.SF_OUTPUT] = F[account + L.FA_OUTPUT]
    M[L.SAMPLES_N] += 1
    F[L.SAMPLE_TIME] = F[M[L.SAMPLE_TIMES] + M[L.SAMPLES_N]]


def sample_rows(S, first):
    """Count the units in use and the requests that wait, by the rows that are open."""
    F, codes, floats = S.F, S.log_codes, S.log_floats
    room = S.M[L.ROWS_ROOM]
    for row in range(S.M[L.ROWS]):
        number, finished = codes[row + room * L.RO_POOL], floats[row + room * L.RO_FINISHED]
        if codes[row + room * L.RO_OUTCOME] == NO_ROW or number < 0 or finished == finished:
            continue
        of_pool = first + L.SAMPLED_OF_POOL * number
        started = floats[row + room * L.RO_STARTED]
        if started == started:
            F[of_pool + L.SP_BUSY] += float(S.log[row + room * L.RO_UNITS])
        elif codes[row + room * L.RO_ACTIVITY] != HOSTAGE:
            F[of_pool + L.SP_WAITING] += 1.0


def close_accounts(S):
    """Count what is open at the end of the run, and take the samples up to then."""
    M, F = S.M, S.F
    end = F[L.HORIZON] if M[L.REASON] == ends.HORIZON else F[L.NOW]
    while F[L.SAMPLE_TIME] <= end:
        sample(S)
    for number in range(M[L.POOLS_N]):
        count_capacity(S, number, F[pool_at(S, number) + L.PL_CAPACITY], end)
    for row in range(M[L.ROWS]):
        if S.log_codes[row + M[L.ROWS_ROOM] * L.RO_OUTCOME] != NO_ROW:
            count_row(S, row, end)
