"""The formatter: one canonical layout for every file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.layout.printer import Printer
from slmdsl.syntax.layout.rows import printed
from slmdsl.syntax.parse import parse

if TYPE_CHECKING:
    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.syntax.parse import Parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A file's text in canonical layout, and the errors whose lines were left as they are."""

    text: str
    diagnostics: tuple[Diagnostic, ...]


def format_text(text: str, file: str) -> str:
    """Return `text` in canonical layout; `file` is the name that diagnostics would call it by.

    Takes any text. Lines with errors stay as they are, and so does all that follows a block without an end.

    >>> print(format_text('team  apps{\\ncontact   lead "a@b.example"\\n}', "a.slm"), end="")
    team apps {
      contact lead "a@b.example"
    }
    """
    return format_parsed(parse(text, file)).text


def format_parsed(parsed: Parsed) -> Formatted:
    """Return the text of a file that was read in canonical layout, with the errors that it has."""
    printer = Printer(parsed)
    lines = list(printed(printer.rows()))
    if printer.stop < len(parsed.text) and printer.is_after_blank(printer.stop):
        lines.append("")
    text = "".join(f"{line}\n" for line in lines) + parsed.text[printer.stop :]
    return Formatted(text=text, diagnostics=parsed.diagnostics)
