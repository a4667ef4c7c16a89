"""Markdown whose fenced blocks run: what the README, the reference and the conformance cases share.

Set `SLM_REWRITE=1` to write what was computed into the files in place of what they expected.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REWRITE = os.environ.get("SLM_REWRITE") == "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A fenced block: its language, the word behind it (a file's name), its text, and where the text stands."""

    language: str
    name: str
    text: str
    start: int
    end: int


def fences(text: str) -> list[Fence]:
    """Return every fenced block of `text` in order."""
    return [
        Fence(language=m[1], name=m[2] or "", text=m[3], start=m.start(3), end=m.end(3))
        for m in _FENCE.finditer(text)
    ]


def settle(path: Path, expected: dict[Fence, str]) -> None:
    """Hold each block against what was computed for it; under SLM_REWRITE put the computed text in its place."""
    text = path.read_text(encoding="utf-8")
    if REWRITE:
        for fence, computed in sorted(expected.items(), key=lambda pair: -pair[0].start):
            text = text[: fence.start] + computed + text[fence.end :]
        path.write_text(text, encoding="utf-8")
        return
    for fence, computed in expected.items():
        assert computed == fence.text, (
            f"{path.name}: the block at character {fence.start} says something else"
        )
