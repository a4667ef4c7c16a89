"""Documents as a print: PDF on A4, set by typst, tables with their heads repeated on every page."""

from __future__ import annotations

import json
import re
from functools import singledispatch
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slmdsl.report.charts.needed import HINT
from slmdsl.report.document.columns import shares
from slmdsl.report.document.drawn import drawn, label_of
from slmdsl.report.document.failures import FormatError
from slmdsl.report.document.tree import (
    Block,
    Bullets,
    Cell,
    Document,
    Figures,
    Paragraph,
    Picture,
    Section,
    Signatures,
    Table,
)
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

_TEMPLATE: Final = Path(__file__).parents[1] / "pages" / "document.typ"
_DRAWN: Final = "svg"
_TAG: Final = re.compile(r"<[^>]*>|\s+")
_BREAK: Final = "\u200b"
"""May be the end of a line, and is seen nowhere else."""


def pdf_of(documents: Sequence[Document]) -> bytes:
    """Return documents as PDF, each from a new page on, pages counted through.

    The same documents give the same bytes where the same fonts are installed.

    Raises:
        FormatError: a library is not installed, or no font has the Chinese characters of a document.
    """
    if find_spec("typst") is None:
        msg = "a print needs `typst`, which is not installed"
        raise FormatError(msg, HINT)
    import typst  # noqa: PLC0415 - needed for prints alone, and brought by an extra

    from slmdsl.report.document.fonts import fonts_for  # noqa: PLC0415 - as above

    parts = [_part(document) for document in documents]
    installed = typst.Fonts()
    families, without = fonts_for(set(_texts(parts)), installed.fonts())
    shapeless = {ord(each): f"[U+{ord(each):04X}]" for each in without}
    sent = json.dumps(_spelled(parts, shapeless), ensure_ascii=False)
    compiler = typst.Compiler(
        input=_TEMPLATE.read_bytes(),
        root=str(_TEMPLATE.parent),
        font_paths=installed,
        sys_inputs={"parts": sent, "fonts": json.dumps(families)},
    )
    made = compiler.compile(format="pdf", timestamp=0, pdf_standards="ua-1")
    if not isinstance(made, bytes):
        msg = f"the typesetter made a {type(made).__name__} of a print"
        raise TypeError(msg)
    return made


def _text(text: str, longest: int = LONGEST_IN_LINES) -> str:
    return _BREAK.join(pieces(text, longest))


def _part(document: Document) -> dict[str, Any]:
    language = language_of(document)
    before, _, rest = language.say("document.page", page="\0", pages="\1").partition("\0")
    between, _, after = rest.partition("\1")
    return {
        "language": document.language,
        "title": one_line(document.title) or "–",
        "heading": [_text(words) for words in document.heading],
        "sections": [_section(section, language) for section in document.sections],
        "provenance": [[_text(label), _text(words)] for label, words in document.provenance],
        "made_from": language.say("document.provenance"),
        "page": [before, between, after],
    }


def _section(section: Section, language: Language) -> dict[str, Any]:
    return {
        "title": one_line(section.title) or "–",
        "blocks": [_block(block, language) for block in section.blocks],
        "sections": [_section(each, language) for each in section.sections],
    }


def _toned(each: Cell | Paragraph, longest: int = LONGEST_IN_LINES) -> dict[str, Any]:
    line = one_line(each.text)
    return {"text": _text(line, longest), "tone": each.tone, "mark": mark_of(line, each.tone) if line else ""}


@singledispatch
def _block(block: Block, language: Language) -> dict[str, Any]:  # noqa: ARG001 - the others need it
    msg = f"there is no block {type(block).__name__}"
    raise TypeError(msg)


@_block.register(Paragraph)
def _(block: Paragraph, language: Language) -> dict[str, Any]:  # noqa: ARG001 - as above
    return {"kind": "paragraph"} | _toned(block)


@_block.register(Bullets)
def _(block: Bullets, language: Language) -> dict[str, Any]:  # noqa: ARG001 - as above
    return {"kind": "bullets", "numbered": block.numbered, "items": [_text(item) for item in block.items]}


@_block.register(Figures)
def _(block: Figures, language: Language) -> dict[str, Any]:  # noqa: ARG001 - as above
    figures = [
        {
            "label": _text(each.label, LONGEST),
            "cell": _toned(each.cell, LONGEST),
            "note": _text(each.note, LONGEST),
        }
        for each in block.figures
    ]
    return {"kind": "figures", "figures": figures}


@_block.register(Table)
def _(block: Table, language: Language) -> dict[str, Any]:
    letters = room(block)
    return {
        "kind": "table",
        "caption": _text(block.caption),
        "heads": [_text(column.head, letters) for column in block.columns],
        "aligns": [column.align for column in block.columns],
        "widths": shares(block),
        "rows": [[_toned(cell, letters) for cell in row] for row in shown_rows(block)],
        "below": [_text(words) for words in below(block, language)],
    }


@_block.register(Picture)
def _(block: Picture, language: Language) -> dict[str, Any]:  # noqa: ARG001 - as above
    return {
        "kind": "picture",
        "caption": _text(block.caption),
        "alt": label_of(block),
        _DRAWN: drawn(block, "picture"),
    }


@_block.register(Signatures)
def _(block: Signatures, language: Language) -> dict[str, Any]:  # noqa: ARG001 - as above
    return {
        "kind": "signatures",
        "parties": [{"name": _text(name), "role": _text(role)} for name, role in block.parties],
        "place_and_date": _text(block.place_and_date),
        "signature": _text(block.signature),
    }


def _texts(nest: object) -> Iterator[str]:
    """Yield every character of every text in a nest of dicts and lists."""
    if isinstance(nest, str):
        yield from nest
    elif isinstance(nest, dict):
        for key, each in nest.items():
            yield from _texts(_TAG.sub("", each) if key == _DRAWN else each)
    elif isinstance(nest, list):
        for each in nest:
            yield from _texts(each)


def _spelled(nest: Any, shapeless: Mapping[int, str]) -> Any:  # noqa: ANN401 - what JSON can hold
    """Return a nest in which characters without a shape are spelled, so that none is an empty box."""
    if isinstance(nest, str):
        return nest.translate(shapeless)
    if isinstance(nest, dict):
        return {key: each if key == _DRAWN else _spelled(each, shapeless) for key, each in nest.items()}
    if isinstance(nest, list):
        return [_spelled(each, shapeless) for each in nest]
    return nest
