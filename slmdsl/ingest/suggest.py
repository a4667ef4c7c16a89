"""Propose a `source` block for a file that no source reads yet: `slm ingest --suggest FILE`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from slmdsl.ingest.guesses import (
    FACTS,
    column_for,
    format_of,
    marks_in,
    phase_for,
    priorities_for,
    with_offsets,
)
from slmdsl.ingest.limits import LIMITS
from slmdsl.ingest.sniff import sniffed

if TYPE_CHECKING:
    from pathlib import Path

    from slmdsl.ingest.limits import Limits
    from slmdsl.ingest.sniff import Sniffed

_MOST_LINES = 30


def suggest(path: Path, *, limits: Limits = LIMITS) -> str:
    """Return a `source` block for a file, guessed from its header and first rows.

    The block parses; what it guesses is marked with comments. Raises IngestError where the file cannot be read.
    """
    return _Proposal(sniffed(path, limits)).text()


class _Proposal:
    """The lines of a block, put together from what the file shows."""

    def __init__(self, seen: Sniffed) -> None:
        self._seen = seen
        self._used: set[str] = set()
        self._marks = marks_in(seen)
        self._lines: list[str] = []

    def text(self) -> str:
        """Return the block, with a comment line for each column left over."""
        ticket = self._column("ticket")
        state = self._column("state")
        if ticket is None and self._is_monitor(state):
            body = self._samples(state)
        elif ticket is None and self._is_outages():
            body = self._outages()
        else:
            body = self._tickets(ticket, state)
        head = [_statement("read", f"{_quoted(self._seen.name)}{self._option()}"), self._zone()]
        if self._marks:
            head.append(_statement("missing", ", ".join(_quoted(mark) for mark in ("", *self._marks))))
        left = [f"  # not used: {_quoted(name)}" for name in self._seen.columns if name not in self._used]
        return "\n".join([f"source {self._name()} {{", *head, *body, *left, "}", ""])

    def _tickets(self, ticket: str | None, state: str | None) -> list[str]:
        seen = self._seen
        repeats = ticket is not None and len(set(seen.columns[ticket])) < len(seen.columns[ticket])
        lines = [_statement("ticket", _quoted(ticket)) if ticket else "  # which column is the ticket's id?"]
        lines.append(_statement("kind", "incident", "or request, problem, change"))
        lines += self._service()
        at = self._column("at") if repeats else None
        if at is not None:
            lines.append(self._time("at", at))
        for fact in ("opened", "responded", "resolved", "closed"):
            column = self._column(fact)
            if column is not None:
                lines.append(self._time(fact, column))
        priority = self._column("priority")
        if priority is not None:
            lines += self._map("priority", priority, priorities_for(self._values(priority)))
        if at is not None and state is not None:
            lines += self._map("state", state, [(text, phase_for(text)) for text in self._values(state)])
        elif state is not None:
            self._used.discard(state)
        for fact in ("group", "actor") if at is not None else ("group",):
            column = self._column(fact)
            if column is not None:
                lines.append(_statement(fact, _quoted(column)))
        return lines

    def _samples(self, state: str | None) -> list[str]:
        at = self._column("sampled")
        lines = [
            _statement("samples", f"at {_quoted(at)}")
            if at
            else "  # which column is the time of the sample?"
        ]
        lines += self._service()
        if state is not None:
            cases = [(text, "1" if text.lower() in _UP else "0") for text in self._values(state)]
            lines += self._map("metric", state, cases, "up ")
        return lines

    def _is_outages(self) -> bool:
        filled = [name for name in self._seen.columns if self._values(name)]
        return all(column_for(FACTS[fact], filled) is not None for fact in ("start", "end"))

    def _outages(self) -> list[str]:
        start, end = self._column("start"), self._column("end")
        written = [f"{_quoted(name)}{self._format(name)}" for name in (start, end) if name is not None]
        return [_statement("outages", f"from {' to '.join(written)}"), *self._service()]

    def _format(self, column: str) -> str:
        form, _ = format_of(self._values(column), self._marks)
        return f" format {_quoted(form)}" if form else ""

    def _is_monitor(self, state: str | None) -> bool:
        return state is not None and {text.lower() for text in self._values(state)} <= _UP | _DOWN

    def _service(self) -> list[str]:
        column = self._column("service")
        if column is None:
            return [_statement("service", "my_service", "a declared service")]
        values = self._values(column)[:_MOST_LINES]
        shown = ", ".join(_quoted(text) for text in values[:8])
        return [
            _statement(
                "service", f"{_quoted(column)} as {{ * my_service }}", "a line for each service you declare"
            ),
            f"  # its values are {shown}{', ...' if len(values) > 8 else ''}",  # noqa: PLR2004 - as many as fit a line
        ]

    def _map(self, fact: str, column: str, cases: list[tuple[str, str]], before: str = "") -> list[str]:
        if not cases or len(cases) > _MOST_LINES:
            return [
                f"  # {fact} {before}{_quoted(column)} has {len(cases)} values: map them with as {{ ... }}"
            ]
        width = max(len(_quoted(text)) for text, _ in cases)
        inner = [f"    {_quoted(text):<{width}} {word}" for text, word in cases]
        return [_statement(fact, f"{before}{_quoted(column)} as {{"), *inner, "  }"]

    def _time(self, fact: str, column: str) -> str:
        form, doubt = format_of(self._values(column), self._marks)
        return _statement(fact, _quoted(column) + (f" format {_quoted(form)}" if form else ""), doubt)

    def _zone(self) -> str:
        times = [name for name in self._seen.columns if with_offsets(self._values(name))]
        if times:
            return _statement("timezone", "from data", "the offsets in the data are believed")
        return _statement("timezone", "UTC", "the zone in which the times are written")

    def _column(self, fact: str) -> str | None:
        """Return the column that looks like a fact, each once."""
        filled = [name for name in self._seen.columns if name not in self._used and self._values(name)]
        found = column_for(FACTS[fact], filled)
        if found is not None:
            self._used.add(found)
        return found

    def _values(self, column: str) -> list[str]:
        """Return the distinct texts of a column in order of appearance, marks of missing left out."""
        return [
            text for text in dict.fromkeys(self._seen.columns[column]) if text and text not in self._marks
        ]

    def _option(self) -> str:
        option = self._seen.option
        return "" if option is None else f" {option[0]} {_quoted(option[1])}"

    def _name(self) -> str:
        stem = re.sub(r"\W+", "_", self._seen.name.split(".")[0]).strip("_").lower()
        return stem if stem and not stem[0].isdigit() else f"source_{stem or 'new'}"


_UP = {"up", "ok", "1", "true", "online", "healthy"}
_DOWN = {"down", "0", "false", "offline", "error", "unhealthy", "critical"}


def _statement(head: str, rest: str, doubt: str = "") -> str:
    line = f"  {head:<9} {rest}"
    return f"{line}  # {doubt}" if doubt else line


def _quoted(text: str) -> str:
    """Return a text as the language writes it."""
    return json.dumps(text, ensure_ascii=False)
