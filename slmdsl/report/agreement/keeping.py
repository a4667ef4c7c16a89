"""How the agreement is kept: duties, review, what backs it, versions, signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.report.agreement.drafts import Chapter, Clause, clauses
from slmdsl.report.document.tree import Cell, Column, Signatures, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement, Duty
    from slmdsl.report.agreement.subject import Subject


def duties_chapter(subject: Subject) -> Chapter:
    """Return what each party has to do."""
    agreement, say = subject.agreement, subject.say
    found = clauses(
        say.say("agreement.duty", party=_who(subject, each), duty=each.words) for each in agreement.duties
    )
    return Chapter(key="duties", title=say.say("agreement.duties"), items=found)


def _who(subject: Subject, duty: Duty) -> str:
    """Return whose duty it is: a party of that role that agrees, else the role."""
    role = subject.say.say(f"role.{duty.party}")
    for name in (subject.agreement.promiser, subject.agreement.receiver):
        party = subject.contract.parties.get(name or "")
        if party is not None and party.role == duty.party:
            return subject.say.say("agreement.role_called", role=role, party=subject.called(name))
    return role


def review_chapter(subject: Subject) -> Chapter:
    """Return how often the agreement is reviewed, and when first."""
    agreement, say = subject.agreement, subject.say
    found: list[str] = []
    if agreement.review is not None:
        count, unit = agreement.review.count, agreement.review.unit
        every = say.say(f"unit_word.{unit}") if count == 1 else say.counted(count, unit)
        found.append(say.say("agreement.review.every", every=every))
        if agreement.valid_from is not None:
            found.append(say.say("agreement.review.first", day=agreement.review.after(agreement.valid_from)))
    return Chapter(key="review", title=say.say("agreement.review"), items=clauses(found))


def backing_chapter(subject: Subject) -> Chapter:
    """Return the agreements that back this one."""
    agreement, say = subject.agreement, subject.say
    backing = [each for each in subject.contract.agreements.values() if agreement.name in each.supports]
    rows = tuple(_backing(subject, each) for each in backing)
    keys = ("agreement", "kind", "promiser", "receiver", "term")
    columns = tuple(Column(key=key, head=say.say(f"agreement.backing.{key}")) for key in keys)
    table = Table(key="backing", caption=say.say("agreement.backing.caption"), columns=columns, rows=rows)
    items = (Clause(text=say.say("agreement.backing.why")), table) if rows else ()
    return Chapter(key="backing", title=say.say("agreement.backing"), items=items)


def _backing(subject: Subject, each: Agreement) -> tuple[Cell, ...]:
    say = subject.say
    return (
        Cell(text=subject.called(each.name), value=each.name),
        Cell(text=say.say(f"agreement.kind.{each.kind}"), value=each.kind),
        Cell(text=subject.called(each.promiser), value=each.promiser),
        Cell(text=subject.called(each.receiver), value=each.receiver),
        Cell(text=_term(subject, each)),
    )


def _term(subject: Subject, each: Agreement) -> str:
    if each.valid_from is None or each.valid_to is None:
        return subject.say.say("agreement.open_term")
    return subject.say.say("agreement.from_to", first=each.valid_from, last=each.valid_to)


def versions_chapter(subject: Subject) -> Chapter:
    """Return this version, what it takes the place of, and the earlier versions that the project still has."""
    agreement, say = subject.agreement, subject.say
    if agreement.version is None:
        return Chapter(key="versions", title="")
    if agreement.supersedes is None:
        words = say.say("agreement.version.first", version=agreement.version)
    else:
        words = say.say("agreement.version", version=agreement.version, old=agreement.supersedes)
    keys = ("version", "supersedes", "term")
    columns = tuple(Column(key=key, head=say.say(f"agreement.versions.{key}")) for key in keys)
    rows = tuple(_version(subject, each) for each in _history(subject))
    table = Table(key="versions", caption=say.say("agreement.versions"), columns=columns, rows=rows)
    return Chapter(key="versions", title=say.say("agreement.versions"), items=(Clause(text=words), table))


def _history(subject: Subject) -> Iterator[Agreement]:
    """Yield this agreement and, as far as the project has them, the versions that it superseded, newest first."""
    found, seen = subject.agreement, {subject.agreement.name}
    while True:
        yield found
        sides = (found.kind, found.promiser, found.receiver, found.supersedes)
        others = (
            each
            for each in subject.contract.agreements.values()
            if each.name not in seen
            and each.version is not None
            and (each.kind, each.promiser, each.receiver, each.version) == sides
        )
        earlier = next(others, None)
        if earlier is None:
            return
        found = earlier
        seen.add(earlier.name)


def _version(subject: Subject, each: Agreement) -> tuple[Cell, ...]:
    return (
        Cell(text=each.version or "", value=each.version),
        Cell(text=each.supersedes or "–", value=each.supersedes),
        Cell(text=_term(subject, each)),
    )


def signatures_chapter(subject: Subject) -> Chapter:
    """Return the lines to sign on."""
    agreement, say = subject.agreement, subject.say
    sides = (("promiser", agreement.promiser), ("receiver", agreement.receiver))
    parties = tuple(
        (_name(subject, name), say.say(f"agreement.signs.{side}")) for side, name in sides if name is not None
    )
    signed = Signatures(
        parties=parties,
        place_and_date=say.say("agreement.place_and_date"),
        signature=say.say("agreement.signature"),
    )
    return Chapter(
        key="signatures", title=say.say("agreement.signatures"), items=(signed,) if parties else ()
    )


def _name(subject: Subject, name: str) -> str:
    party = subject.contract.parties.get(name)
    return party.title if party is not None and party.title else name
