"""Open tickets on a desk: the streams that would have brought them, the steps at which they go on, and their past."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.calendars import ALWAYS, calendar_of
from slmdsl.events.columns import Coded
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.workload.carried.matching import matched
from slmdsl.workload.carried.open_tickets import in_teams
from slmdsl.workload.carried.past import Past
from slmdsl.workload.carried.places import NOWHERE, place_of_ticket
from slmdsl.workload.draws.keys import name_hash
from slmdsl.workload.wait_calendars import is_in_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.work import Pause
    from slmdsl.workload.carried.open_tickets import OpenTickets
    from slmdsl.workload.carried.places import Place
    from slmdsl.workload.plan import Bools, Floats, Int8, Int32, Int64, Steps, Streams, Words, Words64


class LeftOut(NamedTuple):
    """Open tickets that have no place on the desk, and why."""

    reason: str
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carried:
    """c tickets that are on the desk from the beginning, in the order in which they came to where they stand.

    They are the first rows of the arrivals of each replication. Codes are those of the plan, -1 for none.

    Attributes:
        ids: what the log calls them.
        stream: which one would have brought them.
        service: as known last.
        priority: as known last.
        customer: as known last.
        first_priority: at opening.
        first_group: at opening.
        group: where they lie.
        opened_us: UTC microseconds, before the simulated time.
        responded_us: NO_TIME where nobody has answered yet.
        entity: who they are, for draws: the same in each scenario with a stream of this name.
        step: where they go on.
        phase: NEW or ACTIVE: they queue there; WAIT_CUSTOMER or WAIT_SUPPLIER: they wait on.
        passed: how much of their wait, or in the queue of their patience, is over: microseconds or, of a wait that
            counts them, business days.
        was_answered: whether somebody has answered.
        was_worked: whether the time is over in which they may begin to wait for their customer.
        may_give_up: whether nobody has had them in hand since they lie where they lie.
        resolutions: how often they were resolved.
        past: what happened to them before, and, at the beginning itself, what brings them to where they stand.
        left_out: open tickets that have no place here.
    """

    ids: tuple[str, ...]
    stream: Int32
    service: Int32
    priority: Int32
    customer: Int32
    first_priority: Int32
    first_group: Int32
    group: Int32
    opened_us: Int64
    responded_us: Int64
    entity: Words64
    step: Int32
    phase: Int8
    passed: Floats
    was_answered: Bools
    was_worked: Bools
    may_give_up: Bools
    resolutions: Int32
    past: Past
    left_out: tuple[LeftOut, ...]

    def __len__(self) -> int:
        return len(self.ids)


class MoreWords(NamedTuple):
    """Words of open tickets that a load does not have."""

    services: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()


def words_in(tickets: OpenTickets | None, what_if: WhatIf) -> MoreWords:
    """Return the words of tickets that a plan's logs have to have, beside those of the load.

    A service that no stream has is only told of tickets of a stream without services.
    """
    if tickets is None:
        return MoreWords()
    tickets = in_teams(tickets, what_if.contract)
    kinds = {stream.kind for stream in what_if.load.streams if not stream.services}
    bare = {tickets.service.word(row) for row in range(len(tickets)) if tickets.kind.word(row) in kinds} - {
        None
    }
    groups = {*_used(tickets.group), *_used(Coded(codes=tickets.past.group, values=tickets.group.values))}
    return MoreWords(
        services=tuple(sorted(word for word in bare if word is not None)),
        customers=tuple(sorted(_used(tickets.customer))),
        groups=tuple(sorted(groups)),
        agents=tuple(sorted(_used(tickets.past.actor))),
    )


def _used(column: Coded) -> set[str]:
    return {column.values[code] for code in np.unique(column.codes).tolist() if code >= 0}


def carried_of(
    tickets: OpenTickets | None, what_if: WhatIf, words: Words, streams: Streams, steps: Steps, start_us: int
) -> Carried | None:
    """Return where the open tickets of a log stand on a desk when simulated time begins; None where there are none.

    Args:
        tickets: open at `start_us`; None: nothing is.
        what_if: the scenario.
        words: the plan's, with those of the tickets (`words_in`).
        streams: the plan's.
        steps: the plan's.
        start_us: when simulated time begins.

    Raises:
        ValueError: the tickets are those of another instant.
    """
    if tickets is None or not len(tickets):
        return None
    if tickets.at_us != start_us:
        message = "the open tickets are those of another instant than the one at which simulated time begins"
        raise ValueError(message)
    tickets = in_teams(tickets, what_if.contract)
    found = matched(what_if.load.streams, words.priorities, tickets)
    group_of = _codes_in(tickets.group.values, words.groups)
    groups = _recoded(tickets.standing.group, group_of)
    places = [
        NOWHERE
        if stream < 0
        else place_of_ticket(streams, steps, stream, int(group), Phase(phase), in_hand=in_hand)
        for stream, group, phase, in_hand in zip(
            found.streams,
            groups.tolist(),
            tickets.standing.phase.tolist(),
            tickets.standing.was_picked_up.tolist(),
            strict=True,
        )
    ]
    reasons = [
        reason or (f"nothing is done in `{streams.names[stream]}`" if place is NOWHERE else "")
        for stream, reason, place in zip(found.streams, found.reasons, places, strict=True)
    ]
    rows = np.array([row for row, reason in enumerate(reasons) if not reason], np.int64)
    rows = rows[np.lexsort((rows, tickets.opened_us[rows], tickets.standing.since_us[rows]))]
    kept = [places[row] for row in rows.tolist()]
    return _placed(
        tickets,
        what_if,
        words,
        rows,
        np.array([found.streams[row] for row in rows.tolist()], np.int32),
        kept,
        _past(tickets, words, rows, kept, start_us),
        _left_out(tickets.ids, reasons),
    )


def _placed(
    tickets: OpenTickets,
    what_if: WhatIf,
    words: Words,
    rows: Int64,
    stream: Int32,
    places: Sequence[Place],
    past: Past,
    left_out: tuple[LeftOut, ...],
) -> Carried:
    standing = tickets.standing
    ids = tuple(tickets.ids[row] for row in rows.tolist())
    priority_of = _codes_in(tickets.priority.values, words.priorities)
    groups = _recoded(standing.group, _codes_in(tickets.group.values, words.groups))
    names = [each.name for each in what_if.load.streams]
    return Carried(
        ids=ids,
        stream=stream,
        service=_codes_of(tickets.service, words.services)[rows],
        priority=_recoded(standing.priority, priority_of)[rows],
        customer=_codes_of(tickets.customer, words.customers)[rows],
        first_priority=_recoded(tickets.priority.codes, priority_of)[rows],
        first_group=_codes_of(tickets.group, words.groups)[rows],
        group=np.array(
            [
                place.group if place.group >= 0 else last
                for place, last in zip(places, groups[rows].tolist(), strict=True)
            ],
            np.int32,
        ),
        opened_us=tickets.opened_us[rows],
        responded_us=tickets.responded_us[rows],
        entity=np.array(
            [
                name_hash(f"open\n{names[code]}\n{each}")
                for code, each in zip(stream.tolist(), ids, strict=True)
            ],
            np.uint64,
        ),
        step=np.array([place.step for place in places], np.int32),
        phase=np.array([place.phase for place in places], np.int8),
        passed=np.array(
            [
                _passed(what_if, place, int(code), int(standing.since_us[row]), tickets.at_us)
                for code, place, row in zip(stream.tolist(), places, rows.tolist(), strict=True)
            ],
            np.float64,
        ),
        was_answered=standing.was_answered[rows],
        was_worked=(standing.has_waited | standing.was_handed_on)[rows],
        may_give_up=~standing.was_picked_up[rows],
        resolutions=standing.resolutions[rows],
        past=past,
        left_out=left_out,
    )


def _passed(what_if: WhatIf, place: Place, stream: int, since_us: int, at_us: int) -> float:
    """Return how much of a wait is over, on its calendar; of the time in a queue, in plain time."""
    if place.is_fresh:
        return 0.0
    said = what_if.load.streams[stream]
    pause: Pause | None = None
    if place.phase == Phase.WAIT_CUSTOMER and said.customer_wait is not None:
        pause = said.customer_wait.pause
    elif place.phase == Phase.WAIT_SUPPLIER:
        pause = said.steps[place.number].waits
    if pause is None or pause.calendar is None or pause.calendar == ALWAYS:
        return float(at_us - since_us)
    calendar = calendar_of(pause.calendar)
    if is_in_days(pause):
        return float(calendar.elapsed_days(since_us, at_us))
    return float(calendar.elapsed_us(since_us, at_us))


def _past(tickets: OpenTickets, words: Words, rows: Int64, places: Sequence[Place], start_us: int) -> Past:
    """Return what happened to the tickets that are kept, in the plan's words, and what brings them where they stand."""
    row_of = np.full(len(tickets), -1, np.int64)
    row_of[rows] = np.arange(len(rows))
    past = tickets.past.taken(np.flatnonzero(row_of[tickets.past.ticket] >= 0), row_of)
    moved = [
        (row, EventType.GROUP, -1, place.group) for row, place in enumerate(places) if place.group >= 0
    ] + [(row, EventType.STATE, place.phase, -1) for row, place in enumerate(places) if place.is_changed]
    ticket, kind, phase, group = np.array(sorted(moved, key=_by_row), np.int64).reshape(-1, 4).T
    unknown = np.full(len(ticket), -1, np.int32)
    priority_of = _codes_in(tickets.priority.values, words.priorities)
    group_of = _codes_in(tickets.group.values, words.groups)

    def coded(column: Coded, values: tuple[str, ...]) -> Coded:
        codes = _recoded(column.codes, _codes_in(column.values, values))
        return Coded(codes=np.concatenate([codes, unknown]), values=values)

    return Past(
        ticket=np.concatenate([past.ticket, ticket]),
        at_us=np.concatenate([past.at_us, np.full(len(ticket), start_us, np.int64)]),
        type=np.concatenate([past.type, kind.astype(np.int8)]),
        phase=np.concatenate([past.phase, phase.astype(np.int8)]),
        priority=np.concatenate([_recoded(past.priority, priority_of), unknown]),
        group=np.concatenate([_recoded(past.group, group_of), group.astype(np.int32)]),
        actor=coded(past.actor, words.agents),
        role=np.concatenate([past.role, np.full(len(ticket), Role.SYSTEM, np.int8)]),
        public=np.concatenate([past.public, unknown.astype(np.int8)]),
        reason=coded(past.reason, past.reason.values),
        target=coded(past.target, past.target.values),
    )


