"""The hours that count, calendar by calendar, with the dates of public holidays while the agreement is in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from slmdsl.calendars.public_holidays import holiday_days
from slmdsl.report.agreement.drafts import Chapter, Clause, clauses
from slmdsl.report.agreement.subject import calendars_of, hours_key
from slmdsl.report.document.tree import Cell, Column, Table
from slmdsl.report.show import hours_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.calendars import CalendarPlan
    from slmdsl.report.agreement.subject import Subject

_EPOCH: Final = date(1970, 1, 1)
_MOST_YEARS: Final = 12
"""Of so many years at most holidays are listed; the region stays the rule for all of them."""


def hours_chapter(subject: Subject) -> Chapter:
    """Return each calendar in words."""
    plans = calendars_of(subject)
    parts = tuple(_calendar(subject, plan) for plan in plans)
    return Chapter(key="hours", title=subject.say.say("agreement.hours"), parts=parts)


def _calendar(subject: Subject, plan: CalendarPlan) -> Chapter:
    say = subject.say
    title = say.say("agreement.called", title=plan.title, name=plan.name) if plan.title else plan.name
    owner = plan.name.removesuffix(".hours")
    if owner != plan.name and owner in subject.contract.services:
        title = say.say("agreement.service_hours", service=subject.called(owner))
    if plan.name == "always":
        own: tuple[Clause, ...] = clauses([say.say("agreement.always")])
        return Chapter(key=hours_key(subject, plan), title=say.say("agreement.always_title"), items=own)
    tables = tuple(_holidays(subject, plan, region) for region in plan.holidays)
    return Chapter(
        key=hours_key(subject, plan),
        title=title,
        items=(*clauses(hours_sentences(plan, say)), *(each for each in tables if each is not None)),
    )


def _holidays(subject: Subject, plan: CalendarPlan, region: str) -> Table | None:
    """Return the public holidays of a region while the agreement is in force, a year to a row."""
    agreement, say = subject.agreement, subject.say
    first, last = agreement.valid_from, agreement.valid_to
    if first is None or last is None:
        return None
    years = range(first.year, min(last.year, first.year + _MOST_YEARS - 1) + 1)
    days = [day for day in _days(region, years) if first <= day <= last]
    rows = tuple(
        (
            Cell(text=str(year), value=year),
            Cell(text=say.listed(f"{day:%m-%d}" for day in days if day.year == year)),
        )
        for year in years
    )
    return Table(
        key=f"{hours_key(subject, plan)}-{region}",
        caption=say.say("agreement.holidays", region=region, calendar=plan.name),
        columns=(
            Column(key="year", head=say.say("agreement.holidays.year")),
            Column(key="days", head=say.say("agreement.holidays.days")),
        ),
        rows=rows,
        note=say.say("agreement.holidays.note", region=region),
    )


def _days(region: str, years: range) -> Iterator[date]:
    for number in sorted(holiday_days(region, years.start, years.stop)):
        yield _EPOCH + timedelta(days=number)
