"""How a function becomes the builder of a grammar rule.

Lark calls a rule's builder with what its parts have become. A part is a `Token`, or a `Built` that carries its value
and where it stands. Keywords and signs have no value: they count for the place and are left out of the arguments.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from slmdsl.syntax.tree.common import Literal, Ref
from slmdsl.syntax.words import composed

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.syntax.source_text import SourceText
    from slmdsl.syntax.tokens import Token


T = TypeVar("T")


class RefusedError(Exception):
    """A statement that fits the grammar and still makes no sense, such as the 30th of February."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic: Final = diagnostic


class Part(Protocol):
    """What a builder is handed: a token, or what another builder has made."""

    @property
    def value(self) -> Any:  # noqa: ANN401 - whatever was built
        """What it is, or None for what only makes the sentence."""

    @property
    def start(self) -> int:
        """The offset of its first character."""

    @property
    def end(self) -> int:
        """The offset after its last character."""

    @property
    def source(self) -> SourceText:
        """The text it stands in."""


class Built:
    """What a builder has made, and the stretch of text that it was made of."""

    __slots__ = ("end", "source", "start", "value")

    def __init__(self, value: object, first: Part, last: Part) -> None:
        self.value = value
        self.start: Final = first.start
        self.end: Final = last.end
        self.source: Final = first.source


def node(function: Callable[..., object]) -> Callable[[list[Part]], Built]:
    """Make `function(span, *values)` a builder."""

    def build(parts: list[Part]) -> Built:
        first, last = parts[0], parts[-1]
        span = first.source.span(first.start, last.end)
        return Built(function(span, *[part.value for part in parts if part.value is not None]), first, last)

    build.builds = True  # type: ignore[attr-defined] # marks it for `builders`
    return build


def made(kind: Callable[..., object], *names: str) -> Callable[[list[Part]], Built]:
    """Return the builder that calls `kind` with its values as arguments of these names, None for those that lack."""

    def build(span: Span, *values: object) -> object:
        return kind(span=span, **dict(zip_longest(names, values)))

    return node(build)


def several(parts: list[Part]) -> Built:
    """Build the tuple of the values of a list."""
    return Built(tuple([part.value for part in parts if part.value is not None]), parts[0], parts[-1])


several.builds = True  # type: ignore[attr-defined] # as in `node`


def silent(parts: list[Part]) -> Built:
    """Build nothing: words that only make the sentence."""
    return Built(None, parts[0], parts[-1])


silent.builds = True  # type: ignore[attr-defined] # as in `node`


def words(parts: list[Part]) -> Built:
    """Build the literal of the keywords themselves: `clamp`, `agent hour`."""
    first, last = parts[0], parts[-1]
    said = " ".join([part.text for part in parts])  # type: ignore[attr-defined] # a rule of words has tokens only
    return Built(Literal(value=said, span=first.source.span(first.start, last.end)), first, last)


words.builds = True  # type: ignore[attr-defined] # as in `node`


def mention(*kinds: str) -> Callable[[list[Part]], Built]:
    """Return the builder of a `Ref` that may name things of `kinds`."""

    def build(span: Span, token: Token) -> Ref:
        return Ref(path=tuple(composed(token.text).split(".")), to=kinds, span=span)

    return node(build)


def said(value_of: Callable[[Token], object]) -> Callable[[list[Part]], Built]:
    """Return the builder of the `Literal` of a single token."""
    return node(lambda span, token: Literal(value=value_of(token), span=span))


def the(kind: type[T], parts: tuple[object, ...]) -> T | None:
    """Return the part that is a `kind`, if there is one: parts that may lack are told apart by what they are."""
    return next((part for part in parts if isinstance(part, kind)), None)


def word_of(token: Token) -> str:
    """Return a token as written."""
    return token.text
