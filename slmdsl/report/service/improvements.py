"""The register of improvements: what is being improved, by whom, until when, and how far its target is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.report.document.tree import Cell, Trace
from slmdsl.report.service.figures import promised_cell, value_words
from slmdsl.report.service.making import columns, part, said, table, words
from slmdsl.report.service.risks import day_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.reports import Improvement
    from slmdsl.report.document.tree import Block, Section, Tone
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts

_OPEN = ("planned", "running")
_TONES: dict[str, Tone] = {"done": "good", "dropped": "quiet"}


def improvements_section(facts: Facts, say: Language) -> Section:
    """Return the register of improvements with the state of each, without what they cost the provider."""
    return part("improvements", say, _blocks(facts, say))


def is_overdue(improvement: Improvement, facts: Facts) -> bool:
    """Whether an improvement should have been done by the day of the report."""
    return improvement.status in _OPEN and improvement.due is not None and improvement.due < facts.day


def _blocks(facts: Facts, say: Language) -> Iterator[Block]:
    improvements = facts.contract.improvements.values()
    if not improvements:
        yield said(say, "improvements.none")
        return
    heads = columns(
        say,
        ("improvement", "words", 4),
        ("closes", "words", 4),
        ("owner", "words", 2),
        ("due", "words", 2),
        ("status", "words", 3),
        ("clause", "words", 2),
    )
    yield table("improvements", say, heads, [_row(each, facts, say) for each in improvements])


def _row(improvement: Improvement, facts: Facts, say: Language) -> tuple[Cell, ...]:
    name = improvement.name
    status = say.say(f"report.progress.{improvement.status}")
    tone = _TONES.get(improvement.status, "plain")
    if is_overdue(improvement, facts) and improvement.due is not None:
        days = say.counted((facts.day - improvement.due).days, "day")
        status, tone = say.say("report.improvements.overdue", status=status, days=days), "bad"
    return (
        words(
            f"{improvement.title} ({name})" if improvement.title else name,
            trace=Trace(clause=improvement.span.where),
        ),
        words("; ".join(_closed(each, facts, say) for each in improvement.closes)),
        words(
            improvement.owner or say.say("report.nobody"), tone="plain" if improvement.owner else "warning"
        ),
        day_cell(improvement.due),
        words(status, tone=tone),
        words(improvement.span.where),
    )


def _closed(qualified: str, facts: Facts, say: Language) -> str:
    """Return a target that an improvement is to close, with where it stands."""
    lines = [
        line for line in facts.lines if line.target.qualified == qualified and line.row.value is not None
    ]
    if not lines:
        return qualified
    values = (
        (f"{line.part} " if line.part else "")
        + value_words(line.target, line.row.value, say, line.row.threshold)
        for line in lines
    )
    promised = promised_cell(lines[0].row, say).text
    return say.say("report.improvements.now", target=qualified, values=say.listed(values), promised=promised)
