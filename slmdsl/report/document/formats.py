"""Documents as bytes: a page, a print, plain text, a workbook, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.report.document.failures import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slmdsl.report.document.tree import Document

__all__ = ["SUFFIXES", "FormatError", "rendered"]


def rendered(documents: Sequence[Document], suffix: str, *, template: str | None = None) -> bytes:
    """Return documents in a format: the same documents give the same bytes.

    Args:
        documents: at least one; several are the same document in several languages.
        suffix: which format, one of `SUFFIXES`.
        template: the text of a user's own template, for a page alone.

    Raises:
        FormatError: no such format, a library or a font is absent, or the template fails.

    For example `rendered([document], ".md").decode()`.
    """
    if not documents:
        msg = "nothing to render"
        raise ValueError(msg)
    if suffix not in _FORMATS:
        msg = f"there is no format `{suffix}`"
        raise FormatError(msg, f"a file ends in one of {', '.join(SUFFIXES)}")
    if template is None:
        return _FORMATS[suffix](documents)
    if suffix != ".html":
        msg = f"a template of one's own makes a page, and no `{suffix}`"
        raise FormatError(msg, "name a file that ends in .html, or leave the template away")
    from slmdsl.report.document.confined import page_of_template  # noqa: PLC0415 - as below

    return page_of_template(documents, template)


def _json(documents: Sequence[Document]) -> bytes:
    from slmdsl.report.document.records import json_of  # noqa: PLC0415 - each format loads what it needs

    return json_of(documents)


def _markdown(documents: Sequence[Document]) -> bytes:
    from slmdsl.report.document.markdown import markdown_of  # noqa: PLC0415 - as above

    return markdown_of(documents)


def _page(documents: Sequence[Document]) -> bytes:
    from slmdsl.report.document.page import page_of  # noqa: PLC0415 - as above

    return page_of(documents)


def _pdf(documents: Sequence[Document]) -> bytes:
    from slmdsl.report.document.pdf import pdf_of  # noqa: PLC0415 - as above

    return pdf_of(documents)


def _workbook(documents: Sequence[Document]) -> bytes:
    from slmdsl.report.document.workbook import workbook_of  # noqa: PLC0415 - as above

    return workbook_of(documents)


_FORMATS: Final[dict[str, Callable[[Sequence[Document]], bytes]]] = {
    ".html": _page,
    ".pdf": _pdf,
    ".md": _markdown,
    ".xlsx": _workbook,
    ".json": _json,
}
SUFFIXES: Final[tuple[str, ...]] = tuple(_FORMATS)
"""How a file ends that a document can be written to."""
