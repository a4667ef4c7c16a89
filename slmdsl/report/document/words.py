"""What formats for people have in common: texts that can be printed, marks beside tones, how many rows are shown."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from slmdsl.base.display import visible
from slmdsl.report.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.report.document.tree import Cell, Document, Table, Tone
    from slmdsl.report.language import Language

MARKS: Final[dict[Tone, str]] = {"good": "✓", "bad": "✗", "warning": "!"}
"""What stands before a text of a tone, so that it is not told by colour alone. The other tones have no mark."""

_SIGNS: Final = frozenset("✓✗!…–○~⚠✔✘×")
"""A text that begins with one of these brings its own mark."""

_SEAM: Final = re.compile(r"(?<=[._/\\:@,;=-])(?=[^._/\\:@,;=-])")
LONGEST: Final = 12
"""Letters of a word that a column has room for; where there are many columns it is less."""
LONGEST_IN_LINES: Final = 30
"""Letters of a word that whole lines have room for, on a telephone too."""
_ACROSS: Final = 90
"""Letters that fit beside each other on a printed page."""
_HELD: Final = re.compile(r"(?<=\d) (?=%)|(?<=^[✓✗!…–○~]) (?=\w)")
"""Blanks at which a line should not end."""
_BREAKS: Final = re.compile(r"\s+")


def one_line(text: str) -> str:
    """Return a text without line breaks, and with every character that could not be seen made visible.

    >>> one_line("a range\\nof days")
    'a range of days'
    """
    return visible(_BREAKS.sub(" ", text).strip())


def room(table: Table) -> int:
    """Return how many letters of a word the columns of a table have room for on a printed page."""
    return max(3, min(LONGEST, _ACROSS // max(1, len(table.columns))))


@cache
def _long_words(longest: int) -> re.Pattern[str]:
    """Find the words that a narrow column must be able to break. Chinese may be broken anywhere as it is."""
    return re.compile(rf"[^\s\u2e80-\uffef]{{{longest + 1},}}")


def pieces(text: str, longest: int = LONGEST) -> list[str]:
    """Return a text in one line, parted where long words may be broken: between parts of a name, else within.

    >>> pieces("incident.first_reply is kept")
    ['incident.', 'first_', 'reply is kept']
    """
    line = _HELD.sub("\u00a0", one_line(text))
    found, end = [""], 0
    for word in _long_words(longest).finditer(line):
        found[-1] += line[end : word.start()]
        first, *others = _broken(word[0], longest)
        found[-1] += first
        found += others
        end = word.end()
    found[-1] += line[end:]
    return found


def _broken(word: str, longest: int) -> Iterator[str]:
    for part in _SEAM.split(word):
        yield from (part[start : start + longest] for start in range(0, len(part), longest))


def mark_of(text: str, tone: Tone) -> str:
    """Return the mark that has to stand before a text, "" where its tone has none or the text brings its own.

    >>> mark_of("97.1 %", "bad"), mark_of("✗ missed", "bad"), mark_of("12", "plain")
    ('✗', '', '')
    """
    return "" if text[:1] in _SIGNS else MARKS.get(tone, "")


def marked(text: str, tone: Tone) -> str:
    """Return a text as a line with its mark: `✗ 97.1 %`."""
    line = one_line(text)
    mark = mark_of(line, tone) if line else ""
    return f"{mark} {line}" if mark else line


def shown_rows(table: Table) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of a table that people are shown."""
    return table.rows[: table.shown] if table.shown else table.rows


def below(table: Table, language: Language) -> list[str]:
    """Return what stands below a table: how many rows are not shown, and its note."""
    hidden = len(table.rows) - len(shown_rows(table))
    more = [language.say("document.more_rows", n=f"{hidden:,}")] if hidden else []
    return [*more, *([one_line(table.note)] if table.note else [])]


def language_of(document: Document) -> Language:
    """Return the language that a document is written in."""
    return LANGUAGES[document.language]
