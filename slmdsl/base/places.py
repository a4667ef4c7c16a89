"""Where a span ends, for formats that name both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.base.spans import Span


def end_of(span: Span, sources: Mapping[str, str]) -> tuple[int, int]:
    """Return line and column just after the span's last character, both from 1.

    Without the file's text in `sources` the span is taken to end on its first line.
    """
    inside = sources.get(span.file, "")[span.start : span.end]
    breaks = inside.count("\n")
    if not breaks:
        return span.line, span.column + span.end - span.start
    return span.line + breaks, len(inside) - inside.rfind("\n")
