"""How the columns and values of an export map to the facts of an event log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from slmdsl.base.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMap:
    """`as { "POS*" till, * wan }`: patterns in order, each with its value; `ignore` drops the row.

    A pattern `*` alone is the rest. Values are the words as written (`P1`, `wait_customer`, `1`, `true`).
    """

    cases: tuple[tuple[str, str, Span], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where a fact's value comes from: columns (joined by `/`), or a constant word."""

    columns: tuple[str, ...]
    constant: str | None
    format: str | None
    mapping: ValueMap | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePlan:
    """A source as declared.

    `form` says what a row is: a ticket (`opened`, no `at`), an event (`at`), a sample, an outage, or feedback.
    `facts` maps a name of ours (ticket, kind, service, priority, customer, group, actor, actor_role, public, reason,
    target, opened, responded, resolved, closed, at, state, type, planned, cause, share, data_loss, score, start, end,
    announced) to its column; `fields` and `metrics` hold the named extras; `events_good` is (good column, all column).
    """

    name: str
    title: str
    path: str
    base: str
    """The folder of the declaring file, to which `path` is relative."""
    options: tuple[tuple[str, str], ...]
    """`delimiter`, `sheet`, ... as written after the path."""
    zone: str
    """A zone's name, or `data`: offsets in the data are believed."""
    missing: tuple[str, ...]
    form: Literal["tickets", "events", "samples", "outages", "feedback"]
    facts: dict[str, Column]
    fields: dict[str, Column]
    metrics: dict[str, Column]
    events_good: tuple[Column, Column] | None
    trust_columns: bool
    hold_us: int
    """How long a sample holds: HOLD_DEFAULT, HOLD_UNTIL_NEXT or microseconds (see `slmdsl.events`)."""
    span: Span
