"""What the report rests on: every row that was read, and why some were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.report.service.figures import number_cell
from slmdsl.report.service.making import columns, part, said, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.report.document.tree import Block, Cell, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts

_SHOWN = 20
_FATES = {"unknown group": "unknown_group"}


def intake_section(facts: Facts, say: Language) -> Section:
    """Return what became of the rows of each source: rows in = taken + ignored + refused."""
    return part("intake", say, _blocks(facts, say))


def _blocks(facts: Facts, say: Language) -> Iterator[Block]:
    log = facts.log
    if not log.intakes:
        yield said(say, "intake.none")
        return
    heads = columns(
        say,
        ("source", "words", 2),
        ("file", "words", 4),
        ("rows_in", "figures", 2),
        ("taken", "figures", 2),
        ("ignored", "figures", 2),
        ("refused", "figures", 2),
    )
    rows = [
        (
            words(each.source),
            words(each.file),
            *(number_cell(number, "rows") for number in (each.rows_in, each.rows_taken, each.rows_ignored)),
            number_cell(each.rows_refused, "rows", tone="warning" if each.rows_refused else "plain"),
        )
        for each in log.intakes
    ]
    yield table("intake", say, heads, rows, note=say.say("report.intake.note"))
    if log.tallies:
        heads = columns(
            say, ("source", "words", 2), ("fate", "words", 2), ("reason", "words", 7), ("rows", "figures", 1)
        )
        tallied = [
            (
                words(each.source),
                words(say.say(f"report.fate.{_FATES.get(each.fate, each.fate)}")),
                words(each.reason),
                number_cell(each.rows, "rows"),
            )
            for each in log.tallies
        ]
        yield table("intake_reasons", say, heads, tallied, note=say.say("report.intake.verbatim"))
    if log.refusals:
        heads = columns(
            say, ("source", "words", 2), ("file", "words", 4), ("row", "figures", 1), ("reason", "words", 6)
        )
        refused: list[tuple[Cell, ...]] = [
            (words(each.source), words(each.file), number_cell(each.row, "row"), words(each.reason))
            for each in log.refusals
        ]
        yield table("refused", say, heads, refused, shown=_SHOWN)
