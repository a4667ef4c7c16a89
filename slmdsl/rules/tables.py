"""The tables that kernels read and write: rows of 64-bit integers with named fields.

Rows, not columns: a kernel looks at many fields of one target or one step at a time, and a table is one argument where
its columns would be a dozen, which numba takes minutes to compile. Codes that stand for "missing" are -1, instants
that do, NO_TIME.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Int64 = npt.NDArray[np.int64]
    Int32 = npt.NDArray[np.int32]
    Int8 = npt.NDArray[np.int8]
    UInt8 = npt.NDArray[np.uint8]

Table: TypeAlias = Any
"""A record array: `table[row].field`."""


def _fields(names: str) -> np.dtype[np.void]:
    return np.dtype([(name, np.int64) for name in names.split()])


TRACK = _fields("is_response start_kind start_value stop_phase answer_phase answer_bits pauses over ends")
"""What starts, pauses and stops a clock. `pauses`, `over` and `ends` (over, or stopped) are sets of phases, as bits."""

TARGET = _fields(
    "place track calendar family form counted reopened reprioritised valid_from_us valid_to_us condition numerator part"
    " first_limit end_limit first_goal end_goal first_edge last_edge first_cell values first_exclusion end_exclusion"
)
"""A target: where its limits, goals, edges of buckets, cells and exclusions stand (half-open, but `last_edge`)."""

LIMIT = _fields("from_us unit floor ceil")
"""A limit in force from an instant, measured in `unit`. Floor and ceil differ where a fraction of a business day is no
whole number of the calendar's units: it is exceeded beyond the floor and reached at the ceil. For a limit by the end of
a business day, whose ceil nothing reaches, the floor is the place in `day_ends_us` from which on the instant stands for
each stretch of the calendar in which a clock may start."""

GOAL = _fields("from_us numerator")

CALENDAR = _fields("first last bucket0_us bucket_shift first_bucket")
"""Where a calendar's stretches and buckets stand; the last stretch is the empty one at the end of time."""

STRETCH = _fields("starts_us ends_us open_us days days_rate")
"""An open stretch, what the calendar shows at its start in open time and in units of business days, and how many of
those go by in a microsecond; see `slmdsl.calendars.table`."""

MOMENT = _fields("at_us phase priority answers")
"""Something that happened to a ticket; `answers` are bits."""

STEP = _fields("at_us what mode priority since")
"""A step of a clock: how it stands afterwards, the priority then, and at which step it last came to stand."""

WATCH = _fields(
    "target limit lane start_us elapsed open_us paused_us due_us stop_us missed_us covers barred final"
)
"""One target's stopwatch on a ticket. `elapsed` is in the unit of the limit; `open_us` and `paused_us` are open time
and only kept in detail; `due_us` is the first instant at which the limit was reached."""

TICKET = _fields(
    "row opened_us responded_us kind service customer first_priority last_priority reprioritised waived"
    " moments steps last_phase eventful stamp detail"
    " bucket_at_us bucket_edge bucket"
)
"""The ticket at hand: its facts, how many moments and steps it has, whether it was reopened or reprioritised on the way
(`eventful`), which readings of calendars are its own (`stamp`), and in which bucket an instant lies (`bucket_edge` is
the first of the edges that it lies between)."""


ROW = _fields(
    "ticket target cycle kind reason exclusion limit start_us due_us stop_us decided_us from_us elapsed open_us"
    " paused_us"
)
"""What a target says of a ticket and cycle (`slmdsl.evaluate.tickets.rows`). A running clock goes on from `from_us`."""


class Hours(NamedTuple):
    """Calendars as kernels read them."""

    calendars: Table
    buckets: Int32
    stretches: Table


class Rules(NamedTuple):
    """Rules as kernels read them.

    `covers` (targets x priority codes shifted by one, so that column 0 is a missing priority) tells which priorities
    a target means; `listed` are the targets of the rows of `slmdsl.rules.dispatch`.
    """

    tracks: Table
    targets: Table
    covers: UInt8
    limits: Table
    day_ends_us: Int64
    goals: Table
    edges_us: Int64
    hours: Hours
    listed: Int64


class LogColumns(NamedTuple):
    """The columns of n tickets and m events that kernels read; see `slmdsl.events.columns`."""

    opened_us: Int64
    responded_us: Int64
    resolved_us: Int64
    closed_us: Int64
    kind: Int32
    service: Int32
    customer: Int32
    priority: Int32
    first_event: Int64
    next_event: Int64
    at_us: Int64
    type: Int8
    phase: Int8
    event_priority: Int32
    role: Int8
    public: Int8
    actor: Int32
    reason: Int32


class Masks(NamedTuple):
    """What n tickets say: conditions met (conditions x n, 0 or 1), parts (codes), exclusions, fields with a time.

    `exclusion_covers` (exclusions x priority codes shifted by one) tells which priorities exclusions mean, `waived`
    (targets x n; no rows where nothing is waived) which tickets are waived for which target.
    """

    conditions: UInt8
    parts: Int32
    exclusions: UInt8
    exclusion_covers: UInt8
    waived: UInt8
    time_fields_us: Int64


class Desk(NamedTuple):
    """Room to work on one ticket at a time.

    `shown` holds what calendars show at each step, a row or *lane* 2 c + unit for calendar c, and `ran` how much they
    went on while the clock ran; both are right if the lane's `stamps` is the ticket's.
    """

    ticket: Table
    moments: Table
    steps: Table
    watches: Table
    shown: Int64
    ran: Int64
    stamps: Int64


def room_at_desk(rules: Rules, most_events: int) -> Desk:
    """Return a desk for tickets with up to `most_events` events."""
    moments, calendars = most_events + 2, len(rules.hours.calendars)
    # A moment makes up to three steps: a change of priority, a step, and one that follows a reopening.
    steps = 3 * moments + 3
    ticket = table(1, TICKET)
    ticket.bucket_edge = -1
    return Desk(
        ticket=ticket,
        moments=table(moments, MOMENT),
        steps=table(steps, STEP),
        watches=table(len(rules.targets), WATCH),
        shown=np.zeros((2 * calendars, steps), np.int64),
        ran=np.zeros(2 * calendars, np.int64),
        stamps=np.zeros(2 * calendars, np.int64),
    )


def table(size: int, kind: np.dtype[np.void]) -> Table:
    """Return a table of `size` rows of zeros."""
    return np.zeros(size, dtype=kind).view(np.recarray)


def table_of(kind: np.dtype[np.void], **columns: npt.ArrayLike) -> Table:
    """Return a table with the given columns, all as long as the first.

    >>> table_of(GOAL, from_us=[0, 5], numerator=[9, 95])[1].numerator.item()
    95
    """
    lengths = {np.size(column) for column in columns.values()}
    found = table(max(lengths), kind)
    for name in kind.names or ():
        found[name] = columns[name]
    return found
