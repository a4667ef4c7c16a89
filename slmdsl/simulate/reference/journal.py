"""The journal: what the log will say, row by row, as it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.simulate.due import TicketEvent
from slmdsl.simulate.outcome import EventRows, FeedbackRows, OutageRows, Spells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_NONE = -1
_PUBLIC = 1


class By(NamedTuple):
    """Whose hand something is by: a role, and which agent's."""

    role: Role
    agent: int = _NONE


CUSTOMER = By(Role.CUSTOMER)
SUPPLIER = By(Role.SUPPLIER)
SYSTEM = By(Role.SYSTEM)


class Journal:
    """Rows of events, outages, scores and spells, in ticks, made into times at the end; `told` hears of events."""

    def __init__(
        self, tick_us: int, told: Callable[[int, TicketEvent], None] | None, before: EventRows | None = None
    ) -> None:
        self._tick_us, self._told, self._before = tick_us, told, before
        self._events: list[tuple[int, ...]] = []
        self._outages: list[tuple[int, int, int | None, int]] = []
        self._scores: list[tuple[int, int, float]] = []
        self._spells: list[tuple[int, int, int, int, int, int]] = []

    def state(self, ticket: int, at: int, phase: Phase, by: By, reason: int = _NONE) -> None:
        """Write that a ticket's phase changes."""
        self._write(ticket, at, EventType.STATE, by, phase=phase, reason=reason)

    def group(self, ticket: int, at: int, group: int, by: By) -> None:
        """Write that a ticket comes to a group."""
        self._write(ticket, at, EventType.GROUP, by, group=group)

    def assignee(self, ticket: int, at: int, by: By) -> None:
        """Write that an agent picks a ticket up."""
        self._write(ticket, at, EventType.ASSIGNEE, by)

    def message(self, ticket: int, at: int, by: By) -> None:
        """Write that an agent answers in public."""
        self._write(ticket, at, EventType.MESSAGE, by, public=_PUBLIC)

    def _write(
        self,
        ticket: int,
        at: int,
        kind: EventType,
        by: By,
        *,
        phase: int = _NONE,
        group: int = _NONE,
        public: int = _NONE,
        reason: int = _NONE,
    ) -> None:
        self._events.append((ticket, at, kind, phase, group, by.agent, by.role, public, reason))
        if self._told:
            self._told(ticket, TicketEvent(at * self._tick_us, kind, phase, group, by.role, public))

    def outage(self, node: int, begin: int, end: int | None, cause: int) -> None:
        """Write that a node was down; without `end`: still is."""
        self._outages.append((node, begin, end, cause))

    def score(self, ticket: int, at: int, score: float) -> None:
        """Write what a customer thinks."""
        self._scores.append((ticket, at, score))

    def spell(self, ticket: int, agent: int, queued: int, begin: int, end: int, outcome: int) -> None:
        """Write that an agent had a ticket in work."""
        self._spells.append((ticket, agent, queued, begin, end, outcome))

    def spells_ended(self, outcome: int) -> int:
        """Return how many spells ended in a certain way."""
        return sum(spell[-1] == outcome for spell in self._spells)

    def cancelled(self, reason: int) -> int:
        """Return how many tickets were cancelled for a reason."""
        return sum(event[-1] == reason for event in self._events)

    def event_rows(self) -> EventRows:
        """Return all events, those first that lie before the beginning."""
        rows = self._own_rows()
        if self._before is None:
            return rows
        names = EventRows.__dataclass_fields__
        return EventRows(
            **{name: np.concatenate([getattr(each, name) for each in (self._before, rows)]) for name in names}
        )

    def _own_rows(self) -> EventRows:
        ticket, at, kind, phase, group, actor, role, public, reason = _columns(self._events, 9)
        return EventRows(
            ticket=_array(ticket, np.int64),
            at_us=self._times(at),
            type=_array(kind, np.int8),
            phase=_array(phase, np.int8),
            group=_array(group, np.int32),
            actor=_array(actor, np.int32),
            role=_array(role, np.int8),
            public=_array(public, np.int8),
            reason=_array(reason, np.int32),
        )

    def outage_rows(self) -> OutageRows:
        """Return all outages."""
        node, begin, end, cause = _columns(self._outages, 4)
        return OutageRows(
            node=_array(node, np.int32),
            from_us=self._times(begin),
            to_us=np.array([NO_TIME if each is None else each * self._tick_us for each in end], np.int64),
            cause=_array(cause, np.int32),
        )

    def feedback_rows(self) -> FeedbackRows:
        """Return all scores."""
        ticket, at, score = _columns(self._scores, 3)
        return FeedbackRows(
            ticket=_array(ticket, np.int64), at_us=self._times(at), score=_array(score, np.float64)
        )

    def spell_rows(self) -> Spells:
        """Return all spells."""
        ticket, agent, queued, begin, end, outcome = _columns(self._spells, 6)
        return Spells(
            ticket=_array(ticket, np.int64),
            agent=_array(agent, np.int32),
            queued_us=self._times(queued),
            begin_us=self._times(begin),
            end_us=self._times(end),
            outcome=_array(outcome, np.int8),
        )

    def _times(self, ticks: Sequence[int]) -> NDArray[np.int64]:
        return np.array(ticks, np.int64) * self._tick_us


def _array(values: Sequence[Any], dtype: type) -> NDArray[Any]:
    return np.array(values, dtype)


def _columns(rows: list[Any], count: int) -> tuple[Sequence[Any], ...]:
    return tuple(zip(*rows, strict=True)) if rows else ((),) * count
