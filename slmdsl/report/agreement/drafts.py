"""Chapters before they are numbered: clauses that refer to each other by keys, which numbering turns into numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from slmdsl.report.document.tree import Block, Bullets, Cell, Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_REFERENCE: Final = re.compile("\ue000([^\ue000\ue001]*)\ue001")
"""A key between two characters of private use, of which a text of the parties has none that is also a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered paragraph; others refer to it by its key."""

    text: str
    key: str = ""


Item = Clause | Block
"""Blocks beside clauses belong to the clause before them and have no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A numbered heading with clauses, and chapters within it, which go on with its numbers."""

    key: str
    title: str
    items: tuple[Item, ...] = ()
    parts: tuple[Chapter, ...] = ()


def refer(key: str) -> str:
    """Return what becomes the number of the clause or chapter with this key."""
    return f"\ue000{key}\ue001"


def clauses(texts: Iterable[str]) -> tuple[Clause, ...]:
    """Return a clause for each text that is not empty."""
    return tuple(Clause(text=text) for text in texts if text)


def numbered(chapters: Iterable[Chapter]) -> tuple[tuple[Section, ...], Mapping[str, str]]:
    """Return chapters as sections with their numbers in place, and the number of each key.

    Chapters without anything in them are left out, so that numbers have no holes.
    """
    kept = [each for each in chapters if each.items or each.parts]
    numbers = dict(_numbers(kept, ""))

    def words(text: str) -> str:
        return _REFERENCE.sub(lambda found: numbers.get(found[1], found[0]), text)

    return tuple(_section(each, words, str(place)) for place, each in enumerate(kept, 1)), numbers


def _numbers(chapters: Iterable[Chapter], above: str, before: int = 0) -> Iterator[tuple[str, str]]:
    for place, chapter in enumerate(chapters, before + 1):
        number = f"{above}{place}"
        yield chapter.key, number
        own = [each for each in chapter.items if isinstance(each, Clause)]
        yield from ((each.key, f"{number}.{i}") for i, each in enumerate(own, 1) if each.key)
        yield from _numbers(chapter.parts, f"{number}.", len(own))


def _section(chapter: Chapter, words: Callable[[str], str], number: str) -> Section:
    blocks: list[Block] = []
    count = 0
    for each in chapter.items:
        if isinstance(each, Clause):
            count += 1
            blocks.append(Paragraph(text=f"{number}.{count} {words(each.text)}"))
        else:
            blocks.append(_resolved(each, words))
    return Section(
        key=chapter.key,
        title=f"{number} {words(chapter.title)}",
        blocks=tuple(blocks),
        sections=tuple(
            _section(part, words, f"{number}.{place}") for place, part in enumerate(chapter.parts, count + 1)
        ),
    )


def _resolved(block: Block, words: Callable[[str], str]) -> Block:
    """Return a block with numbers in the places of keys."""
    if isinstance(block, Table):
        rows = tuple(tuple(_cell(cell, words) for cell in row) for row in block.rows)
        return replace(block, rows=rows, caption=words(block.caption), note=words(block.note))
    if isinstance(block, Bullets):
        return replace(block, items=tuple(map(words, block.items)))
    if isinstance(block, Paragraph):
        return replace(block, text=words(block.text))
    return block


def _cell(cell: Cell, words: Callable[[str], str]) -> Cell:
    value = words(cell.value) if isinstance(cell.value, str) else cell.value
    return replace(cell, text=words(cell.text), value=value)
