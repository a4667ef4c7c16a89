"""How service levels are judged: periods, decisions, which tickets count, small numbers, what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.model.agreements import (
    Ageing,
    Availability,
    Count,
    LongestOutage,
    OutageCount,
    Restore,
    RollingPeriod,
    Score,
    Share,
    Statistic,
    Within,
)
from slmdsl.contract.model.catalogue import PartyRole
from slmdsl.report.agreement.drafts import Chapter, clauses, refer
from slmdsl.report.clauses import exclusion_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.report.agreement.subject import Subject

_TICKETS = (Within, Statistic, Share, Count, Ageing)
_OUTAGES = (LongestOutage, OutageCount, Restore)


def judging_chapter(subject: Subject) -> Chapter:
    """Return what holds for all service levels, as far as the agreement has such."""
    title = subject.say.say("agreement.judging")
    return Chapter(key="judging", title=title, items=clauses(_sentences(subject)))


def _sentences(subject: Subject) -> Iterator[str]:
    agreement, say = subject.agreement, subject.say
    forms = [target.form for target in agreement.targets]
    yield from _periods(subject)
    if any(isinstance(form, _TICKETS) for form in forms):
        yield from _tickets(subject)
    if any(isinstance(form, Availability | LongestOutage | OutageCount | Restore) for form in forms):
        yield from _availability(subject)
    if any(isinstance(form, Score) for form in forms):
        yield say.say("agreement.judging.scores")
    yield say.say("agreement.judging.exact")
    if any(isinstance(form, Within | Share) for form in forms):
        yield say.say("agreement.judging.interval")
    yield say.say("agreement.judging.no_data")
    if any(target.per and isinstance(target.form, (*_TICKETS, Score)) for target in agreement.targets):
        yield say.say("agreement.judging.parts")
    if subject.judges_tickets:
        yield say.say("agreement.judging.waivers")
    if subject.judges_tickets or agreement.exclusions:
        yield say.say("agreement.judging.net")


def _periods(subject: Subject) -> Iterator[str]:
    agreement, say = subject.agreement, subject.say
    yield say.say("zone", zone=agreement.zone)
    if agreement.month_day > 28:  # noqa: PLR2004 - every month has 28 days
        yield say.say(f"months_{agreement.month_overflow}", day=agreement.month_day)
    else:
        yield say.say("agreement.judging.months", day=agreement.month_day)
    if agreement.valid_from is not None:
        yield say.say("agreement.judging.cut")
    if any(isinstance(target.period, RollingPeriod) for target in agreement.targets):
        yield say.say("agreement.judging.rolling")


def _tickets(subject: Subject) -> Iterator[str]:
    agreement, say = subject.agreement, subject.say
    receiver = subject.contract.parties.get(agreement.receiver or "")
    covered = say.listed(subject.called(name) for name in subject.covers)
    yield (
        say.say("agreement.judging.covered", services=covered)
        if covered
        else say.say("agreement.judging.any")
    )
    if receiver is not None and receiver.role is PartyRole.CUSTOMER:
        names = say.listed((receiver.name, receiver.title) if receiver.title else (receiver.name,), "or")
        yield say.say("agreement.judging.customer", names=names)
    kinds = {getattr(each.form, "population", None) for each in agreement.targets}
    if (
        any(each and each.kind == "request" and not each.requests for each in kinds)
        and subject.contract.requests
    ):
        yield say.say("agreement.judging.requests", requests=say.listed(subject.contract.requests))
    yield say.say("agreement.judging.priority")
    if any(isinstance(target.form, Within) for target in agreement.targets):
        yield say.say("agreement.judging.decided")
    yield say.say("agreement.judging.reopened_late")
    yield say.say("agreement.judging.cancelled")


def _availability(subject: Subject) -> Iterator[str]:
    agreement, say = subject.agreement, subject.say
    yield say.say("agreement.judging.down", clause=refer("services"))
    windows = any(subject.contract.services[name].maintenance for name in subject.covered_services())
    yield say.say("agreement.judging.maintenance" if windows else "agreement.judging.announced")
    if any(isinstance(target.form, _OUTAGES) for target in agreement.targets):
        yield say.say("agreement.judging.outages")
    slices = [target.form for target in agreement.targets if isinstance(target.form, Availability)]
    if any(form.slices is not None for form in slices):
        yield say.say("agreement.judging.slices")


def exclusions_chapter(subject: Subject) -> Chapter:
    """Return what the net figures leave out."""
    agreement, say = subject.agreement, subject.say
    found = [exclusion_words(each, say) for each in agreement.exclusions]
    general = [say.say("agreement.excluded", clause=refer("judging"))] if found else []
    return Chapter(key="exclusions", title=say.say("agreement.exclusions"), items=clauses([*found, *general]))
