"""How wide text stands on a terminal, and text made safe to print."""

from __future__ import annotations

import unicodedata

TAB = 4
"""Tab stops stand every four columns."""

_CONTROL_PICTURES = 0x2400
_DELETE = 0x7F
_INVISIBLE = (
    *range(0x80, 0xA0),  # C1 controls; some terminals obey them
    0xAD,
    0x200B,
    0x200E,
    0x200F,
    *range(0x2028, 0x202F),  # line separators and directional overrides
    *range(0x2060, 0x2070),
    0xFEFF,
    0xFFFE,  # no characters, which XML cannot have either
    0xFFFF,
    *range(0xD800, 0xE000),  # lone surrogates cannot be encoded
)
_VISIBLE = (
    {code: chr(_CONTROL_PICTURES + code) for code in range(0x20) if code != ord("\t")}
    | {_DELETE: "\u2421"}
    | dict.fromkeys(_INVISIBLE, "\ufffd")
)


def visible(text: str) -> str:
    """Return `text` with every control or invisible character replaced by one visible character.

    Tabs stay. A text that is only quoted can then neither steer the terminal nor hide or reorder its characters,
    and offsets into it still hold.

    >>> visible("a\\x1b[31m")
    'a␛[31m'
    """
    return text.translate(_VISIBLE)


def char_width(char: str) -> int:
    """Return how many columns one character takes: 0 for combining ones, 2 for wide ones (CJK, emoji), else 1."""
    if char.isascii():
        return 1
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def display_width(text: str) -> int:
    """Return how many columns `text` takes from the left margin.

    >>> display_width("服务"), display_width("a\\tb")
    (4, 5)
    """
    return lay_out(text)[1][-1]


def lay_out(text: str) -> tuple[str, list[int]]:
    """Return `text` with tabs expanded, and the column at which each character starts, then the total width."""
    columns = [0]
    shown: list[str] = []
    for char in text:
        at = columns[-1]
        width = TAB - at % TAB if char == "\t" else char_width(char)
        shown.append(" " * width if char == "\t" else char)
        columns.append(at + width)
    return "".join(shown), columns
