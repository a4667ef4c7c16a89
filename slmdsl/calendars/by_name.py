"""Calendars by name, each computed when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from slmdsl.calendars import Calendar, calendar_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.calendars.plan import CalendarPlan


class CalendarsByName(Mapping[str, Calendar]):
    """The calendars of plans, by the same names."""

    def __init__(self, plans: Mapping[str, CalendarPlan]) -> None:
        self._plans = plans

    def __getitem__(self, name: str) -> Calendar:
        return calendar_of(self._plans[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._plans)

    def __len__(self) -> int:
        return len(self._plans)
