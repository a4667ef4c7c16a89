"""`source`: how an export's columns and states map onto tickets, events, samples, outages and feedback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import Literal, Name, Node, Ref, Text

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.base.units import Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOption(Node):
    """`delimiter ";"`, `sheet "2027"`: `name` is delimiter, sheet, encoding, decimal, table or query."""

    name: Literal[str]
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Node):
    """`read "tickets.csv" delimiter ";"`."""

    path: Text
    options: tuple[ReadOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimezoneFromData(Node):
    """`timezone from data`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing(Node):
    """`missing "", "?"`."""

    marks: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(Node):
    """A number or word of ours that names nothing declared: `1`, `true`."""

    value: Fraction | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore(Node):
    """`ignore`: rows with this value are dropped on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Node):
    """`"POS*" till`; `pattern` is None for the rest, `* wan`."""

    pattern: Text | None
    value: Ref | Constant | Ignore


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMap(Node):
    """`as { "MAIL01" email, * wan }`, in order."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Node):
    """`"Open Time" format "%d/%m/%Y"`, `"a" + "b" as { ... }`: several columns are joined by `/`."""

    columns: tuple[Text, ...]
    format: Text | None = None
    mapping: ValueMap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Node):
    """`priority "Priority" as { ... }`, `kind incident`: one fact of ours and where it comes from.

    `name` is ticket, kind, service, priority, customer, group, assignee, actor, actor_role, public, reason, target,
    opened, responded, resolved, closed, at, seq, state, type, planned, announced, cause, share, data_loss,
    score, reopenings or
    reassignments.
    """

    name: Literal[str]
    value: Column | Ref | Constant


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFact(Node):
    """`field channel "Contact Type"`."""

    field: Ref
    value: Column | Constant


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFact(Node):
    """`metric up "state" as { "up" 1, "down" 0 }`; which service's metric is said by the row's service."""

    metric: Name
    value: Column | Constant


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesAt(Node):
    """`samples at "observed_at"`."""

    at: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class OutagesFromTo(Node):
    """`outages from "Start" to "End"`."""

    start: Column
    end: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackAt(Node):
    """`feedback at "answered_at"`."""

    at: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsGood(Node):
    """`events good "ok" of "all"`."""

    good: Column
    all: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Node):
    """`hold 15 min`; `duration` is None for `hold until next`."""

    duration: Literal[Duration] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustColumns(Node):
    """`trust columns`."""
