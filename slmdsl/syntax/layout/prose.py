"""Texts between triple quotes, moved under their block."""

from __future__ import annotations

from textwrap import dedent

from slmdsl.syntax.build.values import prose_of


def moved(text: str, indent: int) -> str:
    """Return the prose `text` indented by `indent` spaces, or as it is where that would change what it says."""
    margin = " " * indent
    first, newline, rest = text.partition("\n")
    if not newline:
        return margin + text
    lines = [line.rstrip() for line in dedent(rest[:-3]).split("\n")]
    closing = lines.pop()
    body = [f"{margin}{line}" if line else "" for line in lines]
    moved_text = "\n".join([first.rstrip(), *body, f'{margin}{closing}"""'])
    return margin + (moved_text if prose_of(moved_text) == prose_of(text) else text)
