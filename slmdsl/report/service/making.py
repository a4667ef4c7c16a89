"""What the parts of a report have in common: sections, columns and rows in a language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from slmdsl.report.document.tree import Cell, Column, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.report.document.tree import Alignment, Block, Tone, Trace
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts

_NOTHING: Final = (
    "trend.none",
    "availability.none",
    "credits.not_agreed",
    "escalations.not_agreed",
    "risks.none",
    "improvements.none",
    "feedback.no_source",
    "intake.none",
)
"""Phrases of chapters that hold nothing because nothing of their kind is agreed, declared or read."""


def part(key: str, say: Language, blocks: Iterable[Block] = (), sections: Iterable[Section] = ()) -> Section:
    """Return a part of the report under its heading."""
    return Section(
        key=key, title=say.say(f"report.part.{key}"), blocks=tuple(blocks), sections=tuple(sections)
    )


def shows(facts: Facts, key: str) -> bool:
    """Whether a report has a part."""
    return not facts.report.shows or key in facts.report.shows


def with_something_to_say(sections: Iterable[Section], say: Language) -> Iterator[Section]:
    """Yield parts but for those, and the agreements in them, that only tell that nothing of their kind is agreed."""
    empty = {say.say(f"report.{key}") for key in _NOTHING}
    for section in sections:
        if not section.sections:
            if not _is_empty(section, empty):
                yield section
        elif within := tuple(each for each in section.sections if not _is_empty(each, empty)):
            yield replace(section, sections=within)


def _is_empty(section: Section, empty: AbstractSet[str]) -> bool:
    return not section.sections and all(
        isinstance(block, Paragraph) and block.text in empty for block in section.blocks
    )


def of_agreement(key: str, agreement: Agreement, facts: Facts, blocks: Iterable[Block]) -> Section:
    """Return the section of one agreement within a part, under its title."""
    title = agreement.title or agreement.name
    several = len(facts.agreements) > 1
    return Section(
        key=f"{key}.{agreement.name}",
        title=f"{title} ({agreement.name})" if several and agreement.title else title,
        blocks=tuple(blocks),
    )


def by_agreement(
    key: str, say: Language, facts: Facts, found: Iterable[tuple[Agreement, list[Block]]]
) -> Section:
    """Return a part with a section for each agreement, or its blocks alone where there is one agreement."""
    every = list(found)
    if len(facts.agreements) == 1:
        return part(key, say, [block for _, blocks in every for block in blocks])
    return part(
        key, say, sections=[of_agreement(key, each, facts, blocks) for each, blocks in every if blocks]
    )


def columns(
    say: Language, *specified: tuple[str, Alignment] | tuple[str, Alignment, int]
) -> tuple[Column, ...]:
    """Return columns by key, side and share of the width; a key's head is its phrase `report.head.KEY`."""
    return tuple(
        Column(
            key=each[0],
            head=say.say(f"report.head.{each[0]}"),
            align=each[1],
            width=each[2] if len(each) > 2 else 0,  # noqa: PLR2004 - the third is the width
        )
        for each in specified
    )


def table(
    key: str,
    say: Language,
    heads: tuple[Column, ...],
    rows: Iterable[tuple[Cell, ...]],
    *,
    caption: str = "",
    note: str = "",
    shown: int = 0,
) -> Table:
    """Return a table; its caption is the phrase `report.table.KEY` (up to a dot) unless said."""
    return Table(
        key=key,
        caption=caption or say.say(f"report.table.{key.partition('.')[0]}"),
        columns=heads,
        rows=tuple(rows),
        note=note,
        shown=shown,
    )


def words(text: str | None, *, tone: Tone = "plain", trace: Trace | None = None) -> Cell:
    """Return a cell of words, which are their own value."""
    return Cell(text=text or "", value=text, tone=tone, trace=trace)


def said(say: Language, key: str, /, *, tone: Tone = "plain", **places: object) -> Paragraph:
    """Return a paragraph from its phrase."""
    return Paragraph(text=say.say(f"report.{key}", **places), tone=tone)
