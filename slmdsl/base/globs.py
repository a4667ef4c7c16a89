"""Patterns of names in which `*` stands for any characters."""

from __future__ import annotations


class Glob:
    """A pattern in which `*` stands for any characters; matching is linear in the text for each `*`.

    >>> Glob("App*")("Application support"), Glob("App*")("an App")
    (True, False)
    """

    __slots__ = ("_parts",)

    def __init__(self, pattern: str) -> None:
        self._parts = pattern.split("*")

    def __call__(self, text: str) -> bool:
        """Whether the whole text matches."""
        first, *rest = self._parts
        if not rest:
            return text == first
        *middle, last = rest
        if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
            return False
        at, end = len(first), len(text) - len(last)
        for part in middle:
            at = text.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True
