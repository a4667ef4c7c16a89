"""Hand-offs, and tickets that recur, as sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.report.document.tree import Cell, Column, Paragraph, Section, Table
from slmdsl.report.gap_words import (
    NOTHING,
    count_cell,
    day_cell,
    percent,
    share_cell,
    signal_cell,
    times,
    times_cell,
)
from slmdsl.study.gaps.classes import FIELD
from slmdsl.study.gaps.recurring import FEWEST_TICKETS

if TYPE_CHECKING:
    from slmdsl.report.language import Language
    from slmdsl.study.gaps.finding import Gaps
    from slmdsl.study.gaps.pareto import ClassGap
    from slmdsl.study.gaps.recurring import Recurring

_SHOWN: Final = 10


def hand_off_section(gaps: Gaps, say: Language) -> Section:
    """Return how often tickets changed hands and came back, and how often they missed."""
    found, key = gaps.bounces, "gaps_hand_offs"
    title = say.say("gaps.hand_offs")
    if not found.moved:
        return Section(key=key, title=title, blocks=(Paragraph(text=say.say("gaps.not_moved")),))
    others = gaps.judged - found.moved
    moved = say.say(
        "gaps.moved",
        moved=f"{found.moved:,}",
        rate=percent(found.moved_missed / found.moved, say),
        other=percent((gaps.missed - found.moved_missed) / others, say) if others else "–",
    )
    if not found.bounced:
        return Section(key=key, title=title, blocks=(Paragraph(text=moved),))
    bounced = say.say(
        "gaps.bounced",
        bounced=f"{found.bounced:,}",
        rate=percent(found.bounced_missed / found.bounced, say),
        share=percent(found.bounced_missed / gaps.missed, say),
    )
    return Section(key=key, title=title, blocks=(Paragraph(text=moved), Paragraph(text=bounced)))


def recurring_section(gaps: Gaps, say: Language) -> Section:
    """Return what recurs, those with most misses first."""
    title, key = say.say("gaps.recurring"), "gaps_recurring"
    if not gaps.causes:
        return Section(key=key, title=title, blocks=(Paragraph(text=say.say("gaps.recurring_unknown")),))
    if not gaps.recurring:
        none = say.say("gaps.recurring_none", fewest=FEWEST_TICKETS)
        return Section(key=key, title=title, blocks=(Paragraph(text=none),))
    return Section(key=key, title=title, blocks=(Paragraph(text=_first(gaps, say)), _table(gaps, say)))


def _first(gaps: Gaps, say: Language) -> str:
    """Return what recurs and misses more often than luck explains; where nothing does, the largest cause."""
    tellings = ((each, class_of(gaps, each)) for each in gaps.recurring)
    worse = ((each, mine) for each, mine in tellings if mine is not None and mine.is_striking and mine.lift)
    first, mine = next(worse, (gaps.recurring[0], None))
    places = {
        "cause": _named(first, say),
        "count": f"{first.count:,}",
        "days": f"{first.days:,}",
        "share": percent(first.share, say),
    }
    if mine is None:
        return say.say("gaps.recurring_largest", **places)
    return say.say("gaps.recurring_first", lift=times(mine.lift or 0.0), **places)


def class_of(gaps: Gaps, found: Recurring) -> ClassGap | None:
    """Return how often tickets with a cause miss, of any service; None where its field has too many values."""
    return next((each for each in gaps.by(f"{FIELD}{found.field}") if each.value == found.cause), None)


def _named(found: Recurring, say: Language) -> str:
    return say.say("gaps.what.field", field=found.field, value=found.cause)


def _table(gaps: Gaps, say: Language) -> Table:
    words = ("service", "cause")
    figures = ("count", "days", "missed", "share", "lift", "signal", "first", "last")
    return Table(
        key="gaps_recurring",
        caption=say.say("gaps.recurring_table", fields=say.listed(gaps.causes)),
        columns=(
            *(Column(key=each, head=say.say(f"gaps.head.{each}")) for each in words),
            *(Column(key=each, head=say.say(f"gaps.head.{each}"), align="figures") for each in figures),
        ),
        rows=tuple(_row(each, gaps, say) for each in gaps.recurring),
        note=say.say("gaps.recurring_note"),
        shown=_SHOWN,
    )


def _row(found: Recurring, gaps: Gaps, say: Language) -> tuple[Cell, ...]:
    cause = _named(found, say) if len(gaps.causes) > 1 else found.cause
    mine = class_of(gaps, found)
    return (
        Cell(text=found.service or say.say("gaps.unknown"), value=found.service),
        Cell(text=cause, value=found.cause),
        count_cell(found.count, tickets=found.tickets),
        count_cell(found.days, "days"),
        count_cell(found.missed, "misses"),
        share_cell(found.share, say),
        times_cell(mine.lift if mine else None),
        NOTHING
        if mine is None
        else signal_cell(is_signal=mine.is_striking, chance=mine.false_discovery, say=say),
        day_cell(found.first_us),
        day_cell(found.last_us),
    )
