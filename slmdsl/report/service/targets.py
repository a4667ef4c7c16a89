"""The targets: what was promised, what was reached, how sure that is, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.model.agreements import Share, Statistic, Within
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.report.service.evaluator_words import evaluator_words
from slmdsl.report.service.figures import (
    NOTHING,
    counts_of,
    number_cell,
    plain_cell,
    promised_cell,
    trace_of,
    value_cell,
    value_words,
    word_cell,
)
from slmdsl.report.service.making import by_agreement, columns, said, table, words
from slmdsl.report.targets import promise_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.report.document.tree import Block, Cell, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts, Line


def targets_section(facts: Facts, say: Language) -> Section:
    """Return the targets of each agreement."""
    return by_agreement(
        "targets", say, facts, ((each, list(_blocks(facts, each, say))) for each in facts.agreements)
    )


def _blocks(facts: Facts, agreement: Agreement, say: Language) -> Iterator[Block]:
    lines = facts.lines_of(agreement)
    if not lines:
        yield said(say, "targets.none")
        return
    if facts.stretch(agreement).is_cut:
        stretch = facts.stretch(agreement)
        yield said(say, "targets.cut", first=stretch.first, last=stretch.last, tone="warning")
    single = [line for line in lines if not line.is_several]
    several = [line for line in lines if line.is_several]
    if single:
        yield _single(facts, agreement, single, say)
    if several:
        yield _several(agreement, several, say)
    yield _promises(agreement, lines, say)


def _single(facts: Facts, agreement: Agreement, lines: list[Line], say: Language) -> Block:
    heads = columns(
        say,
        ("target", "words", 3),
        ("promised", "figures", 2),
        ("value", "figures", 2),
        ("low", "figures", 2),
        ("high", "figures", 2),
        ("gross", "figures", 2),
        ("n", "figures", 2),
        ("missed", "figures", 1),
        ("verdict", "words", 2),
        ("remarks", "words", 4),
    )
    rows = (_row(facts, line, say) for line in lines)
    return table(f"targets.{agreement.name}", say, heads, rows, note=say.say("report.targets.note"))


def _row(facts: Facts, line: Line, say: Language) -> tuple[Cell, ...]:
    row, target = line.row, line.target
    counted = facts.counted(line)
    tone = {Word.MET: "good", Word.MISSED: "bad"}.get(row.verdict, "plain")
    missing = None if not target.is_share or row.value is None else _short(line)
    return (
        words(line.name, trace=trace_of(row)),
        promised_cell(row, say),
        value_cell(row, say, tone=tone),  # type: ignore[arg-type]
        plain_cell(row, row.low, say),
        plain_cell(row, row.high, say),
        plain_cell(row, row.gross_value, say),
        number_cell(row.n, counts_of(target), trace=trace_of(row, counted.judged)),
        NOTHING
        if missing is None
        else number_cell(missing, counts_of(target), trace=trace_of(row, counted.missed)),
        word_cell(row.verdict, say, trace_of(row)),
        words(("; " if say.code == "en" else "；").join(_remarks(facts, line, say))),
    )


def _short(line: Line) -> int:
    """Return how many of what is counted fall short: those of a share that is to be small, else those not met."""
    row = line.row
    return row.met if line.target.is_at_most else row.n - row.met


def _remarks(facts: Facts, line: Line, say: Language) -> Iterator[str]:
    """Yield what stands beside a value: its period if it is another, what it may become, who was left out."""
    row, stretch = line.row, facts.span.stretches[line.target.agreement]
    if row.period is not None and (row.from_us, row.to_us) != (stretch.from_us, stretch.to_us):
        running = row.verdict is Word.RUNNING
        yield say.say("report.remark.so_far" if running else "report.remark.period", period=row.period)
    if row.best is not None and row.worst is not None and row.best != row.worst:
        low, high = sorted((row.worst, row.best))
        yield say.say(
            "report.remark.become" if row.verdict is Word.RUNNING else "report.remark.unknown",
            low=value_words(line.target, low, say),
            high=value_words(line.target, high, say),
        )
    for count, key in (
        (row.undecided, "undecided"),
        (row.unresolved, _unresolved(line.target)),
        (row.cancelled, "cancelled"),
        (row.excluded, "excluded"),
    ):
        if count:
            yield say.say(f"report.remark.{key}", n=f"{count:,}")
    if row.unknown_us:
        yield say.say("report.remark.unknown_time", length=say.clock_time(row.unknown_us))
    if line.target.minimum > row.n and row.verdict is Word.NO_DATA:
        yield say.say("report.remark.minimum", n=line.target.minimum)
    if row.note:
        yield evaluator_words(row.note, say)


def _unresolved(target: Target) -> str:
    """Return the phrase for what never came to the event that a target waits for."""
    form = target.form
    if isinstance(form, Share) or (isinstance(form, Within | Statistic) and form.measure == "resolution"):
        return "unresolved.resolution"
    if isinstance(form, Within | Statistic) and form.measure == "response":
        return "unresolved.response"
    return "unresolved"


def _several(agreement: Agreement, lines: list[Line], say: Language) -> Block:
    """Return the targets of which several periods end within the report's, summed up."""
    heads = columns(
        say,
        ("target", "words", 3),
        ("promised", "figures", 2),
        ("periods", "figures", 2),
        ("kept", "figures", 2),
        ("worst", "figures", 3),
        ("worst_period", "words", 3),
        ("last_value", "figures", 3),
        ("verdict", "words", 2),
    )
    return table(f"targets_often.{agreement.name}", say, heads, (_often(line, say) for line in lines))


def _often(line: Line, say: Language) -> tuple[Cell, ...]:
    valued = [row for row in line.ended if row.value is not None]
    worst = (max if line.target.is_at_most else min)(valued, key=lambda row: row.value or 0.0, default=None)
    judged = [row for row in line.ended if row.verdict in (Word.MET, Word.MISSED)]
    kept = sum(row.verdict is Word.MET for row in judged)
    return (
        words(line.name, trace=trace_of(line.row)),
        promised_cell(line.row, say),
        number_cell(len(judged), "periods"),
        number_cell(kept, "periods", tone="good" if kept == len(judged) else "bad"),
        NOTHING if worst is None else value_cell(worst, say),
        words(None if worst is None else worst.period),
        value_cell(line.row, say),
        word_cell(line.word, say, trace_of(line.row)),
    )


def _promises(agreement: Agreement, lines: list[Line], say: Language) -> Block:
    heads = columns(say, ("target", "words", 2), ("promise", "words", 8), ("clause", "words", 3))
    targets = dict.fromkeys(line.target for line in lines)
    rows = ((words(each.name), words(promise_words(each, say)), words(each.span.where)) for each in targets)
    return table(f"promises.{agreement.name}", say, heads, rows)
