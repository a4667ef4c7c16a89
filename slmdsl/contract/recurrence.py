"""What is done every so often: rehearsals, reviews."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """`every 6 months`: `unit` is day, week, month, quarter or year."""

    count: int
    unit: str

    def after(self, day: date) -> date:
        """Return the day so much later; months clamp to their last day, and nothing is later than the last date.

        >>> Every(count=6, unit="month").after(date(2026, 8, 31)).isoformat()
        '2027-02-28'
        """
        try:
            if self.unit in _DAYS:
                return day + timedelta(days=self.count * _DAYS[self.unit])
            year, month = divmod(day.year * 12 + day.month - 1 + self.count * _MONTHS[self.unit], 12)
            return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        except (OverflowError, ValueError):
            return date.max
