"""What every family of blocks shares: names, mentions, values, prose, dates and hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from datetime import date, datetime

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration, Money, Ratio

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything in the tree. Nodes are equal when they say the same, wherever it stands: `span` is not compared."""

    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A name where it is declared, in Unicode's composed form (NFC)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref(Node):
    """A mention of something declared elsewhere.

    `path` has one part for each word between dots. `to` lists the kinds of thing that it may name, the likeliest
    first: the kinds of `slmdsl.syntax.tree.kinds`.
    """

    path: tuple[str, ...]
    to: tuple[str, ...]

    @property
    def text(self) -> str:
        """The name as written: `acme_gold.p1_fix`."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Node):
    """A quoted text, escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose(Node):
    """A text between triple quotes, without its indentation and its first and last line break."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Node, Generic[T]):
    """A value as written: a number (int or Fraction), Ratio, Duration, Money, date, or one of a few words (str)."""

    value: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Since(Node, Generic[T]):
    """A value and the day it holds from; `since` is None for what holds from the beginning.

    `within 8 h, from 2027-07-01 within 6 h` is two of them.
    """

    since: date | None
    value: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Node):
    """How long something may take. With `end_of_day` it is `by end of N business days`."""

    duration: Duration
    end_of_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timezone(Node):
    """`timezone Europe/Amsterdam`."""

    zone: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner(Node):
    """`owner apps`."""

    party: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(Node):
    """`cost EUR 4_000`, or for each hour or agent hour: `per` is then `hour` or `agent hour`."""

    money: Literal[Money]
    per: Literal[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange(Node):
    """`2027-08-02 .. 2027-08-06`, both days included; a single day is a range of one."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Node):
    """A local date and time, `2027-03-06 22:00`, in the zone of its block."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Node):
    """`08:00-12:30`: microseconds after local midnight, half-open. An end not after the start lies on the next day."""

    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekdays(Node):
    """`mon..fri, sun`: days of the week in order of mention, 0 is Monday, each once."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Every(Node):
    """`every 6 months`: `unit` is day, week, month, quarter or year."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPeriod(Node):
    """`each month`: `unit` is day, week, month, quarter or year."""

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingPeriod(Node):
    """`each rolling 28 days`, `each rolling 12 months`: `unit` is in the singular."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfPeriod(Node):
    """`at end of month`: counted as things stand when the period ends."""

    unit: str


Period = CalendarPeriod | RollingPeriod | EndOfPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Node):
    """One part of a mix: `email 45%`."""

    of: Ref
    share: Literal[Ratio]
