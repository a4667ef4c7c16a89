"""Text to tokens, line by line: one pass of one linear pattern."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Diagnostic, Fix
from slmdsl.syntax import codes, limits
from slmdsl.syntax.grammars import terminal_patterns
from slmdsl.syntax.tokens import Comment, Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.base.diagnostics import Code
    from slmdsl.syntax.source_text import SourceText

_LETTER: Final = r"A-Za-z_\x80-\U0010ffff"
# What the grammar has no terminal for: layout, and what people write and the language does not. Each of the latter is
# named, mended where that is safe, and never guessed at silently. A character is read a bounded number of times:
# quantifiers are single or possessive.
_FURTHER: Final = {
    "WORD": rf"[{_LETTER}][\w\x80-\U0010ffff]*+(?:\.[\w\x80-\U0010ffff]++)*+(?:[\-/][A-Za-z0-9][A-Za-z0-9_+\-/]*+)?+",
    "SIGN": r"\.\.|<=|>=|!=|[{}(),:<>=*+\-]",
    "NEWLINE": r"\n",
    "DATE_WITH_T": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+\-Z]*+",
    "LOOSE_DATE": r"[0-9]{1,4}(?:/[0-9]{1,2}/|\.[0-9]{1,2}\.|-[0-9]{1,2}-)[0-9]{1,4}(?![0-9])",
    "SPACED_PERCENT": r"[0-9][0-9_]*+(?:\.[0-9]++)?+[ ]++%",
    "PROSE": r'"""(?:[^"\n]|"(?!"")|\n(?![ ]*+\}))*+(?:""")?',
    "OPEN_STRING": r'"(?:[^"\\\n]|\\[^\n])*+\\?',
    "COMMENT": r"#[^\n]*+",
    "TAB": r"\t++",
    "FOREIGN": r"[^ \n]",
}
_NUMERIC: Final = (
    "DATE_WITH_T",
    "DATE",
    "LOOSE_DATE",
    "TIME",
    "MONTH_DAY",
    "PERCENT",
    "SPACED_PERCENT",
    "NUMBER",
)
_QUOTED: Final = ("PROSE", "STRING", "OPEN_STRING")
PLAIN: Final = frozenset({"SIGN", "STRING", "DATE", "TIME", "MONTH_DAY", "PERCENT", "NUMBER"})
BAD: Final = "BAD"
"""The kind of a token that already has its diagnostic; a statement with one is not parsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """The tokens of each line (those of line 1 first), the comments, and what was wrong."""

    lines: tuple[list[Token], ...]
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of one token with the spaces before it, its kind being the last group."""
    terminals = terminal_patterns() | _FURTHER

    def one_of(*kinds: str) -> str:
        return "|".join(f"(?P<{kind}>{terminals[kind]})" for kind in kinds)

    numeric = f"(?=[0-9])(?:{one_of(*_NUMERIC)})"
    quoted = f'(?=")(?:{one_of(*_QUOTED)})'
    rest = one_of("COMMENT", "TAB", "FOREIGN")
    return re.compile(f"[ ]*+(?:{one_of('WORD', 'SIGN', 'NEWLINE')}|{numeric}|{quoted}|{rest})")


def scan(source: SourceText) -> Scanned:
    """Cut the text of `source` into tokens."""
    return _Scanner(source).scanned()


class _Scanner:
    """One pass over one text."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._diagnostics: list[Diagnostic] = []
        self._comments: list[Comment] = []
        self._lines: list[list[Token]] = [[]]
        self._long: list[tuple[int, int]] = []  # lines that are too long: index and start
        self._prose_places: list[tuple[int, int]] = []

    def scanned(self) -> Scanned:
        source = self._source
        shared: dict[str, str] = {}  # one string for each word, however often it stands in the text
        lines, line = self._lines, self._lines[0]
        room = limits.LINES
        for match in _pattern().finditer(self._text_of_fair_lines()):
            kind = match.lastgroup or ""
            text = match[kind]
            end = match.end()
            if kind == "WORD" and text.isidentifier():
                line.append(Token("NAME", shared.setdefault(text, text), end - len(text), end, source))
            elif kind in PLAIN:
                line.append(Token(kind, shared.setdefault(text, text), end - len(text), end, source))
            elif kind == "NEWLINE":
                line = []
                lines.append(line)
                room -= 1
                if room < 0:
                    self._report(
                        codes.TOO_LARGE, end - 1, end, "the file is read up to this line: it has too many"
                    )
                    self._add(BAD, source.text[end:], end, len(source.text))
                    break
            else:
                _SPECIAL[kind](self, text, end - len(text))
                line = lines[-1]
        self._keep_long_lines()
        return Scanned(
            lines=tuple(lines), comments=tuple(self._comments), diagnostics=tuple(self._diagnostics)
        )

    def _text_of_fair_lines(self) -> str:
        """Return the text with lines that are too long blanked out."""
        text = self._source.text
        longest = limits.LINE_CHARACTERS
        if self._source.longest_line <= longest:
            return text
        parts = text.split("\n")
        start = 0
        for index, part in enumerate(parts):
            if len(part) > longest:
                message = f"a line may have {longest:_} characters; this one has {len(part):_}"
                self._report(codes.LINE_TOO_LONG, start, start + 1, message)
                self._long.append((index, start))
                parts[index] = " " * len(part)
            start += len(part) + 1
        return "\n".join(parts)

    def _keep_long_lines(self) -> None:
        """Put a token for each line that was too long where it stands, unless it is part of a prose."""
        text = self._source.text
        for index, start in self._long:
            in_prose = any(first < start < last for first, last in self._prose_places)
            if index < len(self._lines) and not in_prose:
                end = text.index("\n", start)
                self._lines[index].append(Token(BAD, text[start:end], start, end, self._source))

    def _report(
        self,
        code: Code,
        start: int,
        end: int,
        message: str,
        *,
        help: str = "",  # noqa: A002 - as in Code.at
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        if len(self._diagnostics) <= limits.ERRORS:
            span = self._source.span(start, end)
            self._diagnostics.append(code.at(span, message, help=help or (), fixes=fixes))

    def _add(self, kind: str, text: str, start: int, end: int) -> None:
        self._lines[-1].append(Token(kind, text, start, end, self._source))

    def _fix(self, start: int, end: int, replacement: str) -> Fix:
        description = f"write `{replacement}`" if replacement.strip() else "write spaces"
        return Fix(span=self._source.span(start, end), replacement=replacement, description=description)

    def comment(self, text: str, start: int) -> None:
        self._comments.append(Comment(text, start, alone=not self._lines[-1]))

    def prose(self, text: str, start: int) -> None:
        end = start + len(text)
        text = self._source.text[start:end]  # as written, also where a line of it is too long
        self._prose_places.append((start, end))
        if text.endswith('"""') and len(text) >= 2 * len('"""'):
            self._add("PROSE", text, start, end)
        else:
            message = 'the text that starts here has no closing `"""`'
            self._report(
                codes.OPEN_PROSE,
                start,
                start + 3,
                message,
                help='close it with `"""` before the block\'s `}`',
            )
            self._add(BAD, text, start, end)
        self._lines.extend([] for _ in range(text.count("\n")))

    def word(self, text: str, start: int) -> None:
        """Take a word that is not a plain name: dotted, hyphenated, `p99.9`, or with a character no name may have."""
        end = start + len(text)
        if "-" in text or "/" in text:
            self._add("HYPHENATED", text, start, end)
        elif all(part.isidentifier() for part in text.split(".")):
            self._add("PATH", text, start, end)
        elif re.fullmatch(terminal_patterns()["QUANTILE"], text):
            self._add("QUANTILE", text, start, end)
        else:
            wrong = (index for index, character in enumerate(text) if not ("a" + character).isidentifier())
            index = next((index for index in wrong if text[index] != "."), 0)
            self._report_foreign(text[index], start + index)
            self._add(BAD, text, start, end)

    def open_string(self, text: str, start: int) -> None:
        brace = text.endswith("{")  # rather the block's than the text's
        end = start + len(text) - brace
        self._report(codes.OPEN_STRING, start, end, 'the quoted text has no closing `"` on its line')
        self._add(BAD, text.removesuffix("{"), start, end)
        if brace:
            self._add("SIGN", "{", end, end + 1)

    def date_with_t(self, text: str, start: int) -> None:
        end = start + len(text)
        mended = re.sub(r"[+\-]\d\d:?\d\d$|Z$", "", text[11:])
        replacement = f"{text[:10]} {mended}"
        message = f"`{text}`: date and time are written with a space between them, in the zone of the block"
        self._report(codes.DATE_FORM, start, end, message, fixes=(self._fix(start, end, replacement),))
        self._add(BAD, text, start, end)

    def loose_date(self, text: str, start: int) -> None:
        end = start + len(text)
        readings = _readings(text)
        help_line = f"write {' or '.join(f'`{reading}`' for reading in readings)}" if readings else ""
        reason = "can be read in more than one way" if len(readings) > 1 else "is not written as dates are"
        message = f"`{text}` {reason}: year-month-day, with two digits for month and day"
        fixes = tuple(self._fix(start, end, reading) for reading in readings)
        self._report(codes.DATE_FORM, start, end, message, help=help_line, fixes=fixes)
        self._add(BAD, text, start, end)

    def spaced_percent(self, text: str, start: int) -> None:
        end = start + len(text)
        mended = text.replace(" ", "")
        message = f"`{text}` has a space before the percent sign"
        self._report(codes.SPACED_PERCENT, start, end, message, fixes=(self._fix(start, end, mended),))
        self._add("PERCENT", mended, start, end)

    def tab(self, text: str, start: int) -> None:
        end = start + len(text)
        fix = self._fix(start, end, "  " * len(text))
        self._report(codes.TAB, start, end, "a tab stands here; indent and align with spaces", fixes=(fix,))

    def foreign(self, character: str, start: int) -> None:
        self._report_foreign(character, start)
        self._add(BAD, character, start, start + 1)

    def _report_foreign(self, character: str, start: int) -> None:
        advice, replacement = _ADVICE.get(character, ("", None))
        if character.isspace():
            advice, replacement = "an ordinary space is meant", " "
        fixes = () if replacement is None else (self._fix(start, start + 1, replacement),)
        message = f"{_said(character)} cannot stand here"
        self._report(codes.FOREIGN_CHARACTER, start, start + 1, message, help=advice, fixes=fixes)


# What is no plain token. Functions and not bound methods, which would keep a scanner alive with all its tokens.
_SPECIAL: Final[dict[str, Callable[[_Scanner, str, int], None]]] = {
    "COMMENT": _Scanner.comment,
    "PROSE": _Scanner.prose,
    "WORD": _Scanner.word,
    "OPEN_STRING": _Scanner.open_string,
    "DATE_WITH_T": _Scanner.date_with_t,
    "LOOSE_DATE": _Scanner.loose_date,
    "SPACED_PERCENT": _Scanner.spaced_percent,
    "TAB": _Scanner.tab,
    "FOREIGN": _Scanner.foreign,
}

_ADVICE: Final[dict[str, tuple[str, str | None]]] = {
    ";": ("a statement ends with its line; no `;` is needed", ""),
    "'": ('texts stand between double quotes `"`', '"'),
    "\u201c": ('texts stand between straight double quotes `"`', '"'),
    "\u201d": ('texts stand between straight double quotes `"`', '"'),
    "\u201e": ('texts stand between straight double quotes `"`', '"'),
    "\u2013": ("write `..` between dates and days, `-` between times", None),
    "\u2026": ("a range has two dots: `..`", ".."),
    "\uff0c": ("the comma is `,`", ","),
    "\uff1a": ("the colon is `:`", ":"),
    "\u2265": ("write `>=`", ">="),
    "\u2264": ("write `<=`", "<="),
    "\u2260": ("write `!=`", "!="),
    "%": ("a percent sign follows its number at once: `90%`", None),
    "&": ("write `and`", "and"),
    "/": ("a comment starts with `#`", None),
    "$": ("a currency is written as its ISO 4217 code: `USD 10`", None),
    "\u20ac": ("a currency is written as its ISO 4217 code: `EUR 10`", None),
    "\u00a3": ("a currency is written as its ISO 4217 code: `GBP 10`", None),
}


def _said(character: str) -> str:
    if character.isprintable() and not character.isspace():
        return f"`{character}`"
    return unicodedata.name(character, f"the character U+{ord(character):04X}").lower()


def _readings(text: str) -> list[str]:
    """Return the dates that `text` may mean, as year-month-day, the likelier first.

    >>> _readings("1/2/27")
    ['2027-02-01', '2027-01-02']
    """
    first, second, third = (int(part) for part in re.split(r"[/.\-]", text))
    if first > 999:  # noqa: PLR2004 - a year stands first
        orders = [(first, second, third)]
    else:
        year = third if third > 99 else 2000 + third  # noqa: PLR2004 - a year of two digits
        orders = [(year, second, first), (year, first, second)]
    return list(dict.fromkeys(f"{y:04}-{m:02}-{d:02}" for y, m, d in orders if _exists(y, m, d)))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
