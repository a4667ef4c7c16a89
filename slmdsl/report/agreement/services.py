"""What is provided: services with their hours, what they need and when they are maintained; requests; priorities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.report.agreement.drafts import Chapter, clauses
from slmdsl.report.document.tree import Cell, Column, Table
from slmdsl.report.show import maintenance_words, need_words
from slmdsl.report.words import money_words
from slmdsl.syntax.tree.catalogue import Approval, Price

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.catalogue import PriorityMatrix, RequestType, Service
    from slmdsl.report.agreement.subject import Subject


def services_chapter(subject: Subject) -> Chapter:
    """Return the services and requests that are covered, and the services on which they rest."""
    contract, say = subject.contract, subject.say
    covered = [contract.services[name] for name in subject.covered_services()]
    requests = [contract.requests[name] for name in subject.covers if name in contract.requests]
    beneath = [contract.services[name] for name in subject.needed_services()]
    parts = [
        *(_part(subject, each.name, _service(subject, each)) for each in covered),
        *(_part(subject, each.name, _request(subject, each)) for each in requests),
    ]
    rests = tuple(_part(subject, each.name, _beneath(subject, each)) for each in beneath)
    if rests:
        parts.append(
            Chapter(
                key="services-beneath",
                title=say.say("agreement.beneath"),
                items=clauses([say.say("agreement.beneath_why")]),
                parts=rests,
            )
        )
    return Chapter(key="services", title=say.say("agreement.services"), parts=tuple(parts))


def _part(subject: Subject, name: str, sentences: Iterator[str]) -> Chapter:
    return Chapter(key=f"service-{name}", title=subject.called(name), items=clauses(sentences))


def _service(subject: Subject, service: Service) -> Iterator[str]:
    say = subject.say
    yield from subject.prose(service.name)
    if service.owner:
        yield say.say("answers_for", owner=subject.called(service.owner))
    # what is promised to one customer does not tell who the others are
    receiver = subject.agreement.receiver
    if receiver in service.customers:
        yield say.say("used_by", customers=subject.called(receiver))
    if service.criticality:
        yield say.say("agreement.criticality", level=service.criticality)
    yield say.say("agreement.agreed_time", hours=subject.hours(service.hours))
    yield from _parts(subject, service)
    for window in service.maintenance:
        yield maintenance_words(window, say)
    yield say.say("agreement.other_maintenance" if service.maintenance else "agreement.no_maintenance")
    for metric in service.metrics:
        yield say.say("measured_by", metric=metric.name, unit=metric.unit)


def _parts(subject: Subject, service: Service) -> Iterator[str]:
    say = subject.say
    if service.components:
        yield say.say("has_components", components=say.listed(service.components))
    if service.needs is not None:
        yield say.say("up_only_while", need=need_words(service.needs, say))


def _beneath(subject: Subject, service: Service) -> Iterator[str]:
    yield from subject.prose(service.name)
    owner = subject.called(service.owner)
    yield (
        subject.say.say("answers_for", owner=owner) if owner else subject.say.say("agreement.nobody_answers")
    )
    yield from _parts(subject, service)


def _request(subject: Subject, request: RequestType) -> Iterator[str]:
    say = subject.say
    yield from subject.prose(request.name)
    if request.service:
        yield say.say("request_for", service=subject.called(request.service))
    else:
        yield say.say("request")
    if request.owner:
        yield say.say("fulfils", owner=subject.called(request.owner))
    block = subject.block(request.name)
    for each in block.body if block else ():
        if isinstance(each, Price):
            yield say.say("agreement.price", money=money_words(each.money.value))
        elif isinstance(each, Approval):
            yield say.say("agreement.approval", by=each.by.value)


def priorities_chapter(subject: Subject) -> Chapter:
    """Return how impact and urgency make the priorities that the agreement names, and what its words mean."""
    say, used = subject.say, _priorities(subject)
    matrices = [
        each
        for each in subject.contract.priorities.values()
        if used & {cell for row in each.cells for cell in row}
    ]
    tables = tuple(_matrix(subject, each) for each in matrices)
    told = ("ticket", "phases") if subject.judges_tickets else ()
    words = [*(say.say(f"agreement.word.{each}") for each in told), *_days(subject)]
    if tables:
        words.append(say.say("agreement.word.priority"))
    return Chapter(
        key="definitions", title=say.say("agreement.definitions"), items=(*clauses(words), *tables)
    )


def _priorities(subject: Subject) -> set[str]:
    populations = [getattr(each.form, "population", None) for each in subject.agreement.targets]
    return {name for each in populations if each is not None for name in each.priorities}


def _days(subject: Subject) -> Iterator[str]:
    """Yield what a business day is where a limit counts in them."""
    lengths = [
        limit
        for target in subject.agreement.targets
        for _, limit, _ in getattr(getattr(target.form, "limit", None), "values", ())
    ]
    ages = [getattr(target.form, "older_than", None) for target in subject.agreement.targets]
    if any(each.duration.business_days for each in lengths) or any(
        each and each.business_days for each in ages
    ):
        yield subject.say.say("agreement.word.business_day")
    if any(each.end_of_day for each in lengths):
        yield subject.say.say("agreement.word.end_of_day")


def _matrix(subject: Subject, matrix: PriorityMatrix) -> Table:
    say = subject.say
    urgencies = tuple(
        Column(key=f"urgency-{each}", head=say.say("agreement.urgency", level=each))
        for each in matrix.urgencies
    )
    rows = tuple(
        (
            Cell(text=say.say("agreement.impact", level=impact), value=impact),
            *(Cell(text=each, value=each) for each in cells),
        )
        for impact, cells in zip(matrix.impacts, matrix.cells, strict=True)
    )
    caption = say.say("agreement.matrix", name=matrix.title or matrix.name)
    columns = (Column(key="impact", head=""), *urgencies)
    return Table(key=f"priorities-{matrix.name}", caption=caption, columns=columns, rows=rows)
