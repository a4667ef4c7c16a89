"""Who agrees, on what, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.model.escalations import Notify, Reassign
from slmdsl.report.agreement.drafts import Chapter, Clause, clauses, refer
from slmdsl.report.document.tree import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.catalogue import Party
    from slmdsl.report.agreement.subject import Subject


def parties_chapter(subject: Subject) -> Chapter:
    """Return who promises, who receives, and who else is named."""
    agreement, say = subject.agreement, subject.say
    sides = (("promiser", agreement.promiser), ("receiver", agreement.receiver))
    found = [Clause(text=_side(subject, side, name), key=f"party-{side}") for side, name in sides if name]
    others = [subject.contract.parties[name] for name in _others(subject)]
    table = (_table(subject, others),) if others else ()
    return Chapter(key="parties", title=say.say("agreement.parties"), items=(*found, *table))


def _side(subject: Subject, side: str, name: str) -> str:
    say, party = subject.say, subject.contract.parties.get(name)
    if party is None:
        return say.say(f"agreement.party.{side}", party=name, role="")
    role = say.say("agreement.role", role=say.say(f"role.{party.role.value}"))
    names = say.listed((say.say("code", text=each) for each in party.known_as), "or")
    return say.sentences(
        [
            say.say(f"agreement.party.{side}", party=subject.called(name), role=role),
            *_contacts(subject, party),
            say.say("has_users", users=say.counted(party.users, "user")) if party.users is not None else "",
            say.say("agreement.party.known_as", names=names) if names else "",
        ]
    )


def _contacts(subject: Subject, party: Party) -> Iterator[str]:
    for role, address in party.contacts:
        if role:
            yield subject.say.say("contact_of", role=role, address=address)
        else:
            yield subject.say.say("contact", address=address)


def _others(subject: Subject) -> tuple[str, ...]:
    """Return the parties who own services, fulfil requests or are told of something, without the two that agree."""
    agreement, contract = subject.agreement, subject.contract
    names = [
        *_owners(subject),
        *(name for alert in agreement.alerts for name in alert.recipients),
        *_told(subject),
    ]
    known = (name.partition(".")[0] for name in names)
    sides = (agreement.promiser, agreement.receiver)
    return tuple(dict.fromkeys(each for each in known if each in contract.parties and each not in sides))


def _owners(subject: Subject) -> Iterator[str]:
    contract = subject.contract
    for name in (*subject.covered_services(), *subject.needed_services()):
        service = contract.services[name]
        yield service.owner or ""
    for name in subject.covers:
        if name in contract.requests:
            yield contract.requests[name].owner or ""


def _told(subject: Subject) -> Iterator[str]:
    plan = subject.contract.escalations.get(subject.agreement.escalation or "")
    for rule in plan.rules if plan else ():
        for action in rule.actions:
            if isinstance(action, Notify):
                yield from action.recipients
            elif isinstance(action, Reassign):
                yield action.team


def _table(subject: Subject, others: list[Party]) -> Table:
    say = subject.say
    rows = tuple(
        (
            Cell(text=each.title or each.name, value=each.title or each.name),
            Cell(text=each.name, value=each.name),
            Cell(text=say.say(f"role.{each.role.value}"), value=each.role.value),
            Cell(text=say.listed(_contact_cells(subject, each))),
        )
        for each in others
    )
    heads = ("party", "name", "role", "contacts")
    columns = tuple(Column(key=key, head=say.say(f"agreement.others.{key}")) for key in heads)
    return Table(key="other-parties", caption=say.say("agreement.others"), columns=columns, rows=rows)


def _contact_cells(subject: Subject, party: Party) -> Iterator[str]:
    for role, address in party.contacts:
        name = f"{party.name}.{role}"
        yield subject.say.say("agreement.contact", name=name, address=address) if role else address


def subject_chapter(subject: Subject) -> Chapter:
    """Return what is agreed on, from when to when, and in which version."""
    agreement, say = subject.agreement, subject.say
    what = say.listed(subject.called(name) for name in subject.covers)
    covers = say.say("agreement.covers", services=what, clause=refer("services")) if what else ""
    backs = say.listed(subject.called(name) for name in agreement.supports)
    return Chapter(
        key="subject",
        title=say.say("agreement.subject"),
        items=clauses(
            (
                *subject.prose(agreement.name),
                covers or say.say("agreement.covers_all"),
                say.say("agreement.backs", agreements=backs) if backs else "",
                _term(subject),
                say.say("agreement.numbers"),
                say.say("agreement.from_rules"),
            )
        ),
    )


def _term(subject: Subject) -> str:
    agreement, say = subject.agreement, subject.say
    if agreement.valid_from is None or agreement.valid_to is None:
        return say.say("agreement.no_term", zone=agreement.zone)
    return say.say("agreement.term", first=agreement.valid_from, last=agreement.valid_to, zone=agreement.zone)
