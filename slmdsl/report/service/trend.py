"""The trend: every target over its past periods, against its threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.report.charts.service import trend_chart
from slmdsl.report.document.tree import Picture
from slmdsl.report.service.figures import (
    counts_of,
    number_cell,
    promised_cell,
    trace_of,
    unit_of,
    value_cell,
    value_words,
    word_cell,
)
from slmdsl.report.service.making import by_agreement, columns, said, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.report.document.tree import Block, Cell, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts, Line

PERIODS: Final = 13
"""How many periods a trend shows: a year and the same one of the year before."""
_IN_A_PICTURE: Final = 6


def trend_section(facts: Facts, say: Language) -> Section:
    """Return pictures and a table of the targets' past periods."""
    return by_agreement(
        "trend", say, facts, ((each, list(_blocks(facts, each, say))) for each in facts.agreements)
    )


def _blocks(facts: Facts, agreement: Agreement, say: Language) -> Iterator[Block]:
    lines = [line for line in facts.lines_of(agreement) if _past(line)]
    if not lines:
        yield said(say, "trend.none")
        return
    drawn = [line for line in lines if len(_past(line)) > 1]
    for place in range(0, len(drawn), _IN_A_PICTURE):
        yield _picture(agreement, drawn[place : place + _IN_A_PICTURE], place // _IN_A_PICTURE + 1, say)
    heads = columns(
        say,
        ("target", "words", 3),
        ("period", "words", 3),
        ("promised", "figures", 2),
        ("value", "figures", 2),
        ("low", "figures", 2),
        ("high", "figures", 2),
        ("n", "figures", 2),
        ("verdict", "words", 2),
    )
    rows = [_row(line, row, say) for line in lines for row in _past(line)]
    yield table(f"trend.{agreement.name}", say, heads, rows, shown=60)


def _past(line: Line) -> tuple[PeriodVerdict, ...]:
    return tuple(row for row in line.past if row.value is not None)[-PERIODS:]


def _row(line: Line, row: PeriodVerdict, say: Language) -> tuple[Cell, ...]:
    from slmdsl.report.service.figures import plain_cell  # noqa: PLC0415 - beside its one use

    return (
        words(line.name),
        words(row.period, trace=trace_of(row)),
        promised_cell(row, say),
        value_cell(row, say),
        plain_cell(row, row.low, say),
        plain_cell(row, row.high, say),
        number_cell(row.n, counts_of(line.target), trace=trace_of(row)),
        word_cell(row.verdict, say, trace_of(row)),
    )


def _picture(agreement: Agreement, lines: list[Line], number: int, say: Language) -> Picture:
    panels = [
        (
            f"{line.name} ({promised_cell(line.row, say).text})",
            unit_of(line.target),
            line.target.is_at_most,
            [(row.period or "", row.value, row.threshold, row.verdict.value) for row in _past(line)],
        )
        for line in lines
    ]
    ends = (
        say.say(
            "report.trend.alt",
            target=line.name,
            n=len(_past(line)),
            first=value_words(line.target, _past(line)[0].value, say, _past(line)[0].threshold),
            last=value_words(line.target, _past(line)[-1].value, say, line.row.threshold),
            promised=promised_cell(line.row, say).text,
        )
        for line in lines
    )
    legend = {word: say.say(f"report.word.{word}") for word in ("met", "missed", "running", "no_data")}
    return Picture(
        key=f"trend_picture.{agreement.name}.{number}",
        caption=say.say("report.picture.trend", agreement=agreement.title or agreement.name),
        alt=say.sentences(ends),
        chart=trend_chart(panels, legend, say.say("report.chart.promised")),
    )
