"""Builders of `staff`, `profile` and `load`: `grammar/work.lark`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slmdsl.syntax import codes
from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import RefusedError, made, mention, node, silent, the, words
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree import work as tree
from slmdsl.syntax.tree.common import Literal, Ref, Share, Text

if TYPE_CHECKING:
    from datetime import date

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration, Ratio
    from slmdsl.syntax.tokens import Token
    from slmdsl.syntax.tree.common import Name, Weekdays, Window
    from slmdsl.syntax.tree.distributions import Distribution
    from slmdsl.syntax.tree.populations import Population

# ---- staff ------------------------------------------------------------------------------------------------------

shift = made(tree.Shift, "name", "days", "windows", "agents")
absence = made(tree.Absence, "share")
queue = node(lambda span, *by: tree.Queue(by=by, span=span))
discipline = handing = words
agents = silent
lines = made(tree.Lines, "count")
shift_end = made(tree.ShiftEnd, "how")
preempt = made(tree.Preempt, "priorities")
for_priorities = node(lambda _span, priorities: priorities)


@dataclass(frozen=True, slots=True)
class _After:
    duration: Literal[Duration]


after = node(lambda _span, duration: _After(duration))


@node
def on_call(span: Span, agents: Literal[int], *rest: object) -> tree.OnCall:
    """Build `on_call otherwise 2 agents for P1 after 5 min`."""
    delay = the(_After, rest)
    return tree.OnCall(
        agents=agents,
        priorities=the(tuple, rest) or (),
        after=None if delay is None else delay.duration,
        span=span,
    )


# ---- profile ----------------------------------------------------------------------------------------------------

holiday_weight = made(tree.HolidayWeight, "regions", "factor")


@node
def weights(span: Span, days: Weekdays, *weights: tree.Weight) -> tree.Weights:
    """Build `mon..fri 00:00-07:00 0.1, 07:00-09:00 1.4`."""
    return tree.Weights(days=days, weights=weights, span=span)


@node
def weight(span: Span, window: Window, number: Token) -> tree.Weight:
    """Build `07:00-09:00 1.4`."""
    return tree.Weight(window=window, weight=values.number_of(number), span=span)


# ---- load -------------------------------------------------------------------------------------------------------


@node
def stream(span: Span, kind: Token, request: Ref | None = None) -> tree.Stream:
    """Build the head of `incidents { ... }`."""
    singular = Literal(value=kind.text.removesuffix("s"), span=kind.span)
    return tree.Stream(kind=singular, request=request, body=(), span=span)


component = made(tree.Component, "components", "fails", "repaired", "crew")
crew = node(lambda _span, count: count)
uncertain = made(tree.Uncertain, "file")


@node
def cause(span: Span, name: Name, title: Text | None = None) -> tree.Cause:
    """Build the head of `cause power "Loss of site power" { ... }`."""
    return tree.Cause(name=name, title=title, body=(), span=span)


@dataclass(frozen=True, slots=True)
class _RateClause:
    what: str
    value: Any
    span: Span


varying = node(lambda span, share: _RateClause("varying", share, span))
correlated = node(lambda span, number: _RateClause("correlated", number, span))


@node
def growing(span: Span, share: Literal[Ratio], per: Literal[str], day: Token) -> _RateClause:
    """Build `growing 6% per year as of 2026-12-31`."""
    growth = tree.Growth(share=share, per=per, as_of=values.date_of(day), span=span)
    return _RateClause("growing", growth, span)


since = node(lambda _span, day: values.date_of(day))


@node
def rate(span: Span, count: Any, per: Literal[str], *rest: Any) -> tree.Rate:  # noqa: ANN401 - a date and clauses
    """Build `rate 100 per day, varying 14%, correlated 0.35`."""
    said: dict[str, Any] = {}
    for part in rest:
        if isinstance(part, _RateClause):
            if part.what in said:
                raise RefusedError(codes.SAID_TWICE.at(part.span, f"`{part.what}` is said twice"))
            said[part.what] = part.value
    day: date | None = next((part for part in rest if not isinstance(part, _RateClause)), None)
    return tree.Rate(
        count=count,
        per=per,
        since=day,
        varying=said.get("varying"),
        correlated=said.get("correlated"),
        growing=said.get("growing"),
        span=span,
    )


uses_profile = made(tree.UsesProfile, "profile")
profile_mention = mention(kinds.PROFILE)
burst = made(tree.Burst, "size")
service_share = priority_share = customer_share = made(Share, "of", "share")
service_mix = node(lambda span, *shares: tree.ServiceMix(shares=shares, span=span))
customer_mix = node(lambda span, *shares: tree.CustomerMix(shares=shares, span=span))


@node
def priority_mix(span: Span, *parts: Ref | Share) -> tree.PriorityMix:
    """Build `priority in till P1 4%, P2 20%`."""
    shares = tuple(part for part in parts if isinstance(part, Share))
    return tree.PriorityMix(service=the(Ref, parts), shares=shares, span=span)


start_at = made(tree.StartAt, "step")
step_mention = mention(kinds.STEP)


@node
def step(span: Span, name: Name, by: Ref | None = None) -> tree.Step:
    """Build the head of `step triage by desk { ... }`."""
    return tree.Step(name=name, by=by, body=(), span=span)


waits_for_customer = made(tree.WaitsForCustomer, "share", "duration", "on")
on_calendar = node(lambda _span, calendar: calendar)
reopens = made(tree.Reopens, "share", "after")
feedback = node(lambda span, share, *scores: tree.Feedback(share=share, scores=scores, span=span))


@node
def score(span: Span, number: Token, within: Literal[Duration] | None = None) -> tree.Score:
    """Build `5 within 4 h` or `3 otherwise`."""
    return tree.Score(score=values.number_of(number), within=within, span=span)


# ---- steps and causes -------------------------------------------------------------------------------------------

answers = made(tree.Answers, "duration")
gives_up = made(tree.GivesUp, "share", "after")
waits = made(tree.Waits, "duration", "on")
then = node(lambda span, *routes: tree.Then(routes=routes, span=span))
route = made(tree.Route, "to", "share")
route_resolved = node(lambda span, share: tree.Route(to=None, share=share, span=span))


@node
def works(span: Span, *parts: Any) -> tree.Works:  # noqa: ANN401 - priorities and a distribution
    """Build `works for P1 lognormal(...)`."""
    duration: Distribution = parts[-1]
    return tree.Works(priorities=parts[0] if len(parts) > 1 else (), duration=duration, span=span)


strikes_every = made(tree.StrikesEvery, "interval")
takes = node(lambda span, *shares: tree.Takes(shares=shares, span=span))
lasts = made(tree.Lasts, "duration")
over = node(lambda _span, duration: duration)


@node
def raises(
    span: Span, count: Distribution, population: Population, over: Literal[Duration] | None = None
) -> tree.Raises:
    """Build `raises geometric(mean 40) P1 incidents in till over 30 min`."""
    return tree.Raises(count=count, population=population, over=over, span=span)
