"""The summary: what was kept and missed, what it costs, what changed and whether that means anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.evaluate.period_verdicts import Word
from slmdsl.report.document.tree import Bullets, Cell, Figure, Figures
from slmdsl.report.service.credits import due_in
from slmdsl.report.service.figures import (
    NOTHING,
    amount_words,
    number_cell,
    promised_cell,
    value_words,
)
from slmdsl.report.service.making import part, said
from slmdsl.report.service.overdue import overdue_words
from slmdsl.report.service.tickets import judged_and_missed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.report.document.tree import Block, Section, Tone
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts, Line
    from slmdsl.report.service.steady import Steadiness

_MOST_CHANGES: Final = 8
_OVER: Final = (Word.MET, Word.MISSED)


def summary_section(facts: Facts, steady: Sequence[Steadiness], say: Language) -> Section:
    """Return the summary in words, with key figures."""
    return part("summary", say, [_figures(facts, steady, say), *_blocks(facts, steady, say)])


def _figures(facts: Facts, steady: Sequence[Steadiness], say: Language) -> Figures:
    judged, missed = judged_and_missed(facts)
    words = [line.word for line in facts.lines]
    kept, over = words.count(Word.MET), sum(word in _OVER for word in words)
    tone: Tone = "good" if over and kept == over else "bad" if over else "quiet"
    figures = [
        _figure(say, "kept", number_cell(kept, "targets", tone=tone), of=over),
        _figure(say, "not_judged", number_cell(len(words) - over, "targets")),
        _figure(say, "tickets", number_cell(judged)),
        _figure(say, "late", number_cell(missed)),
        _figure(say, "signals", number_cell(sum(each.finding == "signal" for each in steady), "targets")),
    ]
    for unit, amount in sorted(due_in(facts).items()):
        figures.append(
            _figure(
                say, "credits", Cell(text=amount_words(amount, unit, say), value=amount, unit=f"minor {unit}")
            )
        )
    return Figures(key="key_figures", figures=tuple(figures))


def _figure(say: Language, key: str, cell: Cell, **places: object) -> Figure:
    return Figure(
        label=say.say(f"report.figure.{key}"), cell=cell, note=say.say(f"report.figure.{key}.note", **places)
    )


def _blocks(facts: Facts, steady: Sequence[Steadiness], say: Language) -> Iterator[Block]:
    words = [line.word for line in facts.lines]
    kept, over = words.count(Word.MET), sum(word in _OVER for word in words)
    period = facts.span.label
    if not over:
        yield said(say, "summary.nothing", period=period, tone="warning")
    elif kept == over:
        yield said(say, "summary.all_kept", period=period, n=over, tone="good")
    else:
        yield said(
            say, "summary.some_missed", period=period, kept=kept, n=over, missed=over - kept, tone="bad"
        )
    if missed := [_missed(line, say) for line in facts.lines if line.word is Word.MISSED]:
        yield Bullets(items=tuple(missed))
    yield _costs(facts, say)
    yield from _changes(facts, steady, say)
    if overdue := list(overdue_words(facts, say)):
        yield said(say, "summary.overdue", tone="warning")
        yield Bullets(items=tuple(overdue))


def _missed(line: Line, say: Language) -> str:
    if line.is_several:
        missed = sum(row.verdict is Word.MISSED for row in line.ended)
        return say.say("report.summary.missed_several", target=line.name, missed=missed, n=len(line.ended))
    row = line.row
    value, promised = value_words(line.target, row.value, say, row.threshold), promised_cell(row, say).text
    if line.target.is_share and line.word is Word.MISSED and _counts_tickets(line):
        return say.say(
            "report.summary.missed_share",
            target=line.name,
            value=value,
            promised=promised,
            late=f"{row.n - row.met:,}",
            n=say.counted(row.n, "ticket"),
        )
    return say.say("report.summary.missed", target=line.name, value=value, promised=promised)


def _counts_tickets(line: Line) -> bool:
    from slmdsl.contract.model.agreements import Within  # noqa: PLC0415 - beside its one use

    return isinstance(line.target.form, Within)


def _costs(facts: Facts, say: Language) -> Block:
    found = due_in(facts)
    if not any(each.credits for each in facts.agreements):
        return said(say, "summary.no_credits_agreed")
    if not any(found.values()):
        return said(say, "summary.no_credits_due", period=facts.span.label)
    amounts = say.listed(amount_words(amount, unit, say) for unit, amount in sorted(found.items()) if amount)
    return said(say, "summary.credits_due", period=facts.span.label, amounts=amounts, tone="bad")


def _changes(facts: Facts, steady: Sequence[Steadiness], say: Language) -> Iterator[Block]:
    """Yield what changed to the period before: signals first, then targets that turned, then the others."""
    known = [each for each in steady if _is_comparable(each.line)]
    if not known:
        yield said(say, "summary.no_change_known")
        return
    order = sorted(known, key=lambda each: (each.finding != "signal", not _turned(each.line)))
    chosen = [each for each in order if each.finding == "signal" or _turned(each.line)] or order
    yield said(say, "summary.changes", before=facts.span.before)
    items = [change_words(each, say) for each in chosen[:_MOST_CHANGES]]
    if len(known) > len(items):
        items.append(say.say("report.summary.others", n=len(known) - len(items)))
    yield Bullets(items=tuple(items))


def _is_comparable(line: Line) -> bool:
    return line.before is not None and line.before.value is not None and line.row.value is not None


def _turned(line: Line) -> bool:
    return line.before is not None and {line.before.verdict, line.row.verdict} == set(_OVER)


def change_words(each: Steadiness, say: Language) -> str:
    """Return how a target went from the period before to this one, and whether that is a signal."""
    line = each.line
    before = line.before
    return say.say(
        "report.change.not_in_period"
        if each.chart and not each.is_in_period
        else f"report.change.{each.finding}",
        target=line.name,
        before=NOTHING.text
        if before is None
        else value_words(line.target, before.value, say, before.threshold),
        now=value_words(line.target, line.row.value, say, line.row.threshold),
        points=len(each.rows),
        where=say.listed(each.rows[place].period or "" for place in each.signals),
        turn=say.say(f"report.turn.{line.row.verdict.value}") if _turned(line) else "",
    )
