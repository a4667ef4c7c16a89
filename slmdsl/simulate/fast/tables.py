"""The tables of the fast engine: rows with named fields, as kernels read and write them.

Rows, not columns, but for what goes into the log as it is: numba compiles a table in the time that it takes for one
column. Codes that stand for "none" are -1; a far instant is FAR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.simulate.ticket_draws import WaitTable
    from slmdsl.workload.draws.values import Distributions
    from slmdsl.workload.plan import Bools, Floats, Int8, Int32, Int64, Words32, Words64

Table: TypeAlias = Any
"""A record array: `table[row].field`."""

FAR = 2**62


def _dtype(**names: str) -> np.dtype[np.void]:
    """Return fields of 64-bit integers (`wide`), shorter ones (`half`, `tiny`), floats and words."""
    kinds = {"wide": np.int64, "half": np.int32, "tiny": np.int8, "floats": np.float64, "words": np.uint64}
    return np.dtype([(name, kinds[kind]) for kind, some in names.items() for name in some.split()])


STEP = _dtype(
    wide="group is_worked answers waits waits_on waits_in_days patience first_route end_route"
    " without_length_at",
    floats="gives_up_share",
    words="place",
)
"""A step; `without_length_at` is the last instant at which work was picked up there that has no length."""

STREAM = _dtype(
    wide="start first_step end_step customer_wait customer_wait_on customer_wait_in_days reopens_after first_score"
    " end_score",
    floats="customer_wait_share reopens_share feedback_share",
)
GROUP = _dtype(
    wide="first_discipline second_discipline lines hands_over has_on_call preempts by_deadline on_call_after"
    " first_agent end_agent roster end_roster waiting idle idle_on_call longest_idle last_idle is_marked",
)
"""A group's rules, and how it stands: who waits, who is idle (a chain of agents, the one idle longest first), and
the stretch of its roster that is on or next."""

AGENT = _dtype(
    wide="group is_on_call on_duty in_stretch is_there ticket idle_since sooner later begun ends",
)
"""An agent's kind, and how it stands: its ticket (-1: none), since when that is in its hands and when the
activity at hand ends; its neighbours in the chain of the idle."""

TICKET = _dtype(
    wide="number due queued answer first work",
    half="version step agent group resolutions moves_to entries last_row seq child after before",
    tiny="phase stands was_answered was_worked is_open can_be_called",
)
"""A ticket on its way. `answer`, `first` and `work` are what is left to do, -1 for nothing of the kind; `child`,
`after` and `before` its neighbours in the heap of its queue; `last_row` and `seq` where its events end."""

CLASS = _dtype(wide="head")
"""Where a queue's heap begins, by group, priority (none: the last) and whether an on-call agent may be called."""

EVENT = _dtype(wide="at code")
"""What is scheduled: an instant, and rank, id and version in one number."""

CLOCK = _dtype(
    wide="now end tick_us next_at next_code source scheduled next_fixed next_arrival number marked judged rounds"
    " longest rows spells outages calls scores lost gave_up preempted reassigned status subject ticket what"
    " step role agent",
)
"""How the run stands, in one row; from `ticket` on, what the event at hand makes of a ticket."""

SPELL = _dtype(wide="ticket queued begin end", half="agent", tiny="outcome")
OUTAGE = _dtype(wide="node begin end cause")
SCORE = _dtype(wide="ticket at", floats="score")

COMPONENT = _dtype(wide="fails repaired crew lives failed_at waits", words="entity")
CONTRIBUTION = _dtype(wide="node cause ends stands covered")
NODE = _dtype(wide="least first_part end_part standing is_out down_from cause is_down down_since is_needed")
"""A node, how many contributions keep it down by themselves (`is_out`: since `down_from`), and how it stands with all
that it needs."""

LEAF = _dtype(wide="kind of compares count ticks counted")
CONDITION = _dtype(wide="first_token end_token holds")
CONTINGENCY = _dtype(wide="when until first_action end_action stays is_on was fired call", words="entity")
ACTION = _dtype(wide="contingency kind after node first_agent end_agent tried", floats="succeeds")
CALL = _dtype(wide="contingency begin end")
"""When a contingency was fired, and until when it was on."""

LINE = _dtype(wide="when declares invokes was")


class Rules(NamedTuple):
    """What holds for tickets on their way. `works` is by step and priority, the last column for none."""

    steps: Table
    streams: Table
    works: Int32
    route_to: Int32
    route_share: Floats
    route_word: Words32
    score_within: Int64
    score: Floats
    distributions: Distributions
    calendars: WaitTable


class Arriving(NamedTuple):
    """The tickets of the luck."""

    at: Int64
    stream: Int32
    entity: Words64
    leaves: Words64


class Desk(NamedTuple):
    """How everything stands.

    `visits` is by ticket and step of its stream; `called` and `preempts` by group and priority, the last column for
    none; `fixed` is scheduled before anything happens.
    """

    clock: Table
    tickets: Table
    visits: npt.NDArray[np.int16]
    priority: Int32
    groups: Table
    classes: Table
    agents: Table
    called: Bools
    preempts: Bools
    roster_from: Int64
    roster_to: Int64
    crews: Int64
    """By crew: how many repairs may begin now."""
    fixed: Table
    scheduled: Table


class Rows(NamedTuple):
    """What is left behind: see `slmdsl.simulate.outcome`. The first columns are those of the log itself."""

    ticket: Int64
    next_event: Int64
    at_us: Int64
    seq: Int32
    type: Int8
    phase: Int8
    group: Int32
    actor: Int32
    role: Int8
    public: Int8
    reason: Int32
    first_event: Int64
    resolved_us: Int64
    reopenings: Int32
    reassignments: Int32
    spells: Table
    scores: Table


class Breaking(NamedTuple):
    """What can be down, and what is done about it."""

    components: Table
    contributions: Table
    nodes: Table
    parts: Int32
    outages: Table
    tokens: Int32
    leaves: Table
    stack: Int64
    aged: Words64
    """By ticket: which leaves' age it has reached; nothing if no leaf asks for one."""
    conditions: Table
    contingencies: Table
    actions: Table
    calls: Table
    lines: Table
    flags: Int64
    """By flag: whether it stands."""
    raised: Int64
    """By flag: how many tickets keep it up."""
    declared: Words64
    """By ticket: which flags it keeps up."""
    invoked: Int32
    """Which contingencies the risks of the luck call for."""


def table(size: int, kind: np.dtype[np.void]) -> Table:
    """Return a table of `size` rows of zeros."""
    return np.zeros(size, dtype=kind).view(np.recarray)


def table_of(kind: np.dtype[np.void], size: int, /, **columns: object) -> Table:
    """Return a table with the given columns (arrays or one number); other fields are 0."""
    found = table(size, kind)
    for name, column in columns.items():
        found[name] = column
    return found
