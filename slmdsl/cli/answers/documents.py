"""Documents as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from slmdsl.cli.terminal import Terminal
    from slmdsl.report.document.tree import Document

_LONGEST: Final = 1 << 20
"""Bytes of a user's own template."""


def write_documents(
    documents: Sequence[Document], out: Path, at: Terminal, *, template: Path | None = None
) -> None:
    """Write documents to a file in the format that its name ends in, and say so.

    Args:
        documents: several are the same document in several languages.
        out: the file; its folder is made if need be, and a file of this name is replaced.
        at: where to say what was written.
        template: a file with a user's own template, for a page alone.

    Raises:
        UsageError: there is no such format, it cannot be had, or the template fails.
        OSError: a file cannot be read or written.
    """
    from slmdsl.report.document.formats import FormatError, rendered  # noqa: PLC0415 - lazy at the door

    refuse_suffix(out)
    own = None if template is None else _template(template)
    try:
        with at.working(f"Writing {out.name}"):
            content = rendered(documents, out.suffix, template=own)
    except FormatError as error:
        msg = f"{out if template is None else template}: {error.message}"
        raise UsageError(msg, error.help) from error
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    at.say(f"wrote {out}")


def refuse_suffix(out: Path) -> None:
    """Refuse a file that ends in no format: to be asked before what is written takes long. Raises UsageError."""
    from slmdsl.report.document.formats import SUFFIXES  # noqa: PLC0415 - lazy at the door

    if out.suffix not in SUFFIXES or out.is_dir():
        msg = f"{out} is a folder" if out.is_dir() else f"{out}: its ending names no format"
        raise UsageError(msg, f"name a file that ends in one of {', '.join(SUFFIXES)}")


def _template(path: Path) -> str:
    if path.stat().st_size > _LONGEST:
        msg = f"{path} has {path.stat().st_size:,} bytes, more than a template needs"
        raise UsageError(msg, f"a template has at most {_LONGEST:,}")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        msg = f"{path} is not text in UTF-8"
        raise UsageError(msg, "save the template as UTF-8") from error
