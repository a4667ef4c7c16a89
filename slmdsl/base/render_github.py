"""Diagnostics as workflow commands, which GitHub Actions shows beside the lines of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Severity, in_order
from slmdsl.base.display import visible
from slmdsl.base.places import end_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """Return one workflow command per diagnostic, by place; nothing for none."""
    return "".join(f"{_command(each, sources)}\n" for each in in_order(diagnostics))


def notice(span: Span, title: str, message: str, sources: Mapping[str, str]) -> str:
    """Return one workflow command that shows a message beside a place, without being a finding."""
    return f"{_at(span, title, message, 'notice', sources)}\n"


def _command(diagnostic: Diagnostic, sources: Mapping[str, str]) -> str:
    lines = [diagnostic.message, *_further(diagnostic), *(f"help: {words}" for words in diagnostic.help)]
    return _at(diagnostic.span, diagnostic.code, "\n".join(lines), _COMMAND[diagnostic.severity], sources)


def _at(span: Span, title: str, message: str, command: str, sources: Mapping[str, str]) -> str:
    place: dict[str, object] = {"file": span.file}
    if span.line:
        end_line, end_column = end_of(span, sources)
        place |= {"line": span.line, "col": span.column, "endLine": end_line}
        # The column of an end on another line would be read as one of the first.
        place |= {"endColumn": end_column} if end_line == span.line else {}
    place["title"] = title
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    shown = "\n".join(visible(line) for line in message.split("\n"))
    return f"::{command} {properties}::{_escaped(shown)}"


def _further(diagnostic: Diagnostic) -> list[str]:
    return [f"{label.span.where}: {label.text}" for label in diagnostic.secondary if label.text]


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(visible(text)).replace(":", "%3A").replace(",", "%2C")
