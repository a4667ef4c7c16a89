"""XML block by block, by expat: no document types, and neither depth nor one token without end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat  # document types, which carry entities, are refused below

from slmdsl.ingest.codes import DOCTYPE, TOO_DEEP, TOO_LARGE, UNREADABLE
from slmdsl.ingest.limits import IngestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.base.spans import Span
    from slmdsl.ingest.limits import Limits

Attributes = list[str]
"""Names and values in turn, as they stand in the text."""


class Markup:
    """A parser that is fed blocks and calls back for each start and end of an element, and for texts if wanted.

    `opened` gets the element's name and its attributes; whoever counts the depth calls `too_deep`.
    """

    def __init__(
        self,
        named: str,
        span: Span,
        limits: Limits,
        *,
        opened: Callable[[str, Attributes], None],
        closed: Callable[[str], None],
        text: Callable[[str], None] | None = None,
    ) -> None:
        self._named = named
        self._span = span
        self._most = limits.record_bytes
        self._depth = limits.depth
        self._fed = 0
        self._lines = 0
        self.encoding = "utf-8"
        self._parser = expat.ParserCreate()
        self._parser.ordered_attributes = True
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = opened
        self._parser.EndElementHandler = closed
        if text is not None:
            self._parser.buffer_text = True
            self._parser.CharacterDataHandler = text

    def feed(self, block: bytes) -> None:
        """Parse on. Raises IngestError for what is not XML, declares a document type, or has no end."""
        self._fed += len(block)
        self._parse(block, last=False)
        if self.behind > self._most + len(block):
            mib = self._most >> 20
            message = f"`{self._named}` has a tag or text of more than {mib} MiB, {self._place()}"
            raise IngestError([TOO_LARGE.at(self._span, message)])

    def finish(self) -> None:
        """Say that nothing more comes. Raises IngestError where the text breaks off."""
        self._parse(b"", last=True)

    def skip(self, lines: int) -> None:
        """Count lines that somebody else has read."""
        self._lines += lines

    @property
    def behind(self) -> int:
        """How many of the bytes fed stand behind what has been read; in a callback, from the start of its tag on."""
        return self._fed - self._parser.CurrentByteIndex

    def too_deep(self) -> NoReturn:
        """Refuse the text for its depth."""
        message = f"`{self._named}` has more than {self._depth} elements in each other, {self._place()}"
        raise IngestError([TOO_DEEP.at(self._span, message)])

    def fail(self, why: str) -> NoReturn:
        """Refuse the text because it is XML and yet not what it should be."""
        raise IngestError([UNREADABLE.at(self._span, f"`{self._named}`: {why}, {self._place()}")])

    def _parse(self, block: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(block, last)
        except (
            expat.ExpatError,
            LookupError,
            ValueError,
        ) as broken:  # the last two: an encoding that is none
            why = f"it cannot be read as XML: {broken}"
            raise IngestError([UNREADABLE.at(self._span, f"`{self._named}`: {why}")]) from broken

    def _doctype(self, name: str, *_: object) -> NoReturn:
        message = f"`{self._named}` declares a document type, `{name[:60]}`, which is never read"
        help_ = "take the line `<!DOCTYPE ...>` out; neither XES nor xlsx has one"
        raise IngestError([DOCTYPE.at(self._span, message, help=help_)])

    def _place(self) -> str:
        return f"line {self._parser.CurrentLineNumber + self._lines}"

    def _declared(self, _: str, encoding: str | None, __: int) -> None:
        self.encoding = (encoding or "utf-8").lower()
