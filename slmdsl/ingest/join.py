"""Several sources of one spec become one set of tickets, joined by their id."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import polars as pl

from slmdsl.base.units import NO_TIME
from slmdsl.events.build import Listing, Opening, Trusted
from slmdsl.events.chains import EventRows
from slmdsl.events.columns import Coded
from slmdsl.events.completion import Times, joined
from slmdsl.events.frames import ticket_ids
from slmdsl.events.vocabulary import UNKNOWN
from slmdsl.ingest.told import STARTING, TIMES, WORDS, places_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from slmdsl.events.columns import Int32, Int64
    from slmdsl.ingest.rows import Vocabulary
    from slmdsl.ingest.told import Told

_Whole = TypeVar("_Whole", np.int32, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The tickets of all sources, ready for `parts_of_tickets`."""

    opening: Opening
    times: Times
    events: EventRows
    listing: Listing
    trusted: Trusted | None


def joined_tickets(told: Sequence[Told], vocabulary: Vocabulary) -> Joined:
    """Join what the sources tell. The facts of a source of tickets go before those found among events.

    Of two sources of a kind the one named first is believed. Priority and group at opening are those of the
    events' first row where there are events, since an export of tickets shows them as they are at the end.
    """
    first_tickets = sorted(told, key=lambda one: one.plan.form != "tickets")
    ids = (
        told[0].ids
        if len(told) == 1
        else pl.concat([one.ids for one in first_tickets]).unique(maintain_order=True)
    )
    places = [None if len(told) == 1 else places_in(one.ids, ids) for one in first_tickets]
    merge = _Merge(sources=first_tickets, places=places, count=len(ids))
    codes = {name: merge.words(name) for name in WORDS}
    codes |= {name: merge.starting(name) for name in STARTING}
    words = {name: vocabulary.dictionary(name).coded(column) for name, column in codes.items()}
    times = {name: merge.times(name) for name in TIMES}
    fields = dict.fromkeys(name for one in told for name in one.fields)
    facts = Joined(
        opening=Opening(
            ids=ids,
            kind=words["kind"],
            service=words["service"],
            customer=words["customer"],
            priority=words["priority"],
            group=words["group"],
            fields={name: vocabulary.dictionary(f"field:{name}").coded(merge.field(name)) for name in fields},
            reopenings=merge.counts("reopenings"),
            reassignments=merge.counts("reassignments"),
        ),
        times=Times(**{f"{name}_us": found for name, found in times.items()}),
        events=merge.events(vocabulary),
        listing=merge.listing(),
        trusted=merge.trusted(),
    )
    return _without_opening_refused(facts, merge)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Merge:
    """Sources, the most believed first, with the place of each one's tickets among all (None: they are all)."""

    sources: Sequence[Told]
    places: Sequence[Int64 | None]
    count: int

    def words(self, name: str) -> Int32:
        """Return a fact's codes; later sources fill what earlier ones lack."""
        return self._filled([one.words.get(name) for one in self.sources], UNKNOWN, np.int32, name)

    def field(self, name: str) -> Int32:
        """Return a field's codes."""
        return self._filled([one.fields.get(name) for one in self.sources], UNKNOWN, np.int32, name)

    def times(self, name: str) -> Int64:
        """Return a fact's instants. Beside a source of tickets, no opening is guessed from events."""
        told = [one.times.get(name) for one in self.sources]
        if name == "opened" and self.sources[0].plan.form == "tickets":
            stated = ["opened" in one.plan.facts for one in self.sources]
            told = [column if known else None for column, known in zip(told, stated, strict=True)]
        return self._filled(told, NO_TIME, np.int64, name)

    def counts(self, name: str) -> Int32 | None:
        """Return a count that a column gives, none if no source has it."""
        told = [one.numbers.get(name) for one in self.sources]
        if all(column is None for column in told):
            return None
        whole = [
            None if column is None else np.nan_to_num(column, nan=-1).astype(np.int32) for column in told
        ]
        return np.maximum(self._filled(whole, UNKNOWN, np.int32, name), 0)

    def starting(self, name: str) -> Int32:
        """Return what a ticket starts with: by its events, else by its other facts."""
        if len(self.sources) == 1 and name in self.sources[0].words:
            return self.sources[0].words[name]
        found = np.full(self.count, UNKNOWN, np.int32)
        order = sorted(range(len(self.sources)), key=lambda number: self.sources[number].events is None)
        for number in order:
            codes = self.sources[number].words.get(name)
            if codes is not None:
                place = self._place(number)
                found[place] = np.where(found[place] == UNKNOWN, codes, found[place])
        return found

    def events(self, vocabulary: Vocabulary) -> EventRows:
        """Return all events; of those at one instant, the earlier source's come first."""
        found = _no_events()
        before = 0
        for number, one in enumerate(self.sources):
            if one.events is None:
                continue
            ticket = self._place(number)[one.events.ticket]
            # Ranks of stated numbers, so that sums over the sources stay within 32 bits.
            seq = one.events.seq
            if "seq" in one.plan.facts and len(self.sources) > 1:
                seq = (np.unique(seq, return_inverse=True)[1] + 1).astype(np.int32)
            moved = replace(
                one.events,
                ticket=ticket,
                seq=seq + np.int32(before),
                actor=_grown(one.events.actor, vocabulary, "actor"),
                reason=_grown(one.events.reason, vocabulary, "reason"),
                target=_grown(one.events.target, vocabulary, "target"),
            )
            before += int(seq.max(initial=0))
            found = joined(found, moved) if len(found) else moved
        return found

    def listing(self) -> Listing:
        """Return where each ticket's facts stand: in the first source that has it."""
        named = tuple((one.plan.name, one.plan.path) for one in self.sources)
        if len(self.sources) == 1:
            return Listing(places=named, place=np.zeros(self.count, np.int8), row=self.sources[0].row)
        place, row = np.full(self.count, -1, np.int16), np.zeros(self.count, np.int32)
        for number, one in enumerate(self.sources):
            at = self._place(number)
            new = place[at] < 0
            place[at[new]] = number
            row[at[new]] = one.row[new]
        return Listing(places=named, place=place, row=row)

    def trusted(self) -> Trusted | None:
        """Return for which tickets columns beat events, none if for no ticket."""
        if not any(one.plan.trust_columns for one in self.sources):
            return None
        masks = {name: np.zeros(self.count, np.bool_) for name in ("resolved", "closed")}
        for number, one in enumerate(self.sources):
            for name, mask in masks.items():
                if one.plan.trust_columns and name in one.times:
                    mask[self._place(number)] = True
        return Trusted(**masks)

    def refuse(self, tickets: npt.NDArray[np.bool_], reason: str) -> None:
        """Refuse every row of these tickets, in each source."""
        for number, one in enumerate(self.sources):
            gone = tickets[self._place(number)]
            if one.rows_of is None:
                one.ledger.refuse(one.row[gone], reason)
            else:
                ticket, row = one.rows_of
                one.ledger.refuse(np.sort(row[gone[ticket]]), reason)

    def _place(self, number: int) -> Int64:
        place = self.places[number]
        return np.arange(self.count) if place is None else place

    def _filled(
        self,
        told: Sequence[npt.NDArray[_Whole] | None],
        missing: int,
        kind: type[_Whole],
        name: str,
    ) -> npt.NDArray[_Whole]:
        """Fill tickets from the sources in turn; where a later one differs, it is contradicted."""
        if len(told) == 1 and told[0] is not None:
            return told[0]
        found = np.full(self.count, missing, kind)
        for number, values in enumerate(told):
            if values is None:
                continue
            place, source = self._place(number), self.sources[number]
            held = found[place]
            differs = (held != missing) & (values != missing) & (held != values)
            if differs.any():
                reason = f"`{name}` differs from that of a source which goes before"
                source.ledger.contradict(source.row[differs], reason)
            found[place] = np.where(held == missing, values, held)
        return found


