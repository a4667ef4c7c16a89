"""Builders of what families share: `common.lark`, `populations.lark` and `distributions.lark` in `grammar/`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from slmdsl.syntax import codes
from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import RefusedError, made, mention, node, said, several, word_of, words
from slmdsl.syntax.tree import common as tree
from slmdsl.syntax.tree import distributions, kinds, populations
from slmdsl.syntax.tree.calendars import Holidays
from slmdsl.syntax.tree.common import Literal, Name, Ref
from slmdsl.syntax.words import composed

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration
    from slmdsl.syntax.tokens import Token

NEVER_NAMES = frozenset("always any owner fee credits opened resolved closed met missed".split())


@node
def name(span: Span, token: Token) -> Name:
    """Build a name where it is declared."""
    if token.text in NEVER_NAMES:
        message = f"`{token.text}` is a word of the language and cannot be a name"
        raise RefusedError(codes.RESERVED_NAME.at(span, message))
    return Name(text=composed(token.text), span=span)


names = customers = services = agreements = priorities = texts = regions = windows = several
calendar = mention(kinds.CALENDAR)
party = mention(*kinds.PARTY)
team = mention(kinds.TEAM, kinds.SUPPLIER)
service = mention(kinds.SERVICE, kinds.COMPONENT)
customer = mention(kinds.CUSTOMER)
request = mention(kinds.REQUEST)
priority = mention(kinds.PRIORITY)
field = mention(kinds.FIELD)
clock = mention(kinds.CLOCK)
escalation = mention(kinds.ESCALATION)
agreement = mention(kinds.AGREEMENT)
target = mention(kinds.TARGET)
contingency = mention(kinds.CONTINGENCY)
risk_or_contingency = mention(kinds.RISK, kinds.CONTINGENCY)
staff = mention(kinds.TEAM)
flag = mention(kinds.FLAG)

text = made(lambda span, token: tree.Text(value=values.text_of(token), span=span), "token")
number = said(values.number_of)
count = said(values.whole_of)
percent = said(values.ratio_of)
date = said(values.date_of)
zone = region = period_unit = kind = said(word_of)
rate_unit = cost_unit = operator = words


@node
def money(span: Span, currency: Token, amount: Token) -> object:
    """Build an amount of money."""
    return Literal(value=values.money_of(currency, amount), span=span)


@dataclass(frozen=True, slots=True)
class _DurationPart:
    value: Duration
    last: Token


@node
def duration_part(_span: Span, number: Token, unit: Token) -> _DurationPart:
    """Build `4 h`."""
    return _DurationPart(values.clock_part(number, unit), number)


@node
def business_part(_span: Span, number: Token, unit: Token) -> _DurationPart:
    """Build `3 business days`."""
    return _DurationPart(values.business_part(number, unit), number)


@node
def duration(span: Span, *parts: _DurationPart) -> object:
    """Build `1 h 30 min`."""
    total = values.duration_of(tuple(part.value for part in parts), parts[-1].last)
    return Literal(value=total, span=span)


@node
def moment(span: Span, day: Token, clock: Token) -> tree.Moment:
    """Build `2027-03-06 22:00`."""
    return tree.Moment(at=values.moment_of(day, clock), span=span)


@node
def days(span: Span, first: Token, last: Token | None = None) -> tree.DateRange:
    """Build `2027-08-02 .. 2027-08-06` or a single day."""
    return tree.DateRange(first=values.date_of(first), last=values.date_of(last or first), span=span)


@node
def window(span: Span, start: Token, end: Token) -> tree.Window:
    """Build `08:00-12:30`."""
    return tree.Window(start_us=values.time_us_of(start), end_us=values.time_us_of(end), span=span)


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@node
def weekday_range(_span: Span, first: Token, last: Token | None = None) -> tuple[int, ...]:
    """Build `mon..fri`; `sat..mon` runs over the end of the week."""
    start, end = _WEEKDAYS.index(first.text), _WEEKDAYS.index((last or first).text)
    return tuple(day % 7 for day in range(start, (end if end >= start else end + 7) + 1))


@node
def weekdays(span: Span, *ranges: tuple[int, ...]) -> tree.Weekdays:
    """Build `mon..fri, sun`."""
    return tree.Weekdays(days=tuple(dict.fromkeys(day for days in ranges for day in days)), span=span)


@node
def calendar_period(span: Span, unit: Token) -> tree.CalendarPeriod:
    """Build `each month`."""
    return tree.CalendarPeriod(unit=unit.text, span=span)


@node
def rolling_period(span: Span, count: Token, unit: Token) -> tree.RollingPeriod:
    """Build `each rolling 28 days`."""
    return tree.RollingPeriod(count=values.whole_of(count), unit=unit.text.removesuffix("s"), span=span)


@node
def end_of_period(span: Span, unit: Token) -> tree.EndOfPeriod:
    """Build `at end of month`."""
    return tree.EndOfPeriod(unit=unit.text, span=span)


timezone = made(tree.Timezone, "zone")
owner = made(tree.Owner, "party")
cost = made(tree.Cost, "money", "per")
holidays = made(Holidays, "regions")


# ---- which tickets ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a population, told from its neighbours by its `what`."""

    what: str
    value: Any


