"""`slm clock`: how long something took on a calendar, or when it is due, with the steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.box import SIMPLE_HEAD
from rich.table import Table

from slmdsl.base.units import clock_words, plain
from slmdsl.calendars import ALWAYS
from slmdsl.cli.answers.machine import dumped, utc
from slmdsl.cli.asking.options import At, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import named, project
from slmdsl.cli.asking.reading import duration, instant_us, wall_clock
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from slmdsl.base.units import Duration
    from slmdsl.calendars import Calendar
    from slmdsl.cli.terminal import Terminal

_MOST_STEPS = 40


def clock(
    path: Path,
    calendar: str,
    start: str,
    /,
    *end: Annotated[str, Parameter(name="END|+DURATION")],
    as_json: Json = False,
    at: At,
) -> int:
    """Ask a calendar how much time counts between two instants, or when so much of it has passed, with the steps.

    Example: slm clock models/acme office 2027-03-05T17:00 +8 h

    Args:
        path: A file, or a folder with all its .slm files.
        calendar: The name of a calendar; `always` is always there.
        start: A time such as 2027-03-05T17:00 on the calendar's wall clock, or with an offset 2027-03-05T16:00Z.
        end: Another time, or a length of time such as +4 h, +1 h 30 min, +3 business days.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    if not end:
        msg = "`slm clock` needs an end, or a length of time that begins with +"
        raise UsageError(msg, "for example `slm clock . office 2027-03-05T17:00 +4 h`")
    asked = named("calendar", calendar, project(path).calendars)
    start_us, words = instant_us(start, asked.zone), " ".join(end)
    try:
        if words.startswith("+"):
            limit = duration(words.removeprefix("+"))
            answer = _Answer(
                calendar=asked, start_us=start_us, limit=limit, end_us=_due_us(asked, start_us, limit)
            )
        else:
            answer = _Answer(
                calendar=asked, start_us=start_us, limit=None, end_us=instant_us(words, asked.zone)
            )
    except (ValueError, OverflowError) as error:  # years that calendars do not cover
        raise UsageError(str(error)) from None
    if as_json:
        at.write(dumped(answer.record()))
    else:
        answer.show(at)
    return 0


def _due_us(calendar: Calendar, start_us: int, limit: Duration) -> int | None:
    always = calendar.plan.name == ALWAYS.name
    if limit.business_days:
        if always:
            msg = "`always` never closes, so it has no business days"
            raise UsageError(msg, f"write `+{limit.business_days} days`")
        return calendar.due_days_us(start_us, limit.business_days)
    if limit.days and not always:
        hours, days = plain(limit.days * 24), plain(limit.days)
        msg = f"`{calendar.plan.name}` closes, so `{limit}` may mean two things"
        raise UsageError(msg, f"write `+{hours} h` for open hours, or `+{days} business days`")
    return calendar.due_us(start_us, limit.wall_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """From a start to an end: with a limit the end is when it is due, or None if that never comes."""

    calendar: Calendar
    start_us: int
    limit: Duration | None
    end_us: int | None

    @property
    def elapsed_us(self) -> int | None:
        return None if self.end_us is None else self.calendar.elapsed_us(self.start_us, self.end_us)

    @property
    def days(self) -> Fraction | None:
        """The business days between the two, where they mean something."""
        if self.end_us is None or self.calendar.plan.name == ALWAYS.name:
            return None
        return self.calendar.elapsed_days(self.start_us, self.end_us)

    @property
    def steps(self) -> list[tuple[int, int, int]]:
        """Start, end and running total of each open stretch between the two."""
        starts_us, ends_us = self.calendar.intervals_us(self.start_us, self.end_us or self.start_us)
        totals_us = (ends_us - starts_us).cumsum()
        return list(zip(starts_us.tolist(), ends_us.tolist(), totals_us.tolist(), strict=True))

    def record(self) -> dict[str, object]:
        end = None if self.end_us is None else utc(self.end_us)
        return {
            "calendar": self.calendar.plan.name,
            "zone": self.calendar.plan.zone,
            "start": utc(self.start_us),
            "end" if self.limit is None else "due": end,
            "limit": None if self.limit is None else str(self.limit),
            "elapsed_us": self.elapsed_us,
            "business_days": None if self.days is None else str(self.days),
            "steps": [
                {"start": utc(start_us), "end": utc(end_us), "total_us": total_us}
                for start_us, end_us, total_us in self.steps
            ],
        }

    def show(self, at: Terminal) -> None:
        steps = self.steps
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for name in ("from", "to"):
            table.add_column(name, no_wrap=True)
        for name in ("counts", "in all"):
            table.add_column(name, justify="right", no_wrap=True)
        for row in self._rows(steps):
            table.add_row(*row)
        if steps:
            at.show(table)
            at.say()
        at.say(self._conclusion())

    def _rows(self, steps: Sequence[tuple[int, int, int]]) -> Iterator[Sequence[str]]:
        left_out = len(steps) - _MOST_STEPS
        for place, (start_us, end_us, total_us) in enumerate(steps):
            if left_out > 0 and place == _MOST_STEPS // 2:
                yield "...", f"{left_out:,} more", "", ""
            if left_out <= 0 or not _MOST_STEPS // 2 <= place < _MOST_STEPS // 2 + left_out:
                yield (
                    self._at(start_us),
                    self._at(end_us),
                    clock_words(end_us - start_us),
                    clock_words(total_us),
                )

    def _conclusion(self) -> str:
        name = self.calendar.plan.name
        if self.limit is not None:
            if self.end_us is None:
                return f"{self.limit} from {self._at(self.start_us)} never pass on {name}"
            return f"{self.limit} on {name}: due {self._at(self.end_us)} {self.calendar.plan.zone}"
        days = "" if self.days is None else f" ({float(self.days):.3f} business days)"
        return f"elapsed on {name}: {clock_words(self.elapsed_us or 0)}{days}"

    def _at(self, instant_us: int) -> str:
        return wall_clock(instant_us, self.calendar.zone)
