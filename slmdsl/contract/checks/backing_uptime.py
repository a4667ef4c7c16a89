"""Whether availability is backed: by each promise below, and by all of them together on paper."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import DAY, Ratio
from slmdsl.contract import codes
from slmdsl.contract.checks.backing import Clash, partly_backed, promised_label, value_on, who
from slmdsl.contract.checks.chain import Chain, changes, days_of_both
from slmdsl.contract.checks.foundations import Paper
from slmdsl.contract.checks.lengths import longer_period, percent_words, share_of_a_part, words_of_period
from slmdsl.contract.model.agreements import Availability

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.catalogue import MaintenanceWindow, Service
    from slmdsl.contract.model.spec import Contract

_MONTH_DAYS: Final = Fraction(365, 12)

_LEAST: Final = Fraction(1, 10**9)
"""The share of maintenance that is assumed where no window is declared: it only tells levels that leave no room."""


def uptime_backed(draft: Draft) -> Iterator[Diagnostic]:
    """Availability above what stands behind it, and services of it that nothing stands behind."""
    contract = draft.contract
    chain = Chain(contract)
    promised = _Promised(contract)
    for agreement in contract.agreements.values():
        if agreement.kind != "sla" and not chain.is_backed(agreement):
            continue
        for target, behind in chain.behind(agreement):
            if isinstance(target.form, Availability):
                told = list(_weaker(target, target.form, behind, chain, contract))
                yield from told
                yield from _partly(target, target.form, behind, chain)
                if not told and agreement.kind == "sla":
                    yield from _above(target, target.form, chain, promised, agreement)


def _weaker(
    target: Target, form: Availability, behind: Sequence[Target], chain: Chain, contract: Contract
) -> Iterator[Diagnostic]:
    """Yield promises that are too low by themselves, even if everything else were up all the time."""
    clashes = [(each, _clash(target, form, each, chain, contract)) for each in behind]
    carried = {
        name for each, found in clashes if found is None for name in getattr(each.form, "services", ())
    }
    for each, found in clashes:
        if found is not None and not carried.issuperset(getattr(each.form, "services", ())):
            yield codes.WEAKER_BACKING.at(
                found.promised,
                f"`{target.qualified}` promises more than `{each.qualified}` backs",
                label=promised_label(target, contract),
                secondary=[Label(span=found.given, text=f"what {who(each, contract)} promises")],
                help=found.words,
            )


def _clash(
    target: Target, form: Availability, backing: Target, chain: Chain, contract: Contract
) -> Clash | None:
    other = backing.form
    if not isinstance(other, Availability):
        return None
    first, last = days_of_both(contract.agreements[target.agreement], contract.agreements[backing.agreement])
    for day in changes(first, last, form.goal, other.goal) if first <= last else ():
        (goal, goal_span), (given, given_span) = value_on(form.goal, day), value_on(other.goal, day)
        words = _short(target, form, goal, backing, other, given, chain)
        if words:
            return Clash(
                words=words if day == first else f"{words}, from {day} on",
                promised=goal_span or target.limit_span,
                given=given_span or backing.limit_span,
            )
    return None


def _short(
    target: Target,
    form: Availability,
    goal: Fraction,
    backing: Target,
    other: Availability,
    given: Fraction,
    chain: Chain,
) -> str:
    """Say why a level behind a promise does not carry it; empty if it does."""
    if _alone(form, other, given, chain) < goal:
        return f"what is up for {Ratio(given)} cannot carry {Ratio(goal)}"
    if longer_period(backing.period, target.period):
        least = share_of_a_part(given, backing, target)
        if _alone(form, other, max(least, Fraction(0)), chain) < goal:
            over, part = words_of_period(backing.period), words_of_period(target.period)
            return f"{Ratio(given)} over {over} may be as little as {percent_words(least)} in {part}"
    if form.maintenance == "counts" and other.maintenance != "counts":
        left_out = _maintained(other, chain.foundations.services) or _LEAST
        counted = given - left_out * (given if other.maintenance == "excluded" else 1)
        if _alone(form, other, counted, chain) < goal:
            return "maintenance is downtime here, and is left out there"
    return ""


def _alone(form: Availability, other: Availability, given: Fraction, chain: Chain) -> Fraction:
    """Return the level of a target's services if only what `other` promises were ever down."""
    if given >= 1:
        return Fraction(1)
    rests_on = chain.foundations.of_all(form.services)
    promised = {name: given for name in other.services if name in rests_on}
    return min(
        Paper(chain.foundations.services, {name: level}).level(*form.services)
        for name, level in promised.items()
    )


def _maintained(form: Availability, services: Mapping[str, Service]) -> Fraction:
    """Return the share of time that declared maintenance of services takes, of the one that has most."""
    shares = [
        sum((_share(each) for each in services[name].maintenance), Fraction(0))
        for name in form.services
        if name in services
    ]
    return max(shares, default=Fraction(0))


def _share(window: MaintenanceWindow) -> Fraction:
    length = sum(end - start for start, end in window.windows_us)
    if window.dates:
        return Fraction(0)
    if window.nth is not None or window.month_day is not None:
        return Fraction(length) / (_MONTH_DAYS * DAY)
    days = len(window.weekdays) or 7
    return Fraction(length * days, 7 * DAY)


def _partly(
    target: Target, form: Availability, behind: Sequence[Target], chain: Chain
) -> Iterator[Diagnostic]:
    named = {name for each in behind for name in getattr(each.form, "services", ())}
    lost = [name for name in form.services if chain.foundations.of(name).isdisjoint(named)]
    if behind and lost:
        yield partly_backed(target, lost, behind)


class _Promised:
    """The best availability that an OLA or contract promises of each service on a day."""

    def __init__(self, contract: Contract) -> None:
        self._said: Final = [
            (agreement, target, target.form)
            for agreement in contract.agreements.values()
            if agreement.kind != "sla"
            for target in agreement.targets
            if isinstance(target.form, Availability)
        ]
        self._on: Final[dict[date, dict[str, tuple[Fraction, Target]]]] = {}

    def on(self, day: date) -> dict[str, tuple[Fraction, Target]]:
        """Return the level and the target by the name of the service."""
        if day not in self._on:
            found: dict[str, tuple[Fraction, Target]] = {}
            for agreement, target, form in self._said:
                level = value_on(form.goal, day)[0]
                if _in_force(agreement, day):
                    for name in form.services:
                        if name not in found or level > found[name][0]:
                            found[name] = (level, target)
            self._on[day] = found
        return self._on[day]


def _in_force(agreement: Agreement, day: date) -> bool:
    return (agreement.valid_from or day) <= day <= (agreement.valid_to or day)


def _above(
    target: Target, form: Availability, chain: Chain, known: _Promised, agreement: Agreement
) -> Iterator[Diagnostic]:
    """Yield a promise above the product of what the needed services are promised, on the first day that it is."""
    first, last = days_of_both(agreement, agreement)
    for day in changes(first, last, form.goal):
        promised = known.on(day)
        goal, span = value_on(form.goal, day)
        paper = Paper(chain.foundations.services, {name: level for name, (level, _) in promised.items()})
        level, parts = paper.level(*form.services), paper.parts(*form.services)
        if level < goal and len(parts) > 1:
            yield codes.ABOVE_NEEDS.at(
                span or target.limit_span,
                f"`{target.qualified}` promises more than what its services need is promised",
                label="promised to the customer",
                secondary=[
                    Label(span=promised[name][1].limit_span, text=f"`{name}`: {Ratio(promised[name][0])}")
                    for name in parts
                ],
                help=f"on paper all of it together is up {float(level):.4%} of the time",
            )
            return
