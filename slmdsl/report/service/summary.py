"""The summary: what was kept and missed, what it costs, what changed and whether that means anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.contract.model.agreements import Within
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.report.document.tree import Bullets, Cell, Figure, Figures
from slmdsl.report.service.change import (
    change_words,
    is_turned,
    misses_in_a_row,
    out_of_reach,
    period_words,
    weight_of,
)
from slmdsl.report.service.credits import due_in
from slmdsl.report.service.evaluator_words import evaluator_words
from slmdsl.report.service.figures import (
    amount_words,
    number_cell,
    promised_cell,
    value_words,
)
from slmdsl.report.service.making import part, said, shows
from slmdsl.report.service.overdue import overdue_words
from slmdsl.report.service.tickets import judged_and_missed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.report.document.tree import Block, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts, Line
    from slmdsl.report.service.steady import Steadiness

_MOST_CHANGES: Final = 8
_OVER: Final = (Word.MET, Word.MISSED)
_QUIET: Final = 3
_UNITS: Final = {"next_reply": "wait", "updates": "stretch"}
_NO_FACTS: Final = ("no facts about", "no events of")


def summary_section(facts: Facts, steady: Sequence[Steadiness], say: Language) -> Section:
    """Return the summary in words, with key figures."""
    return part("summary", say, [_figures(facts, steady, say), *_blocks(facts, steady, say)])


def _figures(facts: Facts, steady: Sequence[Steadiness], say: Language) -> Figures:
    judged, late = judged_and_missed(facts)
    words = [line.word for line in facts.lines]
    kept, missed = words.count(Word.MET), words.count(Word.MISSED)
    over = kept + missed
    figures = [
        _figure(
            say,
            "kept",
            Cell(
                text=say.say("report.figure.of", n=kept, of=over),
                value=kept,
                unit="targets",
                tone="good" if over and kept == over else "plain",
            ),
        ),
        _figure(say, "missed", number_cell(missed, "targets", tone="bad" if missed else "plain")),
        _figure(say, "not_judged", number_cell(len(words) - over, "targets")),
        _figure(say, "tickets", number_cell(judged)),
        _figure(say, "late", number_cell(late)),
        _figure(
            say,
            "signals",
            number_cell(sum(each.finding == "signal" for each in steady), "targets"),
            below=say.say("report.figure.below") if shows(facts, "charts") else "",
        ),
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
    if missed := [_missed(each, facts, say) for each in steady if each.line.word is Word.MISSED]:
        yield Bullets(items=tuple(missed))
    yield from _unknown(facts, say)
    yield _costs(facts, say)
    yield from _changes(facts, steady, say)
    if overdue := list(overdue_words(facts, say)):
        yield said(say, "summary.overdue", tone="warning")
        yield Bullets(items=tuple(overdue))


def _unknown(facts: Facts, say: Language) -> Iterator[Block]:
    """Yield which verdicts rest on facts that are not there."""
    items = [
        say.say(
            "report.summary.as_far", target=_named(line, facts, say), note=evaluator_words(line.row.note, say)
        )
        for line in facts.lines
        if line.word in _OVER and line.row.note.startswith(_NO_FACTS)
    ]
    if items:
        yield said(say, "summary.as_far_as_known", tone="warning")
        yield Bullets(items=tuple(items))


def _named(line: Line, facts: Facts, say: Language) -> str:
    """Return a target's name, with its period where that is not the report's."""
    stretch = facts.span.stretches[line.target.agreement]
    if line.is_several or (line.row.from_us, line.row.to_us) == (stretch.from_us, stretch.to_us):
        return line.name
    if line.row.period is None:
        return line.name
    return say.say("report.summary.named", target=line.name, period=period_words(line.row.period, say))


def _missed(each: Steadiness, facts: Facts, say: Language) -> str:
    line = each.line
    if line.is_several:
        missed = sum(row.verdict is Word.MISSED for row in line.ended)
        return say.say("report.summary.missed_several", target=line.name, missed=missed, n=len(line.ended))
    row = line.row
    value, promised = value_words(line.target, row.value, say, row.threshold), promised_cell(row, say).text
    late, more = "", []
    if isinstance(line.target.form, Within):
        thing = _UNITS.get(line.target.form.measure, "ticket") + (".one" if row.n == 1 else ".many")
        late = say.say(
            "report.summary.late",
            late=f"{row.n - row.met:,}",
            n=say.say(f"report.{thing}", n=f"{row.n:,}"),
        )
    if (count := misses_in_a_row(line)) > 1:
        more.append(say.say("report.summary.in_a_row", n=count))
    if (limit := out_of_reach(each)) is not None:
        more.append(
            say.say("report.summary.out_of_reach", limit=value_words(line.target, limit, say, row.threshold))
        )
    said = say.say(
        "report.summary.missed",
        target=_named(line, facts, say),
        value=value,
        promised=promised,
        late=late,
    )
    return say.sentences([said, *more])


def _costs(facts: Facts, say: Language) -> Block:
    found = due_in(facts)
    if not any(each.credits for each in facts.agreements):
        return said(say, "summary.no_credits_agreed")
    if not any(found.values()):
        return said(say, "summary.no_credits_due", period=facts.span.label)
    amounts = say.listed(amount_words(amount, unit, say) for unit, amount in sorted(found.items()) if amount)
    return said(say, "summary.credits_due", period=facts.span.label, amounts=amounts, tone="bad")


def _changes(facts: Facts, steady: Sequence[Steadiness], say: Language) -> Iterator[Block]:
    """Yield what changed to the period before: by more than chance first, then what turned or has signals."""
    known = [each for each in steady if _is_comparable(each.line)]
    if not known:
        yield said(say, "summary.no_change_known")
        return
    ranked = sorted(known, key=_rank)
    chosen = [each for each in ranked if _rank(each) < _QUIET] or ranked
    yield said(say, "summary.changes", before=facts.span.before)
    items = [change_words(each, say) for each in chosen[:_MOST_CHANGES]]
    if rest := len(known) - len(items):
        told = "all_told" if len(chosen) <= _MOST_CHANGES else "more_told"
        trend = say.say("report.summary.in_trend") if shows(facts, "trend") else ""
        items.append(say.sentences([say.say(f"report.summary.{told}", n=rest), trend]))
    yield Bullets(items=tuple(items))


def _rank(each: Steadiness) -> int:
    if weight_of(each) == "more":
        return 0
    return 1 if is_turned(each.line) else 2 if each.finding == "signal" else _QUIET


def _is_comparable(line: Line) -> bool:
    return line.before is not None and line.before.value is not None and line.row.value is not None