def _grown(column: Coded, vocabulary: Vocabulary, name: str) -> Coded:
    """Return a column over its dictionary as it is now, with the words of the other sources."""
    return vocabulary.dictionary(name).coded(column.codes) if column.values else column


def _no_events() -> EventRows:
    wide, narrow, tiny = np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int8)
    return EventRows(
        ticket=wide,
        at_us=wide,
        seq=narrow,
        type=tiny,
        phase=tiny,
        priority=narrow,
        group=narrow,
        actor=Coded.unknown(0),
        actor_role=tiny,
        public=tiny,
        reason=Coded.unknown(0),
    )


def _without_opening_refused(facts: Joined, merge: _Merge) -> Joined:
    """Refuse the tickets of which no source says when they were opened."""
    lost = facts.times.opened_us == NO_TIME
    if not lost.any():
        return facts
    merge.refuse(lost, "no row of its ticket says when it was opened")
    keep = ~lost
    events, listing, trusted = facts.events, facts.listing, facts.trusted
    kept = events.take(keep[events.ticket])
    new_place = np.cumsum(keep) - 1
    if trusted is not None:
        trusted = Trusted(resolved=trusted.resolved[keep], closed=trusted.closed[keep])
    return Joined(
        opening=_some(facts.opening, keep),
        times=Times(**{f"{name}_us": getattr(facts.times, f"{name}_us")[keep] for name in TIMES}),
        events=replace(kept, ticket=new_place[kept.ticket]),
        listing=Listing(places=listing.places, place=listing.place[keep], row=listing.row[keep]),
        trusted=trusted,
    )


def _some(opening: Opening, keep: npt.NDArray[np.bool_]) -> Opening:
    """Return what is told of the tickets where `keep` is true."""

    def coded(column: Coded) -> Coded:
        return Coded(codes=column.codes[keep], values=column.values)

    return Opening(
        ids=ticket_ids(opening.ids).filter(pl.Series(keep)),
        kind=coded(opening.kind),
        service=coded(opening.service),
        priority=coded(opening.priority),
        customer=coded(opening.customer),
        group=coded(opening.group),
        fields={name: coded(column) for name, column in opening.fields.items()},
        reopenings=None if opening.reopenings is None else opening.reopenings[keep],
        reassignments=None if opening.reassignments is None else opening.reassignments[keep],
    )
