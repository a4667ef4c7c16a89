"""What the writer may have meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str], *, most: int = 1) -> list[str]:
    """Return up to `most` of `candidates` that look like `word`, the likeliest first.

    >>> nearest("ofice", ["office", "night_cover"])
    ['office']
    """
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=most, cutoff=0.6)
    return [by_folded[folded] for folded in found]


def one_of(words: Iterable[str]) -> str:
    """Join words for a sentence: `a`, `a or b`, `a, b or c`."""
    listed = list(words)
    if len(listed) <= 1:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} or {listed[-1]}"
