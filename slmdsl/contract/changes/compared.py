"""What two texts promise differently, the heaviest changes first."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from slmdsl.base.units import to_us
from slmdsl.contract.changes.agreements import agreement_changes
from slmdsl.contract.changes.catalogue import catalogue_changes
from slmdsl.contract.changes.change import Change, Direction
from slmdsl.contract.changes.services import service_changes
from slmdsl.contract.changes.targets import same_promise, target_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.changes.targets import Days
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.spec import Contract

_SOME_YEAR: Final = (date(2027, 1, 1), date(2028, 1, 1))
"""Where calendars are compared that no agreement gives days to."""


class Pair(NamedTuple):
    """An agreement as it was and as it is; one of them None where it came or went."""

    old: Agreement | None
    new: Agreement | None


def changes_of(old: Contract, new: Contract, *, sla: str | None = None) -> tuple[Change, ...]:
    """Return what `new` promises otherwise than `old`, the heaviest changes first, then in the order of the text.

    Agreements are taken for each other by name, else where one supersedes the other's version, else where they are
    the only ones of their kind left. Services and the rest of the catalogue are compared where both know them.

    Args:
        old: a contract without errors.
        new: another one.
        sla: the only agreement that is compared, by its name in either.
    """
    chosen = [each for each in pairs_of(old, new) if sla is None or sla in _names(each)]
    found = [change for pair in chosen for change in _pair_changes(pair, old, new)]
    if sla is None:
        days = _days(pairs_of(old, new)[0]) if pairs_of(old, new) else _instants(*_SOME_YEAR)
        for name, service in new.services.items():
            if name in old.services:
                found += service_changes(old.services[name], service, days)
        found += catalogue_changes(old, new)
    return tuple(sorted(found, key=lambda each: -each.weight))


def pairs_of(old: Contract, new: Contract) -> list[Pair]:
    """Return which agreement takes the place of which, in the order of the new text, those that are gone last."""
    left = {name: each for name, each in old.agreements.items() if name not in new.agreements}
    pairs: list[Pair] = []
    for name, each in new.agreements.items():
        found = old.agreements.get(name) or _superseded(each, left) or _alone(each, left, old, new)
        if found is not None:
            left.pop(found.name, None)
        pairs.append(Pair(found, each))
    return [*pairs, *(Pair(each, None) for each in left.values())]


def _superseded(agreement: Agreement, left: dict[str, Agreement]) -> Agreement | None:
    """Return the one agreement left between the same parties whose version is superseded."""
    if agreement.supersedes is None:
        return None
    found = [
        each
        for each in left.values()
        if each.version == agreement.supersedes
        and (each.promiser, each.receiver) == (agreement.promiser, agreement.receiver)
    ]
    return found[0] if len(found) == 1 else None


def _alone(
    agreement: Agreement, left: dict[str, Agreement], old: Contract, new: Contract
) -> Agreement | None:
    """Return the only agreement of its kind that is gone, where this is the only one of its kind that came."""
    came = [
        each
        for name, each in new.agreements.items()
        if name not in old.agreements and each.kind == agreement.kind
    ]
    gone = [each for each in left.values() if each.kind == agreement.kind]
    return gone[0] if len(came) == len(gone) == 1 else None


def _names(pair: Pair) -> set[str]:
    return {each.name for each in pair if each is not None}


def _pair_changes(pair: Pair, old: Contract, new: Contract) -> Iterator[Change]:
    before, now = pair
    if before is None or now is None:
        yield _whole(before, now)
        return
    if before.name != now.name:
        yield Change(
            agreement=now.name,
            target=None,
            aspect="renamed",
            old=before.name,
            new=now.name,
            direction=Direction.OTHER,
            weight=7,
            old_span=before.span,
            new_span=now.span,
        )
    yield from _targets(before, now, _days(pair))
    yield from agreement_changes(before, now, (old.escalations, new.escalations))


def _whole(before: Agreement | None, now: Agreement | None) -> Change:
    said = now or before
    assert said is not None  # noqa: S101 - a pair has one of them
    return Change(
        agreement=said.name,
        target=None,
        aspect="agreement",
        old=before,
        new=now,
        direction=Direction.NARROWER if now is None else Direction.WIDER,
        weight=100,
        old_span=before.span if before else None,
        new_span=now.span if now else None,
    )


def _targets(old: Agreement, new: Agreement, days: Days) -> Iterator[Change]:
    """Yield what differs between the targets of two agreements, renamed ones being taken for each other."""
    mine, theirs = ({each.name: each for each in agreement.targets} for agreement in (old, new))
    came = [each for name, each in theirs.items() if name not in mine]
    gone = [each for name, each in mine.items() if name not in theirs]
    for name, target in theirs.items():
        if name in mine:
            yield from target_changes(mine[name], target, days)
    for target in came:
        before = next((each for each in gone if same_promise(each, target)), None)
        if before is not None:
            gone.remove(before)
            yield _renamed(before, target)
        else:
            yield _promise(None, target)
    for target in gone:
        yield _promise(target, None, new.name)


def _renamed(old: Target, new: Target) -> Change:
    return Change(
        agreement=new.agreement,
        target=new.name,
        aspect="renamed",
        old=old.name,
        new=new.name,
        direction=Direction.OTHER,
        weight=7,
        old_target=old,
        new_target=new,
        old_span=old.span,
        new_span=new.span,
    )


def _promise(old: Target | None, new: Target | None, agreement: str = "") -> Change:
    said = new or old
    assert said is not None  # noqa: S101 - one of them came or went
    return Change(
        agreement=agreement or said.agreement,
        target=said.name,
        aspect="promise",
        old=old,
        new=new,
        direction=Direction.NARROWER if new is None else Direction.WIDER,
        weight=95,
        old_target=old,
        new_target=new,
        old_span=old.span if old else None,
        new_span=new.span if new else None,
    )


def _days(pair: Pair) -> Days:
    """Return the year in which calendars are compared: from the day on which the new agreement begins."""
    begins = (pair.new or pair.old).valid_from if (pair.new or pair.old) else None  # type: ignore[union-attr] # as asked
    if begins is None:
        return _instants(*_SOME_YEAR)
    return _instants(begins, begins + timedelta(days=365))


def _instants(first: date, end: date) -> Days:
    return tuple(to_us(datetime.combine(day, time(), UTC)) for day in (first, end))  # type: ignore[return-value] # two
