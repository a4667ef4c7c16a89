"""Whether promises are backed by what teams and suppliers promise: response, resolution and fulfilment."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeVar

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import Ratio
from slmdsl.contract import codes
from slmdsl.contract.checks.chain import Chain, changes, days_of_both, level_of_tickets
from slmdsl.contract.checks.lengths import longer_period, percent_words, share_of_a_part, words_of_period
from slmdsl.contract.checks.promises import comparable, size
from slmdsl.contract.checks.usual_weeks import later
from slmdsl.contract.model.agreements import Availability, Dated, Statistic, Within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.checks.chain import Level
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Agreement, Limit, Target
    from slmdsl.contract.model.spec import Contract

T = TypeVar("T")

NAMED_AT_MOST: Final = 6
"""Targets that one warning points at; the others are counted."""


def backed(draft: Draft) -> Iterator[Diagnostic]:
    """Targets of SLAs that no OLA or contract backs, and promises of any agreement whose backing promises less."""
    contract = draft.contract
    chain = Chain(contract)
    for agreement in contract.agreements.values():
        if agreement.kind != "sla" and not chain.is_backed(agreement):
            continue
        alone: list[Target] = []
        for target, behind in chain.behind(agreement):
            if not behind and isinstance(target.form, Within | Statistic | Availability):
                alone.append(target)
            elif behind and not isinstance(target.form, Availability):
                yield from _weaker(target, behind, contract)
                yield from _partly(target, behind, chain)
        if alone and agreement.kind == "sla":
            yield _not_backed(agreement, alone)


def _not_backed(agreement: Agreement, alone: Sequence[Target]) -> Diagnostic:
    count = "1 target" if len(alone) == 1 else f"{len(alone)} targets"
    more = len(alone) - NAMED_AT_MOST
    return codes.NOT_BACKED.at(
        agreement.span,
        f"no OLA or contract backs {count} of `{agreement.name}`",
        label="promised to the customer",
        secondary=[Label(span=each.limit_span, text="backed by nothing") for each in alone[:NAMED_AT_MOST]],
        help=(
            f"an `ola` or `contract` backs it that says `supports {agreement.name}`",
            *((f"and {more} more",) if more > 0 else ()),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Why a promise is not carried, and the two numbers that say so."""

    words: str
    promised: Span
    given: Span


def _weaker(target: Target, behind: Sequence[Target], contract: Contract) -> Iterator[Diagnostic]:
    """Compare a target with the promises behind it; of one agreement's for the same tickets, the best one counts."""
    clashes = [(each, clash(target, each, contract)) for each in behind]
    carrying = [each for each, found in clashes if found is None]
    told: set[object] = set()
    for each, found in clashes:
        key = each.agreement, _tickets_of(each)
        if found is None or key in told or any(_covers(one, each) for one in carrying):
            continue
        told.add(key)
        yield codes.WEAKER_BACKING.at(
            found.promised,
            f"`{target.qualified}` promises more than `{each.qualified}` backs",
            label=promised_label(target, contract),
            secondary=[Label(span=found.given, text=f"what {who(each, contract)} promises")],
            help=found.words,
        )


def promised_label(target: Target, contract: Contract) -> str:
    """Say to whom a target is promised."""
    kind = contract.agreements[target.agreement].kind
    return "promised to the customer" if kind == "sla" else "promised upwards"


def _tickets_of(target: Target) -> object:
    form = target.form
    if not isinstance(form, Within | Statistic):
        return None
    population = form.population
    condition = None if population.condition is None else id(population.condition)
    return population.priorities, population.requests, population.services, condition


def _covers(one: Target, other: Target) -> bool:
    """Whether one target of an agreement judges every ticket that another does."""
    wide, narrow = one.form, other.form
    if one.agreement != other.agreement or not isinstance(wide, Within | Statistic):
        return False
    return (
        isinstance(narrow, Within | Statistic)
        and wide.population.condition in (None, narrow.population.condition)
        and all(
            not more or (bool(less) and set(less) <= set(more))
            for more, less in (
                (wide.population.priorities, narrow.population.priorities),
                (wide.population.requests, narrow.population.requests),
                (wide.population.services, narrow.population.services),
            )
        )
    )


def clash(target: Target, backing: Target, contract: Contract) -> Clash | None:
    """Return how a backing falls short of a target on tickets, on the first day that it does; None if it does not."""
    one, other = level_of_tickets(target), level_of_tickets(backing)
    if one is None or other is None or (one.goal is None) != (other.goal is None):
        return None
    first, last = days_of_both(contract.agreements[target.agreement], contract.agreements[backing.agreement])
    days = changes(first, last, one.limit, one.goal, other.limit, other.goal) if first <= last else []
    for day in days:
        found = _on_a_day(day, target, one, backing, other, who(backing, contract))
        if found is not None:
            words = found.words if day == first else f"{found.words}, from {day} on"
            return Clash(words=words, promised=found.promised, given=found.given)
    return None


