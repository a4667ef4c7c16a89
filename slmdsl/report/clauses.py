"""What an agreement says beside its targets, one sentence for each clause: credits, caps, alerts, exclusions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.units import Money, plain
from slmdsl.contract.model.alerts import StandardAlert
from slmdsl.contract.model.credits import Band, FeeShare, OnMiss, Points, RollingMonths
from slmdsl.report.targets import level_words
from slmdsl.report.words import money_words, outages_words, period_words, population_words
from slmdsl.syntax.tree.agreements import Responsibility, Review

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.contract.model.agreements import Agreement, Exclusion, Target
    from slmdsl.contract.model.alerts import Alert
    from slmdsl.contract.model.credits import (
        Cap,
        CreditAmount,
        CreditClause,
        CreditPlan,
        OnRepetition,
        Repetition,
    )
    from slmdsl.report.language import Language
    from slmdsl.syntax.tree.common import Node


def agreement_words(agreement: Agreement, body: Iterable[Node], say: Language) -> Iterator[str]:
    """Yield the clauses of an agreement; `body` are its statements, for what only people keep."""
    if agreement.promiser and agreement.receiver:
        yield say.say("promises", promiser=agreement.promiser, receiver=agreement.receiver)
    if agreement.services:
        yield say.say("covers", services=say.listed(agreement.services))
    if agreement.supports:
        yield say.say("backs", agreements=say.listed(agreement.supports))
    yield from _time(agreement, say)
    yield from _duties(body, say)
    if agreement.escalation is not None:
        yield say.say("uses_escalation", escalation=agreement.escalation)
    yield from _exclusions(agreement, say)
    if agreement.credits is not None:
        yield from _credits(agreement, agreement.credits, say)
    for alert in agreement.alerts:
        yield alert_words(alert, say)
    names = say.listed(target.name for target in agreement.targets)
    yield say.say("makes_promises", promises=say.counted(len(agreement.targets), "promise"), names=names)


def _duties(body: Iterable[Node], say: Language) -> Iterator[str]:
    for each in body:
        if isinstance(each, Review):
            yield say.say("review", unit=say.say(f"unit_word.{each.every.value}"))
        elif isinstance(each, Responsibility):
            yield say.say("duty", party=say.say(f"role.{each.party.value}"), duty=each.duty.value)


def _exclusions(agreement: Agreement, say: Language) -> Iterable[str]:
    return (exclusion_words(each, say) for each in agreement.exclusions)


def exclusion_words(exclusion: Exclusion, say: Language) -> str:
    """Return what the net figures leave out, and why."""
    if exclusion.outages is not None:
        return say.say("excluded_outages", **outages_words(exclusion.outages, say), reason=exclusion.reason)
    what = population_words(exclusion.population, say) if exclusion.population is not None else ""
    return say.say("excluded", what=what, reason=exclusion.reason)


def _time(agreement: Agreement, say: Language) -> Iterator[str]:
    if agreement.valid_from and agreement.valid_to:
        first, last = agreement.valid_from, agreement.valid_to
        yield say.say("in_force", first=first, last=last, zone=agreement.zone)
    if agreement.version and agreement.supersedes:
        yield say.say("version_supersedes", version=agreement.version, old=agreement.supersedes)
    elif agreement.version:
        yield say.say("version", version=agreement.version)
    if agreement.month_day > 28:  # noqa: PLR2004 - every month has 28 days
        yield say.say(f"months_{agreement.month_overflow}", day=agreement.month_day)
    elif agreement.month_day > 1:
        yield say.say("months_begin", day=agreement.month_day)


def _credits(agreement: Agreement, plan: CreditPlan, say: Language) -> Iterator[str]:
    targets = {target.name: target for target in agreement.targets}
    for fee in plan.fees:
        yield say.say("fee", money=money_words(fee.money), period=period_words(fee.period, say))
    for clause in plan.clauses:
        if clause.target in targets:
            yield from _credit(clause, targets[clause.target], say)
    for cap in plan.caps:
        yield cap_words(cap, say)
    if plan.none_until is not None:
        yield say.say("none_until", day=plan.none_until)
    for earned in plan.earn_backs:
        times = repetition_words(earned.met, say)
        yield say.say("earn_back", target=earned.target, times=times, share=say.share(earned.share))
    for right in plan.terminations:
        yield say.say("terminate", target=right.target, times=repetition_words(right.missed, say))
    for assumed in plan.assumptions:
        yield say.say(
            "assumes",
            n=f"{assumed.at_most:,}",
            population=population_words(assumed.population, say),
            period=period_words(assumed.period, say),
            because=say.say("because", reason=assumed.reason) if assumed.reason else "",
        )


def _credit(clause: CreditClause, target: Target, say: Language) -> Iterator[str]:
    for term in clause.terms:
        yield term_words(term, target, say)
    if sum(isinstance(term, Band) for term in clause.terms) > 1:
        yield say.say("deepest_band", target=target.name)


def term_words(term: Band | OnMiss | OnRepetition, target: Target, say: Language) -> str:
    """Return what a term of a credit clause pays, and when."""
    amount = amount_words(term.pays, say)
    if isinstance(term, Band):
        level = level_words(term.level, target, say)
        return say.say(
            f"band.{'below' if term.below else 'above'}", target=target.name, level=level, amount=amount
        )
    if isinstance(term, OnMiss):
        return say.say("per_miss" if term.each_miss else "on_miss", target=target.name, amount=amount)
    times = repetition_words(term.missed, say)
    return say.say("on_repetition", target=target.name, times=times, amount=amount)


def amount_words(amount: CreditAmount, say: Language) -> str:
    """Return what is paid: `2 % of the fee`, `1.5 points`, `EUR 750`."""
    if isinstance(amount, Money):
        return say.say("pays.money", money=money_words(amount))
    if isinstance(amount, FeeShare):
        return say.say("pays.fee", share=say.share(amount.share))
    return say.say("pays.points", points=_points(amount, say))


def _points(amount: Points, say: Language) -> str:
    return say.counted(amount.points, "point")


def repetition_words(repetition: Repetition, say: Language) -> str:
    """Return how often something must happen: `in 3 months in a row`, `in 3 of 6 months`."""
    unit = repetition.unit.value
    if repetition.of is None:
        return say.say("in_a_row", periods=say.counted(repetition.times, unit))
    return say.say("out_of", times=repetition.times, periods=say.counted(repetition.of, unit))


def cap_words(cap: Cap, say: Language) -> str:
    """Return what credits come to at most."""
    amount = amount_words(cap.amount, say)
    if isinstance(cap.period, RollingMonths):
        return say.say("cap_rolling", amount=amount, months=say.counted(cap.period.months, "month"))
    return say.say("cap", amount=amount, period=period_words(cap.period, say))


def alert_words(alert: Alert, say: Language) -> str:
    """Return who is told of an error budget that is used up too fast."""
    recipients = recipients_words(alert.recipients, say)
    if isinstance(alert, StandardAlert):
        return say.say("alert.standard", target=alert.target, recipients=recipients)
    windows = say.listed(say.clock_time(window) for window in alert.windows_us)
    return say.say(
        "alert.burn", target=alert.target, burn=plain(alert.burn), windows=windows, recipients=recipients
    )


def actions_words(actions: Iterable[str], say: Language) -> str:
    """Return what is done, one thing and then the next: `a message goes to desk, and the ticket goes to apps`."""
    every = list(actions)
    if len(every) <= 1:
        return "".join(every)
    return say.say("actions_last", first=say.comma.join(every[:-1]), last=every[-1])


def recipients_words(recipients: Iterable[str], say: Language) -> str:
    """Return whom a message goes to."""
    return say.listed(say.say("owner") if each == "owner" else each for each in recipients)
