"""Builders of agreements and their targets: `grammar/agreements.lark`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from slmdsl.syntax.build import targets, values
from slmdsl.syntax.build.common import limit_of, quantile_of
from slmdsl.syntax.build.rules import Built, made, mention, node, said, word_of, words
from slmdsl.syntax.build.targets import Clause, Form
from slmdsl.syntax.tree import agreements as tree
from slmdsl.syntax.tree import kinds, populations
from slmdsl.syntax.tree import targets as target_tree
from slmdsl.syntax.tree.common import Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration, Ratio
    from slmdsl.syntax.build.rules import Part
    from slmdsl.syntax.tokens import Token
    from slmdsl.syntax.tree.clocks import Recipient
    from slmdsl.syntax.tree.common import Name, Period, Ref, Text

between = made(tree.Between, "promiser", "receiver")
covered = mention(kinds.SERVICE, kinds.REQUEST, kinds.COMPONENT)
covers = node(lambda span, *what: tree.Covers(what=what, span=span))
supports = made(tree.Supports, "agreements")
version = made(tree.Version, "version", "supersedes")
overflow = stays = party_role = outcome = words
review = made(tree.Review, "every")
uses_clock = made(tree.UsesClock, "clock")
uses_escalation = made(tree.UsesEscalation, "escalation")
counts = made(tree.Counts, "how")
responsibility = made(tree.Responsibility, "party", "duty")


@node
def valid(span: Span, first: Token, last: Token) -> tree.Valid:
    """Build `valid 2027-01-01 .. 2027-12-31`."""
    return tree.Valid(first=values.date_of(first), last=values.date_of(last), span=span)


@node
def months(span: Span, day: Literal[int], overflow: Literal[str] | None = None) -> tree.Months:
    """Build `months from day 31 clamp`."""
    return tree.Months(day=day, overflow=overflow, span=span)


# ---- targets ----------------------------------------------------------------------------------------------------


@node
def target_promise(span: Span, name: Name, form: Form, *clauses: Clause) -> target_tree.Target:
    """Build a target from its form and clauses."""
    return targets.target_of(span, name, form, clauses)


measure = said(word_of)
metric_mention = mention(kinds.METRIC)


@node
def statistic(span: Span, quantile: Token) -> target_tree.Statistic:
    """Build `p95`; the words have builders of their own."""
    return target_tree.Statistic(word=quantile.text, quantile=quantile_of(quantile), span=span)


def _named_statistic(word: str, quantile: int | None) -> Any:  # noqa: ANN401 - a builder
    share = None if quantile is None else Fraction(quantile, 100)
    return node(lambda span: target_tree.Statistic(word=word, quantile=share, span=span))


mean = _named_statistic("mean", None)
median = _named_statistic("median", 50)
maximum = _named_statistic("max", 100)


@node
def outages(span: Span, services: tuple[Ref, ...], where: Any = None) -> populations.Outages:  # noqa: ANN401 - a clause
    """Build `outages in wan where cause = fire`."""
    return populations.Outages(services=services, condition=where and where.value, span=span)


def _form(
    kind: Callable[..., target_tree.Form],
    words: str,
    *names: str,
    needs: tuple[str, ...] = (targets.BOUND,),
    takes: tuple[str, ...] = (),
    sides: tuple[str, ...] = targets.SIDES,
    counted: str = "tickets",
) -> Any:  # noqa: ANN401 - a builder
    def build(span: Span, *parts: object) -> Form:
        named = dict(zip(names, parts, strict=True))
        return Form(
            kind=kind,
            words=words,
            parts=named,
            span=span,
            needs=needs,
            takes=takes,
            sides=sides,
            counted=counted,
        )

    return node(build)


_OF_TICKETS = (targets.COUNTED, targets.PER, targets.MINIMUM)
_IN_TIME = (targets.GOAL, targets.ON, *_OF_TICKETS, targets.SMALL)

form_within = _form(
    target_tree.Within,
    "a share in time",
    "measure",
    "population",
    needs=(targets.WITHIN,),
    takes=_IN_TIME,
)
form_statistic = _form(
    target_tree.StatisticOf,
    "a statistic of times",
    "statistic",
    "measure",
    "population",
    takes=(targets.ON, *_OF_TICKETS),
    sides=(targets.AT_MOST,),
)
form_score = _form(
    target_tree.ScoreOf, "feedback", "statistic", takes=(targets.PER, targets.MINIMUM), counted="answers"
)
form_metric = _form(
    target_tree.MetricOf, "a metric", "statistic", "metric", takes=(targets.MINIMUM,), counted="samples"
)
form_share = _form(target_tree.ShareOf, "a share", "population", takes=_OF_TICKETS)
form_count = _form(target_tree.CountOf, "a count", "population", takes=_OF_TICKETS)
form_outage_count = _form(
    target_tree.OutageCount,
    "a count of outages",
    "outages",
    takes=(targets.MAINTENANCE,),
    sides=(targets.AT_MOST,),
)
form_availability = _form(
    target_tree.AvailabilityOf,
    "availability",
    "services",
    takes=(targets.BY, targets.MAINTENANCE, targets.UNKNOWN),
    sides=(targets.AT_LEAST,),
    counted="events",
)
form_updates = _form(target_tree.UpdatesOf, "updates", "population", "every", needs=(), takes=_IN_TIME)
form_longest = _form(
    target_tree.LongestOutage,
    "the longest outage",
    "services",
    takes=(targets.MAINTENANCE, targets.UNKNOWN),
    sides=(targets.AT_MOST,),
)
form_restore = _form(
    target_tree.RestoreOf,
    "a restore",
    "services",
    needs=(targets.WITHIN,),
    takes=(targets.GOAL, targets.DATA_LOSS, targets.ON, targets.MAINTENANCE),
)


def _clause(what: str) -> Any:  # noqa: ANN401 - a builder
    return node(lambda span, value: Clause(what, value, span))


for_goal = _clause(targets.GOAL)
at_most = _clause(targets.AT_MOST)
at_least = _clause(targets.AT_LEAST)
on_calendar = _clause(targets.ON)
by_method = _clause(targets.BY)
counted_when = _clause(targets.COUNTED)
per_field = _clause(targets.PER)
unknown_as = _clause(targets.UNKNOWN)
data_loss = _clause(targets.DATA_LOSS)
period_clause = _clause(targets.PERIOD)
counting = up_or_down = words
within = node(lambda span, duration: Clause(targets.WITHIN, limit_of(duration), span))
by_end = node(lambda span, duration: Clause(targets.WITHIN, limit_of(duration, end_of_day=True), span))
from_date = node(lambda span, day: Clause(targets.FROM, values.date_of(day), span))
maintenance_excluded = node(
    lambda span: Clause(targets.MAINTENANCE, Literal(value="excluded", span=span), span)
)
maintenance_up = node(lambda span: Clause(targets.MAINTENANCE, Literal(value="up", span=span), span))


def minimum(parts: list[Part]) -> Built:
    """Build `minimum 30 tickets`; the noun is a keyword, which has no value, and yet says what is counted."""
    first, count, noun = parts
    span = first.source.span(first.start, noun.end)
    clause = Clause(targets.MINIMUM, count.value, span, noun.text)  # type: ignore[attr-defined] # nouns are tokens
    return Built(clause, first, noun)


minimum.builds = True  # type: ignore[attr-defined] # as `node` does


@node
def small_numbers(span: Span, misses: Token, under: Token) -> Clause:
    """Build `or 1 miss under 20 tickets`."""
    said_numbers = target_tree.SmallNumbers(
        misses=values.whole_of(misses), under=values.whole_of(under), span=span
    )
    return Clause(targets.SMALL, said_numbers, span)


def _method(kind: str) -> Any:  # noqa: ANN401 - a builder
    return node(lambda span: target_tree.Method(kind=kind, span=span))


by_minutes = _method("minutes")
by_events = _method("events")
by_user_minutes = _method("user_minutes")


@node
def by_slices(span: Span, duration: Literal[Duration], goal: Literal[Ratio]) -> target_tree.Method:
    """Build `slices of 5 min at least 99%`."""
    return target_tree.Method(kind="slices", slice=duration, slice_goal=goal, span=span)


@node
def by_mean_of_slices(span: Span, duration: Literal[Duration]) -> target_tree.Method:
    """Build `mean of slices of 5 min`."""
    return target_tree.Method(kind="mean_of_slices", slice=duration, span=span)


# ---- what else is agreed ----------------------------------------------------------------------------------------

exclude_tickets = made(tree.ExcludeTickets, "population", "because")
exclude_outages = made(tree.ExcludeOutages, "outages", "because")
because = node(lambda _span, text: text)


@node
def assumes(
    span: Span,
    population: populations.Population,
    count: Literal[int],
    period: Period,
    because: Text | None = None,
) -> tree.Assumes:
    """Build `assumes incidents at most 3_000 each month, above it no credits because "..."`."""
    return tree.Assumes(population=population, at_most=count, period=period, because=because, span=span)


standard_alert = made(tree.StandardAlert, "target", "recipients")


@node
def burn_alert(span: Span, target: Ref, burn: Any, *rest: Any) -> tree.BurnAlert:  # noqa: ANN401 - literals and a tuple
    """Build `alert checkout when burn > 10 over 30 min and 5 min notify ...`."""
    recipients: tuple[Recipient, ...] = rest[-1]
    return tree.BurnAlert(target=target, burn=burn, windows=rest[:-1], recipients=recipients, span=span)


example_moment = mention(kinds.MOMENT, kinds.PHASE)
example_at = made(tree.ExampleEvent, "what", "at")
example_open = node(lambda span, at: tree.ExampleEvent(what=None, at=at, span=span))


@node
def example_credits(span: Span, target: Ref, level: Any, amount: Any) -> tree.ExampleLevel:  # noqa: ANN401 - of any unit
    """Build `example mail_up at 99.2% credits EUR 2_100`."""
    return tree.ExampleLevel(target=target, level=level, credits=amount, outcome=None, span=span)


@node
def example_level(span: Span, target: Ref, level: Any, outcome: Literal[str]) -> tree.ExampleLevel:  # noqa: ANN401 - of any unit
    """Build `example mail_up at 99.95% met`."""
    return tree.ExampleLevel(target=target, level=level, credits=None, outcome=outcome, span=span)


@node
def example_ticket(span: Span, target: Ref, *rest: Any) -> tree.ExampleTicket:  # noqa: ANN401 - events and an outcome
    """Build `example p1_fix opened ..., resolved ... met`."""
    return tree.ExampleTicket(target=target, events=rest[:-1], outcome=rest[-1], span=span)
