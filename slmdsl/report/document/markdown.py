"""A document as Markdown, as GitHub reads it. Texts are escaped; pictures are there in words."""

from __future__ import annotations

import re
from functools import singledispatch
from typing import TYPE_CHECKING, Final

from slmdsl.report.document.tree import (
    Block,
    Bullets,
    Document,
    Figures,
    Paragraph,
    Picture,
    Section,
    Signatures,
    Table,
)
from slmdsl.report.document.words import below, language_of, marked, one_line, shown_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slmdsl.report.language import Language

_DEEPEST: Final = 6
_MEANT: Final = re.compile(r"([\\`*<>\[\]|~$&]|(?<![^\W_])_|_(?![^\W_]))")
"""What would be markup wherever it stands; an underscore within a word would not."""
_ADDRESS: Final = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(?=:)|\b(www)(?=\.)")
_AT_START: Final = re.compile(r"([#+\-=>]|\d{1,9}(?=[.)]))")


def markdown_of(documents: Sequence[Document]) -> bytes:
    """Return documents one below the other, a rule between them."""
    parts = ("\n\n".join(_document(document)) for document in documents)
    return ("\n\n---\n\n".join(parts) + "\n").encode()


def escaped(text: str) -> str:
    r"""Return a text, in one line, that is read as nothing but text within a line of Markdown.

    >>> escaped("a|b `c` <i> first_reply *")
    'a\\|b \\`c\\` \\<i\\> first_reply \\*'
    """
    whole = _MEANT.sub(r"\\\1", one_line(text))
    return _ADDRESS.sub(lambda found: f"{found[0]}\\", whole)


def line(text: str) -> str:
    r"""Return a text that is read as nothing but text at the start of a line.

    >>> line("1. no list"), line("# no heading")
    ('1\\. no list', '\\# no heading')
    """
    whole = escaped(text)
    if found := _AT_START.match(whole):
        end = found.end() if whole[0].isdigit() else 0
        return f"{whole[:end]}\\{whole[end:]}"
    return whole


def _document(document: Document) -> Iterator[str]:
    language = language_of(document)
    yield f"# {escaped(document.title)}"
    if document.heading:
        yield "\\\n".join(line(each) for each in document.heading)
    for section in document.sections:
        yield from _section(section, 2, language)
    if document.provenance:
        yield f"## {escaped(language.say('document.provenance'))}"
        yield _list(f"{line(label)}: {escaped(text)}" for label, text in document.provenance)


def _section(section: Section, depth: int, language: Language) -> Iterator[str]:
    yield f"{'#' * min(depth, _DEEPEST)} {escaped(section.title)}"
    for block in section.blocks:
        yield from _block(block, language)
    for each in section.sections:
        yield from _section(each, depth + 1, language)


def _list(items: Iterable[str], *, numbered: bool = False) -> str:
    return "\n".join(f"{number}. {item}" if numbered else f"- {item}" for number, item in enumerate(items, 1))


@singledispatch
def _block(block: Block, language: Language) -> Iterator[str]:  # noqa: ARG001 - the others need it
    msg = f"there is no block {type(block).__name__}"
    raise TypeError(msg)


@_block.register(Paragraph)
def _(block: Paragraph, language: Language) -> Iterator[str]:  # noqa: ARG001 - as above
    yield line(marked(block.text, block.tone))


@_block.register(Bullets)
def _(block: Bullets, language: Language) -> Iterator[str]:  # noqa: ARG001 - as above
    if block.items:
        yield _list(map(line, block.items), numbered=block.numbered)


@_block.register(Figures)
def _(block: Figures, language: Language) -> Iterator[str]:  # noqa: ARG001 - as above
    said = (
        f"**{escaped(figure.label) or '–'}**: {escaped(marked(figure.cell.text, figure.cell.tone))}"
        + (f" ({escaped(figure.note)})" if figure.note else "")
        for figure in block.figures
    )
    yield _list(said)


@_block.register(Table)
def _(block: Table, language: Language) -> Iterator[str]:
    yield f"**{escaped(block.caption)}**"
    heads = [escaped(column.head) for column in block.columns]
    rules = ["---:" if column.align == "figures" else ":---" for column in block.columns]
    rows = ([escaped(marked(cell.text, cell.tone)) for cell in row] for row in shown_rows(block))
    yield "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rules, *rows))
    for each in below(block, language):
        yield line(each)


@_block.register(Picture)
def _(block: Picture, language: Language) -> Iterator[str]:
    yield f"**{escaped(language.say('document.picture', caption=one_line(block.caption)))}**"
    yield line(block.alt)


@_block.register(Signatures)
def _(block: Signatures, language: Language) -> Iterator[str]:
    heads = ("", escaped(block.place_and_date), escaped(block.signature))
    rows = (
        (escaped(language.say("document.signs", name=name, role=role) if role else name), "", "")
        for name, role in block.parties
    )
    yield "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ("---",) * 3, *rows))
