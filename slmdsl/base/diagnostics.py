"""Diagnostics are values: they travel beside a result and are printed at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slmdsl.base.spans import Span


class Severity(StrEnum):
    """How much a diagnostic weighs: an error stops evaluation, a warning does not, a note only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A further place that a diagnostic points at, with a few words about it."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A replacement that mends the text: put `replacement` where `span` is."""

    span: Span
    replacement: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding: stable code, severity, one-line message, the place, further places, help and fixes."""

    code: str
    severity: Severity
    message: str
    span: Span
    label: str = ""
    secondary: tuple[Label, ...] = ()
    help: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether this finding stops evaluation."""
        return self.severity is Severity.ERROR


_ALL_CODES: dict[str, Code] = {}


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: its number never changes and is never reused.

    Creating one registers it; `grammar/ERRORS.md` has a section for each. Rooms keep theirs in a `codes.py`:
    0xx files and layout, 1xx statements, 2xx names, 3xx values, 4xx agreements, 5xx sources and logs,
    6xx evaluation and what simulations draw, 7xx load and experiments.
    """

    number: str
    severity: Severity
    title: str
    _registered: bool = field(init=False, default=True, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.number in _ALL_CODES:
            msg = f"the diagnostic code {self.number} is declared twice"
            raise ValueError(msg)
        _ALL_CODES[self.number] = self

    def at(
        self,
        span: Span,
        message: str,
        *,
        label: str = "",
        secondary: Iterable[Label] = (),
        help: str | Iterable[str] = (),  # noqa: A002 - the word that the printed diagnostic uses
        fixes: Iterable[Fix] = (),
    ) -> Diagnostic:
        """Return the diagnostic of this kind at `span`."""
        return Diagnostic(
            code=self.number,
            severity=self.severity,
            message=message,
            span=span,
            label=label,
            secondary=tuple(secondary),
            help=(help,) if isinstance(help, str) else tuple(help),
            fixes=tuple(fixes),
        )


def error(number: str, title: str) -> Code:
    """Declare a kind of error."""
    return Code(number, Severity.ERROR, title)


def warning(number: str, title: str) -> Code:
    """Declare a kind of warning."""
    return Code(number, Severity.WARNING, title)


def note(number: str, title: str) -> Code:
    """Declare a kind of note."""
    return Code(number, Severity.NOTE, title)


def all_codes() -> dict[str, Code]:
    """Return every kind of finding declared by the rooms imported so far, by number."""
    return dict(sorted(_ALL_CODES.items()))


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return `diagnostics` by place in the text, each once."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.span.file, d.span.start, d.severity, d.code, d.message)))