def _on_a_day(day: date, target: Target, one: Level, backing: Target, other: Level, by: str) -> Clash | None:
    (limit, limit_span), (allowed, allowed_span) = value_on(one.limit, day), value_on(other.limit, day)
    words = _too_long(limit, target, allowed, backing, by)
    if words:
        return Clash(
            words=words,
            promised=limit_span or target.limit_span,
            given=allowed_span or backing.limit_span,
        )
    if one.goal is None or other.goal is None:
        return None
    (goal, goal_span), (given, given_span) = _goal_on(one.goal, day), _goal_on(other.goal, day)
    shorter = comparable(limit.duration, allowed.duration) and size(allowed.duration) < size(limit.duration)
    if goal_span == target.span:
        return None  # no share is said, which is a finding of its own
    if isinstance(one.goal, Fraction) and shorter:
        return None  # 93% within 2 days may well be 95% within 6
    if given < goal:
        words = f"{Ratio(given)} in time there cannot carry {Ratio(goal)} in time here"
    elif longer_period(backing.period, target.period) and share_of_a_part(given, backing, target) < goal:
        words = (
            f"{Ratio(given)} over {words_of_period(backing.period)} may be as little as"
            f" {percent_words(share_of_a_part(given, backing, target))}"
            f" in {words_of_period(target.period)}"
        )
    else:
        return None
    return Clash(words=words, promised=goal_span or target.limit_span, given=given_span or backing.limit_span)


def value_on(dated: Dated[T], day: date) -> tuple[T, Span | None]:
    """Return what holds on a day, and where it stands if it is a dated change."""
    value, span = dated.values[0][1], None
    for since, each, where in dated.values[1:]:
        if since is not None and since <= day:
            value, span = each, where
    return value, span


def _goal_on(goal: Dated[Fraction] | Fraction, day: date) -> tuple[Fraction, Span | None]:
    """Return the share that holds on a day and its place; a quantile stands in the target's own words."""
    if isinstance(goal, Fraction):
        return goal, None
    value, span = value_on(goal, day)
    return value, span or goal.values[0][2]


def _too_long(limit: Limit, target: Target, allowed: Limit, backing: Target, by: str) -> str:
    """Say how a limit behind a promise is longer than the promise; empty if it is not."""
    mine, theirs = limit.duration, allowed.duration
    population = getattr(backing.form, "population", None)
    services = population.services if population else ()
    tickets = f"tickets in {' or '.join(f'`{name}`' for name in services)}" if services else "tickets"
    if (
        target.calendar == backing.calendar
        and comparable(mine, theirs)
        and limit.end_of_day == allowed.end_of_day
    ):
        return f"{tickets} can use up the whole {mine} at {by}" if size(theirs) > size(mine) else ""
    late = later(limit, target.calendar, allowed, backing.calendar)
    if late is None:
        return ""
    return (
        f"{theirs} on `{backing.calendar.name}` may last from {late.opened} to {late.ended},"
        f" which is {late.elapsed} on `{target.calendar.name}`"
    )


def who(backing: Target, contract: Contract) -> str:
    """Say who stands behind a promise."""
    kind = contract.agreements[backing.agreement].kind
    return {"ola": "the team", "contract": "the supplier"}.get(kind, "the other")


def _partly(target: Target, behind: Sequence[Target], chain: Chain) -> Iterator[Diagnostic]:
    """Priorities, requests and services that a limit names and no promise behind it does."""
    if not isinstance(target.form, Within):
        return
    mine = target.form.population
    theirs = [each.form.population for each in behind if isinstance(each.form, Within | Statistic)]
    lost = [
        *_left_out(mine.priorities, [each.priorities for each in theirs]),
        *_left_out(mine.requests, [each.requests for each in theirs]),
    ]
    if all(each.services for each in theirs):
        named = {name for each in theirs for name in each.services}
        lost += [name for name in mine.services if chain.foundations.of(name).isdisjoint(named)]
    if lost:
        yield partly_backed(target, lost, behind)


def _left_out(wanted: Sequence[str], covered: Sequence[Sequence[str]]) -> list[str]:
    if not all(covered):
        return []
    return [name for name in wanted if not any(name in names for names in covered)]


def partly_backed(target: Target, lost: Sequence[str], behind: Sequence[Target]) -> Diagnostic:
    """Return the finding for a target of which some part has no backing."""
    names = ", ".join(f"`{name}`" for name in lost)
    return codes.PARTLY_BACKED.at(
        target.limit_span,
        f"nothing backs `{target.qualified}` for {names}",
        label=f"promised for {names} too",
        secondary=[
            Label(span=each.limit_span, text="backs other parts of it") for each in behind[:NAMED_AT_MOST]
        ],
        help="say it there too, or in an `ola` or `contract` of its own",
    )