def _clause(what: str) -> Any:  # noqa: ANN401 - a builder
    return node(lambda _span, value=True: _Clause(what, value))


ticket_class = several
open_tickets = _clause("open")
selection = node(lambda _span, *refs: _Clause("names", refs))
priority_or_request = mention(kinds.PRIORITY, kinds.REQUEST)
older_than = _clause("older_than")
in_services = _clause("services")
where = _clause("condition")


@node
def population(span: Span, first: tuple[Any, ...], *rest: _Clause) -> populations.Population:
    """Build `P1, P2 incidents in till where channel = phone`."""
    parts = (*first, *rest)
    said_parts = {part.what: part.value for part in parts if isinstance(part, _Clause)}
    plural = next(part for part in parts if isinstance(part, Literal))
    return populations.Population(
        names=said_parts.get("names", ()),
        kind=Literal(value=plural.value.removesuffix("s"), span=plural.span),
        services=said_parts.get("services", ()),
        condition=said_parts.get("condition"),
        open=said_parts.get("open", False),
        older_than=said_parts.get("older_than"),
        span=span,
    )


disjunction = node(lambda span, *parts: populations.Or(parts=parts, span=span))
conjunction = node(lambda span, *parts: populations.And(parts=parts, span=span))
negated = made(populations.Not, "part")
grouped = node(lambda _span, inside: inside)
is_missing = made(populations.IsMissing, "field")
is_known = made(populations.IsKnown, "field")
contained = node(lambda span, field, *operands: populations.In(field=field, values=operands, span=span))


@node
def compare(span: Span, field: Ref, operator: Literal[str], value: Any) -> populations.Compare:  # noqa: ANN401 - any operand
    """Build `reopenings > 0`."""
    return populations.Compare(field=field, operator=operator.value, value=value, span=span)


word = node(lambda span, token: populations.Word(text=composed(token.text), span=span))
negative = node(lambda span, token: Literal(value=-values.number_of(token), span=span))


# ---- the whole desk ---------------------------------------------------------------------------------------------

any_of = node(lambda span, *parts: populations.AnyOf(parts=parts, span=span))
all_of = node(lambda span, *parts: populations.AllOf(parts=parts, span=span))
outage_lasts = made(populations.OutageLasts, "service", "duration")
declared = made(populations.Declared, "flag")


@node
def open_count(
    span: Span, population: populations.Population, operator: Literal[str], count: Literal[int]
) -> populations.OpenTickets:
    """Build `open P1 incidents > 2`."""
    if not population.open:
        message = "conditions on the desk count open tickets"
        raise RefusedError(
            codes.UNEXPECTED.at(population.span, message, help=f"write `open {population.kind.value}s`")
        )
    return populations.OpenTickets(population=population, operator=operator.value, count=count, span=span)


@node
def backlog(span: Span, team: Ref, operator: Literal[str], count: Literal[int]) -> populations.Backlog:
    """Build `backlog of desk > 60`."""
    return populations.Backlog(team=team, operator=operator.value, count=count, span=span)


# ---- distributions ----------------------------------------------------------------------------------------------


@node
def named_distribution(
    span: Span, family: Token, *parameters: distributions.Parameter
) -> distributions.NamedDistribution:
    """Build `lognormal(mean 6 h, p95 14 h)`."""
    literal = Literal(value=family.text, span=family.span)
    return distributions.NamedDistribution(family=literal, parameters=parameters, span=span)


mix = node(lambda span, *parts: distributions.Mix(parts=parts, span=span))
mix_part = made(distributions.MixPart, "share", "distribution")
empirical = made(distributions.Empirical, "file", "column")
always = made(distributions.Always, "duration")
bare_parameter = node(lambda span, value: distributions.Parameter(name=None, value=value, span=span))


@node
def named_parameter(span: Span, name: Token, value: Literal[Any]) -> distributions.Parameter:
    """Build `mean 6 h`."""
    return distributions.Parameter(name=name.text, value=value, span=span)


def limit_of(duration: Literal[Duration], *, end_of_day: bool = False) -> tree.Limit:
    """Return a limit that is `duration` long."""
    return tree.Limit(duration=duration.value, end_of_day=end_of_day, span=duration.span)


def quantile_of(token: Token) -> Fraction:
    """Return the share that `p95` stands for."""
    return Fraction(token.text[1:]) / 100
