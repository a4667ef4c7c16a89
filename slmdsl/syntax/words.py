"""Names and texts as they are compared."""

from __future__ import annotations

import unicodedata


def composed(name: str) -> str:
    """Return `name` in Unicode's composed form (NFC), so that an `é` equals an `e` with an accent."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)
