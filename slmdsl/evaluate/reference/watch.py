"""One target's stopwatch, as the obvious evaluator reads it, and who may listen to a family's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from slmdsl.contract.model.agreements import Within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.calendars import Calendar
    from slmdsl.contract.model.agreements import Limit, Target


@dataclass(slots=True, kw_only=True, eq=False)
class Watch:
    """One target's stopwatch on the ticket: the stretches that ran, a standing stop, and what was decided.

    Stretches are wall-clock intervals; what they count is asked of the target's calendar when needed.
    """

    target: Target
    calendar: Calendar
    limit: Limit
    start_us: int
    covers: bool
    barred: bool = False
    ran: list[tuple[int, int]] = field(default_factory=list)
    paused: list[tuple[int, int]] = field(default_factory=list)
    stop_us: int | None = None
    missed_us: int | None = None
    final: bool = False
    reason: str = ""

    @property
    def in_days(self) -> bool:
        """Whether the limit is in business days."""
        return bool(self.limit.duration.business_days) and not self.limit.end_of_day

    @property
    def allowed(self) -> int | Fraction:
        """The limit, if it is a length of time (and not the end of a day)."""
        return self.limit.duration.business_days if self.in_days else self.limit.duration.wall_us

    @property
    def judges(self) -> bool:
        """Whether the limit is one per ticket; a statistic's is one for the period."""
        return isinstance(self.target.form, Within)

    @property
    def decided(self) -> bool:
        """Whether the ticket is decided for this target, whatever comes."""
        return self.missed_us is not None or self.final

    @property
    def watching(self) -> bool:
        """Whether a limit that runs out now would be a miss of this target."""
        return self.judges and self.covers and not self.barred and not self.decided and self.stop_us is None

    def counted(self, stretch: tuple[int, int]) -> int | Fraction:
        """Return what a stretch counts, in the unit of the limit."""
        if self.in_days:
            return self.calendar.elapsed_days(*stretch)
        return int(self.calendar.elapsed_us(*stretch))

    def elapsed(self) -> int | Fraction:
        """Return what has been counted so far."""
        return sum(map(self.counted, self.ran), 0)

    def due(self, going_on_from: int | None) -> int | None:
        """The earliest instant at which the limit is reached; if not before, running on from `going_on_from`."""
        if self.limit.end_of_day:
            return self.calendar.end_of_business_day_us(self.start_us, int(self.limit.duration.business_days))
        rest = self.allowed
        for begin, end in self.ran:
            if self.counted((begin, end)) >= rest:
                return self.due_after(begin, rest)
            rest -= self.counted((begin, end))
        return None if going_on_from is None else self.due_after(going_on_from, rest)

    def due_after(self, begin: int, rest: int | Fraction) -> int | None:
        """Return the first instant at which a clock that runs on from `begin` has counted `rest`."""
        if self.in_days:
            return self.calendar.due_days_us(begin, Fraction(rest))
        return self.calendar.due_us(begin, int(rest))

    def exceeded(self, now_us: int) -> bool:
        """Whether the limit has run out by now."""
        if self.limit.end_of_day:
            due = self.due(None)
            return due is not None and now_us > due
        return self.elapsed() > self.allowed

    def look(self, now_us: int) -> None:
        """Note a miss if the limit has run out by now."""
        if self.watching and self.exceeded(now_us):
            self.missed_us = self.due(None)


class Listener(Protocol):
    """Who is told how a family's clock goes on, such as an escalation."""

    def ran(self, watches: Sequence[Watch], stretch: tuple[int, int], *, to_the_end: bool) -> None:
        """The clock ran for a stretch, which the watches have counted; `to_the_end` if it ends with what is known."""

    def begin(self, *, cycle: int | None = None) -> None:
        """The clock begins anew: in a cycle, or in the same after a change of priority."""
