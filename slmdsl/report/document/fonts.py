"""Which fonts a print is set in, so that every character of it has a shape."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slmdsl.report.document.failures import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typst import FontInfo

_LETTERS: Final[tuple[str, ...]] = (
    "Liberation Sans",
    "Arial",
    "Helvetica Neue",
    "Noto Sans",
    "DejaVu Sans",
    "Libertinus Serif",
)
"""The first of these that is installed; the last one comes with the typesetter."""
_SIGNS: Final[tuple[str, ...]] = ("DejaVu Sans", "DejaVu Sans Mono")
"""Have what letters lack, such as check marks; the last one comes with the typesetter."""
_HAN: Final[tuple[str, ...]] = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "SimHei",
    "SimSun",
)
"""Tried in this order before any other that has the characters."""
_ALWAYS: Final = frozenset(
    map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x391, 0x3CA), *range(0x410, 0x450)))
) | {
    *"–—‘’“”„…•≤≥±×→←↑↓✓✗○●−\u200b",
}
"""What the fonts have that come with the typesetter."""
_EAST_ASIAN: Final = (("\u3000", "\u30ff"), ("\u4e00", "\u9fa5"), ("\uac00", "\ud7a3"))
"""What any font for Chinese, Japanese or Korean has; rarer characters are spelled where none has them."""
_NAMED: Final = 12
_HELP: Final = (
    "install a font that has them, such as the system's package `fonts-noto-cjk` or `fonts-wqy-microhei`"
)


def fonts_for(characters: Iterable[str], installed: Sequence[FontInfo]) -> tuple[list[str], frozenset[str]]:
    """Return the families to be tried for each character, in order, and the characters that no font has.

    Raises:
        FormatError: there are Chinese characters among these: a print without them would say nothing.
    """
    by_family: dict[str, list[FontInfo]] = {}
    for font in installed:
        by_family.setdefault(font.family, []).append(font)
    chosen = [next(name for name in _LETTERS if name in by_family)]
    chosen += [name for name in _SIGNS if name in by_family and name not in chosen]
    left = {each for each in characters if each not in _ALWAYS}
    for family in chosen:
        left -= _shapes(by_family[family])
    others = sorted(by_family.keys() - set(_HAN) - set(chosen))
    for family in (*(name for name in _HAN if name in by_family), *others):
        if not left:
            break
        if found := left & _shapes(by_family[family]):
            chosen.append(family)
            left -= found
    if lost := sorted(filter(_is_east_asian, left)):
        many = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        msg = f"no installed font has the characters {''.join(lost[:_NAMED])}{many}"
        raise FormatError(msg, _HELP)
    return chosen, frozenset(left)


def _is_east_asian(character: str) -> bool:
    return any(first <= character <= last for first, last in _EAST_ASIAN)


def _shapes(fonts: Iterable[FontInfo]) -> frozenset[str]:
    """Return the characters of the plainest font of a family."""
    plainest = min(fonts, key=lambda font: (font.style != "normal", abs(font.weight - 400), font.index))
    return frozenset() if plainest.path is None else _characters(plainest.path, plainest.index)


@cache
def _characters(path: str, index: int) -> frozenset[str]:
    """Return the characters that a TrueType or OpenType file has shapes for; none where the file is no such one."""
    try:
        return frozenset(map(chr, _mapped(Path(path).read_bytes(), index)))
    except (OSError, struct.error):
        return frozenset()


def _mapped(font: bytes, index: int) -> Iterator[int]:
    """Yield the code points of the character map (OpenType specification, `cmap`), which has them as ranges."""
    start = struct.unpack_from(">I", font, 12 + 4 * index)[0] if font[:4] == b"ttcf" else 0
    tables = (
        struct.unpack_from(">4sIII", font, start + 12 + 16 * number)
        for number in range(struct.unpack_from(">H", font, start + 4)[0])
    )
    cmap = next((offset for tag, _, offset, _ in tables if tag == b"cmap"), None)
    if cmap is None:
        return
    for number in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        form = struct.unpack_from(">H", font, cmap + offset)[0]
        if platform in {0, 3} and form in _FORMS:
            yield from _FORMS[form](font, cmap + offset)


def _segments(font: bytes, at: int) -> Iterator[int]:
    """Format 4: segments of the first 65,536 code points."""
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    steps = struct.unpack_from(f">{count}H", font, at + 16 + 4 * count)
    base = at + 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", font, base)
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            if not offsets[number]:
                glyph = (code + steps[number]) & 0xFFFF
            else:
                glyph = struct.unpack_from(
                    ">H", font, base + 2 * number + offsets[number] + 2 * (code - first)
                )[0]
            if glyph:
                yield code


def _groups(font: bytes, at: int) -> Iterator[int]:
    """Format 12: groups of any code points."""
    for number in range(struct.unpack_from(">I", font, at + 12)[0]):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * number)
        yield from range(first, min(last, 0x10FFFF) + 1)


_FORMS: Final = {4: _segments, 12: _groups}