def _by_row(event: tuple[int, ...]) -> int:
    return event[0]


def _left_out(ids: Sequence[str], reasons: Sequence[str]) -> tuple[LeftOut, ...]:
    """Return what has no place, the most frequent reason first."""
    counts = Counter(reason for reason in reasons if reason)
    return tuple(
        LeftOut(reason, tuple(name for name, why in zip(ids, reasons, strict=True) if why == reason))
        for reason, _ in counts.most_common()
    )


def _codes_in(values: Iterable[str], words: Sequence[str]) -> Int32:
    """Return the codes that words of a log have in others; -1 for those that are not among them, and for none."""
    code = {word: place for place, word in enumerate(words)}
    return np.array([*(code.get(word, -1) for word in values), -1], np.int32)


def _recoded(codes: Int32, code_of: Int32) -> Int32:
    found: Int32 = code_of[codes]
    return found


def _codes_of(column: Coded, words: Sequence[str]) -> Int32:
    return _recoded(column.codes, _codes_in(column.values, words))


def begins_us(carried: Carried | None, start_us: int) -> int:
    """Return the first instant that logs of a plan tell of: the beginning, or the opening of the oldest ticket."""
    if carried is None or not len(carried):
        return start_us
    past: Int64 = np.concatenate([carried.opened_us, carried.past.at_us])
    return min(start_us, int(past[past != NO_TIME].min()))
