"""The clock: what is scheduled, in the order `(time, rank, id)`, on SimPy's event queue."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from simpy import Environment, Event

if TYPE_CHECKING:
    from collections.abc import Callable

_IDS = 2**40
"""More than there are ids of a rank."""


class Rank(IntEnum):
    """What comes before what in one instant."""

    RECOVERY = 0
    FAILURE = 1
    WORK_ENDS = 2
    DUTY_ENDS = 3
    DUTY_BEGINS = 4
    ON_CALL = 5
    WAIT_ENDS = 6
    ARRIVAL = 7
    PATIENCE_OVER = 8
    RESTORING = 9
    DISPATCH = 10
    AGE = 11
    CONDITIONS = 12


class Versioned(Protocol):
    """Whatever was scheduled for an earlier version of it is stale."""

    version: int


class Clock:
    """Ticks from `start` up to and without `end`. `seen` is told the tick, rank and id of all that happens."""

    def __init__(self, start: int, end: int, seen: Callable[[int, int, int], None] | None = None) -> None:
        self._environment = Environment(initial_time=start)
        self._seen = seen
        self.now = start
        self.end = end

    def at(
        self, tick: int, rank: Rank, number: int, action: Callable[[], None], of: Versioned | None = None
    ) -> None:
        """Let `action` happen at `tick`, not before now; not if `of` has another version by then."""
        if tick >= self.end:
            return
        version = of.version if of else 0

        def happen(_: Event) -> None:
            if of is None or of.version == version:
                self.now = tick
                if self._seen:
                    self._seen(tick, rank, number)
                action()

        event = _Happening(self._environment)
        event.callbacks = [happen]
        self._environment.schedule(event, (rank + 1) * _IDS + number, tick - self.now)  # type: ignore[arg-type] # any integer does

    def run(self) -> None:
        """Let everything happen."""
        self._environment.run(until=self.end)
        self.now = self.end


class _Happening(Event):
    """An event whose outcome nobody asks for."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._ok = True
        self._value = None
