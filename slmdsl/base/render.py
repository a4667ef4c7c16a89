"""Diagnostics as text: what is wrong, where, and what may mend it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Severity, in_order
from slmdsl.base.display import visible
from slmdsl.base.snippet import Ink, Mark, Piece, Row, marked, plain_line
from slmdsl.base.spans import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.base.diagnostics import Diagnostic, Fix
    from slmdsl.base.spans import Span

WIDTH = 120
"""Columns of a printed diagnostic where no terminal says otherwise."""

_LEAST_ROOM = 30
_NEAR = 3  # lines this close to each other are shown in one block

_INK = {Severity.ERROR: Ink.ERROR, Severity.WARNING: Ink.WARNING, Severity.NOTE: Ink.NOTE}


def render_text(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, width: int = WIDTH) -> str:
    """Return the diagnostics as plain text, by place, and a line that counts them.

    `sources` maps a span's file to its normalised text; places in other files are named without their lines.
    """
    return "".join(
        "".join(piece.text for piece in row) + "\n" for row in rows(diagnostics, sources, width=width)
    )


def rows(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, width: int = WIDTH
) -> Iterator[Row]:
    """Yield the same text row by row, in inked pieces: errors first, so that one among many warnings is not lost."""
    ordered = sorted(in_order(diagnostics), key=lambda each: not each.is_error)
    for diagnostic in ordered:
        yield from diagnostic_rows(diagnostic, sources, width=width)
        yield ()
    yield (Piece(summary(ordered, len(sources)), Ink.MESSAGE),)


def summary(diagnostics: Iterable[Diagnostic], files: int) -> str:
    """Say how much was found in how many files: `2 errors, 1 warning in 3 files`."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    found = [_counted(counts[severity], severity.value) for severity in Severity if counts[severity]]
    where = f" in {_counted(files, 'file')}" if files else ""
    return (", ".join(found) or "no findings") + where


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def diagnostic_rows(
    diagnostic: Diagnostic, sources: Mapping[str, str], *, width: int = WIDTH
) -> Iterator[Row]:
    """Yield one diagnostic: its message, the marked places, help and fixes."""
    ink = _INK[diagnostic.severity]
    yield (
        Piece(f"{diagnostic.severity.value}[{diagnostic.code}]", ink),
        Piece(f": {visible(diagnostic.message)}", Ink.MESSAGE),
    )
    labels = [_Label.of(diagnostic.span, diagnostic.label, ink, sources)]
    labels += [_Label.of(each.span, each.text, Ink.FURTHER, sources) for each in diagnostic.secondary]
    gutter = max(len(str(label.last_shown)) for label in labels)
    nowhere = len(labels) == 1 and diagnostic.span == NOWHERE
    for block in () if nowhere else _blocks(labels):
        yield from _block_rows(block, sources, gutter, width)
    for words in diagnostic.help:
        yield from _footer_rows("help", words, gutter)
    for fix in diagnostic.fixes:
        yield from _footer_rows("fix", _fix_words(fix), gutter)


def _footer_rows(name: str, words: str, gutter: int) -> Iterator[Row]:
    first, *more = words.split("\n")
    yield (
        Piece(" " * gutter),
        Piece("= ", Ink.GUTTER),
        Piece(f"{name}:", Ink.HELP),
        Piece(f" {visible(first)}"),
    )
    for line in more:
        yield (Piece(" " * (gutter + len(f"= {name}: ")) + visible(line)),)


def _fix_words(fix: Fix) -> str:
    if not fix.replacement.strip() or "\n" in fix.replacement or fix.replacement in fix.description:
        return fix.description
    return f"{fix.description}: `{fix.replacement}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """A place with its words; `in_text` tells whether its line can be shown, which begins at `line_start`."""

    span: Span
    text: str
    ink: Ink
    in_text: bool
    line_start: int

    @classmethod
    def of(cls, span: Span, text: str, ink: Ink, sources: Mapping[str, str]) -> _Label:
        source = sources.get(span.file)
        in_text = source is not None and span.line > 0 and span.start <= len(source)
        start = source.rfind("\n", 0, span.start) + 1 if source is not None and in_text else 0
        return cls(span=span, text=text, ink=ink, in_text=in_text, line_start=start)

    @property
    def last_shown(self) -> int:
        return self.span.line if self.in_text else 0

    def mark(self, line: str, source: str) -> Mark:
        """Return the mark in its line; one that goes on says to which line."""
        start, end = self.span.start - self.line_start, self.span.end - self.line_start
        further = source.count("\n", self.span.start, max(self.span.start, self.span.end - 1))
        goes_on = f"{self.text} (to line {self.span.line + further})".strip() if further else self.text
        return Mark(start=start, end=max(start, min(end, len(line))), text=goes_on, ink=self.ink)


def _blocks(labels: Sequence[_Label]) -> Iterator[list[_Label]]:
    """Yield labels that stand close together in one file, the block of the primary one first."""
    primary = labels[0]
    ordered = sorted(labels, key=lambda label: (label.span.file, label.span.line, label.span.start))
    blocks = [[ordered[0]]]
    for before, label in pairwise(ordered):
        if _near(before, label):
            blocks[-1].append(label)
        else:
            blocks.append([label])
    yield from sorted(blocks, key=lambda block: primary not in block)


def _near(one: _Label, other: _Label) -> bool:
    together = one.in_text and other.in_text and one.span.file == other.span.file
    return together and other.span.line - one.span.line <= _NEAR


def _block_rows(block: list[_Label], sources: Mapping[str, str], gutter: int, width: int) -> Iterator[Row]:
    head = next((label for label in block if label.ink is not Ink.FURTHER), block[0])
    margin = " " * gutter
    if not head.in_text:
        place = head.span.place if head.span.line else head.span.file
        words = f": {visible(head.text)}" if head.text else ""
        yield Piece(margin), Piece("┌─ ", Ink.GUTTER), Piece(visible(place) + words)
        return
    yield Piece(margin), Piece("┌─ ", Ink.GUTTER), Piece(visible(head.span.place))
    source = sources[head.span.file]
    room = max(_LEAST_ROOM, width - gutter - 2)
    for number, line, labels in _lines(block, source):
        numbered = Piece(f"{number:>{gutter}}│ ", Ink.GUTTER)
        if not labels:
            yield _stripped((numbered, *plain_line(line, room)))
        for shown, under in marked(line, [label.mark(line, source) for label in labels], room):
            yield _stripped((numbered, *shown))
            for row in under:
                yield (Piece(f"{margin}│ ", Ink.GUTTER), *row)


def _stripped(row: Row) -> Row:
    """Return the row without blanks at its end, which a copied text would carry along."""
    *before, last = (piece for piece in row if piece.text.strip())
    return (*before, Piece(last.text.rstrip(), last.ink))


def _lines(block: list[_Label], source: str) -> Iterator[tuple[int, str, list[_Label]]]:
    """Yield the lines of a block in order, those between marked ones included."""
    at = block[0].line_start
    for number in range(block[0].span.line, block[-1].span.line + 1):
        end = source.find("\n", at)
        end = len(source) if end < 0 else end
        yield number, source[at:end], [label for label in block if label.span.line == number]
        at = min(end + 1, len(source))
