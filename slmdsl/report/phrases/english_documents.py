"""The templates in English of what formats add to a document."""

from __future__ import annotations

from typing import Final

TEMPLATES: Final[dict[str, str]] = {
    "document.signs": "{name} ({role})",
    "document.more_rows": "{n} more, not shown here",
    "document.provenance": "What this was made from",
    "document.picture": "Picture: {caption}",
    "document.on_sheet": "{caption}: sheet {sheet}",
    "document.skip": "Skip to the contents",
    "document.languages": "Languages",
    "document.language": "English",
    "document.contents": "Contents",
    "document.page": "Page {page} of {pages}",
    "document.summary": "Summary",
    "document.good": "good",
    "document.bad": "not good",
    "document.warning": "watch this",
}
