"""Diagnostics as JSON, for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import in_order
from slmdsl.base.places import end_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span

SCHEMA_VERSION = 1
"""Grows when a key changes its meaning or goes; new keys may come without it."""


def render_json(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """Return the diagnostics as one JSON object, by place.

    ```
    {"version": 1,
     "diagnostics": [
       {"code": "SLM203", "severity": "error",              error, warning or note
        "message": "...", "label": "...",                   label may be empty
        "span": {"file": "a.slm",                           as in the text output
                 "start": 120, "end": 125,                  characters from 0, the end excluded
                 "line": 10, "column": 21,                  from 1, in characters; 0 for what no file declares
                 "end_line": 10, "end_column": 26},         just after the last character
        "secondary": [{"span": {...}, "text": "..."}],
        "help": ["..."],
        "fixes": [{"span": {...}, "replacement": "...", "description": "..."}]}],
     "summary": {"errors": 1, "warnings": 0, "notes": 0, "files": 3}}
    ```

    Offsets, lines and columns count in the text with `\\n` line ends and without a byte-order mark.
    """
    ordered = in_order(diagnostics)
    counts = Counter(diagnostic.severity.value for diagnostic in ordered)
    document = {
        "version": SCHEMA_VERSION,
        "diagnostics": [diagnostic_json(diagnostic, sources) for diagnostic in ordered],
        "summary": {f"{severity}s": counts[severity] for severity in ("error", "warning", "note")}
        | {"files": len(sources)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def diagnostic_json(diagnostic: Diagnostic, sources: Mapping[str, str]) -> dict[str, object]:
    """Return one diagnostic as a value of JSON's types."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "label": diagnostic.label,
        "span": span_json(diagnostic.span, sources),
        "secondary": [
            {"span": span_json(label.span, sources), "text": label.text} for label in diagnostic.secondary
        ],
        "help": list(diagnostic.help),
        "fixes": [
            {
                "span": span_json(fix.span, sources),
                "replacement": fix.replacement,
                "description": fix.description,
            }
            for fix in diagnostic.fixes
        ],
    }


def span_json(span: Span, sources: Mapping[str, str]) -> dict[str, object]:
    """Return a span with both its ends as a value of JSON's types."""
    end_line, end_column = end_of(span, sources)
    return {
        "file": span.file,
        "start": span.start,
        "end": span.end,
        "line": span.line,
        "column": span.column,
        "end_line": end_line,
        "end_column": end_column,
    }
