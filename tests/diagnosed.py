"""Markdown with a case a heading: an `slm` block, and a `diagnostics` block with what is found in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.docs.markdown import fences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.docs.markdown import Fence


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One heading: the text, what stands behind it in every case of its file, and what is found."""

    file: str
    title: str
    said: Fence
    shared: str
    expected: Fence


def cases_of(path: Path) -> Iterator[Case]:
    """Yield the cases of a file; blocks before its first heading of second order are shared by all."""
    text = path.read_text(encoding="utf-8")
    found = fences(text)
    headings = list(re.finditer(r"^## (.+)$", text, re.MULTILINE))
    shared = "".join(each.text for each in found if each.start < headings[0].start())
    ends = [each.start() for each in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        said, expected = (each for each in found if heading.start() < each.start < end)
        assert (said.language, expected.language) == ("slm", "diagnostics"), heading[1]
        yield Case(file=path.name, title=heading[1], said=said, shared=shared, expected=expected)
