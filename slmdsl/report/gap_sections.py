"""Where misses come from, as sections of a document: the answer in sentences, then classes, time and what recurs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.report.charts.gaps import Bar, hours_of_week, pareto
from slmdsl.report.document.tree import Cell, Column, Paragraph, Picture, Section, Table
from slmdsl.report.gap_recurring import hand_off_section, recurring_section
from slmdsl.report.gap_time import target_table, time_section, time_sentence
from slmdsl.report.gap_words import (
    by_words,
    class_label,
    class_words,
    count_cell,
    percent,
    range_cell,
    share_cell,
    signal_cell,
    times_cell,
)
from slmdsl.stats.enrichment import wilson_of
from slmdsl.study.gaps.classes import FIELD
from slmdsl.study.gaps.finding import gaps_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.report.language import Language
    from slmdsl.study.gaps.finding import Gaps
    from slmdsl.study.gaps.pareto import ClassGap

LED_BY: Final = ("group", "service", "customer", "priority", "hand-offs", "hour", "weekday")
"""Dimensions with a table of their own, and so has each field; the rest are for programs alone."""
_SHOWN: Final = 8
_BARS: Final = 12
_NAMED: Final = 5
"""Classes in the answer."""
_PICTURES: Final = 2
_HEADS: Final = ("judged", "missed", "share", "rate", "range", "lift", "signal")


def gap_sections(
    contract: Contract,
    log: EventLog,
    verdicts: Verdicts,
    say: Language,
    *,
    from_us: int | None = None,
    to_us: int | None = None,
) -> tuple[Section, ...]:
    """Return where the misses of a span come from and where their time went.

    Args:
        contract: what was promised.
        log: what happened.
        verdicts: what `evaluate` says of it.
        say: the language.
        from_us: the span that counts, half-open; None: without bound.
        to_us: its end.

    For example `gap_sections(contract, log, verdicts, ENGLISH, from_us=begin, to_us=end)`.
    """
    return sections_of(gaps_of(contract, log, verdicts, from_us=from_us, to_us=to_us), say)


def sections_of(gaps: Gaps, say: Language, *, is_answered: bool = False) -> tuple[Section, ...]:
    """Return gaps as sections; one with the answer, unless that stands elsewhere, and within it those with figures."""
    title = say.say("gaps.title")
    sentences = (
        *(Paragraph(text=each) for each in (() if is_answered else answer(gaps, say))),
        *(Paragraph(text=each, tone="quiet") for each in _cautions(gaps, say)),
    )
    if not gaps.missed:
        return (Section(key="gaps", title=title, blocks=sentences),)
    inner = (
        *(_dimension(gaps, each, say) for each in shown_dimensions(gaps)),
        time_section(gaps, say),
        hand_off_section(gaps, say),
        recurring_section(gaps, say),
    )
    return (
        Section(
            key="gaps",
            title=title,
            blocks=(*sentences, target_table(gaps, say), _week(gaps, say)),
            sections=inner,
        ),
    )


def shown_dimensions(gaps: Gaps) -> tuple[str, ...]:
    """Return the dimensions with a table of their own, those first in which most misses are beyond the usual."""
    known = [each for each in gaps.dimensions if each in LED_BY or each.startswith(FIELD)]
    return tuple(sorted(known, key=lambda each: -_beyond(gaps, each)))


def leading(gaps: Gaps) -> tuple[ClassGap, ...]:
    """Return the classes that would gain most if they missed like the others, the weightiest first, at most five.

    Only classes with more misses than luck explains are there, and none that is most of all cases: that is no news.
    """
    found = [
        each
        for dimension in shown_dimensions(gaps)
        for each in gaps.by(dimension)
        if each.is_striking and _excess(each) > 0 and 2 * each.judged <= gaps.judged
    ]
    return tuple(sorted(found, key=lambda each: -_excess(each))[:_NAMED])


def _excess(found: ClassGap) -> float:
    return found.excess or 0.0


def _beyond(gaps: Gaps, dimension: str) -> float:
    return max((_excess(each) for each in gaps.by(dimension) if each.is_striking), default=0.0)


def answer(gaps: Gaps, say: Language) -> Iterator[str]:
    """Yield the answer in sentences: how many misses, where most come from, where the time goes, what recurs."""
    if not gaps.judged:
        yield say.say("gaps.no_cases")
        return
    if not gaps.missed:
        yield say.say("gaps.no_misses", judged=f"{gaps.judged:,}")
        return
    low, high = wilson_of(gaps.missed, gaps.judged)
    yield say.say(
        "gaps.answer",
        missed=f"{gaps.missed:,}",
        judged=f"{gaps.judged:,}",
        rate=percent(gaps.missed / gaps.judged, say),
        low=percent(low, say),
        high=percent(high, say),
        tickets=_tickets(len(gaps.tickets), say),
    )
    yield say.sentences(_led(gaps, say))
    yield time_sentence(gaps, say)


def _cautions(gaps: Gaps, say: Language) -> Iterator[str]:
    """Yield how the figures are to be read."""
    striking = sum(each.is_striking for each in gaps.classes)
    if striking:
        luck = say.say("gaps.luck", striking=f"{striking:,}", looked=f"{len(gaps.classes):,}")
        yield say.sentences((luck, say.say("gaps.mix")))
    if gaps.judged:
        yield say.say("gaps.judgements")


def _tickets(number: int, say: Language) -> str:
    return say.say(f"ticket.{'one' if number == 1 else 'many'}", n=f"{number:,}")


def _led(gaps: Gaps, say: Language) -> Iterator[str]:
    first = leading(gaps)
    if not first:
        yield say.say("gaps.none_striking", looked=say.counted(len(gaps.classes), "gaps.class"))
        return
    classes = (
        say.say(
            "gaps.gain",
            what=class_words(each, say),
            missed=f"{each.missed:,}",
            excess=f"{round(_excess(each)):,}",
        )
        for each in first
    )
    yield say.say("gaps.most", classes=say.listed(classes))
    if len(first) > 1:
        yield say.say("gaps.overlap")


def _dimension(gaps: Gaps, dimension: str, say: Language) -> Section:
    by = by_words(dimension, say)
    key = "gaps_by_" + "_".join(dimension.replace("-", " ").split())
    pictures = shown_dimensions(gaps)[:_PICTURES]
    table = class_table(gaps, dimension, say)
    blocks = (table, _pareto(gaps, dimension, say)) if dimension in pictures else (table,)
    return Section(key=key, title=say.say("gaps.pareto", by=by), blocks=blocks)


def class_table(gaps: Gaps, dimension: str, say: Language) -> Table:
    """Return the classes of a dimension, those with most misses first."""
    classes = gaps.by(dimension)
    return Table(
        key="gaps_by_" + "_".join(dimension.replace("-", " ").split()),
        caption=say.say("gaps.classes", by=by_words(dimension, say)),
        columns=(
            Column(key="class", head=say.say("gaps.head.class")),
            *(Column(key=each, head=say.say(f"gaps.head.{each}"), align="figures") for each in _HEADS),
        ),
        rows=tuple(_row(each, say) for each in classes),
        shown=_SHOWN,
    )


def _row(found: ClassGap, say: Language) -> tuple[Cell, ...]:
    return (
        Cell(text=class_label(found, say), value=found.value),
        count_cell(found.judged, "judgements"),
        count_cell(found.missed, "misses", tickets=found.tickets),
        share_cell(found.share, say),
        share_cell(found.rate, say),
        range_cell(found.low, found.high),
        times_cell(found.lift),
        signal_cell(is_signal=found.is_striking, chance=found.false_discovery, say=say),
    )


def _pareto(gaps: Gaps, dimension: str, say: Language) -> Picture:
    shown = gaps.by(dimension)[:_BARS]
    bars = [
        Bar(label=class_label(each, say), missed=each.missed, is_striking=each.is_striking) for each in shown
    ]
    words = {key: say.say(f"gaps.{key}") for key in ("misses", "cumulative", "striking", "usual")}
    by = by_words(dimension, say)
    said = (say.say("gaps.pareto_bar", label=bar.label, missed=f"{bar.missed:,}") for bar in bars)
    return Picture(
        key="gaps_pareto_" + "_".join(dimension.replace("-", " ").split()),
        caption=say.say("gaps.pareto", by=by),
        alt=say.say(
            "gaps.pareto_alt",
            by=by,
            bars=say.comma.join(said),
            n=len(bars),
            share=percent(sum(bar.missed for bar in bars) / gaps.missed, say),
        ),
        chart=pareto(bars, gaps.missed, words),
    )


def _week(gaps: Gaps, say: Language) -> Picture:
    days = [say.say(f"weekday.{day}") for day in range(7)]
    most = (-gaps.missed_by_hour).ravel().argsort(kind="stable")[:3].tolist()
    said = (
        say.say(
            "gaps.week_hour",
            day=days[place // 24],
            hour=f"{place % 24:02d}",
            missed=f"{gaps.missed_by_hour.flat[place]:,}",
        )
        for place in most
    )
    words = {"hour": say.say("gaps.hour"), "misses": say.say("gaps.misses")}
    return Picture(
        key="gaps_week",
        caption=say.say("gaps.week"),
        alt=say.say("gaps.week_alt", most=say.comma.join(said)),
        chart=hours_of_week(gaps.missed_by_hour, days, words),
    )
