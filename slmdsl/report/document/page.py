"""Documents as a page that stands alone: one file, nothing from elsewhere, no script, fit for print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from slmdsl.report.document.columns import DENSE, TINY, one_piece, shares
from slmdsl.report.document.drawn import drawn
from slmdsl.report.document.tree import Cell, Document, Paragraph, Picture, Section, Table
from slmdsl.report.document.words import (
    LONGEST,
    LONGEST_IN_LINES,
    below,
    language_of,
    mark_of,
    one_line,
    pieces,
    room,
    shown_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.report.language import Language

_PAGES: Final = Path(__file__).parents[1] / "pages"
_NO_ID: Final = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A document as its template sees it: with names within the page that no other document of the page has."""

    id: str
    document: Document
    language: Language
    ids: Mapping[str, str]
    pictures: Mapping[str, str]
    depth: int
    """Of its title: 1 for the first document of a page, which has one heading of that kind."""


def page_of(documents: Sequence[Document]) -> bytes:
    """Return documents as HTML, one below the other.

    Raises:
        FormatError: there are pictures, and the libraries that draw them are not installed.
    """
    parts = tuple(_parts(documents))
    return _environment().get_template("document.html.j2").render(parts=parts).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["line"] = one_line
    environment.filters["breakable"] = breakable
    environment.filters["flowing"] = lambda text: breakable(text, LONGEST_IN_LINES)
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["size"] = _size
    environment.filters["room"] = room
    environment.filters["shares"] = shares
    environment.filters["one_piece"] = one_piece
    environment.globals |= {"shown_rows": shown_rows, "below": below, "mark": _mark}
    return environment


def breakable(text: str, longest: int = LONGEST) -> Markup:
    """Return a text in one line whose long words may be broken: where parts of a name meet, else every few letters.

    >>> str(breakable("incident.first_reply is <kept>"))
    'incident.<wbr>first_<wbr>reply is &lt;kept&gt;'
    """
    return Markup("<wbr>").join(pieces(text, longest))


def _mark(language: Language, each: Cell | Paragraph) -> Markup:
    """Return the mark before a text of a tone, and its meaning for those who hear the page."""
    sign = mark_of(one_line(each.text), each.tone)
    if not sign:
        return Markup("")
    said = language.say(f"document.{each.tone}")
    return Markup('<span class="mark" role="img" aria-label="{}">{}</span>&nbsp;').format(said, sign)


def _size(table: Table) -> str:
    columns = len(table.columns)
    return "tiny" if columns > TINY else "dense" if columns > DENSE else ""


def _parts(documents: Sequence[Document]) -> Iterator[_Part]:
    codes = [document.language for document in documents]
    for number, document in enumerate(documents):
        own = document.language if codes.count(document.language) == 1 else f"{document.language}{number + 1}"
        ids = dict(_named(document, own))
        pictures = [block for block in document.blocks() if isinstance(block, Picture)]
        yield _Part(
            id=own,
            document=document,
            language=language_of(document),
            ids=ids,
            # Drawn by the renderer, which escapes its texts.
            pictures={each.key: Markup(drawn(each, ids[each.key])) for each in pictures},  # noqa: S704 - as said
            depth=1 if not number else 2,
        )


def _named(document: Document, own: str) -> Iterator[tuple[str, str]]:
    """Yield for each key of a document what it is called in the page."""
    taken: set[str] = set()
    for key in dict.fromkeys(_keys(document)):
        name = base = f"{own}-{_NO_ID.sub('-', key)}"
        count = 1
        while name in taken:
            count += 1
            name = f"{base}-{count}"
        taken.add(name)
        yield key, name


def _keys(document: Document) -> Iterator[str]:
    sections: list[Section] = list(document.sections)
    for section in sections:
        yield f"section {section.key}"
        sections += section.sections
    for block in document.blocks():
        key: Any = getattr(block, "key", None)
        if key is not None:
            yield key
