"""What is due: reviews, ends of validity, rehearsals and improvements, with what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from slmdsl.report.document.tree import Trace
from slmdsl.report.service.making import columns, part, said, table, words
from slmdsl.report.service.risks import day_cell, rehearsal_due

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from slmdsl.base.spans import Span
    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.report.document.tree import Block, Cell, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts

AHEAD: Final = timedelta(days=92)
"""How far ahead the report looks: a quarter."""
_PROGRESSING: Final = ("planned", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that is due on a day. `kind` is review, validity, rehearsal or improvement."""

    kind: str
    name: str
    day: date
    is_overdue: bool
    span: Span


def reviews_section(facts: Facts, say: Language) -> Section:
    """Return what fell due in the period, is overdue, or is due within a quarter."""
    return part("reviews", say, _blocks(facts, say))


def dues(facts: Facts) -> list[Due]:
    """Return what is due until a quarter after the day of the report, in order of days.

    Nothing tells whether a review was held: those that fall into the period are due in it, none is called overdue.
    """
    found = [*_reviews(facts), *_ends(facts), *_rehearsals(facts), *_improvements(facts)]
    return sorted(
        (each for each in found if each.day <= facts.day + AHEAD), key=lambda each: (each.day, each.kind)
    )


def _reviews(facts: Facts) -> Iterator[Due]:
    for agreement in facts.agreements:
        for day in review_days(agreement, facts.day + AHEAD):
            if day >= facts.stretch(agreement).first:
                yield Due(kind="review", name=agreement.name, day=day, is_overdue=False, span=agreement.span)


def review_days(agreement: Agreement, until: date) -> list[date]:
    """Return the days on which an agreement is to be reviewed, counted from the first day of its validity."""
    every, begin = agreement.review, agreement.valid_from
    if every is None or begin is None:
        return []
    last = until if agreement.valid_to is None else min(until, agreement.valid_to)
    days, day = [], every.after(begin)
    while day <= last:
        days.append(day)
        later = every.after(day)
        if later <= day:
            break
        day = later
    return days


def _ends(facts: Facts) -> Iterator[Due]:
    for each in facts.agreements:
        if each.valid_to is not None:
            yield Due(
                kind="validity",
                name=each.name,
                day=each.valid_to,
                is_overdue=each.valid_to < facts.day,
                span=each.span,
            )


def _rehearsals(facts: Facts) -> Iterator[Due]:
    for each in facts.contract.contingencies.values():
        day = rehearsal_due(each)
        if day is not None:
            yield Due(kind="rehearsal", name=each.name, day=day, is_overdue=day < facts.day, span=each.span)


def _improvements(facts: Facts) -> Iterator[Due]:
    for each in facts.contract.improvements.values():
        if each.due is not None and each.status in _PROGRESSING:
            yield Due(
                kind="improvement",
                name=each.name,
                day=each.due,
                is_overdue=each.due < facts.day,
                span=each.span,
            )


def _blocks(facts: Facts, say: Language) -> Iterator[Block]:
    found = dues(facts)
    if not found:
        yield said(say, "reviews.none", day=facts.day + AHEAD)
        return
    heads = columns(
        say, ("due", "words", 2), ("what", "words", 5), ("state", "words", 3), ("clause", "words", 3)
    )
    yield table("reviews", say, heads, [_row(each, facts, say) for each in found], note=_note(facts, say))


def _note(facts: Facts, say: Language) -> str:
    return (
        say.say("report.reviews.note", day=facts.day) if any(each.review for each in facts.agreements) else ""
    )


def _row(due: Due, facts: Facts, say: Language) -> tuple[Cell, ...]:
    if due.is_overdue:
        state = words(
            say.say("report.due.overdue", days=say.counted((facts.day - due.day).days, "day")), tone="bad"
        )
    elif due.day <= facts.day:
        state = words(say.say("report.due.now"), tone="warning")
    else:
        state = words(say.say("report.due.ahead", days=say.counted((due.day - facts.day).days, "day")))
    what = say.say(f"report.due.{due.kind}", name=due.name)
    return (day_cell(due.day), words(what, trace=Trace(clause=due.span.where)), state, words(due.span.where))
