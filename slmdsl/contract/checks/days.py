"""Days on calendars: which are counted where, and what ends with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Fix
from slmdsl.base.units import DAY, HOUR, Duration, plain
from slmdsl.calendars.plan import ALWAYS
from slmdsl.contract import codes
from slmdsl.contract.checks.promises import agreements, escalations, limits_of, promises
from slmdsl.contract.from_tree.reading import last
from slmdsl.syntax.tree import agreements as said_of
from slmdsl.syntax.tree import clocks, common, distributions, studies, work
from slmdsl.syntax.tree.file import Declaration
from slmdsl.syntax.tree.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.draft import Draft


def days_of_calendars(draft: Draft) -> Iterator[Diagnostic]:
    """Bare days on calendars that close, and business days on the one that never does."""
    lost = {agreement.name for block, agreement in agreements(draft) if _has_lost_its_calendar(block, draft)}
    for promise in promises(draft):
        on = promise.said.on
        unknown = promise.agreement.name in lost if on is None else draft.reading.name(on) is None
        if promise.target is not None and not unknown:
            for limit in limits_of(promise.said.form):
                yield from _days(limit.duration, limit.span, promise.target.calendar)
    yield from _days_of_edits(draft)
    yield from _days_of_escalations(draft)
    yield from _days_of_waits(draft)


def _has_lost_its_calendar(block: Declaration, draft: Draft) -> bool:
    """Whether the calendar of an agreement's clock could not be read or found: that is an error of its own."""
    uses = last(draft.reading.body(block), said_of.UsesClock)
    if uses is None:
        return not block.whole
    clock = draft.resolved.of(uses.clock)
    if clock is None or not isinstance(clock.node, Declaration):
        return True
    runs = last(draft.reading.body(clock.node), clocks.Runs)
    return not clock.node.whole if runs is None else draft.reading.name(runs.calendar) is None


def _days(duration: Duration, span: Span, calendar: CalendarPlan) -> Iterator[Diagnostic]:
    always = calendar == ALWAYS
    if duration.days and not always:
        yield _bare_days(duration, span, calendar)
    elif duration.business_days and always:
        days = plain(duration.business_days)
        yield codes.BUSINESS_DAYS_ON_ALWAYS.at(
            span,
            "business days are counted on a calendar that never closes",
            label="runs on `always`",
            help=f"say `{days} days`, or name the calendar whose open days count",
            fixes=[Fix(span=span, replacement=f"{days} days", description="count every day")],
        )


def _bare_days(duration: Duration, span: Span, calendar: CalendarPlan) -> Diagnostic:
    days = plain(duration.days)
    hours = f"{plain(duration.days * DAY / HOUR)} h"
    fixes = [Fix(span=span, replacement=hours, description="count open hours")] if not duration.us else []
    if not duration.us:
        business = f"{days} business day{'' if duration.days == 1 else 's'}"
        fixes.append(Fix(span=span, replacement=business, description="count open days"))
    return codes.BARE_DAYS.at(
        span,
        f"`{duration}` is not clear on a calendar that closes",
        label=f"runs on `{calendar.name}`",
        help=f"say `{hours}` of open time, or `{days} business days`",
        fixes=fixes,
    )


def _days_of_edits(draft: Draft) -> Iterator[Diagnostic]:
    """Limits that scenarios set and experiments vary."""
    by_name = {each.qualified: each for one in draft.contract.agreements.values() for each in one.targets}
    for edit, _ in draft.nodes(studies.SetLimit, studies.VaryLimit):
        target = by_name.get(draft.resolved.name_of(edit.what) or "")
        if target is not None:
            values = (edit.within,) if isinstance(edit, studies.SetLimit) else (edit.first, edit.last)
            for value in values:
                yield from _days(value.duration, value.span, target.calendar)


def _days_of_escalations(draft: Draft) -> Iterator[Diagnostic]:
    """Steps that count on the clock's calendar."""
    for rule, clock_calendar in _escalated(draft):
        trigger = rule.trigger
        if isinstance(trigger, clocks.BeforeDue) or (
            isinstance(trigger, clocks.AfterBreach) and not trigger.wall
        ):
            duration = trigger.duration.value
            if duration.days and clock_calendar != ALWAYS:
                yield _bare_days(duration, trigger.duration.span, clock_calendar)


def _escalated(draft: Draft) -> Iterator[tuple[clocks.EscalationRule, CalendarPlan]]:
    """Yield the rules of each escalation with the calendar of each agreement's clock that uses it."""
    for _, agreement, escalation in escalations(draft):
        calendars = {each.clock.calendar for each in agreement.targets}
        for rule in escalation:
            yield from ((rule, calendar) for calendar in sorted(calendars, key=lambda each: each.name))


def _days_of_waits(draft: Draft) -> Iterator[Diagnostic]:
    """Waiting times that are counted on a calendar."""
    for waits, _ in draft.nodes(work.Waits, work.WaitsForCustomer):
        name = draft.resolved.name_of(waits.on)
        calendar = ALWAYS if waits.on is None else draft.contract.calendars.get(name or "")
        for each in walk(waits.duration) if calendar is not None else ():
            if isinstance(each, distributions.Parameter | distributions.Always):
                value = each.value if isinstance(each, distributions.Parameter) else each.duration
                if isinstance(value.value, Duration) and calendar is not None:
                    yield from _days(value.value, value.span, calendar)


def ends_of_days(draft: Draft) -> Iterator[Diagnostic]:
    """`by end of` something else than whole business days."""
    for limit, _ in draft.nodes(common.Limit):
        duration = limit.duration
        if limit.end_of_day and (not duration.business_days or duration.business_days.denominator != 1):
            yield codes.END_OF_DAY.at(
                limit.span,
                f"`by end of` needs whole business days, not {duration}",
                help="say `by end of 2 business days`, or `within` for anything else",
            )
    for vary, _ in draft.nodes(studies.VaryLimit):
        step = vary.step
        if vary.first.end_of_day and step is not None and step.value.business_days.denominator != 1:
            yield codes.END_OF_DAY.at(
                step.span,
                f"`by end of` needs whole business days, not {step.value}",
                help="say `step 1 business day`",
            )
